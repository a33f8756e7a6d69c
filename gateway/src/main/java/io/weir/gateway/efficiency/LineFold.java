package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.ShiftCalendar.Plan;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sums of one line, or of the machines of an area or a site that belong to no line.
 *
 * <p>Mutable; belongs to its {@link Lines}.
 */
final class LineFold {

  // Beyond Sums, of a line with an entry; each group of pieces is total, good and scrap.

  /** Pieces with an ideal time, of the machines beside the bottleneck. */
  private static final int OTHERS = 54;

  // Of an hour, a shift or a day: the minutes of it that are no longer kept. The known time of the
  // bottleneck in them, the pieces of OTHERS, and those of these that nobody saw.
  private static final int SPLIT_KNOWN = 57;
  private static final int SPLIT = 58;
  private static final int SPLIT_UNSEEN = 61;

  /** Time of minutes that were given up before the bottleneck and the output had passed them. */
  private static final int UNSPLIT_TIME = 64;

  private static final int WIDTH = 65;

  /** What only the bottleneck has part in, beside the times up to APT. */
  private static final int[] OF_BOTTLENECK = {
    Sums.FAILURES,
    Sums.MICRO_STOPS,
    Sums.UNCODED,
    Sums.WITHOUT_CYCLE,
    Sums.CYCLE,
    Sums.LINE_IDEAL,
    Sums.LINE_TIMED,
    Sums.TARGET
  };

  /** Where {@link #OTHERS} was before there were targets. */
  private static final int OTHERS_BEFORE = 52;

  /**
   * How far the bottleneck may be behind the output: for so long nobody knows yet whether it is
   * silent.
   */
  private static final long GRACE = 2 * ShiftCalendar.MINUTE;

  /** What is received so long after it happened is told of the past, such as an import. */
  private static final long PAST = 24 * ShiftCalendar.HOUR;

  /** For so long another machine of the line may tell its past as well. */
  private static final long PAST_IS_KEPT = 6 * ShiftCalendar.HOUR;

  /** A minute of a line in the heap. */
  private static final int MINUTE_BYTES = 700;

  private static final int[] OF_ALL_MACHINES = {
    Sums.ENERGY,
    Sums.ENERGY_RUN,
    Sums.ENERGY_SETUP,
    Sums.ENERGY_STOP,
    Sums.ENERGY_UNKNOWN,
    Sums.METERED,
    Sums.IMPLAUSIBLE,
    Sums.CONTRADICTORY,
    Sums.MEMBERS,
    Sums.FINAL,
    Sums.REVISION,
    Sums.PARTIAL
  };
  private static final int[] PIECES = {Sums.TOTAL, Sums.GAP_TOTAL, Sums.TIMED_TOTAL};
  private static final BucketKind[] LONGER_THAN_MINUTES = {
    BucketKind.HOUR, BucketKind.SHIFT, BucketKind.DAY
  };

  final Asset asset;
  final EfficiencyConfig.@Nullable Line entry;
  final ShiftCalendar calendar;

  /**
   * By name, each with its ideal cycle: the largest that is configured, or the first that it told;
   * 0 for none yet.
   */
  private final TreeMap<String, Long> members = new TreeMap<>();

  /** The configured ones, beside the state. */
  private final Map<String, Long> configured = new HashMap<>();

  /** Stands for the entry. */
  private final long print;

  private boolean changed;

  private final Map<String, Lines.Written> written = new HashMap<>();

  private final Map<BucketKind, NavigableMap<Long, LineBucket>> buckets = new HashMap<>();
  private final Map<BucketKind, Long> forgotten = new HashMap<>();

  /** The start of the first bucket that it ever had. */
  private final Map<BucketKind, Long> first = new HashMap<>();

  /** Rows that ticks wrote of silent machines, beside the state; by the start of the bucket. */
  private final Map<BucketKind, NavigableMap<Long, Overlay>> overlays = new HashMap<>();

  /** The provisional rows of one bucket, by machine: they hold until the machine writes another. */
  private record Overlay(BucketKey key, Map<String, Provisional> rows) {}

