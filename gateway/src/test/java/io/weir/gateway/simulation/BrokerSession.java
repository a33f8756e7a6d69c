package io.weir.gateway.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a broker keeps for a client id. Packet ids rise up to the highest and begin again, as those
 * of Mosquitto do; or each is the lowest that is free, as with some other brokers.
 */
final class BrokerSession {

  private static final int MOST_ID = 65_535;

  final Set<String> filters = new LinkedHashSet<>();

  /** Of these, those that were granted at QoS 0. */
  final Set<String> atMostOnce = new LinkedHashSet<>();

  final Deque<SentMessage> queued = new ArrayDeque<>();

  /** Sent and not acknowledged, in the order of sending. */
  final Map<Integer, SentMessage> inflight = new LinkedHashMap<>();

  private final boolean lowestId;
  private int lastId;

  BrokerSession(boolean lowestId) {
    this.lowestId = lowestId;
  }

  /** Sends the next message; returns its packet id. */
  int send(SentMessage message) {
    if (lowestId) {
      lastId = 0;
    }
    do {
      lastId = lastId % MOST_ID + 1;
    } while (inflight.containsKey(lastId));
    inflight.put(lastId, message);
    return lastId;
  }

  /** How many subscriptions ask for messages of a topic. */
  long subscriptions(String topic) {
    return matching(filters, topic);
  }

  /** Whether they are sent at QoS 0. */
  boolean isAtMostOnce(String topic) {
    return matching(atMostOnce, topic) > 0;
  }

  private static long matching(Set<String> filters, String topic) {
    return filters.stream()
        .filter(each -> topic.matches(each.replace("+", "[^/]+").replace("#", ".*")))
        .count();
  }

  BrokerSession copy() {
    BrokerSession copy = new BrokerSession(lowestId);
    copy.filters.addAll(filters);
    copy.atMostOnce.addAll(atMostOnce);
    copy.queued.addAll(queued);
    copy.inflight.putAll(inflight);
    copy.lastId = lastId;
    return copy;
  }
}
