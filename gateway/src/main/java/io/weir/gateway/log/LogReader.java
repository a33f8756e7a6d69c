package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the records in a log's directory, oldest first, without opening the log. It writes
 * nothing, so it may run while a gateway runs. Records not yet synced may be among them. What a
 * rewrite dropped counts as dropped. Other units that are missing between two records count as
 * corrupt: damage destroyed them, the disk does not return them, or the log deleted their file
 * during the pass. {@link #missing} tells the two apart, and has what is missing at either end of
 * the log too. There is no position to commit. Owned by one thread.
 */
public final class LogReader implements Feed {

  private final FileSystem files;
  private final Path directory;
  private final boolean withKept;
  private final String name;
  private final Deque<Segment> ahead = new ArrayDeque<>();
  private final List<Missing> missing = new ArrayList<>();
  private @Nullable Segment segment;
  private @Nullable RecordReader reader;

  /** The offset after the last record read, below 0 before the first segment; where it ends. */
  private long offset = -1;

  private long position;
  private long receiveTimeNs;

  /** Units of all records below that offset. */
  private long unitsBelow;

  /** Gaps from this offset on are of a sync that did not end; below 0 until there is a gap. */
  private long tornFrom;

  private boolean deletedMeanwhile;

  /** Missing between two segments, until the record behind is read. */
  private @Nullable Missing between;

  /** Units of all records up to the last one read; below 0 before the first. */
  private long units = -1;

  /** Units missing since the last record that was returned. */
  private long dropped;

  private long corrupt;

  /**
   * Lists the segments that exist now; later segments are not read.
   *
   * @throws NewerFormatException if a later version of the program wrote a file of it
   */
  public LogReader(Path directory, FileSystem files) throws IOException {
    this(directory, files, false);
  }

  private LogReader(Path directory, FileSystem files, boolean withKept) throws IOException {
    this.files = files;
    this.directory = directory;
    this.withKept = withKept;
    this.name = directory.toString();
    List<Segment> headless = new ArrayList<>();
    SortedSet<String> names = new TreeSet<>(files.list(directory));
    if (withKept) { // after the log itself: one that is taken out of it meanwhile is in either list
      names.addAll(files.list(directory.resolve(Kept.DIRECTORY)));
    }
    for (String file : names) {
      if (Segment.isName(file)) {
        open(directory.resolve(file), Segment.firstOf(file), headless);
      }
    }
    headless.forEach(this::addMissing);
  }

  /** Notes a file whose header cannot be read. */
  private void addMissing(Segment file) {
    long to = Long.MAX_VALUE;
    long afterNs = 0;
    long beforeNs = Long.MAX_VALUE;
    for (Segment other : ahead) {
      SegmentHeader header = other.header;
      if (header != null && other.first < file.first) {
        afterNs = header.lastReceiveTimeNs();
      } else if (header != null) {
        to = other.first;
        beforeNs = header.lastReceiveTimeNs();
        break;
      }
    }
    missing.add(Missing.all(file.path, file.first, to, afterNs, beforeNs));
  }

  /** The same, from the oldest segment on that is kept beside the log. */
  static LogReader withKept(Path directory, FileSystem files) throws IOException {
    return new LogReader(directory, files, true);
  }

  /** Leaves out the segments that hold only records below an offset. */
  public void skipTo(long offset) {
    Segment head = ahead.pollFirst();
    while (head != null && !ahead.isEmpty() && ahead.getFirst().first <= offset) {
      head = ahead.pollFirst();
    }
    if (head != null) {
      ahead.addFirst(head);
    }
  }

  /** Leaves out the segments that hold only records received before a time. */
  public void skipToTime(long receiveTimeNs) {
    Segment head = ahead.pollFirst();
    while (head != null && isBehind(ahead.peekFirst(), receiveTimeNs)) {
      head = ahead.pollFirst();
    }
    if (head != null) {
      ahead.addFirst(head);
    }
  }

  /** Leaves out the oldest segments, until the others have this many bytes at most; one stays. */
  public void skipToNewest(long mostBytes) {
    long bytes = ahead.stream().mapToLong(Segment::end).sum();
    while (ahead.size() > 1 && bytes > mostBytes) {
      bytes -= ahead.removeFirst().end();
    }
  }

  /** Whether all records before a segment were received before a time. */
  private static boolean isBehind(@Nullable Segment next, long receiveTimeNs) {
    return next != null && next.header != null && next.header.lastReceiveTimeNs() < receiveTimeNs;
  }

  private void open(Path path, long first, List<Segment> headless) throws IOException {
    try {
      Segment found = Segment.read(files, path);
      if (found.header != null) {
        ahead.addLast(found);
      } else {
        headless.add(found);
      }
    } catch (ReadFailedException unread) {
      headless.add(Segment.notReturned(path, first, files.size(path)));
    } catch (NoSuchFileException deleted) {
      Path kept = KeptSegments.pathOf(directory, first);
      if (withKept && !path.equals(kept)) {
        open(kept, first, headless);
      } // else deleted just now: all consumers are done with it
    }
  }

  /** Opens the next segment; one that was taken out of the log is where it is kept. */
  private Segment.Opened opened(Segment next) throws IOException {
    try {
      return Segment.open(files, next.path);
    } catch (NoSuchFileException deleted) {
      Path kept = KeptSegments.pathOf(directory, next.first);
      if (withKept && !next.path.equals(kept)) {
        return Segment.open(files, kept);
      }
      throw deleted;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public @Nullable Entry next() throws IOException {
    while (reader != null || enter()) {
      RecordReader in = reader;
      Segment at = segment;
      if (in != null && at != null && in.next(at.end(), limit(at))) {
        found(in, at);
        corrupt += units < 0 ? 0 : Math.max(0, in.unitsBefore() - units);
        dropped += in.units() - in.unitsLeft();
        units = in.unitsBefore() + in.units();
        if (in.isEmptyRun()) {
          continue;
        }
        Entry entry =
            new Entry(
                in.offset(), in.receiveTimeNs(), in.unitsLeft(), in.payload(), dropped, corrupt);
        dropped = 0;
        corrupt = 0;
        return entry;
      }
      if (at != null && ahead.isEmpty()) {
        lookBehind(at);
      }
      close();
    }
    return null;
  }

  /** Notes what is missing before a record. */
  private void found(RecordReader in, Segment at) throws IOException {
    Missing earlier = between;
    if (earlier != null) {
      missing.add(earlier.before(in.receiveTimeNs()));
      between = null;
    }
    if (in.offset() > offset && offset < tornFrom(at)) {
      long units = Math.max(0, in.unitsBefore() - unitsBelow);
      missing.add(
          new Missing(offset, in.offset(), receiveTimeNs, in.receiveTimeNs(), units, true, false));
    }
    offset = in.last() + 1;
    position = in.position();
    receiveTimeNs = in.receiveTimeNs();
    unitsBelow = in.unitsBefore() + in.units();
  }

  /** Notes what is missing between two segments, or takes the place where the first one begins. */
  private void entered(SegmentHeader header, @Nullable Segment before) {
    if (offset < 0) {
      receiveTimeNs = header.lastReceiveTimeNs();
    } else {
      boolean isCut =
          before != null && header.previousFirst() == before.first && offset < header.previousEnd();
      long units = Math.max(0, header.unitsBefore() - unitsBelow);
      if (isCut || units > 0) {
        between =
            new Missing(
                offset,
                Math.max(offset + 1, isCut ? header.previousEnd() : header.first()),
                receiveTimeNs,
                Long.MAX_VALUE,
                units,
                true,
                deletedMeanwhile);
      }
    }
    deletedMeanwhile = false;
    offset = header.first();
    position = header.recordsAt();
    unitsBelow = header.unitsBefore();
    tornFrom = ahead.isEmpty() ? -1 : Long.MAX_VALUE;
  }

  private long tornFrom(Segment at) throws IOException {
    SegmentHeader header = at.header;
    if (tornFrom < 0 && header != null) {
      try {
        Path cursors = directory.resolve(Cursor.DIRECTORY);
        tornFrom = TornBatch.provenBelow(files, at, header, cursors);
      } catch (NoSuchFileException deleted) {
        tornFrom = Long.MAX_VALUE;
      }
    }
    return tornFrom;
  }

  /** Notes what was written behind the last whole record of the log, and is damaged. */
  private void lookBehind(Segment last) throws IOException {
    Missing earlier = between;
    if (earlier != null) {
      missing.add(earlier);
      between = null;
    }
    SegmentHeader header = last.header;
    if (header == null || position >= last.end()) {
      return;
    }
    WrongBytes.Records wrong;
    try (WrongBytes bytes = new WrongBytes(files, last, header)) {
      wrong = bytes.atEnd(position, offset, unitsBelow, last.end());
    } catch (NoSuchFileException deleted) {
      return; // just now, as above
    }
    if (wrong.isAny()) {
      missing.add(
          new Missing(
              offset,
              offset + Math.max(1, wrong.count()),
              receiveTimeNs,
              Long.MAX_VALUE,
              wrong.units(),
              wrong.isExact(),
              false));
    }
  }

  /** What the pass has not found up to where it is, and all files whose header cannot be read. */
  @Override
  public List<Missing> missing() {
    return List.copyOf(missing);
  }

  private long limit(Segment at) {
    Segment next = ahead.peekFirst();
    return next == null ? Long.MAX_VALUE : at.limitBefore(next);
  }

  private boolean enter() throws IOException {
    while (!ahead.isEmpty()) {
      Segment next = ahead.removeFirst();
      try {
        Segment.Opened opened = opened(next);
        SegmentHeader header = opened.segment().header;
        if (header == null) {
          opened.handle().close();
          continue;
        }
        entered(header, segment);
        segment = opened.segment();
        reader =
            new RecordReader(
                opened.handle(),
                segment.path,
                header,
                UnreadableBlocks.atOnce(),
                header.recordsAt(),
                header.first());
        return true;
      } catch (ReadFailedException unread) {
        Segment behind = ahead.peekFirst();
        long to = behind == null ? Long.MAX_VALUE : behind.first;
        missing.add(Missing.all(next.path, next.first, to, receiveTimeNs, Long.MAX_VALUE));
      } catch (NoSuchFileException deleted) {
        if (withKept && units >= 0) {
          throw new IOException("a segment was deleted while the past was read", deleted);
        }
        deletedMeanwhile = true;
      }
    }
    return false;
  }

  /** Returns at once: there is nothing to wait for. */
  @Override
  public void await(long timeoutNs) {}

  @Override
  public void seek(long offset) {
    throw new UnsupportedOperationException("one pass, forward");
  }

  @Override
  public long committed() {
    return 0;
  }

  @Override
  public byte[] state() {
    return new byte[0];
  }

  @Override
  public void commit(long next, byte[] state) {
    throw new UnsupportedOperationException("reads only");
  }

  @Override
  public long pendingUnits() {
    return 0;
  }

  @Override
  public long pendingBytes() {
    return 0;
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
