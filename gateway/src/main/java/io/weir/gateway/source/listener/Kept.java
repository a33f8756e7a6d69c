package io.weir.gateway.source.listener;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what all clients keep of one kind. One may always have a little, whatever the others keep:
 * it could leave thousands behind under many client ids, or bring much without a login. Safe for
 * several threads.
 */
final class Kept {

  /** What a packet id or a filter holds with what belongs to it, in bytes, estimated. */
  static final int OVERHEAD = 256;

  /** So much is always allowed to one: ten packet ids. */
  private static final long ALWAYS = 10L * OVERHEAD;

  private final long most;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param most bytes that all may take
   */
  Kept(long most) {
    this.most = most;
  }

  /** There is more of it, or where less than 0, less. */
  void add(long more) {
    bytes.addAndGet(more);
  }

  /** Whether one that keeps this many bytes itself may keep more. */
  boolean hasRoom(long own) {
    return own < ALWAYS || bytes.get() < most;
  }
}
