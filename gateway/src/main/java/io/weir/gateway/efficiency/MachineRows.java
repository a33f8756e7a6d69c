package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.efficiency.signal.Symbols;
import io.weir.gateway.model.Asset;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one machine. It compares the rows that a timeline gives with those written before,
 * and writes the differences. So one mechanism serves late readings, micro-stops that are
 * recognised afterwards, and rows that are taken back.
 *
 * <p>Mutable; belongs to its {@link MachineFold}.
 */
final class MachineRows {

  private static final BucketKind[] KINDS = BucketKind.values();

  private final Asset asset;
  private final SignalRules rules;
  private final SharedParts shared;
  private final ShiftCalendar calendar;
  private final Symbols products;
  private final Symbols orders;
  private final StateRows stateRows;
  private final Defects defects;

  /** The sums written last of each bucket that may still change. */
  private final Map<BucketKey, long[]> written = new TreeMap<>();

  /**
   * Products with written rows, by shift and day: one that has no pieces any more is written as 0.
   */
  private final Map<BucketKey, Set<Integer>> writtenProducts = new TreeMap<>();

  /** The orders written last that may still change, by their start. */
  private final TreeMap<Long, OrderRow> writtenOrders = new TreeMap<>();

  /** Of a past span: when orders began that were settled. */
  private final Set<Long> begunOrders = new HashSet<>();

  /** Rows were written up to this instant. */
  private long publishedTo = Long.MIN_VALUE;

  /** Whether a reading has changed written rows since. */
  private boolean corrected;

  private long tickedTo = Long.MIN_VALUE;

  private @Nullable SettledShift lastShift;

  /** The last shift that is final. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record SettledShift(BucketKey key, long[] sums) {

    static SettledShift exchange(StateCodec codec, @Nullable SettledShift shift) {
      return new SettledShift(
          (shift == null ? BucketKey.NONE : shift.key).exchange(codec),
          codec.sums(shift == null ? Sums.none() : shift.sums));
    }
  }

  MachineRows(
      Asset asset,
      SignalRules rules,
      SharedParts shared,
      ShiftCalendar calendar,
      Symbols symbols,
      Symbols products,
      Symbols orders) {
    this.asset = asset;
    this.rules = rules;
    this.shared = shared;
    this.calendar = calendar;
    this.products = products;
    this.orders = orders;
    stateRows = new StateRows(asset, symbols, shared.rows());
    defects = new Defects(asset, shared.corrections(), shared.rows());
  }

  /** The sums written last of a bucket that may still change, else {@code null}. */
  long @Nullable [] written(BucketKey key) {
    return written.get(key);
  }

  /** The buckets with a row that may still change. */
  Set<BucketKey> open() {
    return written.keySet();
  }

  /** Whether written rows include the newest instant. */
  boolean includeNewest(long newest) {
    return newest == publishedTo;
  }

  /** Rows were written up to here, of silence too. */
  long writtenTo() {
    return Math.max(publishedTo, tickedTo);
  }

  /** A reading may change written rows. */
  void corrected() {
    corrected = true;
  }

  boolean isCorrected() {
    return corrected;
  }

  /**
   * The machine starts again: later, or earlier than it was expected. Then the rows of states that
   * said that nothing is known of it are still to be corrected.
   */
  void clear(boolean earlier) {
    if (written.values().stream().anyMatch(sums -> sums[Sums.REVISION] > 0)) {
      shared.rows().mayStandTo(publishedTo);
    }
    publishedTo = Long.MIN_VALUE;
    tickedTo = Long.MIN_VALUE;
    corrected = false;
    written.clear();
    writtenProducts.clear();
    writtenOrders.clear();
    shared.lines().leaveOrders(asset);
    if (!earlier) {
      stateRows.clear();
    }
    defects.clear();
  }

  /** Writes every row that differs from the timeline at its newest instant. */
  void publish(Timeline view, Overlay overlay, long watermark) {
    for (BucketKind kind : KINDS) {
      for (Bucket bucket : view.buckets().of(kind)) {
        if (kind != BucketKind.MINUTE || bucket.key.end() <= watermark) {
          write(bucket, bucket.finished(overlay, rules), view, overlay, watermark);
        }
      }
    }
    for (Bucket bucket : view.buckets().of(BucketKind.SHIFT)) {
      defects(bucket);
    }
    orders(view.buckets().orders().shown(), overlay);
    stateRows.states(overlay);
    stateRows.stops(overlay);
    publishedTo = watermark;
    tickedTo = Long.MIN_VALUE; // what was provisional beyond is provisional again
    corrected = false;
  }

