package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one segment file forward, checks each once, and skips damage up to the next
 * whole record of higher offset. A block that the disk does not return is damage only once it is
 * given up. A record may be a thinned one, which stands for several. The payload of the current
 * record is a view of what was read. Owned by one thread.
 */
final class RecordReader implements Closeable {

  private final Chunk chunk;
  private final RecordHeader recordHeader;
  private final long first;
  private final long recordsAt;
  private final boolean rewritten;

  private long position;

  /** No record was found yet; those below the lowest offset are passed over. */
  private boolean entering = true;

  /** The lowest offset that the next record may have. */
  private long minOffset;

  private long offset;
  private long receiveTimeNs;
  private long unitsBefore;
  private int units;
  private int kind;
  private long syncedBelow;
  private @Nullable Thinned thinned;
  private int start;
  private int length;
  private long damageAt = -1;

  /** Reads all records of a segment in one pass, which waits for no block of the disk. */
  static RecordReader ofAll(FileSystem files, Segment segment, SegmentHeader header)
      throws IOException {
    return new RecordReader(files, segment, header, header.recordsAt(), header.first());
  }

  /**
   * Reads a part of a segment in the same way.
   *
   * @param position file position of a record, or of damage
   * @param minOffset lowest offset that the next record may have
   */
  RecordReader(
      FileSystem files, Segment segment, SegmentHeader header, long position, long minOffset)
      throws IOException {
    this(
        files.open(segment.path, FileSystem.Mode.READ),
        segment.path,
        header,
        UnreadableBlocks.atOnce(),
        position,
        minOffset);
  }

  /**
   * @param handle of the file; closed with this
   * @param unreadable the blocks of the file that the disk does not return
   * @param position file position of a record, or of damage
   * @param minOffset lowest offset that the next record may have
   */
  RecordReader(
      FileSystem.Handle handle,
      Path file,
      SegmentHeader header,
      UnreadableBlocks unreadable,
      long position,
      long minOffset) {
    chunk = new Chunk(UnpackedFile.of(handle, file, header), file, unreadable);
    recordHeader = new RecordHeader(header.salt());
    first = header.first();
    recordsAt = header.recordsAt();
    rewritten = header.isRewritten();
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
        if (last() < minOffset) {
          continue; // read before, in the file that this one has replaced
        }
        minOffset = last() + 1;
        entering = false;
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

  /** Shows payloads that follow, of what is in memory, as it stands there. */
  void ahead(int most, Consumer<ByteBuffer> seen) {
    ByteBuffer bytes = chunk.bytes();
    int at = chunk.find(position);
    for (int i = 0; i < most && at + RecordHeader.PAYLOAD <= bytes.limit(); i++) {
      int payload = at + RecordHeader.PAYLOAD;
      int size = bytes.getInt(at + RecordHeader.LENGTH);
      if (size < 0 || size > bytes.limit() - payload) {
        return;
      }
      at = payload + size;
      seen.accept(chunk.view().limit(at).position(payload));
    }
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
    if (length < 0
        || offset < (entering ? first : minOffset)
        || offset >= limit
        || !isDense()
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
    syncedBelow = RecordHeader.syncedBelow(bytes, at);
    start = at + RecordHeader.PAYLOAD;
    thinned = null;
    if ((bytes.get(at + RecordHeader.FLAGS) & RecordHeader.THINNED) != 0) {
      thinned = Thinned.read(bytes, start, length, offset);
      return thinned != null;
    }
    return true;
  }

  /**
   * Offsets are dense in a segment, so few other bytes look like a record. A thinned record stands
   * for any number, but there the limit is known.
   */
  private boolean isDense() {
    return rewritten || offset - first <= (position - recordsAt) / RecordHeader.PAYLOAD;
  }

  long offset() {
    return offset;
  }

  /** The last offset that the current record stands for: its own, unless it is thinned. */
  long last() {
    return thinned == null ? offset : thinned.last();
  }

  /** What the current record says of those that it stands for; {@code null} for an ordinary one. */
  @Nullable Thinned thinned() {
    return thinned;
  }

  /** Whether nothing is left of what the current record stands for. */
  boolean isEmptyRun() {
    return thinned != null && thinned.bytes() == length;
  }

  long receiveTimeNs() {
    return receiveTimeNs;
  }

  long unitsBefore() {
    return unitsBefore;
  }

  /** Units of the records that the current one stands for, when they were appended. */
  int units() {
    return units;
  }

  /** Units of the current payload. */
  int unitsLeft() {
    return thinned == null ? units : thinned.unitsLeft();
  }

  int kind() {
    return kind;
  }

  /** Everything below this offset was synced when the current record was written. */
  long syncedBelow() {
    return syncedBelow;
  }

  /** The current record's payload: a read-only view, valid until the next call. */
  ByteBuffer payload() {
    int from = start + (thinned == null ? 0 : thinned.bytes());
    return chunk.view().limit(start + length).position(from);
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
