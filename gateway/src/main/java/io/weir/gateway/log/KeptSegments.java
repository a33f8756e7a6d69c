package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Segments that every consumer has passed, in a folder of their own, for those who read the past
 * again. They are no part of the log: nothing waits for them, and they do not count within its
 * bound. The oldest go when they are older or larger than the options allow, or when less room is
 * free on their disk than they take; all go when the log finds no room to write. Where the disk
 * does not delete them, no more are kept than a tenth above the bound.
 *
 * <p>Owned by the thread {@code log-sync} (and by the one that opens the log, before). Another may
 * {@link #pack} them.
 */
final class KeptSegments {

  private static final Logger LOG = LoggerFactory.getLogger(KeptSegments.class);

  private static final int TRIES = 3;

  /** So much above the bound, the disk has refused more than once. */
  private static final int STUCK_PART = 10;

  private static final long CHECK_NS = 10_000_000_000L;

  private final String name;
  private final FileSystem files;
  private final Path log;
  private final Path directory;
  private final LogOptions.Keep keep;
  private final int frameBytes;
  private final Time time;
  private final ClockSteps clock;
  private final Refusal refusal;
  private final Deque<One> oldestFirst = new ArrayDeque<>();
  private long bytes;
  private long checkedNs;
  private int failures;

  /**
   * The disk does not delete what is too much: nothing is added until it does, and then all goes.
   */
  private boolean stuck;

  private volatile Kept now = Kept.NOTHING;

  /** The oldest that can still be packed. */
  private volatile @Nullable One unpacked;

  /** A new file for one of them; set by {@link #pack}, cleared by log-sync. */
  private volatile @Nullable Packed packed;

  /**
   * @param fromNs when its first record was received
   * @param mayPack whether it is not packed, and was not tried in vain
   */
  private record One(Path path, long first, long bytes, long fromNs, boolean mayPack) {

    One from(long ns) {
      return new One(path, first, bytes, ns, mayPack);
    }

    One packed(long newBytes) {
      return new One(path, first, newBytes, fromNs, false);
    }
  }

  /**
   * @param temporary the new file; {@code null} if it is of no use
   */
  private record Packed(One old, @Nullable Path temporary, long bytes) {}

  private KeptSegments(
      String name, FileSystem files, Path log, LogOptions.Keep keep, int frameBytes, Time time) {
    this.name = name;
    this.files = files;
    this.log = log;
    this.directory = log.resolve(Kept.DIRECTORY);
    this.keep = keep;
    this.frameBytes = frameBytes;
    this.time = time;
    this.clock = new ClockSteps(time);
    this.refusal = new Refusal(time);
    this.checkedNs = time.elapsedNs();
  }

  /**
   * Finds what is kept; deletes it where nothing is to be kept any more.
   *
   * @throws IOException if the disk cannot list it
   */
  static KeptSegments open(
      String name, FileSystem files, Path log, LogOptions.Keep keep, int frameBytes, Time time)
      throws IOException {
    KeptSegments kept = new KeptSegments(name, files, log, keep, frameBytes, time);
    for (String file : files.list(kept.directory)) {
      if (Segment.isName(file)) {
        kept.find(kept.directory.resolve(file));
      } else if (file.endsWith(Segment.TEMPORARY_SUFFIX)) {
        files.delete(kept.directory.resolve(file)); // nothing is only there
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
      add(look(path, first, files.size(path)));
    } catch (IOException e) {
      LOG.warn("Log {}: {} cannot be read", name, path, e);
      add(new One(path, first, 0, 0, false));
    }
  }

  private One look(Path path, long first, long length) throws IOException {
    Beginning found = beginning(files, path);
    return new One(path, first, length, found.fromNs, found.mayPack);
  }

  /**
   * What a file says of itself.
   *
   * @param fromNs when its first record was received; 0 if it does not say
   * @param mayPack whether it can be packed
   */
  private record Beginning(long fromNs, boolean mayPack) {}

  private static Beginning beginning(FileSystem files, Path path) throws IOException {
    Segment.Opened opened = Segment.open(files, path);
    Segment segment = opened.segment();
    SegmentHeader header = segment.header;
    if (header == null) {
      opened.handle().close();
      return new Beginning(0, false);
    }
    UnreadableBlocks blocks = UnreadableBlocks.atOnce();
    try (RecordReader reader =
        new RecordReader(
            opened.handle(), path, header, blocks, header.recordsAt(), segment.first)) {
      boolean any = reader.next(segment.end(), Long.MAX_VALUE);
      return new Beginning(any ? reader.receiveTimeNs() : 0, !header.isPacked());
    }
  }

  /** One that does not say when its records were received goes with the one before it. */
  private void add(One one) {
    One before = oldestFirst.peekLast();
    boolean isKnown = one.fromNs != 0 || before == null;
    oldestFirst.addLast(isKnown ? one : one.from(before.fromNs));
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
    if (keep.isNothing() || stuck) {
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
    } catch (IOException e) {
      if (++failures % TRIES != 0) {
        throw e;
      }
      LOG.warn("Log {}: passed files cannot be kept in {}; they are deleted", name, directory, e);
      release();
      return false;
    }
    failures = 0;
    try {
      add(look(to, segment.first, segment.bytes()));
    } catch (IOException e) {
      LOG.warn("Log {}: {} cannot be read", name, to, e);
      add(new One(to, segment.first, segment.bytes(), 0, false));
    }
    publish();
    return true;
  }

  /**
   * Deletes what is too old or too much.
   *
   * @param newestNs the highest receive time of the log
   * @param oldestOfLogNs the highest receive time before the log's first segment, which ends the
   *     newest kept one
   */
  void prune(long newestNs, long oldestOfLogNs) {
    settle();
    if (stuck) {
      release(); // else there would be a hole behind it
      stuck = !oldestFirst.isEmpty();
    }
    if (oldestFirst.isEmpty()) {
      return;
    }
    clock.look();
    long most = Math.min(keep.bytes(), roomForThem());
    long now = Math.min(newestNs, time.wallNs()); // the clock may have been ahead
    int before = oldestFirst.size();
    while (!oldestFirst.isEmpty() && (bytes > most || isTooOld(endOfOldest(oldestOfLogNs), now))) {
      if (!deleteOldest()) {
        stuck = bytes > keep.bytes() + keep.bytes() / STUCK_PART;
        break;
      }
    }
    if (oldestFirst.size() != before) {
      publish();
    }
  }

  private boolean isTooOld(long endNs, long now) {
    return now - endNs - clock.aheadSince(endNs) > keep.age().toNanos();
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
      return usable == FileSystem.UNKNOWN_SPACE ? Long.MAX_VALUE : bytes / 2 + usable / 2;
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
      if (refusal.isToBeSaid()) {
        LOG.warn("Log {}: cannot delete {} yet; trying again", name, oldest.path, e);
      }
      return false;
    }
    refusal.ended();
    oldestFirst.removeFirst();
    bytes -= oldest.bytes;
    return true;
  }

  private void publish() {
    One oldest = oldestFirst.peekFirst();
    unpacked = oldestFirst.stream().filter(One::mayPack).findFirst().orElse(null);
    now = oldest == null ? Kept.NOTHING : new Kept(oldestFirst.size(), bytes, oldest.fromNs);
  }

  // ---- Packing

  /**
   * Packs the oldest that is not packed, on the caller's thread; log-sync then puts the new file in
   * its place. For one thread at a time.
   *
   * @param each run for each record; may throw, to give up
   * @return whether it did anything
   * @throws CancellationException if the file was deleted meanwhile
   * @throws IOException if the disk fails; nothing has changed then
   */
  boolean pack(Runnable each) throws IOException {
    One next = unpacked;
    if (next == null || packed != null || !hasRoomFor(next)) {
      return false;
    }
    Path temporary = next.path.resolveSibling(next.path.getFileName() + Segment.TEMPORARY_SUFFIX);
    try {
      Runnable whileThere =
          () -> {
            each.run();
            if (unpacked != next) {
              throw new CancellationException(); // it was deleted meanwhile
            }
          };
      SegmentRewriter.Result made = write(next.path, temporary, whileThere);
      boolean isOfUse = made.bytes() < next.bytes && !made.damaged();
      if (!isOfUse) {
        deleteNew(temporary);
      }
      packed = new Packed(next, isOfUse ? temporary : null, made.bytes());
      return true;
    } catch (IOException | RuntimeException e) {
      deleteNew(temporary);
      if (e instanceof NoSuchFileException) {
        return false; // the old one was deleted just now
      }
      throw e;
    }
  }

  private boolean hasRoomFor(One next) throws IOException {
    long usable = files.usableSpace(directory);
    return usable == FileSystem.UNKNOWN_SPACE || usable >= 2 * next.bytes;
  }

  private void deleteNew(Path temporary) {
    try {
      files.delete(temporary);
    } catch (IOException e) {
      LOG.warn("Log {}: cannot delete {}; the next start does", name, temporary, e);
    }
  }

  /** Writes and syncs a packed file of the same records. */
  private SegmentRewriter.Result write(Path from, Path to, Runnable each) throws IOException {
    Segment.Opened opened = Segment.open(files, from);
    RewriteRule keep =
        record -> {
          each.run();
          return RewriteRule.KEEP;
        };
    return SegmentRewriter.write(files, time, opened, to, frameBytes, keep, offset -> true);
  }

  /** Puts the new file in the place of the old one, unless that is gone. */
  private void settle() {
    Packed next = packed;
    if (next == null) {
      return;
    }
    Path temporary = next.temporary;
    long length = temporary == null ? next.old.bytes : next.bytes;
    try {
      if (temporary != null && oldestFirst.contains(next.old)) {
        files.rename(temporary, next.old.path);
        files.forceDirectory(directory);
      } else if (temporary != null) {
        files.delete(temporary);
      }
    } catch (IOException e) {
      LOG.warn("Log {}: cannot replace {} by a packed one", name, next.old.path, e);
      length =
          lengthOf(next.old); // which file has the name now; what is left the next start deletes
    }
    One after = next.old.packed(length);
    bytes += oldestFirst.contains(next.old) ? length - next.old.bytes : 0;
    List<One> all = List.copyOf(oldestFirst);
    oldestFirst.clear();
    all.forEach(one -> oldestFirst.addLast(one == next.old ? after : one));
    packed = null;
    publish();
  }

  private long lengthOf(One one) {
    try {
      return files.size(one.path);
    } catch (IOException e) {
      LOG.debug("Log {}: the length of {} is not known", name, one.path, e);
      return one.bytes;
    }
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
        fromNs = count == 0 ? beginning(files, path).fromNs : fromNs;
        count++;
      } catch (NoSuchFileException deleted) {
        LOG.debug("{} was deleted just now", path);
      }
    }
    return new Kept(count, bytes, fromNs);
  }
}
