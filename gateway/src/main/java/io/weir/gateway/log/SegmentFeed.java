package io.weir.gateway.log;

import io.weir.gateway.log.RecordScanner.Reading;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's reading of a log. With a cursor, its position is durable and the log keeps the
 * records behind it; without one, it reads what is there and keeps nothing.
 */
final class SegmentFeed implements RangeFeed {

  private static final byte[] NO_STATE = new byte[0];

  private final String name;
  private final Segments segments;
  private final @Nullable Cursor cursor;
  private final Runnable cursorMoved;
  private final Runnable closed;
  private final Reading reading;

  /** Positions read since the last commit, some distance apart, so that a seek is cheap. */
  private final Deque<LogPosition> checkpoints = new ArrayDeque<>();

  private RecordScanner scanner;
  private LogPosition lastCheckpoint;
  private volatile List<OffsetRange> doneAbove;
  private byte[] state;

  /** The end of the log when the last record was asked for. */
  private long knownEnd;

  private boolean exhausted;

  /** All records before it are done; read by other threads. */
  private volatile LogPosition committed;

  /**
   * @param cursorMoved run after each commit
   * @param closed run when the feed is closed
   */
  SegmentFeed(
      String name,
      Segments segments,
      LogPosition start,
      @Nullable Cursor cursor,
      Runnable cursorMoved,
      Runnable closed) {
    this.name = name;
    this.segments = segments;
    this.cursor = cursor;
    this.cursorMoved = cursorMoved;
    this.closed = closed;
    state = cursor == null ? NO_STATE : cursor.state();
    doneAbove = cursor == null ? List.of() : cursor.doneAbove();
    committed = start;
    lastCheckpoint = start;
    reading = cursor == null ? Reading.AT_ONCE : Reading.PATIENT;
    scanner = new RecordScanner(segments, start, reading, this::doneAbove);
  }

  /** A feed without a cursor. */
  static SegmentFeed without(String name, Segments segments, LogPosition start) {
    return new SegmentFeed(name, segments, start, null, () -> {}, () -> {});
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public @Nullable Entry next() throws IOException {
    knownEnd = segments.synced().offset();
    if (scanner.isFarFrom(lastCheckpoint)) {
      lastCheckpoint = scanner.position();
      checkpoints.addLast(lastCheckpoint);
    }
    exhausted = !scanner.next();
    if (exhausted) {
      return null;
    }
    RecordReader record = scanner.record();
    return new Entry(
        record.offset(),
        record.receiveTimeNs(),
        record.unitsLeft(),
        record.payload(),
        scanner.dropped(),
        scanner.corrupt(),
        scanner.doneAhead());
  }

  @Override
  public void await(long timeoutNs) throws InterruptedException {
    if (exhausted) {
      segments.awaitSynced(knownEnd, timeoutNs);
    }
  }

  @Override
  public void seek(long offset) throws IOException {
    if (offset < committed()) {
      throw new IllegalArgumentException(
          "seek to " + offset + ", below the committed " + committed() + ", in " + name);
    }
    LogPosition to = RecordScanner.find(segments, nearestBefore(offset), offset, reading);
    checkpoints.removeIf(position -> position.offset() > offset);
    scanner.close();
    scanner = new RecordScanner(segments, to, reading, this::doneAbove);
    lastCheckpoint = to;
    exhausted = false;
  }

  private LogPosition nearestBefore(long offset) {
    Iterator<LogPosition> latestFirst = checkpoints.descendingIterator();
    while (latestFirst.hasNext()) {
      LogPosition position = latestFirst.next();
      if (position.offset() <= offset) {
        return position;
      }
    }
    return committed;
  }

  @Override
  public long committed() {
    return committed.offset();
  }

  @Override
  public byte[] state() {
    return state.clone();
  }

  @Override
  public void commit(long next, byte[] bytes) throws IOException {
    commit(next, List.of(), bytes);
  }

  @Override
  public void commit(long next, List<OffsetRange> rangesAbove, byte[] bytes) throws IOException {
    if (next < committed() || next > scanner.offset()) {
      throw new IllegalArgumentException(
          "commit of "
              + next
              + " is not within what was read, "
              + committed()
              + " to "
              + scanner.offset()
              + ", in "
              + name);
    }
    LogPosition position =
        next == scanner.offset()
            ? scanner.position()
            : RecordScanner.find(segments, nearestBefore(next), next, reading);
    if (cursor != null) {
      boolean leftSegment = position.segment() != committed.segment();
      cursor.commit(next, rangesAbove, position.units(), bytes, leftSegment);
    }
    state = bytes.clone();
    doneAbove = List.copyOf(rangesAbove);
    committed = position;
    while (!checkpoints.isEmpty() && checkpoints.getFirst().offset() <= next) {
      checkpoints.removeFirst();
    }
    cursorMoved.run();
  }

  @Override
  public List<OffsetRange> doneAbove() {
    return doneAbove;
  }

  @Override
  public Feed tail() {
    return without(name + " tail", segments, segments.synced());
  }

  @Override
  public long committedUnits() {
    return committed.units();
  }

  @Override
  public long syncedUnits() {
    return segments.synced().units();
  }

  @Override
  public long pendingUnits() {
    return Math.max(0, syncedUnits() - committedUnits());
  }

  @Override
  public long pendingBytes() {
    return segments.bytesFrom(committed);
  }

  @Override
  public void close() throws IOException {
    scanner.close();
    closed.run();
  }
}
