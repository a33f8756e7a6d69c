package io.weir.gateway.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The positions behind the records that a consumer has read and not committed yet. So what it
 * commits has the units that it read, also if records are damaged on the disk meanwhile. Of very
 * many only some are kept. Owned by one thread.
 */
final class ReadPositions {

  private static final int MOST = 16_384;

  private final Deque<LogPosition> positions = new ArrayDeque<>();

  /** Adds the position behind the record that was read last. */
  void add(LogPosition position) {
    positions.addLast(position);
    if (positions.size() > MOST) {
      keepEverySecond();
    }
  }

  private void keepEverySecond() {
    boolean keep = false;
    for (int rest = positions.size(); rest > 0; rest--, keep = !keep) {
      LogPosition each = positions.removeFirst();
      if (keep) {
        positions.addLast(each);
      }
    }
  }

  /** The last position at or before an offset, or the given one if there is none. */
  LogPosition atOrBefore(long offset, LogPosition otherwise) {
    Iterator<LogPosition> latestFirst = positions.descendingIterator();
    while (latestFirst.hasNext()) {
      LogPosition position = latestFirst.next();
      if (position.offset() <= offset) {
        return position;
      }
    }
    return otherwise;
  }

  /** All before an offset is committed. */
  void committed(long offset) {
    while (!positions.isEmpty() && positions.getFirst().offset() <= offset) {
      positions.removeFirst();
    }
  }

  /** What is behind an offset will be read again. */
  void backTo(long offset) {
    while (!positions.isEmpty() && positions.getLast().offset() > offset) {
      positions.removeLast();
    }
  }
}
