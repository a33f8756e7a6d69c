package io.weir.gateway.settings;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.fleet.FleetConfig;
import io.weir.gateway.group.GroupConfig;
import io.weir.gateway.normalize.NameLimits;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.notify.NotifyConfig;
import io.weir.gateway.oidc.OidcConfig;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.source.SourceConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration file, defaults filled in, every value possible. Sizes are bytes. Made
 * only by {@link ConfigLoader}.
 *
 * @param limits how many names each source may bring, by source; 0 where nothing is said
 * @param efficiency how figures are made, or {@code null}: then none are
 * @param notifications who gets which notifications, or {@code null}: then nobody is
 * @param otlp where the meters are sent, or {@code null}: then they are only scraped
 * @param fleet what the gateway is among others
 */
public record Config(
    Gateway gateway,
    List<SourceConfig> sources,
    Map<String, NameLimits> limits,
    List<RouteConfig> routes,
    Buffer buffer,
    Quarantine quarantine,
    Figures figures,
    Corrections corrections,
    List<SinkConfig> sinks,
    @Nullable EfficiencyConfig efficiency,
    @Nullable NotifyConfig notifications,
    Http http,
    Logging logging,
    @Nullable Otlp otlp,
    FleetConfig fleet) {

  /**
   * Whether the log of readings drops its oldest files whole when it is full. Where a route says
   * what goes of its readings, what goes is picked record by record.
   */
  public boolean dropsOldestFiles() {
    return buffer.whenFull() == WhenFull.DROP_OLDEST
        && routes.stream().allMatch(r -> r.retention().equals(RouteConfig.Retention.DEFAULT));
  }

  /**
   * This gateway among others.
   *
   * @param id names this gateway to brokers and in logs
   * @param dataDir where everything durable stands; one gateway at a time
   * @param storage what it stands on
   * @param reload when a changed file is applied
   * @param group the group of gateways that it belongs to, or {@code null}: then it sends all
   */
  public record Gateway(
      String id, Path dataDir, Storage storage, Reload reload, @Nullable GroupConfig group) {}

  /** When a changed configuration file is applied. */
  public enum Reload {
    ON_REQUEST,
    ON_CHANGE
  }

  /**
   * The {@code readings} log.
   *
   * @param pack whether its files are packed that stay, and those of {@code figures}
   */
  public record Buffer(
      long segmentSize,
      long maxSize,
      WhenFull whenFull,
      Duration linger,
      int maxMessageSize,
      boolean pack) {}

  /** What an append does at the bound of the log. */
  public enum WhenFull {
    BLOCK,
    DROP_OLDEST
  }

  /** The {@code quarantine} log, bounded, drop-oldest. */
  public record Quarantine(long maxSize) {}

  /** The {@code figures} log, bounded: nearly full it is thinned out, full it drops its oldest. */
  public record Figures(long maxSize) {}

  /** The {@code corrections} log, bounded: it drops nothing, and full it takes no more. */
  public record Corrections(long maxSize) {}

  /**
   * The gateway's own server.
   *
   * @param bind address; one beyond loopback needs a token
   * @param token bearer token asked of every request but health, or {@code null}
   * @param maxBodyBytes largest request body
   * @param login how people log in, or {@code null} where there are no users
   */
  public record Http(
      String bind,
      int port,
      @Nullable Secret token,
      @Nullable HttpTls tls,
      int maxBodyBytes,
      Duration timeout,
      @Nullable Login login) {

    /** Without users. */
    public Http(
        String bind,
        int port,
        @Nullable Secret token,
        @Nullable HttpTls tls,
        int maxBodyBytes,
        Duration timeout) {
      this(bind, port, token, tls, maxBodyBytes, timeout, null);
    }

    /** Whether browsers come by TLS: to this server, or to a proxy before it. */
    public boolean isSecure() {
      boolean byProxy =
          login != null
              && login.publicUrl() != null
              && login.publicUrl().getScheme().equals("https");
      return tls != null || byProxy;
    }
  }

  /**
   * How people log in.
   *
   * @param users the file of users and tokens
   * @param sessionTime how long a session of a person lasts
   * @param publicUrl what people open, without a path; {@code null} where nothing is said
   * @param oidc the provider by which people log in too, or {@code null}
   */
  public record Login(
      Path users, Duration sessionTime, @Nullable URI publicUrl, @Nullable OidcConfig oidc) {}

  /**
   * TLS of the gateway's own server.
   *
   * @param files its certificate and key, read again when they change
   * @param hsts how long a browser shall come by TLS only, or {@code null} for no word of it
   */
  public record HttpTls(TlsFiles files, @Nullable Duration hsts) {}

  /**
   * What the process says while it runs.
   *
   * @param format {@code text} or {@code json}
   * @param level of Weir's own loggers: error, warn, info, debug or trace
   * @param loggers levels of single loggers by name
   * @param statusInterval how often the line about the state comes while no part changes
   * @param file where the log goes beside the standard error, or {@code null}
   */
  public record Logging(
      String format,
      String level,
      Map<String, String> loggers,
      Duration statusInterval,
      @Nullable LogFile file) {}

  /**
   * The log as files.
   *
   * @param maxBytes size of all files together
   * @param keep how many older files are kept beside the newest
   */
  public record LogFile(Path path, long maxBytes, int keep) {}

  /**
   * Where the meters are sent by OTLP over HTTP.
   *
   * @param url where a collector takes metrics, with its path
   * @param headers sent with each request
   * @param tls whom to trust, and who we are; {@code null} for what Java knows
   */
  public record Otlp(
      URI url, Duration interval, Map<String, Secret> headers, @Nullable TlsFiles tls) {

    /**
     * @throws IOException if a file cannot be read or used; its message names the file
     */
    public SSLContext openTls() throws IOException {
      return Tls.context(Objects.requireNonNull(tls));
    }

    /** The headers in clear, for the requests and nothing else. */
    public Map<String, String> revealedHeaders() {
      return headers.entrySet().stream()
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> e.getValue().value()));
    }
  }
}
