package io.weir.gateway.api;

import io.weir.gateway.api.MachineView.Period;
import io.weir.gateway.api.MachineView.StopQuery;
import io.weir.gateway.efficiency.calendar.PlannedShifts;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.LineNow;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.MachineNow;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.ShiftFigures;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.StoredFigures;
import io.weir.gateway.live.Place;
import io.weir.gateway.live.Scope;
import io.weir.gateway.live.SignalList;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.past.Coverage;
import io.weir.gateway.past.Past;
import io.weir.gateway.past.Past.FiguresRow;
import io.weir.gateway.past.Past.StateRow;
import io.weir.gateway.past.PastException;
import io.weir.gateway.past.PastSignals;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The past of machines: from the history of late, and what that has not from {@link Past}. */
public final class PastQueries implements PastView {

  private static final long NS_IN_MS = 1_000_000;
  private static final Scope ALL = new Scope(null, null, null, null);
  private static final String NO_SHIFT = "none";

  /** A stop that still lasts in a span may have begun so long before. */
  private static final long LONGEST_STOP_NS = TimeUnit.DAYS.toNanos(2);

  private static final int MOST_SPANS = 100_000;

  private final @Nullable Made made;
  private final Past past;
  private final PastSignals signals;

  /**
   * The parts that exist where figures are made.
   *
   * @param configured how they are made now
   * @param now the present
   */
  public record Made(
      Supplier<EfficiencyConfig> configured,
      Supplier<EfficiencySnapshot> now,
      MachineStates states) {}

  private record Calendar(EfficiencyConfig of, PlannedShifts shifts, EfficiencyView layout) {}

  private @Nullable Calendar calendar; // guarded by this

  /**
   * @param made {@code null} where no figures are made
   */
  public PastQueries(@Nullable Made made, Past past, PastSignals signals) {
    this.made = made;
    this.past = past;
    this.signals = signals;
  }

  @SuppressWarnings("ReferenceEquality") // to compare all of it for each answer would cost
  private synchronized Calendar calendar(Made from) {
    EfficiencyConfig now = from.configured.get();
    Calendar known = calendar;
    if (known == null || known.of != now) {
      known = new Calendar(now, new PlannedShifts(now), new EfficiencyView(now));
      calendar = known;
    }
    return known;
  }

  // ---- the plant

  @Override
  public @Nullable PastAnswer<EfficiencyResponse> efficiency(Span span, @Nullable Span against)
      throws PastException {
    Made from = made;
    if (from == null) {
      return null;
    }
    Calendar known = calendar(from);
    Past.Answer<FiguresRow> rows = rows(ALL, span);
    Map<Asset, ShiftFigures> shifts = sums(known, span, rows.rows());
    Past.Answer<FiguresRow> others = against == null ? null : rows(ALL, against);
    Map<Asset, ShiftFigures> lasts =
        against == null || others == null ? Map.of() : sums(known, against, others.rows());
    Set<Asset> machines = new LinkedHashSet<>();
    Stream.of(shifts, lasts).forEach(each -> machines.addAll(each.keySet()));
    machines.removeIf(asset -> asset.machine() == null);
    Set<Asset> lines = new LinkedHashSet<>();
    machines.stream().map(Asset::toLine).filter(each -> each.line() != null).forEach(lines::add);
    long end = Math.min(span.toMs() * NS_IN_MS, past.now());
    EfficiencySnapshot then =
        new EfficiencySnapshot(
            past.now(),
            end,
            from.now.get().targetOee(),
            machines.stream().map(each -> machine(each, span, shifts, lasts, end)).toList(),
            lines.stream()
                .map(each -> new LineNow(each, shift(each, span, shifts), lasts.get(each)))
                .toList(),
            0,
            0,
            0,
            0);
    String problem = others == null ? "" : others.coverage().problem();
    Coverage coverage = rows.coverage();
    return PastAnswer.of(
        coverage.problem().isEmpty()
            ? new Coverage(coverage.source(), coverage.fromNs(), problem)
            : coverage,
        known.layout.of(then));
  }

