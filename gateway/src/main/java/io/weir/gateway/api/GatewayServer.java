package io.weir.gateway.api;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.HttpServer;
import io.weir.gateway.http.OutboundBytes;
import io.weir.gateway.http.ServerOptions;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The gateway's own server: the live page, the API, and the routes of other parts. */
public final class GatewayServer implements AutoCloseable {

  /** Answers written and not read yet, beyond which no large answer is made. */
  private static final long MOST_UNTAKEN_BYTES = Runtime.getRuntime().maxMemory() / 8;

  private final Api api;
  private final HttpServer server;

  /**
   * Starts serving.
   *
   * @param more routes of other parts, such as those of HTTP sources
   * @throws IOException if the port is taken, the address is not this machine's, or a TLS file
   *     cannot be used; the message names the key of the configuration
   */
  public static GatewayServer start(
      Config.Http http, GatewayView view, PrometheusMeterRegistry meters, List<HttpRoute> more)
      throws IOException {
    OutboundBytes untaken = new OutboundBytes(MOST_UNTAKEN_BYTES);
    Api api = new Api(view, untaken, meters);
    try {
      List<HttpRoute> routes = new ArrayList<>(LivePage.routes());
      routes.addAll(api.routes());
      routes.addAll(more);
      return new GatewayServer(
          api,
          HttpServer.start(options(http), routes, untaken, meters, MeterNames.HTTP_REQUEST_TIME));
    } catch (IOException | RuntimeException e) {
      api.close();
      throw e;
    }
  }

  private GatewayServer(Api api, HttpServer server) {
    this.api = api;
    this.server = server;
  }

  private static ServerOptions options(Config.Http http) {
    Secret token = http.token();
    TlsFiles tls = http.tls();
    return new ServerOptions(
        http.bind(),
        http.port(),
        token == null ? null : token.value(),
        tls == null ? null : new ServerOptions.Tls(tls.ca(), tls.cert(), tls.key()),
        http.maxBodyBytes(),
        http.timeout());
  }

  /** The port it listens on: the configured one, or the one found where 0 was configured. */
  public int port() {
    return server.port();
  }

  /** Ends the streams, lets running answers finish for a moment, and frees the port. */
  @Override
  public void close() {
    api.endStreams();
    server.close();
    api.close();
  }
}
