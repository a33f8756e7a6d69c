package io.weir.gateway.admin;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Change.Annotated;
import io.weir.gateway.correction.Change.Part;
import io.weir.gateway.correction.Change.PiecesBooked;
import io.weir.gateway.correction.Change.PlannedStopDeclared;
import io.weir.gateway.correction.Change.ReasonGiven;
import io.weir.gateway.correction.Change.Reclassified;
import io.weir.gateway.correction.Change.StopSplit;
import io.weir.gateway.correction.Change.StopsMerged;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * A correction as a client asks for it: the JSON object of its body, checked.
 *
 * @param knownEnd the client knows the corrections of lower ids
 */
record CorrectionRequest(
    Asset asset,
    long from,
    long to,
    boolean toEndOfStop,
    Change change,
    String comment,
    String who,
    long knownEnd) {

  /** Of a client that does not say up to where it knows the corrections. */
  private static final long KNOWS_ALL = Long.MAX_VALUE;

  private static final int MOST_PARTS = 20;

  /** Of stops that are one where the client gives no reason, until it is completed. */
  private static final Why NO_REASON = new Why("", "", "", null);

  /** A longer stop is several corrections. */
  private static final long MOST_SPAN_NS = 32L * 24 * 3_600_000_000_000L;

  /** States that a person can say; a micro-stop follows from the length. */
  private static final Set<MachineState> STATES =
      EnumSet.complementOf(EnumSet.of(MachineState.UNKNOWN, MachineState.MICRO_STOP));

  private static final JsonBody BODY =
      new JsonBody(
          "Bad correction",
          "kind, site, area, line, machine, from, to, toEndOfStop, state, category, reason, detail,"
              + " planned, parts, amount, comment, who and knownEnd; a part has from, state, category, reason,"
              + " detail and planned",
          "a correction is short",
          CorrectionRequest::misfit);

  private static final BodyMembers MEMBERS = new BodyMembers(BODY);

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
      @Nullable List<@Nullable PartBody> parts,
      @Nullable Double amount,
      @Nullable String comment,
      @Nullable String who,
      @Nullable Long knownEnd) {

    Reason why() {
      return new Reason(category, reason, detail, planned);
    }
  }

  /** The members of a part of a stop. */
  private record PartBody(
      @Nullable String from,
      @Nullable String state,
      @Nullable String category,
      @Nullable String reason,
      @Nullable String detail,
      @Nullable Boolean planned) {}

  /** The members that say why. */
  private record Reason(
      @Nullable String category,
      @Nullable String reason,
      @Nullable String detail,
      @Nullable Boolean planned) {}

  /** Reads a request's body; signals a problem document with the problem. */
  static Mono<CorrectionRequest> read(HttpServerRequest request) {
    String user = BodyMembers.user(request);
    return BODY.receive(request).map(json -> of(json, user));
  }

  /** The same with the reasons as the tree of reasons has them. */
  CorrectionRequest with(UnaryOperator<Why> tree) {
    Change said = change;
    if (said instanceof ReasonGiven given) {
      said = new ReasonGiven(tree.apply(given.reason()));
    } else if (said instanceof Reclassified state) {
      said = new Reclassified(state.state(), named(state.reason(), tree));
    } else if (said instanceof PlannedStopDeclared stop) {
      said = new PlannedStopDeclared(named(stop.reason(), tree));
    } else if (said instanceof StopsMerged merged) {
      said =
          merged.reason().equals(NO_REASON)
              ? merged
              : new StopsMerged(merged.state(), tree.apply(merged.reason()));
    } else if (said instanceof PiecesBooked booked) {
      said = new PiecesBooked(booked.rework(), booked.amount(), named(booked.defect(), tree));
    } else if (said instanceof StopSplit split) {
      said =
          new StopSplit(
              split.parts().stream()
                  .map(each -> new Part(each.from(), each.state(), named(each.reason(), tree)))
                  .toList());
    }
    return new CorrectionRequest(asset, from, to, toEndOfStop, said, comment, who, knownEnd);
  }

  private static @Nullable Why named(@Nullable Why why, UnaryOperator<Why> tree) {
    return why == null ? null : tree.apply(why);
  }

  /**
   * The same, where stops are made one with what the client has left out: the state and the reason
   * of the first of them that is no micro-stop. The span is then that of the stops.
   *
   * @param stretches the states of the span
   * @param known the reason that a word of the machine or of the tree means
   */
  CorrectionRequest completed(List<Correction.Stretch> stretches, Function<String, Why> known) {
    if (!(change instanceof StopsMerged merged)) {
      return this;
    }
    List<Correction.Stretch> stops = stretches.stream().filter(CorrectionRequest::isStop).toList();
    boolean saysAll =
        !merged.reason().equals(NO_REASON)
            && (merged.state() != MachineState.UNKNOWN || isPlanned(merged.reason()));
    if (stops.isEmpty() && !saysAll) {
      throw BODY.bad(
          "the figures know no stops of that span any more: give their state and their reason");
    }
    MachineState state = isPlanned(merged.reason()) ? MachineState.PLANNED : MachineState.DOWN;
    Why reason = merged.reason();
    if (!stops.isEmpty()) {
      Correction.Stretch first =
          stops.stream()
              .filter(each -> stateOf(each) != MachineState.MICRO_STOP)
              .findFirst()
              .orElse(stops.get(0));
      boolean counts = state != MachineState.PLANNED && stateOf(first) != MachineState.MICRO_STOP;
      state = counts ? stateOf(first) : state;
      reason = reason.equals(NO_REASON) ? known.apply(first.reason()) : reason;
    }
    long begin = stops.isEmpty() ? from : stops.get(0).from();
    long end = stops.isEmpty() || toEndOfStop ? to : stops.get(stops.size() - 1).to();
    Change whole =
        new StopsMerged(merged.state() == MachineState.UNKNOWN ? state : merged.state(), reason);
    return new CorrectionRequest(asset, begin, end, toEndOfStop, whole, comment, who, knownEnd);
  }

  private static boolean isPlanned(Why why) {
    return Boolean.TRUE.equals(why.planned());
  }

  private static MachineState stateOf(Correction.Stretch stretch) {
    return MachineState.valueOf(stretch.state().toUpperCase(Locale.ROOT));
  }

  private static boolean isStop(Correction.Stretch stretch) {
    MachineState state = stateOf(stretch);
    return state != MachineState.RUNNING
        && state != MachineState.UNKNOWN
        && state != MachineState.PLANNED;
  }

  /** Whether an entry is what an earlier request has become that was the same. */
  boolean isSaidBy(Entry kept) {
    return kept instanceof Correction before
        && before.change().kind().equals(change.kind())
        && before.asset().equals(asset);
  }

  /** The entry of the log, still without an id. */
  Correction entry(List<Correction.Stretch> before, Origin origin) {
    return new Correction(0, asset, from, to, toEndOfStop, change, comment, before, origin);
  }

  static CorrectionRequest of(byte[] json, String user) {
    Body body = BODY.read(json, Body.class);
    Asset asset = new Asset(body.site, body.area, body.line, body.machine);
    if (asset.equals(Asset.NONE)) {
      throw BODY.bad("name the machine by site, area, line and machine, or the line, area or site");
    }
    boolean pieces = body.amount != null || isOfPieces(body.kind);
    long from = MEMBERS.instant("from", body.from);
    long to = pieces && body.to == null ? from + 1 : MEMBERS.instant("to", body.to);
    if (from >= to || from < to - MOST_SPAN_NS) {
      throw BODY.bad("to must be after from, and at most 32 days after it");
    }
    return new CorrectionRequest(
        asset,
        from,
        to,
        Boolean.TRUE.equals(body.toEndOfStop),
        change(body, asset, from, to),
        MEMBERS.comment(body.comment),
        MEMBERS.who(user, body.who),
        body.knownEnd == null ? KNOWS_ALL : body.knownEnd);
  }

  private static boolean isOfPieces(@Nullable String kind) {
    return PiecesBooked.SCRAP.equals(kind) || PiecesBooked.REWORK.equals(kind);
  }

  private static Change change(Body body, Asset asset, long from, long to) {
    String kind = body.kind == null ? "" : body.kind;
    Why why = why(body.why());
    if (!kind.equals(StopSplit.KIND)) {
      none(body.parts, "parts", kind);
    }
    if (!isOfPieces(kind)) {
      none(body.amount, "amount", kind);
    }
    switch (kind) {
      case Annotated.KIND:
        none(body.state, "state", kind);
        none(why, "reason", kind);
        if (MEMBERS.comment(body.comment).isEmpty()) {
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
      case StopSplit.KIND:
        none(body.state, "state", kind + "; a part has one");
        none(why, "reason", kind + "; a part has one");
        return new StopSplit(parts(body.parts, from, to));
      case StopsMerged.KIND:
        if (body.state != null) {
          none(body.planned, "planned", kind + " with a state");
        }
        if (asset.machine() == null) {
          throw BODY.bad("machine is missing: stops of one machine can be one");
        }
        return new StopsMerged(
            body.state == null ? MachineState.UNKNOWN : state(body.state),
            why == null ? NO_REASON : why);
      case PiecesBooked.SCRAP, PiecesBooked.REWORK:
        none(body.state, "state", kind);
        none(body.planned, "planned", kind);
        none(body.toEndOfStop, "toEndOfStop", kind);
        if (asset.machine() == null) {
          throw BODY.bad("machine is missing: pieces are booked on the machine that made them");
        }
        return new PiecesBooked(kind.equals(PiecesBooked.REWORK), amount(body.amount), why);
      default:
        throw BODY.bad(
            "kind takes "
                + String.join(
                    ", ",
                    Annotated.KIND,
                    Reclassified.KIND,
                    ReasonGiven.KIND,
                    PlannedStopDeclared.KIND,
                    StopSplit.KIND,
                    StopsMerged.KIND,
                    PiecesBooked.SCRAP,
                    PiecesBooked.REWORK));
    }
  }

  private static double amount(@Nullable Double amount) {
    if (amount == null || !(amount > 0 && amount <= PiecesBooked.MOST)) {
      throw BODY.bad("amount takes a number of pieces above 0 and at most 100000000");
    }
    return amount;
  }

  private static List<Part> parts(@Nullable List<@Nullable PartBody> given, long from, long to) {
    List<Part> parts = new ArrayList<>();
    long last = from - 1;
    for (PartBody body : given == null ? List.<PartBody>of() : given) {
      if (body == null) {
        throw BODY.bad(misfit("parts"));
      }
      long begin = parts.isEmpty() && body.from == null ? from : MEMBERS.instant("from", body.from);
      if (begin <= last || begin >= to || parts.isEmpty() && begin != from) {
        throw BODY.bad("the first part begins at from, and each other one after that before it");
      }
      if (body.state != null) {
        none(body.planned, "planned", "a part with a state");
      }
      last = begin;
      MachineState state = body.state == null ? null : state(body.state);
      Reason reason = new Reason(body.category, body.reason, body.detail, body.planned);
      parts.add(new Part(begin, state, why(reason)));
    }
    if (parts.size() < 2 || parts.size() > MOST_PARTS) {
      throw BODY.bad("parts takes 2 to " + MOST_PARTS + " parts of the stop");
    }
    return parts;
  }

  private static @Nullable Why why(Reason body) {
    if (body.reason == null) {
      none(body.category, "category", "a correction without a reason");
      none(body.detail, "detail", "a correction without a reason");
      none(body.planned, "planned", "a correction without a reason");
      return null;
    }
    return new Why(
        MEMBERS.name("category", body.category),
        MEMBERS.wanted("reason", body.reason),
        MEMBERS.name("detail", body.detail),
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

  private static String misfit(String member) {
    return switch (member) {
      case "toEndOfStop", "planned" -> member + " is true or false";
      case "amount" -> "amount takes a number";
      case "knownEnd" -> "knownEnd takes a whole number, the end of a list of corrections";
      case "parts" ->
          "parts takes a list of objects; in them planned is true or false, the rest text";
      default -> member + " takes one text";
    };
  }
}
