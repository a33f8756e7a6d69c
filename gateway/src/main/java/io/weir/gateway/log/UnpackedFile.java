package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A packed segment as it would be if its records were not packed; only for reading, from the first
 * record on. Zeros stand for the records of a damaged frame. A read of a frame that the disk does
 * not return fails, and may be repeated. Owned by one thread.
 */
final class UnpackedFile implements FileSystem.Handle {

  private static final int BLOCK = UnreadableBlocks.BLOCK_BYTES;
  private static final ByteBuffer ZEROS = ByteBuffer.allocate(BLOCK).asReadOnlyBuffer();

  private final FileSystem.Handle handle;
  private final Path file;
  private final SegmentHeader header;
  private final RecordHeader recordHeader;

  /** Made with the first frame that is packed: many files are opened for their header alone. */
  private Frame.@Nullable Unpacker unpacker;

  private @Nullable Frames frames;
  private @Nullable Frame unpacked;

  /** Of that frame; {@code null} if they are damaged. */
  private @Nullable ByteBuffer records;

  /**
   * @param handle of the packed file; closed with this
   */
  UnpackedFile(FileSystem.Handle handle, Path file, SegmentHeader header) {
    this.handle = handle;
    this.file = file;
    this.header = header;
    recordHeader = new RecordHeader(header.salt());
  }

  /** The file itself, unless its records are packed. */
  static FileSystem.Handle of(FileSystem.Handle handle, Path file, SegmentHeader header) {
    return header.isPacked() ? new UnpackedFile(handle, file, header) : handle;
  }

  @Override
  public int read(ByteBuffer into, long position) throws IOException {
    if (position < header.recordsAt()) {
      throw new IllegalArgumentException(position + " is before the records of " + file);
    }
    Frames all = frames;
    if (all == null) {
      all = Frames.of(handle, header);
      frames = all;
    }
    int before = into.remaining();
    long at = position;
    while (into.hasRemaining() && at < header.unpackedEnd()) {
      at += readSome(all, into, at);
    }
    return before - into.remaining();
  }

  /** Reads from one frame, or zeros up to the next one. */
  private int readSome(Frames all, ByteBuffer into, long position) throws IOException {
    Frame frame = all.at(position);
    if (frame == null) {
      long next = all.after(position, header.unpackedEnd());
      IOException unread = all.unread(position);
      if (unread != null) {
        frames = null; // the next read looks for it again
        throw unread;
      }
      return putZeros(into, next - position);
    }
    int within = (int) (position - frame.position());
    int length = Math.min(into.remaining(), frame.length() - within);
    if (frame.encoding() == Frame.PLAIN) {
      return readPlain(frame, within, length, into);
    }
    if (unpacked != frame) {
      unpacked = null;
      Frame.Unpacker reader = unpacker == null ? new Frame.Unpacker() : unpacker;
      unpacker = reader;
      records = reader.read(frame, handle, recordHeader);
      unpacked = frame;
    }
    ByteBuffer found = records;
    if (found == null) {
      return putZeros(into, length);
    }
    into.put(found.duplicate().limit(within + length).position(within));
    return length;
  }

  /** The records of a plain frame have their own checksums; a large one is not read twice. */
  private int readPlain(Frame frame, int within, int length, ByteBuffer into) throws IOException {
    int limit = into.limit();
    into.limit(into.position() + length);
    try {
      int read = handle.read(into, frame.bodyAt() + within);
      putZeros(into, length - read); // the file was cut
    } finally {
      into.limit(limit);
    }
    return length;
  }

  private int putZeros(ByteBuffer into, long most) {
    int count = (int) Math.min(most, into.remaining());
    for (int rest = count; rest > 0; rest -= BLOCK) {
      into.put(ZEROS.duplicate().limit(Math.min(rest, BLOCK)));
    }
    return count;
  }

  @Override
  public void write(ByteBuffer from, long position) {
    throw new UnsupportedOperationException("a packed file is only read");
  }

  @Override
  public void truncate(long length) {
    throw new UnsupportedOperationException("a packed file is only read");
  }

  @Override
  public void force() {
    throw new UnsupportedOperationException("a packed file is only read");
  }

  @Override
  public void close() throws IOException {
    handle.close();
  }
}
