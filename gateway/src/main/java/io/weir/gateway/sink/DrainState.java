package io.weir.gateway.sink;

import io.weir.gateway.sink.thin.ThinState;
import java.nio.ByteBuffer;

/**
 * The bytes of a drain in its cursor.
 *
 * @param totals the outcomes of all readings below the position
 * @param startUnits readings that the log had counted where the cursor began: those above are
 *     offered to the sink
 * @param latestNs the latest instant that was written in turn while others are sent ahead ({@link
 *     SentAhead}), nanoseconds since the epoch
 * @param thin what thinning knows ({@link ThinState}); empty where nothing is thinned
 */
record DrainState(SinkTotals totals, long startUnits, long latestNs, ByteBuffer thin) {

  private static final byte TOTALS_ALONE = 1;
  private static final byte WITH_START = 2;
  private static final byte WITH_LATEST = 3;
  private static final byte WITH_SENT = 4;
  private static final byte FORMAT = 5;
  private static final int TOTALS = 5 * Long.BYTES;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** Where nothing is thinned. */
  DrainState(SinkTotals totals, long startUnits, long latestNs) {
    this(totals, startUnits, latestNs, NOTHING);
  }

  /** Readings below the position that thinning holds: they have no outcome yet. */
  long held() {
    return ThinState.heldIn(thin);
  }

  /**
   * Format (u8, 5), then stored, quarantined, withheld, dropped, corrupt, the start, the latest
   * instant, sent and thinned, i64 big-endian, and the bytes of the thinning. Format 4 has none of
   * these two, format 3 no sent either, format 2 no latest instant, and format 1 no start. The
   * lowest format that says all is written, so that earlier versions read it.
   */
  byte[] toBytes() {
    byte format = format();
    int longs = TOTALS + (format - TOTALS_ALONE) * Long.BYTES;
    ByteBuffer out = ByteBuffer.allocate(1 + longs + thin.remaining());
    out.put(format)
        .putLong(totals.stored())
        .putLong(totals.quarantined())
        .putLong(totals.withheld())
        .putLong(totals.dropped())
        .putLong(totals.corrupt())
        .putLong(startUnits)
        .putLong(latestNs);
    if (format >= WITH_SENT) {
      out.putLong(totals.sent());
    }
    if (format >= FORMAT) {
      out.putLong(totals.thinned()).put(thin.duplicate());
    }
    return out.array();
  }

  private byte format() {
    if (totals.thinned() != 0 || thin.hasRemaining()) {
      return FORMAT;
    }
    return totals.sent() == 0 ? WITH_LATEST : WITH_SENT;
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
    boolean isWhole = format == FORMAT ? in.remaining() >= expected : in.remaining() == expected;
    if (format < TOTALS_ALONE || format > FORMAT || !isWhole) {
      throw new IllegalArgumentException(
          "state of a sink in format " + format + " with " + bytes.length + " bytes is unknown");
    }
    SinkTotals totals =
        new SinkTotals(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    long startUnits = format < WITH_START ? units - totals.settled() : in.getLong();
    long latestNs = format < WITH_LATEST ? Long.MIN_VALUE : in.getLong();
    long sent = format < WITH_SENT ? 0 : in.getLong();
    long thinned = format < FORMAT ? 0 : in.getLong();
    return new DrainState(
        totals.plus(new SinkTotals(0, 0, 0, 0, 0, sent, thinned)),
        startUnits,
        latestNs,
        in.slice().asReadOnlyBuffer());
  }
}
