package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;

/**
 * A QoS 1 delivery from its arrival to its acknowledgement. Its state belongs to the {@link
 * InflightWindow} and is read and changed only there.
 */
final class InflightDelivery implements Delivery.Settled {

  /** What one held delivery costs beside its payload, bytes, about. */
  static final int OVERHEAD = 256;

  enum State {
    /** In the inbox's hands: being offered, or appended and not yet synced. */
    OFFERED,
    /** To be offered, when its turn comes. */
    WAITING,
    /** Its record is on stable storage. */
    DURABLE
  }

  final int epoch;
  final Delivery delivery;
  private final AckTracker keeper;

  /** Its place in the order of arrival; given by the window. */
  long place;

  State state = State.OFFERED;

  InflightDelivery(int epoch, String source, Publish arrival, AckTracker keeper) {
    this.epoch = epoch;
    this.keeper = keeper;
    this.delivery = arrival.delivery(source, this);
  }

  long bytes() {
    return (long) delivery.payload().length + OVERHEAD;
  }

  @Override
  public void durable(Inbox.Receipt receipt) {
    keeper.durable(this);
  }

  @Override
  public void failed(Throwable cause) {
    keeper.failed(this, cause);
  }
}