  /**
   * @param before the row that is part of the state, which this one stands for
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Provisional(long @Nullable [] before, long[] sums) {}

  /**
   * @param bottleneck the machine whose time counts as that of the line
   * @param keptUntil when what is received does no longer change it, though there are many; 0 where
   *     it is not of the past
   */
  @SuppressWarnings("ArrayRecordComponent") // added to, never compared
  private record LineBucket(BucketKey key, String bottleneck, long[] sums, long keptUntil) {

    /** What a bucket is read into. */
    static LineBucket blank(int width) {
      return new LineBucket(BucketKey.NONE, "", new long[width], 0);
    }

    LineBucket exchange(StateCodec codec) {
      return new LineBucket(
          codec.key(key),
          codec.name(bottleneck),
          codec.has(StateFormat.TARGETS) ? codec.sums(sums) : withoutTargets(codec.sums(sums)),
          codec.has(StateFormat.HISTORIES_OF_LINES) ? codec.number(keptUntil) : 0);
    }

    private static long[] withoutTargets(long[] read) {
      long[] sums = read.clone();
      System.arraycopy(read, OTHERS_BEFORE, sums, OTHERS, WIDTH - OTHERS);
      Arrays.fill(sums, OTHERS_BEFORE, OTHERS, 0);
      return sums;
    }
  }

  /** The orders of a line with an entry. */
  private final LineOrders orders = new LineOrders(this);

  /** What it takes of the memory that all share. */
  long weighed;

  /** Until then the bottleneck has told what it did in rows that are part of the state. */
  private long toldTo = Long.MIN_VALUE;

  /** The same, with provisional rows. */
  private long knownTo = Long.MIN_VALUE;

  LineFold(Asset asset, EfficiencyConfig.@Nullable Line entry, ShiftCalendar calendar) {
    this.asset = asset;
    this.entry = entry;
    print = Print.of(entry);
    this.calendar = calendar;
    for (BucketKind kind : BucketKind.values()) {
      buckets.put(kind, new TreeMap<>());
      overlays.put(kind, new TreeMap<>());
      forgotten.put(kind, Long.MIN_VALUE);
    }
  }

  private int width() {
    return entry == null ? Sums.SIZE : WIDTH;
  }

  /**
   * Adds a machine.
   *
   * @param cycleNs as it is configured, 0 where the machine tells it
   * @return the buckets that have another bottleneck now
   */
  List<BucketKey> join(String machine, long cycleNs, Lines.Written rows) {
    String before = bottleneck();
    members.putIfAbsent(machine, cycleNs);
    if (cycleNs > 0) {
      configured.put(machine, cycleNs);
    }
    written.put(machine, rows);
    return movedFrom(before);
  }

  void leave(String machine) {
    orders.leaveAll(machine);
    String before = bottleneck();
    members.remove(machine);
    configured.remove(machine);
    written.remove(machine);
    if (!bottleneck().equals(before)) {
      orders.reconfigured();
    }
  }

  LineOrders orders() {
    return orders;
  }

  /** Machines that should be included. */
  int size() {
    return members.size();
  }

  /**
   * An ideal cycle is known. The first one of a machine may make it the bottleneck, also of buckets
   * that other machines have begun, because the order in which machines are first seen must not
   * matter.
   *
   * @return the buckets that have another bottleneck now
   */
  List<BucketKey> learn(String machine, long cycleNs) {
    if (cycleNs == 0 || members.getOrDefault(machine, 0L) > 0) {
      return List.of();
    }
    String before = bottleneck();
    members.put(machine, cycleNs);
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
    Lines.Written rows = written.get(to);
    List<BucketKey> moved = new ArrayList<>();
    for (NavigableMap<Long, LineBucket> ofKind : buckets.values()) {
      for (Map.Entry<Long, LineBucket> each : ofKind.entrySet()) {
        BucketKey key = each.getValue().key;
        if (rows == null || !rows.isSettled(key)) {
          each.setValue(moved(each.getValue(), to, rows == null ? null : rows.of(key)));
          moved.add(key);
        }
      }
    }
    knowHowFarTheBottleneckIs();
    return moved;
  }

