package io.weir.gateway.source.mqtt;

/**
 * A QoS 1 message from its arrival to its acknowledgement. Its state belongs to the {@link
 * InflightWindow} and is read and changed only there.
 */
final class InflightDelivery {

  /** What a message in flight costs beside its payload, in bytes, estimated. */
  static final int OVERHEAD = 256;

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
    return (long) publish.payload().length + OVERHEAD;
  }
}
