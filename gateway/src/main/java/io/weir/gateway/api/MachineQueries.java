package io.weir.gateway.api;

import io.weir.gateway.devices.DeviceWatch;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.efficiency.config.ReasonTree;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.LineNow;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.MachineNow;
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
import java.util.stream.Stream;
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
  public @Nullable AssetFigures figures(Scope scope) {
    if (efficiency == null) {
      return null;
    }
    EfficiencySnapshot now = efficiency.snapshot();
    boolean hasReasons = !efficiency.efficiency().reasons().isEmpty();
    AssetFigures figures = AssetFigures.of(now, scope.asset(), hasReasons);
    if (figures != null) {
      return figures;
    }
    Asset meant =
        AssetQuery.meant(
            scope, Stream.concat(machines(now), now.lines().stream().map(LineNow::asset)));
    figures = meant == null ? null : AssetFigures.of(now, meant, hasReasons);
    if (figures == null) {
      throw unknown("figures of", scope, "/api/v1/efficiency");
    }
    return figures;
  }

  private static Stream<Asset> machines(EfficiencySnapshot now) {
    return now.machines().stream().map(MachineNow::asset);
  }

  private static ProblemDocument unknown(String what, Scope scope, String list) {
    String path = scope.asset().path();
    return new ProblemDocument(
        404, "Not found", "no %s '%s': %s lists all".formatted(what, path, list));
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
  public SignalList signals(Scope scope, SignalQuery query) {
    SignalList signals = live.signals(query);
    if (!signals.signals().isEmpty() || !signals.words().isEmpty()) {
      return signals;
    }
    Asset machine = AssetQuery.meant(scope, machines());
    if (machine == null) {
      throw unknown("machine", scope, "/api/v1/assets");
    }
    return machine.equals(query.machine()) ? signals : live.signals(query.of(machine));
  }

  /** Those of which there are readings, or figures of here or from elsewhere. */
  private Stream<Asset> machines() {
    return Stream.of(
            live.heard().stream().map(Live.Heard::machine),
            live.received().stream().map(shift -> shift.place().asset()),
            efficiency == null ? Stream.<Asset>of() : machines(efficiency.snapshot()))
        .flatMap(all -> all);
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
