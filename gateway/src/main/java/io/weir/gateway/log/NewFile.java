package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Whether a disk is there: it takes a new file, syncs it and its name, returns what was written,
 * and deletes it. A disk that is away does not. What is read back may come from memory in front of
 * the disk; the syncs do not.
 */
final class NewFile {

  /** The next start deletes it, should this one end before it does. */
  private static final String NAME = "new-file" + Segment.TEMPORARY_SUFFIX;

  private NewFile() {}

  /**
   * Returns if the disk did all of it.
   *
   * @throws IOException what the disk said
   */
  static void check(FileSystem files, Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    try {
      write(files, file);
      files.forceDirectory(directory);
      read(files, file);
    } catch (IOException e) {
      deleteAfter(e, files, file);
      throw e;
    }
    files.delete(file);
    files.forceDirectory(directory);
  }

  private static byte[] content() {
    byte[] content = new byte[UnreadableBlocks.BLOCK_BYTES];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31 + 7);
    }
    return content;
  }

  private static void write(FileSystem files, Path file) throws IOException {
    try (FileSystem.Handle handle = files.open(file, FileSystem.Mode.WRITE)) {
      handle.write(ByteBuffer.wrap(content()), 0);
      handle.force();
    }
  }

  private static void read(FileSystem files, Path file) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(UnreadableBlocks.BLOCK_BYTES);
    try (FileSystem.Handle handle = files.open(file, FileSystem.Mode.READ)) {
      handle.read(read, 0);
    }
    if (!Arrays.equals(read.array(), content())) {
      throw new IOException(file + " is not what was written");
    }
  }

  private static void deleteAfter(IOException failure, FileSystem files, Path file) {
    try {
      files.delete(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
