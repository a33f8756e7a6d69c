package io.weir.gateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.CorrectionCodec;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.CorrectionLog.Kept;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Query;
import io.weir.gateway.http.Right;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * What people say about machines: makes, lists, exports and undoes corrections. A correction is
 * answered once it is on stable storage. Reads the log on the thread {@code corrections}.
 */
public final class Corrections implements AutoCloseable {

  /** What the figures say of machines, to check a correction against and to keep with it. */
  public interface Figures {

    /** The machines that have figures. */
    List<Asset> machines();

    /** Whether a machine that has none may still get figures from what the log has. */
    boolean isBehind();

    /** The states of a machine in a span, as far back as they are known. */
    List<Correction.Stretch> states(Asset machine, long from, long to);

    /**
     * A reason as the tree of reasons has it; without a tree, the given one.
     *
     * @throws IllegalArgumentException if the tree has no such reason for that machine, or wants a
     *     comment with it
     */
    Why reason(Why given, Asset machine, String comment);

    /** What a word that is the reason of a stop means in the tree of reasons. */
    Why meaning(String word, Asset machine);
  }

  private static final String PATH = "/api/v1/corrections";
  private static final String NDJSON = "application/x-ndjson";
  private static final int PAGE = 50;

  /** Spans that are kept with a correction, the newest. */
  private static final int MOST_BEFORE = 20;

  private static final int LARGEST_PAGE = 500;
  private static final int LINES_AT_ONCE = 100;
  private static final long LATEST_MS = 253_402_300_799_999L;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CorrectionLog log;
  private final Figures figures;
  private final Time time;
  private final EntryKeeper keeper;
  private final CorrectedMeanwhile meanwhile;

