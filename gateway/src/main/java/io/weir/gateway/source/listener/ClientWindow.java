package io.weir.gateway.source.listener;

import java.util.concurrent.TimeUnit;

/**
 * Learns how many messages a client sends before it waits for an answer, which MQTT 3 does not say
 * and a client of MQTT 5 may choose for itself. Where the log waits long for more before it syncs,
 * as on flash, such a client could else send no more than that in each wait.
 *
 * <p>It is learned from a client that three times in a row sends the same number, waits, and sends
 * on at once when it is answered. It is forgotten when the client sends more, or sends later: a
 * device that sends in its own time ends no wait of the log, even where its period is as long.
 */
final class ClientWindow {

  private static final int ROUNDS = 3;

  /** Who may send more does so sooner. */
  private static final long SILENCE_NS = TimeUnit.MILLISECONDS.toNanos(200);

  /** So soon after its answers a client sends that has waited for them. */
  private static final long AT_ONCE_NS = TimeUnit.MILLISECONDS.toNanos(20);

  /** 0 while it is not known. */
  private int window;

  /** How many times in a row it was the same. */
  private int rounds;

  /** The most under way since all was answered, and before that. */
  private int most;

  private int mostBefore;
  private long arrivedNs;
  private long answeredNs;

  /**
   * Something came that is answered once it is on the disk.
   *
   * @param underWay with it
   * @return whether the client now waits for its answers
   */
  boolean arrived(long nowNs, int underWay) {
    boolean isLate = most == 0 && nowNs - answeredNs > AT_ONCE_NS;
    if (isLate || underWay > window) {
      window = 0;
    }
    if (isLate) {
      rounds = 0;
    }
    most = Math.max(most, underWay);
    arrivedNs = nowNs;
    return underWay == window;
  }

  /**
   * Some were answered.
   *
   * @param left what is still under way
   */
  void answered(long nowNs, int left) {
    answeredNs = nowNs;
    if (left > 0) {
      return;
    }
    if (window == 0) {
      boolean hasWaited = nowNs - arrivedNs >= SILENCE_NS;
      boolean isSame = most == mostBefore;
      rounds = !hasWaited ? 0 : isSame ? rounds + 1 : 1;
      window = rounds >= ROUNDS ? most : 0;
    }
    mostBefore = most;
    most = 0;
  }
}
