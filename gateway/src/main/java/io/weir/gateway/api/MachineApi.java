package io.weir.gateway.api;

import io.weir.gateway.api.MachineView.Period;
import io.weir.gateway.api.MachineView.StopQuery;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Query;
import io.weir.gateway.live.Scope;
import io.weir.gateway.live.SignalQuery;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

/** Serves the {@link MachineView} as JSON. */
final class MachineApi {

  private static final int HOURS = 8;
  private static final int MOST_HOURS = 24;
  private static final int ENTRIES = 200;
  private static final int MOST_ENTRIES = 1000;

  private static final int MINUTES = 60;
  private static final int MOST_MINUTES = 24 * 60;
  private static final int POINTS = 600;
  private static final int MOST_POINTS = 2000;

  /** The end of the year 9999. */
  private static final long LATEST_MS = 253_402_300_799_999L;

  static final Set<String> STATES =
      Arrays.stream(MachineState.values())
          .map(MachineState::word)
          .collect(Collectors.toCollection(LinkedHashSet::new));

  private final MachineView view;

  MachineApi(MachineView view) {
    this.view = view;
  }

  /** Answers by path: the query is parsed at once, the answer is made when called. */
  record Question(String path, Function<HttpServerRequest, Callable<?>> read) {}

  List<Question> questions() {
    return List.of(
        new Question("/api/v1/figures", this::figures),
        new Question("/api/v1/history", this::history),
        new Question("/api/v1/stops", this::stops),
        new Question("/api/v1/reasons", this::reasons),
        new Question("/api/v1/signals", this::signals),
        new Question("/api/v1/quality", this::quality));
  }

  private Callable<?> figures(HttpServerRequest request) {
    Scope scope = AssetQuery.scope(new Query(request, AssetQuery.withLevels()));
    return () -> made(view.figures(scope));
  }

  private Callable<?> history(HttpServerRequest request) {
    Query query = new Query(request, AssetQuery.withLevels("hours"));
    Scope scope = AssetQuery.scope(query);
    int hours = (int) query.number("hours", HOURS, 1, MOST_HOURS);
    return () -> made(view.history(scope, hours));
  }

  private Callable<?> stops(HttpServerRequest request) {
    Query query =
        new Query(
            request,
            AssetQuery.withLevels("hours", "shift", "state", "reason", "uncoded", "limit"));
    String shift = query.word("shift", new LinkedHashSet<>(List.of("present", "last")));
    if (shift != null && query.has("hours")) {
      throw Query.bad("give either hours or shift");
    }
    Period period =
        shift != null
            ? new Period.Shift(shift.equals("last"))
            : new Period.Hours((int) query.number("hours", MOST_HOURS, 1, MOST_HOURS));
    StopQuery wanted =
        new StopQuery(
            period,
            AssetQuery.scope(query),
            query.word("state", STATES),
            query.text("reason"),
            "true".equals(query.word("uncoded", new LinkedHashSet<>(List.of("true", "false")))),
            (int) query.number("limit", ENTRIES, 1, MOST_ENTRIES));
    return () -> made(view.stops(wanted));
  }

  private Callable<?> reasons(HttpServerRequest request) {
    Query query = new Query(request, AssetQuery.withLevels());
    Asset machine = AssetQuery.asset(query);
    return () -> made(view.reasons(machine));
  }

  private Callable<?> signals(HttpServerRequest request) {
    Query query = new Query(request, AssetQuery.withLevels("metric", "minutes", "toMs", "points"));
    Asset machine = machine(query);
    Scope scope = AssetQuery.scope(query);
    SignalQuery wanted =
        new SignalQuery(
            machine,
            Set.copyOf(query.texts("metric")),
            query.has("toMs") ? query.number("toMs", 0, 0, LATEST_MS) : null,
            (int) query.number("minutes", MINUTES, 1, MOST_MINUTES),
            (int) query.number("points", POINTS, 1, MOST_POINTS));
    return () -> view.signals(scope, wanted);
  }

  static Asset machine(Query query) {
    Asset machine = AssetQuery.asset(query);
    if (machine.machine() == null) {
      throw Query.bad(
          "name the machine by site, area, line and machine, as /api/v1/assets lists it");
    }
    return machine;
  }

  private Callable<?> quality(HttpServerRequest request) {
    Query query = new Query(request, AssetQuery.withLevels("limit"));
    Scope scope = AssetQuery.scope(query);
    int limit = (int) query.number("limit", ENTRIES, 1, MOST_ENTRIES);
    return () -> view.quality(scope, limit);
  }

  /** Figures, or the problem that there are none. */
  static <T> T made(@Nullable T figures) {
    if (figures == null) {
      throw new ProblemDocument(
              404,
              "Not found",
              "no efficiency figures: the configuration has no section efficiency")
          .member("missing", "efficiency");
    }
    return figures;
  }
}