  public Corrections(CorrectionLog log, Figures figures, Time time) {
    this.log = log;
    this.figures = figures;
    this.time = time;
    keeper = EntryKeeper.on("corrections", "correction", log, time);
    meanwhile = new CorrectedMeanwhile(log);
  }

  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.of(Right.OPERATE, "POST", PATH, this::make),
        HttpRoute.of(Right.VIEW, "GET", PATH, this::list),
        HttpRoute.of(Right.VIEW, "GET", PATH + "/export", this::export),
        HttpRoute.of(Right.VIEW, "GET", "/api/v1/defects", this::defects),
        HttpRoute.of(Right.OPERATE, "POST", PATH + "/{id}/undo", this::undo));
  }

  // ---- Make and undo

  private Publisher<Void> make(HttpServerRequest request, HttpServerResponse response) {
    Origin from = keeper.origin(request);
    return CorrectionRequest.read(request)
        .publishOn(keeper.thread())
        .flatMap(
            wanted ->
                keeper.once(
                    from, wanted::isSaidBy, () -> keep(wanted, EntryKeeper.by(wanted.who(), from))))
        .flatMap(kept -> EntryKeeper.answer(request, response, 201, CorrectionCodec.json(kept)));
  }

  private Mono<Entry> keep(CorrectionRequest wanted, Origin origin) {
    List<Asset> machines = about(wanted);
    List<Correction.Stretch> states =
        machines.size() == 1
            ? figures.states(machines.get(0), wanted.from(), wanted.to())
            : List.of();
    CorrectionRequest named =
        wanted
            .with(why -> reason(why, machines.get(0), wanted.comment()))
            .completed(states, word -> figures.meaning(word, machines.get(0)));
    List<Correction.Stretch> before =
        states.subList(Math.max(0, states.size() - MOST_BEFORE), states.size());
    Correction entry = named.entry(before, origin);
    meanwhile.check(entry, machines, wanted.knownEnd());
    meanwhile.begin(entry);
    return keeper.keep(entry).doFinally(end -> meanwhile.end(entry));
  }

  /** The machines that a correction is about. */
  private List<Asset> about(CorrectionRequest wanted) {
    if (wanted.to() > time.wallNs() + TimeUnit.MINUTES.toNanos(1)) {
      throw new ProblemDocument(
          400, "Bad correction", "to is still to come; what has not been cannot be corrected");
    }
    Correction entry = wanted.entry(List.of(), new Origin("", 0, ""));
    List<Asset> machines = figures.machines().stream().filter(entry::isAbout).toList();
    if (machines.isEmpty()) {
      throw EntryKeeper.noFigures(wanted.asset(), figures.isBehind(), meant(wanted.asset()));
    }
    return machines;
  }

  /** The machine of that name, or where all of them are listed. */
  private String meant(Asset wanted) {
    return figures.machines().stream()
        .filter(each -> wanted.machine() != null && wanted.machine().equals(each.machine()))
        .findFirst()
        .map(each -> "name all of its levels, as in " + each.path())
        .orElse("/api/v1/efficiency lists those that have");
  }

  private Why reason(Why given, Asset machine, String comment) {
    try {
      return figures.reason(given, machine, comment);
    } catch (IllegalArgumentException e) {
      throw new ProblemDocument(400, "Bad correction", String.valueOf(e.getMessage()));
    }
  }

  private Publisher<Void> undo(HttpServerRequest request, HttpServerResponse response) {
    return keeper.undo(request, response, PATH, this::checkThatItHolds);
  }

  private void checkThatItHolds(long id) {
    try {
      if (log.find(id) == null) {
        throw new ProblemDocument(404, "Not found", "there is no correction " + id);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    keeper.checkThatItHolds(id, "correction");
  }

  // ---- List and export

  private Publisher<Void> list(HttpServerRequest request, HttpServerResponse response) {
    Query query =
        new Query(request, "site", "area", "line", "machine", "fromMs", "toMs", "limit", "before");
    int limit = (int) query.number("limit", PAGE, 1, LARGEST_PAGE);
    long before = query.number("before", Long.MAX_VALUE, 0, Long.MAX_VALUE);
    Predicate<Correction> wanted = wanted(query);
    return asked(
        request,
        response,
        () -> {
          long end = log.end(); // before they are read: what comes meanwhile is not known
          List<Kept> kept = log.newest(before, limit + 1, wanted);
          ObjectNode page = JSON.createObjectNode().put("end", end);
          ArrayNode entries = page.putArray("corrections");
          for (Kept each : kept.subList(0, Math.min(limit, kept.size()))) {
            entries.add(json(each));
          }
          if (kept.size() > limit) {
            page.put("next", kept.get(limit - 1).correction().id());
          } else {
            page.putNull("next");
          }
          return page;
        });
  }

  private Publisher<Void> defects(HttpServerRequest request, HttpServerResponse response) {
    Query query = new Query(request, "site", "area", "line", "machine", "fromMs", "toMs");
    Predicate<Correction> wanted = wanted(query);
    long from = TimeUnit.MILLISECONDS.toNanos(query.number("fromMs", 0, 0, LATEST_MS));
    long to = TimeUnit.MILLISECONDS.toNanos(query.number("toMs", LATEST_MS, 0, LATEST_MS));
    return asked(
        request,
        response,
        () -> {
          int most = DefectSums.MOST_BOOKINGS;
          List<Kept> kept = log.newest(Long.MAX_VALUE, most + 1, wanted.and(DefectSums::isBooking));
          return new DefectSums(from, to).add(kept).json(kept.size() > most);
        });
  }

  private static ObjectNode json(Kept kept) {
    ObjectNode json = CorrectionCodec.json(kept.correction());
    Undo undo = kept.undo();
    if (undo == null) {
      json.putNull("undone");
    } else {
      json.set("undone", CorrectionCodec.json(undo));
    }
    return json;
  }

  private static Predicate<Correction> wanted(Query query) {
    String site = query.text("site");
    String area = query.text("area");
    String line = query.text("line");
    String machine = query.text("machine");
    long from = TimeUnit.MILLISECONDS.toNanos(query.number("fromMs", 0, 0, LATEST_MS));
    long to = TimeUnit.MILLISECONDS.toNanos(query.number("toMs", LATEST_MS, 0, LATEST_MS));
    return correction ->
        fits(site, correction.asset().site())
            && fits(area, correction.asset().area())
            && fits(line, correction.asset().line())
            && fits(machine, correction.asset().machine())
            && correction.from() < to
            && (correction.to() > from || correction.toEndOfStop());
  }

  /** A correction of a whole line is also one of each of its machines. */
  private static boolean fits(@Nullable String wanted, @Nullable String level) {
    return wanted == null || level == null || wanted.equals(level);
  }

  private Publisher<Void> asked(
      HttpServerRequest request, HttpServerResponse response, Callable<ObjectNode> content) {
    return Mono.fromCallable(content)
        .subscribeOn(keeper.thread())
        .flatMap(json -> EntryKeeper.answer(request, response, 200, json));
  }

  /** The whole log, a line for each entry, in the order in which they were made. */
  private Publisher<Void> export(HttpServerRequest request, HttpServerResponse response) {
    Query query = new Query(request, "after");
    long after = query.number("after", -1, -1, Long.MAX_VALUE - 1);
    Flux<byte[]> lines =
        Flux.generate(
                () -> log.from(after + 1),
                (CorrectionLog.Entries entries, SynchronousSink<byte[]> sink) -> {
                  try {
                    byte[] some = lines(entries);
                    if (some.length == 0) {
                      sink.complete();
                    } else {
                      sink.next(some);
                    }
                  } catch (IOException e) {
                    sink.error(e);
                  }
                  return entries;
                },
                Corrections::close)
            .subscribeOn(keeper.thread());
    return response.header("content-type", NDJSON).sendByteArray(lines).then();
  }

  private static byte[] lines(CorrectionLog.Entries entries) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < LINES_AT_ONCE; i++) {
      Entry entry = entries.next();
      if (entry == null) {
        break;
      }
      lines.append(CorrectionCodec.json(entry)).append('\n');
    }
    return lines.toString().getBytes(UTF_8);
  }

  private static void close(CorrectionLog.Entries entries) {
    try {
      entries.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    keeper.close();
  }
}
