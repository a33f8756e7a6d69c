package io.weir.gateway.intake;

import io.micrometer.core.instrument.Counter;
import io.weir.gateway.log.Synced;
import io.weir.gateway.model.Message;
import io.weir.gateway.normalize.PendingState;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;

/** A delivery that is appended, until it is on the disk and settled. */
final class Settling implements Synced {

  private final SourcePort port;
  private final Delivery delivery;
  private Message message;
  private final boolean repeated;
  private final Decoded decoded;

  Settling(SourcePort port, Delivery delivery, Message message, boolean repeated, Decoded decoded) {
    this.port = port;
    this.delivery = delivery;
    this.message = message;
    this.repeated = repeated;
    this.decoded = decoded;
  }

  Delivery delivery() {
    return delivery;
  }

  /** Another message is appended in its place. */
  void replace(Message other) {
    message = other;
  }

  /** Called before the append, because the sync may end before the append returns. */
  void begin() {
    port.begin(message);
    PendingState pending = decoded.pending();
    if (pending != null && repeated) {
      pending.discard();
    } else if (pending != null) {
      pending.commit();
    }
  }

  @Override
  public void synced(long offset) {
    port.end(message);
    port.bytes.increment(delivery.payload().length);
    port.count(message);
    count(port.filtered, message.filtered());
    count(port.skewed, decoded.skewed());
    count(port.misread, decoded.misread());
    count(port.duplicates, repeated ? 1 : 0);
    delivery
        .settled()
        .durable(
            new Inbox.Receipt(
                message.received(),
                message.readings().size(),
                message.filtered(),
                message.rejected()));
  }

  private static void count(Counter counter, int more) {
    if (more > 0) {
      counter.increment(more);
    }
  }

  @Override
  public void failed(long offset, Throwable cause) {
    undo();
    delivery.settled().failed(cause);
  }

  /**
   * Undoes everything: the mark, the pending state and the refusals that the record would carry.
   */
  void undo() {
    port.end(message);
    port.refused.addAndGet(message.refused());
    rollback();
  }

  void rollback() {
    if (!repeated && decoded.pending() != null) {
      decoded.pending().rollback();
    }
  }
}
