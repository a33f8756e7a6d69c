package io.weir.gateway.source.mqtt;

/**
 * A message to the broker, or a will that the broker publishes.
 *
 * @param payload the bytes; not changed afterwards
 * @param qos 0 or 1
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record OutboundMessage(String topic, byte[] payload, int qos, boolean retained) {}
