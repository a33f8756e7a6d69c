package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.Bucket.Kind;
import io.weir.gateway.efficiency.Bucket.Period;
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
 * The sums of one line, or of the machines of an area or a site that have none.
 *
 * <p>Mutable; belongs to its {@link Lines}.
 */
final class LineFold {

  // Beyond a cell, of a line with an entry: the bottleneck's ideal time and the pieces it is of.
  private static final int IDEAL = Cell.SIZE;
  private static final int TIMED = Cell.SIZE + 1;

  /** How many machines of its output are in it: without any, its pieces are not known. */
  private static final int OUTPUTS = Cell.SIZE + 2;

  private static final int WIDTH = Cell.SIZE + 3;

  private static final int[] EVERYONES = {
    Cell.ENERGY, Cell.METERED, Cell.IMPLAUSIBLE, Cell.MEMBERS, Cell.FINAL, Cell.REVISION
  };
  private static final int[] PIECES = {Cell.TOTAL, Cell.GAP_TOTAL, Cell.TIMED_TOTAL};

  final Asset asset;
  final EfficiencyConfig.@Nullable Line entry;

  /** By name, with the ideal cycle that was known first of each; 0 for none yet. */
  private final TreeMap<String, Long> members = new TreeMap<>();

  private final Map<String, Lines.Written> written = new HashMap<>();

  private final Map<Kind, NavigableMap<Long, Sum>> sums = new HashMap<>();
  private final Map<Kind, Long> forgotten = new HashMap<>();
  private final Map<Period, long[]> overlay = new HashMap<>();

  /**
   * @param bottleneck the machine whose time is the line's
   */
  @SuppressWarnings("ArrayRecordComponent") // sums that are added to, never compared
  private record Sum(Period key, String bottleneck, long[] cell) {}

