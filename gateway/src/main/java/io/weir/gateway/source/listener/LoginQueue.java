package io.weir.gateway.source.listener;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Logins that wait for their hash. Each address and user takes turns with the others. Where too
 * many wait, the place with the most gives way, and there the address and user with the most: a
 * flood of wrong ones holds up only those that come as the same user from the same place. Safe for
 * several threads.
 */
final class LoginQueue {

  /**
   * Who logs in.
   *
   * @param place the address, or a network that counts as one
   * @param user "" for every name that is not known: those are one
   */
  record Who(InetAddress place, InetAddress address, String user) {}

  /** One of them. */
  interface Login {

    /** Its turn has come. */
    void check();

    /** It gives way. */
    void refuse();
  }

  private final int most;
  private final Map<Who, ArrayDeque<Login>> waiting = new LinkedHashMap<>();
  private final Map<InetAddress, Integer> ofPlaces = new HashMap<>();
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
      InetAddress fullest = fullest();
      boolean ownIs = waitingOf(who.place()) + 1 >= waitingOf(fullest);
      Who longest = longest(ownIs ? who.place() : fullest);
      if (longest == null || ownIs && waitingOf(who) + 1 >= waitingOf(longest)) {
        return login;
      }
      givesWay = Objects.requireNonNull(waiting.get(longest)).removeLast();
      leaves(longest);
    }
    waiting.computeIfAbsent(who, absent -> new ArrayDeque<>()).addLast(login);
    ofPlaces.merge(who.place(), 1, Integer::sum);
    size++;
    return givesWay;
  }

  private void leaves(Who who) {
    size--;
    ofPlaces.computeIfPresent(who.place(), (place, count) -> count == 1 ? null : count - 1);
    waiting.computeIfPresent(who, (same, own) -> own.isEmpty() ? null : own);
  }

  private int waitingOf(InetAddress place) {
    return ofPlaces.getOrDefault(place, 0);
  }

  private int waitingOf(Who who) {
    ArrayDeque<Login> own = waiting.get(who);
    return own == null ? 0 : own.size();
  }

  private InetAddress fullest() {
    InetAddress fullest = ofPlaces.keySet().iterator().next();
    for (InetAddress each : ofPlaces.keySet()) {
      fullest = waitingOf(each) > waitingOf(fullest) ? each : fullest;
    }
    return fullest;
  }

  private @Nullable Who longest(InetAddress place) {
    Who longest = null;
    for (Who each : waiting.keySet()) {
      boolean isLonger = longest == null || waitingOf(each) > waitingOf(longest);
      longest = each.place().equals(place) && isLonger ? each : longest;
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
    leaves(who);
    if (!own.isEmpty()) {
      waiting.put(who, own); // behind all others
    }
    return next;
  }
}
