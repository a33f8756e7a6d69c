package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.CalendarSpan;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.calendar.ShiftCalendar.Plan;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.Print;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sums of one line, or of the machines of an area or a site that belong to no line: adds the
 * rows of its {@link LineMembers} to its {@link LineBuckets}, and completes them ({@link
 * LineSums}).
 *
 * <p>Mutable; belongs to its {@link Lines}.
 */
final class LineFold {

  /**
   * How far the bottleneck may be behind the output: for so long nobody knows yet whether it is
   * silent.
   */
  private static final long GRACE = 2 * ShiftCalendar.MINUTE;

  private static final BucketKind[] LONGER_THAN_MINUTES = {
    BucketKind.HOUR, BucketKind.SHIFT, BucketKind.DAY
  };

  final Asset asset;
  final EfficiencyConfig.@Nullable Line entry;
  final ShiftCalendar calendar;

  private final LineMembers members;
  private final LineSums sumsOf;

  /** Stands for the entry. */
  private final long print;

  private boolean changed;

  private final LineBuckets buckets = new LineBuckets();
  private final ProvisionalRows overlays = new ProvisionalRows();

  /** The orders of a line with an entry. */
  private final LineOrders orders = new LineOrders(this);

  /** What it takes of the memory that all share. */
  long weighed;

  /** Until then the bottleneck has told what it did in rows that are part of the state. */
  private long toldTo = Long.MIN_VALUE;

  /** The same, with provisional rows. */
  private long knownTo = Long.MIN_VALUE;

  private final List<BucketKey> passed = new ArrayList<>(0);

  LineFold(Asset asset, EfficiencyConfig.@Nullable Line entry, ShiftCalendar calendar) {
    this.asset = asset;
    this.entry = entry;
    members = new LineMembers(entry);
    sumsOf = new LineSums(entry);
    print = Print.of(entry);
    this.calendar = calendar;
  }

  /**
   * Adds a machine.
   *
   * @param cycleNs as it is configured, 0 where the machine tells it
   * @return the buckets that have another bottleneck now
   */
  List<BucketKey> join(String machine, long cycleNs, Lines.Written rows) {
    String before = bottleneck();
    members.join(machine, cycleNs, rows);
    return movedFrom(before);
  }

  void leave(String machine) {
    orders.leaveAll(machine);
    String before = bottleneck();
    members.leave(machine);
    if (!bottleneck().equals(before)) {
      orders.reconfigured();
    }
  }

  LineOrders orders() {
    return orders;
  }

  long cycleNs(String machine) {
    return members.cycleNs(machine);
  }

  boolean has(String machine) {
    return members.rows().containsKey(machine);
  }

  /** Machines that should be included. */
  int size() {
    return members.size();
  }

  /** Those of them that had begun before an instant. */
  int knownBefore(long instant) {
    return members.knownBefore(instant);
  }

  /**
   * An ideal cycle is known. The first one of a machine may make it the bottleneck, also of buckets
   * that other machines have begun, because the order in which machines are first seen must not
   * matter.
   *
   * @return the buckets that have another bottleneck now
   */
  List<BucketKey> learn(String machine, long cycleNs) {
    if (cycleNs == 0 || members.cycleNs(machine) > 0) {
      return List.of();
    }
    String before = bottleneck();
    members.learn(machine, cycleNs);
    return movedFrom(before);
  }

  private List<BucketKey> movedFrom(String before) {
    String now = bottleneck();
    if (now.equals(before)) {
      return List.of();
    }
    orders.reconfigured();
    return moveBottleneck(now);
  }

  /**
   * Gives the buckets another bottleneck. Only one in which the new one has a row that is settled
   * keeps the old one, because what the new one did in it is not known any more.
   */
  private List<BucketKey> moveBottleneck(String to) {
    Lines.Written rows = members.rows().get(to);
    List<BucketKey> moved = new ArrayList<>();
    for (NavigableMap<Long, LineBucket> ofKind : buckets.all()) {
      for (Map.Entry<Long, LineBucket> each : ofKind.entrySet()) {
        BucketKey key = each.getValue().key();
        if (rows == null || !rows.isSettled(key)) {
          long[] row = rows == null ? null : rows.of(key);
          LineBucket bucket = each.getValue();
          long[] sums = sumsOf.withBottleneck(to, bucket.sums(), row);
          each.setValue(new LineBucket(key, to, sums, bucket.keptUntil()));
          moved.add(key);
        }
      }
    }
    knowHowFarTheBottleneckIs();
    return moved;
  }

