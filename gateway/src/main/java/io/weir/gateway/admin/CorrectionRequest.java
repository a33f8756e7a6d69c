package io.weir.gateway.admin;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Change.Annotated;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.model.Asset;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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

  private static final JsonBody BODY =
      new JsonBody(
          "Bad correction",
          "kind, site, area, line, machine, from, to, comment and who",
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
      @Nullable String comment,
      @Nullable String who) {}

  /** Reads a request's body; signals a problem document with the problem. */
  static Mono<CorrectionRequest> read(HttpServerRequest request) {
    return BODY.receive(request).map(CorrectionRequest::of);
  }

  /** The entry of the log, still without an id. */
  Correction entry(List<Correction.Told> before, Origin origin) {
    return new Correction(0, asset, from, to, toEndOfStop, change, comment, before, origin);
  }

  private static CorrectionRequest of(byte[] json) {
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
        asset, from, to, false, change(body), comment(body.comment), wanted("who", body.who));
  }

  private static Change change(Body body) {
    if (!Annotated.KIND.equals(body.kind)) {
      throw BODY.bad("kind takes " + Annotated.KIND);
    }
    if (comment(body.comment).isEmpty()) {
      throw BODY.bad("comment is missing");
    }
    return new Annotated();
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
    return member + " takes one text";
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
