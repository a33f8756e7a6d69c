package io.weir.sim.mqtt;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;

/** A PUBLISH packet, kept until it is acknowledged and written once on each connection. */
public interface Packet {

  /**
   * The object to write: a message for Netty's encoder, or bytes that are already encoded.
   *
   * @param id packet identifier, 1 to 65535; unused at QoS 0
   * @param duplicate whether the DUP flag is set
   */
  Object frame(ByteBufAllocator allocator, int id, boolean duplicate);

  /** Called once, on the publisher's event loop, when the broker has acknowledged the packet. */
  default void acknowledged() {}

  /** A topic and a payload, encoded by Netty. */
  final class Publish implements Packet {
    private final String topic;
    private final byte[] payload;
    private final MqttQoS qos;
    private final boolean retained;

    Publish(String topic, byte[] payload, MqttQoS qos, boolean retained) {
      this.topic = topic;
      this.payload = payload;
      this.qos = qos;
      this.retained = retained;
    }

    @Override
    public Object frame(ByteBufAllocator allocator, int id, boolean duplicate) {
      return new MqttPublishMessage(
          new MqttFixedHeader(MqttMessageType.PUBLISH, duplicate, qos, retained, 0),
          new MqttPublishVariableHeader(topic, id),
          Unpooled.wrappedBuffer(payload));
    }
  }
}