  /**
   * A bucket with the same pieces and the times of another machine.
   *
   * @param row the row of that machine, {@code null} where it has none yet
   */
  private LineBucket moved(LineBucket bucket, String to, long @Nullable [] row) {
    long[] sums = bucket.sums.clone();
    Arrays.fill(sums, 0, Sums.APT + 1, 0);
    for (int each : OF_BOTTLENECK) {
      sums[each] = 0;
    }
    Arrays.fill(sums, SPLIT_KNOWN, SPLIT_UNSEEN + PieceSplit.GROUP, 0);
    System.arraycopy(sums, Sums.TIMED_TOTAL, sums, OTHERS, PieceSplit.GROUP);
    if (row != null) {
      long[] part = part(to, to, row);
      System.arraycopy(part, 0, sums, 0, Sums.APT + 1);
      for (int each : OF_BOTTLENECK) {
        sums[each] = part[each];
      }
      for (int i = 0; i < PieceSplit.GROUP; i++) {
        sums[OTHERS + i] -= part[Sums.TIMED_TOTAL + i];
      }
    }
    return new LineBucket(bucket.key, to, sums, bucket.keptUntil);
  }

  private void knowHowFarTheBottleneckIs() {
    toldTo = Long.MIN_VALUE;
    for (LineBucket minute : of(BucketKind.MINUTE).values()) {
      toldTo = minute.sums[Sums.CALENDAR] > 0 ? minute.key.end() : toldTo;
    }
    knownTo = toldTo;
  }

  /** Buckets that are kept for corrections: those of 90 minutes, 48 hours, 12 shifts, 4 days. */
  private static int kept(BucketKind kind) {
    return switch (kind) {
      case MINUTE -> 90;
      case HOUR -> 48;
      case SHIFT -> 12;
      case DAY -> 4;
    };
  }

  /** Buckets of the past that are kept while they are told: those of 31 days, a quarter, a year. */
  private static int keptOfPast(BucketKind kind) {
    return switch (kind) {
      case MINUTE -> 31 * 24 * 60;
      case HOUR -> 92 * 24;
      case SHIFT -> 4 * 366;
      case DAY -> 366;
    };
  }

  private NavigableMap<Long, LineBucket> of(BucketKind kind) {
    return buckets.computeIfAbsent(kind, absent -> new TreeMap<>());
  }

  private NavigableMap<Long, Overlay> overlaysOf(BucketKind kind) {
    return overlays.computeIfAbsent(kind, absent -> new TreeMap<>());
  }

  private boolean isForgotten(BucketKey key) {
    return key.start() <= forgotten.getOrDefault(key.kind(), Long.MIN_VALUE);
  }

  /**
   * Replaces the sums of a machine; {@code false} where the bucket is too old for corrections.
   *
   * @param receivedNs when the newest reading was received
   */
  boolean replace(
      String machine, BucketKey key, long @Nullable [] before, long[] sums, long receivedNs) {
    NavigableMap<Long, LineBucket> kept = of(key.kind());
    if (isForgotten(key)) {
      return false;
    }
    Overlay overlay = overlaysOf(key.kind()).get(key.start());
    if (overlay != null) {
      overlay.rows.remove(machine);
    }
    LineBucket bucket = kept.get(key.start());
    String bottleneck = bucket == null ? bottleneck() : bucket.bottleneck;
    long keptUntil = bucket == null ? 0 : bucket.keptUntil;
    if (receivedNs - key.end() > PAST) {
      keptUntil = receivedNs + PAST_IS_KEPT;
    }
    long[] sumsOfLine = bucket == null ? new long[width()] : bucket.sums;
    if (bucket == null || bucket.keptUntil != keptUntil || !bucket.key.equals(key)) {
      bucket = new LineBucket(key, bottleneck, sumsOfLine, keptUntil);
      kept.put(key.start(), bucket); // also where the calendar has moved its end
    }
    first.merge(key.kind(), key.start(), Math::min);
    if (before != null) {
      Sums.subtract(bucket.sums, part(machine, bucket.bottleneck, before));
    }
    Sums.add(bucket.sums, part(machine, bucket.bottleneck, sums));
    if (key.kind() == BucketKind.MINUTE && machine.equals(bucket.bottleneck)) {
      toldTo = Math.max(toldTo, key.end());
      knownTo = Math.max(knownTo, key.end());
    }
    return true;
  }

