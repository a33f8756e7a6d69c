package io.weir.gateway.log;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's way through a log. With a cursor its position is durable and holds what is not yet
 * done; without one it is only a pass over what happens to be there.
 */
final class SegmentFeed implements Feed {

  private static final byte[] NO_STATE = new byte[0];

  private final String name;
  private final Segments segments;
  private final @Nullable Cursor cursor;
  private final Runnable moved;
  private final Runnable closed;

  /** Places read since the commit, some way apart, so that going back is exact and cheap. */
  private final Deque<LogPosition> marks = new ArrayDeque<>();

  private RecordScanner walk;
  private LogPosition lastMark;
  private byte[] state;
  private long seen;
  private boolean exhausted;

  /** Where all before is done; read by other threads. */
  private volatile LogPosition committed;

  /**
   * @param moved run after the cursor has moved
   * @param closed run when the feed is closed
   */
  SegmentFeed(
      String name,
      Segments segments,
      LogPosition start,
      @Nullable Cursor cursor,
      Runnable moved,
      Runnable closed) {
    this.name = name;
    this.segments = segments;
    this.cursor = cursor;
    this.moved = moved;
    this.closed = closed;
    state = cursor == null ? NO_STATE : cursor.state();
    committed = start;
    lastMark = start;
    walk = new RecordScanner(segments, start);
  }

  /** A pass without a cursor. */
  static SegmentFeed without(String name, Segments segments, LogPosition start) {
    return new SegmentFeed(name, segments, start, null, () -> {}, () -> {});
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public @Nullable Entry next() throws IOException {
    seen = segments.synced().offset();
    if (walk.isFarFrom(lastMark)) {
      lastMark = walk.mark();
      marks.addLast(lastMark);
    }
    exhausted = !walk.next();
    if (exhausted) {
      return null;
    }
    FrameReader record = walk.record();
    return new Entry(
        record.offset(),
        record.receiveTimeNs(),
        record.units(),
        record.payload(),
        walk.dropped(),
        walk.corrupt());
  }

  @Override
  public void await(long timeoutNs) throws InterruptedException {
    if (exhausted) {
      segments.awaitSynced(seen, timeoutNs);
    }
  }

  @Override
  public void seek(long offset) throws IOException {
    if (offset < committed()) {
      throw new IllegalArgumentException(
          "seek to " + offset + ", below the committed " + committed() + ", in " + name);
    }
    LogPosition to = RecordScanner.upTo(segments, nearestBefore(offset), offset);
    marks.removeIf(mark -> mark.offset() > offset);
    walk.close();
    walk = new RecordScanner(segments, to);
    lastMark = to;
    exhausted = false;
  }

  private LogPosition nearestBefore(long offset) {
    Iterator<LogPosition> latestFirst = marks.descendingIterator();
    while (latestFirst.hasNext()) {
      LogPosition mark = latestFirst.next();
      if (mark.offset() <= offset) {
        return mark;
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
    if (next < committed() || next > walk.offset()) {
      throw new IllegalArgumentException(
          "commit of "
              + next
              + " is not within what was read, "
              + committed()
              + " to "
              + walk.offset()
              + ", in "
              + name);
    }
    LogPosition mark =
        next == walk.offset()
            ? walk.mark()
            : RecordScanner.upTo(segments, nearestBefore(next), next);
    if (cursor != null) {
      cursor.commit(next, mark.units(), bytes);
    }
    state = bytes.clone();
    committed = mark;
    while (!marks.isEmpty() && marks.getFirst().offset() <= next) {
      marks.removeFirst();
    }
    moved.run();
  }

  @Override
  public long pendingUnits() {
    return Math.max(0, segments.synced().units() - committed.units());
  }

  @Override
  public long pendingBytes() {
    return segments.bytesFrom(committed);
  }

  @Override
  public void close() throws IOException {
    walk.close();
    closed.run();
  }
}
