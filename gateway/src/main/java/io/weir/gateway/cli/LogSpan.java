package io.weir.gateway.cli;

/**
 * A part of a log: records from one up to another, or those received in a time.
 *
 * @param fromOffset the first record, where none is given 0
 * @param toOffset the record before which it ends
 * @param fromNs the earliest receive time, nanoseconds since the epoch
 * @param toNs the receive time before which it ends
 */
record LogSpan(long fromOffset, long toOffset, long fromNs, long toNs) {

  boolean holds(long offset, long receiveTimeNs) {
    return offset >= fromOffset
        && offset < toOffset
        && receiveTimeNs >= fromNs
        && receiveTimeNs < toNs;
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