  LineFold(Asset asset, EfficiencyConfig.@Nullable Line entry) {
    this.asset = asset;
    this.entry = entry;
    for (Kind kind : Kind.values()) {
      sums.put(kind, new TreeMap<>());
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

  /** Machines that ought to be in it. */
  int size() {
    return members.size();
  }

  /** Drops what the last tick laid over the sums; the buckets it was of. */
  List<Period> dropOverlay() {
    List<Period> laid = List.copyOf(overlay.keySet());
    overlay.clear();
    return laid;
  }

  /**
   * An ideal cycle is known. The first of a machine may make it the bottleneck, also of buckets
   * that other machines have begun: which of them was heard first must not matter.
   *
   * @return the buckets that have another bottleneck now
   */
  List<Period> learn(String machine, long cycleNs) {
    if (cycleNs == 0 || members.getOrDefault(machine, 0L) > 0) {
      return List.of();
    }
    String before = bottleneck();
    members.put(machine, cycleNs);
    String now = bottleneck();
    return now.equals(before) ? List.of() : moveBottleneck(now);
  }

  /** Sums anew what can still change; what a machine has settled keeps its bottleneck. */
  private List<Period> moveBottleneck(String to) {
    List<Period> moved = new ArrayList<>();
    for (NavigableMap<Long, Sum> ofKind : sums.values()) {
      for (Map.Entry<Long, Sum> entry : ofKind.entrySet()) {
        Period key = entry.getValue().key;
        Sum sum = new Sum(key, to, new long[WIDTH]);
        written.forEach(
            (name, rows) -> {
              long[] cell = rows.of(key);
              if (cell != null) {
                Cell.add(sum.cell, part(name, to, cell));
              }
            });
        if (sum.cell[Cell.MEMBERS] == entry.getValue().cell[Cell.MEMBERS]) {
          entry.setValue(sum);
          overlay.remove(key);
          moved.add(key);
        }
      }
    }
    return moved;
  }

  /** How many buckets of a kind are kept to be corrected: an hour and a half, and some days. */
  private static int kept(Kind kind) {
    return switch (kind) {
      case MINUTE -> 90;
      case HOUR -> 48;
      case SHIFT -> 12;
      case DAY -> 4;
    };
  }

  private NavigableMap<Long, Sum> of(Kind kind) {
    return sums.computeIfAbsent(kind, absent -> new TreeMap<>());
  }

  /** False where the bucket is too old to be corrected. */
  boolean replace(String machine, Period key, long @Nullable [] before, long[] cell) {
    NavigableMap<Long, Sum> kept = of(key.kind());
    if (key.start() <= forgotten.getOrDefault(key.kind(), Long.MIN_VALUE)) {
      return false;
    }
    Sum sum =
        kept.computeIfAbsent(key.start(), start -> new Sum(key, bottleneck(), new long[WIDTH]));
    if (before != null) {
      Cell.subtract(sum.cell, part(machine, sum.bottleneck, before));
    }
    Cell.add(sum.cell, part(machine, sum.bottleneck, cell));
    return true;
  }

  boolean isFull(Kind kind) {
    return of(kind).size() > kept(kind);
  }

  void forgetOldest(Kind kind) {
    forgotten.put(kind, of(kind).pollFirstEntry().getKey());
  }

  boolean overlay(String machine, Period key, long @Nullable [] before, long[] cell) {
    if (key.start() <= forgotten.getOrDefault(key.kind(), Long.MIN_VALUE)) {
      return false;
    }
    Sum sum = of(key.kind()).get(key.start());
    String bottleneck = sum == null ? bottleneck() : sum.bottleneck;
    long[] over = overlay.computeIfAbsent(key, absent -> new long[WIDTH]);
    if (before != null) {
      Cell.subtract(over, part(machine, bottleneck, before));
    }
    Cell.add(over, part(machine, bottleneck, cell));
    return true;
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

  /** What a machine's cell adds to the line's. */
  private long[] part(String machine, String bottleneck, long[] cell) {
    long[] part = new long[WIDTH];
    if (entry == null) {
      System.arraycopy(cell, 0, part, 0, Cell.SIZE);
      return part;
    }
    for (int each : EVERYONES) {
      part[each] = cell[each];
    }
    if (machine.equals(bottleneck)) {
      for (int i = 0; i <= Cell.APT; i++) {
        part[i] = cell[i];
      }
      part[Cell.FAILURES] = cell[Cell.FAILURES];
      part[Cell.MICRO_STOPS] = cell[Cell.MICRO_STOPS];
      part[Cell.UNPRICED] = cell[Cell.UNPRICED];
      part[Cell.CYCLE] = cell[Cell.CYCLE];
      part[IDEAL] = cell[Cell.IDEAL_TOTAL];
      part[TIMED] = cell[Cell.TIMED_TOTAL];
    }
    boolean output = entry.output().contains(machine);
    for (int group : PIECES) {
      part[group] = cell[group + (output ? 0 : 2)]; // scrap upstream was a piece of the line too
      part[group + 1] = output ? cell[group + 1] : 0;
      part[group + 2] = cell[group + 2];
    }
    if (output) {
      part[Cell.REWORK] = cell[Cell.REWORK];
      part[Cell.NO_TOTAL] = cell[Cell.NO_TOTAL];
      part[Cell.NO_GOOD] = cell[Cell.NO_GOOD];
      part[OUTPUTS] = 1;
    }
    return part;
  }

  /** The line's cell of a bucket, with what the last tick laid over it. */
  long @Nullable [] finished(Period key) {
    Sum sum = of(key.kind()).get(key.start());
    long[] over = overlay.get(key);
    if (sum == null && over == null) {
      return null;
    }
    long[] wide = sum == null ? new long[WIDTH] : sum.cell.clone();
    if (over != null) {
      Cell.add(wide, over);
    }
    long[] cell = Arrays.copyOf(wide, Cell.SIZE);
    if (entry != null) {
      String bottleneck = sum == null ? bottleneck() : sum.bottleneck;
      long last = wide[Cell.CYCLE] > 0 ? wide[Cell.CYCLE] : members.getOrDefault(bottleneck, 0L);
      double cycle = wide[TIMED] > 0 ? (double) wide[IDEAL] / wide[TIMED] : last / Cell.PIECE;
      cell[Cell.NO_CYCLE] = cycle > 0 ? 0 : 1;
      cell[Cell.NO_TOTAL] += wide[OUTPUTS] > 0 ? 0 : 1;
      cell[Cell.NO_GOOD] += wide[OUTPUTS] > 0 ? 0 : 1;
      cell[Cell.IDEAL_TOTAL] = Math.round(cycle * cell[Cell.TIMED_TOTAL]);
      cell[Cell.IDEAL_GOOD] = Math.round(cycle * cell[Cell.TIMED_GOOD]);
    }
    return cell;
  }

  void encode(Bytes.Out out) {
    out.number(members.size());
    members.forEach(
        (machine, cycle) -> {
          out.text(machine);
          out.number(cycle);
        });
    for (Kind kind : Kind.values()) {
      out.number(forgotten.getOrDefault(kind, Long.MIN_VALUE));
      out.number(of(kind).size());
      for (Sum sum : of(kind).values()) {
        out.key(sum.key);
        out.text(sum.bottleneck);
        out.cell(sum.cell);
      }
    }
  }

  void decode(Bytes.In in) {
    for (long count = in.number(); count > 0; count--) {
      members.put(in.name(), in.number());
    }
    for (Kind kind : Kind.values()) {
      forgotten.put(kind, in.number());
      for (long count = in.number(); count > 0; count--) {
        Period key = in.key();
        of(kind).put(key.start(), new Sum(key, in.name(), in.cell(WIDTH)));
      }
    }
  }
}