  private void knowHowFarTheBottleneckIs() {
    toldTo = Long.MIN_VALUE;
    for (LineBucket minute : buckets.of(BucketKind.MINUTE).values()) {
      toldTo = minute.sums()[Sums.CALENDAR] > 0 ? minute.key().end() : toldTo;
    }
    knownTo = toldTo;
  }

  /**
   * Replaces the sums of a machine; {@code false} where the bucket is too old for corrections.
   *
   * @param receivedNs when the newest reading was received
   */
  boolean replace(
      String machine, BucketKey key, long @Nullable [] before, long[] sums, long receivedNs) {
    if (buckets.isForgotten(key)) {
      return false;
    }
    overlays.end(machine, key);
    LineBucket bucket = buckets.open(key, members, sumsOf, receivedNs);
    if (before != null) {
      Sums.subtract(bucket.sums(), sumsOf.part(machine, bucket.bottleneck(), before));
    }
    Sums.add(bucket.sums(), sumsOf.part(machine, bucket.bottleneck(), sums));
    if (key.kind() == BucketKind.MINUTE && machine.equals(bucket.bottleneck())) {
      toldTo = Math.max(toldTo, key.end());
      knowTo(key.end());
    }
    return true;
  }

  /** Its buckets; where the oldest is too many, {@link #forgetOldest} is to be called. */
  LineBuckets buckets() {
    return buckets;
  }

  /** Whether there are sums of the bucket, which may have another end. */
  boolean has(BucketKey key) {
    LineBucket bucket = buckets.at(key);
    ProvisionalRows.Overlay overlay = overlays.over(key);
    return bucket != null
        ? bucket.key().compareTo(key) == 0
        : overlay != null && overlay.key().compareTo(key) == 0;
  }

  /** Raises the revision of a bucket, where there are sums of it. */
  boolean raise(BucketKey key, long by) {
    LineBucket bucket = buckets.at(key);
    if (bucket == null) {
      return false;
    }
    bucket.sums()[Sums.REVISION] += by;
    return true;
  }

  /** Forgets the buckets that ended before the instant. */
  void forgetBefore(long instant) {
    for (BucketKind kind : BucketKind.values()) { // minutes first: longer buckets take them in
      NavigableMap<Long, LineBucket> ofKind = buckets.of(kind);
      while (!ofKind.isEmpty() && ofKind.firstEntry().getValue().key().end() < instant) {
        forgetOldest(kind);
      }
    }
  }

  void forgetOldest(BucketKind kind) {
    LineBucket oldest = buckets.removeOldest(kind);
    if (kind == BucketKind.MINUTE && entry != null) {
      keepSplit(oldest);
    }
    overlays.of(kind).headMap(oldest.key().start(), true).clear(); // no row will replace them
  }

  /**
   * Adds what is left of a minute to the longer buckets that hold it: how its pieces are divided,
   * as far as the bottleneck has told, also by a provisional row, what it did.
   */
  private void keepSplit(LineBucket minute) {
    long start = minute.key().start();
    Plan plan = calendar.at(start).plan();
    long[] sums = minute.sums().clone();
    System.arraycopy(unfinished(minute, overlays.over(minute.key())), 0, sums, 0, Sums.APT + 1);
    boolean told = sums[Sums.CALENDAR] > 0 || start < toldTo;
    boolean isWhole = told && sums[Sums.LINE_OUTPUTS] > 0; // else there may be more pieces yet
    PieceSplit split = new PieceSplit();
    split.add(sums, LineSums.OTHERS, plan, false);
    for (BucketKind kind : LONGER_THAN_MINUTES) {
      Map.Entry<Long, LineBucket> longer = buckets.of(kind).floorEntry(start);
      if (longer == null || longer.getValue().key().end() <= start) {
        continue;
      }
      long[] of = longer.getValue().sums();
      if (plan != Plan.WORK || told) {
        addPieces(of, split);
      }
      if (plan == Plan.WORK && !isWhole) {
        of[LineSums.UNSPLIT_TIME] += minute.key().end() - start;
      } else {
        of[LineSums.SPLIT_KNOWN] += split.knownNs;
      }
    }
  }

  private static void addPieces(long[] sums, PieceSplit split) {
    for (int i = 0; i < PieceSplit.GROUP; i++) {
      sums[LineSums.SPLIT + i] += split.pieces[i];
      sums[LineSums.SPLIT_UNSEEN + i] += split.unseen[i];
    }
    sums[Sums.STOCK_TOTAL] += split.stock[0];
    sums[Sums.STOCK_GOOD] += split.stock[1];
  }

