package io.weir.gateway.sink;

import java.nio.ByteBuffer;

/**
 * The bytes of a drain in its cursor.
 *
 * @param totals the outcomes of all readings below the position
 * @param startUnits readings that the log had counted where the cursor began: those above are
 *     offered to the sink
 * @param latestNs the latest instant that was written in turn while others are sent ahead ({@link
 *     SentAhead}), nanoseconds since the epoch
 */
record DrainState(SinkTotals totals, long startUnits, long latestNs) {

  private static final byte TOTALS_ALONE = 1;
  private static final byte WITH_START = 2;
  private static final byte FORMAT = 3;
  private static final int TOTALS = 5 * Long.BYTES;

  /**
   * Format (u8, 3), then stored, quarantined, withheld, dropped, corrupt, the start and the latest
   * instant, i64 big-endian. Format 2 has no latest instant, format 1 no start either.
   */
  byte[] toBytes() {
    return ByteBuffer.allocate(1 + TOTALS + 2 * Long.BYTES)
        .put(FORMAT)
        .putLong(totals.stored())
        .putLong(totals.quarantined())
        .putLong(totals.withheld())
        .putLong(totals.dropped())
        .putLong(totals.corrupt())
        .putLong(startUnits)
        .putLong(latestNs)
        .array();
  }

  /**
   * Reads what {@link #toBytes()} or an earlier version wrote; a new cursor has no bytes.
   *
   * @param units readings that the log had counted at the cursor's position
   * @throws IllegalArgumentException if the bytes are of another format
   */
  static DrainState fromBytes(byte[] bytes, long units) {
    if (bytes.length == 0) {
      return new DrainState(SinkTotals.ZERO, units, Long.MIN_VALUE);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte format = in.get();
    int expected = TOTALS + (format - TOTALS_ALONE) * Long.BYTES;
    if (format < TOTALS_ALONE || format > FORMAT || in.remaining() != expected) {
      throw new IllegalArgumentException(
          "state of a sink in format " + format + " with " + bytes.length + " bytes is unknown");
    }
    SinkTotals totals =
        new SinkTotals(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    long startUnits = format < WITH_START ? units - totals.settled() : in.getLong();
    return new DrainState(totals, startUnits, format < FORMAT ? Long.MIN_VALUE : in.getLong());
  }
}