  /**
   * Whether the oldest bucket of a kind is to be forgotten, because there are enough newer ones and
   * no machine is telling its past.
   *
   * @param tooMuch whether all lines keep more than they may
   */
  boolean isFull(BucketKind kind, long receivedNs, boolean tooMuch) {
    NavigableMap<Long, LineBucket> ofKind = of(kind);
    return ofKind.size() > kept(kind)
        && (ofKind.firstEntry().getValue().keptUntil < receivedNs
            || ofKind.size() > keptOfPast(kind)
            || (tooMuch && kind == BucketKind.MINUTE));
  }

  /** What it takes of the heap beside the minutes that each line keeps. */
  long bytesOfPast() {
    return (long) MINUTE_BYTES
        * Math.max(0, of(BucketKind.MINUTE).size() - kept(BucketKind.MINUTE));
  }

  /** Whether there are sums of the bucket, which may have another end. */
  boolean has(BucketKey key) {
    LineBucket bucket = of(key.kind()).get(key.start());
    Overlay overlay = overlaysOf(key.kind()).get(key.start());
    return bucket != null
        ? bucket.key.compareTo(key) == 0
        : overlay != null && overlay.key.compareTo(key) == 0;
  }

  /** Raises the revision of a bucket, where there are sums of it. */
  boolean raise(BucketKey key, long by) {
    LineBucket bucket = of(key.kind()).get(key.start());
    if (bucket == null) {
      return false;
    }
    bucket.sums[Sums.REVISION] += by;
    return true;
  }

  /** Whether it had the bucket and has forgotten what was in it. */
  boolean hasForgotten(BucketKey key) {
    return isForgotten(key) && first.getOrDefault(key.kind(), Long.MIN_VALUE) <= key.start();
  }

  /** Forgets the buckets that ended before the instant. */
  void forgetBefore(long instant) {
    for (BucketKind kind : BucketKind.values()) { // minutes first: longer buckets take them in
      NavigableMap<Long, LineBucket> ofKind = of(kind);
      while (!ofKind.isEmpty() && ofKind.firstEntry().getValue().key.end() < instant) {
        forgetOldest(kind);
      }
    }
  }

  void forgetOldest(BucketKind kind) {
    LineBucket oldest = of(kind).pollFirstEntry().getValue();
    forgotten.put(kind, oldest.key.start());
    overlaysOf(kind).headMap(oldest.key.start(), true).clear(); // no row will replace them
    if (kind == BucketKind.MINUTE && entry != null) {
      keepSplit(oldest);
    }
  }

  /** Adds what is left of a minute to the longer buckets that hold it. */
  private void keepSplit(LineBucket minute) {
    long start = minute.key.start();
    Plan plan = calendar.at(start).plan();
    boolean told = minute.sums[Sums.CALENDAR] > 0 || start < toldTo;
    boolean counted = minute.sums[Sums.LINE_OUTPUTS] > 0;
    PieceSplit split = new PieceSplit();
    split.add(minute.sums, OTHERS, plan, false);
    for (BucketKind kind : LONGER_THAN_MINUTES) {
      Map.Entry<Long, LineBucket> longer = of(kind).floorEntry(start);
      if (longer == null || longer.getValue().key.end() <= start) {
        continue;
      }
      long[] sums = longer.getValue().sums;
      if (plan == Plan.WORK && !(told && counted)) {
        sums[UNSPLIT_TIME] += minute.key.end() - start;
        continue;
      }
      sums[SPLIT_KNOWN] += split.knownNs;
      for (int i = 0; i < PieceSplit.GROUP; i++) {
        sums[SPLIT + i] += split.pieces[i];
        sums[SPLIT_UNSEEN + i] += split.unseen[i];
      }
      sums[Sums.STOCK_TOTAL] += split.stock[0];
      sums[Sums.STOCK_GOOD] += split.stock[1];
    }
  }

  /**
   * Lays a provisional row of a machine over its last one; {@code false} where the bucket is too
   * old for corrections.
   */
  boolean overlay(String machine, BucketKey key, long @Nullable [] before, long[] sums) {
    if (isForgotten(key)) {
      return false;
    }
    NavigableMap<Long, Overlay> ofKind = overlaysOf(key.kind());
    Overlay overlay =
        ofKind.computeIfAbsent(key.start(), start -> new Overlay(key, new TreeMap<>()));
    overlay.rows.put(machine, shared(machine, ofKind.lowerEntry(key.start()), before, sums));
    while (ofKind.size() > kept(key.kind())) {
      ofKind.pollFirstEntry();
    }
    return true;
  }

