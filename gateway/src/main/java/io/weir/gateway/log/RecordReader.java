package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Reads the records of one segment file forward, checks each once, and skips damage up to the next
 * whole record of higher offset. Reads in chunks; the payload of the current record is a view of
 * the chunk. Owned by one thread.
 */
final class RecordReader implements Closeable {

  /** The size of one read, unless a record is larger or the file ends. */
  private static final int CHUNK_BYTES = 256 * 1024;

  private final FileSystem.Handle handle;
  private final Path file;
  private final RecordHeader recordHeader;
  private final long first;
  private final long recordsAt;

  private ByteBuffer chunk;
  private ByteBuffer view;
  private long chunkStart;

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
   * @param position file position of a record, or of damage
   * @param minOffset lowest offset that the next record may have
   */
  RecordReader(
      FileSystem files, Segment segment, SegmentHeader header, long position, long minOffset)
      throws IOException {
    file = segment.path;
    handle = files.open(file, FileSystem.Mode.READ);
    recordHeader = new RecordHeader(header.salt());
    first = header.first();
    recordsAt = header.recordsAt();
    this.position = position;
    this.minOffset = minOffset;
    chunkStart = position;
    chunk = chunk(0);
    view = chunk.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer chunk(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
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
    return false;
  }

  private void damage() {
    if (damageAt < 0) {
      damageAt = position;
    }
  }

  private boolean isRecord(long end, long limit) throws IOException {
    load(RecordHeader.PAYLOAD, end);
    int at = (int) (position - chunkStart);
    length = chunk.getInt(at + RecordHeader.LENGTH);
    offset = chunk.getLong(at + RecordHeader.OFFSET);
    // Offsets are dense in a segment, so few other bytes look like a record.
    if (length < 0
        || offset < minOffset
        || offset >= limit
        || offset - first > (position - recordsAt) / RecordHeader.PAYLOAD
        || length > end - position - RecordHeader.PAYLOAD) {
      return false;
    }
    load(RecordHeader.PAYLOAD + length, end);
    at = (int) (position - chunkStart);
    if (chunk.getInt(at + RecordHeader.CRC) != recordHeader.crc(chunk, at, length)) {
      return false;
    }
    receiveTimeNs = chunk.getLong(at + RecordHeader.RECEIVE_TIME);
    unitsBefore = chunk.getLong(at + RecordHeader.UNITS_BEFORE);
    units = chunk.getInt(at + RecordHeader.UNITS);
    kind = chunk.get(at + RecordHeader.KIND) & 0xff;
    start = at + RecordHeader.PAYLOAD;
    return true;
  }

  /** Ensures that this many bytes from the position on are in the chunk. */
  private void load(int bytes, long end) throws IOException {
    if (position + bytes <= chunkStart + chunk.limit() && position >= chunkStart) {
      return;
    }
    int wanted = (int) Math.max(bytes, Math.min(CHUNK_BYTES, end - position));
    int most = Math.max(bytes, CHUNK_BYTES);
    if (chunk.capacity() < wanted || chunk.capacity() > most) {
      chunk = chunk(Math.max(wanted, Math.min(CHUNK_BYTES, 2 * chunk.capacity())));
      view = chunk.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
    chunk.clear().limit((int) Math.min(wanted, end - position));
    chunkStart = position;
    int read;
    try {
      read = handle.read(chunk, position);
    } catch (IOException e) {
      chunk.clear().limit(0); // its bytes are not those of the file now
      throw new ReadFailedException(file, position, e);
    }
    chunk.rewind();
    // Zeros replace what a file truncated from outside no longer has: no record is found in them.
    for (int at = read; at < chunk.limit(); at++) {
      chunk.put(at, (byte) 0);
    }
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
    return view.limit(start + length).position(start);
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

  @Override
  public void close() throws IOException {
    handle.close();
  }
}
