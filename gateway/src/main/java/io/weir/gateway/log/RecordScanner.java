package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the synced records of a log forward, from segment to segment, and counts the units that are
 * missing before each: those that the log dropped, and those that damage destroyed. What was
 * dropped by a rewrite is counted as far as it is above the offset where the scanner stands. Owned
 * by one thread.
 */
final class RecordScanner implements Closeable {

  /** What a scanner does where the disk does not return a block. */
  enum Reading {
    /** A consumer's: it fails, to be tried again; a block given up after a minute is damage. */
    PATIENT,
    /** One pass for information: it leaves the block out at once, and that is not counted. */
    AT_ONCE
  }

  private final Segments segments;
  private final Reading reading;
  private final Supplier<List<OffsetRange>> doneAhead;
  private @Nullable Segment segment;
  private @Nullable RecordReader reader;
  private long startPosition;

  // The position after what was read last.
  private @Nullable Segment positionSegment;
  private long filePosition;
  private long offset;
  private long units;

  /** Missing units below this total were dropped; missing units above it are damaged. */
  private long droppedBelowUnits;

  /** Where the log dropped segments: the first offset that it has. */
  private long droppedBelowOffset;

  /** What was read last is a record, so the next call begins to count anew. */
  private boolean counted = true;

  private long dropped;
  private long corrupt;
  private long droppedDone;

  RecordScanner(Segments segments, LogPosition from, Reading reading) {
    this(segments, from, reading, List::of);
  }

  /**
   * @param doneAhead the ranges above its position that the consumer is done with
   */
  RecordScanner(
      Segments segments, LogPosition from, Reading reading, Supplier<List<OffsetRange>> doneAhead) {
    this.segments = segments;
    this.reading = reading;
    this.doneAhead = doneAhead;
    segment = from.segment();
    startPosition = from.filePosition();
    positionSegment = segment;
    filePosition = startPosition;
    offset = from.offset();
    units = from.units();
  }

  /** Moves to the next record; false if there is none now. */
  boolean next() throws IOException {
    RecordReader in = step();
    while (in != null && in.isEmptyRun()) {
      in = step();
    }
    return in != null;
  }

  /** Moves to the next record, or to the next run of records of which nothing is left. */
  private @Nullable RecordReader step() throws IOException {
    while (true) {
      if (segment == null || segment.deleted()) {
        if (!enterNext()) {
          return null;
        }
        continue;
      }
      boolean sealed = segment.sealed(); // read before the end, which is final once sealed
      RecordReader in = open(segment);
      if (in != null && in.next(segment.end(), segment.limit())) {
        account(segment, in);
        return in;
      }
      if (in == null && segment.deleted()) {
        continue; // replaced just now
      }
      Segment after = sealed ? segments.after(segment) : null;
      if (after == null) {
        return null;
      }
      enter(after);
    }
  }

  /** Shows payloads that follow; see {@link Feed#ahead}. */
  void ahead(int most, Consumer<ByteBuffer> seen) {
    if (reader != null) {
      reader.ahead(most, seen);
    }
  }

  private void account(Segment in, RecordReader record) {
    beginCounting();
    counted = !record.isEmptyRun();
    long damaged = addMissing(Math.max(0, record.unitsBefore() - units));
    boolean isLeftOut = reading == Reading.AT_ONCE && record.hasUnreadableGap();
    if (damaged > 0 ? !isLeftOut : isAnyDestroyed(in, record)) {
      segments.foundCorrupt(record.offset(), damaged);
    }
    Thinned thinned = record.thinned();
    if (thinned != null) {
      accountThinned(thinned, record);
    }
    units = record.unitsBefore() + record.units();
    offset = record.last() + 1;
    positionSegment = in;
    filePosition = record.position();
  }

  /**
   * Whether records are missing before this one; they had no units, where none are missing. Offsets
   * between two segments were never given to a record that was synced.
   */
  private boolean isAnyDestroyed(Segment in, RecordReader record) {
    SegmentHeader header = in.header;
    if (reading == Reading.AT_ONCE || header == null) {
      return false;
    }
    long before = Math.max(offset, droppedBelowOffset);
    return header.previousEnd() > before || record.offset() > Math.max(before, in.first);
  }

  private void beginCounting() {
    if (counted) {
      dropped = 0;
      corrupt = 0;
      droppedDone = 0;
    }
  }

  /** Returns how many of the missing units are damaged. */
  private long addMissing(long missing) {
    long atBound = Math.min(missing, Math.max(0, droppedBelowUnits - units));
    dropped += atBound;
    corrupt += missing - atBound;
    return missing - atBound;
  }

