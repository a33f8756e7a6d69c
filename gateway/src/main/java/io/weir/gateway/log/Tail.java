package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The segment being written. Owned by the thread {@code log-sync}. */
final class Tail implements Closeable {

  private final Segment segment;
  private final FileSystem.Handle handle;
  private final RecordHeader recordHeader;
  private long position;

  private Tail(Segment segment, FileSystem.Handle handle, long salt) {
    this.segment = segment;
    this.handle = handle;
    this.recordHeader = new RecordHeader(salt);
    position = segment.end();
  }

  /** Continues a recovered segment. */
  static Tail resume(FileSystem files, Segment segment, SegmentHeader header) throws IOException {
    return new Tail(segment, files.open(segment.path, FileSystem.Mode.WRITE), header.salt());
  }

  /** Creates a segment file; it gets its name only once its header is on stable storage. */
  static Tail create(FileSystem files, Path directory, SegmentHeader header) throws IOException {
    Path path = directory.resolve(Segment.fileName(header.first()));
    Path temporary = directory.resolve(path.getFileName() + Segment.TEMPORARY_SUFFIX);
    FileSystem.Handle handle = files.open(temporary, FileSystem.Mode.WRITE);
    try {
      handle.truncate(0);
      handle.write(header.encode(), 0);
      handle.force();
      files.rename(temporary, path);
      files.forceDirectory(directory);
      Segment segment = new Segment(path, header.first(), header, header.recordsAt());
      return new Tail(segment, handle, header.salt());
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

  boolean isEmpty() {
    return position == segment.recordsAt();
  }

  /** The checksum of a record in this segment. */
  int crc(ByteBuffer records, int at, int length) {
    return recordHeader.crc(records, at, length);
  }

  /** Writes whole records and syncs them; only then may they be served. */
  void append(ByteBuffer records) throws IOException {
    int length = records.remaining();
    handle.write(records, position);
    handle.force();
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
