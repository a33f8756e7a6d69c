package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The dozen verbs by which this package touches a disk, as a parameter, so that a test can lose
 * what was not forced, fill the disk, or break one verb for one file. Safe for several threads; a
 * {@link Handle} is for one.
 */
public interface FileSystem {

  /** What a file is opened for. */
  enum Mode {
    /** Reading; the file must be there. */
    READ,
    /** Reading and writing; made empty if absent, never cut. */
    WRITE
  }

  /** Opens a file. */
  Handle open(Path file, Mode mode) throws IOException;

  /** Length of a file in bytes. */
  long size(Path file) throws IOException;

  /** Names of the entries of a directory, sorted; empty if the directory is absent. */
  List<String> list(Path directory) throws IOException;

  /** Makes a directory and its parents, if absent. */
  void createDirectories(Path directory) throws IOException;

  /** Renames atomically, in the place of what stood there. */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file, if present. */
  void delete(Path file) throws IOException;

  /** Brings the entries of a directory (made, renamed, deleted) to stable storage. */
  void forceDirectory(Path directory) throws IOException;

  /** Bytes that can still be written where the directory stands. */
  long usableSpace(Path directory) throws IOException;

  /** An open file. */
  interface Handle extends Closeable {

    /**
     * Reads at a position into the buffer's remaining space, until it is full or the file ends.
     *
     * @return bytes read, 0 at the end of the file
     */
    int read(ByteBuffer into, long position) throws IOException;

    /** Writes all that remains in the buffer at a position. */
    void write(ByteBuffer from, long position) throws IOException;

    /** Cuts the file to a length. */
    void truncate(long length) throws IOException;

    /** Brings content and length to stable storage. After a failure it must not be tried again. */
    void force() throws IOException;
  }

  /** The machine's disk. */
  FileSystem DISK = new DiskFileSystem();
}
