package io.weir.gateway.source.listener;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what all sessions keep of one kind, with and without a connection: a client could leave
 * thousands of them behind under many client ids. Safe for several threads.
 */
final class Kept {

  /** What a packet id or a filter holds with what belongs to it, in bytes, estimated. */
  static final int OVERHEAD = 256;

  /** So much is always allowed to a session, whatever the others keep: ten packet ids. */
  private static final long ALWAYS = 10L * OVERHEAD;

  private final long most;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param most bytes that all may take
   */
  Kept(long most) {
    this.most = most;
  }

  /** One of a session is there, or where less than 0, is not any more. */
  void add(long more) {
    bytes.addAndGet(more);
  }

  /** Whether a session that keeps so many bytes may keep one more. */
  boolean hasRoom(long own) {
    return own < ALWAYS || bytes.get() < most;
  }
}
