package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.model.Model;
import io.weir.gateway.efficiency.model.Plant;
import io.weir.gateway.efficiency.model.PlantGenerator;
import io.weir.gateway.efficiency.model.Told;
import io.weir.gateway.model.Quality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One seeded plant, folded by the gateway and calculated by the model. */
final class ModelComparison {

  /** Fields that say how a row was written, not what it says. */
  private static final Set<String> OF_WRITING =
      Set.of("revision", "undefined", "final", "basis", "origin");

  /** What the model does not calculate yet: it has no energy by use and no rework. */
  static final Set<String> NOT_MODELLED =
      Set.of(
          "energy_run_kwh",
          "energy_setup_kwh",
          "energy_stop_kwh",
          "energy_unknown_kwh",
          "energy_planned_stop_kwh",
          "rework_ratio");

  private static final Set<String> PIECES_OVER_TIME =
      Set.of("equipment_load", "effectiveness", "oee", "nee");

  private final long seed;
  private final PlantGenerator generated;
  private int rows;
  private int fields;

  ModelComparison(long seed) {
    this.seed = seed;
    generated = new PlantGenerator(seed);
  }

  int rows() {
    return rows;
  }

  int fields() {
    return fields;
  }

  /** What differs: seed, row, field, what the fold wrote and what the model says. */
  List<String> differences() {
    Map<String, Map<String, Object>> folded = folded();
    Map<String, Map<String, Double>> modelled =
        new Model(generated.plant(), generated.told()).rows();
    List<String> differences = new ArrayList<>();
    Set<String> names = new TreeSet<>(folded.keySet());
    names.addAll(modelled.keySet());
    for (String name : names) {
      compare(name, folded.get(name), modelled.get(name), differences);
    }
    return differences;
  }

  private void compare(
      String row,
      @Nullable Map<String, Object> folded,
      @Nullable Map<String, Double> modelled,
      List<String> differences) {
    if (folded == null || modelled == null) {
      if (folded == null || Boolean.TRUE.equals(folded.get("final"))) {
        differences.add("seed %d: %s: row is %s, not %s".formatted(seed, row, folded, modelled));
      }
      return;
    }
    rows++;
    Set<String> names = new TreeSet<>(folded.keySet());
    names.addAll(modelled.keySet());
    names.removeAll(OF_WRITING);
    names.removeAll(NOT_MODELLED);
    for (String field : names) {
      fields++;
      Double mine = (Double) folded.get(field);
      Double other = modelled.get(field);
      if (mine == null
          || other == null
          || !(Math.abs(mine - other) <= tolerance(field, other, modelled))) {
        differences.add("seed %d: %s: %s is %s, not %s".formatted(seed, row, field, mine, other));
      }
    }
  }

  /** The fold counts millionths of a piece: over a short time they are more. */
  private static double tolerance(String field, double value, Map<String, Double> row) {
    double time = row.getOrDefault("known_s", 1.0);
    double least = PIECES_OVER_TIME.contains(field) && time > 0 ? Math.min(1, time) : 1;
    return 1e-5 * Math.max(1, Math.abs(value)) / least;
  }

  private Map<String, Map<String, Object>> folded() {
    EfficiencyConfigBuilder config = config(generated.plant());
    FoldScenario scenario = new FoldScenario(config);
    LastWrites last = new LastWrites();
    for (PlantGenerator.Delivery delivery : generated.deliveries()) {
      if (delivery.restartBefore()) {
        scenario.fold.flush();
        scenario.fold.flushLines();
        last.write(scenario.fold.takeRows());
        scenario.fold = Fold.decode(scenario.fold.encode(), config.build());
      }
      List<Object> values = new ArrayList<>();
      delivery.told().values().forEach((metric, value) -> values.addAll(List.of(metric, value)));
      String asset = delivery.told().asset();
      long time = delivery.told().time();
      scenario.fold.accept(
          scenario.message(asset, time, delivery.arrival(), Quality.GOOD, values.toArray()));
      if (delivery.restartBefore() || delivery.arrival() % 40 == 0) {
        scenario.fold.flushLines();
      }
      last.write(scenario.fold.takeRows());
    }
    scenario.fold.flush();
    scenario.fold.flushLines();
    last.write(scenario.fold.takeRows());
    Map<String, Map<String, Object>> rows = last.rows();
    rows.keySet().removeIf(name -> !name.startsWith("efficiency "));
    return rows;
  }

