package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A later version of this program wrote a file, and the file is whole. Nothing was changed; the
 * program must stop and report this.
 */
public final class NewerFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  NewerFormatException(Path file, int version, int known) {
    super(
        file
            + " has format version "
            + version
            + "; this program knows versions up to "
            + known
            + ". Use the version that wrote it, or a later one.");
  }
}
