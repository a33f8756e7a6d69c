package io.weir.sim.payload;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What is published of a sample.
 *
 * @param retained whether the broker keeps it for those who subscribe later
 */
public record Message(String topic, byte[] payload, boolean retained) {

  static Message of(String topic, byte[] payload) {
    return new Message(topic, payload, false);
  }

  static Message of(String topic, String payload) {
    return of(topic, payload.getBytes(UTF_8));
  }

  static Message retained(String topic, String payload) {
    return new Message(topic, payload.getBytes(UTF_8), true);
  }
}