  /** Writes the states that differ from the written ones. */
  void states(Overlay overlay) {
    stateRows.states(overlay);
  }

  /** Writes what a correction changes of states and stops that no reading can change any more. */
  void correct(Overlay before, Overlay after) {
    stateRows.correct(before, after);
    corrected = true;
  }

  /**
   * Writes a bucket for the last time: no reading can change it any more. That of a past span may
   * be one for which the live figures still await readings.
   */
  void settle(Bucket bucket, Timeline settled, Overlay overlay) {
    long[] sums = bucket.finished(overlay, rules);
    boolean isAwaited = shared.again() && !shared.rows().isFinished(asset, bucket.key);
    sums[Sums.FINAL] = bucket.key.kind() == BucketKind.MINUTE || isAwaited ? 0 : 1;
    write(bucket, sums, settled, overlay, bucket.key.end());
    written.remove(bucket.key);
    writtenProducts.remove(bucket.key);
    if (bucket.key.kind() == BucketKind.SHIFT) {
      lastShift = new SettledShift(bucket.key, sums);
      defects(bucket);
      defects.forget(bucket.key);
    }
  }

  /** Writes the states and stops of a past span. */
  void settledStates(Overlay overlay) {
    stateRows.states(overlay);
    stateRows.stops(overlay);
  }

  /** States and stops before the instant cannot change any more. */
  void forget(long horizon, Set<Long> starts, long oldest) {
    stateRows.forget(horizon, starts, oldest);
  }

  /** Writes provisional rows up to an instant without a reading; they are not part of the state. */
  void tick(Timeline view, Overlay overlay, long asOf) {
    long from = writtenTo();
    for (BucketKind kind : KINDS) {
      for (Bucket bucket : view.buckets().of(kind)) {
        BucketKey key = bucket.key;
        if (key.end() > from
            && (kind != BucketKind.MINUTE || key.end() <= asOf)
            && key.start() >= shared.publishFrom()
            && !shared.rows().isBehindSpan(key)) {
          long[] sums = bucket.finished(overlay, rules);
          long[] before = written.get(key);
          sums[Sums.REVISION] = before == null ? 0 : before[Sums.REVISION];
          sums[Sums.FINAL] =
              kind != BucketKind.MINUTE && shared.rows().isFinished(asset, key) ? 1 : 0;
          shared.lines().overlay(asset, key, before, sums);
          row(bucket, sums, overlay, asOf);
        }
      }
    }
    shared.lines().silent(asset, asOf);
    for (OrderRun run : view.buckets().orders().shown()) {
      if (isWhole(run)) {
        OrderRow row = orderRow(run, overlay);
        OrderRow before = writtenOrders.get(run.start());
        row.sums()[Sums.REVISION] = before == null ? 0 : before.sums()[Sums.REVISION];
        shared.lines().overlayOrder(asset, run.key(), row);
        shared.rows().order(asset, run.key(), row);
      }
    }
    stateRows.states(overlay);
    stateRows.stops(overlay);
    tickedTo = asOf;
  }

  /** The last shift that is final. */
  EfficiencySnapshot.@Nullable ShiftFigures lastShift() {
    return lastShift == null ? null : LiveMachine.shift(lastShift.key, lastShift.sums);
  }

  /**
   * Moves what was written to where the calendar has it now. A row that no other one replaces is
   * taken back if what it says is in another row from now on; otherwise it stays as it is.
   */
  void followCalendar(Timeline settled) {
    for (BucketKey key : List.copyOf(written.keySet())) {
      BucketKey now = BucketKey.at(calendar, key.kind(), key.start());
      if (now.equals(key)) {
        continue;
      }
      long[] sums = written.remove(key);
      Set<Integer> ofKey = writtenProducts.remove(key);
      if (sums == null) {
        continue;
      }
      if (now.start() == key.start() && now.shift().equals(key.shift())) {
        written.put(now, sums);
        if (ofKey != null) {
          writtenProducts.put(now, ofKey);
        }
        continue;
      }
      boolean isElsewhere = sums[Sums.PARTIAL] == 0 && settled.isWhole(now);
      shared.lines().leave(asset, key, sums, isElsewhere);
      if (isElsewhere) {
        takeBack(key, sums, ofKey == null ? Set.of() : ofKey);
      }
    }
  }

