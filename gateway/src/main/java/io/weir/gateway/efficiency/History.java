package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateDecoder;
import io.weir.gateway.efficiency.codec.StateEncoder;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.FigureNames;
import io.weir.gateway.efficiency.signal.Symbols;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The recent states and stops of each machine: a fold over the rows {@code machine_state} and
 * {@code stops}. It uses no clock. A row that is written again replaces the one before, as in a
 * store; so corrections are applied, and reading rows twice changes nothing.
 *
 * <p>It keeps the last {@link #KEPT} of each machine's own time, and stops for {@link #STOPS_KEPT}.
 * A row that only repeats the state before is dropped once no late reading can come between them.
 *
 * <p>Bounds: {@link #MOST} rows of states and as many stops, or fewer in a small heap, shared
 * evenly by the machines; beyond its share a machine forgets its oldest. Where a machine's share
 * would be less than {@value #LEAST_OF_MACHINE}, further machines have no history until others are
 * forgotten.
 *
 * <p>Bytes of the state (primitives in {@link StateCodec}): u8 format 6, the words, then each
 * machine with its rows and its stops, then the {@link StandingShifts} and the {@link BegunOrders}
 * of machines and of lines. An instant is the distance from the one before; a word is its number.
 *
 * <p>Shared by the folding thread and the readers under its own lock, which is held for work in
 * memory only.
 */
public final class History {

  /** A week, so that the last shift is there after a long weekend. */
  static final long KEPT = 7 * 24 * ShiftCalendar.HOUR;

  /** A day longer than readings are kept by default, to take back those that are none any more. */
  static final long STOPS_KEPT = 9 * 24 * ShiftCalendar.HOUR;

  static final int MOST = 1 << 20;

  /** A row of states, or half of that of a stop, in memory. */
  private static final int ROW_BYTES = 60;

  /** A row of a shift for so many rows of states; it takes about three times as much. */
  private static final int SHARE_OF_SHIFTS = 8;

  /** Bounds of the share of one machine. */
  private static final int LEAST_OF_MACHINE = 16;

  private static final int MOST_OF_MACHINE = 1 << 14;
  private static final byte FORMAT = 6;

  /** The first format, which has no rows of shifts. */
  private static final byte WITHOUT_SHIFTS = 1;

  /** The second format, which has no orders. The third has no shifts that were taken back. */
  private static final byte WITHOUT_ORDERS = 2;

  /** The fourth format. */
  private static final byte WITHOUT_ORDERS_OF_LINES = 4;

  /** The fifth format. */
  private static final byte WITHOUT_CHANGEOVERS = 5;

  private volatile long settledAfter;
  private final int mostRows;
  private final Map<Asset, MachineHistory> machines = new LinkedHashMap<>();

  private final StandingShifts shifts;
  private final BegunOrders orders = new BegunOrders(true);
  private final BegunOrders ordersOfLines = new BegunOrders(false);

  /** One instance of each word; rebuilt when the state is encoded. */
  private final Map<String, String> words = new HashMap<>();

  /** The state of a machine from an instant on. */
  private record StateChange(long start, MachineState state, String reason) {
    boolean repeats(StateChange other) {
      return state == other.state && reason.equals(other.reason);
    }
  }

  /**
   * A stretch of one state. Instants in nanoseconds since the epoch.
   *
   * @param reason the reason of the state, "" where none is known
   */
  public record StateInterval(long start, long end, MachineState state, String reason) {
    private boolean isSilent() {
      return state == MachineState.UNKNOWN && reason.equals(Symbols.SILENT_WORD);
    }
  }

  /** A finished stop, or its part in one shift; {@code count} is 0 in all parts but the first. */
  public record FinishedStop(
      long start, long lengthNs, String shift, MachineState state, String reason, int count) {
    boolean isSameAs(FinishedStop other) {
      return start == other.start
          && shift.equals(other.shift)
          && state == other.state
          && reason.equals(other.reason);
    }
  }

  /** One machine; both lists are in the order of time. */
  private static final class MachineHistory {
    final List<StateChange> rows = new ArrayList<>();
    final List<FinishedStop> stops = new ArrayList<>();

    void put(StateChange row) {
      int at = rows.size();
      while (at > 0 && rows.get(at - 1).start > row.start) {
        at--;
      }
      if (at > 0 && rows.get(at - 1).start == row.start) {
        rows.set(at - 1, row);
      } else {
        rows.add(at, row);
      }
    }

    void put(FinishedStop stop) {
      int at = stops.size();
      while (at > 0 && stops.get(at - 1).start > stop.start) {
        at--;
      }
      for (int i = at - 1; i >= 0 && stops.get(i).start == stop.start; i--) {
        if (stops.get(i).isSameAs(stop)) {
          stops.remove(i);
          at--;
        }
      }
      if (stop.lengthNs > 0) {
        stops.add(at, stop);
      }
    }

    long newest() {
      return rows.isEmpty() ? Long.MIN_VALUE : rows.get(rows.size() - 1).start;
    }

    /** Forgets what is too old or too much, and settled repeats. */
    void trim(long settledAfter, int most) {
      long oldest = newest() - KEPT;
      long settled = newest() - settledAfter;
      List<StateChange> kept = new ArrayList<>();
      for (StateChange row : rows) {
        StateChange before = kept.isEmpty() ? null : kept.get(kept.size() - 1);
        if (before != null && row.start <= oldest) {
          kept.clear(); // the last row before the oldest instant gives the state at that instant
          before = null;
        }
        if (before == null || row.start >= settled || !row.repeats(before)) {
          kept.add(row);
        }
      }
      rows.clear();
      rows.addAll(kept.subList(Math.max(0, kept.size() - most), kept.size()));
      stops.removeIf(stop -> stop.start + stop.lengthNs <= newest() - STOPS_KEPT);
      stops.subList(0, Math.max(0, stops.size() - most)).clear();
    }

    List<StateInterval> spans(long from, long to) {
      List<StateInterval> spans = new ArrayList<>();
      for (int i = 0; i < rows.size(); ) {
        StateChange row = rows.get(i);
        int next = i + 1;
        while (next < rows.size() && rows.get(next).repeats(row)) {
          next++;
        }
        long start = Math.max(row.start, from);
        long end = next == rows.size() ? to : Math.min(rows.get(next).start, to);
        if (start < end) {
          spans.add(new StateInterval(start, end, row.state, row.reason));
        }
        i = next;
      }
      return spans;
    }
  }

  /**
   * @param latenessNs how late a reading may come and still change rows
   */
  History(long latenessNs) {
    this(latenessNs, Long.MAX_VALUE);
  }

  /**
   * @param bytes of the heap that it may take, about
   */
  History(long latenessNs, long bytes) {
    settledAfter = settledAfter(latenessNs);
    mostRows = (int) Math.min(MOST, bytes / 2 / ROW_BYTES);
    shifts = new StandingShifts(mostRows / SHARE_OF_SHIFTS);
  }

  private static long settledAfter(long latenessNs) {
    return latenessNs + 2 * ShiftCalendar.MINUTE;
  }

  /** From now on, a reading may come so late and still change rows. For any thread. */
  public void allow(Duration lateness) {
    settledAfter = settledAfter(lateness.toNanos());
  }

  /** Takes the rows of a message of the log {@code figures}. */
  synchronized void accept(Message message) {
    List<Reading> readings = message.readings();
    for (int i = 0; i < readings.size(); i++) {
      Reading reading = readings.get(i);
      String measurement = reading.series().measurement();
      if (measurement.equals(FigureNames.STATE) && reading.metric().equals("code")) {
        MachineState state = MachineState.of((int) ((Value.Whole) reading.value()).value());
        String reason = ((Value.Text) readings.get(i + 1).value()).value();
        put(reading, new StateChange(reading.timeNs(), state, word(reason)));
      } else if (measurement.equals(FigureNames.STOPS) && reading.metric().equals("duration_s")) {
        double seconds = ((Value.Real) reading.value()).value();
        double count = ((Value.Real) readings.get(i + 1).value()).value();
        put(reading, seconds, count);
      } else {
        shifts.accept(reading);
        orders.accept(reading);
        ordersOfLines.accept(reading);
      }
    }
  }

  private void put(Reading reading, StateChange row) {
    MachineHistory machine = machine(reading.series().asset());
    if (machine == null) {
      return;
    }
    machine.put(row);
    if (machine.rows.size() > most()) {
      machine.trim(settledAfter, most() * 3 / 4);
    }
  }

  private void put(Reading reading, double seconds, double count) {
    Map<String, String> tags = reading.series().tags();
    MachineHistory machine = machine(reading.series().asset());
    if (machine == null) {
      return;
    }
    machine.put(
        new FinishedStop(
            reading.timeNs(),
            Math.round(seconds * ShiftCalendar.SECOND),
            word(tags.getOrDefault("shift", "")),
            MachineState.valueOf(tags.getOrDefault("category", "").toUpperCase(Locale.ROOT)),
            word(tags.getOrDefault("reason", "")),
            (int) count));
    if (machine.stops.size() > most()) {
      machine.trim(settledAfter, most() * 3 / 4);
    }
  }

  /** {@code null} where there is no room for another one. */
  private @Nullable MachineHistory machine(Asset machine) {
    MachineHistory known = machines.get(machine);
    if (known == null && machines.size() < mostMachines()) {
      known = new MachineHistory();
      machines.put(machine, known);
    }
    return known;
  }

  private int most() {
    return Math.min(
        MOST_OF_MACHINE, Math.max(LEAST_OF_MACHINE, mostRows / Math.max(1, machines.size())));
  }

  private String word(String word) {
    String known = words.putIfAbsent(word, word);
    return known == null ? word : known;
  }

  // ---- queries

  /**
   * The states of a machine between two instants, without gaps: from the first known one up to
   * {@code to}.
   */
  public synchronized List<StateInterval> spans(Asset machine, long from, long to) {
    MachineHistory known = machines.get(machine);
    return known == null ? List.of() : known.spans(from, to);
  }

  /**
   * The same of a machine of which nothing is known from {@code until} on: then it is unknown, also
   * where rows from before its readings of late say otherwise.
   */
  public synchronized List<StateInterval> spans(Asset machine, long from, long to, long until) {
    if (until >= to || !machines.containsKey(machine)) {
      return spans(machine, from, to);
    }
    List<StateInterval> spans = new ArrayList<>(spans(machine, from, until));
    long start = Math.max(from, until);
    StateInterval last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
    if (last != null && last.isSilent()) {
      start = last.start;
      spans.remove(spans.size() - 1);
    }
    spans.add(new StateInterval(start, to, MachineState.UNKNOWN, Symbols.SILENT_WORD));
    return spans;
  }

  /** The instants of rows of states of a machine that begin no full minute. */
  synchronized List<Long> stateInstants(Asset machine) {
    MachineHistory known = machines.get(machine);
    return known == null
        ? List.of()
        : known.rows.stream()
            .map(StateChange::start)
            .filter(start -> Math.floorMod(start, ShiftCalendar.MINUTE) != 0)
            .toList();
  }

  /**
   * From when on all states and stops of a machine are here; {@link Long#MAX_VALUE} where there are
   * none. What came before may have been forgotten, or never have been.
   */
  public synchronized long wholeFrom(Asset machine) {
    MachineHistory known = machines.get(machine);
    if (known == null || known.rows.isEmpty()) {
      return Long.MAX_VALUE;
    }
    boolean mayBeCut = known.stops.size() >= most() / 2;
    return Math.max(known.rows.get(0).start, mayBeCut ? known.stops.get(0).start : Long.MIN_VALUE);
  }

  /** Whether there is room for the history of one more machine. */
  public synchronized boolean hasRoom() {
    return machines.size() < mostMachines();
  }

  private int mostMachines() {
    return mostRows / LEAST_OF_MACHINE;
  }

  /** The stops of a machine that overlap two instants, in the order of time. */
  public synchronized void stops(Asset machine, long from, long to, Consumer<FinishedStop> stops) {
    MachineHistory known = machines.get(machine);
    if (known != null) {
      for (FinishedStop stop : known.stops) {
        if (stop.start < to && stop.start + stop.lengthNs > from) {
          stops.accept(stop);
        }
      }
    }
  }

  /**
   * Since when a machine has stood that stands just before an instant: from the begin of its row,
   * or that of the one which ends there, in a shift before. The instant itself where it does not.
   *
   * @param least rows that end before are not followed further
   */
  synchronized long standsSince(Asset machine, long instant, long least) {
    MachineHistory known = machines.get(machine);
    List<FinishedStop> stops = known == null ? List.of() : known.stops;
    long since = instant;
    for (int i = stops.size() - 1; i >= 0 && since > least; i--) {
      FinishedStop stop = stops.get(i);
      if (stop.start < since && stop.start + stop.lengthNs >= since) {
        since = stop.start;
      }
    }
    return since;
  }

  /** Whether rows say that nothing was heard of a machine from one instant to another. */
  synchronized boolean wasSilent(Asset machine, long from, long to) {
    List<StateInterval> spans = spans(machine, from, to);
    return !spans.isEmpty()
        && spans.get(0).start <= from
        && spans.stream().allMatch(StateInterval::isSilent);
  }

  /** The ids of the orders that machines have begun, the last of them. */
  public synchronized Map<Asset, Set<String>> begunOrders() {
    return orders.all();
  }

  /** Whether a machine has a row that says that it began an order at an instant. */
  synchronized boolean hasBegun(Asset machine, long start, String order) {
    return orders.has(machine, start, order);
  }

  /** Whether rows say that a machine of a line began an order in [from, to). */
  synchronized boolean hasBegunIn(Asset line, String order, long from, long to) {
    return orders.hasIn(line, order, from, to);
  }

  /**
   * The earliest instant to which the changeover of an order reaches back that a machine began in a
   * time; the end of time where none does.
   */
  synchronized long changeoversReachBackTo(Predicate<Asset> machines, long from, long until) {
    return orders.reachBackTo(machines, from, until);
  }

  /** By machine, the instants at which rows say that it began an order. */
  synchronized Map<Asset, List<Long>> startsOfOrders() {
    return orders.starts();
  }

  /** By line, the instants at which rows say that an order began. */
  synchronized Map<Asset, List<Long>> startsOfOrdersOfLines() {
    return ordersOfLines.starts();
  }

  /** The machines of which rows of shifts or days stand. */
  synchronized List<Asset> machinesWithShifts() {
    return shifts.machines();
  }

  /** The rows of shifts and days of a machine that stand, each with its products. */
  synchronized Map<BucketKey, Set<String>> shifts(Asset machine) {
    return shifts.of(machine);
  }

  /** The products of a shift or a day of a machine of which rows stand. */
  synchronized Set<String> products(Asset machine, BucketKey key) {
    return shifts.products(machine, key);
  }

  /** The machines, in the order in which they were first seen. */
  public synchronized List<Asset> machines() {
    return List.copyOf(machines.keySet());
  }

  // ---- bytes

  /** Trims the state and returns it as bytes. */
  synchronized byte[] encode() {
    long newest = machines.values().stream().mapToLong(MachineHistory::newest).max().orElse(0);
    machines.values().removeIf(machine -> machine.newest() < newest - MachineFold.FORGET_AFTER);
    words.clear();
    for (MachineHistory machine : machines.values()) {
      machine.trim(settledAfter, most());
      machine.rows.forEach(row -> word(row.reason));
      machine.stops.forEach(
          stop -> {
            word(stop.shift);
            word(stop.reason);
          });
    }
    StateEncoder out = new StateEncoder();
    out.raw(FORMAT);
    out.number(words.size());
    Map<String, Integer> numbers = new HashMap<>();
    for (String word : words.keySet()) {
      numbers.put(word, numbers.size());
      out.text(word);
    }
    out.number(machines.size());
    machines.forEach((asset, machine) -> encode(out, asset, machine, numbers));
    shifts.retain(machines.keySet());
    shifts.exchange(out);
    orders.exchange(out, true);
    ordersOfLines.exchange(out, true);
    return out.toBytes();
  }

  private static void encode(
      StateEncoder out, Asset asset, MachineHistory machine, Map<String, Integer> numbers) {
    out.machine(asset);
    long before = 0;
    out.number(machine.rows.size());
    for (StateChange row : machine.rows) {
      out.number(row.start - before);
      out.state(row.state);
      out.number(numbers.getOrDefault(row.reason, 0));
      before = row.start;
    }
    out.number(machine.stops.size());
    for (FinishedStop stop : machine.stops) {
      out.number(stop.start - before);
      out.number(stop.lengthNs);
      out.number(numbers.getOrDefault(stop.shift, 0));
      out.state(stop.state);
      out.number(numbers.getOrDefault(stop.reason, 0));
      out.number(stop.count);
      before = stop.start;
    }
  }

  /**
   * Reads a state.
   *
   * @throws IllegalArgumentException if the bytes are damaged or of another format
   */
  static History decode(byte[] bytes, long latenessNs) {
    return decode(bytes, latenessNs, Long.MAX_VALUE);
  }

  /**
   * The same, into so many bytes of the heap: of a state from a larger heap each machine keeps its
   * newest rows.
   */
  static History decode(byte[] bytes, long latenessNs, long heapBytes) {
    History history = new History(latenessNs, heapBytes);
    StateDecoder in = new StateDecoder(bytes);
    byte format = in.raw();
    if (format < WITHOUT_SHIFTS || format > FORMAT) {
      throw new IllegalArgumentException("a history of format " + format + " is not known");
    }
    List<String> words = new ArrayList<>();
    for (long count = in.number(); count > 0; count--) {
      words.add(history.word(in.name("")));
    }
    long machines = in.number();
    for (long count = machines; count > 0; count--) {
      MachineHistory known = history.machine(in.machine(Asset.NONE));
      MachineHistory machine = known == null ? new MachineHistory() : known;
      long before = 0;
      for (long rows = in.number(); rows > 0; rows--) {
        before += in.number();
        MachineState state = in.state(MachineState.UNKNOWN);
        machine.rows.add(new StateChange(before, state, words.get((int) in.number())));
      }
      for (long stops = in.number(); stops > 0; stops--) {
        before += in.number();
        machine.stops.add(
            new FinishedStop(
                before,
                in.number(),
                words.get((int) in.number()),
                in.state(MachineState.UNKNOWN),
                words.get((int) in.number()),
                (int) in.number()));
      }
      int share = (int) (history.mostRows / Math.max(1, machines));
      machine.trim(history.settledAfter, Math.max(LEAST_OF_MACHINE, share));
    }
    if (format > WITHOUT_SHIFTS) {
      history.shifts.exchange(in);
    }
    if (format > WITHOUT_ORDERS) {
      history.orders.exchange(in, format > WITHOUT_CHANGEOVERS);
    }
    if (format > WITHOUT_ORDERS_OF_LINES) {
      history.ordersOfLines.exchange(in, format > WITHOUT_CHANGEOVERS);
    }
    if (!in.atEnd()) {
      throw new IllegalArgumentException("the history goes on past its end");
    }
    return history;
  }
}
