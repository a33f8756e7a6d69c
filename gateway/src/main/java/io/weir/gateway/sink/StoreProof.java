package io.weir.gateway.sink;

import java.util.concurrent.atomic.AtomicLong;

/**
 * When a store last took something, for all drains that write to it: what one log brings shows that
 * the store is well to the drain of another, whose only line fails. Moments are counted, not timed.
 * Thread-safe.
 */
public final class StoreProof {

  private final AtomicLong moments = new AtomicLong();
  private final AtomicLong newest = new AtomicLong();

  /** Now: later than all moments before. */
  long moment() {
    return moments.incrementAndGet();
  }

  /** The store took all of a write that began at a moment. */
  void took(long begunAt) {
    newest.accumulateAndGet(begunAt, Math::max);
  }

  /** Whether it took a write that began after a moment. */
  boolean tookSince(long moment) {
    return newest.get() > moment;
  }
}
