package io.weir.gateway.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.RequestThreads;
import io.weir.gateway.http.Right;
import io.weir.gateway.notify.Notifier;
import io.weir.gateway.notify.OpenNotice;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Lists the open notifications, and takes that somebody knows of one. That is answered once it is
 * on stable storage. Works on the thread {@code notification-requests}.
 */
public final class NotificationRequests implements AutoCloseable {

  private static final String PATH = "/api/v1/notifications";
  private static final int MOST_WAITING = 64;
  private static final int MOST = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final @Nullable Notifier notifier;
  private final Scheduler thread = RequestThreads.of("notification-requests", 1, MOST_WAITING);

  /**
   * @param notifier {@code null} where none are configured
   */
  public NotificationRequests(@Nullable Notifier notifier) {
    this.notifier = notifier;
  }

  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.of(Right.VIEW, "GET", PATH, this::list),
        HttpRoute.of(Right.OPERATE, "POST", PATH + "/{id}/acknowledge", this::acknowledge));
  }

  private Publisher<Void> list(HttpServerRequest request, HttpServerResponse response) {
    return Mono.fromCallable(this::all)
        .subscribeOn(thread)
        .flatMap(json -> EntryKeeper.answer(request, response, 200, json));
  }

  private ObjectNode all() {
    ObjectNode answer = JSON.createObjectNode().put("enabled", notifier != null);
    ArrayNode open = answer.putArray("open");
    ArrayNode outlets = answer.putArray("outlets");
    long more = 0;
    if (notifier != null) {
      List<OpenNotice> all = notifier.open();
      all.stream().limit(MOST).forEach(each -> open.add(json(each)));
      more = Math.max(0, all.size() - MOST);
      for (Notifier.OutletNow outlet : notifier.outlets()) {
        outlets
            .addObject()
            .put("name", outlet.name())
            .put("type", outlet.type())
            .put("pending", outlet.pending())
            .put("omitted", outlet.omitted())
            .put("reason", outlet.reason());
      }
    }
    return answer.put("more", more);
  }

  private Publisher<Void> acknowledge(HttpServerRequest request, HttpServerResponse response) {
    String[] parts = request.fullPath().split("/");
    String id = parts[parts.length - 2];
    return UndoRequest.read(request)
        .publishOn(thread)
        .map(said -> acknowledged(id, said))
        .flatMap(json -> EntryKeeper.answer(request, response, 200, json));
  }

  private ObjectNode acknowledged(String id, UndoRequest said) {
    try {
      OpenNotice known =
          notifier == null ? null : notifier.acknowledge(id, said.who(), said.comment());
      if (known == null) {
        throw new ProblemDocument(
            404,
            "Not found",
            "there is no open notification " + id + "; " + PATH + " lists those that there are");
      }
      return json(known);
    } catch (IOException e) {
      throw new ProblemDocument(503, "Not kept", "it could not be kept: " + e.getMessage())
          .header("retry-after", "10");
    }
  }

  private static ObjectNode json(OpenNotice notice) {
    ObjectNode json = JSON.createObjectNode();
    json.put("id", notice.id())
        .put("rule", notice.rule())
        .put("kind", notice.cause().kind())
        .put("subject", notice.cause().subject())
        .put("asset", notice.cause().asset().path())
        .put("severity", notice.cause().critical() ? "critical" : "warning")
        .put("text", notice.cause().text())
        .putPOJO("facts", notice.cause().facts())
        .put("since", notice.since().toString())
        .put("raised", notice.raised())
        .put("flapping", notice.flapping());
    ArrayNode levels = json.putArray("levels");
    notice.cause().asset().levels().forEach(levels::add);
    OpenNotice.Acknowledged said = notice.acknowledged();
    if (said == null) {
      json.putNull("acknowledged");
    } else {
      json.putObject("acknowledged")
          .put("who", said.who())
          .put("comment", said.comment())
          .put("time", said.at().toString());
    }
    return json;
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
