package io.weir.gateway.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.efficiency.learn.Finding;
import io.weir.gateway.efficiency.learn.Hint;
import io.weir.gateway.efficiency.learn.HintDecision;
import io.weir.gateway.efficiency.learn.Hints;
import io.weir.gateway.http.Answers;
import io.weir.gateway.http.ClientAddress;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.Json;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Query;
import io.weir.gateway.http.RequestThreads;
import io.weir.gateway.http.Right;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Lists hints, and takes what people say about them. A decision is answered once it is on stable
 * storage. Works on the thread {@code hint-requests}.
 */
public final class HintRequests implements AutoCloseable {

  private static final String PATH = "/api/v1/hints";
  private static final int MOST = 500;
  private static final int MOST_WAITING = 64;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Hints hints;
  private final Scheduler thread = RequestThreads.of("hint-requests", 1, MOST_WAITING);

  public HintRequests(Hints hints) {
    this.hints = hints;
  }

  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.of(Right.VIEW, "GET", PATH, this::list),
        HttpRoute.of(
            Right.ENGINEER, "POST", PATH + "/{id}/confirm", (in, out) -> decide(in, out, true)),
        HttpRoute.of(
            Right.ENGINEER, "POST", PATH + "/{id}/dismiss", (in, out) -> decide(in, out, false)));
  }

  private Publisher<Void> list(HttpServerRequest request, HttpServerResponse response) {
    Query query = new Query(request, "site", "area", "line", "machine");
    String site = query.text("site");
    String area = query.text("area");
    String line = query.text("line");
    String machine = query.text("machine");
    return Mono.fromCallable(
            () -> {
              ObjectNode answer = JSON.createObjectNode().put("enabled", hints.enabled());
              List<Hint> found =
                  hints.all().stream()
                      .filter(hint -> isOf(hint.finding().asset(), site, area, line, machine))
                      .toList();
              ArrayNode list = answer.putArray("hints");
              found.stream().limit(MOST).forEach(hint -> list.add(json(hint)));
              answer.put("more", Math.max(0, found.size() - MOST));
              ArrayNode decided = answer.putArray("decided");
              hints.decided().stream()
                  .filter(each -> isOf(each.asset(), site, area, line, machine))
                  .forEach(each -> decided.add(json(each)));
              return answer;
            })
        .subscribeOn(thread)
        .flatMap(json -> answer(request, response, json));
  }

  private static boolean isOf(
      Asset asset,
      @Nullable String site,
      @Nullable String area,
      @Nullable String line,
      @Nullable String machine) {
    return fits(site, asset.site())
        && fits(area, asset.area())
        && fits(line, asset.line())
        && fits(machine, asset.machine());
  }

  private static boolean fits(@Nullable String wanted, @Nullable String level) {
    return wanted == null || wanted.equals(level == null ? "" : level);
  }

  private Publisher<Void> decide(
      HttpServerRequest request, HttpServerResponse response, boolean confirmed) {
    String[] parts = request.fullPath().split("/");
    String id = parts[parts.length - 2];
    String from = ClientAddress.of(request);
    boolean verified = !BodyMembers.user(request).isEmpty();
    return UndoRequest.read(request)
        .publishOn(thread)
        .map(said -> decided(id, confirmed, said, verified, from))
        .flatMap(hint -> answer(request, response, json(hint)));
  }

  private Hint decided(
      String id, boolean confirmed, UndoRequest said, boolean verified, String address) {
    try {
      Hint hint = hints.decide(id, confirmed, said.who(), verified, address, said.comment());
      if (hint == null) {
        throw new ProblemDocument(
            404,
            "Not found",
            "there is no hint " + id + "; " + PATH + " lists those that there are");
      }
      return hint;
    } catch (IOException e) {
      throw new ProblemDocument(
              503, "Not kept", "the decision could not be written to the disk: " + e.getMessage())
          .header("retry-after", "10");
    }
  }

  // ---- JSON

  private static ObjectNode json(Hint hint) {
    Finding finding = hint.finding();
    ObjectNode json = JSON.createObjectNode();
    json.put("id", finding.id())
        .put("kind", finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .put("state", hint.state().name().toLowerCase(Locale.ROOT));
    levels(json, finding.asset());
    json.put("product", finding.product())
        .put("metric", finding.metric())
        .put("value", finding.value())
        .put("reference", defined(finding.reference()))
        .put("spread", defined(finding.spread()))
        .put("unit", finding.unit())
        .put("day", finding.day().toString())
        .put("reason", finding.reason())
        .put("toPaste", finding.toPaste().isEmpty() ? null : finding.toPaste());
    HintDecision last = hint.decision();
    if (last == null) {
      json.putNull("decision");
    } else {
      json.set("decision", json(last));
    }
    return json;
  }

  private static @Nullable Double defined(double value) {
    return Double.isNaN(value) ? null : value;
  }

  private static ObjectNode json(HintDecision decision) {
    ObjectNode json = JSON.createObjectNode();
    json.put("id", decision.id()).put("decision", decision.confirmed() ? "confirmed" : "dismissed");
    levels(json, decision.asset());
    return json.put("who", decision.who())
        .put("verified", decision.verified())
        .put("time", Instant.ofEpochSecond(0, decision.timeNs()).toString())
        .put("address", decision.address())
        .put("comment", decision.comment())
        .put("reason", decision.reason())
        .put("toPaste", decision.toPaste().isEmpty() ? null : decision.toPaste());
  }

  private static void levels(ObjectNode json, Asset asset) {
    json.put("site", asset.site())
        .put("area", asset.area())
        .put("line", asset.line())
        .put("machine", asset.machine());
  }

  private static Mono<Void> answer(
      HttpServerRequest request, HttpServerResponse response, ObjectNode json) {
    return Mono.from(Answers.send(request, response, Answers.JSON, Json.bytes(json)));
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
