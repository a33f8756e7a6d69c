package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reports what a log's directory holds and what is wrong with it. Never writes, so it may run while
 * a gateway runs; what is being written then shows as an unfinished end.
 */
public final class LogCheck {

  /** The kinds of fault. */
  public enum Kind {
    /** Neither copy of a segment's header is whole: its records cannot be read. */
    HEADER,
    /** Records are damaged; those behind them can be read. */
    RECORD,
    /** The disk does not return a part of a segment; whether it is whole is not known. */
    UNREADABLE,
    /** A segment that the next one names does not exist. */
    MISSING,
    /** Parts of the last sync are missing: torn by a crash, or being written now. */
    UNFINISHED,
    /** No generation of a cursor is whole: its consumer will start at the oldest record. */
    CURSOR,
    /** A later version of the program wrote the file; this one will not start on it. */
    NEWER_FORMAT
  }

  /**
   * One fault.
   *
   * @param position file position where it begins
   * @param detail readable text
   */
  public record Fault(Kind kind, Path file, long position, String detail) {}

  /**
   * One segment file.
   *
   * @param bytes its length
   * @param records whole records in it; of one that was written again and not read, those that it
   *     stands for
   * @param units their units, without what a rewrite dropped
   * @param first its first offset, which is its name
   * @param end the offset after its last record
   * @param firstTimeNs lowest receive time of its records, 0 for none or if they were not read
   * @param lastTimeNs highest receive time
   */
  public record SegmentReport(
      Path file,
      long bytes,
      long records,
      long units,
      long first,
      long end,
      long firstTimeNs,
      long lastTimeNs) {}

  /**
   * One consumer's cursor.
   *
   * @param position offset below which all records are done
   * @param pendingUnits units from there to the end of the log
   */
  public record CursorReport(String name, long position, long pendingUnits) {}

  /** Everything that was found. */
  public record Report(
      List<SegmentReport> segments, List<CursorReport> cursors, List<Fault> faults) {

    /** Whether there is no fault, except an end that may be being written. */
    public boolean isSound() {
      return faults.stream().allMatch(fault -> fault.kind() == Kind.UNFINISHED);
    }
  }

  private final Path directory;
  private final FileSystem files;
  private final boolean everyRecord;
  private final List<SegmentReport> segments = new ArrayList<>();
  private final List<CursorReport> cursors = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private long units;

  private LogCheck(Path directory, FileSystem files, boolean everyRecord) {
    this.directory = directory;
    this.files = files;
    this.everyRecord = everyRecord;
  }

  /** Reads the headers, the last segment and the cursors: fast at any size. */
  public static Report status(Path directory, FileSystem files) throws IOException {
    return new LogCheck(directory, files, false).run();
  }

  /** What is kept beside a log of segments that every consumer has passed. */
  public static Kept kept(Path directory, FileSystem files) throws IOException {
    return KeptSegments.look(directory, files);
  }

  /** Reads every record. */
  public static Report verify(Path directory, FileSystem files) throws IOException {
    return new LogCheck(directory, files, true).run();
  }

  private Report run() throws IOException {
    List<Segment> found = new ArrayList<>();
    for (String file : files.list(directory)) {
      if (Segment.isName(file)) {
        found.add(readHeader(file));
      }
    }
    for (int i = 0; i < found.size(); i++) {
      Segment segment = found.get(i);
      Segment next = i + 1 < found.size() ? found.get(i + 1) : null;
      if (segment.header == null) {
        segments.add(report(segment, 0, 0, segment.first, 0, 0));
      } else if (everyRecord || next == null || next.header == null) {
        readRecords(segment, next);
      } else {
        long end = segment.limitBefore(next);
        long own =
            segment.header.isRewritten()
                ? segment.header.unitsLeft()
                : next.header.unitsBefore() - segment.header.unitsBefore();
        segments.add(report(segment, end - segment.first, own, end, 0, 0));
        units = next.header.unitsBefore();
      }
      checkChain(segment, next);
    }
    for (String name : Cursor.names(files, directory.resolve(Cursor.DIRECTORY))) {
      readCursor(name);
    }
    return new Report(List.copyOf(segments), List.copyOf(cursors), List.copyOf(faults));
  }

  private static SegmentReport report(
      Segment segment, long records, long units, long end, long firstTimeNs, long lastTimeNs) {
    return new SegmentReport(
        segment.path, segment.bytes(), records, units, segment.first, end, firstTimeNs, lastTimeNs);
  }

  private Segment readHeader(String file) throws IOException {
    Path path = directory.resolve(file);
    long first = Segment.firstOf(file);
    SegmentHeader header = null;
    try (FileSystem.Handle handle = files.open(path, FileSystem.Mode.READ)) {
      header = SegmentHeader.read(handle, path, first);
      if (header == null) {
        fault(Kind.HEADER, path, 0, "no whole header; the records of this file cannot be read");
      }
    } catch (NewerFormatException newer) {
      fault(Kind.NEWER_FORMAT, path, 0, String.valueOf(newer.getMessage()));
    } catch (ReadFailedException unread) {
      fault(Kind.UNREADABLE, path, unread.position(), "the disk does not return the header");
    }
    return new Segment(path, first, header, files.size(path));
  }

