package io.weir.gateway.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;

/**
 * An HTTP server with the routes of its caller. Runs two event loops ({@code http-...}), which
 * never wait. Serves HTTP/1.1, plain or TLS.
 */
public final class HttpServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int MAX_REQUEST_LINE = 4096;
  private static final int MAX_HEADERS = 8192;
  private static final int MAX_CONNECTIONS = 256;
  private static final Duration STOP = Duration.ofSeconds(2);

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
    SslContext tls = options.tls() == null ? null : tls(options.tls());
    loops = LoopResources.create("http", 1, 2, true, false);
    Connections connections = new Connections(MAX_CONNECTIONS, options.timeout(), unread);
    reactor.netty.http.server.HttpServer plain =
        reactor.netty.http.server.HttpServer.create()
            .host(options.bind())
            .port(options.port())
            .runOn(loops, false)
            .httpRequestDecoder(
                limits -> limits.maxInitialLineLength(MAX_REQUEST_LINE).maxHeaderSize(MAX_HEADERS))
            .idleTimeout(options.timeout())
            .requestTimeout(options.timeout())
            .channelGroup(new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE))
            .doOnChannelInit((observer, channel, address) -> connections.admit(channel))
            .handle(new Dispatch(options, routes, meters, requestTimer));
    try {
      server = (tls == null ? plain : plain.secure(spec -> spec.sslContext(tls))).bindNow();
    } catch (RuntimeException e) {
      release();
      throw cannotBind(options, e);
    }
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

  private static SslContext tls(ServerOptions.Tls files) throws IOException {
    Path cert = readable("http.tls.cert", files.cert());
    Path key = readable("http.tls.key", files.key());
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(cert.toFile(), key.toFile()).sslProvider(SslProvider.JDK);
      if (files.ca() != null) {
        builder
            .trustManager(readable("http.tls.ca", files.ca()).toFile())
            .clientAuth(ClientAuth.REQUIRE);
      }
      return builder.build();
    } catch (IllegalArgumentException | SSLException e) {
      throw new IOException(
          "http.tls: "
              + cert
              + " must be a PEM certificate chain and "
              + key
              + " its private key in PEM (PKCS #8, without a password): "
              + e.getMessage(),
          e);
    }
  }

  private static Path readable(String configKey, @Nullable Path file) throws IOException {
    if (file == null || !Files.isReadable(file)) {
      throw new IOException(configKey + ": " + file + " cannot be read");
    }
    return file;
  }
}
