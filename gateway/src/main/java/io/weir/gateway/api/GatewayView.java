package io.weir.gateway.api;

import io.weir.gateway.live.AssetNode;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the API and the live page show. Implemented by the wiring. {@link #status} is for the
 * one thread {@code http-view}; the rest is for any thread, but only the two questions about the
 * quarantine may read a disk.
 */
public interface GatewayView {

  /** The state of every part now. */
  Status status();

  /** Whether the gateway does its work, with the reason of each part that does not. */
  Health health();

  /** Where every reading went, since the gateway was first started. */
  LedgerResponse ledger();

  /** The newest value of each metric, by site, area, line and machine. */
  List<AssetNode> assets();

  /** How well machines and lines run in their present shifts, or {@code null} if not configured. */
  @Nullable EfficiencyResponse efficiency();

  /** What the API tells of machines beyond the present; always the same. */
  MachineView machines();

  /**
   * A page of the quarantine, newest first.
   *
   * @param limit entries at most, 1 to 500
   * @param before only entries below this position, as {@link QuarantinePage#next()} gives it
   */
  QuarantinePage quarantine(int limit, long before) throws IOException;

  /** One entry of the quarantine whole, or {@code null} where it is not, or no longer, held. */
  @Nullable QuarantineEntry quarantined(long id) throws IOException;
}
