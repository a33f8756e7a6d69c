package io.weir.sim.mqtt;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;

/**
 * A PUBLISH on its way: kept until it is acknowledged, written once per connection that carries it.
 */
public interface Packet {

  /**
   * What is written to the connection: a message for Netty's encoder, or bytes already encoded.
   *
   * @param id packet identifier, 1 to 65535; without meaning at QoS 0
   * @param again whether the DUP flag is set
   */
  Object frame(ByteBufAllocator allocator, int id, boolean again);

  /** Is called once, on the publisher's event loop, when the broker has taken it. */
  default void acknowledged() {}

  /** One message of a topic and a payload. */
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
    public Object frame(ByteBufAllocator allocator, int id, boolean again) {
      return new MqttPublishMessage(
          new MqttFixedHeader(MqttMessageType.PUBLISH, again, qos, retained, 0),
          new MqttPublishVariableHeader(topic, id),
          Unpooled.wrappedBuffer(payload));
    }
  }
}
