package io.weir.gateway.source;

import io.weir.gateway.model.Rejected;
import java.util.List;

/**
 * Takes what sources receive: a delivery is decoded, normalized and appended to the log on the
 * calling thread. Any thread may call it. It never waits for room or for the disk.
 */
public interface Inbox {

  /** Whether the delivery was taken. */
  enum Answer {
    /** Appended; {@link Delivery.Settled} will be called. */
    TAKEN,
    /** The log is full or stopped. Nothing was kept: offer it again later, or refuse it. */
    NO_ROOM
  }

  /**
   * The result of a delivery, for a source that reports it to its sender.
   *
   * @param received samples found
   * @param appended readings kept
   * @param filtered samples left out by configuration
   * @param rejected samples put into quarantine, with reasons
   */
  record Receipt(int received, int appended, int filtered, List<Rejected> rejected) {}

  Answer offer(Delivery delivery);

  /**
   * The source gets nothing more until what it offered is durable: waiting for more of it, to sync
   * both at once, would only take time. Never waits.
   */
  void endLinger();

  /** Counts a delivery that its source dropped for lack of room (QoS 0, HTTP 503). */
  void refused(Delivery delivery);
}
