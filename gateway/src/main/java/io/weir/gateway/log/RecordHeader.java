package io.weir.gateway.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The layout of a record in a segment file; see the package's description. */
final class RecordHeader {

  static final int LENGTH = 0;
  static final int CRC = 4;
  static final int OFFSET = 8;
  static final int RECEIVE_TIME = 16;
  static final int UNITS_BEFORE = 24;
  static final int UNITS = 32;
  static final int KIND = 36;
  static final int FLAGS = 37;
  static final int BATCH_DISTANCE = 38;
  static final int PAYLOAD = 40;

  /** A flag: the payload is that of a {@link Thinned} record. */
  static final int THINNED = 1;

  /** A flag: {@link #BATCH_DISTANCE} says how far before this record its sync began. */
  static final int BATCH_KNOWN = 2;

  private static final int MOST_DISTANCE = 0xffff;

  private final CRC32C crc = new CRC32C();

  private final long salt;

  /** The salt, then a record's length. */
  private final byte[] head = new byte[12];

  /** For the records of the segment with this salt. Owned by one thread. */
  RecordHeader(long salt) {
    this.salt = salt;
    for (int i = 0; i < 8; i++) {
      head[i] = (byte) (salt >>> (8 * i));
    }
  }

  /**
   * Says in a record where its sync began, if that is not too far before it.
   *
   * @param distance how many offsets before this one
   */
  static void putBatch(ByteBuffer records, int at, long distance) {
    boolean isKnown = distance <= MOST_DISTANCE;
    records.put(at + FLAGS, (byte) (isKnown ? BATCH_KNOWN : 0));
    records.putShort(at + BATCH_DISTANCE, (short) (isKnown ? distance : 0));
  }

  /**
   * The offset below which everything was synced when a record was written. A record of earlier
   * versions does not say it; each of those is taken for a sync of its own.
   */
  static long syncedBelow(ByteBuffer records, int at) {
    long offset = records.getLong(at + OFFSET);
    boolean isKnown = (records.get(at + FLAGS) & BATCH_KNOWN) != 0;
    return isKnown ? offset - (records.getShort(at + BATCH_DISTANCE) & 0xffff) : offset;
  }

  /** Whether this makes the same checksums as another one. */
  boolean isOfSameSegment(RecordHeader other) {
    return salt == other.salt;
  }

  /** CRC32C over the salt, the length, and all bytes behind the checksum. */
  int crc(ByteBuffer records, int at, int length) {
    int position = records.position();
    int limit = records.limit();
    records.get(at + LENGTH, head, 8, 4);
    crc.reset();
    crc.update(head, 0, 12);
    crc.update(records.limit(at + PAYLOAD + length).position(at + OFFSET));
    records.limit(limit).position(position);
    return (int) crc.getValue();
  }
}
