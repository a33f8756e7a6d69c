package io.weir.gateway.api;

import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.live.AssetNode;
import io.weir.gateway.live.Live;
import io.weir.gateway.live.ReceivedShift;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes each call to the part of the gateway that answers it. */
public final class View implements GatewayView {

  private final StatusView status;
  private final HealthView health;
  private final LedgerView ledger;
  private final Live live;
  private final @Nullable EfficiencyConsumer efficiency;
  private volatile EfficiencyView layout = new EfficiencyView(null);
  private final MachineView machines;
  private final PastView past;
  private final QuarantineView quarantine;

  /**
   * @param efficiency {@code null} where no figures are made
   */
  public View(
      StatusView status,
      HealthView health,
      LedgerView ledger,
      Live live,
      @Nullable EfficiencyConsumer efficiency,
      MachineView machines,
      PastView past,
      QuarantineView quarantine) {
    this.status = status;
    this.health = health;
    this.ledger = ledger;
    this.live = live;
    this.efficiency = efficiency;
    this.machines = machines;
    this.past = past;
    this.quarantine = quarantine;
  }

  @Override
  public Status status() {
    return status.status(health(), ledger());
  }

  @Override
  public Health health() {
    return health.health();
  }

  @Override
  public LedgerResponse ledger() {
    return ledger.ledger();
  }

  @Override
  public List<AssetNode> assets() {
    return live.assets();
  }

  @Override
  public List<ReceivedShift> received() {
    return live.received();
  }

  @Override
  public @Nullable EfficiencyResponse efficiency() {
    if (efficiency == null) {
      return null;
    }
    EfficiencyView now = layout.of(efficiency.efficiency());
    layout = now;
    return now.of(efficiency.snapshot());
  }

  @Override
  public MachineView machines() {
    return machines;
  }

  @Override
  public PastView past() {
    return past;
  }

  @Override
  public QuarantinePage quarantine(int limit, long before) throws IOException {
    return quarantine.page(limit, before);
  }

  @Override
  public @Nullable QuarantineEntry quarantined(long id) throws IOException {
    return quarantine.entry(id);
  }
}
