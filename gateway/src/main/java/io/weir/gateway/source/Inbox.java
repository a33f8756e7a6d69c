package io.weir.gateway.source;

import io.weir.gateway.model.Rejected;
import java.util.List;

/**
 * Where sources hand in what they receive: decoded, normalized and appended on the calling thread.
 * Safe for several threads at once. Never waits for room or for the disk.
 */
public interface Inbox {

  /** Whether the delivery was taken. */
  enum Answer {
    /** Appended; {@link Delivery.Settled} will be called. */
    TAKEN,
    /** The log is full or stopped. Nothing was kept; offer it again later, or refuse it. */
    NO_ROOM
  }

  /**
   * What a delivery became, for a source that answers its sender in words.
   *
   * @param received samples found
   * @param appended readings kept
   * @param filtered samples left out on purpose
   * @param rejected samples quarantined, with reasons
   */
  record Receipt(int received, int appended, int filtered, List<Rejected> rejected) {}

  Answer offer(Delivery delivery);

  /** Counts a delivery that its source gave up for want of room (QoS 0, HTTP 503). */
  void refused(Delivery delivery);
}
