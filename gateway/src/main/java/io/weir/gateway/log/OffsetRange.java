package io.weir.gateway.log;

/**
 * Offsets of a log.
 *
 * @param from the first
 * @param to the end, not included
 */
public record OffsetRange(long from, long to) {

  /** Whether an offset is one of them. */
  public boolean holds(long offset) {
    return offset >= from && offset < to;
  }
}
