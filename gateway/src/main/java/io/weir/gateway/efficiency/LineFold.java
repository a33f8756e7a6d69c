package io.weir.gateway.efficiency;

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

  private static final int IDEAL = Sums.LINE_IDEAL;
  private static final int TIMED = Sums.LINE_TIMED;

  /** With no output machine, the pieces of the line are not known. */
  private static final int OUTPUTS = Sums.LINE_OUTPUTS;

  private static final int WIDTH = Sums.SIZE;

  private static final int[] OF_ALL_MACHINES = {
    Sums.ENERGY,
    Sums.METERED,
    Sums.IMPLAUSIBLE,
    Sums.CONTRADICTORY,
    Sums.MEMBERS,
    Sums.FINAL,
    Sums.REVISION,
    Sums.PARTIAL
  };
  private static final int[] PIECES = {Sums.TOTAL, Sums.GAP_TOTAL, Sums.TIMED_TOTAL};

  final Asset asset;
  final EfficiencyConfig.@Nullable Line entry;

  /** By name, each with its first known ideal cycle; 0 for none yet. */
  private final TreeMap<String, Long> members = new TreeMap<>();

  private final Map<String, Lines.Written> written = new HashMap<>();

  private final Map<BucketKind, NavigableMap<Long, LineBucket>> buckets = new HashMap<>();
  private final Map<BucketKind, Long> forgotten = new HashMap<>();

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
   */
  @SuppressWarnings("ArrayRecordComponent") // added to, never compared
  private record LineBucket(BucketKey key, String bottleneck, long[] sums) {

    static final LineBucket NONE = new LineBucket(BucketKey.NONE, "", new long[WIDTH]);

    LineBucket exchange(StateCodec codec) {
      return new LineBucket(codec.key(key), codec.name(bottleneck), codec.sums(sums));
    }
  }

  LineFold(Asset asset, EfficiencyConfig.@Nullable Line entry) {
    this.asset = asset;
    this.entry = entry;
    for (BucketKind kind : BucketKind.values()) {
      buckets.put(kind, new TreeMap<>());
      overlays.put(kind, new TreeMap<>());
      forgotten.put(kind, Long.MIN_VALUE);
    }
  }

  void join(String machine, long cycleNs, Lines.Written rows) {
    members.putIfAbsent(machine, cycleNs);
    written.put(machine, rows);
  }

  void leave(String machine) {
    members.remove(machine);
    written.remove(machine);
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
    String now = bottleneck();
    return now.equals(before) ? List.of() : moveBottleneck(now);
  }

  /**
   * Computes again the buckets that can still change. A bucket that a machine has settled keeps its
   * bottleneck.
   */
  private List<BucketKey> moveBottleneck(String to) {
    List<BucketKey> moved = new ArrayList<>();
    for (NavigableMap<Long, LineBucket> ofKind : buckets.values()) {
      for (Map.Entry<Long, LineBucket> entry : ofKind.entrySet()) {
        BucketKey key = entry.getValue().key;
        LineBucket bucket = new LineBucket(key, to, new long[WIDTH]);
        written.forEach(
            (name, rows) -> {
              long[] sums = rows.of(key);
              if (sums != null) {
                Sums.add(bucket.sums, part(name, to, sums));
              }
            });
        if (bucket.sums[Sums.MEMBERS] == entry.getValue().sums[Sums.MEMBERS]) {
          entry.setValue(bucket);
          moved.add(key);
        }
      }
    }
    return moved;
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

  private NavigableMap<Long, LineBucket> of(BucketKind kind) {
    return buckets.computeIfAbsent(kind, absent -> new TreeMap<>());
  }

  private NavigableMap<Long, Overlay> overlaysOf(BucketKind kind) {
    return overlays.computeIfAbsent(kind, absent -> new TreeMap<>());
  }

  private boolean isForgotten(BucketKey key) {
    return key.start() <= forgotten.getOrDefault(key.kind(), Long.MIN_VALUE);
  }

  /** Replaces the sums of a machine; {@code false} where the bucket is too old for corrections. */
  boolean replace(String machine, BucketKey key, long @Nullable [] before, long[] sums) {
    NavigableMap<Long, LineBucket> kept = of(key.kind());
    if (isForgotten(key)) {
      return false;
    }
    Overlay overlay = overlaysOf(key.kind()).get(key.start());
    if (overlay != null) {
      overlay.rows.remove(machine);
    }
    LineBucket bucket =
        kept.computeIfAbsent(
            key.start(), start -> new LineBucket(key, bottleneck(), new long[WIDTH]));
    if (!bucket.key.equals(key)) { // the calendar has moved its end
      bucket = new LineBucket(key, bucket.bottleneck, bucket.sums);
      kept.put(key.start(), bucket);
    }
    if (before != null) {
      Sums.subtract(bucket.sums, part(machine, bucket.bottleneck, before));
    }
    Sums.add(bucket.sums, part(machine, bucket.bottleneck, sums));
    return true;
  }

  boolean isFull(BucketKind kind) {
    return of(kind).size() > kept(kind);
  }

  void forgetOldest(BucketKind kind) {
    forgotten.put(kind, of(kind).pollFirstEntry().getKey());
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

  private String bottleneck() {
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
    long[] part = new long[WIDTH];
    if (entry == null) {
      System.arraycopy(sums, 0, part, 0, Sums.SIZE);
      return part;
    }
    for (int each : OF_ALL_MACHINES) {
      part[each] = sums[each];
    }
    if (machine.equals(bottleneck)) {
      for (int i = 0; i <= Sums.APT; i++) {
        part[i] = sums[i];
      }
      part[Sums.FAILURES] = sums[Sums.FAILURES];
      part[Sums.MICRO_STOPS] = sums[Sums.MICRO_STOPS];
      part[Sums.WITHOUT_CYCLE] = sums[Sums.WITHOUT_CYCLE];
      part[Sums.CYCLE] = sums[Sums.CYCLE];
      part[IDEAL] = sums[Sums.IDEAL_TOTAL];
      part[TIMED] = sums[Sums.TIMED_TOTAL];
    }
    boolean output = entry.output().contains(machine);
    for (int group : PIECES) {
      part[group] =
          sums[group + (output ? 0 : 2)]; // scrap upstream was a piece of the line as well
      part[group + 1] = output ? sums[group + 1] : 0;
      part[group + 2] = sums[group + 2];
    }
    if (output) {
      part[Sums.REWORK] = sums[Sums.REWORK];
      part[Sums.NO_TOTAL] = sums[Sums.NO_TOTAL];
      part[Sums.NO_GOOD] = sums[Sums.NO_GOOD];
      part[OUTPUTS] = 1;
    }
    return part;
  }

  /** The sums of the line, with the provisional rows of silent machines. */
  long @Nullable [] finished(BucketKey key) {
    LineBucket bucket = of(key.kind()).get(key.start());
    Overlay overlay = overlaysOf(key.kind()).get(key.start());
    if (bucket == null && (overlay == null || overlay.rows.isEmpty())) {
      return null;
    }
    long[] wide = bucket == null ? new long[WIDTH] : bucket.sums.clone();
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
    long[] sums = Arrays.copyOf(wide, Sums.SIZE);
    if (entry != null) {
      long last = wide[Sums.CYCLE] > 0 ? wide[Sums.CYCLE] : members.getOrDefault(bottleneck, 0L);
      double cycle = wide[TIMED] > 0 ? (double) wide[IDEAL] / wide[TIMED] : last / Sums.PIECE;
      sums[Sums.NO_CYCLE] = cycle > 0 ? 0 : 1;
      sums[Sums.NO_TOTAL] += wide[OUTPUTS] > 0 ? 0 : 1;
      sums[Sums.NO_GOOD] += wide[OUTPUTS] > 0 ? 0 : 1;
      sums[Sums.IDEAL_TOTAL] = Math.round(cycle * sums[Sums.TIMED_TOTAL]);
      sums[Sums.IDEAL_GOOD] = Math.round(cycle * sums[Sums.TIMED_GOOD]);
    }
    return sums;
  }

  void exchange(StateCodec codec) {
    codec.entries(members, "", codec::name, () -> 0L, codec::number);
    for (BucketKind kind : BucketKind.values()) {
      forgotten.put(kind, codec.number(forgotten.getOrDefault(kind, Long.MIN_VALUE)));
      NavigableMap<Long, LineBucket> ofKind = of(kind);
      codec
          .all(
              new ArrayList<>(ofKind.values()),
              () -> LineBucket.NONE,
              bucket -> bucket.exchange(codec))
          .forEach(bucket -> ofKind.put(bucket.key.start(), bucket));
    }
  }
}
