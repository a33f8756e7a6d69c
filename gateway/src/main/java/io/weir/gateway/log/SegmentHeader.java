package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The header of a segment file. The file begins with two copies, so that one bad block does not
 * make the records unreadable. The layout of a copy is in the description of the package. The
 * owner's running total in it may be large, so it is not kept in memory; see {@link #readTotal}.
 *
 * @param salt random; part of every record's checksum, so that bytes of an older file on the same
 *     blocks are never taken for a record
 * @param first offset of the first record, which is the file's name
 * @param previousFirst the name of the segment before, or {@code first} if there was none
 * @param previousEnd the offset after the last synced record of the segment before; nothing behind
 *     it in that file is part of the log
 * @param unitsBefore units of all records before this segment, since the log began
 * @param lastReceiveTimeNs the highest receive time among the records before this segment
 * @param copyBytes length of one copy
 * @param version of the format
 * @param unitsLeft units of the segment's records that no rewrite has dropped; in an ordinary
 *     segment {@link #ALL}
 * @param unpackedEnd file position behind the last record as if the records were not packed; 0 in a
 *     segment that is not packed
 */
record SegmentHeader(
    long salt,
    long first,
    long previousFirst,
    long previousEnd,
    long unitsBefore,
    long lastReceiveTimeNs,
    int copyBytes,
    int version,
    long unitsLeft,
    long unpackedEnd) {

  /** An ordinary segment. */
  static final int VERSION = 1;

  /** A segment that was written again; it holds thinned records. */
  static final int REWRITTEN = 2;

  /** A segment that was written again, with its records in {@link Frame}s. */
  static final int PACKED = 3;

  /** No rewrite has dropped any units. */
  static final long ALL = -1;

  private static final int BLOCK_BYTES = 4096;

  /** Bytes of both copies, if the running total fits in the first block of each. */
  static final int USUAL_BYTES = 2 * BLOCK_BYTES;

  /** A larger running total is refused: it would not fit in memory either. */
  static final int MAX_COPY_BYTES = 256 << 20;

  private static final long MAGIC = 0x31474553_52494557L; // "WEIRSEG1"
  private static final int LENGTH = 12;
  private static final int CRC = 16;
  private static final int TOTAL_LENGTH = 20;
  static final int SALT = 24;
  private static final int FIRST = 32;
  private static final int UNITS_LEFT = 72;
  private static final int UNPACKED_END = 80;

  /** Where the running total begins, by version. */
  private static final int[] TOTAL_AT = {0, 72, 80, 88};

  private static final int FIXED_BYTES = 88;

  /** One read while a copy is checked; at least the fixed fields. */
  private static final int PART_BYTES = 64 * 1024;

  /** After this many reads that failed, the search for the second copy ends. */
  private static final int MOST_FAILURES = 8;

  /** The header of an ordinary segment. */
  SegmentHeader(
      long salt,
      long first,
      long previousFirst,
      long previousEnd,
      long unitsBefore,
      long lastReceiveTimeNs,
      int copyBytes) {
    this(
        salt,
        first,
        previousFirst,
        previousEnd,
        unitsBefore,
        lastReceiveTimeNs,
        copyBytes,
        VERSION,
        ALL,
        0);
  }

  /** The same place in the log, for a file that is written again. */
  SegmentHeader rewritten(long newSalt, byte[] runningTotal, long left) throws IOException {
    return new SegmentHeader(
        newSalt,
        first,
        previousFirst,
        previousEnd,
        unitsBefore,
        lastReceiveTimeNs,
        copyBytes(runningTotal),
        REWRITTEN,
        left,
        0);
  }

  /** The same, for a file whose records are packed. */
  SegmentHeader packed(long end) {
    return new SegmentHeader(
        salt,
        first,
        previousFirst,
        previousEnd,
        unitsBefore,
        lastReceiveTimeNs,
        copyBytes,
        PACKED,
        unitsLeft,
        end);
  }

  boolean isRewritten() {
    return version >= REWRITTEN;
  }

  boolean isPacked() {
    return version == PACKED;
  }

  /** File position behind the last record, in a file of this length that was read to its end. */
  long endIn(long fileBytes) {
    return isPacked() ? unpackedEnd : fileBytes;
  }

  /**
   * Length of one copy that holds a running total.
   *
   * @throws IOException if the total is too large
   */
  static int copyBytes(byte[] runningTotal) throws IOException {
    long blocks = ((long) FIXED_BYTES + runningTotal.length + BLOCK_BYTES - 1) / BLOCK_BYTES;
    if (blocks * BLOCK_BYTES > MAX_COPY_BYTES) {
      throw new IOException("running total of " + runningTotal.length + " bytes is too large");
    }
    return (int) blocks * BLOCK_BYTES;
  }

  /** File position of the first record. */
  long recordsAt() {
    return 2L * copyBytes;
  }

  /**
   * One copy.
   *
   * @param runningTotal the owner's total over all records before this segment
   */
  ByteBuffer encode(byte[] runningTotal) {
    ByteBuffer out = ByteBuffer.allocate(copyBytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(0, MAGIC).putInt(8, version).putInt(LENGTH, copyBytes);
    out.putInt(TOTAL_LENGTH, runningTotal.length).putLong(SALT, salt);
    out.putLong(FIRST, first).putLong(40, previousFirst).putLong(48, previousEnd);
    out.putLong(56, unitsBefore).putLong(64, lastReceiveTimeNs);
    if (isRewritten()) {
      out.putLong(UNITS_LEFT, unitsLeft);
    }
    if (isPacked()) {
      out.putLong(UNPACKED_END, unpackedEnd);
    }
    out.put(TOTAL_AT[version], runningTotal);
    CRC32C crc = new CRC32C();
    update(crc, out.duplicate(), true);
    return out.putInt(CRC, (int) crc.getValue());
  }

  /**
   * Reads the first whole copy.
   *
   * @return {@code null} if neither copy is whole, or it belongs to a file of another name
   * @throws NewerFormatException if a whole copy has a later version
   * @throws ReadFailedException if no whole copy was found, and the disk did not answer somewhere
   */
  static @Nullable SegmentHeader read(FileSystem.Handle handle, Path file, long name)
      throws IOException {
    Copy copy = wholeCopy(handle, file, name);
    if (copy == null) {
      return null;
    }
    ByteBuffer in = copy.fixed;
    int version = in.getInt(8);
    return new SegmentHeader(
        in.getLong(SALT),
        in.getLong(FIRST),
        in.getLong(40),
        in.getLong(48),
        in.getLong(56),
        in.getLong(64),
        in.getInt(LENGTH),
        version,
        version >= REWRITTEN ? in.getLong(UNITS_LEFT) : ALL,
        version == PACKED ? in.getLong(UNPACKED_END) : 0);
  }

  /**
   * Reads the owner's total over all records before this segment.
   *
   * @return {@code null} if neither copy is whole
   * @throws ReadFailedException as {@link #read}
   */
  byte @Nullable [] readTotal(FileSystem.Handle handle, Path file) throws IOException {
    Copy copy = wholeCopy(handle, file, first);
    if (copy == null) {
      return null;
    }
    int length = copy.fixed.getInt(TOTAL_LENGTH);
    ByteBuffer total = read(handle, file, copy.start + TOTAL_AT[version], length);
    return total == null ? null : total.array();
  }

  /** A copy of the header in a file: where it begins, and its fields before the running total. */
  private record Copy(long start, ByteBuffer fixed) {}

  private static @Nullable Copy wholeCopy(FileSystem.Handle handle, Path file, long name)
      throws IOException {
    ReadFailedException unread = null;
    int failures = 0;
    for (long start = 0; start < MAX_COPY_BYTES && failures < MOST_FAILURES; start += BLOCK_BYTES) {
      try {
        ByteBuffer fixed = read(handle, file, start, FIXED_BYTES);
        if (fixed == null) {
          break; // the end of the file
        }
        if (isCopy(fixed, start) && isWhole(handle, file, start, fixed)) {
          return fixed.getLong(FIRST) == name ? new Copy(start, fixed) : null;
        }
      } catch (ReadFailedException e) {
        unread = e; // the other copy may be readable
        failures++;
      }
    }
    if (unread != null) {
      throw unread;
    }
    return null;
  }

  /** The second copy begins where the first ends. */
  private static boolean isCopy(ByteBuffer fixed, long start) {
    int length = fixed.getInt(LENGTH);
    return fixed.getLong(0) == MAGIC
        && length > 0
        && length <= MAX_COPY_BYTES
        && length % BLOCK_BYTES == 0
        && (start == 0 || start == length);
  }

  private static boolean isWhole(FileSystem.Handle handle, Path file, long start, ByteBuffer fixed)
      throws IOException {
    CRC32C crc = new CRC32C();
    long end = start + fixed.getInt(LENGTH);
    for (long at = start; at < end; at += PART_BYTES) {
      ByteBuffer part = read(handle, file, at, (int) Math.min(PART_BYTES, end - at));
      if (part == null) {
        return false;
      }
      update(crc, part, at == start);
    }
    if (fixed.getInt(CRC) != (int) crc.getValue()) {
      return false;
    }
    int version = fixed.getInt(8);
    if (version > PACKED) {
      throw new NewerFormatException(file, version, PACKED);
    }
    return version >= VERSION
        && fixed.getInt(TOTAL_LENGTH) <= fixed.getInt(LENGTH) - TOTAL_AT[version];
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

  /** Adds a part of a copy to its CRC32C; the first part has the field of the checksum itself. */
  private static void update(CRC32C crc, ByteBuffer part, boolean first) {
    if (first) {
      crc.update(part.duplicate().limit(CRC));
      part.position(CRC + 4);
    }
    crc.update(part);
  }
}