  private Past.Answer<FiguresRow> rows(Scope scope, Span span) throws PastException {
    return past.figures(scope, span.bucket(), span.fromMs() * NS_IN_MS, span.toMs() * NS_IN_MS);
  }

  /** Each asset's rows of a span as one; time outside shifts only where there is nothing else. */
  private static Map<Asset, ShiftFigures> sums(Calendar known, Span span, List<FiguresRow> rows) {
    Map<Asset, List<FiguresRow>> byAsset = new LinkedHashMap<>();
    for (FiguresRow row : rows) {
      byAsset.computeIfAbsent(row.asset(), absent -> new ArrayList<>()).add(row);
    }
    Map<Asset, ShiftFigures> sums = new LinkedHashMap<>();
    byAsset.forEach((asset, of) -> sums.put(asset, sum(known, span, working(of))));
    return sums;
  }

  private static List<FiguresRow> working(List<FiguresRow> rows) {
    List<FiguresRow> working = rows.stream().filter(row -> !row.shift().equals(NO_SHIFT)).toList();
    return working.isEmpty() ? rows : working;
  }

  private static ShiftFigures sum(Calendar known, Span span, List<FiguresRow> rows) {
    FiguresRow first = rows.get(0);
    FiguresRow last = rows.get(rows.size() - 1);
    long names = rows.stream().map(FiguresRow::shift).distinct().count();
    return new ShiftFigures(
        names == 1 ? first.shift() : "all",
        first.start(),
        known.shifts.endOf(last.asset(), span.bucket(), last.shift(), last.start()),
        StoredFigures.sum(rows.stream().map(FiguresRow::figures).toList()));
  }

  private static ShiftFigures shift(Asset asset, Span span, Map<Asset, ShiftFigures> shifts) {
    ShiftFigures known = shifts.get(asset);
    return known != null
        ? known
        : new ShiftFigures(
            "all", span.fromMs() * NS_IN_MS, span.toMs() * NS_IN_MS, StoredFigures.none());
  }

  /** Of its present, a machine of the past has nothing: the states of the span are asked for. */
  private static MachineNow machine(
      Asset machine,
      Span span,
      Map<Asset, ShiftFigures> shifts,
      Map<Asset, ShiftFigures> lasts,
      long end) {
    return new MachineNow(
        machine,
        end,
        true,
        end,
        MachineState.UNKNOWN,
        "",
        end,
        "",
        shift(machine, span, shifts),
        lasts.get(machine),
        0,
        end,
        0,
        List.of(),
        end,
        null);
  }

  // ---- trends

  @Override
  public @Nullable PastAnswer<FigureTrend> figures(Asset asset, Span span) throws PastException {
    Made from = made;
    if (from == null) {
      return null;
    }
    Calendar known = calendar(from);
    boolean isOne = asset.line() != null || asset.machine() != null;
    Scope scope = isOne ? exactly(asset) : new Scope(asset.site(), asset.area(), null, "");
    Past.Answer<FiguresRow> answer = rows(scope, span);
    Map<Long, List<FiguresRow>> byStart = new TreeMap<>();
    for (FiguresRow row : answer.rows()) {
      if (!row.shift().equals(NO_SHIFT)) {
        byStart.computeIfAbsent(row.start(), absent -> new ArrayList<>()).add(row);
      }
    }
    List<EfficiencyResponse.Shift> shifts = new ArrayList<>();
    byStart.forEach(
        (start, of) -> shifts.add(known.layout.row(asset, asOne(known, span, apart(of)))));
    return PastAnswer.of(
        answer.coverage(), new FigureTrend(new Place(asset), span.bucket(), shifts));
  }

  private static Scope exactly(Asset asset) {
    return new Scope(
        orNone(asset.site()), orNone(asset.area()), orNone(asset.line()), orNone(asset.machine()));
  }

