package io.weir.gateway.admin;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.model.Reason;
import io.weir.gateway.quarantine.QuarantineBook.Selection;
import io.weir.gateway.quarantine.Quarantined;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

  private static final int MOST_BYTES = 64 << 10;
  private static final String MEMBERS = "ids, reason, origin, topic, since, all and again";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

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

  /** Reads a request's body; signals a {@link ProblemDocument} with the problem. */
  static Mono<ReplayRequest> read(HttpServerRequest request) {
    return request
        .receive()
        .collect(
            ByteArrayOutputStream::new,
            (all, part) -> {
              if (all.size() + part.readableBytes() > MOST_BYTES) {
                throw new ProblemDocument(
                    413,
                    "Content too large",
                    "this body may have at most "
                        + MOST_BYTES
                        + " bytes; replay fewer entries at once, or select by reason");
              }
              byte[] bytes = new byte[part.readableBytes()];
              part.readBytes(bytes);
              all.writeBytes(bytes);
            })
        .map(body -> of(body.toByteArray()));
  }

  private static ReplayRequest of(byte[] json) {
    try {
      Body body = JSON.readValue(json, Body.class);
      if (body == null || body.selects() == body.all) {
        throw bad(
            "select entries: {\"ids\": [...]}, \"reason\", \"origin\", \"topic\", \"since\","
                + " or {\"all\": true} alone");
      }
      return new ReplayRequest(selection(body), body.again);
    } catch (UnrecognizedPropertyException e) {
      throw bad("there is no member '" + e.getPropertyName() + "'; there are " + MEMBERS);
    } catch (JsonMappingException e) {
      throw bad(misfit(e.getPath()));
    } catch (JsonProcessingException e) {
      throw bad("the body is not JSON" + place(e.getLocation()));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw bad(String.valueOf(e.getMessage()));
    } catch (DateTimeParseException e) {
      throw bad("since takes a time such as 2026-03-01T06:00:00Z");
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory cannot be read", e);
    }
  }

  private static String misfit(List<JsonMappingException.Reference> path) {
    String member = path.isEmpty() ? null : path.get(0).getFieldName();
    if (member == null) {
      return "the body must be one JSON object, such as {\"reason\":\"no-route\"}";
    }
    return switch (member) {
      case "ids" -> "ids takes a list of texts, such as [\"0123456789abcdef\"]";
      case "all", "again" -> member + " is true or false";
      default -> member + " takes one text";
    };
  }

  private static String place(@Nullable JsonLocation at) {
    return at == null ? "" : ", at line " + at.getLineNr() + ", column " + at.getColumnNr();
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

  private static ProblemDocument bad(String detail) {
    return new ProblemDocument(400, "Bad selection", detail);
  }
}
