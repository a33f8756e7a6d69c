package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The sums of a line: of its bottleneck and its output, or of all its machines. */
final class LineModel {

  /** What only the bottleneck has part in. */
  private static final List<String> OF_BOTTLENECK =
      List.of(
          "run_s",
          "setup_s",
          "micro_stop_s",
          "starved_s",
          "blocked_s",
          "down_s",
          "idle_s",
          "unknown_s",
          "planned_stop_s",
          "calendar_s",
          "repair_s",
          "known_s",
          "planned_busy_s",
          "failures",
          "micro_stops",
          MachineModel.APT);

  private static final List<String> OF_ALL =
      List.of("energy_kwh", "implausible", "members", "expected");

  static final List<String> PIECES =
      List.of(
          "total", "good", "scrap", "rework", "gap_total", "gap_good", "stock_total", "stock_good");

  /** Those of a row, and those of them with an ideal time. */
  static final List<String> PIECES_OF_LINE =
      List.of(
          "total",
          "good",
          "scrap",
          "rework",
          "gap_total",
          "gap_good",
          "stock_total",
          "stock_good",
          MachineModel.TIMED_TOTAL,
          MachineModel.TIMED_GOOD);

  private static final List<String> JUDGED = List.of("total", "good", "scrap", "rework");

  static final List<String> GOES_ON = List.of("total", "good");

  final String asset;
  final List<MachineModel> machines = new ArrayList<>();
  final Plant.@Nullable Line entry;

  LineModel(Plant plant, String asset) {
    this.asset = asset;
    entry = plant.lines().stream().filter(l -> l.asset().equals(asset)).findFirst().orElse(null);
  }

  long start() {
    return machines.stream().mapToLong(MachineModel::start).min().orElseThrow();
  }

  /** Until then all machines have told what they did. */
  long end() {
    return machines.stream().mapToLong(MachineModel::end).min().orElseThrow();
  }

  /** The newest reading of the machine that told the oldest one. */
  long told() {
    return machines.stream().mapToLong(MachineModel::told).min().orElseThrow();
  }

  boolean isMetered() {
    return machines.stream().anyMatch(m -> m.machine.meter() != Plant.Meter.NONE);
  }

  /** The machine that is named, or the one with the largest ideal cycle, the first by its name. */
  MachineModel bottleneck() {
    Plant.Line line = Objects.requireNonNull(entry);
    MachineModel slowest = machines.get(0);
    for (MachineModel machine : machines) {
      if (line.bottleneck() != null && machine.name().equals(line.bottleneck())) {
        return machine;
      }
      slowest = machine.largestCycle() > slowest.largestCycle() ? machine : slowest;
    }
    return slowest;
  }

  Map<String, Double> sums(Model.Row row) {
    Map<String, Double> sums = entry == null ? ofMachines(row) : ofLine(entry, row);
    sums.put(MachineModel.CYCLES, 1.0); // without pieces their ideal time is 0
    return sums;
  }

  static double ideal(double cycle, double pieces) {
    return pieces == 0 ? 0 : cycle * pieces;
  }

  /** A sum without pieces. */
  private Map<String, Double> ofMachines(Model.Row of) {
    Map<String, Double> row = new TreeMap<>();
    for (MachineModel machine : machines) {
      add(row, machine.sums(of));
    }
    return row;
  }

  /** Adds sums; what any of them lacks is absent. */
  static void add(Map<String, Double> row, Map<String, Double> sums) {
    if (row.isEmpty()) {
      row.putAll(sums);
      return;
    }
    boolean reworked =
        row.containsKey(MachineModel.REWORKED) || sums.containsKey(MachineModel.REWORKED);
    row.keySet().retainAll(sums.keySet());
    row.replaceAll((field, value) -> value + sums.get(field));
    if (reworked) {
      row.put(MachineModel.REWORKED, 1.0);
    }
  }

