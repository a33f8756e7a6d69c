package io.weir.gateway.source.mqtt;

/**
 * A message to the broker, or a will that the broker publishes.
 *
 * @param payload the bytes; not changed afterwards
 * @param qos 0 or 1
 * @param expiryS seconds after which a broker of MQTT 5 forgets it, 0 for never
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record OutboundMessage(
    String topic, byte[] payload, int qos, boolean retained, int expiryS) {

  /** A message that is not forgotten. */
  public OutboundMessage(String topic, byte[] payload, int qos, boolean retained) {
    this(topic, payload, qos, retained, 0);
  }
}
