package io.weir.gateway.fleet;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import java.net.URI;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The group {@code fleet}; each part is off where it is {@code null}.
 *
 * @param report how the gateway reports itself
 * @param receive what becomes of reports of others
 * @param follow which bundle replaces the main file
 */
public record FleetConfig(
    @Nullable Report report, @Nullable Receive receive, @Nullable Follow follow) {

  /** Where nothing is said. */
  public static final FleetConfig NONE = new FleetConfig(null, null, null);

  /**
   * How the gateway reports itself.
   *
   * @param url where its own page is opened, or {@code null}
   */
  public record Report(Duration every, @Nullable URI url) {}

  /**
   * What becomes of reports of others.
   *
   * @param forgetAfter after so long a silence a site is no longer listed
   */
  public record Receive(Duration forgetAfter) {}

  /**
   * Which bundle replaces the main file. It comes from a file or from a URL.
   *
   * @param file perhaps in a work tree of Git, which something else updates
   * @param keys whose signature is taken
   * @param every how often it is asked for
   * @param settle how long the gateway watches its health afterwards
   * @param timeout of one answer, from the question to its last byte
   * @param headers sent with each question
   * @param tls whom to trust, and who we are; {@code null} for what Java knows
   */
  public record Follow(
      @Nullable Path file,
      @Nullable URI url,
      List<PublicKey> keys,
      Duration every,
      Duration settle,
      Duration timeout,
      Map<String, Secret> headers,
      @Nullable TlsFiles tls) {

    /** Where the bundle comes from, for people. */
    public String origin() {
      return String.valueOf(url != null ? url : file);
    }
  }
}