  private Map<String, Double> ofLine(Plant.Line line, Model.Row wanted) {
    MachineModel bottleneck = bottleneck();
    Map<String, Double> of = bottleneck.sums(wanted);
    Map<String, Double> row = ofBottleneck(of);
    machines.forEach(machine -> addOthers(row, machine.sums(wanted)));
    pieces(line, bottleneck, row, wanted);
    double cycle =
        of.get(MachineModel.TIMED_TOTAL) > 0
            ? of.get("ideal_total_s") / of.get(MachineModel.TIMED_TOTAL)
            : bottleneck.cycleBefore(wanted.end());
    double made = ideal(cycle, row.get(MachineModel.TIMED_TOTAL));
    double good = ideal(cycle, row.get(MachineModel.TIMED_GOOD));
    boolean isKnown = !Double.isNaN(made + good); // else none of the two is told
    row.put("ideal_total_s", isKnown ? made : Double.NaN);
    row.put("ideal_good_s", isKnown ? good : Double.NaN);
    if (machines.stream().anyMatch(m -> line.output().contains(m.name()) && !m.judges())) {
      List.of("good", "scrap", "gap_good", "stock_good", "ideal_good_s").forEach(row::remove);
    }
    return row;
  }

  /** What only the bottleneck has part in. */
  static Map<String, Double> ofBottleneck(Map<String, Double> of) {
    Map<String, Double> row = new TreeMap<>();
    OF_BOTTLENECK.forEach(field -> row.put(field, of.get(field)));
    if (of.containsKey("uncoded_s")) {
      row.put("uncoded_s", of.get("uncoded_s"));
    }
    return row;
  }

  /** What all machines have part in, but pieces. */
  static void addOthers(Map<String, Double> row, Map<String, Double> sums) {
    OF_ALL.forEach(field -> row.merge(field, sums.get(field), Double::sum));
    EnergyUse.USES.forEach(use -> row.merge(use, sums.get(use), Double::sum));
    if (sums.containsKey(MachineModel.REWORKED)) {
      row.put(MachineModel.REWORKED, 1.0);
    }
    if (sums.containsKey("contradictory")) {
      row.merge("contradictory", sums.get("contradictory"), Double::sum);
    }
  }

  /** Pieces of an output; of another machine what it threw away. */
  static void addPieces(Map<String, Double> row, Map<String, Double> sums, boolean output) {
    for (String kind : JUDGED) {
      if (kind.equals("good") && !output) {
        continue;
      }
      String from = source(kind, output);
      row.merge(kind, sums.getOrDefault(from, 0.0), Double::sum);
      if (GOES_ON.contains(kind)) {
        row.merge("gap_" + kind, sums.getOrDefault(MachineModel.gap(from), 0.0), Double::sum);
        row.merge(
            MachineModel.timed(kind),
            sums.getOrDefault(MachineModel.timed(from), 0.0),
            Double::sum);
      }
    }
  }

  private static String source(String kind, boolean output) {
    return kind.equals("total") && !output ? "scrap" : kind;
  }

  /** Those of the output, and what the machines before it threw away. */
  private void pieces(
      Plant.Line line, MachineModel bottleneck, Map<String, Double> row, Model.Row wanted) {
    PIECES_OF_LINE.forEach(field -> row.put(field, 0.0));
    for (MachineModel machine : machines) {
      boolean output = line.output().contains(machine.name());
      addPieces(row, machine.sums(wanted), output);
      for (String kind : GOES_ON) {
        boolean counts = output || kind.equals("total");
        if (machine != bottleneck && counts) {
          divide(bottleneck, machine, kind, source(kind, output), row, wanted);
        }
      }
    }
  }

  /** Minute by minute: pieces are divided as the planned busy time of the bottleneck is. */
  private static void divide(
      MachineModel bottleneck,
      MachineModel machine,
      String kind,
      String from,
      Map<String, Double> row,
      Model.Row wanted) {
    for (long minute = wanted.start(); minute < wanted.end(); minute += WorkCalendar.MINUTE) {
      Map<String, Double> sums = machine.minute(minute);
      double made = sums.getOrDefault(MachineModel.timed(from), 0.0);
      if (made == 0) {
        continue;
      }
      Map<String, Double> of = bottleneck.minute(minute);
      double unknown = of.get("unknown_s");
      double unseen = unknown == 0 ? 0 : made * unknown / of.get("planned_busy_s");
      row.merge("gap_" + kind, unseen, Double::sum);
      row.merge(MachineModel.timed(kind), -unseen, Double::sum);
      if (of.get(MachineModel.APT) == 0) {
        row.merge("stock_" + kind, made - unseen, Double::sum);
      }
    }
  }
}
