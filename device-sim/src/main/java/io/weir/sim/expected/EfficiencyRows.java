package io.weir.sim.expected;

import io.weir.sim.expected.BucketSize.Period;
import io.weir.sim.expected.ExpectedFigures.EfficiencyRow;
import io.weir.sim.plant.MachinePath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Works out the rows of {@code efficiency}, from the machines up to the site.
 *
 * <p>The machines of a line make each piece once, in the order of the plant: the last machine is
 * the output of the line, and the one with the longest ideal cycle is its bottleneck.
 */
final class EfficiencyRows {

  /** The fields that a line takes from its bottleneck alone. */
  private static final List<String> BOTTLENECK_FIELDS =
      Stream.concat(
              FieldSums.TIMES.stream(), Stream.of("failures", "micro_stops", FieldSums.UNCODED))
          .toList();

  /** The fields that a line sums over its machines. */
  private static final List<String> SUMMED_FIELDS =
      Stream.concat(
              FieldSums.ENERGY.stream(),
              Stream.of("scrap", "implausible", "contradictory", "members", FieldSums.TIMED_SCRAP))
          .toList();

  private final BucketSize size;
  private final boolean hasReasons;
  private final List<EfficiencyRow> rows = new ArrayList<>();

  private EfficiencyRows(BucketSize size, boolean hasReasons) {
    this.size = size;
    this.hasReasons = hasReasons;
  }

  /**
   * The rows of every level.
   *
   * @param hasReasons whether there is a tree of reasons
   * @param timelines of the machines, line by line in the direction of flow
   */
  static List<EfficiencyRow> of(
      BucketSize size, boolean hasReasons, Collection<ExpectedTimeline> timelines) {
    EfficiencyRows result = new EfficiencyRows(size, hasReasons);
    result.addAll(timelines);
    return result.rows;
  }

  private void addAll(Collection<ExpectedTimeline> timelines) {
    Map<Level, List<ExpectedTimeline>> lines = new LinkedHashMap<>();
    for (ExpectedTimeline timeline : timelines) {
      if (!timeline.isEmpty()) {
        lines.computeIfAbsent(Level.line(timeline.path), line -> new ArrayList<>()).add(timeline);
      }
    }
    Map<Level, LevelSums> areasAndSite = new LinkedHashMap<>();
    lines.forEach(
        (level, machines) -> {
          MachinePath path = machines.get(0).path;
          LevelSums line = addMachines(machines);
          areasAndSite.computeIfAbsent(Level.area(path), area -> new LevelSums(0)).add(line);
          areasAndSite.computeIfAbsent(Level.site(path), site -> new LevelSums(0)).add(line);
          addLevel(level, line);
        });
    areasAndSite.forEach(this::addLevel);
  }

  /** A level of ISA-95; the names below it are null. */
  private record Level(
      String name,
      String site,
      @Nullable String area,
      @Nullable String line,
      @Nullable String machine) {

    static Level machine(MachinePath path) {
      return new Level("machine", path.site(), path.area(), path.line(), path.machine());
    }

    static Level line(MachinePath path) {
      return new Level("line", path.site(), path.area(), path.line(), null);
    }

    static Level area(MachinePath path) {
      return new Level("area", path.site(), path.area(), null, null);
    }

    static Level site(MachinePath path) {
      return new Level("site", path.site(), null, null, null);
    }
  }

  /** The sums of a line, an area or the site. */
  private static final class LevelSums {
    private final PeriodSums sums = new PeriodSums();

    /** All machines have reported up to this instant. */
    private long reportedTo = Long.MAX_VALUE;

    private int machines;

    LevelSums(int machines) {
      this.machines = machines;
    }

    void add(LevelSums part) {
      machines += part.machines;
      reportedTo = Math.min(reportedTo, part.reportedTo);
      sums.add(part.sums);
    }
  }

  private void addLevel(Level level, LevelSums of) {
    for (PeriodSums.Entry entry : of.sums.entries()) {
      addRow(level, entry, of.machines, of.reportedTo);
    }
  }

  /** Adds the rows of the machines of a line, and returns the sums of the line. */
  private LevelSums addMachines(List<ExpectedTimeline> machines) {
    LevelSums line = new LevelSums(machines.size());
    ExpectedTimeline output = machines.get(machines.size() - 1);
    ExpectedTimeline bottleneck = bottleneck(machines);
    Map<Long, Double> cycles = new TreeMap<>();
    for (ExpectedTimeline machine : machines) {
      line.reportedTo = Math.min(line.reportedTo, machine.reportedTo());
      for (PeriodSums.Entry entry : machine.sums(size).entries()) {
        Period period = entry.period();
        FieldSums own = entry.sums();
        FieldSums sums = line.sums.of(period);
        if (machine == bottleneck) {
          sums.take(own, BOTTLENECK_FIELDS);
          cycles.put(period.start(), meanCycle(machine, period, own));
        }
        own.add("contradictory", isContradictory(own) ? 1 : 0);
        addPieces(sums, own, machine == output);
        addRow(Level.machine(machine.path), entry, 1, machine.reportedTo());
      }
    }
    splitPieces(machines, bottleneck, line.sums);
    for (PeriodSums.Entry entry : line.sums.entries()) {
      Period period = entry.period();
      FieldSums sums = entry.sums();
      double cycle = cycles.getOrDefault(period.start(), bottleneck.cycleBefore(period.end()));
      double total = sums.get(FieldSums.TIMED_TOTAL);
      double good = total - sums.get(FieldSums.TIMED_SCRAP);
      sums.add("ideal_total_s", cycle * (total - sums.get(FieldSums.UNSEEN_TOTAL)));
      sums.add("ideal_good_s", cycle * (good - sums.get(FieldSums.UNSEEN_GOOD)));
      sums.add("gap_total", sums.get(FieldSums.UNSEEN_TOTAL));
      sums.add("gap_good", sums.get(FieldSums.UNSEEN_GOOD));
    }
    return line;
  }

