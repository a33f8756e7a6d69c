package io.weir.gateway.admin;

import io.weir.gateway.model.Reason;
import io.weir.gateway.quarantine.QuarantineBook.Selection;
import io.weir.gateway.quarantine.Quarantined;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * The entries that a client wants to replay, as the JSON object of its body.
 *
 * @param again whether entries that were replayed before are meant too
 */
record ReplayRequest(Selection selection, boolean again) {

  private static final String MEMBERS = "ids, reason, origin, topic, since, all and again";

  private static final JsonBody BODY =
      new JsonBody(
          "Bad selection",
          MEMBERS,
          "replay fewer entries at once, or select by reason",
          ReplayRequest::misfit);

  /** The members of the object; those that are given must all hold. */
  private record Body(
      @Nullable List<String> ids,
      @Nullable String reason,
      @Nullable String origin,
      @Nullable String topic,
      @Nullable String since,
      boolean all,
      boolean again) {

    boolean selects() {
      return ids != null || reason != null || origin != null || topic != null || since != null;
    }
  }

  /** Reads a request's body; signals a problem document with the problem. */
  static Mono<ReplayRequest> read(HttpServerRequest request) {
    return BODY.receive(request, Body.class).map(ReplayRequest::of);
  }

  private static ReplayRequest of(Body body) {
    if (body.selects() == body.all) {
      throw BODY.bad(
          "select entries: {\"ids\": [...]}, \"reason\", \"origin\", \"topic\", \"since\","
              + " or {\"all\": true} alone");
    }
    try {
      return new ReplayRequest(selection(body), body.again);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw BODY.bad(String.valueOf(e.getMessage()));
    } catch (DateTimeParseException e) {
      throw BODY.bad("since takes a time such as 2026-03-01T06:00:00Z");
    }
  }

  private static String misfit(String member) {
    return switch (member) {
      case "ids" -> "ids takes a list of texts, such as [\"0123456789abcdef\"]";
      case "all", "again" -> member + " is true or false";
      default -> member + " takes one text";
    };
  }

  private static Selection selection(Body body) {
    Set<Long> ids = null;
    if (body.ids != null) {
      ids = new HashSet<>();
      for (String id : body.ids) {
        ids.add(Quarantined.id(String.valueOf(id)));
      }
    }
    return new Selection(
        ids,
        body.reason == null ? null : Reason.of(body.reason),
        body.origin,
        body.topic,
        body.since == null
            ? Long.MIN_VALUE
            : ChronoUnit.NANOS.between(Instant.EPOCH, Instant.parse(body.since)));
  }
}
