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

  synchronized @Nullable Delivery poll() {
    Delivery next = held.poll();
    if (next != null) {
      bytes -= bytes(next);
    }
    return next;
  }

  private static long bytes(Delivery delivery) {
    return (long) delivery.payload().length + InflightDelivery.OVERHEAD;
  }
}
