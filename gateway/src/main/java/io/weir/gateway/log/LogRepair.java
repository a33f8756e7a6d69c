package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a damaged log readable again, while no gateway runs. Files without damage are not touched.
 * Of each damaged file the bytes are first kept aside, then its whole records are written to new
 * segments, byte for byte. A consumer counts what lies between them as before: the units that are
 * lost follow from the records on both sides. After a crash in between, the log is as readable as
 * before, and another run continues.
 *
 * <ul>
 *   <li>Records that are damaged: the whole ones before and behind them get segments of their own.
 *   <li>A header that is destroyed in both copies: it is made again from the records, which so
 *       become readable.
 *   <li>A cursor that is damaged: it is set to the oldest record, which its consumer would begin
 *       with anyway.
 * </ul>
 *
 * <p>What a power cut tore of the last sync is left to the next start, which cuts it or sets it
 * apart, unless the same file is damaged elsewhere too. A segment that is missing cannot be made
 * again.
 */
public final class LogRepair {

  /**
   * What was found and done.
   *
   * @param lines one for each, readable
   * @param repaired files that were made readable
   * @param beyondRepair files of which nothing can be read
   * @param rescuedRecords records that no reader found before
   * @param rescuedUnits their units
   * @param lostUnits units of the damaged records
   */
  public record Result(
      List<String> lines,
      int repaired,
      int beyondRepair,
      long rescuedRecords,
      long rescuedUnits,
      long lostUnits) {}

  private final Path directory;
  private final FileSystem files;
  private final RunningTotal total;
  private final @Nullable Path aside;

  private final List<String> lines = new ArrayList<>();
  private int repaired;
  private int beyondRepair;
  private long rescuedRecords;
  private long rescuedUnits;
  private long lostUnits;

  /** What the segments up to the current one have come to. */
  private @Nullable SegmentHeader previous;

  private long end;
  private long units;
  private long lastReceiveTimeNs;

  /** The total in the header of the current segment. */
  private byte[] ownTotal = {};

  private LogRepair(Path directory, FileSystem files, RunningTotal total, @Nullable Path aside) {
    this.directory = directory;
    this.files = files;
    this.total = total;
    this.aside = aside;
  }

  /**
   * Says what {@link #run} would do, and changes nothing.
   *
   * @throws NewerFormatException if a later version of the program wrote a file of the log
   */
  public static Result plan(Path directory, FileSystem files, RunningTotal total)
      throws IOException {
    return new LogRepair(directory, files, total, null).repair();
  }

  /**
   * Repairs a log that no other holds open.
   *
   * @param total the owner's, to bring the headers that are made again up to date
   * @param aside a folder for the bytes of each damaged file, created if needed
   * @throws NewerFormatException if a later version of the program wrote a file of the log
   * @throws IOException if the disk does not read or write; another run continues
   */
  public static Result run(Path directory, FileSystem files, RunningTotal total, Path aside)
      throws IOException {
    return new LogRepair(directory, files, total, aside).repair();
  }

  private Result repair() throws IOException {
    List<Segment> segments = new ArrayList<>();
    for (String name : files.list(directory)) {
      if (Segment.isName(name)) {
        segments.add(Segment.read(files, directory.resolve(name)));
      }
    }
    total.restore(new byte[0]);
    for (int i = 0; i < segments.size(); i++) {
      repair(segments.get(i), i + 1 < segments.size() ? segments.get(i + 1) : null);
    }
    repairCursors();
    return new Result(
        List.copyOf(lines), repaired, beyondRepair, rescuedRecords, rescuedUnits, lostUnits);
  }

  private void repair(Segment segment, @Nullable Segment next) throws IOException {
    SegmentHeader header = segment.header;
    boolean isRebuilt = header == null;
    if (header == null) {
      header = rebuiltHeader(segment, next);
      if (header == null) {
        beyondRepair++;
        say(segment.path, "no whole header and no whole record: nothing of it can be read");
        return;
      }
    } else {
      restoreTotal(segment, header);
      noteMissing(header);
    }
    Pieces pieces = pieces(segment, header, next, isRebuilt);
    if (pieces.runs().isEmpty()) {
      if (pieces.isDamaged()) {
        beyondRepair++;
        say(segment.path, "no whole record, " + lost(pieces));
      }
    } else if (isRebuilt || pieces.isDamaged()) {
      repaired++;
      say(segment.path, text(pieces, isRebuilt));
      write(segment, header, pieces.runs());
    }
    Pieces.Run last = pieces.last();
    previous = last == null ? header : last.header();
    end = last == null ? Math.max(end, header.first()) : last.end();
    units = last == null ? header.unitsBefore() : last.unitsEnd();
    lastReceiveTimeNs = Math.max(header.lastReceiveTimeNs(), pieces.lastReceiveTimeNs());
  }

  private Pieces pieces(
      Segment segment, SegmentHeader header, @Nullable Segment next, boolean isRebuilt)
      throws IOException {
    long tornFrom =
        next == null && !isRebuilt
            ? TornBatch.provenBelow(files, segment, header, directory.resolve(Cursor.DIRECTORY))
            : Long.MAX_VALUE;
    boolean unitsKnown = !isRebuilt || previous != null || segment.first == 0;
    Pieces pieces = new Pieces(header, unitsKnown, total, isRebuilt ? null : ownTotal, tornFrom);
    pieces.read(files, segment, next);
    return pieces;
  }

  private void restoreTotal(Segment segment, SegmentHeader header) throws IOException {
    try (FileSystem.Handle handle = files.open(segment.path, FileSystem.Mode.READ)) {
      byte[] stored = header.readTotal(handle, segment.path);
      ownTotal = stored == null ? total.snapshot() : stored;
    }
    total.restore(ownTotal);
  }

