package io.weir.gateway.sink.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.mqtt.Codes;
import io.weir.gateway.mqtt.Link;
import io.weir.gateway.mqtt.LinkException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which instant the retained message of each topic has, so that late data, a replay and what is
 * published again do not replace a newer value. What it does not know it asks the broker, which
 * keeps these messages also where the gateway has forgotten them. For any thread.
 */
final class LastValues {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST = 200_000;
  private static final int AT_ONCE = 100;

  /** By topic, those used last at the end. */
  private final Map<String, Long> newest =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST;
        }
      };

  /** Learns what the broker keeps of topics that are not known. */
  void learn(Link link, Collection<String> topics) throws LinkException {
    List<String> unknown = new ArrayList<>();
    synchronized (this) {
      for (String topic : topics) {
        if (!newest.containsKey(topic)) {
          unknown.add(topic);
        }
      }
    }
    for (int from = 0; from < unknown.size(); from += AT_ONCE) {
      ask(link, unknown.subList(from, Math.min(unknown.size(), from + AT_ONCE)));
    }
  }

  private void ask(Link link, List<String> topics) throws LinkException {
    int[] codes = link.subscribe(topics, 0);
    for (int i = 0; i < codes.length && i < topics.size(); i++) {
      if (codes[i] >= Codes.FIRST_FAILURE) {
        throw new LinkException(
            LinkException.Kind.REFUSED,
            "retained needs the right to read what the broker keeps, and it refuses "
                + topics.get(i)
                + ": "
                + Codes.words(codes[i]));
      }
    }
    link.arrive(); // what is retained comes before the answer to this
    link.unsubscribe(topics);
    synchronized (this) {
      topics.forEach(topic -> newest.putIfAbsent(topic, Long.MIN_VALUE));
    }
  }

  /** A retained message came. */
  synchronized void found(String topic, byte[] payload) {
    newest.merge(topic, timeNs(payload), Math::max);
  }

  /** Of a message of this sink; {@code Long.MIN_VALUE} of any other. */
  private static long timeNs(byte[] payload) {
    try {
      JsonNode time = JSON.readTree(payload).path("time");
      if (!time.isTextual()) {
        return Long.MIN_VALUE;
      }
      Instant instant = Instant.parse(time.asText());
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    } catch (IOException | DateTimeException | ArithmeticException e) {
      return Long.MIN_VALUE; // somebody else's
    }
  }

  /** Whether a message of this instant is the newest of its topic; from now on it is. */
  synchronized boolean isNewest(String topic, long timeNs) {
    if (timeNs < newest.getOrDefault(topic, Long.MIN_VALUE)) {
      return false;
    }
    newest.put(topic, timeNs);
    return true;
  }
}
