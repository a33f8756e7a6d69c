package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes segments, the oldest first: those that every consumer has passed, and those that a log
 * drops at its bound. Owned by the thread {@code log-sync}.
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

  /** Segments that readers no longer see and whose files are not yet deleted. */
  private final Deque<Segment> deleting = new ArrayDeque<>();

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
      Cursors cursors) {
    this.name = name;
    this.files = files;
    this.directory = directory;
    this.dropAboveBytes = dropAboveBytes;
    this.buffer = buffer;
    this.segments = segments;
    this.cursors = cursors;
  }

  /** Units that were deleted before every cursor had passed them. For any thread. */
  long droppedUnits() {
    return droppedUnits.get();
  }

  /** At the bound of a log that drops its oldest segments: deletes them, read or not. */
  void dropOldest() {
    while (segments.count() > 1 && isAboveBound()) {
      Segment oldest = segments.first();
      Segment next = oldest == null ? null : segments.after(oldest);
      if (oldest == null || next == null) {
        return;
      }
      if (oldest.header != null && next.header != null && !cursors.haveRead(oldest)) {
        boolean isRewritten = oldest.header.isRewritten(); // what is not left was counted then
        droppedUnits.addAndGet(
            isRewritten
                ? oldest.header.unitsLeft()
                : next.header.unitsBefore() - oldest.header.unitsBefore());
      }
      if (!delete(oldest)) {
        return;
      }
    }
  }

  private boolean isAboveBound() {
    AppendBuffer.Level level = buffer.level();
    return level.bytes() > dropAboveBytes - 2 * level.headerBytes();
  }

  /** Deletes the segments that every consumer has passed. */
  void deletePassed() {
    Segment oldest = segments.first();
    while (oldest != null && oldest != segments.last() && cursors.havePassed(oldest)) {
      delete(oldest);
      oldest = segments.first();
    }
    deleteFiles();
  }

  private boolean delete(Segment segment) {
    segments.remove(segment);
    deleting.addLast(segment);
    return deleteFiles();
  }

  /** Oldest first, each made durable before the next, so that a crash leaves no hole. */
  private boolean deleteFiles() {
    while (!deleting.isEmpty()) {
      Segment segment = deleting.getFirst();
      try {
        files.delete(segment.path);
        files.forceDirectory(directory);
        buffer.addBytes(-segment.end());
      } catch (IOException e) {
        LOG.warn("Log {}: cannot delete {} yet; trying again", name, segment.path, e);
        return false;
      }
      deleting.removeFirst();
    }
    return true;
  }
}
