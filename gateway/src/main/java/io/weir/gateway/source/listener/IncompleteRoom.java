package io.weir.gateway.source.listener;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds the bytes of all long packets that are not complete. Safe for several threads. */
final class IncompleteRoom {

  private final long most;
  private final AtomicLong reserved = new AtomicLong();
  private final Set<AnswerQueue> waiting = ConcurrentHashMap.newKeySet();

  /** Of those whose clients are accepted, and of strangers, who else could take all of it. */
  record Both(IncompleteRoom accepted, IncompleteRoom strangers) {

    /**
     * @param most bytes of each
     */
    static Both of(long most) {
      return new Both(new IncompleteRoom(most), new IncompleteRoom(most));
    }
  }

  /**
   * @param most bytes; the longest packet has room at least
   */
  IncompleteRoom(long most) {
    this.most = most;
  }

  /**
   * Asks for room for a packet.
   *
   * @param asking woken when it is worth asking again
   */
  boolean reserve(int bytes, AnswerQueue asking) {
    if (take(bytes)) {
      return true;
    }
    waiting.add(asking);
    return take(bytes); // freed meanwhile
  }

  private boolean take(int bytes) {
    long now = reserved.get();
    while (now + bytes <= most) {
      if (reserved.compareAndSet(now, now + bytes)) {
        return true;
      }
      now = reserved.get();
    }
    return false;
  }

  /** A connection has ended. */
  void forget(AnswerQueue ended) {
    waiting.remove(ended);
  }

  void free(int bytes) {
    reserved.addAndGet(-bytes);
    for (AnswerQueue next : waiting) {
      waiting.remove(next);
      next.wake();
    }
  }
}
