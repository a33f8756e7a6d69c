package io.weir.gateway.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records that wait in memory for one group sync, laid out as they will stand in the file but for
 * what the segment decides (checksum, units before). Two of them take turns: appenders fill one
 * under the append lock while {@code log-sync} writes the other, which is then its own.
 */
final class RecordBatch {

  private static final int SMALLEST_BYTES = 64 * 1024;

  /** A batch that a burst made larger than this gives its memory back when the burst is over. */
  private static final int LARGEST_KEPT_BYTES = 4 << 20;

  private ByteBuffer bytes = allocate(SMALLEST_BYTES);
  private final List<@Nullable Synced> callbacks = new ArrayList<>();
  private long firstAppendNs;

  /** Outside the heap, so that a write needs no copy. */
  private static ByteBuffer allocate(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The frames; position is where the next would begin. */
  ByteBuffer bytes() {
    return bytes;
  }

  int size() {
    return bytes.position();
  }

  boolean isEmpty() {
    return bytes.position() == 0;
  }

  /** Bytes of the frame at a place. */
  int frameBytes(int at) {
    return Frame.PAYLOAD + bytes.getInt(at + Frame.LENGTH);
  }

  long offset(int at) {
    return bytes.getLong(at + Frame.OFFSET);
  }

  /** The callback of a record by its ordinal in the batch. */
  @Nullable Synced callback(int index) {
    return callbacks.get(index);
  }

  /** Those who are to be told if the frames from a place on fail. */
  List<AppendBuffer.Refused> refusedFrom(int place, int firstIndex) {
    List<AppendBuffer.Refused> refused = new ArrayList<>();
    int index = firstIndex;
    for (int at = place; at < size(); at += frameBytes(at)) {
      Synced callback = callbacks.get(index++);
      if (callback != null) {
        refused.add(new AppendBuffer.Refused(callback, offset(at)));
      }
    }
    return refused;
  }

  /** Elapsed time at which the first record came. */
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
    room(Frame.PAYLOAD + length);
    int at = bytes.position();
    bytes.putInt(at + Frame.LENGTH, length);
    bytes.putLong(at + Frame.OFFSET, offset);
    bytes.putLong(at + Frame.RECEIVE_TIME, receiveTimeNs);
    bytes.putInt(at + Frame.UNITS, units);
    bytes.putInt(at + Frame.KIND, kind); // and flags, and two spare bytes, zero in this version
    bytes.put(at + Frame.PAYLOAD, payload, payload.position(), length);
    bytes.position(at + Frame.PAYLOAD + length);
    callbacks.add(callback);
  }

  private void room(int more) {
    if (bytes.remaining() < more) {
      int needed = bytes.position() + more;
      ByteBuffer larger = allocate(Math.max(needed, 2 * bytes.capacity()));
      bytes = larger.put(bytes.flip());
    }
  }

  void clear() {
    boolean burst = bytes.position() > LARGEST_KEPT_BYTES / 2;
    callbacks.clear();
    bytes.clear();
    if (bytes.capacity() > LARGEST_KEPT_BYTES && !burst) {
      bytes = allocate(SMALLEST_BYTES);
    }
  }
}
