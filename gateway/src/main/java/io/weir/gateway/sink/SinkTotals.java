package io.weir.gateway.sink;

import java.nio.ByteBuffer;

/**
 * Counts of the readings that one log offered to one sink, by their outcome, since the sink's
 * cursor began. With what is pending in the log they add up: {@code offered = stored + quarantined
 * + withheld + dropped + corrupt + pending}. Kept in the cursor's own bytes, so that counts and
 * position never disagree.
 *
 * @param stored accepted by the store
 * @param quarantined refused for good, and set aside
 * @param withheld of a type that the store does not keep
 * @param dropped given up by a bound that the user configured
 * @param corrupt destroyed by damage, or unreadable
 */
public record SinkTotals(long stored, long quarantined, long withheld, long dropped, long corrupt) {

  /** Nothing yet. */
  public static final SinkTotals ZERO = new SinkTotals(0, 0, 0, 0, 0);

  private static final byte FORMAT = 1;
  private static final int BYTES = 1 + 5 * Long.BYTES;

  /** All readings with an outcome. */
  public long settled() {
    return stored + quarantined + withheld + dropped + corrupt;
  }

  SinkTotals plus(SinkTotals more) {
    return new SinkTotals(
        stored + more.stored,
        quarantined + more.quarantined,
        withheld + more.withheld,
        dropped + more.dropped,
        corrupt + more.corrupt);
  }

  /** Format (u8, 1), then the five counts in the record's order, i64 big-endian. */
  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .put(FORMAT)
        .putLong(stored)
        .putLong(quarantined)
        .putLong(withheld)
        .putLong(dropped)
        .putLong(corrupt)
        .array();
  }

  /**
   * Reads what {@link #toBytes()} wrote; a new cursor has no bytes.
   *
   * @throws IllegalArgumentException if the bytes are of another format
   */
  static SinkTotals fromBytes(byte[] bytes) {
    if (bytes.length == 0) {
      return ZERO;
    }
    if (bytes[0] != FORMAT || bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "totals of a sink in format "
              + bytes[0]
              + " with "
              + bytes.length
              + " bytes are unknown");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, BYTES - 1);
    return new SinkTotals(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }
}
