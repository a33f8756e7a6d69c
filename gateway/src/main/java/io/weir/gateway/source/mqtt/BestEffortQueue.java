package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.Delivery;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * QoS 0 messages on their way from the callback thread of the client to the source's own, bounded
 * in bytes. Guarded by itself.
 */
final class BestEffortQueue {

  private final long maxBytes;
  private final Queue<Delivery> held = new ArrayDeque<>();
  private long bytes;

  BestEffortQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Returns whether there was room. */
  synchronized boolean add(Delivery delivery) {
    if (bytes + bytes(delivery) > maxBytes) {
      return false;
    }
    bytes += bytes(delivery);
    return held.add(delivery);
  }

  /** The one that came first; {@code null} where none is held. */
  synchronized @Nullable Delivery first() {
    return held.peek();
  }

  synchronized void removeFirst() {
    bytes -= bytes(held.remove());
  }

  private static long bytes(Delivery delivery) {
    return Delivery.bytes(delivery.topic(), delivery.payload(), delivery.contentType());
  }
}
