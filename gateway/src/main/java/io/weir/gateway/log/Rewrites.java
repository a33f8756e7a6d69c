package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes segments again with less in them. The new file is made by the caller of {@link #write},
 * and put in the place of the old one by {@link #round}, which the thread {@code log-sync} repeats.
 * Between the two, one new file waits.
 */
final class Rewrites {

  private static final Logger LOG = LoggerFactory.getLogger(Rewrites.class);

  /** A new file is used if it is shorter by this part of the old records at least. */
  private static final int LEAST_FREED_PART = 10;

  private final String name;
  private final FileSystem files;
  private final Path directory;
  private final Time time;
  private final AppendBuffer buffer;
  private final Segments segments;
  private final Cursors cursors;
  private final boolean packs;
  private final int frameBytes;
  private final AtomicLong droppedUnits = new AtomicLong();

  /**
   * A new file on stable storage, under a temporary name.
   *
   * @param identity tells it from the old file
   */
  private record Waiting(
      Rewrite rewrite,
      Segment old,
      Segment made,
      Path temporary,
      @Nullable Object identity,
      long droppedUnread) {}

  /** Set by the caller of {@link #write}, cleared by log-sync. */
  private volatile @Nullable Waiting waiting;

  /** The new file has the name, but a crash could bring the old one back. Owned by log-sync. */
  private boolean isRenamed;

  Rewrites(
      String name,
      FileSystem files,
      Path directory,
      Time time,
      AppendBuffer buffer,
      Segments segments,
      Cursors cursors,
      boolean packs,
      int frameBytes) {
    this.name = name;
    this.files = files;
    this.directory = directory;
    this.time = time;
    this.buffer = buffer;
    this.segments = segments;
    this.cursors = cursors;
    this.packs = packs;
    this.frameBytes = frameBytes;
  }

  /** Units that rewrites dropped before every cursor had passed them. */
  long droppedUnits() {
    return droppedUnits.get();
  }

  // ---- Any thread

  /** See {@link SegmentLog#sealed}. */
  List<SealedSegment> sealed() {
    List<SealedSegment> sealed = new ArrayList<>();
    List<Segment> all = segments.all();
    for (int i = 0; i + 1 < all.size(); i++) {
      Segment segment = all.get(i);
      SegmentHeader header = segment.header;
      SegmentHeader next = all.get(i + 1).header;
      if (header != null && next != null && isRewritable(segment, all.subList(i + 1, all.size()))) {
        long units = next.unitsBefore() - header.unitsBefore();
        sealed.add(
            new SealedSegment(
                segment.first,
                segment.limit(),
                segment.bytes(),
                units,
                header.isRewritten() ? header.unitsLeft() : units,
                header.isPacked(),
                cursors.waitingFor(segment)));
      }
    }
    return List.copyOf(sealed);
  }

  /**
   * Whether the header is whole, and a record follows: a consumer learns what was dropped with the
   * next record.
   */
  private static boolean isRewritable(Segment segment, List<Segment> behind) {
    return segment.hasOwnHeader()
        && segment.sealed()
        && behind.stream().anyMatch(Segment::mayHoldRecords);
  }

  // ---- The caller

  /** See {@link SegmentLog#rewrite}. */
  Rewrite write(long first, RewriteRule rule) throws IOException {
    if (waiting != null) {
      throw new IllegalStateException("a rewrite of log " + name + " still waits");
    }
    boolean known = sealed().stream().anyMatch(one -> one.first() == first);
    Segment old = segments.at(first);
    if (!known || old == null) {
      return new Rewrite(first, 0, 0, 0, Rewrite.State.FAILED);
    }
    checkSpace(old);
    FileSystem.Handle handle = segments.open(old);
    if (handle == null) {
      return new Rewrite(first, 0, 0, 0, Rewrite.State.FAILED);
    }
    Path temporary = directory.resolve(old.path.getFileName() + Segment.TEMPORARY_SUFFIX);
    try {
      return decide(old, temporary, writeFile(new Segment.Opened(old, handle), temporary, rule));
    } catch (IOException | RuntimeException e) {
      deleteNew(temporary);
      throw e;
    }
  }

  /** The new file is beside the old one for a time; it must not take the room of the appends. */
  private void checkSpace(Segment old) throws IOException {
    long usable = files.usableSpace(directory);
    if (usable != FileSystem.UNKNOWN_SPACE && usable < 2 * old.bytes()) {
      throw new IOException("the disk is too full for another file beside " + old.path);
    }
  }

  private SegmentRewriter.Result writeFile(Segment.Opened old, Path temporary, RewriteRule rule)
      throws IOException {
    long readByAll = cursors.lowestPosition();
    int frame = packs || old.segment().isPacked() ? frameBytes : 0;
    return SegmentRewriter.write(
        files, time, old, temporary, frame, rule, offset -> offset < readByAll);
  }

  private Rewrite decide(Segment old, Path temporary, SegmentRewriter.Result made)
      throws IOException {
    long records = old.bytes() - old.recordsAt();
    Rewrite.State state = Rewrite.State.WAITING;
    if (made.damaged() && made.dropped() == 0) {
      state = Rewrite.State.DAMAGED;
    } else if (old.bytes() - made.bytes() < records / LEAST_FREED_PART) {
      state = Rewrite.State.TOO_LITTLE;
    }
    Rewrite rewrite = new Rewrite(old.first, old.bytes(), made.bytes(), made.dropped(), state);
    if (state == Rewrite.State.WAITING) {
      Segment by = new Segment(old.path, old.first, made.header(), made.bytes());
      by.seal(old.limit());
      waiting =
          new Waiting(rewrite, old, by, temporary, files.identity(temporary), made.droppedUnread());
      buffer.requestCleanup();
    } else {
      deleteNew(temporary);
    }
    return rewrite;
  }

  /** What cannot be deleted is deleted by the next start. */
  private void deleteNew(Path temporary) {
    try {
      files.delete(temporary);
    } catch (IOException e) {
      LOG.warn("Log {}: cannot delete {}; the next start does", name, temporary, e);
    }
  }

  // ---- The thread log-sync

  /** Puts the new file that waits in the place of the old one. */
  void round() {
    Waiting next = waiting;
    if (next == null) {
      return;
    }
    if (!isRenamed) {
      if (segments.at(next.old.first) != next.old) {
        deleteNew(next.temporary);
        settle(next, Rewrite.State.FAILED);
        return;
      }
      rename(next);
    }
    if (isRenamed) {
      force(next);
    }
  }

  private void rename(Waiting next) {
    segments.beginReplacing();
    IOException cause;
    try {
      files.rename(next.temporary, next.old.path);
      renamed(next);
      return;
    } catch (IOException e) {
      cause = e;
    }
    // One that failed may have happened. Readers must know which file they open.
    try {
      if (next.identity != null && next.identity.equals(files.identity(next.old.path))) {
        renamed(next);
        return;
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
      LOG.error("Log {}: the disk does not say what {} is now", name, next.old.path, cause);
      segments.replacingUndecided(next.old, cause);
      return;
    }
    LOG.error("Log {}: cannot replace {}; it stays as it is", name, next.old.path, cause);
    segments.endReplacing(next.old, null);
    deleteNew(next.temporary);
    settle(next, Rewrite.State.FAILED);
  }

  private void renamed(Waiting next) {
    segments.endReplacing(next.old, next.made);
    droppedUnits.addAndGet(next.droppedUnread);
    isRenamed = true;
  }

  /** The room is free only once a crash cannot bring the old file back. */
  private void force(Waiting next) {
    try {
      files.forceDirectory(directory);
    } catch (IOException e) {
      LOG.warn("Log {}: cannot sync {} yet; trying again", name, directory, e);
      return;
    }
    buffer.addBytes(next.made.bytes() - next.old.bytes());
    long less = next.rewrite.unitsDropped();
    LOG.atLevel(less == 0 ? Level.DEBUG : Level.INFO) // packed only
        .log(
            "Log {}: wrote {} again, {} readings less, {} bytes instead of {}",
            name,
            next.old.path,
            less,
            next.made.bytes(),
            next.old.bytes());
    isRenamed = false;
    settle(next, Rewrite.State.DONE);
  }

  private void settle(Waiting next, Rewrite.State state) {
    waiting = null;
    next.rewrite.state(state);
  }
}
