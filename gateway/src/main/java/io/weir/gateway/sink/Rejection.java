package io.weir.gateway.sink;

import io.weir.gateway.model.Reason;

/**
 * A line that goes to the quarantine instead of the store. The same offset and index always mean
 * the same line of the same log.
 *
 * @param offset offset of the record in its log
 * @param index place in the record of the first reading that the line holds, from 0
 * @param readings readings that the line holds
 * @param topic topic of the message
 * @param receiveTimeNs its receive time, nanoseconds since the epoch
 * @param detail the store's words
 * @param line the line, as it was sent
 */
public record Rejection(
    long offset,
    int index,
    int readings,
    String topic,
    long receiveTimeNs,
    Reason reason,
    String detail,
    String line) {

  static Rejection of(Outbound line, Reason reason, String detail) {
    return new Rejection(
        line.origin().offset(),
        line.index(),
        line.readings(),
        line.origin().topic(),
        line.origin().receiveTimeNs(),
        reason,
        detail,
        line.line());
  }
}
