package io.weir.gateway.normalize;

import io.weir.gateway.log.Time;

/**
 * Receive times: wall time, but strictly increasing, so that two messages without a time of their
 * own never overwrite each other in a store. Where the wall clock stands or goes back, each is one
 * step after the one before.
 *
 * <p>One exception: if the wall clock is more than an hour behind the last receive time, it was
 * ahead before. Then receive times go back to the wall clock, and stay above the last one from
 * before it went ahead. Safe for several threads.
 */
public final class ReceiveClock {

  private final Time time;
  private final long stepNs;

  /** Guarded by this. */
  private final ReceiveTimes given;

  private volatile long rebases;

  /**
   * @param stepNs the coarsest precision of any store, nanoseconds; times are multiples of it
   * @param given the receive times given before, as the log has them; owned by this from now on
   */
  public ReceiveClock(Time time, long stepNs, ReceiveTimes given) {
    if (stepNs <= 0) {
      throw new IllegalArgumentException("step " + stepNs + " ns");
    }
    this.time = time;
    this.stepNs = stepNs;
    this.given = given;
  }

  /** The next receive time, nanoseconds since the epoch. */
  public synchronized long next() {
    long now = floor(time.wallNs());
    long floor = given.floor(now);
    if (floor < given.last()) {
      rebases++;
    }
    long next = Math.max(now, floor(floor) + stepNs);
    given.add(next);
    return next;
  }

  private long floor(long ns) {
    return Math.floorDiv(ns, stepNs) * stepNs;
  }

  /** How often receive times went back to the wall clock since the start. */
  public long rebases() {
    return rebases;
  }
}
