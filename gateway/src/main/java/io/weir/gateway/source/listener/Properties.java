package io.weir.gateway.source.listener;

import io.netty.handler.codec.mqtt.MqttProperties;
import org.jspecify.annotations.Nullable;

/** Values of the properties of a packet of MQTT 5. */
final class Properties {

  private static final long U32 = 0xFFFF_FFFFL;

  private Properties() {}

  static boolean has(MqttProperties properties, int id) {
    return properties.getProperty(id) != null;
  }

  /** An unsigned number. */
  static long number(MqttProperties properties, int id, long otherwise) {
    return properties.getProperty(id) instanceof MqttProperties.IntegerProperty number
        ? number.value() & U32
        : otherwise;
  }

  static @Nullable String text(MqttProperties properties, int id) {
    return properties.getProperty(id) instanceof MqttProperties.StringProperty text
        ? text.value()
        : null;
  }
}
