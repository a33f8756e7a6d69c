package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the synced records of a log forward, from segment to segment, and counts the units that are
 * missing before each: those that the log dropped, and those that damage destroyed. Owned by one
 * thread.
 */
final class RecordScanner implements Closeable {

  private static final long REMEMBER_EVERY_BYTES = 256 * 1024;

  /** What a scanner does where the disk does not return a block. */
  enum Reading {
    /** A consumer's: it fails, to be tried again; a block given up after a minute is damage. */
    PATIENT,
    /** One pass for information: it leaves the block out at once, and that is not counted. */
    AT_ONCE
  }

  private final Segments segments;
  private final Reading reading;
  private @Nullable Segment segment;
  private @Nullable RecordReader reader;
  private long startPosition;

  // The position after the current record.
  private @Nullable Segment positionSegment;
  private long filePosition;
  private long offset;
  private long units;

  /** Missing units below this total were dropped; missing units above it are damaged. */
  private long droppedBelowUnits;

  private long dropped;
  private long corrupt;

  RecordScanner(Segments segments, LogPosition from, Reading reading) {
    this.segments = segments;
    this.reading = reading;
    segment = from.segment();
    startPosition = from.filePosition();
    positionSegment = segment;
    filePosition = startPosition;
    offset = from.offset();
    units = from.units();
  }

  /** Moves to the next record; false if there is none now. */
  boolean next() throws IOException {
    while (true) {
      if (segment == null || segment.deleted()) {
        if (!enterNext()) {
          return false;
        }
        continue;
      }
      boolean sealed = segment.sealed(); // read before the end, which is final once sealed
      RecordReader in = open(segment);
      if (in != null && in.next(segment.end(), segment.limit())) {
        account(segment, in);
        return true;
      }
      Segment after = sealed ? segments.after(segment) : null;
      if (after == null) {
        return false;
      }
      enter(after);
    }
  }

  private void account(Segment in, RecordReader record) {
    long missing = Math.max(0, record.unitsBefore() - units);
    dropped = Math.min(missing, Math.max(0, droppedBelowUnits - units));
    corrupt = missing - dropped;
    if (corrupt > 0 && !(reading == Reading.AT_ONCE && record.hasUnreadableGap())) {
      segments.foundCorrupt(record.offset(), corrupt);
    }
    units = record.unitsBefore() + record.units();
    offset = record.offset() + 1;
    positionSegment = in;
    filePosition = record.position();
  }

  /** Enters the oldest segment at or above the current offset; false if there is none yet. */
  private boolean enterNext() throws IOException {
    boolean wasInside = segment != null;
    Segment found = segments.atOrAfter(offset);
    if (found == null) {
      return false;
    }
    if (found.first > offset && found.header != null && (wasInside || segments.dropsOldest())) {
      droppedBelowUnits = found.header.unitsBefore();
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
        reader =
            new RecordReader(
                segments.files(),
                in,
                in.header,
                reading == Reading.PATIENT ? segments.unreadable(in) : UnreadableBlocks.atOnce(),
                startPosition,
                offset);
      } catch (NoSuchFileException deleted) {
        return null; // deleted just now by the log, or by hand: its records show as a gap
      }
    }
    return reader;
  }

  /** The current record. */
  RecordReader record() {
    if (reader == null) {
      throw new IllegalStateException("no record");
    }
    return reader;
  }

  /** Units between the previous record and this one that the log has dropped. */
  long dropped() {
    return dropped;
  }

  /** Units between the previous record and this one that damage destroyed. */
  long corrupt() {
    return corrupt;
  }

  /** The offset after the current record. */
  long offset() {
    return offset;
  }

  /** Whether a position is so far back that the current one is worth remembering too. */
  boolean isFarFrom(LogPosition earlier) {
    return positionSegment != earlier.segment()
        || filePosition - earlier.filePosition() >= REMEMBER_EVERY_BYTES;
  }

  /** The position after the current record. */
  LogPosition position() {
    return new LogPosition(positionSegment, filePosition, offset, units);
  }

  /** The position from which the next record is the first at or above an offset. */
  static LogPosition find(Segments segments, LogPosition from, long offset, Reading reading)
      throws IOException {
    try (RecordScanner scanner = new RecordScanner(segments, from, reading)) {
      LogPosition last = from;
      while (last.offset() < offset && scanner.next() && scanner.offset() <= offset) {
        last = scanner.position();
      }
      return new LogPosition(last.segment(), last.filePosition(), offset, last.units());
    }
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
