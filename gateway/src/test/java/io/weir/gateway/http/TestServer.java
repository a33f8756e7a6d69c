package io.weir.gateway.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An HTTP server of a test: on loopback and any free port, plain and without a token at first. */
public final class TestServer {

  private final List<HttpRoute> routes;
  private String bind = "127.0.0.1";
  private @Nullable String token;
  private ServerOptions.@Nullable Tls tls;
  private int maxBodyBytes = 10_000;
  private Duration timeout = Duration.ofSeconds(30);
  private @Nullable Callers callers;
  private OutboundBytes unread = new OutboundBytes(1 << 20);
  private MeterRegistry meters = new SimpleMeterRegistry();

  private TestServer(List<HttpRoute> routes) {
    this.routes = routes;
  }

  public static TestServer of(HttpRoute... routes) {
    return of(List.of(routes));
  }

  public static TestServer of(List<HttpRoute> routes) {
    return new TestServer(routes);
  }

  public TestServer bind(String address) {
    bind = address;
    return this;
  }

  public TestServer token(@Nullable String sent) {
    token = sent;
    return this;
  }

  public TestServer tls(ServerOptions.@Nullable Tls files) {
    tls = files;
    return this;
  }

  public TestServer maxBodyBytes(int most) {
    maxBodyBytes = most;
    return this;
  }

  public TestServer timeout(Duration longest) {
    timeout = longest;
    return this;
  }

  public TestServer callers(Callers others) {
    callers = others;
    return this;
  }

  public TestServer unread(OutboundBytes bound) {
    unread = bound;
    return this;
  }

  public TestServer meters(MeterRegistry registry) {
    meters = registry;
    return this;
  }

  public HttpServer start() throws IOException {
    ServerOptions options =
        new ServerOptions(
            bind, 0, token, tls, maxBodyBytes, timeout, ServerOptions.Login.BEARER, callers, null);
    return HttpServer.start(options, routes, unread, meters, "requests");
  }
}
