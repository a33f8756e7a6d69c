package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens what a directory holds: headers of all segments, and the records of the last ones, where
 * the running total is brought up to date. Damage, and blocks that the disk does not return, are
 * left out and reported, and never keep the log from starting. Only what was read is cut. Where the
 * disk cannot list, open, cut or sync, or returns nothing at all and takes no new file either, an
 * {@link IOException} ends the run; another run begins from the start. What cannot be opened, and
 * what is on a disk that is away, may be whole, so nothing is decided about it.
 */
final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final String name;
  private final FileSystem files;
  private final Path directory;
  private final Path cursorDirectory;
  private final RunningTotal total;
  private final List<Damage> damage = new ArrayList<>();

  private Recovery(String name, FileSystem files, Path directory, RunningTotal total) {
    this.name = name;
    this.files = files;
    this.directory = directory;
    this.cursorDirectory = directory.resolve(Cursor.DIRECTORY);
    this.total = total;
  }

  /**
   * Recovers a log.
   *
   * @param total restored from the newest header that has one, and brought up to date
   * @throws NewerFormatException if a later version of the program wrote a file of it
   * @throws IOException if the disk cannot list the files, or a torn end not be cut and synced
   */
  static Recovered run(String name, FileSystem files, Path directory, RunningTotal total)
      throws IOException {
    return new Recovery(name, files, directory, total).run();
  }

  private Recovered run() throws IOException {
    files.createDirectories(cursorDirectory);
    SegmentFiles found = readFiles();
    List<Segment> segments = found.segments();
    damage.addAll(found.damage());
    Map<String, Cursor> cursors = readCursors();
    Scan scan = new Scan();
    long seenBelow = cursors.values().stream().mapToLong(Cursor::doneBelow).max().orElse(0);
    if (!recoverEnd(segments, scan, new TornBatch(seenBelow))) {
      return run(name, files, directory, total); // with the torn sync in a segment of its own
    }

    long nextOffset = Math.max(scan.offset, scan.freeOffset);
    long units = Math.max(scan.units + scan.wrong.units(), found.lostUnits());
    for (Cursor cursor : cursors.values()) {
      nextOffset = Math.max(nextOffset, cursor.doneBelow());
      units = Math.max(units, cursor.units());
    }
    if (scan.wrong.isAny()) {
      damage.add(scan.inDoubt(segments.get(segments.size() - 1).path, nextOffset, units));
    } else if (units > scan.units || scan.lastWithoutHeader) {
      damage.add(new Damage.LostRecords(nextOffset, units - scan.units));
    }
    Segment tail = scan.tail;
    if (tail != null && nextOffset != scan.offset) {
      tail.seal(scan.offset); // offsets stay dense within a segment
      tail = null;
    }
    if (scan.unreadEnd != null) {
      damage.add(new Damage.UnreadEnd(scan.unreadEnd, scan.position, scan.unreadBytes, nextOffset));
    }
    damage.forEach(this::report);
    return new Recovered(
        segments,
        tail,
        new LogPosition(tail, tail == null ? 0 : tail.end(), nextOffset, units),
        segments.stream().mapToLong(Segment::bytes).sum(),
        scan.lastReceiveTimeNs,
        cursors,
        damage);
  }

  /**
   * Reads the headers. Where the disk returns nothing at all, a new file says whether it is there.
   */
  private SegmentFiles readFiles() throws IOException {
    SegmentFiles found = SegmentFiles.read(name, files, directory);
    ReadFailedException nothingReturned = found.nothingReturned();
    if (nothingReturned == null) {
      return found;
    }
    try {
      NewFile.check(files, directory);
    } catch (IOException e) {
      throw new ReadFailedException(nothingReturned, e);
    }
    return SegmentFiles.read(name, files, directory); // it may have come back meanwhile
  }

  private void report(Damage found) {
    if (found instanceof Damage.NoHeader lost) {
      LOG.error(
          "Log {}: {} has no whole header; its records {}",
          name,
          lost.file(),
          lost.rebuilt() ? "were found without it" : "cannot be read");
    } else if (found instanceof Damage.LostRecords lost) {
      LOG.error(
          "Log {}: {} readings before record {} are damaged",
          name,
          lost.units(),
          lost.nextOffset());
    } else if (found instanceof Damage.UnreadEnd unread) {
      LOG.error(
          "Log {}: the disk does not return the end of {}, {} bytes from byte {} on; what they hold"
              + " is not known, they are left as they are, and the log goes on in a new segment",
          name,
          unread.file(),
          unread.bytes(),
          unread.position());
    } else if (found instanceof Damage.InDoubt wrong) {
      LOG.error(
          "Log {}: {} bytes at byte {} of {} are not what was written; {}{} readings were there,"
              + " which are lost unless they were not acknowledged yet; the bytes are left as they"
              + " are",
          name,
          wrong.bytes(),
          wrong.position(),
          wrong.file(),
          wrong.isExact() ? "" : "at least ",
          wrong.units());
    } else if (found instanceof Damage.TornEnd torn) {
      LOG.warn(
          "Log {}: cut {} bytes of an unfinished sync off {}", name, torn.bytes(), torn.file());
    } else if (found instanceof Damage.LostCursor lost) {
      LOG.error(
          "Log {}: cursor {} is damaged; it starts at the oldest record", name, lost.consumer());
    } else if (found instanceof Damage.OlderCursor older) {
      LOG.warn(
          "Log {}: a newer position of {} may be lost; it reads some records again",
          name,
          older.consumer());
    }
  }

  // ---- The end

  /** The end of the records, as far as the scan has come. */
  private static final class Scan {
    boolean begun;

    /** The segment in which they end, or {@code null} if it cannot be continued. */
    @Nullable Segment tail;

    /** The offset after the last record, and the units of all records. */
    long offset;

    long units;
    long lastReceiveTimeNs;

    /** File position behind the last whole record of the last segment. */
    long position;

    /** Above every record that may have been there and is not served. */
    long freeOffset;

    /** The last segment, if the disk did not return its end. */
    @Nullable Path unreadEnd;

    long unreadBytes;
    boolean lastWithoutHeader;

    /** What is wrong behind the last whole record, and its bytes. */
    WrongBytes.Records wrong = WrongBytes.Records.NONE;

    long wrongBytes;

    /** This many bytes may have held records behind an offset. */
    void reserve(long behind, long bytes) {
      freeOffset = Math.max(freeOffset, behind + bytes / RecordHeader.PAYLOAD + 1);
    }

    Damage inDoubt(Path file, long nextOffset, long unitsWith) {
      return new Damage.InDoubt(
          file,
          position,
          wrongBytes,
          wrong.isExact() ? offset + wrong.count() : nextOffset,
          nextOffset,
          unitsWith - units,
          wrong.isExact());
    }
  }

  /**
   * Reads from the newest running total to the end; cuts what is torn, syncs the rest.
   *
   * @return false if a torn sync was put in a segment of its own: then all is to be read again
   */
  private boolean recoverEnd(List<Segment> segments, Scan scan, TornBatch torn) throws IOException {
    int from = restoreTotal(segments);
    boolean unread = false;
    Segment readable = null;
    Segment last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
    for (Segment segment : segments.subList(from, segments.size())) {
      SegmentHeader header = segment.header;
      if (header == null) {
        scan.reserve(segment.first, segment.end());
        continue;
      }
      boolean mayBeTorn = segment == last && segment.hasOwnHeader() && !header.isRewritten();
      unread = scan(segment, header, scan, mayBeTorn ? torn : null);
      readable = segment;
      if (torn.isTorn() && !unread) {
        if (!torn.isUnfinished(files, segment, header)) {
          damage.addAll(torn.giveUpInDoubt(segment.path));
        } else if (mend(segment, header, torn)) {
          return false;
        }
      }
      damage.addAll(torn.giveUp());
    }
    if (readable != null) {
      endAt(readable, readable == last, unread, scan);
    }
    total.isUpTo(scan.offset);
    if (last != null && last != readable) {
      scan.lastWithoutHeader = true;
      last.seal(scan.freeOffset);
    }
    return true;
  }

  /**
   * Puts what is whole behind torn pages in a segment of its own.
   *
   * @return false if the disk does not take it; what is gone then counts as damaged
   * @throws IOException if it is not known whether the new file has its name
   */
  private boolean mend(Segment segment, SegmentHeader header, TornBatch torn) throws IOException {
    Path temporary;
    try {
      temporary = torn.write(files, segment, header);
    } catch (IOException e) {
      LOG.error(
          "Log {}: cannot set apart what a power cut tore in {}; it counts as damaged",
          name,
          segment.path,
          e);
      return false;
    }
    String file = temporary.getFileName().toString();
    String made = file.substring(0, file.length() - Segment.TEMPORARY_SUFFIX.length());
    files.rename(temporary, directory.resolve(made));
    files.forceDirectory(directory);
    LOG.warn(
        "Log {}: {} ends in a sync that a power cut tore; {} readings of it are gone, which were"
            + " not acknowledged; what is whole of it is in {} now",
        name,
        segment.path,
        torn.units(),
        made);
    return true;
  }

  /** The records end in this segment. It is continued if it is the last and all of it was read. */
  private void endAt(Segment segment, boolean last, boolean unread, Scan scan) throws IOException {
    SegmentHeader header = segment.header;
    boolean whole = last && !unread && segment.hasOwnHeader();
    long rest = segment.end() - scan.position;
    if (whole && header != null && rest > 0) {
      scan.wrong = wrongEnd(segment, header, scan);
      scan.wrongBytes = rest;
    }
    boolean isWrong = scan.wrong.isAny();
    sync(segment, scan.position, whole && !isWrong);
    segment.synced(scan.position);
    if (isWrong) {
      scan.reserve(scan.offset, rest);
      segment.seal(scan.offset);
    } else if (whole && header != null && !header.isRewritten()) {
      scan.tail = segment;
    } else if (last) {
      if (rest > 0 && !whole) {
        scan.reserve(scan.offset, rest);
        scan.unreadEnd = segment.path;
        scan.unreadBytes = rest;
      }
      segment.seal(scan.offset);
    }
  }

  private WrongBytes.Records wrongEnd(Segment segment, SegmentHeader header, Scan scan)
      throws IOException {
    try (WrongBytes bytes = new WrongBytes(files, segment, header)) {
      return bytes.atEnd(scan.position, scan.offset, scan.units, segment.end());
    }
  }

  /** Syncs a segment before it is served, and cuts off what is torn at its end if that was read. */
  private void sync(Segment segment, long position, boolean whole) throws IOException {
    try (FileSystem.Handle handle = files.open(segment.path, FileSystem.Mode.WRITE)) {
      long torn = segment.end() - position;
      if (whole && torn > 0 && !segment.isPacked()) {
        handle.truncate(position);
        damage.add(new Damage.TornEnd(segment.path, position, torn));
      }
      handle.force();
    }
    files.forceDirectory(directory);
  }

  /**
   * Restores the newest running total that can be read.
   *
   * @return the index of the segment that begins with it
   */
  private int restoreTotal(List<Segment> segments) throws IOException {
    for (int i = segments.size() - 1; i >= 0; i--) {
      Segment segment = segments.get(i);
      SegmentHeader header = segment.header;
      byte[] runningTotal =
          header != null && segment.hasOwnHeader() ? readTotal(segment, header) : null;
      if (runningTotal != null) {
        total.restore(runningTotal);
        return i;
      }
    }
    total.restore(new byte[0]);
    return 0;
  }

  private byte @Nullable [] readTotal(Segment segment, SegmentHeader header) throws IOException {
    for (int tries = 0; tries < UnreadableBlocks.TRIES; tries++) {
      try (FileSystem.Handle handle = files.open(segment.path, FileSystem.Mode.READ)) {
        return header.readTotal(handle, segment.path);
      } catch (ReadFailedException e) {
        LOG.warn("Log {}: cannot read the running total in {}", name, segment.path, e);
      }
    }
    return null;
  }

  /**
   * One pass over the records of a segment.
   *
   * @param torn gathers the gaps that a power cut explains; {@code null} where there can be none
   * @return whether the disk did not return a part of it
   */
  private boolean scan(Segment segment, SegmentHeader header, Scan scan, @Nullable TornBatch torn)
      throws IOException {
    if (!scan.begun) {
      scan.units = header.unitsBefore();
    } else if (segment.hasOwnHeader() && header.unitsBefore() > scan.units) {
      damage.add(new Damage.LostRecords(header.first(), header.unitsBefore() - scan.units));
      scan.units = header.unitsBefore();
    }
    scan.begun = true;
    scan.offset = header.first();
    scan.position = header.recordsAt();
    scan.lastReceiveTimeNs = Math.max(scan.lastReceiveTimeNs, header.lastReceiveTimeNs());
    try (RecordReader reader = RecordReader.ofAll(files, segment, header)) {
      while (reader.next(segment.end(), segment.limit())) {
        if (torn != null) {
          damage.addAll(torn.proven(reader.syncedBelow()));
        }
        foundGap(reader, scan, torn);
        scan.position = reader.position();
        scan.offset = reader.last() + 1;
        scan.units = reader.unitsBefore() + reader.units();
        scan.lastReceiveTimeNs = Math.max(scan.lastReceiveTimeNs, reader.receiveTimeNs());
        if (!reader.isEmptyRun()) {
          total.add(reader.kind(), reader.payload());
        }
      }
      return reader.hasUnreadableGap();
    }
  }

  /** Notes what is missing before a record. */
  private void foundGap(RecordReader reader, Scan scan, @Nullable TornBatch torn) {
    TornBatch.Gap gap =
        new TornBatch.Gap(
            scan.position,
            reader.recordAt(),
            reader.offset(),
            Math.max(0, reader.unitsBefore() - scan.units));
    if (torn != null && reader.offset() > scan.offset && torn.mayBeTorn(scan.offset)) {
      torn.add(
          gap,
          torn.isFirst()
              ? new TornBatch.Before(
                  scan.position, scan.offset, scan.units, scan.lastReceiveTimeNs, total.snapshot())
              : null);
    } else if (gap.units() > 0) {
      damage.add(gap.lost());
    }
  }

  // ---- Cursors

  private Map<String, Cursor> readCursors() throws IOException {
    Map<String, Cursor> whole = new TreeMap<>();
    for (String consumer : Cursor.names(files, cursorDirectory)) {
      Cursor cursor = readCursor(consumer);
      if (cursor == null) {
        damage.add(new Damage.LostCursor(consumer));
      } else {
        if (cursor.maybeOlder()) {
          damage.add(new Damage.OlderCursor(consumer));
        }
        whole.put(consumer, cursor);
      }
    }
    return whole;
  }

  private @Nullable Cursor readCursor(String consumer) throws IOException {
    try {
      return Cursor.read(files, cursorDirectory, consumer);
    } catch (ReadFailedException e) {
      LOG.error("Log {}: cursor {} cannot be read", name, consumer, e);
      return null;
    }
  }
}