  /** The provisional rows of a machine reach up to an instant. */
  void silent(String machine, long asOf) {
    if (machine.equals(bottleneck())) {
      knownTo = Math.max(knownTo, ShiftCalendar.minute(asOf).start());
    }
  }

  /** The minutes of a silence are alike: they share one row, so that long silences take little. */
  private static Provisional shared(
      String machine,
      Map.@Nullable Entry<Long, Overlay> earlier,
      long @Nullable [] before,
      long[] sums) {
    Provisional last = earlier == null ? null : earlier.getValue().rows.get(machine);
    return last != null && last.before == null && before == null && Arrays.equals(last.sums, sums)
        ? last
        : new Provisional(before, sums);
  }

  /** The machine whose time counts as that of the line; "" where there is none. */
  String bottleneck() {
    if (entry == null) {
      return "";
    }
    String bottleneck = entry.bottleneck();
    if (bottleneck != null) {
      return bottleneck;
    }
    String slowest = "";
    long longest = -1;
    for (Map.Entry<String, Long> member : members.entrySet()) {
      if (member.getValue() > longest) {
        slowest = member.getKey();
        longest = member.getValue();
      }
    }
    return slowest;
  }

  /** What the sums of a machine add to those of the line. */
  private long[] part(String machine, String bottleneck, long[] sums) {
    if (entry == null) {
      return ofLine(sums);
    }
    long[] part = new long[WIDTH];
    for (int each : OF_ALL_MACHINES) {
      part[each] = sums[each];
    }
    part[Sums.REWORK] = sums[Sums.REWORK]; // part of the scrap, which is that of all machines
    part[Sums.REWORKED] = sums[Sums.REWORKED];
    boolean output = entry.output().contains(machine);
    for (int group : PIECES) {
      part[group] =
          sums[group + (output ? 0 : 2)]; // scrap upstream was a piece of the line as well
      part[group + 1] = output ? sums[group + 1] : 0;
      part[group + 2] = sums[group + 2];
    }
    if (machine.equals(bottleneck)) {
      System.arraycopy(sums, 0, part, 0, Sums.APT + 1);
      for (int each : OF_BOTTLENECK) {
        part[each] = sums[each];
      }
      part[Sums.TARGET] += sums[Sums.LINE_TARGET];
      part[Sums.LINE_IDEAL] = sums[Sums.IDEAL_TOTAL];
      part[Sums.LINE_TIMED] = sums[Sums.TIMED_TOTAL];
    } else {
      System.arraycopy(part, Sums.TIMED_TOTAL, part, OTHERS, PieceSplit.GROUP);
    }
    if (output) {
      part[Sums.NO_TOTAL] = sums[Sums.NO_TOTAL];
      part[Sums.NO_GOOD] = sums[Sums.NO_GOOD];
      part[Sums.LINE_OUTPUTS] = 1;
    }
    return part;
  }

  /** The sums of a machine, with what its line aims at. */
  private static long[] ofLine(long[] sums) {
    if (sums[Sums.LINE_TARGET] == 0) {
      return sums;
    }
    long[] ofLine = sums.clone();
    ofLine[Sums.TARGET] += ofLine[Sums.LINE_TARGET];
    ofLine[Sums.LINE_TARGET] = 0;
    return ofLine;
  }

  /** The sums of the line, with the provisional rows of silent machines. */
  long @Nullable [] finished(BucketKey key) {
    LineBucket bucket = of(key.kind()).get(key.start());
    Overlay overlay = overlaysOf(key.kind()).get(key.start());
    if (bucket == null && (overlay == null || overlay.rows.isEmpty())) {
      return null;
    }
    long[] wide = unfinished(bucket, overlay);
    long[] sums = Arrays.copyOf(wide, Sums.SIZE);
    if (entry != null) {
      splitPieces(key, wide, sums);
      complete(bucket == null ? bottleneck() : bucket.bottleneck, wide, sums);
    }
    return sums;
  }

