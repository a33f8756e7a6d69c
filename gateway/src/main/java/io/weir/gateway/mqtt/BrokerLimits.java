package io.weir.gateway.mqtt;

import java.time.Duration;

/**
 * What a broker allows on one connection, as its CONNACK says (section 3.2.2.3).
 *
 * @param receiveMaximum messages at QoS 1 that may be without their PUBACK at once
 * @param confirms whether it takes messages at QoS 1
 * @param retains whether it keeps retained messages
 * @param maxPacketSize bytes of a packet at most
 * @param keepAlive silence after which it is asked whether it is there
 */
public record BrokerLimits(
    int receiveMaximum, boolean confirms, boolean retains, int maxPacketSize, Duration keepAlive) {

  /** Those of a broker that says nothing of itself. */
  static BrokerLimits of(Broker broker) {
    return new BrokerLimits(
        Packet.MOST_IDS, true, true, broker.maxPacketSize(), broker.keepAlive());
  }

  /** The same where these properties say no less. */
  BrokerLimits within(Properties said) {
    Duration asked = Duration.ofSeconds(said.number(Property.SERVER_KEEP_ALIVE, 0));
    boolean isSooner = !asked.isZero() && asked.compareTo(keepAlive) < 0;
    return new BrokerLimits(
        (int) said.number(Property.RECEIVE_MAXIMUM, receiveMaximum),
        said.number(Property.MAXIMUM_QOS, 1) > 0,
        said.number(Property.RETAIN_AVAILABLE, 1) > 0,
        (int) Math.min(maxPacketSize, said.number(Property.MAXIMUM_PACKET_SIZE, maxPacketSize)),
        isSooner ? asked : keepAlive);
  }
}
