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
 * corrupt: damage destroyed them, or the log deleted their file during the pass. There is no
 * position to commit. Owned by one thread.
 */
public final class LogReader implements Feed {

  private final FileSystem files;
  private final Path directory;
  private final boolean withKept;
  private final String name;
  private final Deque<Segment> ahead = new ArrayDeque<>();
  private final List<Segment> headless = new ArrayList<>();
  private @Nullable Segment segment;
  private @Nullable RecordReader reader;

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
    SortedSet<String> names = new TreeSet<>(files.list(directory));
    if (withKept) { // after the log itself: one that is taken out of it meanwhile is in either list
      names.addAll(files.list(directory.resolve(Kept.DIRECTORY)));
    }
    for (String file : names) {
      if (Segment.isName(file)) {
        open(directory.resolve(file), Segment.firstOf(file));
      }
    }
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
    begin(head, head != null && head.first <= offset);
  }

  private void begin(@Nullable Segment head, boolean skipsAllBefore) {
    if (head != null) {
      ahead.addFirst(head);
      headless.removeIf(each -> skipsAllBefore && each.first < head.first);
    }
  }

  /**
   * The files that are left out because their header cannot be read, from the beginning of the pass
   * up to a record. What was in one between two others counts as corrupt; of the first or the last
   * nobody knows how much it was.
   */
  public List<Path> unreadable(long below) {
    return headless.stream().filter(each -> each.first < below).map(each -> each.path).toList();
  }

  /** Leaves out the segments that hold only records received before a time. */
  public void skipToTime(long receiveTimeNs) {
    Segment head = ahead.pollFirst();
    while (head != null && isBehind(ahead.peekFirst(), receiveTimeNs)) {
      head = ahead.pollFirst();
    }
    begin(head, isBehind(head, receiveTimeNs));
  }

  /** Leaves out the oldest segments, until the others have so many bytes at most; one stays. */
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

  private void open(Path path, long first) throws IOException {
    try {
      Segment found = Segment.read(files, path);
      if (found.header != null) {
        ahead.addLast(found);
      } else {
        headless.add(found);
      }
    } catch (NoSuchFileException deleted) {
      Path kept = KeptSegments.pathOf(directory, first);
      if (withKept && !path.equals(kept)) {
        open(kept, first);
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
      close();
    }
    return null;
  }

  private long limit(Segment at) {
    Segment next = ahead.peekFirst();
    return next == null ? Long.MAX_VALUE : at.limitBefore(next);
  }

  private boolean enter() throws IOException {
    while (!ahead.isEmpty()) {
      try {
        Segment.Opened opened = opened(ahead.removeFirst());
        SegmentHeader header = opened.segment().header;
        if (header == null) {
          opened.handle().close();
          continue;
        }
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
      } catch (NoSuchFileException deleted) {
        if (withKept && units >= 0) {
          throw new IOException("a segment was deleted while the past was read", deleted);
        }
        // else deleted just now, as above
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