  /** What was dropped of records that were not passed before, and of which all is not done yet. */
  private void accountThinned(Thinned thinned, RecordReader record) {
    long from = Math.max(offset, record.offset());
    long to = record.last() + 1;
    long gone = thinned.unitsIn(from, to) - thinned.unitsLeft();
    long done = 0;
    for (OffsetRange range : doneAhead.get()) {
      done += thinned.unitsIn(Math.max(from, range.from()), Math.min(to, range.to()));
    }
    long goneDone = Math.min(gone, done);
    droppedDone += goneDone;
    dropped += gone - goneDone;
  }

  /** Enters the oldest segment at or above the current offset; false if there is none yet. */
  private boolean enterNext() throws IOException {
    boolean wasInside = segment != null;
    Segment found = segments.atOrAfter(offset);
    if (found == null) {
      return false;
    }
    // A log that drops nothing keeps what a consumer has not passed, so there a gap is damage.
    boolean mayBeDropped = segments.dropsOldest() || (wasInside && reading == Reading.AT_ONCE);
    if (found.first > offset && found.header != null && mayBeDropped) {
      droppedBelowUnits = found.header.unitsBefore();
      droppedBelowOffset = found.first;
    }
    enter(found);
    return true;
  }

  private void enter(Segment next) throws IOException {
    close();
    segment = next;
    startPosition = next.recordsAt();
  }

  private @Nullable RecordReader open(Segment in) throws IOException {
    if (reader == null && in.header != null) {
      try {
        FileSystem.Handle handle = segments.open(in);
        if (handle != null) {
          reader =
              new RecordReader(
                  handle,
                  in.path,
                  in.header,
                  reading == Reading.PATIENT ? segments.unreadable(in) : UnreadableBlocks.atOnce(),
                  startPosition,
                  offset);
        }
      } catch (NoSuchFileException deleted) {
        return null; // deleted just now by the log, or by hand: its records show as a gap
      }
    }
    return reader;
  }

  /**
   * After {@link #next} found none: passes what is destroyed between the last record and the end of
   * the log. Nothing comes there any more. A file that is not there may come back.
   *
   * @param end synced before {@link #next} was called
   * @return whether anything is; {@link #dropped} and {@link #corrupt} then say how much
   */
  boolean passEnd(LogPosition end) {
    Segment last = segment;
    boolean wasRead = last != null && (reader != null || last.header == null);
    boolean isBehind =
        end.offset() > offset && (end.units() > units || segments.isDamaged(offset, end.offset()));
    if (!wasRead || !isBehind || reading == Reading.AT_ONCE) {
      return false;
    }
    beginCounting();
    counted = true;
    long damaged = addMissing(Math.max(0, end.units() - units));
    if (damaged > 0) {
      segments.foundCorrupt(end.offset(), damaged);
    }
    units = Math.max(units, end.units());
    offset = end.offset();
    return true;
  }

  /** The current record. */
  RecordReader record() {
    if (reader == null) {
      throw new IllegalStateException("no record");
    }
    return reader;
  }

  /** Units between the previous record and this one, or of this one, that the log has dropped. */
  long dropped() {
    return dropped;
  }

  /** Units between the previous record and this one that damage destroyed. */
  long corrupt() {
    return corrupt;
  }

  /** Units that the log has dropped too, in ranges that the consumer was done with. */
  long doneAhead() {
    return droppedDone;
  }

  /** The offset after the current record. */
  long offset() {
    return offset;
  }

  /** The position after the current record. */
  LogPosition position() {
    return new LogPosition(positionSegment, filePosition, offset, units);
  }

  /** Adds the same to positions. */
  void notePosition(ReadPositions positions) {
    positions.add(positionSegment, filePosition, offset, units);
  }

  /** The position from which the next record is the first at or above an offset. */
  static LogPosition find(Segments segments, LogPosition from, long offset, Reading reading)
      throws IOException {
    try (RecordScanner scanner = new RecordScanner(segments, from, reading)) {
      LogPosition last = from;
      while (last.offset() < offset) {
        RecordReader in = scanner.step();
        if (in == null || in.offset() >= offset) {
          break;
        }
        if (scanner.offset() > offset) {
          return scanner.within(in, offset);
        }
        last = scanner.position();
      }
      return new LogPosition(last.segment(), last.filePosition(), offset, last.units());
    }
  }

  /** The position before an offset in the middle of what the current record stands for. */
  private LogPosition within(RecordReader in, long inside) {
    Thinned thinned = in.thinned();
    long below = thinned == null ? 0 : thinned.unitsBelow(inside);
    return new LogPosition(positionSegment, in.recordAt(), inside, in.unitsBefore() + below);
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
