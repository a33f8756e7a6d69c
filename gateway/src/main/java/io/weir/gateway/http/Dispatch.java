package io.weir.gateway.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Finds the route of a request, and answers every failure with a problem document. */
final class Dispatch implements BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  private final Map<String, Map<String, HttpRoute>> routes = new LinkedHashMap<>();
  private final Access access;
  private final @Nullable Audit audit;
  private final int maxBodyBytes;
  private final MeterRegistry meters;
  private final String requestTimer;

  /**
   * @throws IllegalArgumentException if two routes share method and path
   */
  Dispatch(
      ServerOptions options, List<HttpRoute> routes, MeterRegistry meters, String requestTimer) {
    this.access = new Access(options);
    this.audit = options.audit();
    this.maxBodyBytes = options.maxBodyBytes();
    this.meters = meters;
    this.requestTimer = requestTimer;
    for (HttpRoute route : routes) {
      Map<String, HttpRoute> methods =
          this.routes.computeIfAbsent(route.path(), path -> new LinkedHashMap<>());
      if (methods.put(route.method(), route) != null) {
        throw new IllegalArgumentException("two routes for " + route.method() + " " + route.path());
      }
    }
  }

  @Override
  public Publisher<Void> apply(HttpServerRequest request, HttpServerResponse response) {
    long start = System.nanoTime();
    Answers.protect(response.responseHeaders());
    return Mono.defer(() -> answer(request, response))
        .onErrorResume(failure -> fail(request, response, failure))
        .doFinally(end -> count(request, response, System.nanoTime() - start));
  }

  private Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
    Map<String, HttpRoute> methods = routes.get(pattern(path(request)));
    HttpHeaders headers = request.requestHeaders();
    if (methods == null) {
      access.checkKnown(headers);
      throw new ProblemDocument(
          404, "Not found", "there is nothing at this path; / is the live page");
    }
    String method = request.method().name();
    HttpRoute route = methods.get(method.equals("HEAD") ? "GET" : method);
    if (route == null) {
      access.checkKnown(headers);
      String allowed = allowed(methods);
      throw new ProblemDocument(405, "Method not allowed", "this path takes " + allowed)
          .header("allow", allowed);
    }
    Caller caller =
        route.forStrangers() == null
            ? access.check(headers, route.right(), route.isChange())
            : access.allows(headers, route.right());
    checkAnnounced(headers.get("content-length"));
    (caller == null ? Caller.STRANGER : caller).makes(request);
    if (caller != null && headers.contains("upgrade")) {
      caller.keeps(request);
    }
    if (caller == null) {
      return Mono.from(Objects.requireNonNull(route.forStrangers()).apply(request, response));
    }
    return audit != null && isAudited(route)
        ? audited(audit, caller, route, request, response)
        : Mono.from(route.handler().apply(request, response));
  }

  /** Readings come by the thousand, and are counted elsewhere. */
  private static boolean isAudited(HttpRoute route) {
    return route.isChange() && route.right() != Right.INGEST && route.right() != Right.EVERYONE;
  }

  /** First the entry, then the deed: nothing is done of which nobody will know. */
  private static Mono<Void> audited(
      Audit audit,
      Caller caller,
      HttpRoute route,
      HttpServerRequest request,
      HttpServerResponse response) {
    String address = ClientAddress.of(request);
    return audit
        .begins(caller, route.method(), request.fullPath(), address)
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .publishOn(loop(request))
        .flatMap(
            entry ->
                Mono.defer(() -> Mono.from(route.handler().apply(request, response)))
                    .doOnError(failure -> ended(audit, entry, status(failure)))
                    .doOnSuccess(done -> ended(audit, entry, response.status().code())));
  }

  /** The entry is ready on the thread that wrote it, which has other things to do. */
  private static Scheduler loop(HttpServerRequest request) {
    AtomicReference<Scheduler> loop = new AtomicReference<>();
    request.withConnection(
        connection -> loop.set(Schedulers.fromExecutor(connection.channel().eventLoop())));
    return Objects.requireNonNull(loop.get());
  }

  private static int status(Throwable failure) {
    if (failure instanceof ProblemDocument problem) {
      return problem.status();
    }
    return failure instanceof RejectedExecutionException ? 503 : 500;
  }

  private static void ended(Audit audit, Optional<Long> entry, int status) {
    entry.ifPresent(number -> audit.ended(number, status));
  }

  /** The path, or "" if its percent-encoding is invalid: no route has that path. */
  private static String path(HttpServerRequest request) {
    try {
      return request.fullPath();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** The path as a route has it, where there is one. */
  private String pattern(String path) {
    if (routes.containsKey(path)) {
      return path;
    }
    int last = path.lastIndexOf('/');
    String one = path.substring(0, last + 1) + HttpRoute.ID;
    if (routes.containsKey(one)) {
      return one;
    }
    int before = path.lastIndexOf('/', last - 1);
    String within =
        before < 0 ? "" : path.substring(0, before + 1) + HttpRoute.ID + path.substring(last);
    if (routes.containsKey(within)) {
      return within;
    }
    return routes.containsKey(HttpRoute.REST) && !path.isEmpty() ? HttpRoute.REST : path;
  }

  /** Refuses a body by its declared length, before it is sent. */
  private void checkAnnounced(@Nullable String contentLength) {
    if (contentLength == null) {
      return;
    }
    try {
      if (Long.parseLong(contentLength) <= maxBodyBytes) {
        return;
      }
    } catch (NumberFormatException e) {
      throw new ProblemDocument(400, "Bad request", "content-length is not a number");
    }
    throw new ProblemDocument(
        413,
        "Content too large",
        "a body may have at most "
            + maxBodyBytes
            + " bytes (http.max-body-size); send it in smaller parts");
  }

  private static String allowed(Map<String, HttpRoute> methods) {
    TreeSet<String> allowed = new TreeSet<>(methods.keySet());
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    return String.join(", ", allowed);
  }

  private Mono<Void> fail(
      HttpServerRequest request, HttpServerResponse response, Throwable failure) {
    if (failure instanceof AbortedException || isReset(failure) || hasLeft(request)) {
      LOG.debug("{} {}: the client has left", request.method(), request.fullPath(), failure);
      return closed(request).then(Mono.error(failure));
    }
    if (response.hasSentHeaders()) {
      LOG.warn("{} {} failed within its answer", request.method(), request.fullPath(), failure);
      return Mono.error(failure);
    }
    // The rest of the body is not read: answer and close.
    HttpHeaders headers = request.requestHeaders();
    if (headers.contains("content-length") || headers.contains("transfer-encoding")) {
      response.keepAlive(false);
    }
    return Mono.from(Answers.send(request, response, problem(request, failure)));
  }

  /** Closes a broken connection; of one that is not closed yet, the failure would be logged. */
  private static Mono<Void> closed(HttpServerRequest request) {
    return Mono.create(
        sink ->
            request.withConnection(
                connection -> connection.channel().close().addListener(closed -> sink.success())));
  }

  /**
   * Whether nobody waits for the answer any more: what fails then, such as a write, is no fault.
   */
  private static boolean hasLeft(HttpServerRequest request) {
    AtomicBoolean open = new AtomicBoolean();
    request.withConnection(connection -> open.set(connection.channel().isActive()));
    return !open.get();
  }

  /** Whether the client has broken the connection off; of another server we would say so. */
  private static boolean isReset(Throwable failure) {
    return failure instanceof SocketException && !(failure instanceof ConnectException);
  }

  private static ProblemDocument problem(HttpServerRequest request, Throwable failure) {
    if (failure instanceof ProblemDocument problem) {
      return problem;
    }
    if (failure instanceof RejectedExecutionException) {
      return new ProblemDocument(
              503, "Busy", "too many requests are waiting; try again in a moment")
          .header("retry-after", "1");
    }
    LOG.error("{} {} failed", request.method(), request.fullPath(), failure);
    return new ProblemDocument(
        500, "Internal error", "the gateway failed to answer; its log has the reason");
  }

  private void count(HttpServerRequest request, HttpServerResponse response, long nanos) {
    String path = pattern(path(request));
    meters
        .timer(
            requestTimer,
            "path",
            routes.containsKey(path) ? path : "other", // otherwise any client could create meters
            "status",
            response.hasSentHeaders() ? Integer.toString(response.status().code()) : "none")
        .record(Duration.ofNanos(nanos));
  }
}
