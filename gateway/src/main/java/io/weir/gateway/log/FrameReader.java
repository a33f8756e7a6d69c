package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Walks the records of one segment file forward, each checked once, and steps over what is damaged
 * to the next whole record of higher offset. Reads in chunks; the current record's payload lies in
 * the chunk. Owned by one thread.
 */
final class FrameReader implements Closeable {

  /** Read at once at most, unless a record is larger; less where less is there. */
  private static final int CHUNK_BYTES = 256 * 1024;

  private final FileSystem.Handle handle;
  private final Path file;
  private final Frame frame;
  private final long first;
  private final long recordsAt;

  private ByteBuffer chunk;
  private ByteBuffer view;
  private long chunkStart;

  private long position;
  private long atLeast;

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
   * @param atLeast lowest offset that the next record may have
   */
  FrameReader(FileSystem files, Segment segment, SegmentHeader header, long position, long atLeast)
      throws IOException {
    file = segment.path;
    handle = files.open(file, FileSystem.Mode.READ);
    frame = new Frame(header.salt());
    first = header.first();
    recordsAt = header.recordsAt();
    this.position = position;
    this.atLeast = atLeast;
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
   * @param end file position up to which may be read; a record never lies across it
   * @param limit offset that the record must be below
   * @return false if there is none up to {@code end}; what lies before it is then skipped
   * @throws ReadFailedException if the disk does not answer; the same call may be repeated
   */
  boolean next(long end, long limit) throws IOException {
    damageAt = -1;
    while (position + Frame.PAYLOAD <= end) {
      if (isRecord(end, limit)) {
        position += Frame.PAYLOAD + length;
        atLeast = offset + 1;
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
    load(Frame.PAYLOAD, end);
    int at = (int) (position - chunkStart);
    length = chunk.getInt(at + Frame.LENGTH);
    offset = chunk.getLong(at + Frame.OFFSET);
    // Offsets are dense in a segment, so almost no other bytes look like a record.
    if (length < 0
        || offset < atLeast
        || offset >= limit
        || offset - first > (position - recordsAt) / Frame.PAYLOAD
        || length > end - position - Frame.PAYLOAD) {
      return false;
    }
    load(Frame.PAYLOAD + length, end);
    at = (int) (position - chunkStart);
    if (chunk.getInt(at + Frame.CRC) != frame.crc(chunk, at, length)) {
      return false;
    }
    receiveTimeNs = chunk.getLong(at + Frame.RECEIVE_TIME);
    unitsBefore = chunk.getLong(at + Frame.UNITS_BEFORE);
    units = chunk.getInt(at + Frame.UNITS);
    kind = chunk.get(at + Frame.KIND) & 0xff;
    start = at + Frame.PAYLOAD;
    return true;
  }

  /** Sees to it that so many bytes from the position on are in the chunk. */
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
      chunk.clear().limit(0); // what it holds now are no bytes of the file
      throw new ReadFailedException(file, position, e);
    }
    chunk.rewind();
    // Zeros stand for what a file cut from outside no longer has: no record is found there.
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

  /** The current record's payload: one read-only view, moved by the next call. */
  ByteBuffer payload() {
    return view.limit(start + length).position(start);
  }

  /** File position after the current record, or of the end that was reached. */
  long position() {
    return position;
  }

  /** File position of the current record. */
  long recordAt() {
    return position - Frame.PAYLOAD - length;
  }

  /** Where the damage began that the last step went over, or -1. */
  long damageAt() {
    return damageAt;
  }

  @Override
  public void close() throws IOException {
    handle.close();
  }
}
