package io.weir.gateway.efficiency.figure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Every number of a row of {@code efficiency}, by its name in the store. Rows and the API are made
 * of these lists, so what is stored can be asked for too.
 */
public final class FigureFields {

  /** One figure by its name; {@code NaN} where it is not defined. */
  public record Field(String name, ToDoubleFunction<Figures> value) {

    public double of(Figures figures) {
      return value.applyAsDouble(figures);
    }
  }

  private static Field time(String name, int place) {
    return new Field(name, figures -> figures.seconds(place));
  }

  private static Field energy(String name, int place) {
    return new Field(name, figures -> figures.energyKwh(place));
  }

  /** Of pieces: these are in rows of products too. */
  public static final List<Field> PIECES =
      List.of(
          new Field("total", Figures::total),
          new Field("good", Figures::good),
          new Field("scrap", Figures::scrap),
          new Field("rework", Figures::rework),
          new Field("gap_total", Figures::gapTotal),
          new Field("gap_good", Figures::gapGood),
          new Field("ideal_total_s", Figures::idealTotal),
          new Field("ideal_good_s", Figures::idealGood),
          new Field("quality_ratio", Figures::qualityRatio),
          new Field("scrap_ratio", Figures::scrapRatio),
          new Field("rework_ratio", Figures::reworkRatio),
          new Field("production_loss_ratio", Figures::productionLossRatio));

  /** Of orders. */
  public static final List<Field> OF_ORDERS =
      List.of(
          new Field("throughput_rate", Figures::throughputRate),
          new Field("allocation_ratio", Figures::allocationRatio),
          new Field("production_process_ratio", Figures::productionProcessRatio));

  /** Of shifts and days: scrap is often booked later than the pieces were made. */
  public static final List<Field> JUDGED =
      List.of(new Field("contradictory", Figures::contradictory));

  /** Of lines and above. */
  public static final List<Field> FROM_STOCK =
      List.of(
          new Field("stock_total", Figures::stockTotal),
          new Field("stock_good", Figures::stockGood));

  /** Where there is a tree of reasons. */
  public static final List<Field> BY_REASON = List.of(time("uncoded_s", Sums.UNCODED));

  public static final List<Field> TIMES_AND_RATIOS =
      List.of(
          time("run_s", Sums.RUN),
          time("setup_s", Sums.SETUP),
          time("micro_stop_s", Sums.MICRO_STOP),
          time("starved_s", Sums.STARVED),
          time("blocked_s", Sums.BLOCKED),
          time("down_s", Sums.DOWN),
          time("idle_s", Sums.IDLE),
          time("unknown_s", Sums.UNKNOWN),
          new Field("planned_busy_s", Figures::plannedBusy),
          new Field("known_s", Figures::known),
          time("planned_stop_s", Sums.PLANNED_STOP),
          time("calendar_s", Sums.CALENDAR),
          time("repair_s", Sums.REPAIR),
          new Field("failures", Figures::failures),
          new Field("micro_stops", Figures::microStops),
          new Field("implausible", Figures::implausible),
          new Field("energy_kwh", Figures::energyKwh),
          energy("energy_run_kwh", Sums.ENERGY_RUN),
          energy("energy_setup_kwh", Sums.ENERGY_SETUP),
          energy("energy_stop_kwh", Sums.ENERGY_STOP),
          energy("energy_unknown_kwh", Sums.ENERGY_UNKNOWN),
          new Field("energy_planned_stop_kwh", Figures::plannedStopKwh),
          new Field("kwh_per_unit", Figures::kwhPerUnit),
          new Field("availability", Figures::availability),
          new Field("effectiveness", Figures::effectiveness),
          new Field("oee", Figures::oee),
          new Field("target_ideal_s", Figures::targetIdeal),
          new Field("target_oee", Figures::targetOee),
          new Field("nee", Figures::nee),
          new Field("teep", Figures::teep),
          new Field("coverage", Figures::coverage),
          new Field("mtbf_s", Figures::mtbf),
          new Field("mttr_s", Figures::mttr),
          new Field("mttf_s", Figures::mttf),
          new Field("allocation_efficiency", Figures::allocationEfficiency),
          new Field("utilization_efficiency", Figures::utilizationEfficiency),
          new Field("technical_efficiency", Figures::technicalEfficiency),
          new Field("setup_ratio", Figures::setupRatio),
          new Field("equipment_load", Figures::equipmentLoad),
          new Field("members", Figures::members),
          new Field("expected", Figures::expected));

  /** Energy by use, which a correction moves in a whole bucket. */
  private static final Set<String> BY_USE =
      Set.of(
          "energy_run_kwh",
          "energy_setup_kwh",
          "energy_stop_kwh",
          "energy_unknown_kwh",
          "energy_planned_stop_kwh");

  /** Of products, beside their pieces. */
  public static final List<Field> OF_PRODUCTS =
      TIMES_AND_RATIOS.stream().filter(field -> !BY_USE.contains(field.name())).toList();

  private static final List<Field> ALL =
      Stream.of(TIMES_AND_RATIOS, JUDGED, PIECES, FROM_STOCK, BY_REASON)
          .flatMap(List::stream)
          .toList();

  private FigureFields() {}

  /** The name of every field. */
  public static List<String> names() {
    return ALL.stream().map(Field::name).toList();
  }

  /**
   * All that are defined.
   *
   * @param hasReasons whether there is a tree of reasons
   */
  public static Map<String, Double> of(Figures figures, boolean hasReasons) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (Field field : ALL) {
      double value = field.of(figures);
      if (!Double.isNaN(value) && (hasReasons || !BY_REASON.contains(field))) {
        values.put(field.name(), value);
      }
    }
    return values;
  }
}
