package io.weir.gateway.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What a broker keeps for a client id. Packet ids rise and are used again, as Mosquitto does. */
final class BrokerSession {

  private static final int MOST_ID = 65_535;

  final Set<String> filters = new LinkedHashSet<>();
  final Deque<SentMessage> queued = new ArrayDeque<>();

  /** Sent and not acknowledged, in the order of sending. */
  final Map<Integer, SentMessage> inflight = new LinkedHashMap<>();

  private int lastId;

  /** Sends the next message; returns its packet id. */
  int send(SentMessage message) {
    do {
      lastId = lastId % MOST_ID + 1;
    } while (inflight.containsKey(lastId));
    inflight.put(lastId, message);
    return lastId;
  }

  BrokerSession copy() {
    BrokerSession copy = new BrokerSession();
    copy.filters.addAll(filters);
    copy.queued.addAll(queued);
    copy.inflight.putAll(inflight);
    copy.lastId = lastId;
    return copy;
  }
}
