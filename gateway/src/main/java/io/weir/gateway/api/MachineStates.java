package io.weir.gateway.api;

import io.weir.gateway.api.MachineView.Period;
import io.weir.gateway.api.MachineView.StopQuery;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.efficiency.EfficiencySnapshot;
import io.weir.gateway.efficiency.History;
import io.weir.gateway.live.Scope;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The states of machines, from their history and their current state. */
public final class MachineStates {

  /** Spans of one answer, about 5 MB. */
  private static final int MOST_SPANS = 100_000;

  private static final int MOST_SUMS = 100;
  private static final double NS_IN_S = 1e9;
  private static final long NS_IN_MS = 1_000_000;

  private final EfficiencyConsumer efficiency;
  private final History history;
  private final EfficiencyView layout;
  private final Time time;

  public MachineStates(
      EfficiencyConsumer efficiency, History history, EfficiencyView layout, Time time) {
    this.efficiency = efficiency;
    this.history = history;
    this.layout = layout;
    this.time = time;
  }

  /** The recent states themselves. */
  public History history() {
    return history;
  }

  StateHistory history(Scope scope, int hours) {
    long to = time.wallNs();
    long from = to - TimeUnit.HOURS.toNanos(hours);
    List<StateHistory.Machine> machines = new ArrayList<>();
    int spans = 0;
    for (Asset machine : machines(scope)) {
      List<StateHistory.Span> of =
          history.spans(machine, from, to).stream()
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
      machines.add(new StateHistory.Machine(EfficiencyView.path(machine), of));
    }
    return new StateHistory(from / NS_IN_MS, to / NS_IN_MS, machines, false);
  }

  private List<Asset> machines(Scope scope) {
    return history.machines().stream().filter(scope::holds).sorted(layout.order()).toList();
  }

  // ---- stops

  /** A stretch of time. */
  private record Window(long from, long to) {}

  private record Cause(MachineState state, String reason) {}

  private static final class Sum {
    long ns;
    long count;
  }

  StopList stops(StopQuery query) {
    EfficiencySnapshot now = efficiency.snapshot();
    long wall = time.wallNs();
    Window window = window(query.period(), now, wall);
    Gathering gathering = new Gathering(query);
    for (Asset machine : machines(query.scope())) {
      history.stops(machine, window.from, window.to, stop -> gathering.take(machine, stop, false));
    }
    for (EfficiencySnapshot.MachineNow machine : now.machines()) {
      EfficiencySnapshot.OpenStop stop = machine.stop();
      if (stop != null
          && query.scope().holds(machine.asset())
          && stop.start() < window.to
          && wall > window.from
          && window.to == wall) {
        History.FinishedStop open =
            new History.FinishedStop(
                stop.start(),
                Math.max(0, wall - stop.start()),
                stop.shift(),
                stop.state(),
                stop.reason(),
                stop.count());
        gathering.take(machine.asset(), open, true);
      }
    }
    return gathering.list(window);
  }

  /** The shifts that the machines are in; none before a first reading. */
  private static Window window(Period period, EfficiencySnapshot now, long wall) {
    if (period instanceof Period.Hours last) {
      return new Window(wall - TimeUnit.HOURS.toNanos(last.hours()), wall);
    }
    long start =
        now.machines().stream().mapToLong(machine -> machine.shift().start()).max().orElse(wall);
    if (!((Period.Shift) period).last()) {
      return new Window(Math.min(start, wall), wall);
    }
    EfficiencySnapshot.@Nullable ShiftFigures last = null;
    for (EfficiencySnapshot.MachineNow machine : now.machines()) {
      EfficiencySnapshot.ShiftFigures shift = machine.last();
      if (shift != null
          && shift.start() < start
          && (last == null || shift.start() > last.start())) {
        last = shift;
      }
    }
    return last == null ? new Window(start, start) : new Window(last.start(), last.end());
  }

  /** The stops that are asked for: the newest of them, and the sums of all. */
  private static final class Gathering {
    private final StopQuery query;
    private final PriorityQueue<Found> newest =
        new PriorityQueue<>(Comparator.comparingLong((Found found) -> found.stop.start()));
    private final Map<Cause, Sum> sums = new HashMap<>();
    private boolean more;

    private record Found(Asset machine, History.FinishedStop stop, boolean open) {}

    Gathering(StopQuery query) {
      this.query = query;
    }

    void take(Asset machine, History.FinishedStop stop, boolean open) {
      if ((query.state() != null && !query.state().equals(stop.state().word()))
          || (query.reason() != null && !query.reason().equals(stop.reason()))) {
        return;
      }
      Sum sum = sums.computeIfAbsent(new Cause(stop.state(), stop.reason()), cause -> new Sum());
      sum.ns += stop.lengthNs();
      sum.count += stop.count();
      newest.add(new Found(machine, stop, open));
      if (newest.size() > query.limit()) {
        newest.remove();
        more = true;
      }
    }

    StopList list(Window window) {
      List<StopList.Stop> stops =
          newest.stream()
              .sorted(Comparator.comparingLong((Found found) -> found.stop.start()).reversed())
              .map(
                  found ->
                      new StopList.Stop(
                          EfficiencyView.path(found.machine),
                          found.stop.start() / NS_IN_MS,
                          found.stop.lengthNs() / NS_IN_S,
                          found.stop.state().word(),
                          found.stop.reason(),
                          found.stop.shift(),
                          found.open))
              .toList();
      List<StopList.Sum> pareto =
          sums.entrySet().stream()
              .map(
                  each ->
                      new StopList.Sum(
                          each.getKey().state.word(),
                          each.getKey().reason,
                          each.getValue().ns / NS_IN_S,
                          each.getValue().count))
              .sorted(Comparator.comparingDouble(StopList.Sum::seconds).reversed())
              .limit(MOST_SUMS)
              .toList();
      return new StopList(window.from / NS_IN_MS, window.to / NS_IN_MS, stops, more, pareto);
    }
  }
}
