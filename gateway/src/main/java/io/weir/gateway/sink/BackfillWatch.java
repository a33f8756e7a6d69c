package io.weir.gateway.sink;

import io.weir.gateway.log.Time;

/**
 * Whether a backfill catches up: how long ago fewer bytes waited than ever before. Written by the
 * drain's thread, read by any.
 */
final class BackfillWatch {

  private final Time time;
  private volatile long least;
  private volatile long leastSinceNs;

  BackfillWatch(Time time) {
    this.time = time;
  }

  /**
   * @param waiting bytes that wait, 0 where no backfill runs
   */
  void note(long waiting) {
    if (waiting == 0 || least == 0 || waiting < least) {
      leastSinceNs = time.elapsedNs();
      least = waiting;
    }
  }

  /** Seconds since fewer waited than before, 0 where none wait. */
  double stuckSeconds() {
    return least == 0 ? 0 : (time.elapsedNs() - leastSinceNs) / 1e9;
  }
}
