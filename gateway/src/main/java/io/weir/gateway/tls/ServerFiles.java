package io.weir.gateway.tls;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * PEM files of a server.
 *
 * @param ca whose certificates clients may show, or {@code null} where they show none
 * @param clients whether they must
 * @param protocols offered to clients that name those they speak (ALPN), the best first; none where
 *     it is always the same
 */
public record ServerFiles(
    @Nullable Path ca,
    @Nullable Path cert,
    @Nullable Path key,
    Clients clients,
    List<String> protocols) {

  /** For a server of one protocol. */
  public ServerFiles(@Nullable Path ca, @Nullable Path cert, @Nullable Path key, Clients clients) {
    this(ca, cert, key, clients, List.of());
  }

  /** Whether a client without a certificate is let in. */
  public enum Clients {
    OPTIONAL,
    REQUIRED
  }
}
