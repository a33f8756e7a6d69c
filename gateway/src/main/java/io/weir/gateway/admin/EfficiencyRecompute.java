package io.weir.gateway.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.RecomputeAsked;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.efficiency.Recompute;
import io.weir.gateway.efficiency.RecomputeRequests;
import io.weir.gateway.efficiency.Retired;
import io.weir.gateway.http.Answers;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Right;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Asks for the figures of a past span to be made again, and says how far that is. A request is
 * answered once it is on stable storage; the work is done by {@link Recompute}. Retires machines
 * that will send nothing more.
 */
public final class EfficiencyRecompute implements AutoCloseable {

  private static final String PATH = "/api/v1/efficiency/recompute";
  private static final int LEVELS = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final JsonBody BODY =
      JsonBody.ofTexts("Bad recompute", "asset, from and to", "a recompute is short");

  private static final BodyMembers MEMBERS = new BodyMembers(BODY);

  private record Body(@Nullable String asset, @Nullable String from, @Nullable String to) {}

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final JsonBody MACHINE =
      JsonBody.ofTexts("Bad machine", "asset", "a name is short");

  private record Machine(@Nullable String asset) {}

  private final Recompute recompute;
  private final EfficiencyConsumer live;
  private final Time time;
  private final Scheduler thread = Schedulers.newSingle("recompute-requests", true);
  private final CorrectionLog said;
  private final EntryKeeper keeper;

  /**
   * @param said where a request is kept for the other gateways of a group
   */
  public EfficiencyRecompute(
      Recompute recompute, EfficiencyConsumer live, CorrectionLog said, Time time) {
    this.recompute = recompute;
    this.live = live;
    this.time = time;
    this.said = said;
    keeper = new EntryKeeper("request", said, time, thread);
  }

  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.of(Right.ENGINEER, "POST", PATH, this::ask),
        HttpRoute.of(Right.VIEW, "GET", PATH, this::progress),
        HttpRoute.of(Right.ENGINEER, "POST", "/api/v1/efficiency/retire", this::retire));
  }

  private Publisher<Void> ask(HttpServerRequest request, HttpServerResponse response) {
    Origin from = keeper.origin(request);
    return BODY.receive(request, Body.class)
        .publishOn(thread)
        .map(body -> wanted(body, from))
        .flatMap(
            wanted -> said.isShared() ? keeper.keep(wanted).thenReturn(wanted) : Mono.just(wanted))
        .map(this::asked)
        .flatMap(
            json -> Mono.from(Answers.send(request, response.status(202), Answers.JSON, json)));
  }

  private Publisher<Void> retire(HttpServerRequest request, HttpServerResponse response) {
    return MACHINE
        .receive(request, Machine.class)
        .publishOn(thread)
        .map(EfficiencyRecompute::machine)
        .flatMap(asset -> Mono.fromFuture(live.retire(asset)).map(done -> retired(asset, done)))
        .timeout(
            LIMIT,
            Mono.error(
                new ProblemDocument(503, "Not done yet", "the figures do not answer; see /health")
                    .header("retry-after", "10")))
        .flatMap(json -> Mono.from(Answers.send(request, response, Answers.JSON, json)));
  }

  private static Asset machine(Machine body) {
    Asset asset = asset(body.asset);
    if (asset.machine() == null) {
      throw MACHINE.bad("asset takes SITE/AREA/LINE/MACHINE");
    }
    return asset;
  }

  private static byte[] retired(Asset asset, Retired outcome) {
    switch (outcome) {
      case UNKNOWN ->
          throw new ProblemDocument(
              404,
              "Not found",
              "there are no figures of " + asset.place() + "; /api/v1/efficiency has them");
      case NAMED ->
          throw new ProblemDocument(
              409,
              "Named in the configuration",
              asset.place()
                  + " is expected, because the configuration names it; take it out there,"
                  + " restart, and retire it then");
      case DONE -> {}
    }
    try {
      return JSON.writeValueAsBytes(JSON.createObjectNode().put("asset", asset.place()));
    } catch (IOException e) {
      throw new IllegalStateException("a name cannot be written as JSON", e);
    }
  }

  private RecomputeAsked wanted(Body body, Origin origin) {
    long from = MEMBERS.instant("from", body.from);
    long to = MEMBERS.instant("to", body.to);
    if (from >= to || to > time.wallNs() + TimeUnit.MINUTES.toNanos(1)) {
      throw BODY.bad("to must be after from, and not still to come");
    }
    return new RecomputeAsked(0, asset(body.asset), from, to, origin);
  }

  private byte[] asked(RecomputeAsked wanted) {
    try {
      long id = recompute.ask(wanted.asset(), wanted.from(), wanted.to());
      return JSON.writeValueAsBytes(JSON.createObjectNode().put("id", id));
    } catch (IOException e) {
      throw new ProblemDocument(
              503, "Not saved", "the data directory could not be written: " + e.getMessage())
          .header("retry-after", "10");
    }
  }

  /** A place of up to four levels, of which one may be missing before the last; all for none. */
  private static Asset asset(@Nullable String path) {
    if (path == null || path.isEmpty()) {
      return Asset.NONE;
    }
    String[] names = Asset.levelsOf(path).toArray(String[]::new);
    if (path.endsWith("/") && !path.endsWith("\\/")) {
      throw BODY.bad(
          "asset takes SITE, SITE/AREA, SITE/AREA/LINE or SITE/AREA/LINE/MACHINE, with nothing"
              + " between two slashes for a level that is missing");
    }
    String[] levels = new String[LEVELS];
    System.arraycopy(names, 0, levels, 0, names.length);
    return new Asset(levels[0], levels[1], levels[2], levels[3]);
  }

  private Publisher<Void> progress(HttpServerRequest request, HttpServerResponse response) {
    return Mono.fromCallable(() -> JSON.writeValueAsBytes(progress()))
        .subscribeOn(thread)
        .flatMap(json -> Mono.from(Answers.send(request, response, Answers.JSON, json)));
  }

  private ObjectNode progress() {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("waiting", recompute.waiting());
    ArrayNode keepingBoth = answer.putArray("keepingBoth");
    recompute.keepingBoth().forEach(keepingBoth::add);
    ArrayNode requests = answer.putArray("requests");
    for (RecomputeRequests.Request each : recompute.requests()) {
      ObjectNode request = requests.addObject();
      request
          .put("id", each.id())
          .put("asset", each.asset())
          .put("from", Instant.ofEpochSecond(0, each.from()).toString())
          .put("to", Instant.ofEpochSecond(0, each.to()).toString())
          .put("state", each.state().name().toLowerCase(Locale.ROOT))
          .put("share", Math.round(each.course().share() * 1000) / 1000.0)
          .put("rows", each.course().rows())
          .put("detail", each.course().detail())
          .put("origin", each.course().origin().isEmpty() ? null : each.course().origin());
      ArrayNode missing = request.putArray("notGivenBack");
      each.course().notGivenBack().forEach(missing::add);
    }
    return answer;
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