  private void checkChain(Segment segment, @Nullable Segment next) {
    if (next != null && next.header != null && next.header.previousFirst() > segment.first) {
      fault(
          Kind.MISSING,
          directory.resolve(Segment.fileName(next.header.previousFirst())),
          0,
          "missing; segment " + next.path.getFileName() + " names it as the one before");
    }
  }

  private void readRecords(Segment listed, @Nullable Segment next) throws IOException {
    Segment.Opened opened;
    try {
      opened = Segment.open(files, listed.path); // its file may be another one by now
    } catch (NoSuchFileException deleted) {
      return; // all consumers are done with it
    }
    Segment segment = opened.segment();
    SegmentHeader header = segment.header;
    if (header == null) {
      opened.handle().close();
      return;
    }
    long limit = next == null ? Long.MAX_VALUE : segment.limitBefore(next);
    long start = header.recordsAt();
    long end = start;
    long lastOffset = header.first() - 1;
    long expected = header.unitsBefore();
    long records = 0;
    long own = 0;
    long firstTime = Long.MAX_VALUE;
    long lastTime = 0;
    boolean unread;
    long endInFile;
    UnreadableBlocks blocks = UnreadableBlocks.atOnce();
    long tornFrom = next == null ? tornFrom(segment, header) : Long.MAX_VALUE;
    try (RecordReader reader =
        new RecordReader(opened.handle(), segment.path, header, blocks, start, header.first())) {
      while (reader.next(segment.end(), limit)) {
        if (reader.damageAt() >= 0) {
          long lost = reader.offset() - lastOffset - 1;
          boolean isTorn = lost > 0 && lastOffset + 1 >= tornFrom;
          String what = lost + " records with " + (reader.unitsBefore() - expected) + " units ";
          fault(
              isTorn ? Kind.UNFINISHED : Kind.RECORD,
              segment.path,
              fileAt(opened, header, reader.damageAt()),
              what + (isTorn ? "of an unfinished sync missing" : "damaged"));
        }
        if (!reader.isEmptyRun()) {
          records++;
          own += reader.unitsLeft();
          firstTime = Math.min(firstTime, reader.receiveTimeNs());
          lastTime = Math.max(lastTime, reader.receiveTimeNs());
        }
        lastOffset = reader.last();
        expected = reader.unitsBefore() + reader.units();
        end = reader.position();
      }
      unread = reader.hasUnreadableGap();
      endInFile = fileAt(opened, header, end);
    }
    if (unread) {
      fault(Kind.UNREADABLE, segment.path, start, "the disk does not return a part of the file");
    }
    segments.add(
        report(segment, records, own, lastOffset + 1, records == 0 ? 0 : firstTime, lastTime));
    units = expected;
    if (next == null && end < segment.end()) {
      lookBehind(segment, header, end, lastOffset + 1);
    } else if (next != null && lastOffset + 1 < limit && isChained(segment, next)) {
      long lost = limit - lastOffset - 1;
      fault(Kind.RECORD, segment.path, endInFile, lost + " records at the end damaged");
    }
  }

  /** Where in the file a place is, which in a packed one is where it would be if none were. */
  private static long fileAt(Segment.Opened opened, SegmentHeader header, long position) {
    return header.isPacked() ? Frames.of(opened.handle(), header).fileAt(position) : position;
  }

  /** What is behind the last whole record of the log, of which {@link #units} are the units. */
  private void lookBehind(Segment segment, SegmentHeader header, long end, long offset)
      throws IOException {
    long rest = segment.end() - end;
    WrongBytes.Records wrong;
    try (WrongBytes bytes = new WrongBytes(files, segment, header)) {
      wrong = bytes.atEnd(end, offset, units, segment.end());
    }
    if (wrong.isAny()) {
      String what = (wrong.isExact() ? "" : "at least ") + wrong.units() + " units at the end";
      fault(Kind.RECORD, segment.path, end, what + " damaged, lost if they were acknowledged");
    } else {
      fault(Kind.UNFINISHED, segment.path, end, rest + " bytes that are no whole record");
    }
  }

  private long tornFrom(Segment segment, SegmentHeader header) throws IOException {
    return TornBatch.provenBelow(files, segment, header, directory.resolve(Cursor.DIRECTORY));
  }

  private static boolean isChained(Segment segment, Segment next) {
    return next.header != null && next.header.previousFirst() == segment.first;
  }

  private void readCursor(String name) throws IOException {
    Path where = directory.resolve(Cursor.DIRECTORY);
    try {
      Cursor cursor = Cursor.read(files, where, name);
      if (cursor == null) {
        fault(Kind.CURSOR, where.resolve(name), 0, "damaged: its consumer starts at the oldest");
      } else {
        long pending = Math.max(0, units - cursor.units());
        cursors.add(new CursorReport(name, cursor.position(), pending));
      }
    } catch (NewerFormatException newer) {
      fault(Kind.NEWER_FORMAT, where.resolve(name), 0, String.valueOf(newer.getMessage()));
    }
  }

  private void fault(Kind kind, Path file, long position, String detail) {
    faults.add(new Fault(kind, file, position, detail));
  }
}
