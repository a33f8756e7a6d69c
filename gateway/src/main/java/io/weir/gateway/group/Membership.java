package io.weir.gateway.group;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides who of a group divides its assets, from the presences that one member has heard. It does
 * no I/O and reads no clock; all times are of one elapsed clock.
 *
 * <p>A member is gone {@link #GONE_NS} after its last presence was heard. A member that does not
 * hear itself for as long is cut off, or behind with what it receives: it owns nothing, because it
 * cannot know what the others have taken over. After it hears itself again it listens for as long
 * before it owns anything, to know who is there.
 *
 * <p>Of those that are there, each divides among the best: those that receive; of these, those
 * whose history is as long as is asked, or else those whose history began first; of these, those
 * whose stores take what they send. A quality that nobody has excludes nobody.
 *
 * <p>With each other view a member raises its epoch above all that it has heard. So a member that
 * takes over has a higher one than who owned before, and one that returns is never above its
 * successor while that owns. Two that are cut off from each other may give themselves the same:
 * both send the same.
 */
final class Membership {

  static final long GONE_NS = TimeUnit.SECONDS.toNanos(3);

  /** Histories that began within this time are as good as each other. */
  static final long SAME_BEGINNING_MS = 10_000;

  /** Presences whose return is waited for; older ones are no longer of use. */
  private static final int MOST_AWAITED = 32;

  private final String self;
  private final Map<String, Heard> others = new TreeMap<>();
  private final Deque<Sent> sent = new ArrayDeque<>();
  private @Nullable Presence own;
  private boolean hasEcho;
  private long echoedNs;
  private boolean hears;
  private long hearsSinceNs;
  private View view = View.NOBODY;
  private long epoch;

  /** The highest that was heard, also of members that have left. */
  private long heardEpoch;

  /** A presence of another member, and when it was heard: elapsed, and by the wall. */
  record Heard(Presence presence, long atNs, long atWallNs) {}

  private record Sent(long number, long atNs) {}

  /**
   * @param epoch the highest that this member has given itself before
   */
  Membership(String self, long epoch) {
    this.self = self;
    this.epoch = epoch;
  }

  /** This member says something of itself. */
  void sends(Presence presence, long nowNs) {
    own = presence;
    sent.addLast(new Sent(presence.number(), nowNs));
    if (sent.size() > MOST_AWAITED) {
      sent.removeFirst();
    }
  }

  /** A presence came in, of whatever member and however late. */
  void hears(Presence presence, long nowNs, long wallNs) {
    if (presence.id().equals(self)) {
      echo(presence);
      return;
    }
    heardEpoch = Math.max(heardEpoch, presence.epoch());
    Heard before = others.get(presence.id());
    if (before == null || presence.isAfter(before.presence())) {
      others.put(presence.id(), new Heard(presence, nowNs, wallNs));
    }
  }

  private void echo(Presence presence) {
    Presence said = own;
    if (said == null || presence.start() != said.start()) {
      return; // of a former process
    }
    while (!sent.isEmpty() && sent.getFirst().number() <= presence.number()) {
      hasEcho = true;
      echoedNs = sent.removeFirst().atNs();
    }
  }

  /** A member stopped, and said so. */
  void leaves(String member) {
    if (!member.equals(self)) {
      others.remove(member);
    }
  }

  /** Decides anew; returns whether the view is another one than before. */
  boolean decide(long nowNs) {
    boolean now = hasEcho && nowNs - echoedNs <= GONE_NS;
    if (now && !hears) {
      hearsSinceNs = nowNs;
    }
    hears = now;
    View next = now && nowNs - hearsSinceNs >= GONE_NS ? chosen(nowNs) : View.NOBODY;
    if (next.equals(view)) {
      return false;
    }
    view = next;
    if (next.has(self)) {
      epoch = Math.max(epoch, heardEpoch) + 1;
    }
    return true;
  }

  private View chosen(long nowNs) {
    List<Presence> some = new ArrayList<>();
    if (own != null) {
      some.add(own);
    }
    for (Heard each : others.values()) {
      if (isThere(each, nowNs)) {
        some.add(each.presence());
      }
    }
    some = orAll(some, Presence::ready);
    if (some.stream().anyMatch(Presence::complete)) {
      some = orAll(some, Presence::complete);
    } else {
      long first = some.stream().mapToLong(Presence::sinceMs).min().orElse(0);
      some = orAll(some, each -> each.sinceMs() <= first + SAME_BEGINNING_MS);
    }
    some = orAll(some, Presence::well);
    return new View(some.stream().map(Presence::id).toList());
  }

  private static List<Presence> orAll(List<Presence> all, Predicate<Presence> quality) {
    List<Presence> some = all.stream().filter(quality).toList();
    return some.isEmpty() ? all : some;
  }

  private static boolean isThere(Heard each, long nowNs) {
    return nowNs - each.atNs() <= GONE_NS;
  }

  /** Among whom assets are divided, as decided last. */
  View view() {
    return view;
  }

  /** The highest that this member has given itself. */
  long epoch() {
    return epoch;
  }

  /** What this member said last, {@code null} before the first time. */
  @Nullable Presence own() {
    return own;
  }

  /** Whether it has heard anything that it said. */
  boolean hasEcho() {
    return hasEcho;
  }

  /** When it said what it heard last of itself. */
  long echoedNs() {
    return echoedNs;
  }

  /** Whether it hears itself, so that it can know who is there. */
  boolean hearsItself() {
    return hears;
  }

  /** What was heard of another member, {@code null} if nothing. */
  @Nullable Heard heard(String member) {
    return others.get(member);
  }

  /** Whether another member was heard lately. */
  boolean isThere(String member, long nowNs) {
    Heard heard = others.get(member);
    return heard != null && isThere(heard, nowNs);
  }

  /** All others that were heard and have not left, by id. */
  List<Heard> others() {
    return List.copyOf(others.values());
  }

  /**
   * The wall time, of this member, up to which the others have stored what is theirs by a view. A
   * message that two members receive, the later one receives within {@link #GONE_NS} or it would
   * not hear itself; and as long a presence may have been under way.
   *
   * @param way from a log to a store
   * @param slackNs by how much more the logs of two members may differ
   */
  long storedTo(View of, String way, long slackNs) {
    long storedTo = Long.MAX_VALUE;
    for (String member : of.members()) {
      if (member.equals(self)) {
        continue;
      }
      Heard heard = others.get(member);
      if (heard == null || !heard.presence().view().equals(of.members())) {
        return Long.MIN_VALUE; // it may own less than we think
      }
      Long behindMs = heard.presence().behindMs().get(way);
      if (behindMs == null) {
        continue; // it has no such store, so what is its own is ours there
      }
      if (behindMs < 0) {
        return Long.MIN_VALUE;
      }
      long behindNs = TimeUnit.MILLISECONDS.toNanos(behindMs);
      storedTo = Math.min(storedTo, heard.atWallNs() - behindNs - 2 * GONE_NS - slackNs);
    }
    return storedTo;
  }
}
