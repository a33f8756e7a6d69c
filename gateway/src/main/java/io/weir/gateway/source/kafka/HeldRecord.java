package io.weir.gateway.source.kafka;

import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * A record from its fetch until it is durable. Its outcome comes on {@code log-sync}; all else
 * happens on the source's thread.
 */
final class HeldRecord implements Delivery.Settled {

  /** What is known of it. */
  enum State {
    /** Not yet taken by the inbox. */
    WAITING,
    TAKEN,
    DURABLE,
    /** Its sync failed: it is to be offered again. */
    FAILED
  }

  private final Delivery delivery;
  private final long next;
  private final Optional<Integer> leaderEpoch;
  private final String label;
  private final long bytes;
  private final AtomicInteger failures;
  private volatile State state = State.WAITING;

  /**
   * @param next the offset that is committed when this record and all before it are durable
   * @param leaderEpoch of the record
   * @param label what the offset is committed with
   * @param bytes that it holds
   * @param failures counts those whose sync failed
   */
  HeldRecord(
      Made made,
      long next,
      Optional<Integer> leaderEpoch,
      String label,
      long bytes,
      AtomicInteger failures) {
    this.delivery = made.delivery(this);
    this.next = next;
    this.leaderEpoch = leaderEpoch;
    this.label = label;
    this.bytes = bytes;
    this.failures = failures;
  }

  /** Makes the delivery, given who receives its outcome. */
  interface Made {
    Delivery delivery(Delivery.Settled settled);
  }

  Delivery delivery() {
    return delivery;
  }

  /** Made each time: of many records, one is asked. */
  OffsetAndMetadata next() {
    return new OffsetAndMetadata(next, leaderEpoch, label);
  }

  long bytes() {
    return bytes;
  }

  State state() {
    return state;
  }

  /** It goes to the inbox, whose outcome may come before the inbox answers. */
  void offered() {
    state = State.TAKEN;
  }

  /** The inbox has not taken it. */
  void refused() {
    state = State.WAITING;
  }

  @Override
  public void durable(Inbox.Receipt receipt) {
    state = State.DURABLE;
  }

  @Override
  public void failed(Throwable cause) {
    state = State.FAILED;
    failures.incrementAndGet();
  }
}
