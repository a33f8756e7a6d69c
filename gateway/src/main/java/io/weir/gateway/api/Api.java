package io.weir.gateway.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.gateway.http.Answers;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.Json;
import io.weir.gateway.http.OutboundBytes;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Query;
import io.weir.gateway.http.RequestThreads;
import io.weir.gateway.http.Right;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Serves health, meters and the {@link GatewayView} as JSON. The view is called on the one thread
 * {@code http-view}. Reading the quarantine from the disk may take seconds and runs on the thread
 * {@code http-quarantine}; what was before may have to come from a store and has the threads {@code
 * http-past}, so that nobody who looks at the present waits for it.
 */
final class Api implements AutoCloseable {

  private static final String METERS = "text/plain; version=0.0.4; charset=utf-8";
  private static final int PAGE = 50;
  private static final int LARGEST_PAGE = 500;

  private static final int MAX_STREAMS = 64;
  private static final int MAX_WAITING = 256;
  private static final int MAX_WAITING_FOR_QUARANTINE = 16;
  private static final int MAX_WAITING_FOR_PAST = 32;
  private static final int PAST_THREADS = 2;
  private static final Duration TICK = Duration.ofSeconds(1);

  private final GatewayView view;
  private final Scheduler worker = RequestThreads.of("http-view", 1, MAX_WAITING);
  private final Scheduler quarantine =
      RequestThreads.of("http-quarantine", 1, MAX_WAITING_FOR_QUARANTINE);
  private final Scheduler past = RequestThreads.of("http-past", PAST_THREADS, MAX_WAITING_FOR_PAST);
  private final Snapshots snapshots;
  private final PrometheusMeterRegistry meters;
  private final OutboundBytes unread;

  Api(GatewayView view, OutboundBytes unread, PrometheusMeterRegistry meters) {
    this.view = view;
    this.snapshots = new Snapshots(view, worker, TICK, MAX_STREAMS, meters);
    this.meters = meters;
    this.unread = unread;
  }

  void endStreams() {
    snapshots.dispose();
  }

  @Override
  public void close() {
    snapshots.dispose();
    worker.dispose();
    quarantine.dispose();
    past.dispose();
  }

  public List<HttpRoute> routes() {
    List<HttpRoute> routes = new ArrayList<>(own());
    for (MachineApi.Question question : new MachineApi(view.machines()).questions()) {
      routes.add(asked(question.path(), question.read(), worker));
    }
    for (MachineApi.Question question : new PastApi(view.past()).questions()) {
      routes.add(asked(question.path(), question.read(), past));
    }
    return routes;
  }

  private List<HttpRoute> own() {
    return List.of(
        probe("/health/live", () -> Map.of("live", true), () -> Map.of("live", true)),
        probe("/health/ready", this::ready, this::readyOrNot),
        HttpRoute.of(
            Right.METRICS,
            "GET",
            "/metrics",
            answer(METERS, () -> meters.scrape().getBytes(UTF_8), worker)),
        HttpRoute.of(Right.VIEW, "GET", "/api/v1/status", small(view::status)),
        HttpRoute.of(Right.VIEW, "GET", "/api/v1/ledger", small(view::ledger)),
        asked("/api/v1/assets", plain(view::assets), worker),
        asked("/api/v1/received", plain(view::received), worker),
        asked("/api/v1/efficiency", plain(() -> MachineApi.made(view.efficiency())), worker),
        asked("/api/v1/quarantine", this::quarantine, quarantine),
        asked("/api/v1/quarantine/{id}", this::quarantined, quarantine),
        HttpRoute.of(Right.VIEW, "GET", "/api/v1/stream", snapshots::stream));
  }

  private HttpRoute probe(String path, Callable<?> content, Callable<?> forStrangers) {
    return HttpRoute.probe(path, small(content), small(forStrangers));
  }

  /** An answer whose size does not depend on the plant. */
  private HttpRoute.Handler small(Callable<?> content) {
    return answer(Answers.JSON, () -> Json.bytes(content.call()), worker);
  }

  private HttpRoute.Handler answer(String type, Callable<byte[]> content, Scheduler on) {
    return (request, response) ->
        Mono.fromCallable(content)
            .subscribeOn(on)
            .flatMap(bytes -> Mono.from(Answers.send(request, response, type, bytes)));
  }

  /**
   * A route whose answer depends on the request and grows with the plant. The request is checked on
   * the event loop.
   */
  private HttpRoute asked(
      String path, Function<HttpServerRequest, Callable<?>> read, Scheduler on) {
    return HttpRoute.of(
        Right.VIEW,
        "GET",
        path,
        (request, response) -> {
          Callable<?> content = read.apply(request);
          return answer(
                  Answers.JSON,
                  () -> {
                    unread.check();
                    return Json.bytes(content.call());
                  },
                  on)
              .apply(request, response);
        });
  }

  /** Takes no parameters. */
  private static Function<HttpServerRequest, Callable<?>> plain(Callable<?> content) {
    return request -> content;
  }

  private Health ready() {
    Health health = view.health();
    if (!health.isReady()) {
      String reasons =
          health.parts().stream()
              .filter(part -> !part.ready())
              .map(part -> part.kind() + " " + part.name() + ": " + part.reason())
              .collect(joining("; "));
      throw new ProblemDocument(503, "Not ready", reasons).member("parts", health.parts());
    }
    return health;
  }

  /** Parts and reasons name brokers, stores and folders, which are not everyone's to know. */
  private Map<String, Boolean> readyOrNot() {
    if (!view.health().isReady()) {
      throw new ProblemDocument(
          503, "Not ready", "which part, and why, is told with the token, or on this machine");
    }
    return Map.of("ready", true);
  }

  private Callable<?> quarantine(HttpServerRequest request) {
    Query query = new Query(request, "limit", "before");
    int limit = (int) query.number("limit", PAGE, 1, LARGEST_PAGE);
    long before = query.number("before", Long.MAX_VALUE, 0, Long.MAX_VALUE);
    return () -> view.quarantine(limit, before);
  }

  private Callable<?> quarantined(HttpServerRequest request) {
    String path = request.fullPath();
    String label = path.substring(path.lastIndexOf('/') + 1);
    if (!label.matches("[0-9a-f]{16}")) {
      throw Query.bad("an id has 16 hexadecimal digits, as /api/v1/quarantine lists them");
    }
    return () -> {
      QuarantineEntry entry = view.quarantined(HexFormat.fromHexDigitsToLong(label));
      if (entry == null) {
        throw new ProblemDocument(
            404, "Not found", "the quarantine has no such entry, or no longer has it");
      }
      return entry;
    };
  }
}
