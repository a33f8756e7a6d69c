package io.weir.gateway.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.weir.gateway.tls.ServerCertificate;
import io.weir.gateway.tls.ServerFiles;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.ChannelBindException;
import reactor.netty.ConnectionObserver;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider;

/**
 * An HTTP server with the routes of its caller. Runs two event loops ({@code http-...}), which
 * never wait. Serves HTTP/1.1, plain or TLS, and over TLS HTTP/2 to clients that ask for it.
 */
public final class HttpServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int MAX_REQUEST_LINE = 16_384;
  private static final int MAX_HEADERS = 8192;
  private static final int MAX_CONNECTIONS = 256;

  /** Requests under way on a connection of HTTP/2. */
  static final int MOST_STREAMS = 64;

  /** Requests that a client may give up, and such that it makes the server give up. */
  private static final int MOST_RESETS = 200;

  private static final int RESETS_WITHIN_S = 30;
  private static final Duration STOP = Duration.ofSeconds(2);

  private final @Nullable ServerCertificate certificate;
  private final Connections connections;
  private final LoopResources loops;
  private final DisposableServer server;

  /**
   * Starts serving.
   *
   * @param unread bytes that clients have not read yet; the caller uses it to refuse large answers
   * @param requestTimer the name of the meter that times requests
   * @throws IOException if the port is taken, the address is not this machine's, or a TLS file
   *     cannot be used; the message names the key of the configuration
   */
  public static HttpServer start(
      ServerOptions options,
      List<HttpRoute> routes,
      OutboundBytes unread,
      MeterRegistry meters,
      String requestTimer)
      throws IOException {
    return new HttpServer(options, routes, unread, meters, requestTimer);
  }

  private HttpServer(
      ServerOptions options,
      List<HttpRoute> routes,
      OutboundBytes unread,
      MeterRegistry meters,
      String requestTimer)
      throws IOException {
    certificate = options.tls() == null ? null : certificate(options.tls());
    loops = LoopResources.create("http", 1, 2, true, false);
    connections = new Connections(MAX_CONNECTIONS, options, probes(routes), unread);
    reactor.netty.http.server.HttpServer plain =
        reactor.netty.http.server.HttpServer.create()
            .host(options.bind())
            .port(options.port())
            .runOn(loops, false)
            .httpRequestDecoder(
                limits -> limits.maxInitialLineLength(MAX_REQUEST_LINE).maxHeaderSize(MAX_HEADERS))
            .idleTimeout(options.timeout())
            .channelGroup(new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE))
            .doOnChannelInit((observer, channel, address) -> connections.admit(channel))
            .handle(new Dispatch(options, routes, meters, requestTimer));
    try {
      server = (certificate == null ? plain : both(plain)).bindNow();
    } catch (RuntimeException e) {
      release();
      throw cannotBind(options, e);
    }
  }

  private static ServerCertificate certificate(ServerOptions.Tls tls) throws IOException {
    return new ServerCertificate(
        "http.tls",
        new ServerFiles(
            tls.ca(),
            tls.cert(),
            tls.key(),
            ServerFiles.Clients.OPTIONAL,
            List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)));
  }

  /** HTTP/2 for clients that choose it in the handshake. Netty itself bounds all other frames. */
  private reactor.netty.http.server.HttpServer both(reactor.netty.http.server.HttpServer plain) {
    return plain
        .secure(this::secure)
        .protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
        .http2Settings(
            settings ->
                settings
                    .maxConcurrentStreams(MOST_STREAMS)
                    .maxHeaderListSize(MAX_HEADERS)
                    .maxDecodedRstFramesPerWindow(MOST_RESETS, RESETS_WITHIN_S)
                    .maxEncodedRstFramesPerWindow(MOST_RESETS, RESETS_WITHIN_S))
        .childObserve(
            (connection, state) -> {
              if (state == ConnectionObserver.State.CONNECTED
                  && connection.channel() instanceof Http2StreamChannel stream) {
                connections.admitStream(stream);
              }
            });
  }

  private void secure(SslProvider.SslContextSpec spec) {
    spec.sslContext(Objects.requireNonNull(certificate).context());
  }

  /** What it shows to clients; {@code null} without TLS. */
  public @Nullable ServerCertificate certificate() {
    return certificate;
  }

  private static Set<String> probes(List<HttpRoute> routes) {
    return routes.stream()
        .filter(HttpRoute::probe)
        .map(HttpRoute::path)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The port it listens on: the configured one, or the one found where 0 was configured. */
  public int port() {
    return server.port();
  }

  /** Lets running answers finish for a moment, and frees the port. */
  @Override
  public void close() {
    try {
      server.disposeNow(STOP);
    } catch (IllegalStateException e) {
      LOG.info("Requests were still running after {} s and were cut off", STOP.toSeconds());
    } finally {
      release();
    }
  }

  private void release() {
    connections.closeAll();
    loops.disposeLater(Duration.ZERO, STOP).block(STOP.multipliedBy(2));
  }

  private static IOException cannotBind(ServerOptions options, RuntimeException failure) {
    Throwable cause = failure instanceof ChannelBindException bind ? bind.getCause() : failure;
    String where = "http: cannot listen on " + options.bind() + " port " + options.port();
    return cause instanceof BindException
        ? new IOException(
            where
                + ": the port is in use, or the address is not this machine's ("
                + cause.getMessage()
                + "); stop what uses it, or set http.port or http.bind",
            cause)
        : new IOException(where + ": " + failure.getMessage(), failure);
  }
}
