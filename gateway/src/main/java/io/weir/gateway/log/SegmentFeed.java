package io.weir.gateway.log;

import io.weir.gateway.log.RecordScanner.Reading;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer's reading of a log. With a cursor, its position is durable and the log keeps the
 * records behind it; without one, it reads what is there and keeps nothing.
 */
final class SegmentFeed implements RangeFeed {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentFeed.class);

  private static final byte[] NO_STATE = new byte[0];
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private static final long SETTLE_AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

  private final String name;
  private final Segments segments;
  private final Time time;
  private final @Nullable Cursor cursor;
  private final Runnable cursorMoved;
  private final Runnable closed;
  private final Reading reading;

  private final ReadPositions read = new ReadPositions();

  private RecordScanner scanner;
  private volatile List<OffsetRange> doneAbove;

  /** Without a cursor; a cursor has its own. */
  private byte[] state = NO_STATE;

  /** The end of the log when the last record was asked for. */
  private LogPosition knownEnd;

  private boolean exhausted;

  /** When a cursor that could not be written is tried next. */
  private long settleAtNs;

  /** All records before it are done; read by other threads. */
  private volatile LogPosition committed;

  /**
   * @param reading what to do where the disk does not return a block
   * @param cursorMoved run after each commit
   * @param closed run when the feed is closed
   */
  SegmentFeed(
      String name,
      Segments segments,
      Time time,
      LogPosition start,
      @Nullable Cursor cursor,
      Reading reading,
      Runnable cursorMoved,
      Runnable closed) {
    this.name = name;
    this.segments = segments;
    this.time = time;
    settleAtNs = time.elapsedNs();
    this.cursor = cursor;
    this.cursorMoved = cursorMoved;
    this.closed = closed;
    doneAbove = cursor == null ? List.of() : cursor.doneAbove();
    committed = start;
    knownEnd = start;
    this.reading = reading;
    scanner = new RecordScanner(segments, start, reading, this::doneAbove);
  }

  /** A feed without a cursor. */
  static SegmentFeed without(
      String name, Segments segments, Time time, LogPosition start, Reading reading) {
    return new SegmentFeed(name, segments, time, start, null, reading, () -> {}, () -> {});
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public @Nullable Entry next() throws IOException {
    knownEnd = segments.synced();
    exhausted = !scanner.next();
    if (exhausted) {
      settle();
      return null;
    }
    if (cursor != null) {
      scanner.notePosition(read);
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
  public void ahead(int most, Consumer<ByteBuffer> seen) {
    scanner.ahead(most, seen);
  }

  /**
   * A cursor that could not be written when the feed was opened holds segments until it is; at the
   * end of a full log no commit does that. A disk that fails is not asked at each look.
   */
  private void settle() {
    if (cursor != null && cursor.isUnsettled() && time.elapsedNs() - settleAtNs >= 0) {
      settleAtNs = time.elapsedNs() + SETTLE_AGAIN_NS;
      try {
        cursor.settle();
        cursorMoved.run();
      } catch (IOException e) {
        LOG.debug("Cursor {} cannot be written yet", name, e);
      }
    }
  }

  @Override
  public boolean isDamagedSince(long from) {
    return segments.isDamaged(from, scanner.record().offset());
  }

  @Override
  public long damagedEnd() {
    long end = segments.openedAt();
    return segments.isDamaged(committed(), end) ? end : 0;
  }

  @Override
  public @Nullable Entry passEnd() {
    if (!exhausted || !scanner.passEnd(knownEnd)) {
      return null;
    }
    if (cursor != null) {
      scanner.notePosition(read);
    }
    return new Entry(scanner.offset() - 1, 0, 0, NOTHING, scanner.dropped(), scanner.corrupt());
  }

  @Override
  public void await(long timeoutNs) throws InterruptedException {
    if (exhausted) {
      segments.awaitSynced(knownEnd.offset(), timeoutNs);
    }
  }

  @Override
  public void seek(long offset) throws IOException {
    if (offset < committed()) {
      throw new IllegalArgumentException(
          "seek to " + offset + ", below the committed " + committed() + ", in " + name);
    }
    LogPosition to = position(offset);
    read.backTo(offset);
    scanner.close();
    scanner = new RecordScanner(segments, to, reading, this::doneAbove);
    exhausted = false;
  }

  private LogPosition position(long offset) throws IOException {
    LogPosition nearest = read.atOrBefore(offset, committed);
    return nearest.offset() == offset
        ? nearest
        : RecordScanner.find(segments, nearest, offset, reading);
  }

  @Override
  public long committed() {
    return committed.offset();
  }

  @Override
  public byte[] state() {
    return cursor == null ? state.clone() : cursor.state();
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
    LogPosition position = next == scanner.offset() ? scanner.position() : position(next);
    if (cursor != null) {
      boolean leftSegment = position.segment() != committed.segment() || isAtEnd(position);
      cursor.commit(next, rangesAbove, position.units(), bytes, leftSegment);
    } else {
      state = bytes.clone();
    }
    doneAbove = List.copyOf(rangesAbove);
    committed = position;
    read.committed(next);
    cursorMoved.run();
  }

  /** Whether it is behind all of a segment to which nothing is written any more. */
  private static boolean isAtEnd(LogPosition position) {
    Segment segment = position.segment();
    return segment != null && segment.sealed() && position.offset() >= segment.limit();
  }

  @Override
  public List<OffsetRange> doneAbove() {
    return doneAbove;
  }

  @Override
  public Feed tail() {
    return without(name + " tail", segments, time, segments.synced(), Reading.PATIENT);
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