  /**
   * Lays a provisional row of a machine over its last one; {@code false} where the bucket is too
   * old for corrections.
   *
   * @param most buckets of its kind with such rows that are kept, beside those that need them
   */
  boolean overlay(String machine, BucketKey key, long @Nullable [] before, long[] sums, int most) {
    if (buckets.isForgotten(key)) {
      return false;
    }
    NavigableMap<Long, LineBucket> ofKind = buckets.of(key.kind());
    long needed = ofKind.isEmpty() ? Long.MAX_VALUE : ofKind.firstKey();
    overlays.put(machine, key, before, sums, most, needed);
    return true;
  }

  /** The provisional rows of a machine reach up to an instant. */
  void silent(String machine, long asOf) {
    if (machine.equals(bottleneck())) {
      knowTo(ShiftCalendar.minute(asOf).start());
    }
  }

  private void knowTo(long instant) {
    if (instant > knownTo) {
      NavigableMap<Long, LineBucket> minutes = buckets.of(BucketKind.MINUTE);
      long to = Math.min(instant, knownTo + GRACE); // later ones were not awaited
      minutes.subMap(knownTo, true, to, false).values().forEach(m -> passed.add(m.key()));
      knownTo = instant;
    }
  }

  /**
   * The minutes for which the bottleneck is no longer awaited, since the last call: it may have no
   * rows of them.
   */
  List<BucketKey> takePassed() {
    if (passed.isEmpty()) {
      return List.of();
    }
    List<BucketKey> taken = List.copyOf(passed);
    passed.clear();
    return taken;
  }

  /** The machine whose time counts as that of the line; "" where there is none. */
  String bottleneck() {
    return members.bottleneck();
  }

  /** The sums of the line, with the provisional rows of silent machines. */
  long @Nullable [] finished(BucketKey key) {
    LineBucket bucket = buckets.at(key);
    ProvisionalRows.Overlay overlay = overlays.over(key);
    if (bucket == null && (overlay == null || overlay.rows().isEmpty())) {
      return null;
    }
    long[] wide = unfinished(bucket, overlay);
    long[] sums = Arrays.copyOf(wide, Sums.SIZE);
    if (entry != null) {
      splitPieces(key, wide, sums);
      String bottleneck = bucket == null ? bottleneck() : bucket.bottleneck();
      LineSums.complete(wide, sums, members.cycleNs(bottleneck));
    }
    return sums;
  }

  /**
   * The sums of an order of a line with an entry.
   *
   * @param parts the first one is that of the bottleneck
   */
  long[] sumsOfOrder(List<LineOrders.Part> parts) {
    return sumsOf.ofOrder(parts, members.cycleNs(parts.get(0).machine()));
  }

  /** The sums with provisional rows, not to be changed. */
  private long[] unfinished(
      @Nullable LineBucket bucket, ProvisionalRows.@Nullable Overlay overlay) {
    if (bucket != null && (overlay == null || overlay.rows().isEmpty())) {
      return bucket.sums();
    }
    long[] wide = bucket == null ? sumsOf.none() : bucket.sums().clone();
    String bottleneck = bucket == null ? bottleneck() : bucket.bottleneck();
    if (overlay != null) {
      overlay
          .rows()
          .forEach(
              (machine, row) -> {
                if (row.before() != null) {
                  Sums.subtract(wide, sumsOf.part(machine, bottleneck, row.before()));
                }
                Sums.add(wide, sumsOf.part(machine, bottleneck, row.sums()));
              });
    }
    return wide;
  }

  /**
   * Pieces that were made while nobody knew what the bottleneck did become pieces over unknown
   * time: they have no ideal time, as it has no known time. Minute by minute; what belongs to no
   * minute that is kept is divided like the time that is left.
   */
  private void splitPieces(BucketKey key, long[] wide, long[] sums) {
    PieceSplit split = new PieceSplit();
    double unseenOfRest = 0;
    if (key.kind() == BucketKind.MINUTE) {
      addTo(split, key.start(), wide);
    } else {
      addMinutes(split, key);
      long unsplit = wide[LineSums.UNSPLIT_TIME];
      long known =
          Sums.plannedBusy(wide) - wide[Sums.UNKNOWN] - wide[LineSums.SPLIT_KNOWN] - split.knownNs;
      unseenOfRest = unsplit == 0 ? 0 : 1 - Math.min(1, Math.max(0, (double) known / unsplit));
    }
    for (int i = 0; i < PieceSplit.GROUP; i++) {
      long rest = wide[LineSums.OTHERS + i] - wide[LineSums.SPLIT + i] - split.pieces[i];
      long unseen =
          wide[LineSums.SPLIT_UNSEEN + i] + split.unseen[i] + Math.round(rest * unseenOfRest);
      sums[Sums.GAP_TOTAL + i] += unseen;
      sums[Sums.TIMED_TOTAL + i] -= unseen;
    }
    sums[Sums.STOCK_TOTAL] += split.stock[0];
    sums[Sums.STOCK_GOOD] += split.stock[1];
  }