  /** A segment between the previous one and this one that is not there. */
  private void noteMissing(SegmentHeader header) {
    SegmentHeader before = previous;
    if (before != null && header.previousFirst() > before.first()) {
      long missing = Math.max(0, header.unitsBefore() - units);
      beyondRepair++;
      lostUnits += missing;
      lines.add(
          "%s: the file is missing, %d readings are lost"
              .formatted(Segment.fileName(header.previousFirst()), missing));
    }
  }

  private String text(Pieces pieces, boolean isRebuilt) {
    if (!isRebuilt) {
      return "%d whole records kept, %s".formatted(pieces.records(), lost(pieces));
    }
    rescuedRecords += pieces.records();
    rescuedUnits += pieces.units();
    return "header made again: %d records with %d readings can be read again, %s"
        .formatted(pieces.records(), pieces.units(), lost(pieces));
  }

  private String lost(Pieces pieces) {
    if (pieces.lostUnits() == Pieces.UNKNOWN) {
      return "%d records with an unknown number of readings are lost"
          .formatted(pieces.lostRecords());
    }
    lostUnits += pieces.lostUnits();
    return pieces.lostRecords() == 0
        ? "none is lost"
        : "%d records with %d readings are lost"
            .formatted(pieces.lostRecords(), pieces.lostUnits());
  }

  private void say(Path file, String text) {
    lines.add(file.getFileName() + ": " + text);
  }

  /** Enough of a header to find the records; the total is taken when the segment is written. */
  private @Nullable SegmentHeader rebuiltHeader(Segment segment, @Nullable Segment next)
      throws IOException {
    long following = next == null ? Long.MAX_VALUE : next.first;
    SegmentHeader found =
        LostHeader.of(files, segment.path, segment.first, segment.end(), following).header();
    if (found == null) {
      return null;
    }
    SegmentHeader before = previous;
    return new SegmentHeader(
        found.salt(),
        segment.first,
        before == null ? segment.first : before.first(),
        before == null ? segment.first : end,
        units,
        lastReceiveTimeNs,
        found.copyBytes(),
        found.version(),
        found.unitsLeft(),
        found.unpackedEnd());
  }

  // ---- Writing

  /**
   * Writes the runs as segments, the last one first, and the one of the damaged file's name at the
   * end. So each run is served once, whatever crashes in between: the header of each names where
   * the one before it ends.
   */
  private void write(Segment segment, SegmentHeader header, List<Pieces.Run> runs)
      throws IOException {
    Path kept = aside;
    if (kept == null) {
      return;
    }
    keep(segment.path, kept);
    for (int i = runs.size() - 1; i >= 0; i--) {
      writeSegment(segment.path, header, runs.get(i));
    }
    if (runs.get(0).header().first() != segment.first) {
      files.delete(segment.path);
      files.forceDirectory(directory);
    }
  }

  private void writeSegment(Path damaged, SegmentHeader header, Pieces.Run run) throws IOException {
    Path path = directory.resolve(Segment.fileName(run.header().first()));
    Path temporary = path.resolveSibling(path.getFileName() + Segment.TEMPORARY_SUFFIX);
    files.delete(temporary); // what an earlier run left
    try (FileSystem.Handle from =
            UnpackedFile.of(files.open(damaged, FileSystem.Mode.READ), damaged, header);
        FileSystem.Handle to = files.open(temporary, FileSystem.Mode.WRITE)) {
      ByteBuffer copy = run.header().encode(run.total());
      to.write(copy, 0);
      to.write(copy.rewind(), run.header().copyBytes());
      FileCopy.range(from, run.from(), run.to(), to, run.header().recordsAt());
      to.force();
    }
    files.rename(temporary, path);
    files.forceDirectory(directory);
  }

  /** Copies a file to the folder of what is kept aside, durably. */
  private void keep(Path file, Path folder) throws IOException {
    files.createDirectories(folder);
    Path copy = folder.resolve(file.getFileName());
    try (FileSystem.Handle from = files.open(file, FileSystem.Mode.READ);
        FileSystem.Handle to = files.open(copy, FileSystem.Mode.WRITE)) {
      long lost = FileCopy.readable(from, files.size(file), to);
      if (lost > 0) {
        say(file, lost + " bytes that the disk does not return are zeros in the copy kept aside");
      }
      to.force();
    }
    files.forceDirectory(folder);
  }

  // ---- Cursors

  private void repairCursors() throws IOException {
    Path where = directory.resolve(Cursor.DIRECTORY);
    for (String name : Cursor.names(files, where)) {
      if (Cursor.read(files, where, name) == null) {
        repaired++;
        lines.add(
            "cursor "
                + name
                + ": damaged, set to the oldest record; its consumer reads all again that is held");
        if (aside != null) {
          resetCursor(where, name, aside.resolve(Cursor.DIRECTORY));
        }
      }
    }
  }

  private void resetCursor(Path where, String name, Path kept) throws IOException {
    for (Path slot : Cursor.files(where, name)) {
      try {
        keep(slot, kept);
      } catch (NoSuchFileException absent) {
        // only one generation was ever there
      }
    }
    Segment oldest = null;
    for (String file : files.list(directory)) {
      if (oldest == null && Segment.isName(file)) {
        oldest = Segment.read(files, directory.resolve(file));
      }
    }
    LogPosition start =
        oldest == null ? new LogPosition(null, 0, 0, 0) : LogPosition.startOf(oldest, 0);
    Cursor.create(files, where, name, start.offset(), start.units());
  }
}
