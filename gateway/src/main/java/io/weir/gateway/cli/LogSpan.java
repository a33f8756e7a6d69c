package io.weir.gateway.cli;

import io.weir.gateway.log.Missing;

/**
 * A part of a log: records from one up to another, or those received in a time.
 *
 * @param fromOffset the first record, where none is given 0
 * @param toOffset the record before which it ends
 * @param fromNs the earliest receive time, nanoseconds since the epoch
 * @param toNs the receive time before which it ends
 */
record LogSpan(long fromOffset, long toOffset, long fromNs, long toNs) {

  /** All of a log. */
  static final LogSpan ALL = new LogSpan(0, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);

  boolean holds(long offset, long receiveTimeNs) {
    return offset >= fromOffset
        && offset < toOffset
        && receiveTimeNs >= fromNs
        && receiveTimeNs < toNs;
  }

  /** Whether any of what is missing may belong to it. */
  boolean meets(Missing missing) {
    return missing.to() > fromOffset
        && missing.from() < toOffset
        && missing.beforeNs() >= fromNs
        && missing.afterNs() < toNs;
  }

  /** The same, not before a record. */
  LogSpan from(long offset) {
    return new LogSpan(Math.max(fromOffset, offset), toOffset, fromNs, toNs);
  }

  /** The same, only below a record. */
  LogSpan below(long offset) {
    return new LogSpan(fromOffset, Math.min(toOffset, offset), fromNs, toNs);
  }
}
