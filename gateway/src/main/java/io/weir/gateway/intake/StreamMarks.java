package io.weir.gateway.intake;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Marks of the last records that a source read from a stream, to recognise those that it reads
 * again: a stream is read on from the position that was committed last, and records are on the disk
 * before their position is committed. A mark is a hash of the record's place in the stream, time
 * and content. So a stream that was made anew, or one that is read from its beginning on purpose,
 * matches no mark of what has another content or lies far back: a wrong match would lose a record,
 * and a missing one only stores it twice.
 *
 * <p>A mark is under way from just before the append until the end of the sync. After the sync it
 * is kept among the last twice the source's bound of records that are not committed. Used by the
 * source's thread and by {@code log-sync}; guarded by itself.
 */
final class StreamMarks {

  private final int most;

  /** A ring, in order of arrival; made with the first mark. */
  private long[] ring = {};

  private int next;
  private int count;
  private final Set<Long> kept = new HashSet<>();
  private final Set<Long> underWay = new HashSet<>();

  /**
   * @param notCommitted records that a source takes at most before a position is committed
   */
  StreamMarks(int notCommitted) {
    most = 2 * notCommitted;
  }

  synchronized void begin(long mark) {
    underWay.add(mark);
  }

  synchronized void end(long mark) {
    underWay.remove(mark);
  }

  /** Whether the gateway has taken this record before. */
  synchronized boolean isRepeated(long mark) {
    return kept.contains(mark) || underWay.contains(mark);
  }

  /** Keeps the mark of a record that is on the disk. */
  synchronized void keep(long mark) {
    if (!kept.add(mark)) {
      return;
    }
    if (ring.length == 0) {
      ring = new long[most];
    }
    if (count == ring.length) {
      kept.remove(ring[next]);
    } else {
      count++;
    }
    ring[next] = mark;
    next = (next + 1) % ring.length;
  }

  /** Whether there was ever one. */
  synchronized boolean isUsed() {
    return count != 0;
  }

  synchronized int bytes() {
    return Integer.BYTES + count * Long.BYTES;
  }

  synchronized void write(ByteBuffer out) {
    out.putInt(count);
    for (int i = 0; i < count; i++) {
      out.putLong(ring[(next - count + i + ring.length) % ring.length]);
    }
  }

  synchronized void read(ByteBuffer in) {
    Arrays.fill(ring, 0);
    kept.clear();
    next = 0;
    count = 0;
    for (int left = in.getInt(); left > 0; left--) {
      keep(in.getLong());
    }
  }
}