  private void takeBack(BucketKey key, long[] sums, Set<Integer> ofProducts) {
    long[] nothing = Sums.none();
    nothing[Sums.REVISION] = sums[Sums.REVISION] + 1;
    Figures figures = new Figures(nothing, Figures.Basis.MACHINE, 1);
    shared.rows().figures(asset, key, figures);
    for (int product : ofProducts) {
      shared.rows().product(asset, key, products.word(product), figures);
    }
  }

  private void write(Bucket bucket, long[] sums, Timeline timeline, Overlay overlay, long newest) {
    BucketKey key = bucket.key;
    if (key.start() < shared.publishFrom()) {
      return;
    }
    long[] before = written.get(key);
    if (before != null) {
      boolean same = Sums.sameFigures(before, sums);
      if (same && before[Sums.FINAL] == sums[Sums.FINAL]) {
        return;
      }
      boolean again = !same && (corrected || key.end() <= publishedTo);
      sums[Sums.REVISION] = before[Sums.REVISION] + (again ? 1 : 0);
    }
    shared.lines().replace(asset, timeline.cycleNs(), key, before, sums);
    written.put(key, sums);
    row(bucket, sums, overlay, newest);
  }

  private void defects(Bucket shift) {
    if (shift.key.start() >= shared.publishFrom() && !shift.isPartial()) {
      defects.write(shift.key);
    }
  }

  // ---- orders

  /** Writes the orders that differ from the written ones; takes back one that is none any more. */
  private void orders(List<OrderRun> runs, Overlay overlay) {
    Set<Long> starts = new TreeSet<>();
    for (OrderRun run : runs) {
      starts.add(run.start());
      if (isWhole(run)) {
        write(run, orderRow(run, overlay));
      } else {
        shared.lines().order(asset, run.key(), orderRow(run, overlay), false);
      }
    }
    for (long start : List.copyOf(writtenOrders.keySet())) {
      OrderRow before = starts.contains(start) ? null : writtenOrders.remove(start);
      if (before != null) {
        long[] nothing = Sums.none();
        nothing[Sums.REVISION] = before.sums()[Sums.REVISION] + 1;
        shared.lines().noOrder(asset, start);
        shared.rows().order(asset, OrderRun.from(start), OrderRow.takenBack(nothing));
      }
    }
  }

  /** Writes an order for the last time. */
  void settle(OrderRun run, Overlay overlay) {
    OrderRow row = orderRow(run, overlay);
    if (shared.again()) {
      begunOrders.add(run.start());
    }
    row.sums()[Sums.FINAL] = 1;
    if (isWhole(run)) {
      write(run, row);
      writtenOrders.remove(run.start());
    } else {
      shared.lines().order(asset, run.key(), row, false);
    }
  }

  /** Of a past span: orders that go on at its end. */
  void goOn(List<OrderRun> runs) {
    for (OrderRun run : runs) {
      OrderRow row = OrderRow.of(run, run.sums(), orders, products);
      shared.lines().order(asset, OrderRun.from(run.start()), row, false);
    }
  }

  /** Whether it began when its id was told first, and not before the readings at hand. */
  private boolean isWhole(OrderRun run) {
    boolean begins =
        !run.first
            || isFromFirst()
            || shared.rows().hasBegun(asset, run.start(), orders.word(run.order));
    return run.start() >= shared.publishFrom() && begins && run.isWhole();
  }

  /** Whether all that the machine ever told is at hand. */
  private boolean isFromFirst() {
    return shared.again() ? shared.rows().isFromFirst() : shared.publishFrom() == Long.MIN_VALUE;
  }

  private OrderRow orderRow(OrderRun run, Overlay overlay) {
    OrderRow row = OrderRow.of(run, run.finished(overlay, rules), orders, products);
    boolean lacksBefore = run.first || (run.hasMade && run.changeoverNs == OrderRun.NOT_KNOWN);
    return shared.again() && lacksBefore && !isFromFirst() ? row.withoutBefore() : row;
  }

