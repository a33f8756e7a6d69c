package io.weir.gateway.sink;

import java.nio.ByteBuffer;

/**
 * The bytes of a drain in its cursor.
 *
 * @param totals the outcomes of all readings below the position
 * @param startUnits readings that the log had counted where the cursor began: those above are
 *     offered to the sink
 */
record DrainState(SinkTotals totals, long startUnits) {

  private static final byte TOTALS_ALONE = 1;
  private static final byte FORMAT = 2;
  private static final int TOTALS = 5 * Long.BYTES;

  /**
   * Format (u8, 2), then stored, quarantined, withheld, dropped, corrupt and the start, i64
   * big-endian. Format 1 has no start.
   */
  byte[] toBytes() {
    return ByteBuffer.allocate(1 + TOTALS + Long.BYTES)
        .put(FORMAT)
        .putLong(totals.stored())
        .putLong(totals.quarantined())
        .putLong(totals.withheld())
        .putLong(totals.dropped())
        .putLong(totals.corrupt())
        .putLong(startUnits)
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
      return new DrainState(SinkTotals.ZERO, units);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte format = in.get();
    int expected = format == TOTALS_ALONE ? TOTALS : TOTALS + Long.BYTES;
    if (format < TOTALS_ALONE || format > FORMAT || in.remaining() != expected) {
      throw new IllegalArgumentException(
          "state of a sink in format " + format + " with " + bytes.length + " bytes is unknown");
    }
    SinkTotals totals =
        new SinkTotals(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    return new DrainState(totals, format == TOTALS_ALONE ? units - totals.settled() : in.getLong());
  }
}
