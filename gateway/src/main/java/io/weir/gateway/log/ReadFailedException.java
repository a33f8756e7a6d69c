package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The disk did not return the bytes of a file. This is no damage: whether the bytes are whole is
 * not known, so nothing was decided, counted or skipped, and the same read may be tried again.
 */
public final class ReadFailedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long position;

  ReadFailedException(Path file, long position, IOException cause) {
    super("cannot read " + file + " at byte " + position + ": " + cause.getMessage(), cause);
    this.position = position;
  }

  /** The disk takes no new file either, so it may be away. */
  ReadFailedException(ReadFailedException read, IOException refused) {
    super(read.getMessage() + "; the disk takes no new file either: " + refused.getMessage(), read);
    this.position = read.position;
    addSuppressed(refused);
  }

  /** File position at which the read began. */
  public long position() {
    return position;
  }
}
