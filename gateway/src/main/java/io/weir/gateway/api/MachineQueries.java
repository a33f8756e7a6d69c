package io.weir.gateway.api;

import io.weir.gateway.devices.DeviceWatch;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.efficiency.config.ReasonTree;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.intake.Intake;
import io.weir.gateway.live.Live;
import io.weir.gateway.live.QualityList;
import io.weir.gateway.live.Scope;
import io.weir.gateway.live.SignalList;
import io.weir.gateway.live.SignalQuery;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.quarantine.Quarantine;
import org.jspecify.annotations.Nullable;

/** The history of machines, from the parts that keep it. */
public final class MachineQueries implements MachineView {

  private final @Nullable EfficiencyConsumer efficiency;
  private final @Nullable MachineStates states;
  private final Live live;
  private final DeviceWatch devices;
  private final Intake intake;
  private final Quarantine quarantine;
  private final Time time;

  /**
   * @param efficiency {@code null} where no figures are made, and so is {@code states}
   */
  public MachineQueries(
      @Nullable EfficiencyConsumer efficiency,
      @Nullable MachineStates states,
      Live live,
      DeviceWatch devices,
      Intake intake,
      Quarantine quarantine,
      Time time) {
    this.efficiency = efficiency;
    this.states = states;
    this.live = live;
    this.devices = devices;
    this.intake = intake;
    this.quarantine = quarantine;
    this.time = time;
  }

  @Override
  public @Nullable AssetFigures figures(Asset asset) {
    if (efficiency == null) {
      return null;
    }
    AssetFigures figures =
        AssetFigures.of(efficiency.snapshot(), asset, !efficiency.efficiency().reasons().isEmpty());
    if (figures == null) {
      throw new ProblemDocument(
          404, "Not found", "no figures of '" + asset.place() + "': /api/v1/efficiency lists all");
    }
    return figures;
  }

  @Override
  public @Nullable StateHistory history(Scope scope, int hours) {
    return states == null ? null : states.history(scope, hours);
  }

  @Override
  public @Nullable StopList stops(StopQuery query) {
    return states == null ? null : states.stops(query);
  }

  @Override
  public @Nullable ReasonList reasons(Asset machine) {
    if (states == null) {
      return null;
    }
    ReasonTree reasons = efficiency == null ? ReasonTree.NONE : efficiency.efficiency().reasons();
    return ReasonList.of(machine.machine() == null ? reasons : reasons.of(machine));
  }

  @Override
  public SignalList signals(SignalQuery query) {
    return live.signals(query);
  }

  @Override
  public QualityList quality(Scope scope, int limit) {
    return DataQuality.list(
        live.heard(),
        devices.devices(),
        efficiency == null ? null : efficiency.snapshot(),
        intake.decoding().clocks(),
        quarantine,
        scope,
        limit,
        time.wallNs());
  }
}
