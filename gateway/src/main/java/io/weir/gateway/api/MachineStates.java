package io.weir.gateway.api;

import io.weir.gateway.api.MachineView.Period;
import io.weir.gateway.api.MachineView.StopQuery;
import io.weir.gateway.efficiency.History;
import io.weir.gateway.efficiency.MachineReasons;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.live.Place;
import io.weir.gateway.live.Scope;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.past.Past.StateRow;
import io.weir.gateway.past.Past.StopRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The states of machines, from their history and their current state. */
public final class MachineStates {

  private static final int HOURS_OF_A_DAY = 24;

  /** Spans of one answer, about 5 MB. */
  private static final int MOST_SPANS = 100_000;

  private static final int MOST_SUMS = 100;
  private static final double NS_IN_S = 1e9;
  private static final long NS_IN_MS = 1_000_000;

  private final Supplier<EfficiencySnapshot> efficiency;
  private final History history;
  private final Supplier<EfficiencyConfig> configured;
  private volatile Meaning meaning;
  private final Time time;

  /**
   * @param configured how the figures are made now
   */
  public MachineStates(
      Supplier<EfficiencySnapshot> efficiency,
      History history,
      Supplier<EfficiencyConfig> configured,
      Time time) {
    this.efficiency = efficiency;
    this.history = history;
    this.configured = configured;
    this.time = time;
    meaning = new Meaning(configured.get());
  }

  /** What follows from a configuration. */
  private record Meaning(EfficiencyConfig of, EfficiencyView layout, MachineReasons.Book reasons) {
    Meaning(EfficiencyConfig of) {
      this(of, new EfficiencyView(of), new MachineReasons.Book(of.reasons()));
    }
  }

  @SuppressWarnings("ReferenceEquality") // to compare all of it for each answer would cost
  private Meaning meaning() {
    EfficiencyConfig now = configured.get();
    Meaning known = meaning;
    if (known.of != now) {
      known = new Meaning(now);
      meaning = known;
    }
    return known;
  }

  /** How many stops of a machine in the last day have no reason of the tree of reasons. */
  public long uncoded(Asset machine) {
    Scope scope =
        new Scope(
            Objects.requireNonNullElse(machine.site(), ""),
            Objects.requireNonNullElse(machine.area(), ""),
            Objects.requireNonNullElse(machine.line(), ""),
            Objects.requireNonNullElse(machine.machine(), ""));
    MachineView.StopQuery query =
        new MachineView.StopQuery(
            new MachineView.Period.Hours(HOURS_OF_A_DAY), scope, null, null, true, 1);
    return stops(query).uncoded();
  }

  /** What the history has of the last hours, up to now. */
  public StateHistory history(Scope scope, int hours) {
    long to = time.wallNs();
    return history(scope, to - TimeUnit.HOURS.toNanos(hours), to);
  }

  /** What the history has of a span, nanoseconds since the epoch. */
  StateHistory history(Scope scope, long from, long to) {
    List<StateHistory.Machine> machines = new ArrayList<>();
    Map<Asset, Long> holdsUntil = holdsUntil(efficiency.get(), time.wallNs());
    int spans = 0;
    for (Asset machine : machines(scope)) {
      long until = holdsUntil.getOrDefault(machine, Long.MAX_VALUE);
      List<StateHistory.Span> of =
          history.spans(machine, from, to, until).stream()
              .map(
                  span ->
                      new StateHistory.Span(
                          span.start() / NS_IN_MS,
                          span.end() / NS_IN_MS,
                          span.state().word(),
                          EfficiencyView.reason(span.state(), span.reason())))
              .toList();
      spans += of.size();
      if (spans > MOST_SPANS && !machines.isEmpty()) {
        return new StateHistory(from / NS_IN_MS, to / NS_IN_MS, machines, true);
      }
      machines.add(new StateHistory.Machine(new Place(machine), of));
    }
    return new StateHistory(from / NS_IN_MS, to / NS_IN_MS, machines, false);
  }

  /** The same as rows of states. */
  List<StateRow> rows(Scope scope, long from, long to) {
    List<StateRow> rows = new ArrayList<>();
    Map<Asset, Long> holdsUntil = holdsUntil(efficiency.get(), time.wallNs());
    for (Asset machine : machines(scope)) {
      long until = holdsUntil.getOrDefault(machine, Long.MAX_VALUE);
      for (History.StateInterval span : history.spans(machine, from, to, until)) {
        rows.add(new StateRow(machine, span.start(), span.state(), span.reason()));
      }
    }
    return rows;
  }

