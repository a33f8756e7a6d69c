package io.weir.gateway.sink;

/**
 * One drain's totals beside what its log counted, all at one moment.
 *
 * @param totals the durable outcomes
 * @param offered readings that the log has for this sink, by the log's own count
 * @param pending readings above the committed position, by the log's own count
 */
public record SinkBalance(SinkTotals totals, long offered, long pending) {

  /** Readings without an outcome, or with two where it is negative: 0, or there is a bug. */
  public long unexplained() {
    return offered - pending - totals.settled();
  }
}
