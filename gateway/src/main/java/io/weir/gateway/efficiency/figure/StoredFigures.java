package io.weir.gateway.efficiency.figure;

import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Figures made of the fields of a row that was written before. Times, pieces and counts are those
 * of the row, so the ratios are too; {@link Figures#plan} takes the pieces of known time to be all
 * that bridge no unknown time.
 */
public final class StoredFigures {

  /** The measurement of rows of figures. */
  public static final String FIGURES = FigureNames.EFFICIENCY;

  /** The measurement of rows of states. */
  public static final String STATES = FigureNames.STATE;

  /** The measurement of rows of stops. */
  public static final String STOPS = FigureNames.STOPS;

  private static final double NS = 1e9;

  /** Places of times in nanoseconds. */
  private static final Map<String, Integer> TIMES =
      Map.ofEntries(
          Map.entry("run_s", Sums.RUN),
          Map.entry("setup_s", Sums.SETUP),
          Map.entry("micro_stop_s", Sums.MICRO_STOP),
          Map.entry("starved_s", Sums.STARVED),
          Map.entry("blocked_s", Sums.BLOCKED),
          Map.entry("down_s", Sums.DOWN),
          Map.entry("idle_s", Sums.IDLE),
          Map.entry("unknown_s", Sums.UNKNOWN),
          Map.entry("planned_stop_s", Sums.PLANNED_STOP),
          Map.entry("calendar_s", Sums.CALENDAR),
          Map.entry("repair_s", Sums.REPAIR),
          Map.entry("ideal_total_s", Sums.IDEAL_TOTAL),
          Map.entry("ideal_good_s", Sums.IDEAL_GOOD),
          Map.entry("target_ideal_s", Sums.TARGET),
          Map.entry("uncoded_s", Sums.UNCODED));

  /** Places of pieces, in millionths. */
  private static final Map<String, Integer> PIECES =
      Map.of(
          "total", Sums.TOTAL,
          "good", Sums.GOOD,
          "scrap", Sums.SCRAP,
          "rework", Sums.REWORK,
          "gap_total", Sums.GAP_TOTAL,
          "gap_good", Sums.GAP_GOOD,
          "stock_total", Sums.STOCK_TOTAL,
          "stock_good", Sums.STOCK_GOOD);

  /** Places of energy, in billionths of a kWh. */
  private static final Map<String, Integer> ENERGY =
      Map.of(
          "energy_kwh", Sums.ENERGY,
          "energy_run_kwh", Sums.ENERGY_RUN,
          "energy_setup_kwh", Sums.ENERGY_SETUP,
          "energy_stop_kwh", Sums.ENERGY_STOP,
          "energy_unknown_kwh", Sums.ENERGY_UNKNOWN);

  private static final Map<String, Integer> COUNTS =
      Map.of(
          "failures", Sums.FAILURES,
          "micro_stops", Sums.MICRO_STOPS,
          "implausible", Sums.IMPLAUSIBLE,
          "contradictory", Sums.CONTRADICTORY,
          "members", Sums.MEMBERS);

  /** What says how the row was made, beside its numbers. */
  private static final List<String> OTHERS =
      List.of(
          "availability",
          "rework_ratio",
          "teep",
          "equipment_load",
          "expected",
          "basis",
          "final",
          "revision",
          "undefined");

  private StoredFigures() {}

  /** All measurements of figures: a store holds no readings in them. */
  public static Set<String> measurements() {
    return Derived.MEASUREMENTS;
  }

  /** The fields that figures are made of. */
  public static List<String> fields() {
    List<String> fields = new ArrayList<>();
    for (Map<String, Integer> each : List.of(TIMES, PIECES, ENERGY, COUNTS)) {
      fields.addAll(each.keySet());
    }
    fields.addAll(OTHERS);
    return fields;
  }

  /**
   * The figures of a row.
   *
   * @param row its fields by name
   * @return {@code null} of a row that was taken back
   */
  public static @Nullable Figures of(Map<String, Value> row) {
    Map<String, Value> defined = new HashMap<>(row);
    if (row.get("undefined") instanceof Value.Text text) {
      // A store that keeps the fields of an earlier row still has those that are no more defined.
      defined.keySet().removeAll(List.of(text.value().split(",")));
    }
    if (number(defined, "members", 0) == 0) {
      return null;
    }
    long[] sums = Sums.none();
    fill(sums, defined, TIMES, NS);
    fill(sums, defined, PIECES, Sums.PIECE);
    fill(sums, defined, ENERGY, Sums.KWH);
    fill(sums, defined, COUNTS, 1);
    int expected = (int) number(defined, "expected", sums[Sums.MEMBERS]);
    sums[Sums.APT] =
        defined.containsKey("availability")
            ? Math.round(number(defined, "availability", 0) * Sums.known(sums))
            : sums[Sums.RUN];
    Figures.Basis basis = basis(defined);
    boolean hasNoPieces = basis == Figures.Basis.SUM; // only their ideal times
    sums[Sums.NO_TOTAL] = absent(defined, hasNoPieces ? "ideal_total_s" : "total");
    sums[Sums.NO_GOOD] = absent(defined, hasNoPieces ? "ideal_good_s" : "good");
    sums[Sums.NO_CYCLE] = absent(defined, "ideal_total_s") * absent(defined, "ideal_good_s");
    sums[Sums.CYCLE_KNOWN] = 1 - sums[Sums.NO_CYCLE];
    sums[Sums.WITHOUT_CYCLE] = withoutCycle(sums, defined);
    sums[Sums.TIMED_TOTAL] = sums[Sums.TOTAL] - sums[Sums.GAP_TOTAL];
    sums[Sums.METERED] = 1 - absent(defined, "energy_run_kwh");
    sums[Sums.REWORKED] = 1 - absent(defined, "rework_ratio");
    sums[Sums.REVISION] = (long) number(defined, "revision", 0);
    sums[Sums.FINAL] =
        defined.get("final") instanceof Value.Flag flag && flag.value() ? expected : 0;
    return new Figures(sums, basis, expected);
  }

  /** Pieces have no ideal cycle where a ratio is absent although both of its numbers are there. */
  private static long withoutCycle(long[] sums, Map<String, Value> row) {
    boolean isDefined = row.containsKey("teep") || row.containsKey("equipment_load");
    boolean ofGood = number(row, "ideal_good_s", -1) >= 0 && sums[Sums.CALENDAR] > 0;
    boolean ofTotal = number(row, "ideal_total_s", -1) >= 0 && Sums.known(sums) > 0;
    return !isDefined && (ofGood || ofTotal) ? 1 : 0;
  }

  private static void fill(
      long[] sums, Map<String, Value> row, Map<String, Integer> places, double unit) {
    places.forEach((field, place) -> sums[place] = Math.round(number(row, field, 0) * unit));
  }

  private static long absent(Map<String, Value> row, String field) {
    return row.containsKey(field) ? 0 : 1;
  }

  private static double number(Map<String, Value> row, String field, double absent) {
    Value value = row.get(field);
    if (value instanceof Value.Real real) {
      return real.value();
    }
    return value instanceof Value.Whole whole ? whole.value() : absent;
  }

  private static Figures.Basis basis(Map<String, Value> row) {
    if (row.get("basis") instanceof Value.Text text) {
      for (Figures.Basis each : Figures.Basis.values()) {
        if (each.name().toLowerCase(Locale.ROOT).equals(text.value())) {
          return each;
        }
      }
    }
    return Figures.Basis.MACHINE;
  }

  /** Of an asset of which nothing is known. */
  public static Figures none() {
    return new Figures(Sums.none(), Figures.Basis.MACHINE, 1);
  }

  /**
   * The figures of an asset over several rows that follow each other. What a row without planned
   * time does not have takes nothing from the others.
   *
   * @param rows one at least
   */
  public static Figures sum(List<Figures> rows) {
    List<Figures> worked = rows.stream().filter(row -> row.plannedBusy() > 0).toList();
    List<Figures> deciding = worked.isEmpty() ? rows : worked;
    long[] sums = Sums.none();
    int expected = 0;
    for (Figures row : rows) {
      Sums.append(sums, row.sums());
      expected = Math.max(expected, row.expected());
    }
    sums[Sums.MEMBERS] = most(rows, Sums.MEMBERS);
    boolean isFinal = rows.stream().allMatch(Figures::isFinal);
    sums[Sums.FINAL] = isFinal ? expected : 0;
    for (int place : new int[] {Sums.NO_TOTAL, Sums.NO_GOOD, Sums.NO_CYCLE}) {
      sums[place] = most(deciding, place);
    }
    sums[Sums.CYCLE_KNOWN] = 1 - sums[Sums.NO_CYCLE];
    sums[Sums.WITHOUT_CYCLE] = most(deciding, Sums.WITHOUT_CYCLE);
    boolean lacksPieces = deciding.stream().anyMatch(row -> row.basis() == Figures.Basis.SUM);
    return new Figures(sums, lacksPieces ? Figures.Basis.SUM : deciding.get(0).basis(), expected);
  }

  private static long most(List<Figures> rows, int place) {
    return rows.stream().mapToLong(row -> row.sums()[place]).max().orElse(0);
  }
}
