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
 * @param isBehindGap whether records were passed over since the counts were last compared
 */
record CopiedParts(
    long copied, long lost, long unexplained, long uncounted, long gaps, boolean isBehindGap) {

  static final CopiedParts NONE = new CopiedParts(0, 0, 0, 0, 0, false);

  private static final byte FORMAT = 1;
  private static final int BYTES = 1 + 5 * Long.BYTES + 1;

  /** All parts of the records below the position. */
  long settled() {
    return copied + lost + unexplained;
  }

  CopiedParts andCopied(long parts) {
    return new CopiedParts(copied + parts, lost, unexplained, uncounted, gaps, isBehindGap);
  }

  CopiedParts andLost(long parts) {
    return new CopiedParts(copied, lost + parts, unexplained, uncounted, gaps, isBehindGap);
  }

  CopiedParts andUnexplained(long parts) {
    return new CopiedParts(copied, lost, unexplained + parts, uncounted, gaps, isBehindGap);
  }

  CopiedParts andUncounted(long parts) {
    return new CopiedParts(copied, lost, unexplained, uncounted + parts, gaps, isBehindGap);
  }

  /** Records were passed over. */
  CopiedParts andGap(boolean isDamage) {
    return new CopiedParts(copied, lost, unexplained, uncounted, gaps + (isDamage ? 1 : 0), true);
  }

  CopiedParts compared() {
    return new CopiedParts(copied, lost, unexplained, uncounted, gaps, false);
  }

  /** Format (u8, 1), the numbers in their order, i64 big-endian, and the last as u8 0 or 1. */
  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .put(FORMAT)
        .putLong(copied)
        .putLong(lost)
        .putLong(unexplained)
        .putLong(uncounted)
        .putLong(gaps)
        .put((byte) (isBehindGap ? 1 : 0))
        .array();
  }

  /**
   * @throws IllegalArgumentException if the bytes are of another format
   */
  static CopiedParts fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length != BYTES || in.get() != FORMAT) {
      throw new IllegalArgumentException(
          "state of the quarantine's copier with " + bytes.length + " bytes is unknown");
    }
    return new CopiedParts(
        in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.get() != 0);
  }
}