  private void write(OrderRun run, OrderRow row) {
    OrderRow before = writtenOrders.get(run.start());
    long revision = 0;
    if (before != null) {
      boolean same = row.saysTheSame(before);
      if (same && before.sums()[Sums.FINAL] == row.sums()[Sums.FINAL]) {
        return;
      }
      boolean again = !same && (corrected || run.end() <= publishedTo);
      revision = before.sums()[Sums.REVISION] + (again ? 1 : 0);
    }
    row.sums()[Sums.REVISION] = revision;
    writtenOrders.put(run.start(), row);
    shared.lines().order(asset, run.key(), row, true);
    shared.rows().order(asset, run.key(), row);
  }

  /** Of a past span: no order began at an instant, though a row may say so. */
  void noOrder(long start) {
    OrderRow nothing = OrderRow.takenBack(Sums.none());
    nothing.sums()[Sums.FINAL] = 1;
    if (shared.lines().leads(asset)) {
      shared.lines().takeBackOrder(asset.toLine(), start);
    }
    shared.rows().order(asset, OrderRun.span(start, start + 1), nothing);
  }

  /** Of a past span: takes back the rows of orders that began at none of these instants. */
  void takeBackOrders(List<Long> standing, Orders made) {
    for (long start : standing) {
      if (!beganOrder(start, made)) {
        noOrder(start);
      }
    }
  }

  /** Of a past span: whether an order began at an instant. */
  boolean beganOrder(long start, Orders made) {
    return begunOrders.contains(start) || made.beginsAt(start);
  }

  /** The row of an order stays as it is, until it is folded again. */
  void forgetOrder(long start) {
    writtenOrders.remove(start);
    shared.lines().leaveOrder(asset, start);
  }

  private void row(Bucket bucket, long[] sums, Overlay overlay, long newest) {
    BucketKey key = bucket.key;
    if (bucket.isPartial()) {
      return;
    }
    shared.rows().figures(asset, key, new Figures(sums, Figures.Basis.MACHINE, 1), newest);
    Set<Integer> made = bucket.products.products();
    if (!made.isEmpty()) {
      Set<Integer> all = writtenProducts.computeIfAbsent(key, k -> new TreeSet<>());
      all.addAll(made);
      if (!bucket.products.hasAll(bucket.sums)) {
        all.add(Symbols.NONE);
      }
    }
    Set<Integer> wanted = writtenProducts.getOrDefault(key, Set.of());
    if (!wanted.isEmpty()) {
      products(bucket, wanted, sums, overlay);
    }
    if (shared.again() && key.kind().hasProducts()) {
      Set<String> words = wanted.stream().map(products::word).collect(Collectors.toSet());
      shared.rows().takeBackProducts(asset, key, words);
    }
  }

  private void products(Bucket bucket, Set<Integer> wanted, long[] sums, Overlay overlay) {
    BucketKey key = bucket.key;
    Map<Integer, long[]> ofProducts =
        bucket.products.corrected(wanted, bucket.corrected(overlay), overlay);
    ofProducts.replaceAll((product, ofProduct) -> bucket.finished(ofProduct, rules));
    overlay.pieces().divide(ofProducts.values(), sums, key);
    ofProducts.forEach(
        (product, finished) -> {
          finished[Sums.FINAL] = sums[Sums.FINAL];
          finished[Sums.REVISION] = sums[Sums.REVISION];
          Figures figures = new Figures(finished, Figures.Basis.MACHINE, 1);
          shared.rows().product(asset, key, products.word(product), figures);
        });
  }

  /** Marks the products that are in use. */
  void markProducts(BitSet used) {
    writtenProducts.values().forEach(all -> all.forEach(product -> Symbols.mark(used, product)));
  }

  /** Instants of states and stops are stored as the distance from {@code base}. */
  void exchange(StateCodec codec, long base) {
    publishedTo = codec.number(publishedTo);
    corrected = codec.flag(corrected);
    lastShift = codec.flag(lastShift != null) ? SettledShift.exchange(codec, lastShift) : null;
    codec.entries(written, BucketKey.NONE, each -> each.exchange(codec), Sums::none, codec::sums);
    codec.entries(
        writtenProducts,
        BucketKey.NONE,
        each -> each.exchange(codec),
        TreeSet::new,
        products -> codec.all(products, () -> 0, codec::small));
    stateRows.exchange(codec, base);
    if (codec.has(StateFormat.ORDERS)) {
      codec.entries(
          writtenOrders,
          base,
          start -> base + codec.number(start - base),
          () -> OrderRow.NONE,
          row -> row.exchange(codec));
    }
  }
}
