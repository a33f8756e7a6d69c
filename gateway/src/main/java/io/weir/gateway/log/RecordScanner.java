package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * A way through the synced records of a log, from segment to segment, that keeps account of the
 * units it could not find: what was dropped before it came, and what is damaged. Owned by one
 * thread.
 */
final class RecordScanner implements Closeable {

  private final Segments segments;
  private @Nullable Segment segment;
  private @Nullable FrameReader reader;
  private long startPosition;

  /** The place after the record that was returned last. */
  private @Nullable Segment markSegment;

  private long markPosition;
  private long offset;
  private long units;

  /** Units up to which what is missing was dropped; what is missing beyond is damaged. */
  private long goneUnits;

  private long dropped;
  private long corrupt;

  RecordScanner(Segments segments, LogPosition from) {
    this.segments = segments;
    segment = from.segment();
    startPosition = from.position();
    markSegment = segment;
    markPosition = startPosition;
    offset = from.offset();
    units = from.units();
  }

  /** Moves to the next record; false if there is none now. */
  boolean next() throws IOException {
    while (true) {
      if (segment == null || segment.gone()) {
        if (!jump()) {
          return false;
        }
        continue;
      }
      boolean sealed = segment.sealed(); // before its end is looked at, which is final then
      FrameReader in = open(segment);
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

  private void account(Segment in, FrameReader record) {
    long missing = Math.max(0, record.unitsBefore() - units);
    dropped = Math.min(missing, Math.max(0, goneUnits - units));
    corrupt = missing - dropped;
    if (corrupt > 0) {
      segments.foundCorrupt(record.offset(), corrupt);
    }
    units = record.unitsBefore() + record.units();
    offset = record.offset() + 1;
    markSegment = in;
    markPosition = record.position();
  }

  /** From where nothing stands any more to the oldest segment at or behind this place. */
  private boolean jump() throws IOException {
    boolean wasInside = segment != null;
    Segment there = segments.atOrAfter(offset);
    if (there == null) {
      return false;
    }
    if (there.first > offset && there.header != null && (wasInside || segments.dropsOldest())) {
      goneUnits = there.header.unitsBefore();
    }
    enter(there);
    return true;
  }

  private void enter(Segment next) throws IOException {
    close();
    segment = next;
    startPosition = next.recordsAt();
  }

  private @Nullable FrameReader open(Segment in) throws IOException {
    if (reader == null && in.header != null) {
      try {
        reader = new FrameReader(segments.files(), in, in.header, startPosition, offset);
      } catch (NoSuchFileException deleted) {
        return null; // dropped a moment ago, or by hand: what it held shows as a gap
      }
    }
    return reader;
  }

  /** The current record. */
  FrameReader record() {
    if (reader == null) {
      throw new IllegalStateException("no record");
    }
    return reader;
  }

  /** Units between the record before and this one that are no longer held. */
  long dropped() {
    return dropped;
  }

  /** Units between the record before and this one that damage destroyed. */
  long corrupt() {
    return corrupt;
  }

  /** The offset after the current record. */
  long offset() {
    return offset;
  }

  /** Whether the place is so far from a mark that another mark is worth making. */
  boolean isFarFrom(LogPosition mark) {
    return markSegment != mark.segment() || markPosition - mark.position() >= 256 * 1024;
  }

  /** The place after the current record. */
  LogPosition mark() {
    return new LogPosition(markSegment, markPosition, offset, units);
  }

  /** The place from which the next record is the first at or above an offset. */
  static LogPosition upTo(Segments segments, LogPosition from, long offset) throws IOException {
    try (RecordScanner walk = new RecordScanner(segments, from)) {
      LogPosition mark = from;
      while (mark.offset() < offset && walk.next() && walk.offset() <= offset) {
        mark = walk.mark();
      }
      return new LogPosition(mark.segment(), mark.position(), offset, mark.units());
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
