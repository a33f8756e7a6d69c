package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens what a directory holds: headers of all segments, records of the tail segment only. Damage
 * is skipped and reported, and never keeps the log from starting. Where the disk does not answer,
 * an {@link IOException} ends the run; nothing was decided then, and another run begins from the
 * start. Keeps no state between its steps: each returns what it found.
 */
final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final String name;
  private final FileSystem files;
  private final Path directory;
  private final Path cursorDirectory;
  private final RunningTotal total;

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
   * @param total restored from the tail segment's header, and brought up to date
   * @throws NewerFormatException if a later version of the program wrote a file of it
   * @throws IOException if the disk cannot be read, or a torn end not cut and synced
   */
  static Recovered run(String name, FileSystem files, Path directory, RunningTotal total)
      throws IOException {
    return new Recovery(name, files, directory, total).run();
  }

  private Recovered run() throws IOException {
    files.createDirectories(cursorDirectory);
    SegmentFiles found = readHeaders();
    RecordEnd recordEnd = recoverTail(found);
    CursorFiles cursors = readCursors();

    long nextOffset = Math.max(recordEnd.offset(), found.freeOffset());
    long units = recordEnd.units();
    for (Cursor cursor : cursors.whole().values()) {
      nextOffset = Math.max(nextOffset, cursor.position());
      units = Math.max(units, cursor.units());
    }
    Segment tail = recordEnd.tail();
    if (tail != null && nextOffset != recordEnd.offset()) {
      tail.seal(recordEnd.offset()); // offsets stay dense within a segment
      tail = null;
    }
    List<Damage> damage =
        Stream.of(found.damage(), recordEnd.damage(), cursors.damage())
            .flatMap(List::stream)
            .toList();
    damage.forEach(this::report);
    return new Recovered(
        found.segments(),
        tail,
        new LogPosition(tail, tail == null ? 0 : tail.end(), nextOffset, units),
        found.bytes() - recordEnd.cutBytes(),
        recordEnd.lastReceiveTimeNs(),
        cursors.whole(),
        damage);
  }

  private void report(Damage damage) {
    if (damage instanceof Damage.LostHeader lost) {
      LOG.error("Log {}: {} has no whole header; its records cannot be read", name, lost.file());
    } else if (damage instanceof Damage.LostRecords lost) {
      LOG.error(
          "Log {}: {} readings before record {} are damaged",
          name,
          lost.units(),
          lost.nextOffset());
    } else if (damage instanceof Damage.TornEnd torn) {
      LOG.warn("Log {}: cut {} bytes of a torn end off {}", name, torn.bytes(), torn.file());
    } else if (damage instanceof Damage.LostCursor lost) {
      LOG.error(
          "Log {}: cursor {} is damaged; it starts at the oldest record", name, lost.consumer());
    }
  }

  // ---- Headers

  /**
   * The segments of the directory.
   *
   * @param bytes of all files
   * @param freeOffset above every record that a segment without a header may have held
   */
  private record SegmentFiles(
      List<Segment> segments, long bytes, long freeOffset, List<Damage> damage) {

    Segment last() {
      return segments.get(segments.size() - 1);
    }

    /** The last segment whose header is whole. */
    @Nullable Segment lastReadable() {
      return segments.stream()
          .filter(segment -> segment.header != null)
          .reduce((before, after) -> after)
          .orElse(null);
    }
  }

  private SegmentFiles readHeaders() throws IOException {
    List<Segment> segments = new ArrayList<>();
    List<Damage> damage = new ArrayList<>();
    long bytes = 0;
    long freeOffset = 0;
    for (String file : files.list(directory)) {
      Path path = directory.resolve(file);
      if (file.endsWith(Segment.TEMPORARY_SUFFIX)) {
        files.delete(path); // a segment that was being made; no record was ever written to it
      } else if (Segment.isName(file)) {
        Segment segment = readHeader(path, Segment.firstOf(file));
        segments.add(segment);
        bytes += segment.end();
        if (segment.header == null) {
          damage.add(new Damage.LostHeader(path));
          // The offsets of the most records it may have held must not be given again.
          freeOffset =
              Math.max(freeOffset, segment.first + segment.end() / RecordHeader.PAYLOAD + 1);
        }
      }
    }
    for (int i = 0; i < segments.size() - 1; i++) {
      Segment segment = segments.get(i);
      segment.seal(segment.limitBefore(segments.get(i + 1)));
    }
    return new SegmentFiles(segments, bytes, freeOffset, damage);
  }

  private Segment readHeader(Path path, long first) throws IOException {
    SegmentHeader header;
    try (FileSystem.Handle handle = files.open(path, FileSystem.Mode.READ)) {
      header = SegmentHeader.read(handle, path, first);
    }
    return new Segment(path, first, header, files.size(path));
  }

  // ---- The tail

  /**
   * Where the records end.
   *
   * @param tail the segment in which they end, or {@code null} if it cannot be continued
   * @param offset the offset after the last record
   * @param units of all records
   * @param cutBytes bytes of a torn end that were cut off
   */
  private record RecordEnd(
      @Nullable Segment tail,
      long offset,
      long units,
      long lastReceiveTimeNs,
      long cutBytes,
      List<Damage> damage) {}

  /**
   * Finds the end in the last segment that can be read at all; cuts what is torn, syncs the rest.
   */
  private RecordEnd recoverTail(SegmentFiles found) throws IOException {
    Segment readable = found.lastReadable();
    if (readable == null || readable.header == null) {
      total.restore(new byte[0]);
      found.segments().forEach(segment -> segment.seal(segment.first));
      return new RecordEnd(null, 0, 0, 0, 0, List.of());
    }
    boolean isLast = readable == found.last();
    Scan scan = scan(readable, readable.header);
    List<Damage> damage = new ArrayList<>(scan.damage());
    long torn = readable.end() - scan.position();
    long cut = isLast ? torn : 0;
    try (FileSystem.Handle handle = files.open(readable.path, FileSystem.Mode.WRITE)) {
      if (cut > 0) {
        handle.truncate(scan.position());
        damage.add(new Damage.TornEnd(readable.path, scan.position(), cut));
      }
      handle.force();
    }
    files.forceDirectory(directory);
    readable.synced(scan.position());
    if (!isLast) {
      found.last().seal(found.freeOffset());
    }
    return new RecordEnd(
        isLast ? readable : null,
        scan.offset(),
        scan.units(),
        scan.lastReceiveTimeNs(),
        cut,
        damage);
  }

  /**
   * One pass over the records of a segment.
   *
   * @param position file position behind the last whole record
   * @param offset the offset after it
   */
  private record Scan(
      long position, long offset, long units, long lastReceiveTimeNs, List<Damage> damage) {}

  private Scan scan(Segment segment, SegmentHeader header) throws IOException {
    total.restore(header.runningTotal());
    List<Damage> damage = new ArrayList<>();
    long position = header.recordsAt();
    long offset = header.first();
    long units = header.unitsBefore();
    long lastReceiveTimeNs = header.lastReceiveTimeNs();
    try (RecordReader reader = new RecordReader(files, segment, header, position, offset)) {
      while (reader.next(segment.end(), segment.limit())) {
        long missing = reader.unitsBefore() - units;
        if (missing > 0) {
          damage.add(new Damage.LostRecords(segment.path, reader.offset(), missing));
        }
        position = reader.position();
        offset = reader.offset() + 1;
        units = reader.unitsBefore() + reader.units();
        lastReceiveTimeNs = Math.max(lastReceiveTimeNs, reader.receiveTimeNs());
        total.add(reader.kind(), reader.payload());
      }
    }
    return new Scan(position, offset, units, lastReceiveTimeNs, damage);
  }

  // ---- Cursors

  private record CursorFiles(Map<String, Cursor> whole, List<Damage> damage) {}

  private CursorFiles readCursors() throws IOException {
    Map<String, Cursor> whole = new TreeMap<>();
    List<Damage> damage = new ArrayList<>();
    for (String consumer : Cursor.names(files, cursorDirectory)) {
      Cursor cursor = Cursor.read(files, cursorDirectory, consumer);
      if (cursor == null) {
        damage.add(new Damage.LostCursor(consumer));
      } else {
        whole.put(consumer, cursor);
      }
    }
    return new CursorFiles(whole, damage);
  }
}
