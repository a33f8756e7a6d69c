package io.weir.gateway.efficiency;

import io.weir.gateway.config.Config.Efficiency;
import io.weir.gateway.efficiency.Bucket.Kind;
import io.weir.gateway.efficiency.Bucket.Period;
import io.weir.gateway.efficiency.Figures.Basis;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lines, areas and sites: sums over what was written of their machines. A machine whose row changes
 * takes out what it had put in; so a sum holds exactly the machines' last rows, whenever each came.
 * Areas and sites add their lines' sums, never their ratios.
 *
 * <p>Rows wait until {@link #flush}, since the machines of a line pass a minute one after another.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class Lines {

  private final List<Efficiency.Line> entries;
  private final Output output;
  private final Map<Asset, Line> lines = new LinkedHashMap<>();
  private final Map<Asset, List<Line>> above = new LinkedHashMap<>();
  private final Map<Asset, TreeSet<Period>> changed = new LinkedHashMap<>();

  Lines(List<Efficiency.Line> entries, Output output) {
    this.entries = entries;
    this.output = output;
  }

  /** Makes a machine known, before anything is written of it. */
  void join(Asset machine, Rules rules) {
    lineOf(machine).members.putIfAbsent(String.valueOf(machine.machine()), rules.largestCycleNs);
  }

  /** A machine was forgotten: it is not expected any more. */
  void leave(Asset machine) {
    lineOf(machine).members.remove(String.valueOf(machine.machine()));
  }

  private Line lineOf(Asset machine) {
    Asset asset = new Asset(machine.site(), machine.area(), machine.line(), null);
    Line line = lines.get(asset);
    if (line == null) {
      line = new Line(asset, entry(asset.path()));
      lines.put(asset, line);
      for (Asset level : levelsAbove(asset)) {
        above.computeIfAbsent(level, key -> new ArrayList<>()).add(line);
      }
    }
    return line;
  }

  private Efficiency.@Nullable Line entry(String path) {
    for (Efficiency.Line entry : entries) {
      if (entry.asset().equals(path)) {
        return entry;
      }
    }
    return null;
  }

  private static List<Asset> levelsAbove(Asset line) {
    List<Asset> levels = new ArrayList<>(2);
    if (line.area() != null) {
      levels.add(new Asset(line.site(), line.area(), null, null));
    }
    if (line.site() != null) {
      levels.add(new Asset(line.site(), null, null, null));
    }
    return levels;
  }

  /**
   * A machine's row of a bucket was written.
   *
   * @param before what was written of it before, or {@code null}
   */
  void replace(Asset machine, long cycleNs, Period key, long @Nullable [] before, long[] cell) {
    Line line = lineOf(machine);
    String name = String.valueOf(machine.machine());
    line.members.merge(name, cycleNs, Math::max);
    if (line.replace(name, key, before, cell)) {
      touch(line, key);
    }
    if (line.isFull(key.kind())) {
      flush(); // rows that wait are written before their sums are forgotten
      line.forgetOldest(key.kind());
    }
  }

  /** As {@link #replace}, but for rows that only hold until the next tick. */
  void overlay(Asset machine, Period key, long @Nullable [] before, long[] cell) {
    Line line = lineOf(machine);
    if (line.overlay(String.valueOf(machine.machine()), key, before, cell)) {
      touch(line, key);
    }
  }

  /** Drops what the last tick laid over the sums. */
  void beginTick() {
    for (Line line : lines.values()) {
      line.overlay.keySet().forEach(key -> touch(line, key));
      line.overlay.clear();
    }
  }

  private void touch(Line line, Period key) {
    changed.computeIfAbsent(line.asset, asset -> new TreeSet<>()).add(key);
    for (Asset level : levelsAbove(line.asset)) {
      changed.computeIfAbsent(level, asset -> new TreeSet<>()).add(key);
    }
  }

  boolean isFlushed() {
    return changed.isEmpty();
  }

  /** Writes the rows that changed. */
  void flush() {
    changed.forEach(
        (asset, keys) -> {
          for (Period key : keys) {
            Figures figures = figures(asset, key);
            if (figures != null) {
              output.figures(asset, key, figures);
            }
          }
        });
    changed.clear();
  }

  /** The lines, in the order in which they were first seen. */
  List<Asset> assets() {
    return lines.keySet().stream().filter(asset -> asset.line() != null).toList();
  }

  /** Figures of a line, an area or a site, or {@code null} where nothing is known of the bucket. */
  @Nullable Figures figures(Asset asset, Period key) {
    List<Line> members = above.get(asset);
    if (members == null) {
      Line line = lines.get(asset);
      // machines without a line count in their area and site only
      members = line == null || asset.line() == null ? List.of() : List.of(line);
    }
    long[] sum = new long[Cell.SIZE];
    int expected = 0;
    Basis basis = Basis.BOTTLENECK;
    boolean any = false;
    for (Line line : members) {
      expected += line.members.size();
      basis = line.entry == null ? Basis.SUM : basis;
      long[] cell = line.finished(key);
      if (cell != null) {
        Cell.add(sum, cell);
        any = true;
      }
    }
    return any ? new Figures(sum, basis, expected) : null;
  }

  void encode(Bytes.Out out) {
    out.number(lines.size());
    lines.forEach(
        (asset, line) -> {
          out.text(asset.site());
          out.text(asset.area());
          out.text(asset.line());
          line.encode(out);
        });
  }

  void decode(Bytes.In in) {
    for (long count = in.number(); count > 0; count--) {
      lineOf(new Asset(in.text(), in.text(), in.text(), null)).decode(in);
    }
  }

  /** One line, or the machines of an area or a site that have none. */
  private static final class Line {

    // Beyond a cell, of a line with an entry: the bottleneck's ideal time and the pieces it is of.
    private static final int IDEAL = Cell.SIZE;
    private static final int TIMED = Cell.SIZE + 1;
    private static final int WIDTH = Cell.SIZE + 2;

    private static final int[] EVERYONES = {
      Cell.ENERGY, Cell.IMPLAUSIBLE, Cell.MEMBERS, Cell.FINAL, Cell.REVISION
    };
    private static final int[] PIECES = {Cell.TOTAL, Cell.GAP_TOTAL, Cell.TIMED_TOTAL};

    private final Asset asset;
    private final Efficiency.@Nullable Line entry;

    /** By name, with the largest ideal cycle known of each. */
    private final TreeMap<String, Long> members = new TreeMap<>();

    private final Map<Kind, NavigableMap<Long, Sum>> sums = new HashMap<>();
    private final Map<Kind, Long> forgotten = new HashMap<>();
    private final Map<Period, long[]> overlay = new HashMap<>();

    /**
     * @param bottleneck the machine whose time is the line's, fixed when the bucket began
     */
    @SuppressWarnings("ArrayRecordComponent") // sums that are added to, never compared
    private record Sum(Period key, String bottleneck, long[] cell) {}

    Line(Asset asset, Efficiency.@Nullable Line entry) {
      this.asset = asset;
      this.entry = entry;
      for (Kind kind : Kind.values()) {
        sums.put(kind, new TreeMap<>());
        forgotten.put(kind, Long.MIN_VALUE);
      }
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
        part[Cell.UNPRICED] = cell[Cell.UNPRICED] + cell[Cell.NO_TOTAL];
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
        double cycle =
            wide[TIMED] > 0
                ? (double) wide[IDEAL] / wide[TIMED]
                : members.getOrDefault(bottleneck, 0L) / Cell.PIECE;
        cell[Cell.UNPRICED] += cycle > 0 || cell[Cell.TIMED_TOTAL] == 0 ? 0 : 1;
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
}
