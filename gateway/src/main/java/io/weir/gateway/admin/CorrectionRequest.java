package io.weir.gateway.admin;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Change.Annotated;
import io.weir.gateway.correction.Change.PlannedStopDeclared;
import io.weir.gateway.correction.Change.ReasonGiven;
import io.weir.gateway.correction.Change.Reclassified;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** A correction as a client asks for it: the JSON object of its body, checked. */
record CorrectionRequest(
    Asset asset,
    long from,
    long to,
    boolean toEndOfStop,
    Change change,
    String comment,
    String who) {

  private static final int MOST_NAME = 128;
  private static final int MOST_COMMENT = 1000;

  /** A longer stop is several corrections. */
  private static final long MOST_SPAN_NS = 32L * 24 * 3_600_000_000_000L;

  /** States that a person can say; a micro-stop follows from the length. */
  private static final Set<MachineState> STATES =
      EnumSet.complementOf(EnumSet.of(MachineState.UNKNOWN, MachineState.MICRO_STOP));

  private static final JsonBody BODY =
      new JsonBody(
          "Bad correction",
          "kind, site, area, line, machine, from, to, toEndOfStop, state, category, reason, detail,"
              + " planned, comment and who",
          "a correction is short",
          CorrectionRequest::misfit);

  /** The members of the object. */
  private record Body(
      @Nullable String kind,
      @Nullable String site,
      @Nullable String area,
      @Nullable String line,
      @Nullable String machine,
      @Nullable String from,
      @Nullable String to,
      @Nullable Boolean toEndOfStop,
      @Nullable String state,
      @Nullable String category,
      @Nullable String reason,
      @Nullable String detail,
      @Nullable Boolean planned,
      @Nullable String comment,
      @Nullable String who) {}

  /** Reads a request's body; signals a problem document with the problem. */
  static Mono<CorrectionRequest> read(HttpServerRequest request) {
    return BODY.receive(request).map(CorrectionRequest::of);
  }

  /** The same with the reason as the tree of reasons has it. */
  CorrectionRequest with(Function<Why, Why> tree) {
    Change said = change;
    if (said instanceof ReasonGiven given) {
      said = new ReasonGiven(tree.apply(given.reason()));
    } else if (said instanceof Reclassified state && state.reason() != null) {
      said = new Reclassified(state.state(), tree.apply(state.reason()));
    } else if (said instanceof PlannedStopDeclared stop && stop.reason() != null) {
      said = new PlannedStopDeclared(tree.apply(stop.reason()));
    }
    return new CorrectionRequest(asset, from, to, toEndOfStop, said, comment, who);
  }

  /** The entry of the log, still without an id. */
  Correction entry(List<Correction.Told> before, Origin origin) {
    return new Correction(0, asset, from, to, toEndOfStop, change, comment, before, origin);
  }

  static CorrectionRequest of(byte[] json) {
    Body body = BODY.read(json, Body.class);
    Asset asset = new Asset(body.site, body.area, body.line, body.machine);
    if (asset.equals(Asset.NONE)) {
      throw BODY.bad("name the machine by site, area, line and machine, or the line, area or site");
    }
    long from = instant("from", body.from);
    long to = instant("to", body.to);
    if (from >= to || to - from > MOST_SPAN_NS) {
      throw BODY.bad("to must be after from, and at most 32 days after it");
    }
    return new CorrectionRequest(
        asset,
        from,
        to,
        Boolean.TRUE.equals(body.toEndOfStop),
        change(body),
        comment(body.comment),
        wanted("who", body.who));
  }

  private static Change change(Body body) {
    String kind = body.kind == null ? "" : body.kind;
    Why why = why(body);
    switch (kind) {
      case Annotated.KIND:
        none(body.state, "state", kind);
        none(why, "reason", kind);
        if (comment(body.comment).isEmpty()) {
          throw BODY.bad("comment is missing");
        }
        return new Annotated();
      case Reclassified.KIND:
        none(body.planned, "planned", kind);
        return new Reclassified(state(body.state), why);
      case ReasonGiven.KIND:
        none(body.state, "state", kind);
        if (why == null) {
          throw BODY.bad("reason is missing");
        }
        return new ReasonGiven(why);
      case PlannedStopDeclared.KIND:
        none(body.state, "state", kind);
        none(body.planned, "planned", kind);
        return new PlannedStopDeclared(why);
      default:
        throw BODY.bad(
            "kind takes "
                + String.join(
                    ", ",
                    Annotated.KIND,
                    Reclassified.KIND,
                    ReasonGiven.KIND,
                    PlannedStopDeclared.KIND));
    }
  }

  private static @Nullable Why why(Body body) {
    if (body.reason == null) {
      none(body.category, "category", "a correction without a reason");
      none(body.detail, "detail", "a correction without a reason");
      none(body.planned, "planned", "a correction without a reason");
      return null;
    }
    return new Why(
        name("category", body.category),
        wanted("reason", body.reason),
        name("detail", body.detail),
        body.planned);
  }

  private static void none(@Nullable Object value, String member, String of) {
    if (value != null) {
      throw BODY.bad(member + " is no member of " + of);
    }
  }

  private static MachineState state(@Nullable String word) {
    for (MachineState state : STATES) {
      if (state.word().equals(word)) {
        return state;
      }
    }
    throw BODY.bad(
        "state takes " + STATES.stream().map(MachineState::word).collect(Collectors.joining(", ")));
  }

  private static long instant(String member, @Nullable String text) {
    try {
      return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.parse(text == null ? "" : text));
    } catch (DateTimeException | ArithmeticException e) {
      throw BODY.bad(member + " takes a time such as 2026-03-01T06:00:00Z");
    }
  }

  private static String wanted(String member, @Nullable String text) {
    String name = name(member, text);
    if (name.isBlank()) {
      throw BODY.bad(member + " is missing");
    }
    return name;
  }

  private static String name(String member, @Nullable String text) {
    String name = text == null ? "" : text.strip();
    if (name.length() > MOST_NAME || name.chars().anyMatch(Character::isISOControl)) {
      throw BODY.bad(member + " takes one line of at most " + MOST_NAME + " characters");
    }
    return name;
  }

  private static String comment(@Nullable String text) {
    String comment = text == null ? "" : text.strip();
    if (comment.length() > MOST_COMMENT) {
      throw BODY.bad("comment takes at most " + MOST_COMMENT + " characters");
    }
    return comment;
  }

  private static String misfit(String member) {
    return switch (member) {
      case "toEndOfStop", "planned" -> member + " is true or false";
      default -> member + " takes one text";
    };
  }

  /** What undoes a correction: who, and perhaps why. */
  record Undoing(String who, String comment) {

    private static final JsonBody BODY =
        new JsonBody(
            "Bad undo",
            "who and comment",
            "an undo is short",
            member -> member + " takes one text");

    private record Body(@Nullable String who, @Nullable String comment) {}

    static Mono<Undoing> read(HttpServerRequest request) {
      return BODY.receive(request)
          .map(json -> BODY.read(json, Body.class))
          .map(
              body ->
                  new Undoing(wanted("who", body.who), CorrectionRequest.comment(body.comment)));
    }
  }
}
