package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes segments, the oldest first: those that every consumer has passed, and those that a log
 * drops at its bound. One of which the disk returned nothing is set apart instead. Owned by the
 * thread {@code log-sync}.
 */
final class Removal {

  private static final Logger LOG = LoggerFactory.getLogger(Removal.class);

  private final String name;
  private final FileSystem files;
  private final Path directory;
  private final long dropAboveBytes;
  private final AppendBuffer buffer;
  private final Segments segments;
  private final Cursors cursors;
  private final KeptSegments kept;

  /** Segments that readers no longer see and whose files are not yet deleted. */
  private final Deque<Leaving> deleting = new ArrayDeque<>();

  /** Why the first of them cannot be deleted, if it cannot. */
  private @Nullable IOException refused;

  private final Refusal refusal;

  /**
   * @param passed whether every consumer has passed it, so that it may be kept
   */
  private record Leaving(Segment segment, boolean passed) {}

  private final AtomicLong droppedUnits = new AtomicLong();

  /**
   * @param dropAboveBytes bytes above which the oldest segments are deleted, read or not
   */
  Removal(
      String name,
      FileSystem files,
      Path directory,
      long dropAboveBytes,
      AppendBuffer buffer,
      Segments segments,
      Cursors cursors,
      KeptSegments kept,
      Time time) {
    this.name = name;
    this.files = files;
    this.directory = directory;
    this.dropAboveBytes = dropAboveBytes;
    this.buffer = buffer;
    this.segments = segments;
    this.cursors = cursors;
    this.kept = kept;
    this.refusal = new Refusal(time);
  }

  /** Units that were deleted before every cursor had passed them. For any thread. */
  long droppedUnits() {
    return droppedUnits.get();
  }

  /**
   * At the bound of a log that drops its oldest segments: deletes them, read or not.
   *
   * @throws IOException if the log is above its bound because the disk keeps a file from being
   *     deleted; no other is dropped in its place
   */
  void makeRoom() throws IOException {
    while (isAboveBound()) {
      deleteFiles();
      IOException cause = refused;
      if (cause != null) {
        throw new IOException(
            "it is full, and " + deleting.getFirst().segment().path + " cannot be deleted", cause);
      }
      if (!isAboveBound() || !dropOldest()) {
        return;
      }
    }
  }

  private boolean dropOldest() {
    Segment oldest = segments.first();
    Segment next = oldest == null ? null : segments.after(oldest);
    if (oldest == null || next == null) {
      return false;
    }
    if (oldest.header != null && next.header != null && !cursors.haveRead(oldest)) {
      boolean isRewritten = oldest.header.isRewritten(); // what is not left was counted then
      droppedUnits.addAndGet(
          isRewritten
              ? oldest.header.unitsLeft()
              : next.header.unitsBefore() - oldest.header.unitsBefore());
    }
    delete(oldest, false);
    return true;
  }

  private boolean isAboveBound() {
    AppendBuffer.Level level = buffer.level();
    return level.bytes() > dropAboveBytes - 2 * level.headerBytes();
  }

  /** Deletes the segments that every consumer has passed, or has them kept. */
  void deletePassed() {
    Segment oldest = segments.first();
    while (oldest != null && oldest != segments.last() && cursors.havePassed(oldest)) {
      delete(oldest, true);
      oldest = segments.first();
    }
    deleteFiles();
    SegmentHeader first = oldest == null ? null : oldest.header;
    long newestNs = buffer.level().lastReceiveTimeNs();
    kept.prune(newestNs, first == null ? newestNs : first.lastReceiveTimeNs());
  }

  /** The disk has no room for the log: what is only kept goes first. */
  void releaseKept() {
    kept.release();
  }

  private void delete(Segment segment, boolean passed) {
    segments.remove(segment);
    deleting.addLast(new Leaving(segment, passed));
    deleteFiles();
  }

  /** Oldest first, each made durable before the next, so that a crash leaves no hole. */
  private void deleteFiles() {
    refused = null;
    while (!deleting.isEmpty()) {
      Leaving leaving = deleting.getFirst();
      Segment segment = leaving.segment();
      try {
        if (!segment.isReturned()) {
          setApart(segment);
        } else if (!(leaving.passed() && kept.take(segment))) {
          files.delete(segment.path);
          files.forceDirectory(directory);
        }
        buffer.addBytes(-segment.bytes());
      } catch (IOException e) {
        if (refusal.isToBeSaid()) {
          LOG.warn("Log {}: cannot delete {} yet; trying again", name, segment.path, e);
        }
        refused = e;
        return;
      }
      refusal.ended();
      deleting.removeFirst();
    }
  }

  /** What the disk returned nothing of may be whole, so it is left to people. */
  private void setApart(Segment segment) throws IOException {
    Path apart =
        segment.path.resolveSibling(segment.path.getFileName() + Segment.UNREADABLE_SUFFIX);
    try {
      files.rename(segment.path, apart);
    } catch (NoSuchFileException moved) {
      LOG.debug("Log {}: {} was moved before", name, segment.path); // by a try that failed late
    }
    files.forceDirectory(directory);
    LOG.warn(
        "Log {}: {} is not deleted, because the disk returned nothing of it: it is {} now",
        name,
        segment.path,
        apart.getFileName());
  }
}
