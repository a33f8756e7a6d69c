package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.Calendars;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.Figures.Basis;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.efficiency.signal.FoldMemory;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Lines, areas and sites: sums over the written rows of their machines. When the row of a machine
 * changes, its former values are subtracted first; so a sum always consists of the last rows of the
 * machines, in whatever order they came, provisional ones of silent machines included. Areas and
 * sites add the sums of their lines, never ratios ({@link Level}).
 *
 * <p>Rows wait until {@link #flush}, because the machines of a line pass a minute one after
 * another.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class Lines {

  /** The sums of a bucket that a machine wrote last, while it may still change. */
  interface Written {
    long @Nullable [] of(BucketKey key);

    /** The buckets of which there are such sums. */
    Set<BucketKey> open();

    /** Whether the machine has a row of the bucket that cannot change any more. */
    boolean isSettled(BucketKey key);

    /** Whether its first reading came before an instant, or the configuration named it before. */
    boolean isKnownBefore(long instant);
  }

  private final List<EfficiencyConfig.Line> entries;
  private final Calendars calendars;
  private final FigureRows rows;
  private final FoldMemory memory;

  /** When the newest reading was received; less than 0 before the first one. */
  private long receivedNs = Long.MIN_VALUE / 2;

  private final Map<Asset, LineFold> lines = new LinkedHashMap<>();
  private final Map<Asset, Level> above = new LinkedHashMap<>();
  private final Map<Asset, TreeSet<BucketKey>> changed = new LinkedHashMap<>();

  /** Rows that stand under another key from now on, each with the revision of its end. */
  private final Map<Asset, Map<BucketKey, Long>> takenBack = new LinkedHashMap<>();

  private final Marks marks;

  /** Of a past span: rows are written when {@link #flushBefore} says so. */
  private final boolean again;

  private Map<Asset, Long> retired = Map.of();
  private final Map<Asset, Long> beginning = new LinkedHashMap<>();
  private Map<Asset, Long> toldBefore = Map.of();

  /** Buckets that ended before are not written here. */
  private long givenUpTo = Long.MIN_VALUE;

  Lines(
      List<EfficiencyConfig.Line> entries,
      Calendars calendars,
      FigureRows rows,
      FoldMemory memory,
      Marks marks,
      boolean again) {
    this.entries = entries;
    this.calendars = calendars;
    this.rows = rows;
    this.memory = memory;
    this.marks = marks;
    this.again = again;
  }

  /** Adds a machine, before any of its rows is written. */
  void join(Asset machine, SignalRules rules, Written written) {
    LineFold line = lineOf(machine);
    long configuredNs = rules.largestCycleNs;
    long cycleNs = configuredNs > 0 ? configuredNs : toldBefore.getOrDefault(machine, 0L);
    line.join(name(machine), cycleNs, written).forEach(moved -> touch(line, moved));
  }

  /** The ideal cycle by which a machine may be the bottleneck of its line; 0 for none yet. */
  long cycleNs(Asset machine) {
    return lineOf(machine).cycleNs(name(machine));
  }

  /**
   * Of a past span, before a machine joins: these cycles were told first, perhaps long before it.
   */
  void toldBefore(Map<Asset, Long> cycles) {
    toldBefore = cycles;
  }

  /** Removes a machine that was forgotten: it is no longer expected. */
  void leave(Asset machine) {
    lineOf(machine).leave(name(machine));
  }

  /** Of a past span: machines that are not expected from an instant on. */
  void retired(Map<Asset, Long> machines) {
    retired = machines;
  }

  /** Of a past span: a machine that is not expected before an instant. */
  void begins(Asset machine, long instant) {
    beginning.put(machine, instant);
  }

  private LineFold lineOf(Asset machine) {
    Asset asset = machine.toLine();
    LineFold line = lines.get(asset);
    if (line == null) {
      line = new LineFold(asset, entry(asset.path()), calendars.of(asset));
      lines.put(asset, line);
      for (Asset level : levelsAbove(asset)) {
        above.computeIfAbsent(level, key -> new Level()).add(line);
      }
    }
    return line;
  }

  private EfficiencyConfig.@Nullable Line entry(String path) {
    for (EfficiencyConfig.Line entry : entries) {
      if (entry.asset().equals(path)) {
        return entry;
      }
    }
    return null;
  }

  private static List<Asset> levelsAbove(Asset line) {
    List<Asset> levels = new ArrayList<>(2);
    if (line.area() != null) {
      levels.add(line.toArea());
    }
    if (line.site() != null) {
      levels.add(line.toSite());
    }
    return levels;
  }

  /**
   * A machine wrote its row of a bucket.
   *
   * @param before the row before, or {@code null}
   */
  void replace(Asset machine, long cycleNs, BucketKey key, long @Nullable [] before, long[] sums) {
    LineFold line = lineOf(machine);
    String name = name(machine);
    line.learn(name, cycleNs).forEach(moved -> touch(line, moved));
    if (line.replace(name, key, before, sums, receivedNs)) {
      touch(line, key);
      line.takePassed().forEach(minute -> touch(line, minute));
    } else {
      lackAChange(line, key);
    }
    forget(line, key.kind());
  }

  /** The rows of a line and above lack a change: it has given the bucket up. */
  private void lackAChange(LineFold line, BucketKey key) {
    if (!again) {
      marks.add(line.asset, key.start(), key.end());
    }
  }

  private void forget(LineFold line, BucketKind kind) {
    if (again) {
      return; // it forgets what it has written
    }
    weigh(line);
    while (line.buckets()
        .isFull(kind, receivedNs, memory.isTooMuch(line.buckets().bytesOfPast()))) {
      flush(); // waiting rows are written before their sums are forgotten
      line.forgetOldest(kind);
      weigh(line);
    }
  }

  private void weigh(LineFold line) {
    long now = line.buckets().bytesOfPast();
    memory.waits(now - line.weighed);
    line.weighed = now;
  }

  /** A reading of a machine was received. */
  void received(long receiveTimeNs) {
    receivedNs = Math.max(receivedNs, receiveTimeNs);
  }

  /**
   * A machine writes a bucket no more, because the calendar has it no more.
   *
   * @param takeBack whether what it says stands elsewhere from now on
   */
  void leave(Asset machine, BucketKey key, long[] before, boolean takeBack) {
    LineFold line = lineOf(machine);
    if (takeBack) {
      noteTakenBack(line.asset, key);
    }
    for (Asset asset : levelsAbove(line.asset)) {
      Level level = level(asset);
      if (takeBack || (level.hasSeveralCalendars() && !level.in(key).isEmpty())) {
        noteTakenBack(asset, level.key(key));
      }
    }
    line.replace(name(machine), key, before, Sums.none(), receivedNs);
  }

  private void noteTakenBack(Asset asset, BucketKey key) {
    Level level = level(asset);
    Figures stands = figures(level.having(key), key);
    Map<BucketKey, Long> ofAsset = takenBack.computeIfAbsent(asset, a -> new LinkedHashMap<>());
    if (stands != null && stands.members() > 0) {
      ofAsset.merge(key, stands.revision() + 1, Math::max);
    }
  }

  /** As {@link #replace}, for a provisional row, which holds until the machine writes another. */
  void overlay(Asset machine, BucketKey key, long @Nullable [] before, long[] sums) {
    LineFold line = lineOf(machine);
    int most = again ? Integer.MAX_VALUE : LineBuckets.kept(key.kind()); // it writes them later
    if (line.overlay(name(machine), key, before, sums, most)) {
      touch(line, key);
    }
  }

  /** The provisional rows of a machine, which is silent, reach up to an instant. */
  void silent(Asset machine, long asOf) {
    LineFold line = lineOf(machine);
    line.silent(name(machine), asOf);
    line.takePassed().forEach(minute -> touch(line, minute));
  }

  // ---- orders

  /**
   * A machine wrote its row of an order.
   *
   * @param whole whether it is known since when the order is made
   */
  void order(Asset machine, BucketKey key, OrderRow row, boolean whole) {
    LineFold line = lineOf(machine);
    if (line.entry == null) {
      return;
    }
    LineOrders.Run run = new LineOrders.Run(key.start(), key.end(), row, whole);
    if (!line.orders().replace(name(machine), run) && run.isSettled()) {
      lackAChange(line, key);
    }
  }

  /** A machine took its row of an order back. */
  void noOrder(Asset machine, long start) {
    lineOf(machine).orders().remove(name(machine), start);
  }

  /** Whether the orders of its line are those of a machine. */
  boolean leads(Asset machine) {
    LineFold line = lineOf(machine);
    return line.entry != null && name(machine).equals(line.bottleneck());
  }

  /** Whether a line has rows of orders. */
  boolean haveOrders(Asset line) {
    LineFold known = lines.get(line);
    return known != null && known.entry != null;
  }

  /** Of a past span: a line has no order that began at an instant, though a row may say so. */
  void takeBackOrder(Asset line, long start) {
    LineFold known = lines.get(line);
    if (known != null) {
      OrderRow nothing = OrderRow.takenBack(Sums.none());
      nothing.sums()[Sums.FINAL] = 1;
      BucketKey key = OrderRun.span(start, start + 1);
      rows.orderOfLine(line, known.bottleneck(), key, start, nothing, known.size());
    }
  }

  /** A machine leaves its row of an order as it is, until it is folded again. */
  void leaveOrder(Asset machine, long start) {
    lineOf(machine).orders().leave(name(machine), start);
  }

  /** A machine starts again: it leaves all its rows of orders as they are. */
  void leaveOrders(Asset machine) {
    lineOf(machine).orders().leaveAll(name(machine));
  }

  /** As {@link #order}, for a provisional row, which holds until the machine writes another. */
  void overlayOrder(Asset machine, BucketKey key, OrderRow row) {
    LineFold line = lineOf(machine);
    if (line.entry != null && !again) {
      LineOrders.Run run = new LineOrders.Run(key.start(), key.end(), row, true);
      line.orders().overlay(name(machine), run);
    }
  }

  private static String name(Asset machine) {
    return String.valueOf(machine.machine());
  }

  private void touch(LineFold line, BucketKey key) {
    for (Asset asset : levelsAbove(line.asset)) {
      touch(asset, level(asset).key(key));
    }
    if (line.asset.line() != null) {
      touch(line.asset, key);
    }
  }

  private void touch(Asset asset, BucketKey key) {
    changed.computeIfAbsent(asset, absent -> new TreeSet<>()).add(key);
  }

  boolean isFlushed() {
    return changed.isEmpty()
        && takenBack.isEmpty()
        && lines.values().stream().noneMatch(line -> line.orders().isChanged());
  }

  /** Buckets that ended before the instant are written by others from now on. */
  void giveUp(long instant) {
    givenUpTo = Math.max(givenUpTo, instant);
  }

  /** Writes the rows that changed of buckets that ended before the instant, and forgets those. */
  void flushBefore(long instant) {
    changed.forEach(
        (asset, keys) ->
            keys.removeIf(
                key -> {
                  if (key.end() >= instant) {
                    return false;
                  }
                  Figures figures = figures(asset, key);
                  if (figures != null && !figures.isPartial()) {
                    rows.figures(asset, key, figures);
                  }
                  return true;
                }));
    // a longer bucket that is still open needs its minutes
    long begun = instant;
    for (ShiftCalendar calendar : calendars.all()) {
      for (BucketKind kind : BucketKind.values()) {
        begun = Math.min(begun, BucketKey.at(calendar, kind, instant).start());
      }
    }
    for (LineFold line : lines.values()) {
      line.forgetBefore(begun);
      line.orders().flushBefore(rows, instant);
    }
  }

  /** Writes the rows that changed. */
  void flush() {
    takenBack.forEach(
        (asset, keys) -> keys.forEach((key, revision) -> takeBack(asset, key, revision)));
    takenBack.clear();
    changed.forEach(
        (asset, keys) -> {
          for (BucketKey key : keys) {
            boolean isPart =
                level(asset).in(key).stream().anyMatch(line -> line.buckets().hasForgotten(key));
            Figures figures = isPart ? null : figures(asset, key); // more stands in the store
            if (isPart || key.end() < givenUpTo) {
              marks.add(asset, key.start(), key.end());
            } else if (figures != null && !figures.isPartial()) {
              rows.figures(asset, key, figures);
            }
          }
        });
    changed.clear();
    lines.values().forEach(line -> line.orders().flush(rows, marks, givenUpTo));
  }

  /**
   * Writes that nothing is left of a row; what lines with another calendar have of it stays.
   *
   * @param revision the least of the row from now on
   */
  private void takeBack(Asset asset, BucketKey key, long revision) {
    Level level = level(asset);
    List<LineFold> left = level.hasSeveralCalendars() ? level.in(key) : List.of();
    Figures rest = figures(left, key);
    if (rest != null && rest.members() > 0) {
      long lacking = revision - rest.revision();
      boolean raised = lacking <= 0 || left.stream().anyMatch(line -> line.raise(key, lacking));
      if (raised) {
        touch(asset, key);
      }
      return;
    }
    long[] nothing = Sums.none();
    nothing[Sums.REVISION] = revision;
    rows.figures(asset, key, new Figures(nothing, basis(level.lines()), expected(level.lines())));
  }

  /** What a row says that was taken back. */
  Figures nothing(Asset asset) {
    List<LineFold> members = level(asset).lines();
    return new Figures(Sums.none(), basis(members), expected(members));
  }

  /** The lines of a level, or of an area or a site what has no line. */
  List<Asset> within(Asset level) {
    return level(level).lines().stream().map(line -> line.asset).toList();
  }

  /** The line, the area and the site of a machine, as far as it has them. */
  static List<Asset> levelsOf(Asset machine) {
    Asset line = machine.toLine();
    List<Asset> levels = new ArrayList<>(levelsAbove(line));
    if (line.line() != null) {
      levels.add(0, line);
    }
    return levels;
  }

  /** The lines, in the order in which they were first seen. */
  List<Asset> assets() {
    return lines.keySet().stream().filter(asset -> asset.line() != null).toList();
  }

  /** The lines, and the areas and sites with machines that have no line. */
  Set<Asset> all() {
    return lines.keySet();
  }

  /** Figures of a line, an area or a site, or {@code null} where the bucket is not known. */
  @Nullable Figures figures(Asset asset, BucketKey key) {
    return figures(level(asset).in(key), key);
  }

  private @Nullable Figures figures(List<LineFold> members, BucketKey key) {
    long[] sum = Sums.none();
    boolean any = false;
    for (LineFold line : members) {
      long[] sums = line.finished(key);
      if (sums != null) {
        Sums.add(sum, sums);
        any = true;
      }
    }
    return any ? new Figures(sum, basis(members), expected(members, key, sum)) : null;
  }

  /** Those that had begun when the bucket ended, and at the least those whose rows are in it. */
  private int expected(List<LineFold> members, BucketKey key, long[] sums) {
    if (again) {
      int gone = count(retired, members, at -> at <= key.start());
      return expected(members) - gone - count(beginning, members, at -> at >= key.end());
    }
    int known = members.stream().mapToInt(line -> line.knownBefore(key.end())).sum();
    return Math.max(known, (int) sums[Sums.MEMBERS]);
  }

  /** How many of the machines are members, and leave or begin at such an instant. */
  private int count(Map<Asset, Long> machines, List<LineFold> members, LongPredicate at) {
    int count = 0;
    for (Map.Entry<Asset, Long> each : machines.entrySet()) {
      LineFold line = lines.get(each.getKey().toLine());
      boolean isMember = line != null && members.contains(line) && line.has(name(each.getKey()));
      count += isMember && at.test(each.getValue()) ? 1 : 0;
    }
    return count;
  }

  private Level level(Asset asset) {
    Level level = above.get(asset);
    if (level != null) {
      return level;
    }
    LineFold line = lines.get(asset);
    // machines without a line count in their area and site only
    return line == null || asset.line() == null ? new Level() : Level.of(line);
  }

  private static int expected(List<LineFold> members) {
    return members.stream().mapToInt(LineFold::size).sum();
  }

  private static Basis basis(List<LineFold> members) {
    return members.stream().anyMatch(line -> line.entry == null) ? Basis.SUM : Basis.BOTTLENECK;
  }

  /** The state was read: puts together what other entries for the lines make different. */
  void restored() {
    for (LineFold line : lines.values()) {
      if (line.isChanged()) {
        List<BucketKey> open = line.putTogether();
        for (BucketKey key : open) {
          touch(line, key);
          marks.add(line.asset, key.start(), key.end());
        }
        weigh(line);
      }
    }
  }

  void exchange(StateCodec codec) {
    codec.all(
        new ArrayList<>(lines.keySet()),
        () -> Asset.NONE,
        asset -> {
          Asset line = codec.line(asset);
          lineOf(line).exchange(codec);
          weigh(lineOf(line));
          return line;
        });
  }
}
