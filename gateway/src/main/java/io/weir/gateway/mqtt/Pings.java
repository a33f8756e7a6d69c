package io.weir.gateway.mqtt;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The pings of one connection: which are sent, and which are answered. For any thread. */
final class Pings {

  private static final int LOOK_MS = 200;

  private long sent;
  private long answered;
  private long unansweredSinceNs;

  /**
   * A ping is sent.
   *
   * @return its number
   */
  synchronized long sent() {
    if (sent == answered) {
      unansweredSinceNs = System.nanoTime();
    }
    return ++sent;
  }

  /** The oldest is answered. */
  synchronized void answered() {
    answered = Math.min(sent, answered + 1);
    unansweredSinceNs = System.nanoTime();
    notifyAll();
  }

  /** How long the broker has owed an answer; -1 where it owes none. */
  synchronized long unansweredNs(long nowNs) {
    return sent == answered ? -1 : nowNs - unansweredSinceNs;
  }

  /** The connection is gone: nobody waits on. */
  synchronized void ended() {
    notifyAll();
  }

  /**
   * Waits until a ping is answered, the time is over, or the connection is gone.
   *
   * @return whether it is answered
   */
  synchronized boolean await(long number, long limitNs, BooleanSupplier isOpen)
      throws InterruptedException {
    long until = System.nanoTime() + limitNs;
    long left = TimeUnit.NANOSECONDS.toMillis(limitNs);
    while (answered < number && left > 0 && isOpen.getAsBoolean()) {
      wait(Math.min(left, LOOK_MS));
      left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
    }
    return answered >= number;
  }
}
