package io.weir.gateway.sink;

/**
 * One drain's totals beside what its log counted, all at one moment.
 *
 * @param totals the durable outcomes
 * @param offered readings that the log has for this sink, by the log's own count
 * @param pending readings above the committed position, by the log's own count, and those that
 *     thinning holds
 */
public record SinkBalance(SinkTotals totals, long offered, long pending) {

  /**
   * The balance of a drain that does not run, from its cursor.
   *
   * @param state the drain's bytes in the cursor
   * @param units readings that the log had counted at the cursor's position
   * @param end readings that the log has counted in all
   * @throws IllegalArgumentException if the bytes are of another format
   */
  public static SinkBalance ofCursor(byte[] state, long units, long end) {
    DrainState read = DrainState.fromBytes(state, units);
    return new SinkBalance(read.totals(), end - read.startUnits(), end - units + read.held());
  }

  /** Readings without an outcome, or with two where it is negative: 0, or there is a bug. */
  public long unexplained() {
    return offered - pending - totals.settled();
  }
}
