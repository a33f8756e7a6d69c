package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * A part of a file in memory, read ahead. Where a read fails it is repeated in halves, down to
 * single blocks, so that one block that the disk does not return costs no other; zeros stand for a
 * block that is given up. Owned by one thread.
 */
final class Chunk implements Closeable {

  /**
   * The size of one read, unless more is needed or the file ends. Each consumer of a log has such a
   * part, and Java keeps as much outside the heap for each thread that reads.
   */
  static final int READ_BYTES = 64 * 1024;

  /** What is larger is outside the heap, and not kept. */
  private static final int LARGE_BYTES = 256 * 1024;

  private final Path file;
  private final FileSystem.Handle handle;
  private final UnreadableBlocks unreadable;

  private ByteBuffer bytes = allocate(0);
  private ByteBuffer view = readOnly(bytes);
  private long start;

  /** Of the last fill: the first block that failed and is not given up, and why. */
  private long openAt;

  private IOException openCause = new IOException();

  /** Whether zeros stand for a block anywhere in what was read so far. */
  private boolean hasGap;

  /**
   * @param handle of the file; closed with this
   */
  Chunk(FileSystem.Handle handle, Path file, UnreadableBlocks unreadable) {
    this.handle = handle;
    this.file = file;
    this.unreadable = unreadable;
  }

  /** A large record is outside the heap: each consumer of the log may hold one. */
  private static ByteBuffer allocate(int size) {
    ByteBuffer made =
        size > LARGE_BYTES ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    return made.order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer readOnly(ByteBuffer bytes) {
    return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The bytes; valid until the next load. */
  ByteBuffer bytes() {
    return bytes;
  }

  /** The same bytes, read-only, with a position of its own. */
  ByteBuffer view() {
    return view;
  }

  /** Whether zeros stood for a block that the disk did not return. */
  boolean hasGap() {
    return hasGap;
  }

  /**
   * Ensures that bytes of the file are in memory.
   *
   * @param end file position up to which is read ahead
   * @return where in {@link #bytes} the file position is
   * @throws ReadFailedException if the disk does not return them; the same call may be repeated
   */
  int load(long position, int needed, long end) throws ReadFailedException {
    if (position < start || position + needed > start + bytes.limit()) {
      int wanted = (int) Math.max(needed, Math.min(READ_BYTES, end - position));
      makeRoom(wanted, Math.max(needed, LARGE_BYTES));
      int tries = unreadable.isPatient() ? 2 : UnreadableBlocks.TRIES;
      while (!fill(position, needed, (int) Math.min(wanted, end - position))) {
        if (--tries == 0) {
          bytes.clear().limit(0); // its bytes are not those of the file now
          throw new ReadFailedException(file, openAt, openCause);
        }
      }
    }
    return (int) (position - start);
  }

  /** Where in {@link #bytes} a file position is; their end where it is not in memory. */
  int find(long position) {
    boolean isHere = position >= start && position < start + bytes.limit();
    return isHere ? (int) (position - start) : bytes.limit();
  }

  /** Frees the memory of a large record. To be called while there is nothing to read. */
  void releaseLarge() {
    if (bytes.capacity() > LARGE_BYTES) {
      bytes = allocate(0);
      view = readOnly(bytes);
    }
  }

  private void makeRoom(int wanted, int most) {
    if (bytes.capacity() < wanted || bytes.capacity() > most) {
      bytes = allocate(Math.max(wanted, Math.min(READ_BYTES, 2 * bytes.capacity())));
      view = readOnly(bytes);
    }
  }

  /** Reads; returns whether at least what is needed is there. */
  private boolean fill(long position, int needed, int wanted) {
    start = position;
    openAt = Long.MAX_VALUE;
    bytes.clear();
    read(position, position + wanted);
    bytes.clear().limit((int) Math.min(wanted, openAt - position));
    return bytes.limit() >= Math.min(needed, wanted);
  }

  private void read(long from, long to) {
    bytes.limit((int) (to - start)).position((int) (from - start));
    try {
      int read = handle.read(bytes, from);
      zero(from + read, to); // what a file truncated from outside no longer has
      unreadable.returned(from, to);
    } catch (IOException e) {
      long middle = (from + to) / 2 / UnreadableBlocks.BLOCK_BYTES * UnreadableBlocks.BLOCK_BYTES;
      if (middle <= from) {
        middle += UnreadableBlocks.BLOCK_BYTES;
      }
      if (middle < to) {
        read(from, middle);
        read(middle, to);
      } else {
        failed(from, to, e);
      }
    }
  }

  private void failed(long from, long to, IOException cause) {
    unreadable.failed(from);
    if (unreadable.isGap(from)) {
      hasGap = true;
      zero(from, to);
    } else if (from < openAt) {
      openAt = from;
      openCause = cause;
    }
  }

  private void zero(long from, long to) {
    for (long at = from; at < to; at++) {
      bytes.put((int) (at - start), (byte) 0);
    }
  }

  @Override
  public void close() throws IOException {
    handle.close();
  }
}
