package io.weir.gateway.source.listener;

import java.util.HashMap;
import java.util.Map;

/**
 * The connections of each user or certificate whose clients are accepted. One may have nine tenths
 * of what the others leave, so that there is always a place for somebody else. Safe for several
 * threads.
 */
final class Shares {

  private static final int RESERVE = 10;

  private final int most;
  private final Map<String, Integer> bySender = new HashMap<>();
  private int taken;

  /**
   * @param most connections at once; 0 for no bound
   */
  Shares(int most) {
    this.most = most;
  }

  /** Takes a place, which is given back at the end of the connection; false where there is none. */
  synchronized boolean take(Sender sender) {
    int own = bySender.getOrDefault(sender.name(), 0);
    int left = most - (taken - own);
    if (most > 0 && !sender.isAnybody() && own >= left - left / RESERVE) {
      return false;
    }
    bySender.put(sender.name(), own + 1);
    taken++;
    return true;
  }

  synchronized void give(Sender sender) {
    bySender.computeIfPresent(sender.name(), (same, own) -> own == 1 ? null : own - 1);
    taken--;
  }
}
