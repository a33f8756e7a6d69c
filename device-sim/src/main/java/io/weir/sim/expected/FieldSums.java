package io.weir.sim.expected;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sums by field name, and the ratios of these sums. Times are summed in milliseconds, so that they
 * are exact, and returned in seconds.
 *
 * <p>Mutable; one thread.
 */
final class FieldSums {

  /** Pieces that were not made during unknown time: only these have an ideal time. */
  static final String TIMED_TOTAL = "timed_total";

  static final String TIMED_SCRAP = "timed_scrap";

  /** Time of stops whose reason is not in the tree of reasons, milliseconds. */
  static final String UNCODED = "uncoded_s";

  /** The energy, and that of each use. */
  static final List<String> ENERGY =
      List.of(
          "energy_kwh",
          "energy_run_kwh",
          "energy_setup_kwh",
          "energy_stop_kwh",
          "energy_unknown_kwh",
          "energy_planned_stop_kwh");

  // Pieces of a line that were made while the state of its bottleneck was unknown.
  static final String UNSEEN_TOTAL = "unseen_total";
  static final String UNSEEN_GOOD = "unseen_good";

  /** Fields that only lines, areas and sites have: pieces made while the bottleneck stood still. */
  private static final List<String> FROM_STOCK = List.of("stock_total", "stock_good");

  /** A line needs this part of its time in shifts to be compared with pieces. */
  private static final double LEAST_TIME = 0.1;

  /** Times of a machine, summed in milliseconds. */
  static final List<String> TIMES =
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
          "repair_s");

  private static final List<String> OTHERS =
      List.of(
          "total",
          "good",
          "scrap",
          "rework",
          "gap_total",
          "gap_good",
          "ideal_total_s",
          "ideal_good_s",
          "failures",
          "micro_stops",
          "implausible",
          "members",
          "expected");

  private final Map<String, Double> sums = new TreeMap<>();

  void add(String field, double value) {
    sums.merge(field, value, Double::sum);
  }

  void add(FieldSums other) {
    other.sums.forEach(this::add);
  }

  double get(String field) {
    return sums.getOrDefault(field, 0.0);
  }

  /** Adds these fields of another. */
  void take(FieldSums other, Iterable<String> fields) {
    fields.forEach(field -> add(field, other.get(field)));
  }

  /** Every field of a row of a machine; undefined ratios are absent. */
  Map<String, Double> fields() {
    return fields(0);
  }

  /** Every field of a row of a line, an area or a site. */
  Map<String, Double> fieldsOfLines() {
    Map<String, Double> fields = fields(LEAST_TIME);
    FROM_STOCK.forEach(field -> fields.put(field, get(field)));
    return fields;
  }

  private Map<String, Double> fields(double leastTime) {
    Map<String, Double> fields = new LinkedHashMap<>();
    TIMES.forEach(field -> fields.put(field, get(field) / 1000));
    OTHERS.forEach(field -> fields.put(field, get(field)));
    ENERGY.forEach(field -> fields.put(field, get(field)));
    double busyMs = 0;
    for (TimeCategory category : TimeCategory.values()) {
      busyMs += category == TimeCategory.PLANNED ? 0 : get(category.field());
    }
    double busy = busyMs / 1000;
    double known = (busyMs - get("unknown_s")) / 1000;
    double run = get("run_s") / 1000;
    double total = get("total");
    double idealGood = get("ideal_good_s");
    fields.put("planned_busy_s", busy);
    fields.put("known_s", known);
    ratio(fields, "availability", run, known);
    double least = leastTime * (busy + get("planned_stop_s") / 1000);
    ratio(fields, "effectiveness", get("ideal_total_s"), run < least ? 0 : run);
    ratio(fields, "quality_ratio", get("good"), total);
    ratio(fields, "oee", idealGood, known < least ? 0 : known);
    ratio(fields, "teep", idealGood, get("calendar_s") / 1000);
    ratio(fields, "scrap_ratio", get("scrap"), total);
    ratio(fields, "production_loss_ratio", total - get("good") - get("rework"), total);
    double idle = get("idle_s") / 1000;
    double setup = get("setup_s") / 1000;
    ratio(fields, "allocation_efficiency", known - idle, known);
    ratio(fields, "utilization_efficiency", run, known - idle);
    ratio(fields, "technical_efficiency", run, known - idle - setup);
    ratio(fields, "setup_ratio", setup, run + setup);
    ratio(fields, "equipment_load", get("ideal_total_s"), known);
    ratio(fields, "mttf_s", known - idle - get("down_s") / 1000, get("failures"));
    ratio(fields, "coverage", known, busy);
    ratio(fields, "mtbf_s", run, get("failures"));
    ratio(fields, "mttr_s", get("repair_s") / 1000, get("failures"));
    ratio(fields, "kwh_per_unit", get("energy_kwh"), total);
    Double effectiveness = fields.get("effectiveness");
    Double quality = fields.get("quality_ratio");
    if (effectiveness != null && quality != null) {
      ratio(fields, "nee", (run + get("setup_s") / 1000) * effectiveness * quality, known);
    }
    return fields;
  }

  private static void ratio(Map<String, Double> fields, String name, double of, double by) {
    if (by > 0) {
      fields.put(name, of / by);
    }
  }
}
