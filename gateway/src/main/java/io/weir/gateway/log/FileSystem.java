package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
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

  /**
   * What tells a file or directory from every other one, also from one that replaced it under the
   * same name; compared with {@code equals}.
   *
   * @return {@code null} if nothing has this name
   */
  @Nullable Object identity(Path path) throws IOException;

  /**
   * Returns if a restart will find here what was just synced. A disk alone does not know of any
   * reason why not; who owns the directory may know one.
   *
   * @throws IOException if the files were removed or replaced under the running process
   */
  default void checkPlace() throws IOException {}

  /** Names of the entries of a directory, sorted; empty if the directory is absent. */
  List<String> list(Path directory) throws IOException;

  /**
   * Creates one directory, if absent. It is durable once its parent is {@link #forceDirectory
   * forced}.
   *
   * @return whether it was absent
   * @throws java.nio.file.NoSuchFileException if its parent is absent
   */
  boolean createDirectory(Path directory) throws IOException;

  /**
   * Creates a directory and its parents, if absent, and brings their names to stable storage: what
   * is synced inside a directory whose own name is lost in a crash is lost with it.
   */
  default void createDirectories(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent == null) {
      return; // the root
    }
    if (identity(directory) == null) {
      createDirectories(parent);
    }
    boolean made = createDirectory(directory);
    try {
      forceDirectory(parent); // also if it existed: the run that made it may have ended before this
    } catch (AccessDeniedException e) {
      if (made) {
        throw e;
      }
    }
  }

  /**
   * Takes from everybody but the owner what they may do with a directory and all in it.
   *
   * @return how many files and directories were open to others
   * @throws IOException if some could not be closed to others; the rest is
   */
  default int restrict(Path directory) throws IOException {
    return 0;
  }

  /** Renames atomically; replaces an existing file. */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file, if present. */
  void delete(Path file) throws IOException;

  /** Brings the entries of a directory (created, renamed, deleted) to stable storage. */
  void forceDirectory(Path directory) throws IOException;

  /** The answer of {@link #usableSpace} where the file system does not say. */
  long UNKNOWN_SPACE = -1;

  /** Bytes that can still be written on the volume of the directory, or {@link #UNKNOWN_SPACE}. */
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
