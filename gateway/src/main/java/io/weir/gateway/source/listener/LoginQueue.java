package io.weir.gateway.source.listener;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Logins that wait for their hash. Each address and user takes turns with the others, and where too
 * many wait the one with the most gives way: a flood of wrong ones holds up only those that come as
 * the same user from the same place. Safe for several threads.
 */
final class LoginQueue {

  /**
   * Who logs in.
   *
   * @param user "" for every name that is not known: those are one
   */
  record Who(@Nullable InetAddress address, String user) {}

  /** One of them. */
  interface Login {

    /** Its turn has come. */
    void check();

    /** It gives way. */
    void refuse();
  }

  private final int most;
  private final Map<Who, ArrayDeque<Login>> waiting = new LinkedHashMap<>();
  private int size;

  LoginQueue(int most) {
    this.most = most;
  }

  /**
   * Adds a login.
   *
   * @return the one that gives way, which may be this one; {@code null} if there is room
   */
  synchronized @Nullable Login add(Who who, Login login) {
    Login givesWay = null;
    if (size >= most) {
      Who longest = longest();
      if (waitingOf(who) + 1 >= waitingOf(longest)) {
        return login;
      }
      givesWay = Objects.requireNonNull(waiting.get(longest)).removeLast();
      size--;
    }
    waiting.computeIfAbsent(who, absent -> new ArrayDeque<>()).addLast(login);
    size++;
    return givesWay;
  }

  private int waitingOf(Who who) {
    ArrayDeque<Login> own = waiting.get(who);
    return own == null ? 0 : own.size();
  }

  private Who longest() {
    Who longest = waiting.keySet().iterator().next();
    for (Who each : waiting.keySet()) {
      longest = waitingOf(each) > waitingOf(longest) ? each : longest;
    }
    return longest;
  }

  synchronized boolean isEmpty() {
    return size == 0;
  }

  /** Takes the next one out; {@code null} if none waits. */
  synchronized @Nullable Login next() {
    if (waiting.isEmpty()) {
      return null;
    }
    Who who = waiting.keySet().iterator().next();
    ArrayDeque<Login> own = Objects.requireNonNull(waiting.remove(who));
    Login next = own.removeFirst();
    size--;
    if (!own.isEmpty()) {
      waiting.put(who, own); // behind all others
    }
    return next;
  }
}
