package io.weir.gateway.log;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The positions behind the records that a consumer has read and not committed yet. So what it
 * commits has the units that it read, also if records are damaged on the disk meanwhile. Of very
 * many only some are kept.
 *
 * <p>A ring of numbers: as objects, some thousand of each consumer would be alive at each pause of
 * the collector, and be copied then. Owned by one thread.
 */
final class ReadPositions {

  /** A power of two, as all sizes of the ring. */
  static final int MOST = 4096;

  private static final int FIRST_PLACES = 64;

  /** Numbers of a place: of a position, where it is in the file, its offset, and its units. */
  private static final int WIDTH = 3;

  private @Nullable Segment[] segments = new Segment[FIRST_PLACES];
  private long[] numbers = new long[FIRST_PLACES * WIDTH];
  private int first;
  private int size;

  /** Adds the position behind the record that was read last. */
  void add(@Nullable Segment segment, long filePosition, long offset, long units) {
    if (size == MOST) {
      keepEverySecond();
    } else if (size == segments.length) {
      grow();
    }
    int place = place(size);
    segments[place] = segment;
    numbers[place * WIDTH] = filePosition;
    numbers[place * WIDTH + 1] = offset;
    numbers[place * WIDTH + 2] = units;
    size++;
  }

  private int place(int index) {
    return (first + index) & (segments.length - 1);
  }

  private long offset(int index) {
    return numbers[place(index) * WIDTH + 1];
  }

  private LogPosition position(int index) {
    int place = place(index);
    return new LogPosition(
        segments[place],
        numbers[place * WIDTH],
        numbers[place * WIDTH + 1],
        numbers[place * WIDTH + 2]);
  }

  private void move(int from, int to) {
    segments[to] = segments[from];
    System.arraycopy(numbers, from * WIDTH, numbers, to * WIDTH, WIDTH);
  }

  private void grow() {
    int places = segments.length;
    segments = Arrays.copyOf(segments, 2 * places);
    numbers = Arrays.copyOf(numbers, 2 * places * WIDTH);
    for (int i = 0; i < first; i++) { // what went on at the beginning of the ring
      move(i, places + i);
      segments[i] = null;
    }
  }

  private void keepEverySecond() {
    for (int i = 0; i < size / 2; i++) {
      move(place(2 * i + 1), place(i));
    }
    keep(size / 2);
  }

  /** Forgets the positions from an index on. */
  private void keep(int count) {
    while (size > count) {
      size--;
      segments[place(size)] = null;
    }
  }

  /** The last position at or before an offset, or the given one if there is none. */
  LogPosition atOrBefore(long offset, LogPosition otherwise) {
    int count = countAtOrBefore(offset);
    return count == 0 ? otherwise : position(count - 1);
  }

  /** How many are at or before an offset: those in front, since they rise. */
  private int countAtOrBefore(long offset) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (offset(middle) <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** All before an offset is committed. */
  void committed(long offset) {
    for (int gone = countAtOrBefore(offset); gone > 0; gone--) {
      segments[first] = null;
      first = place(1);
      size--;
    }
  }

  /** What is behind an offset will be read again. */
  void backTo(long offset) {
    keep(countAtOrBefore(offset));
  }
}
