package io.weir.gateway.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * PEM files of a server.
 *
 * @param ca whose certificates clients may show, or {@code null} where they show none
 * @param clients whether they must
 */
public record ServerFiles(
    @Nullable Path ca, @Nullable Path cert, @Nullable Path key, Clients clients) {

  /** Whether a client without a certificate is let in. */
  public enum Clients {
    OPTIONAL,
    REQUIRED
  }
}
