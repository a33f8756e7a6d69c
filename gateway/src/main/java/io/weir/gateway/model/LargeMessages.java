package io.weir.gateway.model;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets only one large message at a time be decoded, by the intake or by a consumer of a log.
 * Decoded it takes several times its own bytes, and the heap is one for all of them. Small messages
 * never wait. For any thread; a turn is for work in memory, and never waits for a store.
 */
public final class LargeMessages {

  /** Bytes from which on a message is large. */
  public static final int LARGE_BYTES = 1 << 20;

  private static final ReentrantLock ONE = new ReentrantLock();

  /** Ends with {@link #close}, on the same thread. */
  public interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  private LargeMessages() {}

  /** Waits for the turn of a message of this size, in its payload or in its record. */
  public static Turn turn(int bytes) {
    if (bytes < LARGE_BYTES) {
      return () -> {};
    }
    ONE.lock();
    return ONE::unlock;
  }
}
