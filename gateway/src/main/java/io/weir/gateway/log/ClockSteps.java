package io.weir.gateway.log;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How the wall clock was set while the program runs, so that nothing is taken for old because of
 * that: the clock is wrong now, or it was when the thing came. An age is the least that it may be,
 * by all settings under which that wall time can have come. A clock that was ahead at the start
 * already is not noticed. Owned by one thread.
 */
public final class ClockSteps {

  /** Below this, the two clocks were read at different moments. */
  private static final long LEAST_NS = 60_000_000_000L;

  private static final int MOST = 16;

  private final Time time;
  private long wallNs;

  /** Wall time less elapsed time, as the clock is set now. */
  private long setNs;

  /** The newest first. */
  private final Deque<Former> former = new ArrayDeque<>();

  /**
   * A former setting.
   *
   * @param toNs the wall time at its end
   */
  private record Former(long toNs, long setNs) {
    Former and(Former other) {
      return new Former(Math.max(toNs, other.toNs), Math.min(setNs, other.setNs));
    }
  }

  public ClockSteps(Time time) {
    this.time = time;
    wallNs = time.wallNs();
    setNs = wallNs - time.elapsedNs();
  }

  /** Reads the clocks. To be called again and again. */
  public void look() {
    wallNs = time.wallNs();
    long set = wallNs - time.elapsedNs();
    if (Math.abs(set - setNs) >= LEAST_NS) {
      former.push(new Former(wallNs - (set - setNs), setNs));
      if (former.size() > MOST) {
        former.addLast(former.removeLast().and(former.removeLast()));
      }
    }
    setNs = set;
  }

  /** How long ago a wall time was at the last {@link #look()}; negative if it is still to come. */
  public long ageNs(long pastNs) {
    return wallNs - pastNs - aheadSince(pastNs);
  }

  /** How much longer ago a wall time may seem to be than it is. */
  long aheadSince(long pastNs) {
    long most = 0;
    for (Former each : former) {
      most = pastNs <= each.toNs ? Math.max(most, setNs - each.setNs) : most;
    }
    return most;
  }
}
