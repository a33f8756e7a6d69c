package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code machine_state} and {@code stops} of one machine that late readings may still
 * change. It compares the written rows with those that a timeline gives.
 *
 * <p>Mutable; belongs to its {@link MachineFold}.
 */
final class StateRows {

  private final Asset asset;
  private final Symbols symbols;
  private final FigureRows rows;
  private final TreeMap<Long, StateRow> writtenStates = new TreeMap<>();
  private final TreeMap<StopKey, StopRow> writtenStops = new TreeMap<>();

  /** A row of {@code machine_state}; its key is the instant. */
  private record StateRow(MachineState state, int reason) {

    static final StateRow NONE = new StateRow(MachineState.UNKNOWN, Symbols.NONE);

    StateRow exchange(StateCodec codec) {
      return new StateRow(codec.state(state), codec.symbol(reason));
    }
  }

  /** The key of a row of {@code stops}. */
  private record StopKey(long start, String shift, MachineState category, int reason)
      implements Comparable<StopKey> {

    static final StopKey NONE = new StopKey(0, "", MachineState.UNKNOWN, Symbols.NONE);

    StopKey exchange(StateCodec codec, long base) {
      return new StopKey(
          base + codec.number(start - base),
          codec.name(shift),
          codec.state(category),
          codec.symbol(reason));
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

  /** Rows before the instant cannot change any more. */
  void forget(long horizon) {
    writtenStates.headMap(horizon).clear();
    Iterator<StopKey> stops = writtenStops.keySet().iterator();
    while (stops.hasNext() && stops.next().start < horizon) {
      stops.remove();
    }
  }

  /** Writes the states up to an instant that differ from the written ones. */
  void states(Timeline view, long asOf) {
    TreeMap<Long, StateRow> now = new TreeMap<>();
    List<StateSpan> spans = view.spans();
    StateRow before = null;
    for (StateSpan span : spans) {
      StateRow row = new StateRow(span.state, span.reason);
      if (!row.equals(before)) {
        now.put(span.start, row);
      }
      before = row;
      long end = span.end;
      if (span.state == MachineState.UNKNOWN) {
        end = Math.min(end, span.episode + Timeline.MINUTES_OF_SILENCE);
      }
      long repeat = ShiftCalendar.minute(span.start).end();
      for (; repeat < end; repeat += ShiftCalendar.MINUTE) {
        now.put(repeat, row);
      }
    }
    if (view.since() == asOf) {
      now.put(asOf, new StateRow(view.countedState(asOf), view.why()));
    }
    now.forEach(
        (instant, row) -> {
          if (!row.equals(writtenStates.get(instant))) {
            write(instant, row);
          }
        });
    for (Map.Entry<Long, StateRow> old : new ArrayList<>(writtenStates.entrySet())) {
      if (!now.containsKey(old.getKey())) {
        StateSpan holds = holding(spans, old.getKey());
        StateRow row = holds == null ? null : new StateRow(holds.state, holds.reason);
        if (row != null && !row.equals(old.getValue())) {
          write(old.getKey(), row);
        }
      }
    }
  }

  private void write(long instant, StateRow row) {
    writtenStates.put(instant, row);
    rows.state(asset, instant, row.state, symbols.word(row.reason));
  }

  private static @Nullable StateSpan holding(List<StateSpan> spans, long instant) {
    for (StateSpan span : spans) {
      if (span.start <= instant && instant < span.end) {
        return span;
      }
    }
    return null;
  }

  /** Writes finished stops, and takes back those that turned out not to be stops. */
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

  /** Marks the words that are in use. */
  void markWords(BitSet used) {
    writtenStates.values().forEach(row -> Symbols.mark(used, row.reason));
    writtenStops.keySet().forEach(stop -> Symbols.mark(used, stop.reason));
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
