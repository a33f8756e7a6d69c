package io.weir.gateway.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file of some megabytes at most whose changes are noticed by reading it: that holds for editors
 * that replace it, for links that are moved, and for file systems that tell nobody. Owned by the
 * thread that looks.
 */
final class WatchedFile {

  private final Path path;

  /** What was noticed last. */
  private byte[] noticed;

  /** What stood there at the last look. */
  private byte[] seen;

  WatchedFile(Path path) {
    this.path = path;
    this.noticed = content(new byte[0]);
    this.seen = noticed;
  }

  /**
   * Whether it holds something new. Something new must be the same at two looks: a file may be read
   * while it is written, and one that is away for a moment is about to be replaced.
   */
  boolean changed() {
    byte[] now = content(seen);
    boolean settled = Arrays.equals(now, seen);
    seen = now;
    if (!settled || Arrays.equals(now, noticed)) {
      return false;
    }
    noticed = now;
    return true;
  }

  private byte[] content(byte[] otherwise) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      return otherwise; // away, or not for us to read: the next look may find it
    }
  }
}
