package io.weir.gateway.http;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a server listens.
 *
 * @param bind the address
 * @param port 0 for any that is free
 * @param token what a request may send to do everything, or {@code null}
 * @param maxBodyBytes largest request body
 * @param timeout longest silence of a client, and longest time of a request
 * @param callers who else may ask, or {@code null}; without them and without a token only this
 *     machine is answered
 * @param audit keeps who changed what, or {@code null}
 */
public record ServerOptions(
    String bind,
    int port,
    @Nullable String token,
    @Nullable Tls tls,
    int maxBodyBytes,
    Duration timeout,
    Login login,
    @Nullable Callers callers,
    @Nullable Audit audit) {

  /** How a request sends the token. */
  public enum Login {
    /** {@code Authorization: Bearer}, as programs do, or {@code Token}. */
    BEARER,
    /** Also as the password of a Basic login, for which a browser asks. */
    BASIC
  }

  /**
   * PEM files.
   *
   * @param ca whose certificates clients may show, or {@code null} where they are not asked for
   *     one; a certificate of anybody else ends the connection
   * @param hsts how long a browser shall come by TLS only (RFC 6797), or {@code null} for no word
   */
  public record Tls(
      @Nullable Path ca, @Nullable Path cert, @Nullable Path key, @Nullable Duration hsts) {}

  /** Without the token, which is never printed. */
  @Override
  public String toString() {
    return "ServerOptions[bind=" + bind + ", port=" + port + "]";
  }
}