  private void addMinutes(PieceSplit split, BucketKey in) {
    NavigableMap<Long, LineBucket> minutes =
        buckets.of(BucketKind.MINUTE).subMap(in.start(), true, in.end(), false);
    NavigableMap<Long, ProvisionalRows.Overlay> over =
        overlays.of(BucketKind.MINUTE).subMap(in.start(), true, in.end(), false);
    minutes.forEach((start, minute) -> addTo(split, start, unfinished(minute, over.get(start))));
    over.forEach(
        (start, rows) -> {
          if (!minutes.containsKey(start)) {
            addTo(split, start, unfinished(null, rows));
          }
        });
  }

  private void addTo(PieceSplit split, long start, long[] minute) {
    boolean awaited = start >= knownTo && start < knownTo + GRACE;
    split.add(minute, LineSums.OTHERS, calendar.at(start).plan(), awaited);
  }

  private LineBucket fitting(LineBucket bucket) {
    long[] sums = sumsOf.fitting(bucket.sums());
    changed |= LineSums.isCut(bucket.sums(), sums);
    return bucket.with(sums);
  }

  /** Whether the bytes that were read are of another entry for the line. */
  boolean isChanged() {
    return changed;
  }

  /**
   * Puts the open buckets together from the rows of the machines, as the entry wants them now.
   * Those in which a machine's row is settled stay as they were written.
   *
   * @return those that were put together
   */
  List<BucketKey> putTogether() {
    changed = false;
    if (entry == null) {
      orders.clear();
    } else if (orders.isEmpty()) {
      orders.beginAt(buckets.newest());
    } else {
      orders.reconfigured();
    }
    List<BucketKey> made = new ArrayList<>();
    for (BucketKind kind : BucketKind.values()) {
      NavigableMap<Long, LineBucket> ofKind = buckets.of(kind);
      TreeMap<Long, BucketKey> open = open(kind);
      long before = ofKind.isEmpty() ? Long.MIN_VALUE : ofKind.lastKey();
      before = open.isEmpty() ? before : Math.min(before, open.firstKey() - 1);
      buckets.forgetTo(kind, before);
      ofKind.clear();
      overlays.of(kind).clear();
      open.forEach((start, key) -> ofKind.put(start, sumOf(key)));
      made.addAll(open.values());
    }
    for (BucketKind kind : LONGER_THAN_MINUTES) {
      buckets.of(kind).values().forEach(this::lackMinutes);
    }
    knowHowFarTheBottleneckIs();
    return made;
  }

  private TreeMap<Long, BucketKey> open(BucketKind kind) {
    TreeMap<Long, BucketKey> open = new TreeMap<>();
    for (Lines.Written rows : members.rows().values()) {
      for (BucketKey key : rows.open()) {
        if (key.kind() == kind && !buckets.isForgotten(key)) {
          open.put(key.start(), key);
        }
      }
    }
    open.values()
        .removeIf(key -> members.rows().values().stream().anyMatch(rows -> rows.isSettled(key)));
    return open;
  }

  private LineBucket sumOf(BucketKey key) {
    LineBucket bucket = new LineBucket(key, bottleneck(), sumsOf.none(), 0);
    members
        .rows()
        .forEach(
            (machine, rows) -> {
              long[] row = rows.of(key);
              if (row != null) {
                Sums.add(bucket.sums(), sumsOf.part(machine, bucket.bottleneck(), row));
              }
            });
    return bucket;
  }

  /** Its minutes before the first that is kept were given up. */
  private void lackMinutes(LineBucket longer) {
    NavigableMap<Long, LineBucket> minutes = buckets.of(BucketKind.MINUTE);
    long end = minutes.isEmpty() ? longer.key().end() : minutes.firstKey();
    end = Math.min(longer.key().end(), end);
    for (long at = longer.key().start(); entry != null && at < end; ) {
      CalendarSpan span = calendar.at(at);
      long to = Math.min(end, span.end());
      longer.sums()[LineSums.UNSPLIT_TIME] += span.plan() == Plan.WORK ? to - at : 0;
      at = to;
    }
  }

  void exchange(StateCodec codec) {
    changed |= members.exchange(codec);
    buckets.exchange(codec, this::fitting);
    if (codec.has(StateFormat.CONFIGURATIONS)) {
      changed |= codec.number(print) != print;
    }
    if (codec.has(StateFormat.ORDERS_OF_LINES)) {
      orders.exchange(codec);
    } else {
      orders.beginAt(buckets.newest());
    }
    knowHowFarTheBottleneckIs();
  }
}
