package io.weir.gateway.bench.scale;

import java.util.ArrayDeque;
import java.util.Deque;

/** A queue of rows and the one that takes them out of it, a batch at a time, in their order. */
final class Station {

  /**
   * Rows of nearly one instant.
   *
   * @param bornNs when devices sent them
   */
  private record Chunk(long bornNs, long rows) {}

  final Level level;

  /** Of what takes rows out, nanoseconds a row. */
  final double nsOfRow;

  private final Deque<Chunk> queue = new ArrayDeque<>();
  private long rows;
  private long most;
  private boolean busy;

  Station(Level level, double rowsPerSecond) {
    this.level = level;
    this.nsOfRow = 1e9 / rowsPerSecond;
  }

  void add(long bornNs, long count) {
    queue.addLast(new Chunk(bornNs, count));
    rows += count;
    most = Math.max(most, rows);
  }

  /** Rows of the next batch. */
  long batch(long atMost) {
    return Math.min(rows, atMost);
  }

  /** Hands over the oldest rows, and forgets them. */
  void moveTo(Receiver next, long count) {
    rows -= count;
    long left = count;
    while (left > 0) {
      Chunk oldest = queue.removeFirst();
      long taken = Math.min(left, oldest.rows);
      next.add(oldest.bornNs, taken);
      left -= taken;
      if (taken < oldest.rows) {
        queue.addFirst(new Chunk(oldest.bornNs, oldest.rows - taken));
      }
    }
  }

  /** Takes rows. */
  interface Receiver {
    void add(long bornNs, long rows);
  }

  /** When the oldest row was sent; {@link Long#MAX_VALUE} if there is none. */
  long oldestNs() {
    Chunk oldest = queue.peekFirst();
    return oldest == null ? Long.MAX_VALUE : oldest.bornNs;
  }

  long rows() {
    return rows;
  }

  /** The most rows that were ever held. */
  long most() {
    return most;
  }

  boolean isBusy() {
    return busy;
  }

  void busy(boolean now) {
    busy = now;
  }
}
