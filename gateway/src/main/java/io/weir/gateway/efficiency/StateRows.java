package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One machine's rows of {@code machine_state} and {@code stops} that late readings may still
 * change: those that were written, compared with those that ought to be.
 *
 * <p>Mutable; belongs to its {@link MachineFold}.
 */
final class StateRows {

  private final Asset asset;
  private final Symbols symbols;
  private final FigureRows rows;
  private final TreeMap<Long, StateRow> writtenStates = new TreeMap<>();
  private final TreeMap<StopKey, StopRow> writtenStops = new TreeMap<>();

  /** What {@code machine_state} says at an instant. */
  private record StateRow(MachineState state, int reason) {

    static final StateRow NONE = new StateRow(MachineState.UNKNOWN, Symbols.NONE);

    StateRow exchange(StateCodec codec) {
      return new StateRow(codec.state(state), codec.small(reason));
    }
  }

  /** What names a row of {@code stops}. */
  private record StopKey(long start, String shift, MachineState category, int reason)
      implements Comparable<StopKey> {

    static final StopKey NONE = new StopKey(0, "", MachineState.UNKNOWN, Symbols.NONE);

    StopKey exchange(StateCodec codec, long base) {
      return new StopKey(
          base + codec.number(start - base),
          codec.name(shift),
          codec.state(category),
          codec.small(reason));
    }

    @Override
    public int compareTo(StopKey other) {
      int order = Long.compare(start, other.start);
      order = order != 0 ? order : shift.compareTo(other.shift);
      order = order != 0 ? order : category.compareTo(other.category);
      return order != 0 ? order : Integer.compare(reason, other.reason);
    }
  }

  private record StopRow(long durationNs, int count) {

    static final StopRow NONE = new StopRow(0, 0);

    StopRow exchange(StateCodec codec) {
      return new StopRow(codec.number(durationNs), codec.small(count));
    }
  }

  StateRows(Asset asset, Symbols symbols, FigureRows rows) {
    this.asset = asset;
    this.symbols = symbols;
    this.rows = rows;
  }

  void clear() {
    writtenStates.clear();
    writtenStops.clear();
  }

  /** Nothing before the instant can change any more. */
  void forget(long horizon) {
    writtenStates.headMap(horizon).clear();
    Iterator<StopKey> stops = writtenStops.keySet().iterator();
    while (stops.hasNext() && stops.next().start < horizon) {
      stops.remove();
    }
  }

  /** Writes what the machine does, where it is not so written, up to an instant. */
  void states(Timeline view, long asOf) {
    TreeMap<Long, StateRow> now = new TreeMap<>();
    List<StateSpan> spans = view.spans();
    StateRow before = null;
    for (StateSpan span : spans) {
      StateRow told = new StateRow(span.state, span.reason);
      if (!told.equals(before)) {
        now.put(span.start, told);
      }
      before = told;
      long end = span.end;
      if (span.state == MachineState.UNKNOWN) {
        end = Math.min(end, span.episode + Timeline.MINUTES_OF_SILENCE);
      }
      long beat = Calendar.minute(span.start).end();
      for (; beat < end; beat += Calendar.MINUTE) {
        now.put(beat, told);
      }
    }
    if (view.since() == asOf) {
      now.put(asOf, new StateRow(view.countedState(asOf), view.why()));
    }
    now.forEach(
        (instant, told) -> {
          if (!told.equals(writtenStates.get(instant))) {
            tell(instant, told);
          }
        });
    for (Map.Entry<Long, StateRow> old : new ArrayList<>(writtenStates.entrySet())) {
      if (!now.containsKey(old.getKey())) {
        StateSpan holds = holding(spans, old.getKey());
        StateRow told = holds == null ? null : new StateRow(holds.state, holds.reason);
        if (told != null && !told.equals(old.getValue())) {
          tell(old.getKey(), told);
        }
      }
    }
  }

  private void tell(long instant, StateRow told) {
    writtenStates.put(instant, told);
    rows.state(asset, instant, told.state, symbols.word(told.reason));
  }

  private static @Nullable StateSpan holding(List<StateSpan> spans, long instant) {
    for (StateSpan span : spans) {
      if (span.start <= instant && instant < span.end) {
        return span;
      }
    }
    return null;
  }

  /** Writes the stops that are over, and takes back those that were none. */
  void stops(Timeline view, long asOf) {
    Map<StopKey, StopRow> now = new HashMap<>();
    List<StateSpan> spans = view.spans();
    for (int i = 0; i < spans.size(); i++) {
      StateSpan span = spans.get(i);
      boolean finished = i < spans.size() - 1 || view.since() == asOf;
      if (span.isStop() && finished) {
        StopKey stop = new StopKey(span.start, span.calendar.shift(), span.state, span.reason);
        now.put(stop, new StopRow(span.end - span.start, span.first ? 1 : 0));
      }
    }
    for (StopKey old : new ArrayList<>(writtenStops.keySet())) {
      if (!now.containsKey(old)) {
        writtenStops.remove(old);
        stop(old, StopRow.NONE);
      }
    }
    now.forEach(
        (stop, sums) -> {
          if (!sums.equals(writtenStops.put(stop, sums))) {
            stop(stop, sums);
          }
        });
  }

  private void stop(StopKey stop, StopRow sums) {
    rows.stop(
        asset,
        stop.start,
        stop.shift,
        stop.category,
        symbols.word(stop.reason),
        sums.durationNs,
        sums.count);
  }

  /** Instants are stored as the distance from {@code base}. */
  void exchange(StateCodec codec, long base) {
    codec.entries(
        writtenStates,
        base,
        instant -> base + codec.number(instant - base),
        () -> StateRow.NONE,
        row -> row.exchange(codec));
    codec.entries(
        writtenStops,
        StopKey.NONE,
        stop -> stop.exchange(codec, base),
        () -> StopRow.NONE,
        row -> row.exchange(codec));
  }
}
