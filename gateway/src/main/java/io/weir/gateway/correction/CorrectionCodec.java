package io.weir.gateway.correction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.correction.Change.Annotated;
import io.weir.gateway.correction.Change.Part;
import io.weir.gateway.correction.Change.PiecesBooked;
import io.weir.gateway.correction.Change.PlannedStopDeclared;
import io.weir.gateway.correction.Change.ReasonGiven;
import io.weir.gateway.correction.Change.Reclassified;
import io.weir.gateway.correction.Change.StopSplit;
import io.weir.gateway.correction.Change.StopsMerged;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes an entry as JSON, in the log and for clients, and reads it from the log.
 *
 * <p>A record of the log is one object in UTF-8, without its id, which is its offset; the log has a
 * checksum of it. Member {@code version} is 1, or 2 where the record says where in a group it was
 * said: {@code member}, {@code stream} and {@code rank}, and {@code number} where that is not the
 * id. A later version has a higher number, and is refused: what it means is not known. Instants are
 * ISO 8601 in UTC, to the nanosecond.
 */
public final class CorrectionCodec {

  static final int VERSION = 1;

  /** Of a record that says where in a group it was said. */
  static final int VERSION_OF_GROUP = 2;

  /** What an undo says in member {@code kind}. */
  public static final String UNDONE = "undone";

  /** What a request to make figures again says in member {@code kind}. */
  static final String RECOMPUTE = "recompute";

  private static final ObjectMapper JSON = new ObjectMapper();

  private CorrectionCodec() {}

  /** The bytes of a record of the log. */
  static ByteBuffer encode(Entry entry) {
    try {
      return ByteBuffer.wrap(JSON.writeValueAsBytes(record(entry)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON cannot be written", e);
    }
  }

  /** A record of the log, as a tree. */
  static ObjectNode record(Entry entry) {
    Where where = entry.origin().where();
    boolean isOfGroup = where.rank() > 0;
    ObjectNode object =
        JSON.createObjectNode().put("version", isOfGroup ? VERSION_OF_GROUP : VERSION);
    write(entry, object);
    if (isOfGroup) {
      object.put("stream", where.stream()).put("rank", where.rank());
      if (where.isNumbered()) {
        object.put("number", where.number());
      }
    }
    return object;
  }

  /** The members that a client sees: the id and those of the record. */
  public static ObjectNode json(Entry entry) {
    ObjectNode object = JSON.createObjectNode().put("id", entry.id());
    write(entry, object);
    return object;
  }

  private static void write(Entry entry, ObjectNode object) {
    if (entry instanceof Undo undo) {
      object.put("kind", UNDONE).put("of", undo.of());
      put(object, "comment", undo.comment());
    } else if (entry instanceof OrderEvent event) {
      write(event, object);
    } else if (entry instanceof Correction correction) {
      write(correction, object);
    } else if (entry instanceof RecomputeAsked asked) {
      object.put("kind", RECOMPUTE);
      write(asked.asset(), object);
      object.put("from", text(asked.from())).put("to", text(asked.to()));
    }
    Origin origin = entry.origin();
    object.put("who", origin.who()).put("verified", origin.verified());
    object.put("time", text(origin.timeNs())).put("address", origin.address());
    put(object, "key", origin.key());
    put(object, "member", origin.where().member());
  }

  private static void write(OrderEvent event, ObjectNode object) {
    object.put("kind", event.step().kind());
    write(event.asset(), object);
    object.put("at", text(event.at()));
    put(object, "order", event.order());
    put(object, "product", event.product());
    if (!Double.isNaN(event.quantity())) {
      object.put("quantity", event.quantity());
    }
    put(object, "comment", event.comment());
  }

  private static void write(Asset asset, ObjectNode object) {
    put(object, "site", asset.site());
    put(object, "area", asset.area());
    put(object, "line", asset.line());
    put(object, "machine", asset.machine());
  }

  private static void write(Correction correction, ObjectNode object) {
    object.put("kind", correction.change().kind());
    write(correction.asset(), object);
    object.put("from", text(correction.from())).put("to", text(correction.to()));
    if (correction.toEndOfStop()) {
      object.put("toEndOfStop", true);
    }
    Change change = correction.change();
    if (change instanceof Reclassified reclassified) {
      writeState(reclassified.state(), object);
      write(reclassified.reason(), object);
    } else if (change instanceof ReasonGiven given) {
      write(given.reason(), object);
    } else if (change instanceof PlannedStopDeclared planned) {
      write(planned.reason(), object);
    } else if (change instanceof StopsMerged merged) {
      writeState(merged.state(), object);
      write(merged.reason(), object);
    } else if (change instanceof StopSplit split) {
      ArrayNode parts = object.putArray("parts");
      for (Part part : split.parts()) {
        ObjectNode of = parts.addObject().put("from", text(part.from()));
        writeState(part.state(), of);
        write(part.reason(), of);
      }
    } else if (change instanceof PiecesBooked booked) {
      object.put("amount", booked.amount());
      write(booked.defect(), object);
    }
    put(object, "comment", correction.comment());
    ArrayNode before = object.putArray("before");
    for (Correction.Stretch stretch : correction.before()) {
      before
          .addObject()
          .put("from", text(stretch.from()))
          .put("to", text(stretch.to()))
          .put("state", stretch.state())
          .put("reason", stretch.reason());
    }
  }

  private static void writeState(@Nullable MachineState state, ObjectNode object) {
    if (state != null) {
      object.put("state", state.word());
    }
  }

  private static void write(@Nullable Why why, ObjectNode object) {
    if (why != null) {
      put(object, "category", why.category());
      object.put("reason", why.reason());
      put(object, "detail", why.detail());
      if (why.planned() != null) {
        object.put("planned", why.planned());
      }
    }
  }

  private static void put(ObjectNode object, String name, @Nullable String text) {
    if (text != null && !text.isEmpty()) {
      object.put(name, text);
    }
  }

  /**
   * Reads a record of the log.
   *
   * @throws IllegalArgumentException if it is no entry, or of a later version
   */
  static Entry decode(long id, ByteBuffer payload) {
    return decode(id, tree(payload));
  }

  /** The same of a tree. */
  static Entry decode(long id, JsonNode object) {
    int version = object.path("version").asInt();
    if (version != VERSION && version != VERSION_OF_GROUP) {
      throw new IllegalArgumentException(
          "it has version " + version + ", which this program does not know");
    }
    try {
      Origin origin =
          new Origin(
              object.path("who").asText(),
              nanos(object.path("time").asText()),
              object.path("address").asText(),
              object.path("key").asText(),
              object.path("verified").asBoolean(),
              version == VERSION ? Where.HERE : where(object));
      String comment = object.path("comment").asText();
      String kind = object.path("kind").asText();
      if (kind.equals(UNDONE)) {
        return new Undo(id, object.path("of").asLong(), comment, origin);
      }
      Asset asset =
          new Asset(
              text(object, "site"),
              text(object, "area"),
              text(object, "line"),
              text(object, "machine"));
      for (OrderEvent.Step step : OrderEvent.Step.values()) {
        if (step.kind().equals(kind)) {
          return order(id, step, asset, object, comment, origin);
        }
      }
      if (kind.equals(RECOMPUTE)) {
        return new RecomputeAsked(
            id,
            asset,
            nanos(object.path("from").asText()),
            nanos(object.path("to").asText()),
            origin);
      }
      List<Correction.Stretch> before = new ArrayList<>();
      for (JsonNode told : object.path("before")) {
        before.add(
            new Correction.Stretch(
                nanos(told.path("from").asText()),
                nanos(told.path("to").asText()),
                told.path("state").asText(),
                told.path("reason").asText()));
      }
      return new Correction(
          id,
          asset,
          nanos(object.path("from").asText()),
          nanos(object.path("to").asText()),
          object.path("toEndOfStop").asBoolean(),
          change(kind, object),
          comment,
          before,
          origin);
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("it has no time: " + e.getMessage(), e);
    }
  }

  private static OrderEvent order(
      long id, OrderEvent.Step step, Asset asset, JsonNode object, String comment, Origin origin) {
    return new OrderEvent(
        id,
        asset,
        nanos(object.path("at").asText()),
        step,
        object.path("order").asText(),
        object.path("product").asText(),
        object.path("quantity").asDouble(Double.NaN),
        comment,
        origin);
  }

  private static Where where(JsonNode object) {
    Where here =
        Where.here(
            object.path("member").asText(),
            object.path("stream").asLong(),
            object.path("rank").asLong());
    if (here.stream() <= 0 || here.rank() <= 0 || here.rank() > Where.HIGHEST_RANK) {
      throw new IllegalArgumentException("it does not say its stream and its rank");
    }
    return object.has("number") ? here.numbered(object.path("number").asLong()) : here;
  }

  private static JsonNode tree(ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.duplicate().get(bytes);
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "it is not JSON: " + new String(bytes, StandardCharsets.UTF_8), e);
    }
  }

