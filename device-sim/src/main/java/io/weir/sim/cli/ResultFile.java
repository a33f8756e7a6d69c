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
 * A file that a run writes again and again, each time replaced whole: who reads it meanwhile sees
 * the old or the new.
 *
 * @param option by which the user named it
 */
record ResultFile(String option, Path path, Content content) {

  /** What stands in it. */
  interface Content {
    void write(Writer out) throws IOException;
  }

  /**
   * Replaces it.
   *
   * @throws IOException naming the option, the file and why it cannot be written; what stood there
   *     stands there still
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

  /** Where even that fails, the failure before it says more. */
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
