package io.weir.gateway.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.Query;
import io.weir.gateway.http.RequestThreads;
import io.weir.gateway.http.Right;
import io.weir.gateway.people.People;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Lists who did what. Reads the log on the thread {@code audit}. */
public final class AuditRequests implements AutoCloseable {

  private static final int PAGE = 50;
  private static final int LARGEST_PAGE = 500;
  private static final int MOST_WAITING = 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final @Nullable People people;
  private final Scheduler thread = RequestThreads.of("audit", 1, MOST_WAITING);

  /**
   * @param people {@code null} where there are no users
   */
  public AuditRequests(@Nullable People people) {
    this.people = people;
  }

  public List<HttpRoute> routes() {
    return List.of(HttpRoute.of(Right.ADMINISTER, "GET", "/api/v1/audit", this::list));
  }

  private Publisher<Void> list(HttpServerRequest request, HttpServerResponse response) {
    Query query = new Query(request, "limit", "before");
    int limit = (int) query.number("limit", PAGE, 1, LARGEST_PAGE);
    long before = query.number("before", Long.MAX_VALUE, 0, Long.MAX_VALUE);
    return Mono.fromCallable(
            () -> people == null ? List.<ObjectNode>of() : people.audit().newest(before, limit + 1))
        .map(found -> page(found, limit))
        .subscribeOn(thread)
        .flatMap(json -> EntryKeeper.answer(request, response, 200, json));
  }

  private static ObjectNode page(List<ObjectNode> found, int limit) {
    ObjectNode page = JSON.createObjectNode();
    ArrayNode entries = page.putArray("entries");
    found.stream().limit(limit).forEach(entries::add);
    return found.size() > limit
        ? page.put("next", found.get(limit - 1).path("id").asLong())
        : page.putNull("next");
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
