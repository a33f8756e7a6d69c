package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Tells bytes that are wrong from bytes that were never written, where the last sync of a log holds
 * no whole record. A sync that did not end leaves whole sectors as they were, which is zeros, or a
 * file that is too short: then nobody was told of it. Where all bytes of a record are there and do
 * not fit its checksum, something has changed them since, and nothing says whether the sync had
 * ended. Owned by one thread.
 */
final class WrongBytes implements Closeable {

  /** The disk writes this much as a whole, or not at all. */
  private static final int SECTOR_BYTES = 512;

  /** Where bytes may be of one record that is longer, no checksum is tried. */
  private static final int MOST_TRIED = 8 << 20;

  /**
   * Records at the end of a log that were written, and of which bytes are wrong.
   *
   * @param count how many are known
   * @param units what their headers say
   * @param isExact whether these headers fit to the records before
   */
  record Records(long count, long units, boolean isExact) {

    static final Records NONE = new Records(0, 0, true);

    /** Whether records are lost, or may be; also such without units. */
    boolean isAny() {
      return count > 0 || !isExact;
    }
  }

  private final Chunk chunk;
  private final RecordHeader recordHeader;

  /** Whether the segment got its name only when all of it was synced. */
  private final boolean wasSynced;

  WrongBytes(FileSystem files, Segment segment, SegmentHeader header) throws IOException {
    chunk =
        new Chunk(
            UnpackedFile.of(files.open(segment.path, FileSystem.Mode.READ), segment.path, header),
            segment.path,
            UnreadableBlocks.atOnce());
    recordHeader = new RecordHeader(header.salt());
    wasSynced = header.isRewritten();
  }

  /**
   * Looks behind the last whole record of the last segment.
   *
   * @param position in the file
   * @param offset of the record that belongs there
   * @param units of all records before
   * @param end of the file
   */
  Records atEnd(long position, long offset, long units, long end) throws IOException {
    long at = position;
    long count = 0;
    long sum = units;
    boolean isExact = true;
    while (at + RecordHeader.PAYLOAD <= end) {
      int places = placesKnown(at, end, offset + count, sum);
      int known = places == 2 ? trueLength(at, end) : -1;
      int length = known < 0 ? length(at, end) : known;
      boolean fits = length >= 0 && length <= end - at - RecordHeader.PAYLOAD;
      long behind = at + RecordHeader.PAYLOAD + (fits ? length : 0);
      boolean isUnfinished =
          fits
              ? hasUnwritten(at, behind, end) || isWholeButForTheLastBytes(at, behind, end)
              : places == 2 || hasUnwritten(at, behind, end);
      if (isUnfinished && known < 0 && !wasSynced) {
        break; // of this sync nobody was told
      }
      long own = fits ? units(at, behind) : -1;
      count++;
      sum += Math.max(0, own);
      isExact &= own >= 0 && places > 0;
      if (!fits) {
        break; // where the next one begins is not known
      }
      at = behind;
    }
    return new Records(count, sum - units, isExact && !chunk.hasGap());
  }

  /**
   * Whether any sector was never written that has bytes between two file positions. The first one
   * may have bytes of a record before, which do not count; the last one may have bytes of a record
   * behind, which do.
   *
   * @param end of the file
   */
  boolean hasUnwritten(long from, long to, long end) throws IOException {
    long at = from;
    while (at < to) {
      long next = Math.min(end, (at / SECTOR_BYTES + 1) * SECTOR_BYTES);
      int length = (int) (next - at);
      boolean isShortEnd = next == end && at > from && length < Integer.BYTES;
      if (!isShortEnd && isZero(at, length, end)) {
        return true;
      }
      at = next;
    }
    return false;
  }

