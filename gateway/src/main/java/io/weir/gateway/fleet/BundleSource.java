package io.weir.gateway.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where bundles come from. Used by one thread. */
interface BundleSource extends AutoCloseable {

  /**
   * The bytes that are there now; {@code null} where they are those of the last time.
   *
   * @throws IOException if there are none, or more than a bundle may have; the message is for
   *     people
   */
  byte @Nullable [] fetch() throws IOException;

  @Override
  default void close() {}

  /** The source of a configuration. */
  static BundleSource of(FleetConfig.Follow follow) throws IOException {
    if (follow.url() != null) {
      return new HttpBundleSource(follow);
    }
    Path file = Objects.requireNonNull(follow.file()).toAbsolutePath().normalize();
    return () -> {
      refuseLinks(file);
      return read(file);
    };
  }

  /**
   * Who may push to a work tree of Git may add symbolic links too: none of them is followed, for
   * what it leads to might be shown where the bundle is said to be wrong.
   */
  private static void refuseLinks(Path file) throws IOException {
    for (Path up = file.getParent(); up != null; up = up.getParent()) {
      if (Files.exists(up.resolve(".git"))) {
        for (Path each = file; !each.equals(up); each = Objects.requireNonNull(each.getParent())) {
          if (Files.isSymbolicLink(each)) {
            throw new IOException(each + " is a symbolic link in a work tree of Git");
          }
        }
        return;
      }
    }
  }

  private static byte[] read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no file " + file);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(Bundle.MOST_BYTES + 1);
      if (bytes.length > Bundle.MOST_BYTES) {
        throw new IOException("the file is larger than 8MiB");
      }
      return bytes;
    }
  }
}