  private static EfficiencyConfigBuilder config(Plant plant) {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.zone = plant.zone().getId();
    config.holidays = plant.holidays();
    config.lateness = Duration.ofNanos(plant.lateness());
    for (Plant.Shift shift : plant.shifts()) {
      EfficiencyConfig.Break[] breaks =
          shift.breaks().stream()
              .map(b -> EfficiencyConfigBuilder.pause(b.start().toString(), b.minutes()))
              .toArray(EfficiencyConfig.Break[]::new);
      config.shift(
          shift.name(), shift.days(), shift.start().toString(), shift.end().toString(), breaks);
    }
    for (Plant.Machine machine : plant.machines()) {
      config.machines.add(machine(machine));
    }
    for (Plant.Line line : plant.lines()) {
      config.lines.add(
          new EfficiencyConfig.Line(line.asset(), List.of(), line.output(), line.bottleneck()));
    }
    return config;
  }

  private static EfficiencyConfig.Machine machine(Plant.Machine machine) {
    EfficiencyConfigBuilder defaults = new EfficiencyConfigBuilder();
    return new EfficiencyConfig.Machine(
        machine.asset(),
        defaults.state,
        new EfficiencyConfig.Counts(
            Told.TOTAL,
            Told.GOOD,
            Told.SCRAP,
            null,
            EfficiencyConfig.CountKind.valueOf(machine.kind().name()),
            machine.rollover(),
            machine.assumeGood(),
            Told.ORDER),
        cycle(machine.cycle()),
        new EfficiencyConfig.Energy(Told.ENERGY, EfficiencyConfig.EnergyKind.CUMULATIVE),
        Duration.ofNanos(machine.microStop()),
        Duration.ofNanos(machine.silentAfter()),
        machine.microStopsArePerformance()
            ? EfficiencyConfig.Loss.PERFORMANCE
            : EfficiencyConfig.Loss.AVAILABILITY,
        Duration.ofNanos(machine.reasonBefore()),
        null,
        null);
  }

  private static EfficiencyConfig.IdealCycle cycle(Plant.Cycle cycle) {
    Map<String, Double> products = cycle.products();
    if (products == null) {
      return new EfficiencyConfig.ConstantCycle(seconds(cycle.seconds()));
    }
    Map<String, Duration> table = new HashMap<>();
    new TreeMap<>(products).forEach((product, s) -> table.put(product, seconds(s)));
    return new EfficiencyConfig.ProductCycle(Told.PRODUCT, table);
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  /** Compares the plants of some seeds and prints what differs: {@code FIRST COUNT}. */
  public static void main(String[] args) {
    long first = Long.parseLong(args[0]);
    long different = 0;
    long rows = 0;
    long fields = 0;
    long end = first + Long.parseLong(args[1]);
    for (long seed = first; seed < end; seed++) {
      ModelComparison comparison = new ModelComparison(seed);
      List<String> differences = comparison.differences();
      rows += comparison.rows();
      fields += comparison.fields();
      different += differences.isEmpty() ? 0 : 1;
      differences.stream().limit(20).forEach(System.out::println);
    }
    System.out.println("not modelled: " + new TreeSet<>(NOT_MODELLED));
    System.out.printf("%d rows, %d fields, %d seeds differ%n", rows, fields, different);
    System.exit(different == 0 ? 0 : 1);
  }
}
