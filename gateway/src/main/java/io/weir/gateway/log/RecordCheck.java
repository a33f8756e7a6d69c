package io.weir.gateway.log;

import java.nio.ByteBuffer;

/**
 * CRC32C backwards. A record's checksum covers the salt of its segment first, and the salt is lost
 * with the header. But the state of the checksum behind the salt follows from each record alone, by
 * taking the record's bytes back out. It is the same for all whole records of a segment, so two
 * records that agree on it prove each other, and give a salt that checks all of them.
 */
final class RecordCheck {

  private static final int POLYNOMIAL = 0x82F63B78; // Castagnoli, reflected

  private static final int[] TABLE = new int[256];

  /** The entry of {@link #TABLE} by its highest byte, which differs in each. */
  private static final int[] BY_HIGH_BYTE = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int value = i;
      for (int bit = 0; bit < 8; bit++) {
        value = (value & 1) == 0 ? value >>> 1 : (value >>> 1) ^ POLYNOMIAL;
      }
      TABLE[i] = value;
      BY_HIGH_BYTE[value >>> 24] = i;
    }
  }

  private RecordCheck() {}

  /**
   * Whether two inputs of one length, of which one has this checksum more than the other, may
   * differ in nothing but their last bytes.
   *
   * @param difference of the checksums, by exclusive or
   * @param count of these bytes
   */
  static boolean isOfLastBytes(int difference, int count) {
    int state = difference;
    for (int i = 0; i < count; i++) {
      state = (state ^ TABLE[BY_HIGH_BYTE[state >>> 24]]) << 8;
    }
    return count >= Integer.BYTES || state >>> (8 * count) == 0;
  }

  private static int forward(int state, int value) {
    return (state >>> 8) ^ TABLE[(state ^ value) & 0xff];
  }

  private static int back(int state, int value) {
    int index = BY_HIGH_BYTE[state >>> 24];
    return ((state ^ TABLE[index]) << 8) | (index ^ (value & 0xff));
  }

  /** The state behind the salt, if the record at a place in the bytes is whole. */
  static int stateBehindSalt(ByteBuffer records, int at, int length) {
    int state = ~records.getInt(at + RecordHeader.CRC);
    for (int i = at + RecordHeader.PAYLOAD + length - 1; i >= at + RecordHeader.OFFSET; i--) {
      state = back(state, records.get(i));
    }
    for (int i = at + RecordHeader.LENGTH + 3; i >= at + RecordHeader.LENGTH; i--) {
      state = back(state, records.get(i));
    }
    return state;
  }

  /** The state behind a salt. */
  static int stateBehind(long salt) {
    int state = -1;
    for (int i = 0; i < 8; i++) {
      state = forward(state, (int) (salt >>> (8 * i)));
    }
    return state;
  }

  /** A salt that has this state behind it. */
  static long saltOf(int stateBehindSalt) {
    int wanted = stateBehindSalt;
    int start = -1;
    for (int i = 0; i < 4; i++) {
      wanted = back(wanted, 0);
      start = forward(start, 0);
    }
    // Four bytes act on the state as if combined with it, then four zeros.
    return (long) (wanted ^ start) << 32;
  }
}
