package io.weir.gateway.source.listener;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the packet ids of QoS 2 that all sessions hold, with and without a connection: a client
 * could take thousands and release none, under many client ids. Safe for several threads.
 */
final class HeldIds {

  /** What one holds with what belongs to it, in bytes, estimated. */
  private static final int BYTES = 256;

  /** So many are always allowed to a session, whatever the others hold. */
  private static final int ALWAYS = 10;

  private final long most;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param mostBytes that all may take
   */
  HeldIds(long mostBytes) {
    most = mostBytes / BYTES;
  }

  void add(int more) {
    held.addAndGet(more);
  }

  /** Whether a session that holds so many may hold one more. */
  boolean hasRoom(int own) {
    return own < ALWAYS || held.get() < most;
  }
}
