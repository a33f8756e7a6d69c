package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The segment being written. Owned by the thread {@code log-sync}. */
final class Tail implements Closeable {

  private final FileSystem files;
  private final Segment segment;
  private final FileSystem.Handle handle;
  private final @Nullable Object identity;
  private final RecordHeader recordHeader;
  private long position;

  private Tail(FileSystem files, Segment segment, FileSystem.Handle handle, long salt)
      throws IOException {
    this.files = files;
    this.segment = segment;
    this.handle = handle;
    this.identity = files.identity(segment.path);
    this.recordHeader = new RecordHeader(salt);
    position = segment.end();
  }

  /** Continues a recovered segment. */
  static Tail resume(FileSystem files, Segment segment, SegmentHeader header) throws IOException {
    FileSystem.Handle handle = files.open(segment.path, FileSystem.Mode.WRITE);
    try {
      return new Tail(files, segment, handle, header.salt());
    } catch (IOException e) {
      try (handle) {
        throw e;
      }
    }
  }

  /** Creates a segment file; it gets its name only once its header is on stable storage. */
  static Tail create(FileSystem files, Path directory, SegmentHeader header, byte[] runningTotal)
      throws IOException {
    Path path = directory.resolve(Segment.fileName(header.first()));
    Path temporary = directory.resolve(path.getFileName() + Segment.TEMPORARY_SUFFIX);
    FileSystem.Handle handle = files.open(temporary, FileSystem.Mode.WRITE);
    try {
      handle.truncate(0);
      ByteBuffer copy = header.encode(runningTotal);
      handle.write(copy, 0);
      handle.write(copy.rewind(), header.copyBytes());
      handle.force();
      files.rename(temporary, path);
      files.forceDirectory(directory);
      Segment segment = new Segment(path, header.first(), header, header.recordsAt());
      return new Tail(files, segment, handle, header.salt());
    } catch (IOException | RuntimeException e) {
      try (handle) {
        files.delete(temporary);
        files.delete(path);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  Segment segment() {
    return segment;
  }

  /** Length of the file so far. */
  long position() {
    return position;
  }

  /** Length of the records in it. */
  long recordBytes() {
    return position - segment.recordsAt();
  }

  boolean isEmpty() {
    return position == segment.recordsAt();
  }

  /** Makes the checksums of records in this segment. */
  RecordHeader recordHeader() {
    return recordHeader;
  }

  /**
   * Writes whole records and syncs them; only then may they be served. What is synced into a file
   * that has lost its name is lost too.
   */
  void append(ByteBuffer records) throws IOException {
    int length = records.remaining();
    handle.write(records, position);
    handle.force();
    if (!Objects.equals(identity, files.identity(segment.path))) {
      throw new IOException(segment.path + " was removed or replaced under the running gateway");
    }
    files.checkPlace();
    position += length;
  }

  /** After a failure: cuts off what was not synced. */
  void cut() throws IOException {
    handle.truncate(position);
    handle.force();
  }

  @Override
  public void close() throws IOException {
    handle.close();
  }
}
