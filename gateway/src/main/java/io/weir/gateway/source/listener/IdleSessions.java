package io.weir.gateway.source.listener;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a {@link SessionTable} that no connection has, the first to end first, and how
 * many sessions each sender has. So a full table need not be searched for each CONNECT. Guarded by
 * the table's monitor.
 */
final class IdleSessions {

  private static final Comparator<ClientSession> FIRST_TO_END =
      Comparator.<ClientSession>comparingLong(each -> each.expiresAtNs)
          .thenComparingLong(each -> each.number)
          .thenComparing(each -> each.client);

  /** Those by which a client loses nothing. */
  private final TreeSet<ClientSession> free = new TreeSet<>(FIRST_TO_END);

  /** Those that hold messages of QoS 2, by sender. */
  private final Map<String, TreeSet<ClientSession>> holding = new HashMap<>();

  /** Sessions of each sender, idle or not. */
  private final Map<String, Integer> counts = new HashMap<>();

  /** The table has one more. */
  void counts(ClientSession session) {
    counts.merge(session.sender, 1, Integer::sum);
  }

  /** The table has it no more. */
  void countsNoMore(ClientSession session) {
    counts.computeIfPresent(session.sender, (sender, count) -> count == 1 ? null : count - 1);
  }

  /** No connection has it; its end is set. */
  void add(ClientSession session) {
    if (session.held.isEmpty()) {
      free.add(session);
    } else {
      holding.computeIfAbsent(session.sender, sender -> new TreeSet<>(FIRST_TO_END)).add(session);
    }
  }

  /** A connection has it, or it has ended. */
  void remove(ClientSession session) {
    if (!free.remove(session)) {
      holding.computeIfPresent(
          session.sender, (sender, all) -> all.remove(session) && all.isEmpty() ? null : all);
    }
  }

  /**
   * The one that makes room: one that a client loses nothing by, else one of the sender that has
   * the most. Such a client may have a message of QoS 2 taken twice; but who leaves them everywhere
   * would shut all others out.
   *
   * @param sender who wants one more
   */
  @Nullable ClientSession leaving(String sender) {
    if (!free.isEmpty()) {
      return free.first();
    }
    int own = counts.getOrDefault(sender, 0) + 1;
    int highest = counts.isEmpty() ? own : Math.max(own, Collections.max(counts.values()));
    return holding.entrySet().stream()
        .filter(each -> count(each.getKey(), sender) == highest)
        .map(each -> each.getValue().first())
        .min(FIRST_TO_END)
        .orElse(null);
  }

  private int count(String of, String sender) {
    return counts.getOrDefault(of, 0) + (of.equals(sender) ? 1 : 0);
  }
}
