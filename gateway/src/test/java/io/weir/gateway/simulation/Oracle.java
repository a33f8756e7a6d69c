package io.weir.gateway.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must stand in the stores and in the quarantine, from what was sent to the gateway and what
 * it answered alone. Knows nothing of the gateway.
 */
final class Oracle {

  /** A value came to the gateway for an instant; the first time, or once more. */
  private record Arrival(SentMessage message, Fact.Stored stored, boolean first) {}

  private final Set<SentMessage> acknowledged = new LinkedHashSet<>();

  /** What came for each place and instant, in this order. */
  private final Map<String, Map<Long, List<Arrival>>> arrivals = new HashMap<>();

  private final Map<Integer, SentMessage> messages = new TreeMap<>();

  /** Made at the end. */
  private final Map<String, Integer> arrivalsOfValues = new HashMap<>();

  private int count;
  private int readings;
  private final Trace trace;

  Oracle(Trace trace) {
    this.trace = trace;
  }

  void arrives(SentMessage message) {
    trace.note("arrives", message.number);
    boolean first = message.arrivals++ == 0;
    if (first) {
      message.firstArrival = count;
      messages.put(message.number, message);
    }
    message.lastArrival = count++;
    note(message, first);
  }

  private void note(SentMessage message, boolean first) {
    for (Fact fact : message.facts) {
      if (fact instanceof Fact.Stored stored && stored.atNs() != null) {
        arrivals
            .computeIfAbsent(stored.place(), place -> new HashMap<>())
            .computeIfAbsent(stored.atNs(), instant -> new ArrayList<>(1))
            .add(new Arrival(message, stored, first));
      }
    }
  }

  /**
   * Somebody has the quarantine replayed: what of these messages stands there comes once more. It
   * has the time of its arrival, so it stands where it stood.
   */
  void replayed() {
    for (SentMessage message : messages.values()) {
      if (message.mayBeSetAside()) {
        trace.note("replayed", message.number);
        message.lastArrival = count++;
        note(message, false);
      }
    }
  }

  void acknowledged(SentMessage message) {
    trace.note("acknowledged", message.number);
    if (!message.acknowledged) {
      message.acknowledged = true;
      acknowledged.add(message);
      readings += message.facts.size();
    }
  }

  /**
   * How often a value came for a place, from all messages that have it: with many samples two
   * messages may have one.
   */
  int arrivalsOf(Fact.Stored stored) {
    if (arrivalsOfValues.isEmpty()) {
      for (SentMessage message : messages.values()) {
        for (Fact fact : message.facts) {
          if (fact instanceof Fact.Stored each) {
            arrivalsOfValues.merge(each.place() + each.value(), message.arrivals, Integer::sum);
          }
        }
      }
    }
    return arrivalsOfValues.getOrDefault(stored.place() + stored.value(), 0);
  }

  /** The message of a number that came to the gateway, or {@code null}. */
  @Nullable SentMessage message(int number) {
    return messages.get(number);
  }

  Collection<SentMessage> acknowledged() {
    return acknowledged;
  }

  /** Readings and parts that the gateway has answered for. */
  int readings() {
    return readings;
  }

  /**
   * What may stand at an instant: what the last message that came for it has, and what messages
   * have that came once more after it.
   */
  List<Fact.Stored> arrivalsAt(Fact.Stored stored) {
    List<Arrival> all =
        arrivals.getOrDefault(stored.place(), Map.of()).getOrDefault(stored.atNs(), List.of());
    int last = 0;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).first && all.get(i).message.acknowledged) {
        last = i;
      }
    }
    return all.subList(last, all.size()).stream().map(Arrival::stored).toList();
  }
}
