package io.weir.gateway.group;

import java.util.concurrent.TimeUnit;

/**
 * Whether a member whose store takes nothing should let others send. It is tried again after a
 * pause, which doubles: while others send there may be nothing to write that would show that the
 * store is back. Owned by one thread.
 */
public final class Sickness {

  static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
  static final long TRIAL_NS = TimeUnit.SECONDS.toNanos(60);
  static final long FIRST_PAUSE_NS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_DOUBLINGS = 6;

  private boolean isSick;
  private long tryAtNs;
  private int doublings;

  /**
   * Whether this member should send.
   *
   * @param well whether no store has a fault
   * @param unwellNs for how long one has
   * @param nowNs elapsed time
   */
  public boolean isOver(boolean well, long unwellNs, long nowNs) {
    if (well) {
      isSick = false;
      doublings = 0;
      return true;
    }
    if (!isSick && unwellNs < PATIENCE_NS) {
      return true;
    }
    if (!isSick || nowNs - tryAtNs >= TRIAL_NS) {
      isSick = true;
      tryAtNs = nowNs + (FIRST_PAUSE_NS << doublings);
      doublings = Math.min(doublings + 1, MOST_DOUBLINGS);
    }
    return nowNs - tryAtNs >= 0;
  }
}
