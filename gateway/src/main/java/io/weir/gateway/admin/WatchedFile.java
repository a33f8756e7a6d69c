package io.weir.gateway.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file of some megabytes at most whose changes are noticed by reading it. This also works with
 * editors that replace it, links that are moved, and file systems without notifications. Owned by
 * the thread that reads it.
 */
final class WatchedFile {

  private final Path path;

  /** The content reported last. */
  private byte[] noticed;

  /** The content at the last check. */
  private byte[] seen;

  WatchedFile(Path path) {
    this.path = path;
    this.noticed = content(new byte[0]);
    this.seen = noticed;
  }

  /**
   * Whether it has new content. New content must be the same in two checks: a file may be read
   * while it is written, and a file that is missing for a moment is being replaced.
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

  /** Takes over what the gateway itself has written and uses already. */
  void know(byte[] content) {
    noticed = content;
  }

  private byte[] content(byte[] otherwise) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      return otherwise; // missing or not readable: the next check may find it
    }
  }
}
