package io.weir.gateway.console;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.timeout.ReadTimeoutException;
import io.weir.gateway.config.Secret;
import io.weir.gateway.http.Callers;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.HttpServer;
import io.weir.gateway.http.OutboundBytes;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Right;
import io.weir.gateway.http.ServerOptions;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.sink.StoreInside;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * The console and the SQL of a store inside the gateway, on loopback, for reading. As with the
 * gateway's own server, only loopback names are answered, or only those who know the token where
 * one is configured; pages of other sites are refused. What is passed on carries the store's token
 * for reading, so the store refuses everything else by itself. Questions are answered two at a
 * time, so that others remain for the writes.
 */
public final class Console implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Console.class);

  private static final Duration CLIENT_SILENCE = Duration.ofSeconds(30);

  /** More than the store's own limit for a question. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(40);

  private static final Duration LONGEST_ANSWER = Duration.ofMinutes(5);
  private static final Duration LONGEST_TURN = Duration.ofSeconds(10);
  private static final Duration STOP = Duration.ofSeconds(2);
  private static final int QUESTIONS = 2;
  private static final int WAITING = 16;
  private static final int FILES = 4;
  private static final long MOST_UNREAD_BYTES = 32L << 20;

  /** The paths on which the store computes; the others are its files and settings. */
  private static final Set<String> ASKED = Set.of("/exec", "/exp");

  private static final List<String> HEADERS_BACK =
      List.of("content-type", "content-length", "content-disposition", "content-encoding");

  /** The console is a program of QuestDB: its scripts make styles and code, and ask this server. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:;"
          + " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
          + " connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private final StoreInside store;
  private final @Nullable Secret token;
  private final @Nullable Callers callers;
  private final MeterRegistry meters;
  private final LoopResources loops = LoopResources.create("store", 1, true);
  private final ConnectionProvider asking = provider("store-questions", QUESTIONS);
  private final ConnectionProvider fetching = provider("store-files", FILES);
  private @Nullable HttpServer server;

  /**
   * @param token what a request may bring as the password of a Basic login, or {@code null}
   * @param callers who else may ask, or {@code null}
   */
  public Console(
      StoreInside store, @Nullable Secret token, @Nullable Callers callers, MeterRegistry meters) {
    this.store = store;
    this.token = token;
    this.callers = callers;
    this.meters = meters;
  }

  private static ConnectionProvider provider(String name, int connections) {
    return ConnectionProvider.builder(name)
        .maxConnections(connections)
        .pendingAcquireMaxCount(WAITING)
        .pendingAcquireTimeout(LONGEST_TURN)
        .build();
  }

  private HttpClient client(ConnectionProvider connections) {
    return HttpClient.create(connections)
        .runOn(loops, false)
        .responseTimeout(LONGEST_SILENCE)
        .headers(headers -> headers.set("authorization", "Token " + store.reader().value()));
  }

  /**
   * Starts serving.
   *
   * @throws IOException if the port is taken
   */
  public void start() throws IOException {
    HttpClient questions = client(asking);
    HttpClient files = client(fetching);
    server =
        HttpServer.start(
            new ServerOptions(
                "127.0.0.1",
                store.port(),
                token == null ? null : token.value(),
                null,
                0,
                CLIENT_SILENCE,
                ServerOptions.Login.BASIC,
                callers,
                null),
            List.of(
                HttpRoute.of(
                    Right.VIEW,
                    "GET",
                    HttpRoute.REST,
                    (request, response) -> ask(request, response, questions, files))),
            new OutboundBytes(MOST_UNREAD_BYTES),
            meters,
            MeterNames.HTTP_REQUEST_TIME);
  }

  private Publisher<Void> ask(
      HttpServerRequest request,
      HttpServerResponse response,
      HttpClient questions,
      HttpClient files) {
    String uri = request.uri();
    if (!request.method().name().equals("GET") || !uri.startsWith("/")) {
      throw new ProblemDocument(405, "Method not allowed", "the store answers GET here")
          .header("allow", "GET");
    }
    checkSite(request.requestHeaders(), uri);
    if (uri.equals("/")) {
      return response.sendRedirect("/index.html");
    }
    HttpClient client = ASKED.contains(request.fullPath()) ? questions : files;
    return client
        .get()
        .uri(store.origin().get() + uri)
        .response(
            (answer, body) -> {
              take(answer, response);
              return response.send(body.retain());
            })
        .then()
        .timeout(LONGEST_ANSWER)
        .onErrorMap(failure -> !response.hasSentHeaders(), Console::problem);
  }

  /** A link to the console may stand anywhere; what it shows is asked for by its own page. */
  private static void checkSite(HttpHeaders headers, String uri) {
    String site = headers.get("sec-fetch-site", "none");
    boolean opened =
        (uri.equals("/") || uri.equals("/index.html"))
            && headers.get("sec-fetch-mode", "").equals("navigate")
            && headers.get("sec-fetch-dest", "").equals("document");
    if (!site.equals("none") && !site.equals("same-origin") && !opened) {
      throw new ProblemDocument(
          403, "Forbidden", "requests from pages of other sites are not accepted");
    }
  }

  private static void take(HttpClientResponse answer, HttpServerResponse response) {
    response.status(answer.status());
    response.header("content-security-policy", CONTENT_SECURITY_POLICY);
    for (String name : HEADERS_BACK) {
      String value = answer.responseHeaders().get(name);
      if (value != null) {
        response.header(name, value);
      }
    }
  }

  private static ProblemDocument problem(Throwable failure) {
    if (failure instanceof PoolAcquirePendingLimitException
        || failure instanceof PoolAcquireTimeoutException) {
      return new ProblemDocument(
              503, "Busy", "the store is busy with other questions; try again in a moment")
          .header("retry-after", "5");
    }
    if (failure instanceof ReadTimeoutException) {
      return new ProblemDocument(
          504, "Too slow", "the store did not answer in time; ask for less at once");
    }
    LOG.warn("The store did not answer a question: {}", failure.toString());
    return new ProblemDocument(502, "Store failed", "the store did not answer; see the log");
  }

  /** The port it listens on. */
  public int port() {
    return server == null ? store.port() : server.port();
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    asking.disposeLater().block(STOP);
    fetching.disposeLater().block(STOP);
    loops.disposeLater(Duration.ZERO, STOP).block(STOP.multipliedBy(2));
  }
}
