package io.weir.gateway.notify;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What waits for one outlet, and when it was sent something. Owned by {@link Notices}. */
final class Queue {

  /** Beyond these the oldest are left out. */
  static final int MOST = 1000;

  final Deque<Event> events = new ArrayDeque<>();

  /** Events that were left out, and no message has said so yet. */
  long omitted;

  /** When messages were delivered, within the last hour. */
  final List<Long> delivered = new ArrayList<>();

  /** Nothing was delivered later: the clock was ahead then. */
  void isNow(long nowNs) {
    delivered.replaceAll(at -> Math.min(at, nowNs));
  }

  void add(Event event) {
    events.add(event);
    while (events.size() > MOST) {
      events.remove();
      omitted++;
    }
  }

  /** Leaves out what became news before that instant. */
  boolean dropBefore(long ns) {
    boolean dropped = false;
    while (!events.isEmpty() && events.getFirst().atNs() < ns) {
      events.remove();
      omitted++;
      dropped = true;
    }
    return dropped;
  }
}