  /** The ideal times of the pieces, and which are not known. */
  private void complete(String bottleneck, long[] wide, long[] sums) {
    boolean hasRow = wide[Sums.CALENDAR] > 0; // then it says which cycle it had, 0 for none yet
    long last = hasRow ? wide[Sums.CYCLE] : members.getOrDefault(bottleneck, 0L);
    double cycle =
        wide[Sums.LINE_TIMED] > 0
            ? (double) wide[Sums.LINE_IDEAL] / wide[Sums.LINE_TIMED]
            : last / Sums.PIECE;
    boolean isTimed = sums[Sums.TIMED_TOTAL] != 0 || sums[Sums.TIMED_GOOD] != 0;
    sums[Sums.NO_CYCLE] = cycle <= 0 && isTimed ? 1 : 0;
    sums[Sums.NO_TOTAL] += wide[Sums.LINE_OUTPUTS] > 0 ? 0 : 1;
    sums[Sums.NO_GOOD] += wide[Sums.LINE_OUTPUTS] > 0 ? 0 : 1;
    sums[Sums.IDEAL_TOTAL] = Math.round(cycle * sums[Sums.TIMED_TOTAL]);
    sums[Sums.IDEAL_GOOD] = Math.round(cycle * sums[Sums.TIMED_GOOD]);
  }

  /**
   * The sums of an order of a line with an entry. Its minutes are not kept, so the pieces of other
   * machines are divided like all its time: those of the unknown part have no ideal time.
   *
   * @param parts the first one is that of the bottleneck
   */
  long[] sumsOfOrder(List<LineOrders.Part> parts) {
    String bottleneck = parts.get(0).machine();
    long[] wide = new long[WIDTH];
    for (LineOrders.Part part : parts) {
      Sums.add(wide, part(part.machine(), bottleneck, part.run().row().sums()));
    }
    long[] sums = Arrays.copyOf(wide, Sums.SIZE);
    long busy = Sums.plannedBusy(wide);
    for (int i = 0; i < PieceSplit.GROUP && busy > 0; i++) {
      long unknown = Math.round((double) wide[OTHERS + i] * wide[Sums.UNKNOWN] / busy);
      sums[Sums.GAP_TOTAL + i] += unknown;
      sums[Sums.TIMED_TOTAL + i] -= unknown;
    }
    complete(bottleneck, wide, sums);
    return sums;
  }

