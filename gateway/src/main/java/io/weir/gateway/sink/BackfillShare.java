package io.weir.gateway.sink;

import java.util.concurrent.TimeUnit;

/**
 * Shares the store's time between new readings and a backfill. While more new readings wait than
 * can be written at once, the backfill gets its share of the time of the writes; else it gets all
 * that is left. Belongs to the drain's thread.
 */
final class BackfillShare {

  /** Of about so much time of writing the shares are kept. */
  private static final double WINDOW_NS = TimeUnit.SECONDS.toNanos(5);

  private final double share;
  private double liveNs;
  private double backfillNs;

  /**
   * @param share of the backfill, above 0 and below 1
   */
  BackfillShare(double share) {
    this.share = share;
  }

  /** Whether the backfill may write now. */
  boolean allowsBackfill(boolean newReadingsWait) {
    return !newReadingsWait || backfillNs * (1 - share) <= liveNs * share;
  }

  void wroteLive(long tookNs) {
    liveNs += tookNs;
    forget();
  }

  void wroteBackfill(long tookNs) {
    backfillNs += tookNs;
    forget();
  }

  private void forget() {
    if (liveNs + backfillNs > WINDOW_NS) {
      liveNs /= 2;
      backfillNs /= 2;
    }
  }
}
