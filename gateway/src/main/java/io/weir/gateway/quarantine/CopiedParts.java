package io.weir.gateway.quarantine;

import java.nio.ByteBuffer;

/**
 * The bytes of the copier in its cursor: what became of the rejected parts in all records below its
 * position.
 *
 * @param copied written to the quarantine
 * @param lost not found any more, where records were destroyed or dropped before they were copied
 * @param unexplained not found, with no such record; negative where more was found than rejected
 * @param uncounted missing in the count of the intake, which a start made again without the records
 *     that damage had destroyed
 * @param gaps places where damage destroyed records before they were copied
 * @param gapsBelow the offset up to which places are counted, which may be above the position
 * @param isBehindGap whether records were passed over since the counts were last compared
 * @param isNew whether what was copied before the cursor had counts is not known yet
 */
record CopiedParts(
    long copied,
    long lost,
    long unexplained,
    long uncounted,
    long gaps,
    long gapsBelow,
    boolean isBehindGap,
    boolean isNew) {

  private static final byte FORMAT = 1;
  private static final int BYTES = 1 + 6 * Long.BYTES + 1;
  private static final int BEHIND_GAP = 1;
  private static final int NEW = 2;

  /** More parts are written to the quarantine. */
  CopiedParts plus(int count) {
    return new CopiedParts(
        copied + count, lost, unexplained, uncounted, gaps, gapsBelow, isBehindGap, isNew);
  }

  /** Damage destroyed records before an offset, which were not copied. */
  CopiedParts withGap(long before) {
    return before <= gapsBelow
        ? this
        : new CopiedParts(
            copied, lost, unexplained, uncounted, gaps + 1, before, isBehindGap, isNew);
  }

  /** Records were passed over: destroyed or dropped. */
  CopiedParts behindGap() {
    return new CopiedParts(copied, lost, unexplained, uncounted, gaps, gapsBelow, true, isNew);
  }

  /**
   * Compares with what the intake has counted.
   *
   * @param taken parts that it rejected, of all records below the position
   * @param isComparedBefore whether the counts were compared since the start
   */
  CopiedParts compared(long taken, boolean isComparedBefore) {
    long difference = taken + uncounted - settled();
    long nowCopied = copied;
    long nowLost = lost;
    long nowUnexplained = unexplained;
    long nowUncounted = uncounted;
    if (difference < 0 && (isNew || !isComparedBefore)) {
      nowUncounted -= difference;
    } else if (isNew) {
      nowCopied += difference;
    } else if (difference > 0 && isBehindGap) {
      nowLost += difference;
    } else {
      nowUnexplained += difference;
    }
    return new CopiedParts(
        nowCopied, nowLost, nowUnexplained, nowUncounted, gaps, gapsBelow, false, false);
  }

  boolean saysSameLoss(CopiedParts other) {
    return lost == other.lost && gaps == other.gaps && unexplained == other.unexplained;
  }

  /** All parts of the records below the position. */
  long settled() {
    return copied + lost + unexplained;
  }

  /**
   * Beside what the intake counted. While it is not known what was copied earlier, that is all.
   *
   * @param taken parts that the intake rejected
   */
  QuarantineBalance balance(long taken) {
    if (isNew) {
      return new QuarantineBalance(taken, taken, 0, 0, gaps);
    }
    long rejected = Math.max(taken + uncounted, settled());
    return new QuarantineBalance(rejected, copied, lost, rejected - settled(), gaps);
  }

  /**
   * Format (u8, 1), the numbers in their order, i64 big-endian, and flags (u8): 1 behind a gap, 2
   * new.
   */
  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .put(FORMAT)
        .putLong(copied)
        .putLong(lost)
        .putLong(unexplained)
        .putLong(uncounted)
        .putLong(gaps)
        .putLong(gapsBelow)
        .put((byte) ((isBehindGap ? BEHIND_GAP : 0) | (isNew ? NEW : 0)))
        .array();
  }

  /**
   * Reads what {@link #toBytes()} wrote. A cursor of an earlier version, and a new one, have no
   * bytes.
   *
   * @param position of the cursor
   * @throws IllegalArgumentException if the bytes are of another format
   */
  static CopiedParts fromBytes(byte[] bytes, long position) {
    if (bytes.length == 0) {
      return new CopiedParts(0, 0, 0, 0, 0, 0, false, position > 0);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length != BYTES || in.get() != FORMAT) {
      throw new IllegalArgumentException(
          "state of the quarantine's copier with " + bytes.length + " bytes is unknown");
    }
    int flags = bytes[BYTES - 1];
    return new CopiedParts(
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        (flags & BEHIND_GAP) != 0,
        (flags & NEW) != 0);
  }
}
