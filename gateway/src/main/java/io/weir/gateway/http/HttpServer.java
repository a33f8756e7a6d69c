package io.weir.gateway.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.weir.gateway.api.Api;
import io.weir.gateway.api.GatewayView;
import io.weir.gateway.api.Snapshots;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;

/**
 * The gateway's HTTP server. Runs two event loops ({@code http-...}), which never wait, and one
 * thread {@code http-view}, which asks the {@link GatewayView}, but for what reads the quarantine
 * from the disk: that is for the thread {@code http-quarantine}, since it may take seconds. Serves
 * HTTP/1.1, plain or TLS.
 */
public final class HttpServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int MAX_REQUEST_LINE = 4096;
  private static final int MAX_HEADERS = 8192;
  private static final int MAX_CONNECTIONS = 256;
  private static final int MAX_STREAMS = 64;
  private static final int MAX_WAITING = 256;
  private static final int MAX_WAITING_FOR_QUARANTINE = 16;
  private static final long MOST_UNTAKEN = Runtime.getRuntime().maxMemory() / 8;
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration STOP = Duration.ofSeconds(2);

  private final LoopResources loops;
  private final Scheduler worker;
  private final Scheduler quarantine;
  private final Snapshots snapshots;
  private final DisposableServer server;

  /**
   * Starts serving.
   *
   * @param more routes beyond the server's own, such as those of HTTP sources
   * @throws IOException if the port is taken, the address is not this machine's, or a TLS file
   *     cannot be used; the message names the key of the configuration
   */
  public static HttpServer start(
      Config.Http http, GatewayView view, PrometheusMeterRegistry meters, List<HttpRoute> more)
      throws IOException {
    return new HttpServer(http, view, meters, more);
  }

  private HttpServer(
      Config.Http http, GatewayView view, PrometheusMeterRegistry meters, List<HttpRoute> more)
      throws IOException {
    SslContext tls = http.tls() == null ? null : tls(http.tls());
    worker = Schedulers.newBoundedElastic(1, MAX_WAITING, "http-view", 60, true);
    quarantine =
        Schedulers.newBoundedElastic(1, MAX_WAITING_FOR_QUARANTINE, "http-quarantine", 60, true);
    snapshots = new Snapshots(view, worker, TICK, MAX_STREAMS, meters);
    loops = LoopResources.create("http", 1, 2, true, false);
    OutboundBytes untaken = new OutboundBytes(MOST_UNTAKEN);
    List<HttpRoute> routes = new ArrayList<>(Page.routes());
    routes.addAll(new Api(view, worker, quarantine, snapshots, untaken, meters).routes());
    routes.addAll(more);
    Connections connections = new Connections(MAX_CONNECTIONS, http.timeout(), untaken);
    reactor.netty.http.server.HttpServer plain =
        reactor.netty.http.server.HttpServer.create()
            .host(http.bind())
            .port(http.port())
            .runOn(loops, false)
            .httpRequestDecoder(
                limits -> limits.maxInitialLineLength(MAX_REQUEST_LINE).maxHeaderSize(MAX_HEADERS))
            .idleTimeout(http.timeout())
            .requestTimeout(http.timeout())
            .channelGroup(new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE))
            .doOnChannelInit((observer, channel, address) -> connections.admit(channel))
            .handle(new Dispatch(http, routes, meters));
    try {
      server = (tls == null ? plain : plain.secure(spec -> spec.sslContext(tls))).bindNow();
    } catch (RuntimeException e) {
      release();
      throw cannotBind(http, e);
    }
  }

  /** The port it listens on: the configured one, or the one found where 0 was configured. */
  public int port() {
    return server.port();
  }

  /** Ends the streams, lets running answers finish for a moment, and frees the port. */
  @Override
  public void close() {
    snapshots.dispose();
    try {
      server.disposeNow(STOP);
    } catch (IllegalStateException e) {
      LOG.info("Requests were still running after {} s and are cut off", STOP.toSeconds());
    } finally {
      release();
    }
  }

  private void release() {
    snapshots.dispose();
    worker.dispose();
    quarantine.dispose();
    loops.disposeLater(Duration.ZERO, STOP).block(STOP.multipliedBy(2));
  }

  private static IOException cannotBind(Config.Http http, RuntimeException failure) {
    Throwable cause = failure instanceof ChannelBindException bind ? bind.getCause() : failure;
    String where = "http: cannot listen on " + http.bind() + " port " + http.port();
    return cause instanceof BindException
        ? new IOException(
            where
                + ": the port is in use, or the address is not this machine's ("
                + cause.getMessage()
                + "); stop what uses it, or set http.port or http.bind",
            cause)
        : new IOException(where + ": " + failure.getMessage(), failure);
  }

  private static SslContext tls(TlsFiles files) throws IOException {
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
