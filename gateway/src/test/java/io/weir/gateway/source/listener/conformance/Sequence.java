package io.weir.gateway.source.listener.conformance;

import java.util.List;

/**
 * What a client sends, what comes back, and whether the server has closed the connection then.
 *
 * @param name unique among all of them
 * @param clientId of the CONNECT that comes first, where {@code connects}
 * @param version of MQTT: 3 for 3.1, 4 for 3.1.1, 5
 * @param connects whether a good CONNECT and its CONNACK come before the steps
 * @param disconnects whether the server closes the connection after them, else it answers a PINGREQ
 */
record Sequence(
    String name,
    String clientId,
    int version,
    boolean connects,
    List<Step> steps,
    boolean disconnects) {

  sealed interface Step permits Send, Receive, PublishElsewhere {}

  /** Bytes for the server, which need not be one packet, or any. */
  record Send(byte[] bytes) implements Step {}

  record Receive(Packet packet) implements Step {}

  /** Another client publishes, and has its acknowledgement before the next step. */
  record PublishElsewhere(String topic, int qos, String payload) implements Step {}
}