  private static Change change(String kind, JsonNode object) {
    return switch (kind) {
      case Annotated.KIND -> new Annotated();
      case Reclassified.KIND -> new Reclassified(given(state(object), "state"), why(object));
      case ReasonGiven.KIND -> new ReasonGiven(given(why(object), "reason"));
      case PlannedStopDeclared.KIND -> new PlannedStopDeclared(why(object));
      case StopsMerged.KIND ->
          new StopsMerged(given(state(object), "state"), given(why(object), "reason"));
      case StopSplit.KIND -> {
        List<Part> parts = new ArrayList<>();
        for (JsonNode part : object.path("parts")) {
          parts.add(new Part(nanos(part.path("from").asText()), state(part), why(part)));
        }
        yield new StopSplit(parts);
      }
      case PiecesBooked.SCRAP, PiecesBooked.REWORK ->
          new PiecesBooked(
              kind.equals(PiecesBooked.REWORK), object.path("amount").asDouble(), why(object));
      default -> throw new IllegalArgumentException("its kind '" + kind + "' is not known");
    };
  }

  private static <T> T given(@Nullable T value, String name) {
    if (value == null) {
      throw new IllegalArgumentException("it gives no " + name);
    }
    return value;
  }

  private static @Nullable MachineState state(JsonNode object) {
    return object.has("state")
        ? MachineState.valueOf(object.path("state").asText().toUpperCase(Locale.ROOT))
        : null;
  }

  private static @Nullable Why why(JsonNode object) {
    return object.has("reason")
        ? new Why(
            object.path("category").asText(),
            object.path("reason").asText(),
            object.path("detail").asText(),
            object.has("planned") ? object.path("planned").asBoolean() : null)
        : null;
  }

  private static @Nullable String text(JsonNode object, String name) {
    return object.has(name) ? object.path(name).asText() : null;
  }

  private static String text(long nanos) {
    return Instant.EPOCH.plus(nanos, ChronoUnit.NANOS).toString();
  }

  private static long nanos(String text) {
    return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.parse(text));
  }
}
