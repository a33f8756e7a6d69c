package io.weir.gateway.source.mqtt;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The STATE of a Sparkplug host application on one connection (Sparkplug 3.0, section 5.9 and 6.4):
 * its will says offline, its birth online, both with the time of the connect, so that a will that
 * comes late is known as one of before. Immutable.
 *
 * @param timestampMs when the connection was begun, milliseconds since the epoch
 */
record HostState(String topic, long timestampMs) {

  private static final Logger LOG = LoggerFactory.getLogger(HostState.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  static HostState at(String hostId, long wallNs) {
    return new HostState(topic(hostId), TimeUnit.NANOSECONDS.toMillis(wallNs));
  }

  static String topic(String hostId) {
    return "spBv1.0/STATE/" + hostId;
  }

  Client.Will will() {
    return new Client.Will(topic, payload(false, timestampMs));
  }

  /** The first message of a connection, once its subscriptions stand. */
  void birth(Client client) throws MqttConnectionException {
    client.publish(topic, payload(true, timestampMs), 1, true);
  }

  /** The last message before a disconnect on purpose, which takes back the will. */
  void death(Client client, long wallNs) {
    try {
      client.publish(topic, payload(false, TimeUnit.NANOSECONDS.toMillis(wallNs)), 1, true);
    } catch (MqttConnectionException e) {
      LOG.debug("{} stays as the broker has it: {}", topic, e.reason());
    }
  }

  /** Somebody said something of this host; that it is offline is put right at once. */
  void heard(byte[] payload, Client client) {
    if (!saysOffline(payload)) {
      return;
    }
    try {
      birth(client);
    } catch (MqttConnectionException e) {
      // the connection is gone; the next one says it
      LOG.debug("{}: {}", topic, e.reason());
    }
  }

  private static boolean saysOffline(byte[] payload) {
    try {
      return !JSON.readTree(payload).path("online").asBoolean(true);
    } catch (IOException e) {
      return false; // not a STATE of this version
    }
  }

  private static byte[] payload(boolean online, long timestampMs) {
    return "{\"online\":%b,\"timestamp\":%d}"
        .formatted(online, timestampMs)
        .getBytes(StandardCharsets.UTF_8);
  }
}
