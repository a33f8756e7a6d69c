package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Copies a log that another process may be writing, so that no cursor of the copy is beyond its
 * records, and no record that a cursor of the copy still needs is missing.
 *
 * <p>The order makes it so. First all segments are opened: a file that is open can be read to its
 * end even if the gateway deletes it. Then the cursors are copied. Then the segments that were
 * begun meanwhile are opened too, and all are copied. So the records are those of a later moment
 * than the cursors, and reach back to an earlier one. The newest segment may end in part of a
 * record; the next start cuts it, as after a crash.
 *
 * <p>Owned by one thread.
 */
public final class LogSnapshot implements Closeable {

  private final Path directory;
  private final FileSystem files;
  private final NavigableMap<Long, Opened> opened = new TreeMap<>();

  private record Opened(Path path, FileSystem.Handle handle, long previousFirst) {}

  private LogSnapshot(Path directory, FileSystem files) {
    this.directory = directory;
    this.files = files;
  }

  /** Opens all segments. A log that does not exist yet has none. */
  public static LogSnapshot open(Path directory, FileSystem files) throws IOException {
    LogSnapshot snapshot = new LogSnapshot(directory, files);
    try {
      snapshot.openNew();
      return snapshot;
    } catch (IOException e) {
      snapshot.close();
      throw e;
    }
  }

  private void openNew() throws IOException {
    for (String name : files.list(directory)) {
      if (Segment.isName(name) && !opened.containsKey(Segment.firstOf(name))) {
        open(directory.resolve(name), Segment.firstOf(name));
      }
    }
  }

  private void open(Path path, long first) throws IOException {
    FileSystem.Handle handle;
    try {
      handle = files.open(path, FileSystem.Mode.READ);
    } catch (NoSuchFileException deleted) {
      return; // deleted just now: every consumer is done with it
    }
    SegmentHeader header;
    try {
      header = SegmentHeader.read(handle, path, first);
    } catch (IOException e) {
      handle.close();
      throw e;
    }
    opened.put(first, new Opened(path, handle, header == null ? first : header.previousFirst()));
  }

  /** Bytes of the files that are open, about. */
  public long bytes() throws IOException {
    long bytes = 0;
    for (Opened each : opened.values()) {
      bytes += sizeOf(each.path());
    }
    return bytes;
  }

  private long sizeOf(Path path) throws IOException {
    try {
      return files.size(path);
    } catch (NoSuchFileException deleted) {
      return 0;
    }
  }

  /**
   * Copies the cursors to the directory of a copy.
   *
   * @throws IOException if one is damaged, or cannot be read or written
   */
  public void copyCursors(Path to) throws IOException {
    Path where = directory.resolve(Cursor.DIRECTORY);
    Path copies = to.resolve(Cursor.DIRECTORY);
    for (String name : Cursor.names(files, where)) {
      files.createDirectories(copies);
      AtomicFile.copy(files, Cursor.path(where, name), Cursor.path(copies, name));
    }
  }

  /**
   * Opens the segments begun since.
   *
   * @return false if one was begun and deleted again meanwhile: then another snapshot is needed
   */
  public boolean extend() throws IOException {
    long last = opened.isEmpty() ? -1 : opened.lastKey();
    openNew();
    Map.Entry<Long, Opened> before = null;
    for (Map.Entry<Long, Opened> each : opened.entrySet()) {
      boolean isNew = each.getKey() > last;
      // The first segment of a log names itself as the one before.
      long named = each.getValue().previousFirst();
      if (isNew && (before == null ? named < each.getKey() : named > before.getKey())) {
        return false;
      }
      before = each;
    }
    return true;
  }

  /** Copies the segments to the directory of a copy, durably. */
  public void copySegments(Path to) throws IOException {
    if (opened.isEmpty()) {
      return;
    }
    files.createDirectories(to);
    for (Map.Entry<Long, Opened> each : opened.entrySet()) {
      Opened segment = each.getValue();
      // The newest one grows, unless it was deleted; the others are read to their end.
      long size = each.getKey().equals(opened.lastKey()) ? sizeOf(segment.path()) : 0;
      long most = size > 0 ? size : Long.MAX_VALUE;
      Path copy = to.resolve(Segment.fileName(each.getKey()));
      try (FileSystem.Handle handle = files.open(copy, FileSystem.Mode.WRITE)) {
        FileCopy.upTo(segment.handle(), most, handle);
        handle.force();
      }
    }
    files.forceDirectory(to);
  }

  @Override
  public void close() throws IOException {
    for (Opened each : opened.values()) {
      each.handle().close();
    }
  }
}
