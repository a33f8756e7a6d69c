package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Segments that every consumer has passed, in a folder of their own, for those who read the past
 * again. They are no part of the log: nothing waits for them, and they do not count within its
 * bound. The oldest go when they are older or larger than the options allow, or when less room is
 * free on their disk than they take; all go when the log finds no room to write.
 *
 * <p>Owned by the thread {@code log-sync} (and by the one that opens the log, before).
 */
final class KeptSegments {

  private static final Logger LOG = LoggerFactory.getLogger(KeptSegments.class);

  private static final int TRIES = 3;
  private static final long CHECK_NS = 10_000_000_000L;

  private final String name;
  private final FileSystem files;
  private final Path log;
  private final Path directory;
  private final LogOptions.Keep keep;
  private final Time time;
  private final Deque<One> oldestFirst = new ArrayDeque<>();
  private long bytes;
  private long checkedNs;
  private int failures;
  private volatile Kept now = Kept.NOTHING;

  /**
   * @param fromNs when its first record was received
   */
  private record One(Path path, long first, long bytes, long fromNs) {}

  private KeptSegments(String name, FileSystem files, Path log, LogOptions.Keep keep, Time time) {
    this.name = name;
    this.files = files;
    this.log = log;
    this.directory = log.resolve(Kept.DIRECTORY);
    this.keep = keep;
    this.time = time;
    this.checkedNs = time.elapsedNs();
  }

  /**
   * Finds what is kept; deletes it where nothing is to be kept any more.
   *
   * @throws IOException if the disk cannot list it
   */
  static KeptSegments open(String name, FileSystem files, Path log, LogOptions.Keep keep, Time time)
      throws IOException {
    KeptSegments kept = new KeptSegments(name, files, log, keep, time);
    for (String file : files.list(kept.directory)) {
      if (Segment.isName(file)) {
        kept.find(kept.directory.resolve(file));
      }
    }
    kept.publish();
    if (keep.isNothing()) {
      kept.release();
    }
    return kept;
  }

  private void find(Path path) {
    long first = Segment.firstOf(path.getFileName().toString());
    try {
      add(new One(path, first, files.size(path), fromNs(files, path, first)));
    } catch (IOException e) {
      LOG.warn("Log {}: {} cannot be read and is not kept", name, path, e);
      add(new One(path, first, 0, 0));
    }
  }

  /**
   * When its first record was received; 0 for one that cannot be read, which goes as the oldest.
   */
  private static long fromNs(FileSystem files, Path path, long first) throws IOException {
    try (FileSystem.Handle handle = files.open(path, FileSystem.Mode.READ)) {
      SegmentHeader header = SegmentHeader.read(handle, path, first);
      if (header == null) {
        return 0;
      }
      UnreadableBlocks blocks = UnreadableBlocks.atOnce();
      try (RecordReader reader =
          new RecordReader(handle, path, header, blocks, header.recordsAt(), first)) {
        long end = header.endIn(files.size(path));
        return reader.next(end, Long.MAX_VALUE) ? reader.receiveTimeNs() : 0;
      }
    }
  }

  private void add(One one) {
    oldestFirst.addLast(one);
    bytes += one.bytes;
  }

  /** What is kept now. For any thread. */
  Kept now() {
    return now;
  }

  /**
   * Takes the file of a segment out of the log, durably. Where the disk refuses that again and
   * again, nothing older is kept either: there is no hole in what is kept.
   *
   * @return whether it was taken; else its file is to be deleted
   * @throws IOException if it is to be tried again
   */
  boolean take(Segment segment) throws IOException {
    if (keep.isNothing()) {
      return false;
    }
    Path to = directory.resolve(segment.path.getFileName());
    try {
      files.createDirectories(directory);
      try {
        files.rename(segment.path, to);
      } catch (NoSuchFileException moved) {
        LOG.debug("Log {}: {} was taken before", name, segment.path); // by a try that failed late
      }
      files.forceDirectory(directory);
      files.forceDirectory(log);
      add(new One(to, segment.first, segment.bytes(), fromNs(files, to, segment.first)));
      failures = 0;
      publish();
      return true;
    } catch (IOException e) {
      if (++failures % TRIES != 0) {
        throw e;
      }
      LOG.warn("Log {}: passed files cannot be kept in {}; they are deleted", name, directory, e);
      release();
      return false;
    }
  }

  /**
   * Deletes what is too old or too much.
   *
   * @param newestNs the highest receive time of the log
   * @param oldestOfLogNs the highest receive time before the log's first segment, which ends the
   *     newest kept one
   */
  void prune(long newestNs, long oldestOfLogNs) {
    if (oldestFirst.isEmpty()) {
      return;
    }
    long most = Math.min(keep.bytes(), roomForThem());
    int before = oldestFirst.size();
    while (!oldestFirst.isEmpty()
        && (bytes > most || endOfOldest(oldestOfLogNs) < newestNs - keep.age().toNanos())) {
      if (!deleteOldest()) {
        break;
      }
    }
    if (oldestFirst.size() != before) {
      publish();
    }
  }

  private long endOfOldest(long oldestOfLogNs) {
    long end = oldestOfLogNs;
    int place = 0;
    for (One one : oldestFirst) {
      if (place++ == 1) {
        return one.fromNs;
      }
    }
    return end;
  }

  /** They take no more than what is free beside them; asked each ten seconds. */
  private long roomForThem() {
    long elapsed = time.elapsedNs();
    if (elapsed - checkedNs < CHECK_NS) {
      return Long.MAX_VALUE;
    }
    checkedNs = elapsed;
    try {
      long usable = files.usableSpace(log);
      return usable == FileSystem.UNKNOWN_SPACE ? Long.MAX_VALUE : (bytes + usable) / 2;
    } catch (IOException e) {
      LOG.debug("Log {}: the free space of {} is not known", name, log, e);
      return Long.MAX_VALUE;
    }
  }

  /** The log needs the room: all go. */
  void release() {
    while (!oldestFirst.isEmpty() && deleteOldest()) {
      // the next
    }
    publish();
  }

  private boolean deleteOldest() {
    One oldest = oldestFirst.getFirst();
    try {
      files.delete(oldest.path);
    } catch (IOException e) {
      LOG.warn("Log {}: cannot delete {} yet; trying again", name, oldest.path, e);
      return false;
    }
    oldestFirst.removeFirst();
    bytes -= oldest.bytes;
    return true;
  }

  private void publish() {
    One oldest = oldestFirst.peekFirst();
    now = oldest == null ? Kept.NOTHING : new Kept(oldestFirst.size(), bytes, oldest.fromNs);
  }

  /** Where a segment is that the log no longer holds. */
  static Path pathOf(Path log, long first) {
    return log.resolve(Kept.DIRECTORY).resolve(Segment.fileName(first));
  }

  /** The segments kept beside a log, which another process may change meanwhile. */
  static Kept look(Path log, FileSystem files) throws IOException {
    Path directory = log.resolve(Kept.DIRECTORY);
    int count = 0;
    long bytes = 0;
    long fromNs = 0;
    for (String file : files.list(directory)) {
      if (!Segment.isName(file)) {
        continue;
      }
      Path path = directory.resolve(file);
      try {
        bytes += files.size(path);
        fromNs = count == 0 ? fromNs(files, path, Segment.firstOf(file)) : fromNs;
        count++;
      } catch (NoSuchFileException deleted) {
        LOG.debug("{} was deleted just now", path);
      }
    }
    return new Kept(count, bytes, fromNs);
  }
}
