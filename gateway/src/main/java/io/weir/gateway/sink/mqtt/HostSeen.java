package io.weir.gateway.sink.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;

/**
 * What a primary host application says of itself: as JSON with a time, by Sparkplug 3.0 (section
 * 6.4.3), or as the word {@code ONLINE} or {@code OFFLINE}, by 2.2. Used under the lock of the edge
 * node.
 */
final class HostSeen {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String host;
  private boolean online;
  private long timestampMs = Long.MIN_VALUE;

  HostSeen(String host) {
    this.host = host;
  }

  /** Where it says it. */
  static List<String> topics(String host) {
    return List.of("spBv1.0/STATE/" + host, "STATE/" + host);
  }

  /** Whether a message is one of it. */
  boolean isOf(String topic) {
    return topics(host).contains(topic);
  }

  /** Nothing is known on a new connection, until the broker says what it keeps. */
  void forget() {
    online = false;
    timestampMs = Long.MIN_VALUE;
  }

  /** Takes what it says. What is older than what is known is a will that comes late. */
  void says(byte[] payload) {
    String text = new String(payload, UTF_8).strip();
    if (text.equals("ONLINE") || text.equals("OFFLINE")) {
      online = text.equals("ONLINE");
      return;
    }
    try {
      JsonNode said = JSON.readTree(payload);
      long at = said.path("timestamp").asLong(timestampMs);
      if (said.path("online").isBoolean() && at >= timestampMs) {
        online = said.path("online").asBoolean();
        timestampMs = at;
      }
    } catch (IOException e) {
      return; // it is no STATE
    }
  }

  boolean isOnline() {
    return online;
  }
}
