package io.weir.gateway.normalize;

import io.weir.gateway.log.Time;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Receive times: wall time, but strictly increasing, so that two messages without a time of their
 * own never overwrite each other in a store. Where the wall clock stands or goes back, each is one
 * step after the one before. Safe for several threads.
 */
public final class ReceiveClock {

  private final Time time;
  private final long stepNs;
  private final AtomicLong last;

  /**
   * @param stepNs the coarsest precision of any store, nanoseconds; times are multiples of it
   * @param lastNs the last receive time given before, as the log has it; 0 for none
   */
  public ReceiveClock(Time time, long stepNs, long lastNs) {
    if (stepNs <= 0) {
      throw new IllegalArgumentException("step " + stepNs + " ns");
    }
    this.time = time;
    this.stepNs = stepNs;
    this.last = new AtomicLong(Math.floorDiv(lastNs, stepNs) * stepNs);
  }

  /** The next receive time, nanoseconds since the epoch. */
  public long next() {
    long now = Math.floorDiv(time.wallNs(), stepNs) * stepNs;
    return last.updateAndGet(before -> Math.max(now, before + stepNs));
  }
}