  /**
   * Whether a record is at the end of a file, and its last sector was never written, of which it
   * has less than four bytes. Records may end in as many zeros, but then its checksum is wrong for
   * another reason.
   */
  private boolean isWholeButForTheLastBytes(long at, long behind, long end) throws IOException {
    int count = (int) (end % SECTOR_BYTES);
    boolean isShort = behind == end && count > 0 && count < Integer.BYTES;
    if (!isShort || !isZero(end - count, count, end)) {
      return false;
    }
    int length = Math.toIntExact(behind - at - RecordHeader.PAYLOAD);
    if (length > MOST_TRIED) {
      return false;
    }
    int index = chunk.load(at, RecordHeader.PAYLOAD + length, end);
    ByteBuffer bytes = chunk.bytes();
    int difference =
        bytes.getInt(index + RecordHeader.CRC) ^ recordHeader.crc(bytes, index, length);
    return RecordCheck.isOfLastBytes(difference, count);
  }

  private boolean isZero(long at, int length, long end) throws IOException {
    int index = chunk.load(at, length, end);
    int any = 0;
    for (int i = index; i < index + length; i++) {
      any |= chunk.bytes().get(i);
    }
    return any == 0;
  }

  /** How many of the two numbers that say the place of a record are as they should be. */
  private int placesKnown(long at, long end, long offset, long unitsBefore) throws IOException {
    int index = chunk.load(at, RecordHeader.PAYLOAD, end);
    ByteBuffer bytes = chunk.bytes();
    return (bytes.getLong(index + RecordHeader.OFFSET) == offset ? 1 : 0)
        + (bytes.getLong(index + RecordHeader.UNITS_BEFORE) == unitsBefore ? 1 : 0);
  }

  private int length(long at, long end) throws IOException {
    int index = chunk.load(at, RecordHeader.PAYLOAD, end);
    return chunk.bytes().getInt(index + RecordHeader.LENGTH);
  }

  /**
   * The length of a record of which nothing but the length is wrong; -1 if more is. The checksum
   * tells, where one bit of the length is wrong or it is the last record.
   */
  private int trueLength(long at, long end) throws IOException {
    int stored = length(at, end);
    int room = (int) Math.min(MOST_TRIED, end - at - RecordHeader.PAYLOAD);
    if (isWholeWith(room, at, end)) {
      return room;
    }
    for (int bit = 0; bit < Integer.SIZE; bit++) {
      int other = stored ^ (1 << bit);
      if (other >= 0 && other <= room && isWholeWith(other, at, end)) {
        return other;
      }
    }
    return -1;
  }

  private boolean isWholeWith(int length, long at, long end) throws IOException {
    int index = chunk.load(at, RecordHeader.PAYLOAD + length, end);
    ByteBuffer bytes = chunk.bytes();
    int stored = bytes.getInt(index + RecordHeader.LENGTH);
    bytes.putInt(index + RecordHeader.LENGTH, length);
    boolean isWhole = isWhole(index, length);
    bytes.putInt(index + RecordHeader.LENGTH, stored);
    return isWhole;
  }

  private boolean isWhole(int index, int length) {
    ByteBuffer bytes = chunk.bytes();
    return bytes.getInt(index + RecordHeader.CRC) == recordHeader.crc(bytes, index, length);
  }

  /**
   * The units that a record says it has; -1 if it cannot have so many. Where one bit of them is
   * wrong and nothing else, its checksum tells which.
   */
  private long units(long at, long behind) throws IOException {
    int length = Math.toIntExact(behind - at - RecordHeader.PAYLOAD);
    boolean isTried = length <= MOST_TRIED;
    int needed = RecordHeader.PAYLOAD + (isTried ? length : 0);
    int index = chunk.load(at, needed, behind);
    ByteBuffer bytes = chunk.bytes();
    int stored = bytes.getInt(index + RecordHeader.UNITS);
    int units = stored;
    for (int bit = 0; isTried && bit < Integer.SIZE; bit++) {
      bytes.putInt(index + RecordHeader.UNITS, stored ^ (1 << bit));
      if (isWhole(index, length)) {
        units = stored ^ (1 << bit);
      }
    }
    bytes.putInt(index + RecordHeader.UNITS, stored);
    return units >= 0 && units <= length ? units : -1;
  }

  @Override
  public void close() throws IOException {
    chunk.close();
  }
}
