package io.weir.gateway.api;

import io.weir.gateway.api.MachineApi.Question;
import io.weir.gateway.api.MachineView.Period;
import io.weir.gateway.api.MachineView.StopQuery;
import io.weir.gateway.api.PastView.Span;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Query;
import io.weir.gateway.live.Scope;
import io.weir.gateway.model.Asset;
import io.weir.gateway.past.PastException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

/** Serves the {@link PastView} as JSON. */
final class PastApi {

  private static final Set<String> WHOLE = words("shift", "day");
  private static final Set<String> BUCKETS = words("hour", "shift", "day");
  private static final int STOPS = 200;
  private static final int MOST_STOPS = 1000;
  private static final int POINTS = 600;
  private static final int MOST_POINTS = 2000;
  private static final int MOST_DAYS = 100;

  /** The end of the year 9999. */
  private static final long LATEST_MS = 253_402_300_799_999L;

  private final PastView view;

  PastApi(PastView view) {
    this.view = view;
  }

  private static Set<String> words(String... words) {
    return new LinkedHashSet<>(List.of(words));
  }

  List<Question> questions() {
    return List.of(
        new Question("/api/v1/past/efficiency", this::efficiency),
        new Question("/api/v1/past/figures", this::figures),
        new Question("/api/v1/past/states", this::states),
        new Question("/api/v1/past/stops", this::stops),
        new Question("/api/v1/past/signals", this::signals),
        new Question("/api/v1/past/shifts", this::shifts));
  }

  /** What may take a store's time, or the problem that it cannot be told. */
  private interface Asked<T> {
    @Nullable T ask() throws PastException;
  }

  private static <T> Callable<T> told(Asked<T> asked) {
    return () -> {
      try {
        return MachineApi.made(asked.ask());
      } catch (PastException e) {
        String why = String.valueOf(e.getMessage());
        throw e.isTooMuch()
            ? new ProblemDocument(422, "Too much", why)
            : new ProblemDocument(503, "The past is not there", why).header("retry-after", "60");
      }
    };
  }

  /** The span of two parameters, of this many days at most. */
  private static Span span(Query query, String bucket, String from, String to, int days) {
    if (!query.has(from) || !query.has(to)) {
      throw Query.bad("give " + from + " and " + to + ", in milliseconds since 1970");
    }
    long fromMs = query.number(from, 0, 0, LATEST_MS);
    long toMs = query.number(to, 0, 0, LATEST_MS);
    if (toMs <= fromMs || toMs - fromMs > TimeUnit.DAYS.toMillis(days)) {
      throw Query.bad(to + " must be after " + from + ", by " + days + " days at most");
    }
    return new Span(bucket, fromMs, toMs);
  }

  private static Span span(Query query, int days) {
    return span(query, "", "fromMs", "toMs", days);
  }

  private static String bucket(Query query, Set<String> words) {
    String bucket = query.word("bucket", words);
    if (bucket == null) {
      throw Query.bad("give bucket, one of " + String.join(", ", words));
    }
    return bucket;
  }

  private Callable<?> efficiency(HttpServerRequest request) {
    Query query =
        new Query(
            request, "bucket", "fromMs", "toMs", "againstBucket", "againstFromMs", "againstToMs");
    Span span = span(query, bucket(query, WHOLE), "fromMs", "toMs", 35);
    String other = query.word("againstBucket", WHOLE);
    Span against =
        query.has("againstFromMs")
            ? span(query, other == null ? span.bucket() : other, "againstFromMs", "againstToMs", 35)
            : null;
    return told(() -> view.efficiency(span, against));
  }

  private Callable<?> figures(HttpServerRequest request) {
    Query query = new Query(request, AssetQuery.withLevels("bucket", "fromMs", "toMs"));
    Asset asset = AssetQuery.asset(query);
    String bucket = bucket(query, BUCKETS);
    Span span = span(query, bucket, "fromMs", "toMs", bucket.equals("hour") ? 8 : 400);
    return told(() -> view.figures(asset, span));
  }

  private Callable<?> states(HttpServerRequest request) {
    Query query = new Query(request, AssetQuery.withLevels("fromMs", "toMs"));
    Scope scope = AssetQuery.scope(query);
    Span span = span(query, 8);
    return told(() -> view.states(scope, span.fromMs(), span.toMs()));
  }

  private Callable<?> stops(HttpServerRequest request) {
    Query query =
        new Query(
            request,
            AssetQuery.withLevels("fromMs", "toMs", "state", "reason", "uncoded", "limit"));
    Span span = span(query, 100);
    StopQuery wanted =
        new StopQuery(
            new Period.Between(span.fromMs(), span.toMs()),
            AssetQuery.scope(query),
            query.word("state", MachineApi.STATES),
            query.text("reason"),
            "true".equals(query.word("uncoded", words("true", "false"))),
            (int) query.number("limit", STOPS, 1, MOST_STOPS));
    return told(() -> view.stops(wanted));
  }

  private Callable<?> signals(HttpServerRequest request) {
    Query query = new Query(request, AssetQuery.withLevels("metric", "fromMs", "toMs", "points"));
    Asset machine = MachineApi.machine(query);
    Span span = span(query, 100);
    Set<String> metrics = Set.copyOf(query.texts("metric"));
    int points = (int) query.number("points", POINTS, 1, MOST_POINTS);
    return told(() -> view.signals(machine, metrics, span.fromMs(), span.toMs(), points));
  }

  private Callable<?> shifts(HttpServerRequest request) {
    Query query = new Query(request, AssetQuery.withLevels("fromMs", "toMs"));
    Asset asset = AssetQuery.asset(query);
    Span span = span(query, MOST_DAYS);
    return told(() -> view.plan(asset, span.fromMs(), span.toMs()));
  }
}
