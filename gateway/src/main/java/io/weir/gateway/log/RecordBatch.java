package io.weir.gateway.log;

import io.weir.gateway.log.AppendBuffer.PendingFailure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of one group sync, in memory, laid out as in the file except for what the segment
 * decides (checksum, units before, where the sync began). There are two: appenders fill one under
 * the lock of {@link AppendBuffer}, while {@code log-sync} owns and writes the other.
 */
final class RecordBatch {

  private static final int INITIAL_BYTES = 64 * 1024;

  /** A batch that a burst made larger than this frees its memory after the burst. */
  private static final int MAX_KEPT_BYTES = 4 << 20;

  private ByteBuffer bytes = allocate(INITIAL_BYTES);
  private final List<@Nullable Synced> callbacks = new ArrayList<>();
  private long firstAppendNs;

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

  void begin(long elapsedNs) {
    firstAppendNs = elapsedNs;
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
