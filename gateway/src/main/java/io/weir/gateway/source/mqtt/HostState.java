package io.weir.gateway.source.mqtt;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The STATE messages of a Sparkplug host application on one connection (Sparkplug 3.0, sections 5.9
 * and 6.4): the will says offline, the birth online, both with the time of the connect, so that a
 * will that comes late is known as an old one.
 *
 * @param timestampMs when the connection was begun, milliseconds since the epoch
 */
record HostState(String topic, long timestampMs) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static HostState at(String hostId, long wallNs) {
    return new HostState(topic(hostId), TimeUnit.NANOSECONDS.toMillis(wallNs));
  }

  static String topic(String hostId) {
    return "spBv1.0/STATE/" + hostId;
  }

  OutboundMessage will() {
    return message(false, timestampMs);
  }

  /** The first message of a connection, sent when its subscriptions are granted. */
  OutboundMessage birth() {
    return message(true, timestampMs);
  }

  /** The last message before a DISCONNECT, which removes the will. */
  OutboundMessage death(long wallNs) {
    return message(false, TimeUnit.NANOSECONDS.toMillis(wallNs));
  }

  /** Whether a received STATE says that this host is offline, so that the birth is due again. */
  static boolean saysOffline(byte[] payload) {
    try {
      return !JSON.readTree(payload).path("online").asBoolean(true);
    } catch (IOException e) {
      return false; // not a STATE of this version
    }
  }

  private OutboundMessage message(boolean online, long timeMs) {
    byte[] payload =
        "{\"online\":%b,\"timestamp\":%d}"
            .formatted(online, timeMs)
            .getBytes(StandardCharsets.UTF_8);
    return new OutboundMessage(topic, payload, 1, true);
  }
}
