package io.weir.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message to publish.
 *
 * @param qos 0 or 1
 * @param contentType MIME type of a text, which MQTT 5 says with it; {@code null} for bytes
 * @param properties keys and values in turn, which MQTT 5 sends with it
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record Publication(
    String topic,
    byte[] payload,
    int qos,
    boolean retained,
    @Nullable String contentType,
    List<String> properties) {

  /** Without what only MQTT 5 knows. */
  public Publication(String topic, byte[] payload, int qos, boolean retained) {
    this(topic, payload, qos, retained, null, List.of());
  }

  /**
   * The PUBLISH packet.
   *
   * @param packetId 0 at QoS 0
   */
  byte[] packet(int packetId, boolean five) {
    PacketBytes body = new PacketBytes(payload.length + topic.length() + 64);
    body.text(topic);
    if (qos > 0) {
      body.twoBytes(packetId);
    }
    if (five) {
      PacketBytes values = new PacketBytes(64);
      if (contentType != null) {
        values.oneByte(0x01).oneByte(1); // the payload is UTF-8
        values.oneByte(0x03).text(contentType);
      }
      for (int i = 0; i < properties.size(); i += 2) {
        values.oneByte(0x26).text(properties.get(i)).text(properties.get(i + 1));
      }
      body.number(values.length()).bytes(values.toBytes());
    }
    body.bytes(payload);
    return body.packet(0x30 | qos << 1 | (retained ? 1 : 0));
  }

  /** Why MQTT cannot say the topic, or {@code null}. */
  public static @Nullable String fault(String topic) {
    int bytes = topic.getBytes(UTF_8).length;
    return bytes > 0xFFFF
        ? "the topic has %,d bytes, more than MQTT can express".formatted(bytes)
        : null;
  }
}
