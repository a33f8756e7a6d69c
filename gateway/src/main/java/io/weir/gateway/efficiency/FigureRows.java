package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.FigureFields;
import io.weir.gateway.efficiency.figure.FigureNames;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes figures, states and stops as readings, by the schema of {@code
 * docs/reference/efficiency.md}. Undefined figures are left out. A row that is written again
 * replaces the one before.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class FigureRows {

  /** Bound of the cache of series for each machine; it is cleared when full. */
  private static final int SERIES_OF_MACHINE = 16;

  private final Map<Series, Series> series = new HashMap<>();
  private final int mostSeries;
  private final boolean hasReasons;
  private final ChangeoverTargets targets;
  private List<Reading> readings = new ArrayList<>();

  /** Which rows are written of a past span, or {@code null} for the live figures: all. */
  private final @Nullable Again again;

  private final Map<Asset, EfficiencySnapshot.ShiftFigures> shiftsAgain = new HashMap<>();

  /** Of a past span: from the first to the last row that was written, by machine. */
  private final Map<Asset, BucketKey> written = new HashMap<>();

  /** Of a past span: the start of the first minute of each machine, and of its line. */
  private final Map<Asset, Long> firstMinutes = new HashMap<>();

  /** Of a past span: until when machines tell nothing that were there before it. */
  private final Map<Asset, Long> silentTo = new HashMap<>();

  private long highestRevision;

  /** Of a row that may stand already, the revision is so much higher than how often it changed. */
  private long base;

  /** Rows of buckets that began up to this instant may stand already. */
  private long mayStandTo = Long.MIN_VALUE;

  private record Stop(
      Asset machine, long start, String shift, MachineState category, String reason) {}

  /** Of a past span: the rows of minutes that may stand beside those that are written. */
  private @Nullable FormerMinutes former;

  private @Nullable History standing;

  /** The stops of a past span that were written. */
  private final Set<Stop> stops = new HashSet<>();

  /**
   * @param machines that there may be
   * @param hasReasons whether there is a tree of reasons
   */
  FigureRows(
      int machines,
      boolean hasReasons,
      List<EfficiencyConfig.Changeover> changeovers,
      @Nullable Again again) {
    targets = new ChangeoverTargets(changeovers);
    this.hasReasons = hasReasons;
    this.again = again;
    mostSeries = SERIES_OF_MACHINE * machines;
  }

  /** The rows written since the last call; a row is never split. */
  List<Reading> take() {
    List<Reading> taken = readings;
    readings = new ArrayList<>();
    return taken;
  }

  int size() {
    return readings.size();
  }

  /** The highest revision of all rows so far. */
  long highestRevision() {
    return highestRevision;
  }

  /**
   * Any row may stand already, from before a kill, a loss of the state or a change of the
   * configuration.
   *
   * @param revision higher than all that were ever given
   */
  void mayStand(long revision) {
    base = revision;
    mayStandTo = Long.MAX_VALUE;
  }

  /** Only rows of buckets that began up to this instant may have been written before. */
  void mayStandOnlyTo(long instant) {
    mayStandTo = instant;
  }

  /** Rows up to this instant stand that are counted from 0 again. */
  void mayStandTo(long instant) {
    base = Math.max(base, highestRevision + 1);
    mayStandTo = Math.max(mayStandTo, instant);
  }

  /** The newest shift of each asset that was written again. */
  Map<Asset, EfficiencySnapshot.ShiftFigures> shiftsAgain() {
    return shiftsAgain;
  }

  /**
   * Of a past span: which rows of minutes are taken back as others are written.
   *
   * @param standing what stands
   */
  void takesBack(FormerMinutes minutes, History standing) {
    former = minutes;
    this.standing = standing;
  }

  /** Of a past span: instants that have rows of states, besides the full minutes. */
  List<Long> formerStates(Asset machine) {
    History before = standing;
    return before == null ? List.of() : before.stateInstants(machine);
  }

  /** Of a past span: whether a row says that a machine began an order at an instant. */
  boolean hasBegun(Asset machine, long start, String order) {
    return standing != null && standing.hasBegun(machine, start, order);
  }

  /** Of a past span: whether there are no readings of before. */
  boolean isFromFirst() {
    return again != null && again.fromFirst();
  }

  /** Writes the figures of a bucket that has ended, or is taken back. */
  void figures(Asset asset, BucketKey key, Figures figures) {
    figures(asset, key, figures, key.end());
  }

  /**
   * Writes the figures of a bucket; the level is that of the last part of the asset.
   *
   * @param newest the instant up to which they are known
   */
  void figures(Asset asset, BucketKey key, Figures figures, long newest) {
    if (again != null && key.end() <= silentTo.getOrDefault(asset, Long.MIN_VALUE)) {
      return; // what stands knows which counters the machine has
    }
    boolean isTakenBack = figures.members() == 0;
    if (again != null && key.kind() == BucketKind.MINUTE && asset.machine() != null) {
      firstMinutes.merge(asset, key.start(), Math::min);
      firstMinutes.merge(asset.toLine(), key.start(), Math::min);
    }
    if (again != null && !again.writes(asset, key)) {
      return;
    }
    if (again != null && !isTakenBack && asset.machine() != null) {
      written.merge(asset, key, FigureRows::hull);
    }
    if (again != null && !isTakenBack && key.kind() == BucketKind.SHIFT) {
      shiftsAgain.merge(
          asset,
          new EfficiencySnapshot.ShiftFigures(key.shift(), key.start(), key.end(), figures),
          (one, other) -> one.start() > other.start() ? one : other);
    }
    Map<String, String> tags =
        Map.of("bucket", key.kind().tag(), "level", level(asset), "shift", key.shift());
    Series series = series(FigureNames.EFFICIENCY, asset, tags);
    StringJoiner undefined = new StringJoiner(",");
    add(series, key.start(), FigureFields.TIMES_AND_RATIOS, figures, undefined);
    if (key.kind() == BucketKind.SHIFT || key.kind() == BucketKind.DAY) {
      add(series, key.start(), FigureFields.JUDGED, figures, undefined);
      if (asset.machine() != null) {
        long to = Math.min(key.end(), ShiftCalendar.minute(newest).end());
        double seconds = isTakenBack ? 0 : (to - key.start()) / 1e9;
        add(series, key.start(), FigureNames.REACH, new Value.Real(seconds));
      }
    }
    byReason(series, key.start(), figures, undefined);
    add(series, key.start(), FigureFields.PIECES, figures, undefined);
    if (asset.machine() == null) {
      add(series, key.start(), FigureFields.FROM_STOCK, figures, undefined);
    }
    add(series, key.start(), "basis", new Value.Text(figures.basis().tag()));
    state(series, key.start(), figures, undefined);
    FormerMinutes minutes = former;
    if (minutes != null && key.kind() == BucketKind.MINUTE && !isTakenBack) {
      Figures nothing = new Figures(Sums.none(), figures.basis(), figures.expected());
      minutes.beside(asset, key).forEach(each -> figures(asset, each, nothing));
    }
  }

  /** Of a past span: a machine tells nothing before an instant; its own rows stay until then. */
  void staySilent(Asset machine, long firstReading) {
    silentTo.put(machine, firstReading);
  }

  /** Of a past span: whether the live figures change a row of a machine no more. */
  boolean isFinished(Asset machine, BucketKey key) {
    return again != null && again.isFinished(machine, key);
  }

  /** Of a past span: whether a bucket is none of it, as it begins behind it. */
  boolean isBehindSpan(BucketKey key) {
    return again != null && key.start() >= again.until();
  }

  /** From when on all readings are there. */
  long wholeFrom() {
    return again == null ? Long.MIN_VALUE : again.wholeFrom();
  }

  /** Of a past span: whether a machine, or a line, was first heard at an instant or later. */
  boolean beginAt(Asset asset, long instant) {
    return firstMinutes.getOrDefault(asset, Long.MIN_VALUE) >= instant;
  }

  private static BucketKey hull(BucketKey one, BucketKey other) {
    return new BucketKey(
        BucketKind.DAY,
        Math.min(one.start(), other.start()),
        Math.max(one.end(), other.end()),
        EfficiencyConfig.Shift.ALL);
  }

  /** Of a past span: whether it is to be written, and rows of the machine were, of its time. */
  boolean haveReplaced(Asset machine, BucketKey key) {
    BucketKey hull = written.get(machine);
    return again != null
        && hull != null
        && again.writes(machine, key)
        && Lines.levelsOf(machine).stream().allMatch(level -> again.writes(level, key))
        && hull.start() < key.end()
        && key.start() < hull.end();
  }

  /**
   * Writes the statistics of a signal in a window.
   *
   * @param since from here on readings say how often a rule was broken
   */
  void signal(
      Series series, BucketKey window, long since, boolean isFinal, Map<String, Value> row) {
    if (again != null && !(isFinal && again.writesWindow(series, window, since))) {
      return;
    }
    row.forEach((field, value) -> add(series, window.start(), field, value));
  }

  /**
   * Writes what a machine did for a product in a shift or a day. What was for none, "", has a row
   * without the tag, where the shift has products.
   */
  void product(Asset machine, BucketKey key, String product, Figures figures) {
    if (again != null && !again.writes(machine, key)) {
      return;
    }
    Map<String, String> tags = new TreeMap<>();
    tags.put("bucket", key.kind().tag());
    tags.put("level", "machine");
    tags.put("shift", key.shift());
    if (!product.isEmpty()) {
      tags.put("product", product);
    }
    Series series = series(FigureNames.PRODUCT, machine, tags);
    StringJoiner undefined = new StringJoiner(",");
    add(series, key.start(), FigureFields.OF_PRODUCTS, figures, undefined);
    byReason(series, key.start(), figures, undefined);
    add(series, key.start(), FigureFields.PIECES, figures, undefined);
    state(series, key.start(), figures, undefined);
  }

  /**
   * Of a past span: takes back the rows of products that a shift or a day no longer has.
   *
   * @param made all that it has
   */
  void takeBackProducts(Asset machine, BucketKey key, Set<String> made) {
    History before = standing;
    if (before == null) {
      return;
    }
    Figures nothing = new Figures(Sums.none(), Figures.Basis.MACHINE, 1);
    for (String product : before.products(machine, key)) {
      if (!made.contains(product)) {
        product(machine, key, product, nothing);
      }
    }
  }

  /**
   * Writes what people booked for a reason in a shift, in millionths of pieces.
   *
   * @param reason of the defect, "" for none
   * @param rework the part of the scrap that more work can make good
   */
  void defect(Asset machine, BucketKey shift, String reason, long scrap, long rework) {
    if (again != null && !again.writes(machine, shift)) {
      return;
    }
    Map<String, String> tags = new TreeMap<>();
    tags.put("shift", shift.shift());
    if (!reason.isEmpty()) {
      tags.put("reason", reason);
    }
    Series series = series(FigureNames.DEFECTS, machine, tags);
    add(series, shift.start(), "scrap", new Value.Real(scrap / Sums.PIECE));
    add(series, shift.start(), "rework", new Value.Real(rework / Sums.PIECE));
    if (again != null) {
      add(series, shift.start(), "origin", new Value.Text(again.originOf(shift.start())));
    }
  }

  /** Writes an order of a machine. */
  void order(Asset machine, BucketKey key, OrderRow row) {
    if (again != null && !again.writesOrder(machine, key, row.since(key.start()), key.end())) {
      return;
    }
    order(machine, machine, key.start(), row, row.figures());
  }

  /**
   * Writes an order of a line.
   *
   * @param bottleneck the name of the machine whose time and changeover it has
   * @param span from the first to the last instant at which any machine made it
   * @param expected how many machines the line has
   */
  void orderOfLine(
      Asset line, String bottleneck, BucketKey span, long start, OrderRow row, int expected) {
    if (again != null) {
      long since = Math.min(row.since(start), span.start() - LineOrders.BEHIND);
      if (!again.writesOrder(line, span, since, span.end() + LineOrders.BEHIND)
          || isMadeBeyond(again, line, span, row.order())) {
        return;
      }
    }
    Asset machine = new Asset(line.site(), line.area(), line.line(), bottleneck);
    order(line, machine, start, row, new Figures(row.sums(), Figures.Basis.BOTTLENECK, expected));
  }

  /** Whether rows say that a machine of a line made a part of an order which was not folded. */
  private boolean isMadeBeyond(Again folded, Asset line, BucketKey span, String order) {
    History before = standing;
    return before != null
        && (before.hasBegunIn(line, order, span.start() - LineOrders.BEHIND, folded.ordersFrom())
            || before.hasBegunIn(line, order, folded.ordersTo(), span.end() + LineOrders.BEHIND));
  }

  /**
   * @param machine that is changed over
   */
  private void order(Asset asset, Asset machine, long start, OrderRow row, Figures figures) {
    Series series = series(FigureNames.ORDER, asset, Map.of("level", level(asset)));
    add(series, start, "order", new Value.Text(row.order()));
    add(series, start, "product", new Value.Text(row.product()));
    add(series, start, "ended", new Value.Flag(row.ended()));
    add(series, start, "paused", new Value.Flag(row.paused()));
    StringJoiner undefined = new StringJoiner(",");
    real(series, start, "planned_quantity", row.quantity(), undefined);
    real(series, start, "progress", row.progress(), undefined);
    if (row.knowsBefore()) { // else what stands of it stays
      add(series, start, "product_before", new Value.Text(row.productBefore()));
      real(series, start, "changeover_s", row.changeover(), undefined);
      double target = targets.seconds(machine, row.productBefore(), row.product());
      real(series, start, "changeover_target_s", target, undefined);
    }
    add(series, start, FigureFields.TIMES_AND_RATIOS, figures, undefined);
    add(series, start, FigureFields.JUDGED, figures, undefined);
    byReason(series, start, figures, undefined);
    add(series, start, FigureFields.PIECES, figures, undefined);
    add(series, start, FigureFields.OF_ORDERS, figures, undefined);
    state(series, start, figures, undefined);
  }

  private void byReason(Series series, long start, Figures figures, StringJoiner undefined) {
    if (hasReasons) {
      add(series, start, FigureFields.BY_REASON, figures, undefined);
    }
  }

  private void real(
      Series series, long instant, String field, double value, StringJoiner undefined) {
    if (Double.isNaN(value)) {
      undefined.add(field);
    } else {
      add(series, instant, field, new Value.Real(value));
    }
  }

  /**
   * Ends a row.
   *
   * @param undefined the figures that it does not have: a store that keeps the fields of an earlier
   *     row still shows them
   */
  private void state(Series series, long instant, Figures figures, StringJoiner undefined) {
    long least = instant <= mayStandTo ? base : 0;
    revision(series, instant, again == null ? least + figures.revision() : again.revision());
    add(series, instant, "final", new Value.Flag(figures.isFinal()));
    add(series, instant, "undefined", new Value.Text(undefined.toString()));
    if (again != null) {
      add(series, instant, "origin", new Value.Text(again.originOf(instant)));
    }
  }

  private void revision(Series series, long instant, long revision) {
    highestRevision = Math.max(highestRevision, revision);
    add(series, instant, "revision", new Value.Whole(revision));
  }

  /** Writes what people say of an asset at an instant; with a count of 0 it is taken back. */
  void annotation(Annotations.Row row) {
    Asset asset = row.asset();
    Series series = series(FigureNames.ANNOTATIONS, asset, Map.of("level", level(asset)));
    add(series, row.at(), "text", new Value.Text(row.text()));
    add(series, row.at(), "who", new Value.Text(row.who()));
    add(series, row.at(), "id", new Value.Whole(row.id()));
    add(series, row.at(), "until_ms", new Value.Whole(row.untilMs()));
    add(series, row.at(), "count", new Value.Real(row.holding().size()));
    revision(series, row.at(), base + row.changes()); // people write of the future too
  }

  /** Writes the state of a machine from an instant on. */
  void state(
      Asset machine,
      long instant,
      MachineState state,
      String reason,
      String machineReason,
      String category) {
    if (again != null && !again.writes(machine, instant, instant)) {
      return;
    }
    Series series = series(FigureNames.STATE, machine, Map.of());
    add(series, instant, "state", new Value.Text(state.word()));
    add(series, instant, "code", new Value.Whole(state.code()));
    add(series, instant, "reason", new Value.Text(reason));
    reasons(series, instant, machineReason, category);
  }

  private void reasons(Series series, long instant, String machineReason, String category) {
    add(series, instant, "reason_machine", new Value.Text(machineReason));
    add(series, instant, "reason_category", new Value.Text(category));
  }

  /** Writes a finished stop, or its part in one shift; with both values 0 it is taken back. */
  void stop(
      Asset machine,
      long start,
      String shift,
      MachineState category,
      String reason,
      String machineReason,
      String reasonCategory,
      long durationNs,
      int count) {
    if (again != null) {
      if (!again.writes(machine, start, start + durationNs)) {
        return;
      }
      Stop stop = new Stop(machine, start, shift, category, reason);
      if (durationNs == 0) {
        stops.remove(stop);
      } else {
        stops.add(stop);
      }
    }
    Map<String, String> tags = new TreeMap<>();
    tags.put("category", category.word());
    tags.put("shift", shift);
    if (!reason.isEmpty()) {
      tags.put("reason", reason);
    }
    Series series = series(FigureNames.STOPS, machine, tags);
    add(series, start, "duration_s", new Value.Real(durationNs / 1e9));
    add(series, start, "count", new Value.Real(count));
    reasons(series, start, machineReason, reasonCategory);
  }

  /** Of a past span: takes back the stops that stand there and were not written. */
  void takeBackStops(History standing) {
    Again of = again;
    if (of == null) {
      return;
    }
    for (Asset machine : standing.machines()) {
      List<History.FinishedStop> all = new ArrayList<>();
      standing.stops(machine, Long.MIN_VALUE, Long.MAX_VALUE, all::add);
      for (History.FinishedStop each : all) {
        Stop stop = new Stop(machine, each.start(), each.shift(), each.state(), each.reason());
        long end = each.start() + each.lengthNs();
        if (of.writes(machine, each.start(), end) && !stops.contains(stop)) {
          stop(machine, stop.start, stop.shift, stop.category, stop.reason, "", "", 0, 0);
        }
      }
    }
  }

  private static String level(Asset asset) {
    if (asset.machine() != null) {
      return "machine";
    }
    if (asset.line() != null) {
      return "line";
    }
    return asset.area() != null ? "area" : "site";
  }

  private Series series(String measurement, Asset asset, Map<String, String> tags) {
    Series wanted = new Series(measurement, asset, tags);
    Series known = series.get(wanted);
    if (known == null) {
      if (series.size() >= mostSeries) {
        series.clear();
      }
      known = new Series(measurement, asset, Collections.unmodifiableMap(new TreeMap<>(tags)));
      series.put(known, known);
    }
    return known;
  }

  private void add(
      Series series,
      long instant,
      List<FigureFields.Field> fields,
      Figures figures,
      StringJoiner undefined) {
    for (FigureFields.Field field : fields) {
      double value = field.of(figures);
      if (Double.isNaN(value)) {
        undefined.add(field.name());
      } else {
        add(series, instant, field.name(), new Value.Real(value));
      }
    }
  }

  private void add(Series series, long instant, String field, Value value) {
    readings.add(new Reading(series, field, value, instant, Quality.GOOD, null));
  }
}