  /** Until when what is known of each machine holds without another reading. */
  private static Map<Asset, Long> holdsUntil(EfficiencySnapshot now, long wall) {
    Map<Asset, Long> until = new HashMap<>();
    for (EfficiencySnapshot.MachineNow machine : now.machines()) {
      until.put(machine.asset(), machine.holdsUntil(wall));
    }
    return until;
  }

  /** How a span that was stored is told. */
  static StateHistory.Span span(long from, long to, MachineState state, String reason) {
    return new StateHistory.Span(
        from / NS_IN_MS, to / NS_IN_MS, state.word(), EfficiencyView.reason(state, reason));
  }

  /** Whether the history has all of a span, as far as it can know. */
  boolean isWhole(Scope scope, long from) {
    List<Asset> machines = machines(scope);
    return !machines.isEmpty()
        && history.hasRoom()
        && machines.stream().allMatch(machine -> history.wholeFrom(machine) <= from);
  }

  /** Lines and machines in their places. */
  Comparator<Asset> order() {
    return meaning().layout.order();
  }

  /** All machines of which states are known. */
  List<Asset> machines(Scope scope) {
    return history.machines().stream()
        .filter(scope::holds)
        .sorted(meaning().layout.order())
        .toList();
  }

  // ---- stops

  /** A stretch of time. */
  private record Window(long from, long to) {}

  private record Cause(MachineState state, String reason, String category) {}

  private static final class Sum {
    long ns;
    long provisionalNs;
    long count;
  }

  /**
   * The stops that are asked for: of each machine the newest from the figures themselves, those
   * before from the history, which is behind. So none is missing while its rows are written.
   */
  public StopList stops(StopQuery query) {
    return stops(query, List.of());
  }

  /**
   * The same, with what a store has of the time before the history of a machine.
   *
   * @param older stops as they are stored, of any time
   */
  StopList stops(StopQuery query, List<StopRow> older) {
    EfficiencySnapshot now = efficiency.get();
    long wall = time.wallNs();
    Window window = window(query, now, wall);
    Gathering gathering = new Gathering(query);
    Map<Asset, Long> recentFrom = new HashMap<>();
    for (EfficiencySnapshot.MachineNow machine : now.machines()) {
      if (query.scope().holds(machine.asset())) {
        recentFrom.put(machine.asset(), machine.stopsFrom());
        for (EfficiencySnapshot.RecentStop stop : machine.stops()) {
          if (stop.start() < window.to && stop.end() >= window.from && isIn(stop, window)) {
            gathering.take(machine.asset(), stop);
          }
        }
      }
    }
    Map<Asset, Long> historyFrom = new HashMap<>();
    for (Asset machine : machines(query.scope())) {
      long before = recentFrom.getOrDefault(machine, Long.MAX_VALUE);
      long from = older.isEmpty() ? Long.MIN_VALUE : history.wholeFrom(machine);
      historyFrom.put(machine, Math.min(from, before));
      history.stops(
          machine,
          window.from,
          window.to,
          stop -> {
            if (stop.start() < before && stop.start() >= from) {
              gathering.take(machine, recent(stop));
            }
          });
    }
    for (StopRow row : older) {
      long before = historyFrom.getOrDefault(row.machine(), Long.MAX_VALUE);
      if (row.start() < Math.min(before, window.to) && row.start() + row.lengthNs() > window.from) {
        gathering.take(row.machine(), recent(row));
      }
    }
    return gathering.list(window, holdsUntil(now, wall));
  }

  /** One that is over only touches the beginning of a window where it ends there. */
  private static boolean isIn(EfficiencySnapshot.RecentStop stop, Window window) {
    return stop.open() || stop.end() > window.from;
  }

  private static EfficiencySnapshot.RecentStop recent(StopRow row) {
    return recent(
        new History.FinishedStop(
            row.start(), row.lengthNs(), row.shift(), row.state(), row.reason(), row.count()));
  }

  private static EfficiencySnapshot.RecentStop recent(History.FinishedStop stop) {
    return new EfficiencySnapshot.RecentStop(
        stop.start(),
        stop.start() + stop.lengthNs(),
        stop.shift(),
        stop.state(),
        stop.reason(),
        stop.count(),
        false,
        false);
  }

