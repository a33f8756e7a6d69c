package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.signal.Symbols;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code machine_state} and {@code stops} of one machine that late readings may still
 * change. It compares the written rows with those that the states give.
 *
 * <p>Mutable; belongs to its {@link MachineFold}.
 */
final class StateRows {

  private final Asset asset;
  private final Symbols symbols;
  private final FigureRows rows;

  private final TreeMap<Long, StateRow> writtenStates = new TreeMap<>();

  /** Instants of rows before those, which neither a part nor a full minute begins. */
  private final TreeSet<Long> odd = new TreeSet<>();

  private final TreeMap<StopKey, StopRow> writtenStops = new TreeMap<>();

  /** Whether it is known which rows stand of a past span. */
  private boolean knowsFormer;

  /** A row of {@code machine_state}; its key is the instant. */
  private record StateRow(
      MachineState state, String reason, String machineReason, String category) {

    /** Of which it is not known what it says: unknown time always has a reason. */
    static final StateRow NONE = new StateRow(MachineState.UNKNOWN, "", "", "");

    static StateRow of(Shown part) {
      return new StateRow(part.state(), part.reason(), part.machineReason(), part.category());
    }

    StateRow exchange(StateCodec codec) {
      return new StateRow(
          codec.state(state), codec.name(reason), codec.name(machineReason), codec.name(category));
    }

    /** Of a format in which the reason was a symbol. */
    StateRow read(StateCodec codec, Symbols symbols) {
      MachineState told = codec.state(state);
      String word = symbols.word(codec.symbol(0));
      return new StateRow(told, word, word, "");
    }
  }

  /** The key of a row of {@code stops}. */
  private record StopKey(long start, String shift, MachineState category, String reason)
      implements Comparable<StopKey> {

    static final StopKey NONE = new StopKey(0, "", MachineState.UNKNOWN, "");

    StopKey exchange(StateCodec codec, long base) {
      return new StopKey(
          base + codec.number(start - base),
          codec.name(shift),
          codec.state(category),
          codec.name(reason));
    }

    /** Of a format in which the reason was a symbol. */
    StopKey read(StateCodec codec, long base, Symbols symbols) {
      return new StopKey(
          base + codec.number(start - base),
          codec.name(shift),
          codec.state(category),
          symbols.word(codec.symbol(0)));
    }

    @Override
    public int compareTo(StopKey other) {
      int order = Long.compare(start, other.start);
      order = order != 0 ? order : shift.compareTo(other.shift);
      order = order != 0 ? order : category.compareTo(other.category);
      return order != 0 ? order : reason.compareTo(other.reason);
    }
  }

  private record StopRow(long durationNs, int count, String machineReason, String category) {

    static final StopRow NONE = new StopRow(0, 0, "", "");

    StopRow takenBack() {
      return new StopRow(0, 0, machineReason, category);
    }

    StopRow exchange(StateCodec codec) {
      return new StopRow(
          codec.number(durationNs),
          codec.small(count),
          codec.name(machineReason),
          codec.name(category));
    }

    StopRow read(StateCodec codec) {
      return new StopRow(codec.number(durationNs), codec.small(count), "", "");
    }
  }

  /**
   * @param symbols those of states of earlier formats
   */
  StateRows(Asset asset, Symbols symbols, FigureRows rows) {
    this.asset = asset;
    this.symbols = symbols;
    this.rows = rows;
  }

  void clear() {
    writtenStates.clear();
    odd.clear();
    writtenStops.clear();
  }

  /**
   * Rows before an instant cannot change any more but by a correction.
   *
   * @param starts of the parts before that instant
   * @param oldest before it no correction changes rows
   */
  void forget(long horizon, Set<Long> starts, long oldest) {
    SortedMap<Long, StateRow> old = writtenStates.headMap(horizon);
    for (long instant : old.keySet()) {
      if (Math.floorMod(instant, ShiftCalendar.MINUTE) != 0 && !starts.contains(instant)) {
        odd.add(instant);
      }
    }
    old.clear();
    odd.headSet(oldest).clear();
    Iterator<StopKey> stops = writtenStops.keySet().iterator();
    while (stops.hasNext() && stops.next().start < horizon) {
      stops.remove();
    }
  }

  // ---- states

  /** Writes the states that differ from the written ones. */
  void states(Overlay overlay) {
    if (!knowsFormer) {
      knowsFormer = true;
      rows.formerStates(asset)
          .forEach(instant -> writtenStates.putIfAbsent(instant, StateRow.NONE));
    }
    List<Shown> parts = overlay.open(StateParts.of(overlay.shown(), overlay.told()));
    SortedMap<Long, StateRow> now = stateRows(parts).tailMap(overlay.horizon());
    now.forEach(
        (instant, row) -> {
          if (!row.equals(writtenStates.get(instant))) {
            write(instant, row);
          }
        });
    for (Map.Entry<Long, StateRow> old : new ArrayList<>(writtenStates.entrySet())) {
      if (!now.containsKey(old.getKey())) {
        Shown holds = holding(parts, old.getKey());
        StateRow row = holds == null ? null : StateRow.of(holds);
        if (row != null && !row.equals(old.getValue())) {
          write(old.getKey(), row);
        }
      }
    }
  }

