package io.weir.gateway.source.listener;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds the bytes that all connections hold together. Safe for several threads. */
final class SharedWindow {

  private final long most;
  private final AtomicLong held = new AtomicLong();
  private final Queue<AnswerQueue> waiting = new ConcurrentLinkedQueue<>();

  SharedWindow(long most) {
    this.most = most;
  }

  void hold(long bytes) {
    held.addAndGet(bytes);
  }

  void release(long bytes) {
    if (held.addAndGet(-bytes) <= most / 2) {
      for (AnswerQueue next = waiting.poll(); next != null; next = waiting.poll()) {
        next.wake();
      }
    }
  }

  /**
   * Whether a connection may go on.
   *
   * @param asking woken when it may again
   */
  boolean hasRoom(AnswerQueue asking) {
    if (held.get() <= most) {
      return true;
    }
    waiting.add(asking);
    if (held.get() <= most / 2) { // released meanwhile
      release(0);
    }
    return false;
  }
}
