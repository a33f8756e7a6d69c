package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The few operations that this package needs of a disk, as a parameter, so that a test can lose
 * what was not forced, fill the disk, or fail one operation on one file. Thread-safe; a {@link
 * Handle} belongs to one thread.
 */
public interface FileSystem {

  /** The purpose for which a file is opened. */
  enum Mode {
    /** Reading; the file must exist. */
    READ,
    /** Reading and writing; created empty if absent, never truncated. */
    WRITE
  }

  /** Opens a file. */
  Handle open(Path file, Mode mode) throws IOException;

  /** Length of a file in bytes. */
  long size(Path file) throws IOException;

  /** Names of the entries of a directory, sorted; empty if the directory is absent. */
  List<String> list(Path directory) throws IOException;

  /** Creates a directory and its parents, if absent. */
  void createDirectories(Path directory) throws IOException;

  /** Renames atomically; replaces an existing file. */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file, if present. */
  void delete(Path file) throws IOException;

  /** Brings the entries of a directory (created, renamed, deleted) to stable storage. */
  void forceDirectory(Path directory) throws IOException;

  /** Bytes that can still be written on the volume of the directory. */
  long usableSpace(Path directory) throws IOException;

  /**
   * Locks a file, created if absent, against other processes and other holders in this one.
   *
   * @return the lock, free again when closed or when the process ends; {@code null} if another
   *     holds it
   */
  @Nullable Closeable lock(Path file) throws IOException;

  /** An open file. */
  interface Handle extends Closeable {

    /**
     * Reads from a position into the buffer, until it is full or the file ends.
     *
     * @return bytes read, 0 at the end of the file
     */
    int read(ByteBuffer into, long position) throws IOException;

    /** Writes all that remains in the buffer at a position. */
    void write(ByteBuffer from, long position) throws IOException;

    /** Cuts the file to a length. */
    void truncate(long length) throws IOException;

    /** Brings content and length to stable storage. After a failure it must not be repeated. */
    void force() throws IOException;
  }

  /** The disk of the machine. */
  FileSystem DISK = new DiskFileSystem();
}
