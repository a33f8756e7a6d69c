package io.weir.gateway.source.mqtt;

import io.weir.gateway.model.LargeMessages;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps Paho from reading one large message behind the other: its queue holds ten, whatever their
 * size. A large one is read only when the inbox has taken all before it. Until then the broker
 * waits, which TCP tells it.
 *
 * <p>Used by Paho's receiver thread, which alone waits, and by those that hand messages over; they
 * lock only while it waits.
 */
final class InboundPace {

  /** The longest wait; the broker must not take the connection for dead. */
  private static final long LONGEST_MS = 10_000;

  private final AtomicLong handedOver = new AtomicLong();
  private long begun;
  private volatile boolean waiting;
  private volatile boolean closed;

  /** Called before a PUBLISH of this length is read; waits if it is large. */
  void begins(int length) {
    if (length >= LargeMessages.LARGE_BYTES) {
      awaitAllBefore();
    }
    begun++;
  }

  private synchronized void awaitAllBefore() {
    long deadline = System.nanoTime() + LONGEST_MS * 1_000_000;
    waiting = true; // before the number is looked at: who hands over later than that wakes it
    while (handedOver.get() < begun && !closed) {
      long leftMs = (deadline - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        break;
      }
      try {
        wait(leftMs);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    waiting = false;
  }

  /** A PUBLISH was handed over, in the order in which they were read. */
  void handedOver() {
    handedOver.incrementAndGet();
    wake();
  }

  /** The connection ends: nothing waits any more. */
  void close() {
    closed = true;
    wake();
  }

  private void wake() {
    if (waiting) {
      synchronized (this) {
        notifyAll();
      }
    }
  }
}
