package io.weir.gateway.efficiency.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ratios of a row, from its sums. */
final class Ratios {

  /** What has the pieces of a row. */
  enum Level {
    MACHINE,
    /** Lines with an entry, and sums of them. */
    LINES,
    /** Sums with machines that make no common piece. */
    SUM
  }

  /** The OEE that is aimed at: the plants of the model have no other one. */
  private static final double TARGET = 0.75;

  /** A sum of parts that is 0 may be a little off it. */
  private static final double ROUNDING = 1e-7;

  private Ratios() {}

  /**
   * @param metered whether any machine has a meter
   * @param level of the pieces
   */
  static void add(Map<String, Double> row, boolean metered, Level level) {
    boolean bySum = level == Level.SUM;
    double known = row.get("known_s");
    double production = row.get(MachineModel.APT);
    put(row, "availability", production, known);
    double inShifts = row.get("planned_busy_s") + row.get("planned_stop_s");
    boolean compares = level != Level.LINES || known >= inShifts / 10;
    boolean comparesWork = level != Level.LINES || production >= inShifts / 10;
    put(row, "effectiveness", comparesWork ? row.get("ideal_total_s") : null, production);
    put(row, "oee", compares ? row.get("ideal_good_s") : null, known);
    row.put("target_ideal_s", TARGET * known);
    put(row, "target_oee", row.get("target_ideal_s"), known);
    put(row, "teep", row.get("ideal_good_s"), row.get("calendar_s"));
    if (bySum) {
      put(row, "quality_ratio", row.get("ideal_good_s"), row.get("ideal_total_s"));
    } else {
      put(row, "quality_ratio", row.get("good"), row.get("total"));
      put(row, "scrap_ratio", row.get("scrap"), row.get("total"));
      put(row, "rework_ratio", reworked(row), row.get("total"));
      put(row, "production_loss_ratio", lost(row), row.get("total"));
      put(row, "kwh_per_unit", metered ? row.get("energy_kwh") : null, row.get("total"));
    }
    double busy = known - row.get("idle_s");
    put(row, "allocation_efficiency", busy, known);
    put(row, "utilization_efficiency", production, busy);
    put(row, "technical_efficiency", production, busy - row.get("setup_s"));
    put(row, "setup_ratio", row.get("setup_s"), production + row.get("setup_s"));
    put(row, "equipment_load", row.get("ideal_total_s"), known);
    put(row, "mttf_s", busy - row.get("down_s"), row.get("failures"));
    put(row, "coverage", known, row.get("planned_busy_s"));
    put(row, "mtbf_s", production, row.get("failures"));
    put(row, "mttr_s", row.get("repair_s"), row.get("failures"));
    if (row.containsKey("effectiveness") && row.containsKey("quality_ratio")) {
      double factors = row.get("effectiveness") * row.get("quality_ratio");
      put(row, "nee", (production + row.get("setup_s")) * factors, known);
    }
  }

  private static @Nullable Double reworked(Map<String, Double> row) {
    return row.containsKey(MachineModel.REWORKED) ? row.get("rework") : null;
  }

  private static @Nullable Double lost(Map<String, Double> row) {
    return row.containsKey("good") ? row.get("total") - row.get("good") - row.get("rework") : null;
  }

  private static void put(
      Map<String, Double> row, String field, @Nullable Double of, @Nullable Double by) {
    if (of != null && by != null && by > ROUNDING && of > -ROUNDING && !Double.isNaN(of)) {
      row.put(field, of / by);
    }
  }
}
