package io.weir.sim.cli;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that a run writes repeatedly. Each write replaces it atomically, so a reader sees the old
 * content or the new one.
 *
 * @param option the option that named the file, for errors
 */
record ResultFile(String option, Path path, Content content) {

  /** Writes the content of the file. */
  interface Content {
    void write(Writer out) throws IOException;
  }

  /**
   * Replaces the file.
   *
   * @throws IOException with the option, the file and the reason; the old content is kept
   */
  void write() throws IOException {
    Path whole = path.toAbsolutePath();
    Path fresh = whole.resolveSibling(whole.getFileName() + ".new");
    try {
      try (Writer out = Files.newBufferedWriter(fresh)) {
        content.write(out);
      }
      Files.move(fresh, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      remove(fresh, e);
      throw new IOException(option + ": cannot write " + path + ": " + why(e), e);
    }
  }

  /** Removes the unfinished file. If that fails too, the first failure is the one to report. */
  private static void remove(Path fresh, IOException because) {
    try {
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  private static @Nullable String why(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "its folder does not exist";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e instanceof FileSystemException file ? file.getReason() : e.getMessage();
  }
}