  /** A row for each change, and for each full minute. */
  private static TreeMap<Long, StateRow> stateRows(List<Shown> parts) {
    TreeMap<Long, StateRow> now = new TreeMap<>();
    StateRow before = null;
    for (Shown part : parts) {
      StateRow row = StateRow.of(part);
      if (!row.equals(before) || part.start() == part.end()) {
        now.put(part.start(), row);
      }
      before = row;
      long end = part.end();
      if (part.state() == MachineState.UNKNOWN) {
        end = Math.min(end, part.episode() + Timeline.MINUTES_OF_SILENCE);
      }
      boolean beginsMinute = Math.floorMod(part.start(), ShiftCalendar.MINUTE) == 0;
      long repeat = beginsMinute ? part.start() : ShiftCalendar.minute(part.start()).end();
      for (; repeat < end; repeat += ShiftCalendar.MINUTE) {
        now.put(repeat, row);
      }
    }
    return now;
  }

  private void write(long instant, StateRow row) {
    writtenStates.put(instant, row);
    row(instant, row);
  }

  private void row(long instant, StateRow row) {
    rows.state(asset, instant, row.state, row.reason, row.machineReason, row.category);
  }

  private static @Nullable Shown holding(List<Shown> parts, long instant) {
    for (Shown part : parts) {
      if (part.start() <= instant && instant < part.end()) {
        return part;
      }
    }
    return null;
  }

  // ---- stops

  /** Writes finished stops, and takes back those that turned out not to be stops. */
  void stops(Overlay overlay) {
    TreeMap<StopKey, StopRow> now = stopRows(overlay.open());
    for (StopKey old : new ArrayList<>(writtenStops.keySet())) {
      if (!now.containsKey(old)) {
        stop(old, writtenStops.getOrDefault(old, StopRow.NONE).takenBack());
        writtenStops.remove(old);
      }
    }
    now.forEach(
        (stop, sums) -> {
          if (!sums.equals(writtenStops.put(stop, sums))) {
            stop(stop, sums);
          }
        });
  }

  /** All but the last part are finished. */
  private static TreeMap<StopKey, StopRow> stopRows(List<Shown> parts) {
    TreeMap<StopKey, StopRow> now = new TreeMap<>();
    for (int i = 0; i < parts.size() - 1; i++) {
      Shown part = parts.get(i);
      if (part.isStop()) {
        StopKey stop =
            new StopKey(part.start(), part.calendar().shift(), part.state(), part.reason());
        now.put(
            stop,
            new StopRow(
                part.end() - part.start(),
                part.first() ? 1 : 0,
                part.machineReason(),
                part.category()));
      }
    }
    return now;
  }

  private void stop(StopKey stop, StopRow sums) {
    rows.stop(
        asset,
        stop.start,
        stop.shift,
        stop.category,
        stop.reason,
        sums.machineReason,
        sums.category,
        sums.durationNs,
        sums.count);
  }

  // ---- corrections

  /**
   * Writes what a correction changes before the horizon: rows that are not kept here.
   *
   * @param before without it
   * @param after with it
   */
  void correct(Overlay before, Overlay after) {
    long horizon = after.horizon();
    TreeMap<StopKey, StopRow> stops = stopRows(after.shown());
    TreeMap<StopKey, StopRow> written = stopRows(before.shown());
    written.forEach(
        (stop, sums) -> {
          if (stop.start < horizon && !stops.containsKey(stop)) {
            stop(stop, sums.takenBack());
          }
        });
    stops.forEach(
        (stop, sums) -> {
          if (stop.start < horizon && !sums.equals(written.get(stop))) {
            stop(stop, sums);
          }
        });
    List<Shown> parts = StateParts.of(after.shown(), after.told());
    List<Shown> stood = StateParts.of(before.shown(), before.told());
    SortedMap<Long, StateRow> states = stateRows(parts).headMap(horizon);
    SortedMap<Long, StateRow> old = stateRows(stood).headMap(horizon);
    TreeSet<Long> instants = new TreeSet<>(odd.headSet(horizon));
    instants.addAll(states.keySet());
    instants.addAll(old.keySet());
    after.told().forEach(part -> instants.add(part.start()));
    for (long instant : instants.headSet(horizon)) {
      StateRow row = rowAt(instant, states, parts);
      StateRow stands = states.containsKey(instant) ? old.get(instant) : rowAt(instant, old, stood);
      if (row != null && !row.equals(stands)) {
        row(instant, row);
        if (Math.floorMod(instant, ShiftCalendar.MINUTE) != 0) {
          odd.add(instant);
        }
      }
    }
  }

  private static @Nullable StateRow rowAt(
      long instant, SortedMap<Long, StateRow> rows, List<Shown> parts) {
    StateRow row = rows.get(instant);
    Shown holds = row == null ? holding(parts, instant) : null;
    return holds == null ? row : StateRow.of(holds);
  }

  /** Instants are stored as the distance from {@code base}. */
  void exchange(StateCodec codec, long base) {
    boolean texts = codec.has(StateFormat.CORRECTIONS);
    codec.entries(
        writtenStates,
        base,
        instant -> base + codec.number(instant - base),
        () -> StateRow.NONE,
        row -> texts ? row.exchange(codec) : row.read(codec, symbols));
    if (texts) {
      codec.all(odd, () -> base, instant -> base + codec.number(instant - base));
    }
    codec.entries(
        writtenStops,
        StopKey.NONE,
        stop -> texts ? stop.exchange(codec, base) : stop.read(codec, base, symbols),
        () -> StopRow.NONE,
        row -> texts ? row.exchange(codec) : row.read(codec));
  }
}