  /** The sums with provisional rows, not to be changed. */
  private long[] unfinished(@Nullable LineBucket bucket, @Nullable Overlay overlay) {
    if (bucket != null && (overlay == null || overlay.rows.isEmpty())) {
      return bucket.sums;
    }
    long[] wide = bucket == null ? new long[width()] : bucket.sums.clone();
    String bottleneck = bucket == null ? bottleneck() : bucket.bottleneck;
    if (overlay != null) {
      overlay.rows.forEach(
          (machine, row) -> {
            if (row.before != null) {
              Sums.subtract(wide, part(machine, bottleneck, row.before));
            }
            Sums.add(wide, part(machine, bottleneck, row.sums));
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
      long unsplit = wide[UNSPLIT_TIME];
      long known = Sums.plannedBusy(wide) - wide[Sums.UNKNOWN] - wide[SPLIT_KNOWN] - split.knownNs;
      unseenOfRest = unsplit == 0 ? 0 : 1 - Math.min(1, Math.max(0, (double) known / unsplit));
    }
    for (int i = 0; i < PieceSplit.GROUP; i++) {
      long rest = wide[OTHERS + i] - wide[SPLIT + i] - split.pieces[i];
      long unseen = wide[SPLIT_UNSEEN + i] + split.unseen[i] + Math.round(rest * unseenOfRest);
      sums[Sums.GAP_TOTAL + i] += unseen;
      sums[Sums.TIMED_TOTAL + i] -= unseen;
    }
    sums[Sums.STOCK_TOTAL] += split.stock[0];
    sums[Sums.STOCK_GOOD] += split.stock[1];
  }

  private void addMinutes(PieceSplit split, BucketKey in) {
    NavigableMap<Long, LineBucket> minutes =
        of(BucketKind.MINUTE).subMap(in.start(), true, in.end(), false);
    NavigableMap<Long, Overlay> over =
        overlaysOf(BucketKind.MINUTE).subMap(in.start(), true, in.end(), false);
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
    split.add(minute, OTHERS, calendar.at(start).plan(), awaited);
  }

  private LineBucket fitting(LineBucket bucket) {
    long[] sums = Arrays.copyOf(bucket.sums, width());
    changed |= !Arrays.equals(Arrays.copyOf(sums, WIDTH), bucket.sums);
    return new LineBucket(bucket.key, bucket.bottleneck, sums, bucket.keptUntil);
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
      orders.beginAt(newest());
    } else {
      orders.reconfigured();
    }
    List<BucketKey> made = new ArrayList<>();
    for (BucketKind kind : BucketKind.values()) {
      NavigableMap<Long, LineBucket> ofKind = of(kind);
      TreeMap<Long, BucketKey> open = open(kind);
      long before = ofKind.isEmpty() ? Long.MIN_VALUE : ofKind.lastKey();
      before = open.isEmpty() ? before : Math.min(before, open.firstKey() - 1);
      forgotten.merge(kind, before, Math::max);
      ofKind.clear();
      overlaysOf(kind).clear();
      open.forEach((start, key) -> ofKind.put(start, sumOf(key)));
      made.addAll(open.values());
    }
    for (BucketKind kind : LONGER_THAN_MINUTES) {
      of(kind).values().forEach(this::lackMinutes);
    }
    knowHowFarTheBottleneckIs();
    return made;
  }

  private TreeMap<Long, BucketKey> open(BucketKind kind) {
    TreeMap<Long, BucketKey> open = new TreeMap<>();
    for (Lines.Written rows : written.values()) {
      for (BucketKey key : rows.open()) {
        if (key.kind() == kind && !isForgotten(key)) {
          open.put(key.start(), key);
        }
      }
    }
    open.values().removeIf(key -> written.values().stream().anyMatch(rows -> rows.isSettled(key)));
    return open;
  }

  private LineBucket sumOf(BucketKey key) {
    LineBucket bucket = new LineBucket(key, bottleneck(), new long[width()], 0);
    written.forEach(
        (machine, rows) -> {
          long[] row = rows.of(key);
          if (row != null) {
            Sums.add(bucket.sums, part(machine, bucket.bottleneck, row));
          }
        });
    return bucket;
  }

  /** Its minutes before the first that is kept were given up. */
  private void lackMinutes(LineBucket longer) {
    NavigableMap<Long, LineBucket> minutes = of(BucketKind.MINUTE);
    long end = minutes.isEmpty() ? longer.key.end() : minutes.firstKey();
    end = Math.min(longer.key.end(), end);
    for (long at = longer.key.start(); entry != null && at < end; ) {
      CalendarSpan span = calendar.at(at);
      long to = Math.min(end, span.end());
      longer.sums[UNSPLIT_TIME] += span.plan() == Plan.WORK ? to - at : 0;
      at = to;
    }
  }

  /** The end of its newest minute. */
  private long newest() {
    Map.Entry<Long, LineBucket> newest = of(BucketKind.MINUTE).lastEntry();
    return newest == null ? Long.MIN_VALUE : newest.getValue().key.end();
  }

  void exchange(StateCodec codec) {
    codec.entries(members, "", codec::name, () -> 0L, codec::number);
    String before = bottleneck();
    members.replaceAll((name, cycleNs) -> configured.getOrDefault(name, cycleNs));
    changed |= !bottleneck().equals(before);
    for (BucketKind kind : BucketKind.values()) {
      forgotten.put(kind, codec.number(forgotten.getOrDefault(kind, Long.MIN_VALUE)));
      first.put(
          kind,
          codec.has(StateFormat.HISTORIES_OF_LINES)
              ? codec.number(first.getOrDefault(kind, Long.MAX_VALUE))
              : Long.MIN_VALUE);
      NavigableMap<Long, LineBucket> ofKind = of(kind);
      codec
          .all(
              new ArrayList<>(ofKind.values()),
              () -> LineBucket.blank(WIDTH), // of whatever entry it was
              bucket -> bucket.exchange(codec))
          .forEach(bucket -> ofKind.put(bucket.key.start(), fitting(bucket)));
    }
    if (codec.has(StateFormat.CONFIGURATIONS)) {
      changed |= codec.number(print) != print;
    }
    if (codec.has(StateFormat.ORDERS_OF_LINES)) {
      orders.exchange(codec);
    } else {
      orders.beginAt(newest());
    }
    knowHowFarTheBottleneckIs();
  }
}
