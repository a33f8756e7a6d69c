package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Health, meters, and what the {@link GatewayView} shows, as JSON. */
final class Api {

  private static final String METERS = "text/plain; version=0.0.4; charset=utf-8";
  private static final int PAGE = 50;
  private static final int LARGEST_PAGE = 500;

  private final GatewayView view;
  private final Scheduler worker;
  private final Snapshots snapshots;
  private final PrometheusMeterRegistry meters;

  Api(GatewayView view, Scheduler worker, Snapshots snapshots, PrometheusMeterRegistry meters) {
    this.view = view;
    this.worker = worker;
    this.snapshots = snapshots;
    this.meters = meters;
  }

  List<Route> routes() {
    return List.of(
        Route.open(
            "GET", "/health/live", answer(Answers.JSON, () -> Json.bytes(Map.of("live", true)))),
        Route.open("GET", "/health/ready", answer(Answers.JSON, this::ready)),
        Route.of("GET", "/metrics", answer(METERS, () -> meters.scrape().getBytes(UTF_8))),
        json("/api/v1/status", view::status),
        json("/api/v1/ledger", view::ledger),
        json("/api/v1/assets", view::assets),
        json("/api/v1/efficiency", this::efficiency),
        Route.of("GET", "/api/v1/quarantine", this::quarantine),
        Route.of("GET", "/api/v1/stream", snapshots::stream));
  }

  private Route json(String path, Callable<?> content) {
    return Route.of("GET", path, answer(Answers.JSON, () -> Json.bytes(content.call())));
  }

  private Route.Handler answer(String type, Callable<byte[]> content) {
    return (request, response) ->
        Mono.fromCallable(content)
            .subscribeOn(worker)
            .flatMap(bytes -> Mono.from(Answers.send(request, response, type, bytes)));
  }

  private Efficiency efficiency() {
    Efficiency efficiency = view.efficiency();
    if (efficiency == null) {
      throw new Problem(
          404, "Not found", "no figures are made; the configuration has no group efficiency");
    }
    return efficiency;
  }

  private byte[] ready() {
    Health health = view.health();
    if (!health.isReady()) {
      String reasons =
          health.parts().stream()
              .filter(part -> !part.ready())
              .map(part -> part.kind() + " " + part.name() + ": " + part.reason())
              .collect(joining("; "));
      throw new Problem(503, "Not ready", reasons).member("parts", health.parts());
    }
    return Json.bytes(health);
  }

  private Publisher<Void> quarantine(HttpServerRequest request, HttpServerResponse response) {
    Map<String, List<String>> query = new QueryStringDecoder(request.uri()).parameters();
    int limit = (int) number(query, "limit", PAGE, 1, LARGEST_PAGE);
    long before = number(query, "before", Long.MAX_VALUE, 0, Long.MAX_VALUE);
    return answer(Answers.JSON, () -> Json.bytes(view.quarantine(limit, before)))
        .apply(request, response);
  }

  private static long number(
      Map<String, List<String>> query, String name, long absent, long least, long most) {
    List<String> given = query.get(name);
    if (given == null) {
      return absent;
    }
    try {
      long number = Long.parseLong(given.get(0));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // answered below, like a number out of range
    }
    throw new Problem(
        400, "Bad request", name + " must be a whole number from " + least + " to " + most);
  }
}
