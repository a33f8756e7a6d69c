package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The header of a segment file. The file begins with two copies, so that one bad block does not
 * make the records unreadable. The layout of a copy is in the description of the package.
 *
 * @param salt random; part of every record's checksum, so that bytes of an older file on the same
 *     blocks are never taken for a record
 * @param first offset of the first record, which is the file's name
 * @param previousFirst the name of the segment before, or {@code first} if there was none
 * @param previousEnd the offset after the last synced record of the segment before; nothing behind
 *     it in that file is part of the log
 * @param unitsBefore units of all records before this segment, since the log began
 * @param lastReceiveTimeNs the highest receive time among the records before this segment
 * @param runningTotal the owner's total over all records before this segment
 */
@SuppressWarnings("ArrayRecordComponent") // the owner's bytes, never compared
record SegmentHeader(
    long salt,
    long first,
    long previousFirst,
    long previousEnd,
    long unitsBefore,
    long lastReceiveTimeNs,
    byte[] runningTotal) {

  static final int VERSION = 1;

  /** Bytes of both copies, if the running total fits in the first block of each. */
  static final int USUAL_BYTES = 2 * 4096;

  private static final long MAGIC = 0x31474553_52494557L; // "WEIRSEG1"
  private static final int BLOCK_BYTES = 4096;
  private static final int FIXED_BYTES = 72;
  private static final int MAX_BLOCKS = 256;

  /** Length of one copy. */
  private int copyBytes() {
    return (FIXED_BYTES + runningTotal.length + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
  }

  /** File position of the first record. */
  long recordsAt() {
    return 2L * copyBytes();
  }

  /** Both copies. */
  ByteBuffer encode() {
    int length = copyBytes();
    if (length > MAX_BLOCKS * BLOCK_BYTES) {
      throw new IllegalArgumentException(
          "running total of " + runningTotal.length + " bytes is too large");
    }
    ByteBuffer out = ByteBuffer.allocate(2 * length).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(0, MAGIC).putInt(8, VERSION).putInt(12, length).putInt(20, runningTotal.length);
    out.putLong(24, salt).putLong(32, first).putLong(40, previousFirst).putLong(48, previousEnd);
    out.putLong(56, unitsBefore).putLong(64, lastReceiveTimeNs).put(FIXED_BYTES, runningTotal);
    out.putInt(16, crc(out.duplicate().limit(length)));
    out.put(length, out, 0, length);
    return out;
  }

  /**
   * Reads the first whole copy.
   *
   * @return {@code null} if neither copy is whole, or it belongs to a file of another name
   * @throws NewerFormatException if a whole copy has a later version
   * @throws ReadFailedException if the disk does not answer; then nothing is known of the header
   */
  static @Nullable SegmentHeader read(FileSystem.Handle handle, Path file, long name)
      throws IOException {
    for (int block = 0; block < MAX_BLOCKS; block++) {
      ByteBuffer fixed = read(handle, file, (long) block * BLOCK_BYTES, FIXED_BYTES);
      if (fixed == null) {
        return null;
      }
      SegmentHeader header = readCopy(handle, fixed, block, file);
      if (header != null) {
        return header.first == name ? header : null;
      }
    }
    return null;
  }

  private static @Nullable SegmentHeader readCopy(
      FileSystem.Handle handle, ByteBuffer fixed, int block, Path file) throws IOException {
    int length = fixed.getInt(12);
    long start = (long) block * BLOCK_BYTES;
    boolean sound =
        fixed.getLong(0) == MAGIC
            && length > 0
            && length <= MAX_BLOCKS * BLOCK_BYTES
            && length % BLOCK_BYTES == 0
            && (start == 0 || start == length);
    if (!sound) {
      return null;
    }
    ByteBuffer copy = read(handle, file, start, length);
    if (copy == null || copy.getInt(16) != crc(copy)) {
      return null;
    }
    if (copy.getInt(8) > VERSION) {
      throw new NewerFormatException(file, copy.getInt(8), VERSION);
    }
    byte[] runningTotal = new byte[copy.getInt(20)];
    copy.get(FIXED_BYTES, runningTotal);
    return new SegmentHeader(
        copy.getLong(24),
        copy.getLong(32),
        copy.getLong(40),
        copy.getLong(48),
        copy.getLong(56),
        copy.getLong(64),
        runningTotal);
  }

  private static @Nullable ByteBuffer read(
      FileSystem.Handle handle, Path file, long position, int length) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    int read;
    try {
      read = handle.read(in, position);
    } catch (IOException e) {
      throw new ReadFailedException(file, position, e);
    }
    return read < length ? null : in.rewind();
  }

  /** CRC32C of a copy, without the field that holds it. */
  private static int crc(ByteBuffer copy) {
    CRC32C crc = new CRC32C();
    crc.update(copy.duplicate().limit(16));
    crc.update(copy.duplicate().position(20));
    return (int) crc.getValue();
  }
}
