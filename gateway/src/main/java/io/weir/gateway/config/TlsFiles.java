package io.weir.gateway.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * PEM files of a TLS connection.
 *
 * @param ca the authorities that are trusted, or {@code null} for those that Java knows
 * @param cert our own certificate chain; given with {@code key} or not at all
 * @param key its private key
 */
public record TlsFiles(@Nullable Path ca, @Nullable Path cert, @Nullable Path key) {

  /** The group {@code tls} of a source or sink; {@code null} where there is none. */
  public static @Nullable TlsFiles read(Section section) {
    if (!section.has("tls")) {
      return null;
    }
    Section tls = section.section("tls");
    if (tls.has("cert") != tls.has("key")) {
      String absent = tls.has("cert") ? "key" : "cert";
      tls.problem(absent, "is missing; cert and key belong together");
    }
    return new TlsFiles(tls.file("ca"), tls.file("cert"), tls.file("key"));
  }
}
