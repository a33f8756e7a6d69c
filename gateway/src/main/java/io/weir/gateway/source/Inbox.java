package io.weir.gateway.source;

import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.SessionEvent;
import java.util.List;

/**
 * Takes what sources receive: a delivery is decoded, normalized and appended to the log on the
 * calling thread. Any thread may call it. It never waits for room; for the disk only where a new
 * field has to be saved first.
 */
public interface Inbox {

  /** Whether the delivery was taken. */
  enum Answer {
    /** Appended; {@link Delivery.Settled} will be called. */
    TAKEN,
    /** The log is full or stopped. Nothing was kept: offer it again later, or refuse it. */
    NO_ROOM,
    /**
     * What says how to read it, such as a schema, is on its way. Nothing was kept: offer it again
     * in a moment, or refuse it. This ends by itself.
     */
    NOT_YET
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
   * Makes a change of a sender's session durable, in order with the messages offered.
   *
   * @param source the source's name
   * @param settled receives the result once, as that of a delivery does
   */
  Answer note(String source, SessionEvent event, Delivery.Settled settled);

  /**
   * The source gets nothing more until what it offered is durable: waiting for more of it, to sync
   * both at once, would only take time. Never waits.
   */
  void endLinger();

  /** Counts a delivery that its source dropped for lack of room (QoS 0, HTTP 503). */
  void refused(Delivery delivery);
}