  private static String orNone(@Nullable String level) {
    return level == null ? "" : level;
  }

  /** The rows of lines; where there are none, those of areas and sites that no other includes. */
  private static List<FiguresRow> apart(List<FiguresRow> rows) {
    List<FiguresRow> lines = rows.stream().filter(row -> row.asset().line() != null).toList();
    if (!lines.isEmpty()) {
      return lines;
    }
    Set<Asset> places = new HashSet<>();
    rows.forEach(row -> places.add(row.asset()));
    return rows.stream()
        .filter(row -> row.asset().area() == null || !places.contains(row.asset().toSite()))
        .toList();
  }

  private static ShiftFigures asOne(Calendar known, Span span, List<FiguresRow> rows) {
    FiguresRow first = rows.get(0);
    List<Figures> figures = rows.stream().map(FiguresRow::figures).toList();
    return new ShiftFigures(
        first.shift(),
        first.start(),
        known.shifts.endOf(first.asset(), span.bucket(), first.shift(), first.start()),
        rows.size() == 1 ? figures.get(0) : Figures.ofPlant(figures));
  }

  // ---- states and stops

  @Override
  public @Nullable PastAnswer<StateHistory> states(Scope scope, long fromMs, long toMs)
      throws PastException {
    Made from = made;
    if (from == null) {
      return null;
    }
    long begin = fromMs * NS_IN_MS;
    long end = Math.min(toMs * NS_IN_MS, past.now());
    if (!past.hasStores() || from.states.isWhole(scope, begin)) {
      StateHistory late = from.states.history(scope, begin, Math.max(begin, end));
      Long first =
          late.machines().stream()
              .flatMap(machine -> machine.spans().stream().limit(1))
              .map(StateHistory.Span::fromMs)
              .min(Comparator.naturalOrder())
              .orElse(null);
      Long firstNs = first == null ? null : first * NS_IN_MS;
      return PastAnswer.of(new Coverage(Coverage.GATEWAY, firstNs, ""), late);
    }
    List<StateRow> late = from.states.rows(scope, begin, Math.max(begin, end));
    Past.Answer<StateRow> answer = orLate(late, () -> past.states(scope, begin, end));
    return PastAnswer.of(
        since(answer.coverage(), late), history(from, joined(answer.rows(), late), begin, end));
  }

  /** What can wait for a store and fail. */
  private interface Asked<T> {
    Past.Answer<T> read() throws PastException;
  }

  /** Without an answer of a store there is still what the gateway has of late. */
  private static <T> Past.Answer<T> orLate(Collection<?> late, Asked<T> asked)
      throws PastException {
    try {
      return asked.read();
    } catch (PastException e) {
      if (late.isEmpty() || e.isTooMuch()) {
        throw e;
      }
      return new Past.Answer<>(
          List.of(),
          new Coverage(Coverage.GATEWAY, null, Objects.requireNonNullElse(e.getMessage(), "")));
    }
  }

  private static Coverage since(Coverage coverage, List<StateRow> late) {
    Long first = coverage.fromNs();
    for (StateRow row : late) {
      first = first == null ? row.start() : Long.valueOf(Math.min(first, row.start()));
    }
    return new Coverage(coverage.source(), first, coverage.problem());
  }

  /** Of each machine what is known of late, and before that what was stored. */
  private static List<StateRow> joined(List<StateRow> stored, List<StateRow> late) {
    Map<Asset, Long> lateFrom = new HashMap<>();
    late.forEach(row -> lateFrom.merge(row.machine(), row.start(), Math::min));
    List<StateRow> joined = new ArrayList<>();
    for (StateRow row : stored) {
      if (row.start() < lateFrom.getOrDefault(row.machine(), Long.MAX_VALUE)) {
        joined.add(row);
      }
    }
    joined.addAll(late);
    return joined;
  }

