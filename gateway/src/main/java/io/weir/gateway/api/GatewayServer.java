package io.weir.gateway.api;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.HttpServer;
import io.weir.gateway.http.OutboundBytes;
import io.weir.gateway.http.ServerOptions;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.people.People;
import io.weir.gateway.settings.Config;
import io.weir.gateway.tls.CertificateWatch;
import io.weir.gateway.tls.ServerCertificate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The gateway's own server: the live page, the API, and the routes of other parts. */
public final class GatewayServer implements AutoCloseable {

  /** Limit of bytes written but not yet read; above it, no large answer is made. */
  private static final long MOST_UNREAD_BYTES = Runtime.getRuntime().maxMemory() / 8;

  private final Config.Http config;
  private final GatewayView view;
  private final PrometheusMeterRegistry meters;
  private final List<HttpRoute> more;
  private final @Nullable People people;
  private List<HttpRoute> routes = List.of();
  private @Nullable Api api;
  private @Nullable HttpServer server;
  private volatile @Nullable CertificateWatch certificate;

  /**
   * @param more routes of other parts, such as those of HTTP sources
   * @param people who may ask, beside who has the token; {@code null} where there are no users
   */
  public GatewayServer(
      Config.Http config,
      GatewayView view,
      PrometheusMeterRegistry meters,
      List<HttpRoute> more,
      @Nullable People people) {
    this.people = people;
    this.config = config;
    this.view = view;
    this.meters = meters;
    this.more = List.copyOf(more);
  }

  /** A server without users that is started at once. */
  public static GatewayServer start(
      Config.Http config, GatewayView view, PrometheusMeterRegistry meters, List<HttpRoute> more)
      throws IOException {
    GatewayServer server = new GatewayServer(config, view, meters, more, null);
    try {
      server.start();
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Starts serving.
   *
   * @throws IOException if the port is taken, the address is not this machine's, or a TLS file
   *     cannot be used; the message names the key of the configuration
   */
  public void start() throws IOException {
    OutboundBytes unread = new OutboundBytes(MOST_UNREAD_BYTES);
    Api answers = new Api(view, unread, meters);
    api = answers;
    List<HttpRoute> all = new ArrayList<>(LivePage.routes());
    all.addAll(answers.routes());
    all.addAll(more);
    routes = List.copyOf(all);
    server =
        HttpServer.start(
            options(config, people), routes, unread, meters, MeterNames.HTTP_REQUEST_TIME);
    ServerCertificate shown = server.certificate();
    if (shown != null) {
      Clock clock = meters.config().clock();
      CertificateWatch watch =
          new CertificateWatch("http.tls", shown, "http-certificate", clock::wallTime);
      Gauge.builder(MeterNames.HTTP_CERTIFICATE_LEFT, watch, each -> each.left().toSeconds())
          .register(meters);
      certificate = watch;
    }
  }

  /** Everything that it answers; empty before the start. */
  public List<HttpRoute> routes() {
    return routes;
  }

  /** What is wrong with the server's certificate. For any thread. */
  public List<Trouble> troubles() {
    CertificateWatch watch = certificate;
    return watch == null ? List.of() : watch.troubles();
  }

  private static ServerOptions options(Config.Http http, @Nullable People people) {
    Secret token = http.token();
    Config.HttpTls tls = http.tls();
    return new ServerOptions(
        http.bind(),
        http.port(),
        token == null ? null : token.value(),
        tls == null ? null : tls(tls.files(), tls.hsts()),
        http.maxBodyBytes(),
        http.timeout(),
        ServerOptions.Login.BEARER,
        people,
        people == null ? null : people.audit());
  }

  private static ServerOptions.Tls tls(TlsFiles files, @Nullable Duration hsts) {
    return new ServerOptions.Tls(files.ca(), files.cert(), files.key(), hsts);
  }

  /** The port it listens on: the configured one, or the one found where 0 was configured. */
  public int port() {
    return Objects.requireNonNull(server, "the server is not started").port();
  }

  /** Ends the streams, lets running answers finish for a moment, and frees the port. */
  @Override
  public void close() {
    CertificateWatch watch = certificate;
    if (watch != null) {
      watch.close();
    }
    if (api != null) {
      api.endStreams();
    }
    if (server != null) {
      server.close();
    }
    if (api != null) {
      api.close();
    }
  }
}
