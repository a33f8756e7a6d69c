package io.weir.gateway.normalize;

import io.weir.gateway.log.Time;
import java.util.concurrent.TimeUnit;

/**
 * Receive times: wall time, but strictly increasing, so that two messages without a time of their
 * own never overwrite each other in a store. Where the wall clock stands or goes back, each is one
 * step after the one before.
 *
 * <p>One exception: if the wall clock is more than an hour behind the last receive time, it was
 * ahead before. Then receive times go back to the wall clock, and stay above the last one from
 * before it went ahead. Where the clock comes back to times that were given before it went back,
 * they are passed over. Safe for several threads.
 */
public final class ReceiveClock {

  private static final long STANDS_NS = TimeUnit.SECONDS.toNanos(1);

  private final Time time;
  private final long stepNs;

  /** Guarded by this. */
  private final ReceiveTimes given;

  /** Whether it gives no times; never changed once it is in use. */
  private boolean isSilent;

  private volatile long rebases;

  /** The last receive time that was still right when times went back; guarded by this. */
  private long lastRight = Long.MAX_VALUE;

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

  /** One that gives no times. */
  static ReceiveClock silent() {
    Time none =
        new Time() {
          @Override
          public long wallNs() {
            throw new IllegalStateException("no receive time is given here");
          }

          @Override
          public long elapsedNs() {
            throw new IllegalStateException("no receive time is given here");
          }
        };
    ReceiveClock silent = new ReceiveClock(none, 1, new ReceiveTimes());
    silent.isSilent = true;
    return silent;
  }

  /** The next receive time, nanoseconds since the epoch. */
  public synchronized long next() {
    long now = floor(time.wallNs());
    long floor = given.floor(now);
    if (floor < given.last()) {
      rebases++;
      lastRight = floor;
    }
    long next = Math.max(now, floor(floor) + stepNs);
    for (long left = given.leftUpTo(next); left >= next; left = given.leftUpTo(next)) {
      next = floor(left) + stepNs;
    }
    given.add(next);
    return next;
  }

  private long floor(long ns) {
    return Math.floorDiv(ns, stepNs) * stepNs;
  }

  /** The last receive time given, or that the log has; 0 for none. */
  public synchronized long last() {
    return given.last();
  }

  /**
   * A time that was given before, as it counts now: where the clock was ahead and times went back,
   * the last one from before it went ahead stands for all that were given meanwhile.
   */
  synchronized long asOfNow(long givenNs) {
    return givenNs > given.last() ? Math.min(givenNs, lastRight) : givenNs;
  }

  /**
   * Whether a receive time is of a time when the wall clock was ahead: it was given, and is above
   * the last that was given since. To a clock that gives none, no time is.
   */
  synchronized boolean isFromAhead(long givenNs) {
    return !isSilent && givenNs > given.last();
  }

  /** Whether a receive time was given before times went back, and not since. */
  synchronized boolean isFromBefore(long givenNs) {
    return given.isLeft(givenNs);
  }

  /**
   * The last receive time below this one that was given before times went back; {@link
   * Long#MIN_VALUE} for none.
   */
  synchronized long lastFromBefore(long givenNs) {
    return given.leftBelow(givenNs);
  }

  /** Whether the wall clock went back, and receive times nearly stand until it is there again. */
  synchronized boolean stands() {
    return !isSilent && given.last() - time.wallNs() > STANDS_NS;
  }

  /** Elapsed time, by which a span is as long as it is where receive times stand. */
  long elapsedNs() {
    return isSilent ? 0 : time.elapsedNs();
  }

  /** The coarsest precision of any store, nanoseconds. */
  long stepNs() {
    return stepNs;
  }

  /** How often receive times went back to the wall clock since the start. */
  public long rebases() {
    return rebases;
  }
}
