package io.weir.sim.payload;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * An MQTT message of a device.
 *
 * @param retained whether the broker keeps it for later subscribers
 */
public record DeviceMessage(String topic, byte[] payload, boolean retained) {

  static DeviceMessage of(String topic, byte[] payload) {
    return new DeviceMessage(topic, payload, false);
  }

  static DeviceMessage of(String topic, String payload) {
    return of(topic, payload.getBytes(UTF_8));
  }

  static DeviceMessage retained(String topic, String payload) {
    return new DeviceMessage(topic, payload.getBytes(UTF_8), true);
  }
}
