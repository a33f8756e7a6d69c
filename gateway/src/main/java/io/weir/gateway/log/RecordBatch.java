package io.weir.gateway.log;

import io.weir.gateway.log.AppendBuffer.PendingFailure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of one group sync, in memory, laid out as in the file. Each gets its units before,
 * the beginning of its sync and its checksum as it is added, while its bytes are in the processor's
 * cache, so that {@code log-sync} has to do no more than write them. That is for the segment that
 * is written at that time, and where nothing before fails; else {@link #stamp} does it again. There
 * are two batches: appenders fill one under the lock of {@link AppendBuffer}, while {@code
 * log-sync} owns and writes the other.
 */
final class RecordBatch {

  private static final int INITIAL_BYTES = 64 * 1024;

  /** A batch that a burst made larger than this frees its memory after the burst. */
  private static final int MAX_KEPT_BYTES = 4 << 20;

  private ByteBuffer bytes = allocate(INITIAL_BYTES);
  private final List<@Nullable Synced> callbacks = new ArrayList<>();
  private long firstAppendNs;
  private long firstOffset;
  private long unitsBefore;
  private long units;
  private @Nullable RecordHeader stampedFor;

  /** Outside the heap, so that a write needs no copy. */
  private static ByteBuffer allocate(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The records; its position is their end. */
  ByteBuffer bytes() {
    return bytes;
  }

  int size() {
    return bytes.position();
  }

  boolean isEmpty() {
    return bytes.position() == 0;
  }

  /** Bytes of the record at a position. */
  int recordBytes(int at) {
    return RecordHeader.PAYLOAD + bytes.getInt(at + RecordHeader.LENGTH);
  }

  int records() {
    return callbacks.size();
  }

  /** Units of all records. */
  long units() {
    return units;
  }

  /** Offset of the record at a position. */
  long offset(int at) {
    return bytes.getLong(at + RecordHeader.OFFSET);
  }

  /** The callback of a record by its ordinal in the batch. */
  @Nullable Synced callback(int index) {
    return callbacks.get(index);
  }

  /** The callbacks to run if the records from a position on fail. */
  List<PendingFailure> failuresFrom(int from, int firstIndex) {
    List<PendingFailure> failures = new ArrayList<>();
    int index = firstIndex;
    for (int at = from; at < size(); at += recordBytes(at)) {
      Synced callback = callbacks.get(index++);
      if (callback != null) {
        failures.add(new PendingFailure(callback, offset(at)));
      }
    }
    return failures;
  }

  /** Elapsed time at which the first record was appended. */
  long firstAppendNs() {
    return firstAppendNs;
  }

  /**
   * @param offset of the first record
   * @param before units of all records before
   * @param header for checksums of the segment that is written now, if any
   */
  void begin(long elapsedNs, long offset, long before, @Nullable RecordHeader header) {
    firstAppendNs = elapsedNs;
    firstOffset = offset;
    unitsBefore = before;
    units = 0;
    stampedFor = header;
  }

  /** Whether all records are as this segment has them, if the batch goes there in one sync. */
  boolean isStampedFor(RecordHeader segment, long before) {
    return stampedFor != null && stampedFor.isOfSameSegment(segment) && unitsBefore == before;
  }

  /**
   * Gives records their units before, the beginning of their sync, and their checksums.
   *
   * @param from where the sync begins, and the first of them
   */
  void stamp(RecordHeader segment, int from, int to, long before) {
    long first = offset(from);
    long sum = before;
    for (int at = from; at < to; at += recordBytes(at)) {
      stamp(segment, at, offset(at) - first, sum);
      sum += bytes.getInt(at + RecordHeader.UNITS);
    }
  }

  private void stamp(RecordHeader segment, int at, long distance, long before) {
    bytes.putLong(at + RecordHeader.UNITS_BEFORE, before);
    RecordHeader.putBatch(bytes, at, distance);
    int length = bytes.getInt(at + RecordHeader.LENGTH);
    bytes.putInt(at + RecordHeader.CRC, segment.crc(bytes, at, length));
  }

  void add(
      int kind,
      long offset,
      long receiveTimeNs,
      int units,
      ByteBuffer payload,
      @Nullable Synced callback) {
    int length = payload.remaining();
    ensureRoom(RecordHeader.PAYLOAD + length);
    int at = bytes.position();
    bytes.putInt(at + RecordHeader.LENGTH, length);
    bytes.putLong(at + RecordHeader.OFFSET, offset);
    bytes.putLong(at + RecordHeader.RECEIVE_TIME, receiveTimeNs);
    bytes.putInt(at + RecordHeader.UNITS, units);
    bytes.putInt(at + RecordHeader.KIND, kind); // and no flags yet
    bytes.put(at + RecordHeader.PAYLOAD, payload, payload.position(), length);
    bytes.position(at + RecordHeader.PAYLOAD + length);
    if (stampedFor != null) {
      stamp(stampedFor, at, offset - firstOffset, unitsBefore + this.units);
    }
    this.units += units;
    callbacks.add(callback);
  }

  private void ensureRoom(int more) {
    if (bytes.remaining() < more) {
      int needed = bytes.position() + more;
      int usual = bytes.capacity() + Math.min(bytes.capacity(), MAX_KEPT_BYTES);
      ByteBuffer larger = allocate(Math.max(needed, usual));
      bytes = larger.put(bytes.flip());
    }
  }

  void clear() {
    boolean burst = bytes.position() > MAX_KEPT_BYTES / 2;
    callbacks.clear();
    bytes.clear();
    if (bytes.capacity() > MAX_KEPT_BYTES && !burst) {
      bytes = allocate(INITIAL_BYTES);
    }
  }
}
