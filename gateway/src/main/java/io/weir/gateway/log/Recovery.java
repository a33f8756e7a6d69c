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
 * Opens what a directory holds: headers of all segments, records of the tail segment only. Damage
 * is stepped over and reported, never a reason not to start. One use, one thread.
 */
final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  static final String TEMPORARY = ".tmp";

  private final String name;
  private final FileSystem files;
  private final Path directory;
  private final RunningTotal carried;

  /** By first offset, ascending. */
  final List<Segment> segments = new ArrayList<>();

  final Map<String, Cursor> cursors = new TreeMap<>();

  /** Names whose cursor files are all damaged. */
  final List<String> lostCursors = new ArrayList<>();

  /** The segment to go on writing in, or {@code null}: then the first append begins one. */
  @Nullable Segment tail;

  /** Units of the gaps found in the tail, by the offset behind each. */
  final Map<Long, Long> corrupt = new TreeMap<>();

  long bytes;
  long syncedOffset;
  long nextOffset;
  long units;
  long lastReceiveTimeNs;

  Recovery(String name, FileSystem files, Path directory, RunningTotal carried) {
    this.name = name;
    this.files = files;
    this.directory = directory;
    this.carried = carried;
  }

  void run() throws IOException {
    files.createDirectories(directory.resolve(Cursor.DIRECTORY));
    readHeaders();
    sealAllButLast();
    recoverTail();
    readCursors();
    if (tail != null && nextOffset != syncedOffset) {
      tail.seal(syncedOffset); // offsets stay dense within a segment
      tail = null;
    }
    syncedOffset = nextOffset;
  }

  private void readHeaders() throws IOException {
    for (String file : files.list(directory)) {
      Path path = directory.resolve(file);
      if (file.endsWith(TEMPORARY)) {
        files.delete(path); // a segment that was being made; nothing was ever written to it
      } else if (Segment.isName(file)) {
        segments.add(readHeader(path, Segment.firstOf(file)));
      }
    }
  }

  private Segment readHeader(Path path, long first) throws IOException {
    SegmentHeader header;
    try (FileSystem.Handle handle = files.open(path, FileSystem.Mode.READ)) {
      header = SegmentHeader.read(handle, path, first);
    }
    long size = files.size(path);
    bytes += size;
    if (header == null) {
      LOG.error("Log {}: {} has no whole header; its records cannot be read", name, path);
      // It may have held so many records: their offsets must not be given again.
      nextOffset = Math.max(nextOffset, first + size / Frame.PAYLOAD + 1);
    }
    return new Segment(path, first, header, size);
  }

  private void sealAllButLast() {
    for (int i = 0; i < segments.size() - 1; i++) {
      Segment segment = segments.get(i);
      Segment next = segments.get(i + 1);
      segment.seal(limit(segment, next));
    }
  }

  /** The offset from which on nothing in a segment is part of the log, by what follows it. */
  static long limit(Segment segment, Segment next) {
    SegmentHeader header = next.header;
    boolean chained = header != null && header.previousFirst() == segment.first;
    return chained && header != null ? header.previousEnd() : next.first;
  }

  /** The last segment that can be read at all: cuts a torn end, and syncs the rest. */
  private void recoverTail() throws IOException {
    Segment last = null;
    for (Segment segment : segments) {
      if (segment.header != null) {
        last = segment;
      }
    }
    if (last == null || last.header == null) {
      carried.restore(new byte[0]);
      segments.forEach(segment -> segment.seal(segment.first));
      return;
    }
    SegmentHeader header = last.header;
    carried.restore(header.carried());
    syncedOffset = header.first();
    units = header.unitsBefore();
    lastReceiveTimeNs = header.lastReceiveTimeNs();
    long end = header.recordsAt();
    try (FrameReader reader = new FrameReader(files, last, header, end, header.first())) {
      while (reader.next(last.end(), last.limit())) {
        if (reader.unitsBefore() > units) {
          corrupt.put(reader.offset(), reader.unitsBefore() - units);
        }
        end = reader.position();
        syncedOffset = reader.offset() + 1;
        units = reader.unitsBefore() + reader.units();
        lastReceiveTimeNs = Math.max(lastReceiveTimeNs, reader.receiveTimeNs());
        carried.add(reader.kind(), reader.payload());
      }
    }
    boolean isLast = last == segments.get(segments.size() - 1);
    try (FileSystem.Handle handle = files.open(last.path, FileSystem.Mode.WRITE)) {
      if (isLast && end < last.end()) {
        LOG.warn("Log {}: cut {} bytes of a torn end off {}", name, last.end() - end, last.path);
        handle.truncate(end);
        bytes -= last.end() - end;
      }
      handle.force();
    }
    files.forceDirectory(directory);
    last.synced(end);
    if (isLast) {
      tail = last;
    } else {
      segments.get(segments.size() - 1).seal(nextOffset);
    }
    nextOffset = Math.max(nextOffset, syncedOffset);
  }

  private void readCursors() throws IOException {
    Path where = directory.resolve(Cursor.DIRECTORY);
    for (String cursorName : Cursor.names(files, where)) {
      Cursor cursor = Cursor.read(files, where, cursorName);
      if (cursor == null) {
        LOG.error("Log {}: cursor {} is damaged; it starts at the oldest record", name, cursorName);
        lostCursors.add(cursorName);
      } else {
        cursors.put(cursorName, cursor);
        nextOffset = Math.max(nextOffset, cursor.position());
        units = Math.max(units, cursor.units());
      }
    }
  }
}
