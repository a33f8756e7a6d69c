package io.weir.gateway.source.mqtt;

import io.weir.gateway.model.LargeMessages;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Keeps Paho from reading one large message behind the other: its queue holds ten, whatever their
 * size. A large one is read only when the inbox has taken all before it, and none while the window
 * is full. Until then the broker waits, which TCP tells it. A connection that would be closed
 * instead is made again, and all that was not acknowledged comes a second time.
 *
 * <p>Used by Paho's receiver thread, which alone waits, and by those that hand messages over; they
 * lock only while it waits.
 */
final class InboundPace {

  /** The longest wait; neither side must take the connection for dead. */
  private static final long LONGEST_MS = 10_000;

  /** How often a full window is looked at again. */
  private static final long LOOK_MS = 2;

  private final long longestMs;
  private final BooleanSupplier full;
  private final AtomicLong handedOver = new AtomicLong();
  private long begun;
  private volatile boolean waiting;

  /** A full window got no room in the longest time; what follows fills it, and it is closed. */
  private boolean waitedInVain;

  private volatile boolean closed;

  /**
   * @param keepAlive of the connection; zero for none
   * @param full whether reading should wait
   */
  InboundPace(Duration keepAlive, BooleanSupplier full) {
    this.longestMs =
        keepAlive.isZero() ? LONGEST_MS : Math.min(LONGEST_MS, keepAlive.toMillis() / 2);
    this.full = full;
  }

  /**
   * Called before a PUBLISH of this length is read; waits if it is large, or the window is full.
   */
  void begins(int length) {
    boolean isLarge = length >= LargeMessages.LARGE_BYTES;
    boolean isFull = full.getAsBoolean();
    waitedInVain &= isFull;
    if (isLarge || isFull && !waitedInVain) {
      await(isLarge);
    }
    begun++;
  }

  private synchronized void await(boolean isLarge) {
    long deadline = System.nanoTime() + longestMs * 1_000_000;
    waiting = true; // before the number is looked at: who hands over later than that wakes it
    while (!closed) {
      boolean isFull = full.getAsBoolean() && !waitedInVain;
      long leftMs = (deadline - System.nanoTime()) / 1_000_000;
      if (!isFull && !(isLarge && handedOver.get() < begun)) {
        break;
      }
      if (leftMs <= 0) {
        waitedInVain |= isFull;
        break;
      }
      try {
        wait(isFull ? Math.min(leftMs, LOOK_MS) : leftMs);
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
