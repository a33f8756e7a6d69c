package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import io.weir.gateway.model.Excerpt;
import java.util.List;

/**
 * The packets that the listener sends to one client: in the form of its version, and with a reason
 * string only where it wants and can take one.
 */
final class Packets {

  /** A packet without a reason string is never longer. */
  private static final int LONGEST_PLAIN = 16;

  private static final int MOST_REASON_LETTERS = 200;

  /** Of a CONNACK of MQTT 5 that says no more than a code. */
  private static final int REFUSAL_BYTES = 5;

  /** Bytes of an answer that says no more than success. */
  static final int PLAIN_BYTES = 4;

  private final int version;
  private final boolean problems;
  private final int maxPacketBytes;

  /**
   * @param problems whether reason strings are wanted
   * @param maxPacketBytes the largest packet that the client takes
   */
  Packets(int version, boolean problems, int maxPacketBytes) {
    this.version = version;
    this.problems = problems;
    this.maxPacketBytes = maxPacketBytes;
  }

  boolean isV5() {
    return version == ConnectRequest.V5;
  }

  /** Writes a PUBACK, PUBREC or PUBCOMP with a reason of success and nothing more. */
  static void putPlain(ByteBuf out, MqttMessageType type, int packetId) {
    out.writeInt(type.value() << 28 | 2 << 16 | packetId);
  }

  /** The same with a reason, which only MQTT 5 can say. */
  MqttMessage reply(MqttMessageType type, int packetId, byte code, String reason) {
    return new MqttMessage(
        header(type), new MqttPubReplyMessageVariableHeader(packetId, code, reasonString(reason)));
  }

  static MqttConnAckMessage accepted(
      boolean present, ConnectRequest request, ListenerConfig config) {
    MqttProperties properties = new MqttProperties();
    if (request.version() == ConnectRequest.V5) {
      number(properties, MqttProperties.RECEIVE_MAXIMUM, config.receiveMaximum());
      number(properties, MqttProperties.MAXIMUM_PACKET_SIZE, config.maxPacketBytes());
      number(properties, MqttProperties.TOPIC_ALIAS_MAXIMUM, Publications.MOST_ALIASES);
      number(properties, MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0);
      number(properties, MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE, 0);
      if (request.expirySet()) {
        number(properties, MqttProperties.SESSION_EXPIRY_INTERVAL, (int) request.expirySeconds());
      }
      if (request.keepAliveSet()) {
        number(properties, MqttProperties.SERVER_KEEP_ALIVE, request.keepAliveSeconds());
      }
      if (request.assigned()) {
        properties.add(
            new MqttProperties.StringProperty(
                MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, request.client()));
      }
    }
    boolean said = present && request.version() > 3; // MQTT 3.1 has no place for it
    return connAck(MqttConnectReturnCode.CONNECTION_ACCEPTED, said, properties);
  }

  /** How long a CONNACK is that accepts the client, where that is all it says. */
  static int acceptedBytes(ConnectRequest request) {
    if (request.version() != ConnectRequest.V5) {
      return 4;
    }
    return 20
        + (request.expirySet() ? 5 : 0)
        + (request.keepAliveSet() ? 3 : 0)
        + (request.assigned() ? 3 + request.client().length() : 0);
  }

  private static void number(MqttProperties properties, int id, int value) {
    properties.add(new MqttProperties.IntegerProperty(id, value));
  }

  /** The answer to a CONNECT that is not accepted. */
  MqttMessage refusal(byte code, String reason) {
    byte said = isV5() ? code : Codes.connect3(code);
    return connAck(MqttConnectReturnCode.valueOf(said), false, reasonString(reason));
  }

  private static MqttConnAckMessage connAck(
      MqttConnectReturnCode code, boolean present, MqttProperties properties) {
    return new MqttConnAckMessage(
        header(MqttMessageType.CONNACK), new MqttConnAckVariableHeader(code, present, properties));
  }

  static MqttMessage pubrel(int packetId) {
    return new MqttMessage(
        new MqttFixedHeader(MqttMessageType.PUBREL, false, MqttQoS.AT_LEAST_ONCE, false, 0),
        MqttMessageIdVariableHeader.from(packetId));
  }

  MqttMessage disconnect(byte code, String reason) {
    return new MqttMessage(
        header(MqttMessageType.DISCONNECT),
        new MqttReasonCodeAndPropertiesVariableHeader(code, reasonString(reason)));
  }

  static MqttSubAckMessage subAck(int packetId, int[] codes) {
    return new MqttSubAckMessage(
        header(MqttMessageType.SUBACK),
        new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
        new MqttSubAckPayload(codes));
  }

  static MqttUnsubAckMessage unsubAck(int packetId, List<Short> codes) {
    return new MqttUnsubAckMessage(
        header(MqttMessageType.UNSUBACK),
        new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
        new MqttUnsubAckPayload(codes));
  }

  /** A message to the client at QoS 0; whether it is not too long for it is the caller's care. */
  static MqttMessage publish(String topic, byte[] payload, boolean retained) {
    return MqttMessageBuilders.publish()
        .topicName(topic)
        .qos(MqttQoS.AT_MOST_ONCE)
        .retained(retained)
        .payload(Unpooled.wrappedBuffer(payload))
        .build();
  }

  /** Whether the client takes a message of this size. */
  boolean fits(String topic, byte[] payload) {
    return LONGEST_PLAIN + topic.getBytes(UTF_8).length + payload.length <= maxPacketBytes;
  }

  /** Whether the client takes the shortest answer that refuses its CONNECT. */
  boolean fitsRefusal() {
    return maxPacketBytes >= REFUSAL_BYTES;
  }

  /** Whether the client takes a SUBACK or UNSUBACK with a code for each of its filters. */
  boolean fitsCodes(int filters) {
    int rest = 3 + filters; // after the fixed header: packet id, no properties, the codes
    return 2 + (rest > 127 ? 1 : 0) + (rest > 16_383 ? 1 : 0) + rest <= maxPacketBytes;
  }

  /**
   * What cannot be shown is replaced: a client closes the connection on a NUL in a text (1.5.4),
   * and then sends the message again of which it was said.
   */
  private MqttProperties reasonString(String reason) {
    String text =
        Excerpt.whole(
            reason.length() > MOST_REASON_LETTERS
                ? reason.substring(0, MOST_REASON_LETTERS)
                : reason);
    int bytes = LONGEST_PLAIN + text.getBytes(UTF_8).length;
    if (text.isEmpty() || !isV5() || !problems || bytes > maxPacketBytes) {
      return MqttProperties.NO_PROPERTIES;
    }
    MqttProperties properties = new MqttProperties();
    properties.add(new MqttProperties.StringProperty(MqttProperties.REASON_STRING, text));
    return properties;
  }

  private static MqttFixedHeader header(MqttMessageType type) {
    return new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0);
  }
}
