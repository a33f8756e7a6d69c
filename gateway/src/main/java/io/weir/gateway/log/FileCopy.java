package io.weir.gateway.log;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Copies bytes between open files, in pieces. */
final class FileCopy {

  private static final int PIECE_BYTES = 256 * 1024;

  private FileCopy() {}

  /**
   * Copies the bytes from the beginning up to the end of the file, at most this many. A file that
   * was deleted while it is open ends where it ended.
   */
  static void upTo(FileSystem.Handle from, long most, FileSystem.Handle to) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    long done = 0;
    int read;
    do {
      piece.clear().limit((int) Math.min(PIECE_BYTES, most - done));
      int wanted = piece.limit();
      read = from.read(piece, done);
      to.write(piece.flip(), done);
      done += read;
      if (read < wanted) {
        return;
      }
    } while (done < most);
  }

  /**
   * Copies what the disk returns of a file; blocks that it does not return are zeros in the copy.
   *
   * @param size of the file
   * @return bytes that it did not return
   */
  static long readable(FileSystem.Handle from, long size, FileSystem.Handle to) throws IOException {
    long lost = 0;
    ByteBuffer block = ByteBuffer.allocate(UnreadableBlocks.BLOCK_BYTES);
    for (long done = 0; done < size; done += PIECE_BYTES) {
      long end = Math.min(size, done + PIECE_BYTES);
      try {
        range(from, done, end, to, done);
      } catch (EOFException e) {
        throw e;
      } catch (IOException unreadable) {
        for (long at = done; at < end; at += block.capacity()) {
          lost += block(from, at, (int) Math.min(block.capacity(), end - at), block, to);
        }
      }
    }
    return lost;
  }

  private static int block(
      FileSystem.Handle from, long at, int length, ByteBuffer block, FileSystem.Handle to)
      throws IOException {
    int lost = 0;
    block.clear().limit(length);
    try {
      from.read(block, at);
    } catch (IOException unreadable) {
      lost = length;
      block.clear().limit(length).put(new byte[length]);
    }
    to.write(block.rewind(), at);
    return lost;
  }

  /**
   * Copies the bytes from one position up to another.
   *
   * @throws EOFException if the file ends before
   */
  static void range(
      FileSystem.Handle from, long start, long end, FileSystem.Handle to, long position)
      throws IOException {
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, Math.max(1, end - start)));
    for (long done = start; done < end; ) {
      piece.clear().limit((int) Math.min(piece.capacity(), end - done));
      int read = from.read(piece, done);
      if (read < piece.limit()) {
        throw new EOFException("the file ends at byte " + (done + read) + ", before " + end);
      }
      to.write(piece.flip(), position + done - start);
      done += read;
    }
  }
}
