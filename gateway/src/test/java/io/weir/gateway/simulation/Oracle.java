package io.weir.gateway.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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
  private record Arrival(SentMessage message, Fact.Stored stored, boolean first) {

    /** Whether it was kept, and nowhere else. */
    boolean isSure() {
      return first && message.acknowledged && (!message.isData() || message.routings.size() == 1);
    }
  }

  private final Set<SentMessage> acknowledged = new LinkedHashSet<>();

  /** What came for each place and instant, in this order. */
  private final Map<String, Map<Long, List<Arrival>>> arrivals = new HashMap<>();

  private final Map<Integer, SentMessage> messages = new TreeMap<>();

  /** Messages that have one value for one place: how often they came, and for which instants. */
  private static final class Value {
    private int arrivals;
    private final Set<@Nullable Long> instants = new HashSet<>();
  }

  /** By place and value; made at the end. */
  private final Map<String, Value> values = new HashMap<>();

  /** What the gateway has and has not answered for. */
  private final Set<SentMessage> open = new LinkedHashSet<>();

  private final Set<Routing> routings = new LinkedHashSet<>(List.of(Routing.FIRST));
  private Routing routing = Routing.FIRST;
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
    message.routings.add(routing);
    open.add(message);
    note(message, routing, first);
  }

  private void note(SentMessage message, Routing by, boolean first) {
    for (Fact fact : message.facts) {
      if (fact instanceof Fact.Stored stored && stored.atNs() != null && by.reads(message)) {
        Fact.Stored placed = by.placed(message, stored);
        arrivals
            .computeIfAbsent(placed.place(), place -> new HashMap<>())
            .computeIfAbsent(stored.atNs(), instant -> new ArrayList<>(1))
            .add(new Arrival(message, placed, first));
      }
    }
  }

  /** Other routes hold, also for what the gateway has and may not have read yet. */
  void routes(Routing next) {
    routing = next;
    routings.add(next);
    for (SentMessage message : open) {
      if (message.routings.add(next)) {
        note(message, next, false);
      }
    }
  }

  /** All routes that held. */
  Set<Routing> routings() {
    return routings;
  }

  /** What it had not answered for is gone. */
  void gatewayDied() {
    open.clear();
  }

  /** What it has answered for by now. */
  Set<SentMessage> answered() {
    return Set.copyOf(acknowledged);
  }

  /** Its folder is as it was when it had answered for these: the others may be nowhere. */
  void broughtBack(Set<SentMessage> held) {
    trace.note("brought back", held.size());
    for (SentMessage message : acknowledged) {
      if (!held.contains(message)) {
        message.acknowledged = false;
        readings -= message.facts.size();
      }
    }
    acknowledged.retainAll(held);
  }

  /** How often messages have come by now. */
  int count() {
    return count;
  }

  /**
   * Somebody has the quarantine replayed: what of these messages stands there comes once more. It
   * has the time of its arrival, so it stands where it stood, or where the routes put it now.
   */
  void replayed() {
    for (SentMessage message : messages.values()) {
      if (message.mayBeSetAside() || message.mayBeMisread()) {
        trace.note("replayed", message.number);
        message.lastArrival = count++;
        message.routings.add(routing);
        message.routings.forEach(each -> note(message, each, false));
      }
    }
  }

  void acknowledged(SentMessage message) {
    trace.note("acknowledged", message.number);
    open.remove(message);
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
    return values().getOrDefault(stored.place() + stored.value(), new Value()).arrivals;
  }

  /** Whether a value may stand at an instant: one of a message that has it, or no known one. */
  boolean mayStandAt(Fact.Stored stored, long atNs, long precisionNs) {
    Value value = values().get(stored.place() + stored.value());
    return value == null
        || value.instants.contains(null)
        || value.instants.stream()
            .anyMatch(each -> each != null && each / precisionNs * precisionNs == atNs);
  }

  private Map<String, Value> values() {
    if (values.isEmpty()) {
      for (SentMessage message : messages.values()) {
        for (Fact fact : message.facts) {
          if (fact instanceof Fact.Stored stored) {
            for (Fact.Stored each : message.placed(stored)) {
              Value value =
                  values.computeIfAbsent(each.place() + each.value(), place -> new Value());
              value.arrivals += message.arrivals;
              value.instants.add(each.atNs());
            }
          }
        }
      }
    }
    return values;
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
   * have that came once more after it. Empty where it is not sure that any was put there.
   */
  List<Fact.Stored> arrivalsAt(Fact.Stored stored) {
    List<Arrival> all =
        arrivals.getOrDefault(stored.place(), Map.of()).getOrDefault(stored.atNs(), List.of());
    int last = all.size();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).isSure()) {
        last = i;
      }
    }
    return all.subList(last, all.size()).stream().map(Arrival::stored).toList();
  }
}
