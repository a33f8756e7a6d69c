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
  private final Output output;
  private final TreeMap<Long, StateRow> writtenStates = new TreeMap<>();
  private final TreeMap<StopKey, StopRow> writtenStops = new TreeMap<>();

  /** What {@code machine_state} says at an instant. */
  private record StateRow(MachineState state, int reason) {}

  /** What names a row of {@code stops}. */
  private record StopKey(long start, String shift, MachineState category, int reason)
      implements Comparable<StopKey> {
    @Override
    public int compareTo(StopKey other) {
      int order = Long.compare(start, other.start);
      order = order != 0 ? order : shift.compareTo(other.shift);
      order = order != 0 ? order : category.compareTo(other.category);
      return order != 0 ? order : Integer.compare(reason, other.reason);
    }
  }

  private record StopRow(long durationNs, int count) {}

  StateRows(Asset asset, Symbols symbols, Output output) {
    this.asset = asset;
    this.symbols = symbols;
    this.output = output;
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
    List<StateSpan> segments = view.segments();
    StateRow before = null;
    for (StateSpan segment : segments) {
      StateRow told = new StateRow(segment.state, segment.reason);
      if (!told.equals(before)) {
        now.put(segment.start, told);
      }
      before = told;
      long end = segment.end;
      if (segment.state == MachineState.UNKNOWN) {
        end = Math.min(end, segment.episode + Timeline.MINUTES_OF_SILENCE);
      }
      long beat = Calendar.minute(segment.start).end();
      for (; beat < end; beat += Calendar.MINUTE) {
        now.put(beat, told);
      }
    }
    if (view.since() == asOf) {
      now.put(asOf, new StateRow(view.shown(asOf), view.why()));
    }
    now.forEach(
        (instant, told) -> {
          if (!told.equals(writtenStates.get(instant))) {
            tell(instant, told);
          }
        });
    for (Map.Entry<Long, StateRow> old : new ArrayList<>(writtenStates.entrySet())) {
      if (!now.containsKey(old.getKey())) {
        StateSpan holds = holding(segments, old.getKey());
        StateRow told = holds == null ? null : new StateRow(holds.state, holds.reason);
        if (told != null && !told.equals(old.getValue())) {
          tell(old.getKey(), told);
        }
      }
    }
  }

  private void tell(long instant, StateRow told) {
    writtenStates.put(instant, told);
    output.state(asset, instant, told.state, symbols.word(told.reason));
  }

  private static @Nullable StateSpan holding(List<StateSpan> segments, long instant) {
    for (StateSpan segment : segments) {
      if (segment.start <= instant && instant < segment.end) {
        return segment;
      }
    }
    return null;
  }

  /** Writes the stops that are over, and takes back those that were none. */
  void stops(Timeline view, long asOf) {
    Map<StopKey, StopRow> now = new HashMap<>();
    List<StateSpan> segments = view.segments();
    for (int i = 0; i < segments.size(); i++) {
      StateSpan segment = segments.get(i);
      boolean finished = i < segments.size() - 1 || view.since() == asOf;
      if (segment.isStop() && finished) {
        StopKey stop =
            new StopKey(segment.start, segment.span.shift(), segment.state, segment.reason);
        now.put(stop, new StopRow(segment.end - segment.start, segment.first ? 1 : 0));
      }
    }
    for (StopKey old : new ArrayList<>(writtenStops.keySet())) {
      if (!now.containsKey(old)) {
        writtenStops.remove(old);
        stop(old, new StopRow(0, 0));
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
    output.stop(
        asset,
        stop.start,
        stop.shift,
        stop.category,
        symbols.word(stop.reason),
        sums.durationNs,
        sums.count);
  }

  /** Instants are written as their distance from {@code base}. */
  void encode(Bytes.Out out, long base) {
    out.number(writtenStates.size());
    writtenStates.forEach(
        (instant, told) -> {
          out.number(instant - base);
          out.raw((byte) told.state.code());
          out.number(told.reason);
        });
    out.number(writtenStops.size());
    writtenStops.forEach(
        (stop, sums) -> {
          out.number(stop.start - base);
          out.text(stop.shift);
          out.raw((byte) stop.category.code());
          out.number(stop.reason);
          out.number(sums.durationNs);
          out.number(sums.count);
        });
  }

  void decode(Bytes.In in, long base) {
    for (long count = in.number(); count > 0; count--) {
      long instant = base + in.number();
      writtenStates.put(instant, new StateRow(MachineState.of(in.raw()), (int) in.number()));
    }
    for (long count = in.number(); count > 0; count--) {
      StopKey stop =
          new StopKey(base + in.number(), in.name(), MachineState.of(in.raw()), (int) in.number());
      writtenStops.put(stop, new StopRow(in.number(), (int) in.number()));
    }
  }
}
