package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.Sums;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The orders of a line: each run of an order on its bottleneck has a row of the line, with the
 * pieces that other machines made for the same order. A run of another machine belongs to the run
 * of the bottleneck with which it has most time in common; without any, to the nearest. So a row is
 * a function of the last rows of the machines, in whatever order they came. Only runs of one order
 * make a row, so a change of one puts the rows of that order together, and no others.
 *
 * <p>A row has one writer: once its time on the bottleneck was given up to recomputes, what changes
 * it marks it instead. Kept are the orders that may still change, and the newest {@value #KEPT}
 * others.
 *
 * <p>Mutable; belongs to its {@link LineFold}.
 */
final class LineOrders {

  /** Orders of the line that are kept for corrections when all machines have settled them. */
  static final int KEPT = 16;

  /** Orders of one machine that are kept though the bottleneck has not told them. */
  private static final int KEPT_OF_OTHERS = 64;

  /** Of a past span: so long another machine may be behind the bottleneck with an order. */
  static final long BEHIND = 24 * ShiftCalendar.HOUR;

  /**
   * The last row of an order on one machine.
   *
   * @param whole whether it is known since when it is made, and the live figures have it right
   */
  record Run(long start, long end, OrderRow row, boolean whole) {

    /** What a run is read into. */
    static final Run NONE = new Run(0, 0, OrderRow.NONE, false);

    boolean isSettled() {
      return row.sums()[Sums.FINAL] > 0;
    }

    /** It is told no more; what is in it stays as it is written. */
    Run left() {
      long[] sums = row.sums().clone();
      sums[Sums.FINAL] = 1;
      return new Run(start, end, row.with(sums), false);
    }

    /** Nanoseconds in common; below 0 the distance. */
    long common(Run other) {
      return Math.min(end, other.end) - Math.max(start, other.start);
    }

    boolean isOfOrder(Run other) {
      return row.order().equals(other.row.order());
    }

    Run exchange(StateCodec codec) {
      return new Run(
          codec.number(start), codec.number(end), row.exchange(codec), codec.flag(whole));
    }
  }

  /** A run and the machine that made it. */
  record Part(String machine, Run run) {}

  /** The runs of one row; the first one is that of the bottleneck. */
  private record Parts(List<Part> all) {

    Run ofBottleneck() {
      return all.get(0).run;
    }

    boolean isWhole() {
      return all.stream().allMatch(part -> part.run.whole);
    }

    boolean isSettled() {
      return all.stream().allMatch(part -> part.run.isSettled());
    }

    /** From the first to the last instant of any of them. */
    BucketKey hull() {
      long start = Long.MAX_VALUE;
      long end = Long.MIN_VALUE;
      for (Part part : all) {
        start = Math.min(start, part.run.start);
        end = Math.max(end, part.run.end);
      }
      return OrderRun.span(start, end);
    }
  }

  private final LineFold line;

  /** By machine, by start. */
  private final TreeMap<String, TreeMap<Long, Run>> runs = new TreeMap<>();

  /** Of silent machines, beside the state: they hold until the machine writes another row. */
  private final Map<String, TreeMap<Long, Run>> provisional = new HashMap<>();

  /** The rows of the line that were written last, by start. */
  private final TreeMap<Long, OrderRow> written = new TreeMap<>();

  /** The rows that stand with what is provisional. */
  private final TreeSet<Long> shown = new TreeSet<>();

  /** What began before is known only where it is kept. */
  private long forgottenTo = Long.MIN_VALUE;

  private boolean changed;

  /** The orders of which something changed, by their ids: only their rows are put together. */
  private final Set<String> touched = new HashSet<>();

  /** Whether all rows are to be put together. */
  private boolean allTouched;

  LineOrders(LineFold line) {
    this.line = line;
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }

  /** Of orders that began before an instant not all is known here. */
  void beginAt(long instant) {
    forgottenTo = Math.max(forgottenTo, instant);
  }

  /** Whether rows wait to be written. */
  boolean isChanged() {
    return changed;
  }

  /** A machine wrote its row of an order; {@code false} where that is too old. */
  boolean replace(String machine, Run run) {
    endProvisional(machine);
    TreeMap<Long, Run> ofMachine = runs.computeIfAbsent(machine, absent -> new TreeMap<>());
    if (run.start < forgottenTo && !ofMachine.containsKey(run.start)) {
      return false;
    }
    touch(ofMachine.put(run.start, run));
    touch(run);
    changed = true;
    return true;
  }

  /** A machine took a row back: it made no order from the instant on. */
  void remove(String machine, long start) {
    endProvisional(machine);
    Run removed = of(runs, machine).remove(start);
    touch(removed);
    changed |= removed != null;
  }

  /** A machine leaves the row of an order as it is until it is folded again: so does the line. */
  void leave(String machine, long start) {
    endProvisional(machine);
    Run run = of(runs, machine).get(start);
    if (run != null) {
      leave(machine, run);
    }
  }

  /** A machine tells nothing more of its orders up to now. */
  void leaveAll(String machine) {
    endProvisional(machine);
    for (Run run : List.copyOf(of(runs, machine).values())) {
      if (!run.isSettled()) {
        leave(machine, run);
      }
    }
  }

  private void leave(String machine, Run run) {
    touch(run);
    of(runs, machine).put(run.start, run.left());
    if (machine.equals(line.bottleneck())) {
      written.remove(run.start);
      shown.remove(run.start);
    }
  }

  /** A machine is silent: its row of an order as of now. */
  void overlay(String machine, Run run) {
    touch(provisional.computeIfAbsent(machine, absent -> new TreeMap<>()).put(run.start, run));
    touch(of(runs, machine).get(run.start)); // it may seem to have been another order
    touch(run);
    changed = true;
  }

  /** Its next row comes. */
  private void endProvisional(String machine) {
    TreeMap<Long, Run> ended = provisional.remove(machine);
    if (ended != null) {
      ended.values().forEach(this::touch);
    }
  }

  private void touch(@Nullable Run run) {
    if (run != null) {
      touched.add(run.row.order());
    }
  }

  private boolean isTouched(Run run) {
    return allTouched || touched.contains(run.row.order());
  }

  private static TreeMap<Long, Run> of(Map<String, TreeMap<Long, Run>> all, String machine) {
    TreeMap<Long, Run> ofMachine = all.get(machine);
    return ofMachine == null ? new TreeMap<>() : ofMachine;
  }

  /** The line is made in another way from now on: what is settled stays as it is. */
  void reconfigured() {
    written.values().removeIf(LineOrders::isFinal);
    shown.retainAll(written.keySet());
    runs.values().forEach(ofMachine -> ofMachine.values().removeIf(Run::isSettled));
    allTouched = true;
    changed = true;
  }

  /** The line has no entry any more. */
  void clear() {
    runs.clear();
    provisional.clear();
    written.clear();
    shown.clear();
    untouch();
  }

  private void untouch() {
    touched.clear();
    allTouched = false;
    changed = false;
  }

  // ---- rows

  /**
   * Writes the rows that changed.
   *
   * @param givenUpTo orders that ended before on the bottleneck are written by recomputes
   */
  void flush(FigureRows rows, Marks marks, long givenUpTo) {
    if (!changed) {
      return;
    }
    Map<String, TreeMap<Long, Run>> allNow = provisional.isEmpty() ? runs : withProvisional();
    Map<Long, Parts> settled = parts(runs, this::isTouched);
    Map<Long, Parts> now = provisional.isEmpty() ? settled : parts(allNow, this::isTouched);
    untouch();
    now.forEach(
        (start, parts) -> {
          Parts known = settled.get(start);
          if (parts.ofBottleneck().end >= givenUpTo) {
            write(start, parts, known, rows);
          } else if (known != null) {
            mark(start, known, marks);
          }
        });
    takeBack(of(allNow, line.bottleneck()).keySet(), rows);
    if (hasMoreThanKept()) {
      Map<Long, Parts> all = parts(runs, run -> true);
      forget(all);
      forgetOthers(all);
    }
  }

  /** Whether more orders than are kept may have been settled. */
  private boolean hasMoreThanKept() {
    String bottleneck = line.bottleneck();
    long settled = of(runs, bottleneck).values().stream().filter(Run::isSettled).count();
    return settled > KEPT
        || runs.entrySet().stream()
            .anyMatch(
                of -> !of.getKey().equals(bottleneck) && of.getValue().size() > KEPT_OF_OTHERS);
  }

  /** Of a past span: writes what ended long before the instant, and forgets it. */
  void flushBefore(FigureRows rows, long instant) {
    Map<Long, Parts> all = parts(runs, run -> true);
    all.values().removeIf(parts -> parts.hull().end() >= instant - BEHIND);
    all.forEach((start, parts) -> write(start, parts, parts, rows));
    forget(all);
  }

  private void mark(long start, Parts parts, Marks marks) {
    BucketKey hull = parts.hull();
    if (parts.isWhole() && hull.end() < Long.MAX_VALUE) {
      OrderRow before = written.get(start);
      OrderRow row = row(parts, before);
      written.put(start, row);
      if (before == null || !row.saysTheSame(before)) {
        marks.add(line.asset, hull.start(), hull.end());
      }
    }
  }

  /**
   * @param settled the same without what is provisional, {@code null} where all of it is
   */
  private void write(long start, Parts parts, @Nullable Parts settled, FigureRows rows) {
    if (!parts.isWhole()) {
      return;
    }
    OrderRow before = written.get(start);
    OrderRow row = row(parts, before);
    boolean same = before != null && row.saysTheSame(before) && isFinal(row) == isFinal(before);
    boolean stood = shown.remove(start);
    if (parts.equals(settled)) {
      written.put(start, row);
    } else {
      shown.add(start);
      if (settled != null) {
        written.put(start, row(settled, before));
      }
    }
    if (!same || stood) {
      rows.orderOfLine(line.asset, parts.all.get(0).machine, parts.hull(), start, row, line.size());
    }
  }

  private OrderRow row(Parts parts, @Nullable OrderRow before) {
    long[] sums = line.sumsOfOrder(parts.all);
    sums[Sums.MEMBERS] = parts.all.stream().map(Part::machine).distinct().count();
    sums[Sums.FINAL] = parts.isSettled() ? line.size() : 0;
    OrderRow row = parts.ofBottleneck().row.with(sums);
    sums[Sums.REVISION] = revision(row, before);
    return row;
  }

  private static boolean isFinal(OrderRow row) {
    return row.sums()[Sums.FINAL] > 0;
  }

  /** It never falls; what ended before and says something else has a higher one. */
  private static long revision(OrderRow row, @Nullable OrderRow before) {
    long ofMachines = row.sums()[Sums.REVISION];
    if (before == null) {
      return ofMachines;
    }
    boolean again = before.ended() && !row.saysTheSame(before);
    return Math.max(before.sums()[Sums.REVISION] + (again ? 1 : 0), ofMachines);
  }

  /** Takes back the rows of what is no order of the bottleneck any more. */
  private void takeBack(Set<Long> starts, FigureRows rows) {
    TreeSet<Long> gone = new TreeSet<>(written.keySet());
    gone.addAll(shown);
    gone.removeAll(starts);
    for (long start : gone) {
      OrderRow before = written.remove(start);
      shown.remove(start);
      long[] nothing = Sums.none();
      nothing[Sums.REVISION] = before == null ? 1 : before.sums()[Sums.REVISION] + 1;
      OrderRow row = OrderRow.takenBack(nothing);
      rows.orderOfLine(
          line.asset, line.bottleneck(), OrderRun.from(start), start, row, line.size());
    }
  }

  // ---- which runs make a row

  private TreeMap<String, TreeMap<Long, Run>> withProvisional() {
    TreeMap<String, TreeMap<Long, Run>> all = new TreeMap<>();
    runs.forEach((machine, ofMachine) -> all.put(machine, new TreeMap<>(ofMachine)));
    provisional.forEach(
        (machine, ofMachine) ->
            all.computeIfAbsent(machine, absent -> new TreeMap<>()).putAll(ofMachine));
    return all;
  }

  /**
   * The rows of the line by their start, each with its runs.
   *
   * @param wanted whether rows of an order are wanted
   */
  private TreeMap<Long, Parts> parts(Map<String, TreeMap<Long, Run>> of, Predicate<Run> wanted) {
    String bottleneck = line.bottleneck();
    NavigableMap<Long, Run> leading = new TreeMap<>(of(of, bottleneck));
    leading.values().removeIf(wanted.negate());
    TreeMap<Long, Parts> rows = new TreeMap<>();
    leading.forEach(
        (start, run) -> {
          List<Part> parts = new ArrayList<>();
          parts.add(new Part(bottleneck, run));
          rows.put(start, new Parts(parts));
        });
    of.forEach(
        (machine, ofMachine) -> {
          if (!machine.equals(bottleneck)) {
            for (Run run : ofMachine.values()) {
              Run leads = wanted.test(run) ? leading(leading, run) : null;
              Parts row = leads == null ? null : rows.get(leads.start);
              if (row != null) {
                row.all.add(new Part(machine, run));
              }
            }
          }
        });
    return rows;
  }

  /** The run of the bottleneck that a run of another machine belongs to, or {@code null}. */
  private static @Nullable Run leading(NavigableMap<Long, Run> leading, Run run) {
    Run nearest = null;
    for (Run each : leading.values()) {
      boolean isOf = each.isOfOrder(run);
      if (isOf && (nearest == null || each.common(run) > nearest.common(run))) {
        nearest = each;
      }
    }
    return nearest;
  }

  // ---- what is kept

  private void forget(Map<Long, Parts> rows) {
    List<Long> done = new ArrayList<>();
    rows.forEach(
        (start, parts) -> {
          boolean isWritten = written.containsKey(start) || !parts.isWhole();
          if (parts.isSettled() && isWritten) {
            done.add(start);
          }
        });
    for (int i = 0; i < done.size() - KEPT; i++) {
      Parts parts = rows.get(done.get(i));
      if (parts != null) {
        forget(done.get(i), parts);
      }
    }
  }

  private void forget(long start, Parts parts) {
    written.remove(start);
    shown.remove(start);
    for (Part part : parts.all) {
      of(runs, part.machine).remove(part.run.start);
    }
    forgottenTo = Math.max(forgottenTo, start + 1);
  }

  /** Orders of other machines that the bottleneck has not told. */
  private void forgetOthers(Map<Long, Parts> rows) {
    String bottleneck = line.bottleneck();
    runs.forEach(
        (machine, ofMachine) -> {
          if (machine.equals(bottleneck) || ofMachine.size() <= KEPT_OF_OTHERS) {
            return;
          }
          TreeMap<Long, Run> others = new TreeMap<>(ofMachine);
          others.values().removeIf(run -> !run.isSettled());
          rows.values()
              .forEach(parts -> parts.all.forEach(part -> removeOf(machine, part, others)));
          while (others.size() > KEPT_OF_OTHERS) {
            long start = others.pollFirstEntry().getKey();
            ofMachine.remove(start);
            forgottenTo = Math.max(forgottenTo, start + 1);
          }
        });
  }

  private static void removeOf(String machine, Part part, Map<Long, Run> others) {
    if (part.machine.equals(machine)) {
      others.remove(part.run.start);
    }
  }

  void exchange(StateCodec codec) {
    codec.entries(
        runs,
        "",
        codec::name,
        TreeMap::new,
        ofMachine ->
            codec.entries(
                ofMachine, 0L, codec::number, () -> Run.NONE, run -> run.exchange(codec)));
    codec.entries(written, 0L, codec::number, () -> OrderRow.NONE, row -> row.exchange(codec));
    forgottenTo = codec.number(forgottenTo);
  }
}
