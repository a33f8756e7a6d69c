package io.weir.gateway.source.mqtt;

import io.weir.gateway.model.LargeMessages;

/**
 * Keeps Paho from reading one large message behind the other: its queue holds ten, whatever their
 * size. A large one is read only when the inbox has taken all before it. Until then the broker
 * waits, which TCP tells it.
 *
 * <p>Used by Paho's receiver thread and those that hand messages over; guarded by itself.
 */
final class InboundPace {

  /** The longest wait; the broker must not take the connection for dead. */
  private static final long LONGEST_MS = 10_000;

  private long begun;
  private long handedOver;
  private boolean closed;

  /** Called before a PUBLISH of this length is read; waits if it is large. */
  synchronized void begins(int length) {
    long deadline = System.nanoTime() + LONGEST_MS * 1_000_000;
    while (length >= LargeMessages.LARGE_BYTES && handedOver < begun && !closed) {
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
    begun++;
  }

  /** A PUBLISH was handed over, in the order in which they were read. */
  synchronized void handedOver() {
    handedOver++;
    notifyAll();
  }

  /** The connection ends: nothing waits any more. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
