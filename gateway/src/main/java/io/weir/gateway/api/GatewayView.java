package io.weir.gateway.api;

import io.weir.gateway.live.AssetNode;
import io.weir.gateway.live.ReceivedShift;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the API and the live page show. Implemented by the wiring. Call {@link #status}
 * only on the thread {@code http-view}, the rest on any thread. Only the two methods for the
 * quarantine, and the past, may read a disk.
 */
public interface GatewayView {

  /** The state of every part now. */
  Status status();

  /** Whether the gateway works, with the reason of each part that does not. */
  Health health();

  /** Where every reading went, since the gateway was first started. */
  LedgerResponse ledger();

  /** The newest value of each metric, by site, area, line and machine. */
  List<AssetNode> assets();

  /** The newest shifts of machines and lines of which other gateways have sent figures. */
  List<ReceivedShift> received();

  /** Figures of machines and lines in their current shifts, or {@code null} if not configured. */
  @Nullable EfficiencyResponse efficiency();

  /** The history of machines; always the same instance. */
  MachineView machines();

  /** What was before; always the same instance. It may wait for a store. */
  PastView past();

  /**
   * A page of the quarantine, newest first.
   *
   * @param limit entries at most, 1 to 500
   * @param before only entries below this position, as {@link QuarantinePage#next()} gives it
   */
  QuarantinePage quarantine(int limit, long before) throws IOException;

  /** One complete entry of the quarantine, or {@code null} if it has none (any more). */
  @Nullable QuarantineEntry quarantined(long id) throws IOException;
}
