package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads the records of one segment file forward, checks each once, and skips damage up to the next
 * whole record of higher offset. A block that the disk does not return is damage only once it is
 * given up. The payload of the current record is a view of what was read. Owned by one thread.
 */
final class RecordReader implements Closeable {

  private final Chunk chunk;
  private final RecordHeader recordHeader;
  private final long first;
  private final long recordsAt;

  private long position;

  /** The lowest offset that the next record may have. */
  private long minOffset;

  private long offset;
  private long receiveTimeNs;
  private long unitsBefore;
  private int units;
  private int kind;
  private int start;
  private int length;
  private long damageAt = -1;

  /**
   * @param unreadable the blocks of the file that the disk does not return
   * @param position file position of a record, or of damage
   * @param minOffset lowest offset that the next record may have
   */
  RecordReader(
      FileSystem files,
      Segment segment,
      SegmentHeader header,
      UnreadableBlocks unreadable,
      long position,
      long minOffset)
      throws IOException {
    chunk = new Chunk(files, segment.path, unreadable);
    recordHeader = new RecordHeader(header.salt());
    first = header.first();
    recordsAt = header.recordsAt();
    this.position = position;
    this.minOffset = minOffset;
  }

  /**
   * Moves to the next whole record.
   *
   * @param end file position up to which may be read; no record crosses it
   * @param limit offset that the record must be below
   * @return false if there is none up to {@code end}; what is before it is skipped then
   * @throws ReadFailedException if the disk does not answer; the same call may be repeated
   */
  boolean next(long end, long limit) throws IOException {
    damageAt = -1;
    while (position + RecordHeader.PAYLOAD <= end) {
      if (isRecord(end, limit)) {
        position += RecordHeader.PAYLOAD + length;
        minOffset = offset + 1;
        return true;
      }
      damage();
      position++;
    }
    if (position < end) {
      damage();
      position = end;
    }
    chunk.releaseLarge();
    return false;
  }

  private void damage() {
    if (damageAt < 0) {
      damageAt = position;
    }
  }

  private boolean isRecord(long end, long limit) throws IOException {
    int at = chunk.load(position, RecordHeader.PAYLOAD, end);
    ByteBuffer bytes = chunk.bytes();
    length = bytes.getInt(at + RecordHeader.LENGTH);
    offset = bytes.getLong(at + RecordHeader.OFFSET);
    // Offsets are dense in a segment, so few other bytes look like a record.
    if (length < 0
        || offset < minOffset
        || offset >= limit
        || offset - first > (position - recordsAt) / RecordHeader.PAYLOAD
        || length > end - position - RecordHeader.PAYLOAD) {
      return false;
    }
    at = chunk.load(position, RecordHeader.PAYLOAD + length, end);
    bytes = chunk.bytes();
    if (bytes.getInt(at + RecordHeader.CRC) != recordHeader.crc(bytes, at, length)) {
      return false;
    }
    receiveTimeNs = bytes.getLong(at + RecordHeader.RECEIVE_TIME);
    unitsBefore = bytes.getLong(at + RecordHeader.UNITS_BEFORE);
    units = bytes.getInt(at + RecordHeader.UNITS);
    kind = bytes.get(at + RecordHeader.KIND) & 0xff;
    start = at + RecordHeader.PAYLOAD;
    return true;
  }

  long offset() {
    return offset;
  }

  long receiveTimeNs() {
    return receiveTimeNs;
  }

  long unitsBefore() {
    return unitsBefore;
  }

  int units() {
    return units;
  }

  int kind() {
    return kind;
  }

  /** The current record's payload: a read-only view, valid until the next call. */
  ByteBuffer payload() {
    return chunk.view().limit(start + length).position(start);
  }

  /** File position after the current record, or the end that was reached. */
  long position() {
    return position;
  }

  /** File position of the current record. */
  long recordAt() {
    return position - RecordHeader.PAYLOAD - length;
  }

  /** File position of the damage that the last call skipped, or -1. */
  long damageAt() {
    return damageAt;
  }

  /** Whether a block that the disk does not return was given up. */
  boolean hasUnreadableGap() {
    return chunk.hasGap();
  }

  @Override
  public void close() throws IOException {
    chunk.close();
  }
}
