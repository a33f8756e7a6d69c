package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.Delivery;

/**
 * A QoS 1 message from its arrival to its acknowledgement. Its state belongs to the {@link
 * InflightWindow} and is read and changed only there.
 */
final class InflightDelivery {

  enum State {
    /** With the inbox: being offered, or appended and not yet synced. */
    OFFERED,
    /** To be offered, when its turn comes. */
    WAITING,
    /** Its record is on stable storage. */
    DURABLE
  }

  final ConnectionId by;
  final Publish publish;

  /** Its place in the order of arrival; given by the window. */
  long place;

  State state = State.WAITING;

  /**
   * @param by the connection it came by
   */
  InflightDelivery(ConnectionId by, Publish publish) {
    this.by = by;
    this.publish = publish;
  }

  long bytes() {
    return Delivery.bytes(publish.topic(), publish.payload(), publish.contentType());
  }
}
