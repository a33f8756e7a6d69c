package io.weir.gateway.decode.sparkplug;

import java.util.concurrent.TimeUnit;

/** A request for births that is wanted, and made seldom. Owned by its {@link Node}. */
final class Request {

  /** The shortest time between two; each one that follows soon doubles it. */
  private static final long FIRST_PAUSE_NS = TimeUnit.SECONDS.toNanos(10);

  private static final long LONGEST_PAUSE_NS = TimeUnit.MINUTES.toNanos(10);

  /** After this long without one the pause is the shortest again. */
  private static final long CALM_NS = TimeUnit.HOURS.toNanos(1);

  private boolean wanted;
  private boolean made;
  private long madeAtNs;
  private long pauseNs = FIRST_PAUSE_NS;

  void want(boolean more) {
    wanted |= more;
  }

  void drop() {
    wanted = false;
  }

  /** Whether it must be made now; true once, then not for a while. */
  boolean isDue(long nowNs) {
    if (!wanted || (made && nowNs - madeAtNs < pauseNs)) {
      return false;
    }
    boolean calm = !made || nowNs - madeAtNs > CALM_NS;
    pauseNs = calm ? FIRST_PAUSE_NS : Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
    made = true;
    madeAtNs = nowNs;
    wanted = false;
    return true;
  }
}