  private static StateHistory history(Made from, List<StateRow> rows, long begin, long end) {
    Map<Asset, List<StateRow>> byMachine =
        new TreeMap<>(from.states.order().thenComparing(Asset.BY_PATH));
    for (StateRow row : rows) {
      byMachine.computeIfAbsent(row.machine(), absent -> new ArrayList<>()).add(row);
    }
    List<StateHistory.Machine> machines = new ArrayList<>();
    int spans = 0;
    for (Map.Entry<Asset, List<StateRow>> each : byMachine.entrySet()) {
      List<StateHistory.Span> of = spans(each.getValue(), begin, end);
      spans += of.size();
      if (spans > MOST_SPANS && !machines.isEmpty()) {
        return new StateHistory(begin / NS_IN_MS, end / NS_IN_MS, machines, true);
      }
      machines.add(new StateHistory.Machine(new Place(each.getKey()), of));
    }
    return new StateHistory(begin / NS_IN_MS, end / NS_IN_MS, machines, false);
  }

  private static List<StateHistory.Span> spans(List<StateRow> rows, long begin, long end) {
    List<StateHistory.Span> spans = new ArrayList<>();
    for (int i = 0, next = 1; i < rows.size(); i = next++) {
      StateRow row = rows.get(i);
      while (next < rows.size() && row.isSaidAgainBy(rows.get(next))) {
        next++;
      }
      long start = Math.max(begin, row.start());
      long until = next < rows.size() ? rows.get(next).start() : end;
      if (start < until) {
        spans.add(MachineStates.span(start, until, row.state(), row.reason()));
      }
    }
    return spans;
  }

  @Override
  public @Nullable PastAnswer<StopList> stops(StopQuery query) throws PastException {
    Made from = made;
    if (from == null) {
      return null;
    }
    Period.Between span = (Period.Between) query.period();
    long begin = span.fromMs() * NS_IN_MS;
    if (!past.hasStores() || from.states.isWhole(query.scope(), begin)) {
      return PastAnswer.of(new Coverage(Coverage.GATEWAY, begin, ""), from.states.stops(query));
    }
    Past.Answer<Past.StopRow> answer =
        orLate(
            from.states.machines(query.scope()),
            () -> past.stops(query.scope(), begin - LONGEST_STOP_NS, span.toMs() * NS_IN_MS));
    Coverage coverage = answer.coverage();
    Long first =
        coverage.fromNs() == null ? null : Long.valueOf(Math.max(begin, coverage.fromNs()));
    return PastAnswer.of(
        new Coverage(coverage.source(), first, coverage.problem()),
        from.states.stops(query, answer.rows()));
  }

  // ---- signals and the calendar

  @Override
  public PastAnswer<SignalList> signals(
      Asset machine, Set<String> metrics, long fromMs, long toMs, int points) throws PastException {
    PastSignals.Answer answer = signals.read(machine, metrics, fromMs, toMs, points);
    return PastAnswer.of(answer.coverage(), answer.signals());
  }

  @Override
  public @Nullable ShiftPlan plan(Asset asset, long fromMs, long toMs) {
    Made from = made;
    if (from == null) {
      return null;
    }
    Calendar known = calendar(from);
    List<ShiftPlan.Day> days = new ArrayList<>();
    long to = toMs * NS_IN_MS;
    for (PlannedShifts.Planned day = known.shifts.day(asset, fromMs * NS_IN_MS);
        day.start() < to;
        day = known.shifts.day(asset, day.end())) {
      days.add(
          new ShiftPlan.Day(
              known.shifts.date(asset, day.start()),
              day.start() / NS_IN_MS,
              day.end() / NS_IN_MS,
              known.shifts.shifts(asset, day.start(), day.end()).stream()
                  .map(
                      each ->
                          new ShiftPlan.Shift(
                              each.name(), each.start() / NS_IN_MS, each.end() / NS_IN_MS))
                  .toList()));
    }
    return new ShiftPlan(known.of.zone().getId(), days);
  }
}
