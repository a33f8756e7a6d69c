package io.weir.gateway.source.listener;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds the bytes that all connections hold together. Safe for several threads. */
final class SharedWindow {

  private final long most;
  private final AtomicLong held = new AtomicLong();
  private final Set<AnswerQueue> waiting = ConcurrentHashMap.newKeySet();

  SharedWindow(long most) {
    this.most = most;
  }

  void hold(long bytes) {
    held.addAndGet(bytes);
  }

  void release(long bytes) {
    if (held.addAndGet(-bytes) <= most / 2) {
      for (AnswerQueue next : waiting) {
        waiting.remove(next);
        next.wake();
      }
    }
  }

  /** A connection has ended. */
  void forget(AnswerQueue ended) {
    waiting.remove(ended);
  }

  /** Bytes that are held now. */
  long held() {
    return held.get();
  }

  /** How many connections wait. */
  int waiting() {
    return waiting.size();
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