  /**
   * From the begin of the first of the shifts that the machines are in, or of those before; none
   * before a first reading.
   */
  private static Window window(StopQuery query, EfficiencySnapshot now, long wall) {
    if (query.period() instanceof Period.Hours last) {
      return new Window(wall - TimeUnit.HOURS.toNanos(last.hours()), wall);
    }
    if (query.period() instanceof Period.Between span) {
      return new Window(span.fromMs() * NS_IN_MS, Math.min(wall, span.toMs() * NS_IN_MS));
    }
    List<EfficiencySnapshot.MachineNow> machines =
        now.machines().stream().filter(machine -> query.scope().holds(machine.asset())).toList();
    EfficiencySnapshot.ShiftFigures present =
        PresentShifts.asOne(machines.stream().map(EfficiencySnapshot.MachineNow::shift).toList());
    long start = present == null ? wall : present.start();
    if (!((Period.Shift) query.period()).last()) {
      return new Window(Math.min(start, wall), wall);
    }
    EfficiencySnapshot.ShiftFigures last =
        present == null
            ? null
            : PresentShifts.asOne(
                machines.stream()
                    .map(EfficiencySnapshot.MachineNow::last)
                    .filter(shift -> shift != null && shift.start() < present.start())
                    .toList());
    return last == null ? new Window(start, start) : new Window(last.start(), last.end());
  }

  /** The stops that are asked for: the newest of them, and the sums of all. */
  private final class Gathering {
    private final StopQuery query;
    private final PriorityQueue<Found> newest =
        new PriorityQueue<>(Comparator.comparingLong((Found found) -> found.stop.start()));
    private final Map<Cause, Sum> sums = new HashMap<>();
    private boolean more;
    private long uncoded;

    private record Found(Asset machine, EfficiencySnapshot.RecentStop stop, String category) {
      long lengthNs() {
        return stop.end() - stop.start();
      }

      long lengthNs(Map<Asset, Long> holdsUntil) {
        long until = holdsUntil.getOrDefault(machine, stop.end());
        return stop.open() ? Math.max(lengthNs(), until - stop.start()) : lengthNs();
      }
    }

    Gathering(StopQuery query) {
      this.query = query;
    }

    void take(Asset machine, EfficiencySnapshot.RecentStop stop) {
      if ((query.state() != null && !query.state().equals(stop.state().word()))
          || (query.reason() != null && !query.reason().equals(stop.reason()))) {
        return;
      }
      String category = meaning().reasons.of(machine).category(stop.reason());
      boolean isUncoded = category.isEmpty() && isAskedFor(stop);
      if (query.uncoded() && !isUncoded) {
        return;
      }
      uncoded += isUncoded ? 1 : 0;
      Sum sum =
          sums.computeIfAbsent(
              new Cause(stop.state(), stop.reason(), category), cause -> new Sum());
      Found found = new Found(machine, stop, category);
      sum.ns += found.lengthNs();
      sum.provisionalNs += stop.provisional() ? found.lengthNs() : 0;
      sum.count += stop.count();
      newest.add(found);
      if (newest.size() > query.limit()) {
        newest.remove();
        more = true;
      }
    }

    /** Whether people are asked for its reason, if it has none. */
    private boolean isAskedFor(EfficiencySnapshot.RecentStop stop) {
      return !meaning().of.reasons().isEmpty()
          && !stop.provisional()
          && stop.state() != MachineState.UNKNOWN
          && stop.state() != MachineState.MICRO_STOP
          && stop.state() != MachineState.PLANNED;
    }

    /**
     * An open stop is as long as it is now, or as what is known of its machine holds; its sum has
     * what the machine has told of it.
     */
    StopList list(Window window, Map<Asset, Long> holdsUntil) {
      List<StopList.Stop> stops =
          newest.stream()
              .sorted(Comparator.comparingLong((Found found) -> found.stop.start()).reversed())
              .map(
                  found ->
                      new StopList.Stop(
                          new Place(found.machine),
                          found.stop.start() / NS_IN_MS,
                          found.lengthNs(holdsUntil) / NS_IN_S,
                          found.stop.state().word(),
                          found.stop.reason(),
                          found.category,
                          found.stop.shift(),
                          found.stop.open(),
                          found.stop.provisional()))
              .toList();
      List<StopList.Sum> pareto =
          sums.entrySet().stream()
              .map(
                  each ->
                      new StopList.Sum(
                          each.getKey().state.word(),
                          each.getKey().reason,
                          each.getKey().category,
                          each.getValue().ns / NS_IN_S,
                          each.getValue().provisionalNs / NS_IN_S,
                          each.getValue().count))
              .sorted(Comparator.comparingDouble(StopList.Sum::seconds).reversed())
              .limit(MOST_SUMS)
              .toList();
      return new StopList(
          window.from / NS_IN_MS, window.to / NS_IN_MS, stops, more, pareto, uncoded);
    }
  }
}