  /**
   * Divides what the other machines made in a minute as the time of the bottleneck is divided: the
   * part of its unknown time is unseen; the rest was made from stock if it did not run at all.
   */
  private void splitPieces(
      List<ExpectedTimeline> machines, ExpectedTimeline bottleneck, PeriodSums line) {
    ExpectedTimeline output = machines.get(machines.size() - 1);
    Map<Long, FieldSums> pieces = new TreeMap<>();
    for (ExpectedTimeline machine : machines) {
      if (machine != bottleneck) {
        machine
            .timedPieces()
            .forEach(
                (minute, timed) -> {
                  double scrap = timed.get(FieldSums.TIMED_SCRAP);
                  double total = machine == output ? timed.get(FieldSums.TIMED_TOTAL) : scrap;
                  FieldSums of = pieces.computeIfAbsent(minute, absent -> new FieldSums());
                  of.add("total", total);
                  of.add("good", total - scrap);
                });
      }
    }
    Map<Long, FieldSums> times = new TreeMap<>();
    bottleneck
        .sums(BucketSize.MINUTE)
        .entries()
        .forEach(entry -> times.put(entry.period().start(), entry.sums()));
    pieces.forEach(
        (minute, made) -> {
          FieldSums time = times.get(minute);
          double unknown = time == null ? 1 : time.get("unknown_s") / busyMs(time);
          FieldSums sums = bottleneck.at(line, size, minute);
          for (String kind : List.of("total", "good")) {
            double unseen = time == null || unknown > 0 ? millionths(made.get(kind) * unknown) : 0;
            sums.add("unseen_" + kind, unseen);
            boolean stoodStill = time != null && time.get("run_s") == 0;
            sums.add("stock_" + kind, stoodStill ? made.get(kind) - unseen : 0);
          }
        });
  }

  /** Rounded as pieces are kept. */
  private static double millionths(double pieces) {
    return Math.round(pieces * 1e6) / 1e6;
  }

  private static double busyMs(FieldSums time) {
    return time.get("calendar_s") - time.get("planned_stop_s");
  }

  /** The first of the machines with the longest ideal cycle. */
  private static ExpectedTimeline bottleneck(List<ExpectedTimeline> machines) {
    ExpectedTimeline bottleneck = machines.get(0);
    for (ExpectedTimeline machine : machines) {
      if (machine.firstCycle() > bottleneck.firstCycle()) {
        bottleneck = machine;
      }
    }
    return bottleneck;
  }

  /** The mean ideal cycle of the pieces in a period; without pieces the last cycle known. */
  private static double meanCycle(ExpectedTimeline machine, Period period, FieldSums sums) {
    double pieces = sums.get(FieldSums.TIMED_TOTAL);
    return pieces > 0 ? sums.get("ideal_total_s") / pieces : machine.cycleBefore(period.end());
  }

  /** A line made what its output made, and lost what its other machines scrapped. */
  private static void addPieces(FieldSums line, FieldSums machine, boolean isOutput) {
    line.take(machine, SUMMED_FIELDS);
    double gapScrap = machine.get("gap_total") - machine.get("gap_good");
    line.add("total", machine.get(isOutput ? "total" : "scrap"));
    line.add("good", isOutput ? machine.get("good") : 0);
    line.add("gap_total", isOutput ? machine.get("gap_total") : gapScrap);
    line.add("gap_good", isOutput ? machine.get("gap_good") : 0);
    line.add(
        FieldSums.TIMED_TOTAL,
        machine.get(isOutput ? FieldSums.TIMED_TOTAL : FieldSums.TIMED_SCRAP));
  }

  /** Whether good and scrap are more than the total, by more than two pieces and a hundredth. */
  private static boolean isContradictory(FieldSums sums) {
    double total = sums.get("total");
    double judged = Math.max(0, sums.get("good")) + Math.max(0, sums.get("scrap"));
    return judged > total + Math.max(2, total / 100);
  }

  private void addRow(Level level, PeriodSums.Entry entry, int machines, long reportedTo) {
    Period period = entry.period();
    boolean isMachine = level.name.equals("machine");
    Map<String, Double> fields = isMachine ? entry.sums().fields() : entry.sums().fieldsOfLines();
    fields.put("expected", (double) machines);
    if (size == BucketSize.SHIFT || size == BucketSize.DAY) {
      fields.put("contradictory", entry.sums().get("contradictory"));
    }
    if (hasReasons) {
      fields.put(FieldSums.UNCODED, entry.sums().get(FieldSums.UNCODED) / 1000);
    }
    rows.add(
        new EfficiencyRow(
            size.word(),
            level.name,
            level.site,
            level.area,
            level.line,
            level.machine,
            period.shift(),
            Instant.ofEpochMilli(period.start()),
            Instant.ofEpochMilli(period.end()),
            period.end() <= reportedTo,
            fields));
  }
}
