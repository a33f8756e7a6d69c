package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.PlannedOrder;
import io.weir.gateway.efficiency.model.Plant;
import io.weir.gateway.efficiency.model.Told;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The configuration of a seeded plant. */
final class FedPlant {

  private FedPlant() {}

  static EfficiencyConfigBuilder config(Plant plant) {
    return config(plant, (machine, metric) -> true);
  }

  /**
   * @param tells whether a machine, by its path, ever tells a counter or a meter
   */
  static EfficiencyConfigBuilder config(Plant plant, BiPredicate<String, String> tells) {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.energy = null;
    config.zone = plant.zone().getId();
    config.productionDay = plant.productionDay().toString();
    config.holidays = plant.holidays();
    config.reasons = FedReasons.tree(plant);
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
      config.machines.add(machine(machine, metric -> tells.test(machine.asset(), metric)));
    }
    for (Plant.Signal signal : plant.signals()) {
      config.signals.add(
          new EfficiencyConfig.Monitored(
              signal.asset(),
              Told.TEMPERATURE,
              Duration.ofNanos(signal.window()),
              known(signal.lower()),
              known(signal.upper()),
              known(signal.center()),
              known(signal.sigma())));
    }
    for (Plant.Line line : plant.lines()) {
      config.lines.add(
          new EfficiencyConfig.Line(line.asset(), List.of(), line.output(), line.bottleneck()));
    }
    for (Plant.PlannedOrder each : plant.planned()) {
      config.planned.add(
          new PlannedOrder(
              FedCorrections.asset(each.asset()),
              each.order(),
              each.product(),
              each.quantity(),
              null,
              null));
    }
    return config;
  }

  private static EfficiencyConfig.Machine machine(Plant.Machine machine, Predicate<String> tells) {
    EfficiencyConfigBuilder defaults = new EfficiencyConfigBuilder();
    return new EfficiencyConfig.Machine(
        machine.asset(),
        new EfficiencyConfig.StateMapping(
            defaults.state.signals(), machine.tellsReasons() ? Told.REASON : null),
        new EfficiencyConfig.Counts(
            tells.test(Told.TOTAL) ? Told.TOTAL : null,
            tells.test(Told.GOOD) ? Told.GOOD : null,
            tells.test(Told.SCRAP) ? Told.SCRAP : null,
            null,
            EfficiencyConfig.CountKind.valueOf(machine.kind().name()),
            machine.rollover(),
            machine.assumeGood(),
            machine.kind() == Plant.Kind.ORDER ? Told.ORDER : null),
        cycle(machine.cycle()),
        tells.test(Told.ENERGY)
            ? new EfficiencyConfig.Energy(Told.ENERGY, EfficiencyConfig.EnergyKind.CUMULATIVE)
            : null,
        Duration.ofNanos(machine.microStop()),
        Duration.ofNanos(machine.silentAfter()),
        machine.microStopsArePerformance()
            ? EfficiencyConfig.Loss.PERFORMANCE
            : EfficiencyConfig.Loss.AVAILABILITY,
        Duration.ofNanos(machine.reasonBefore()),
        null,
        machine.tellsOrders()
            ? new EfficiencyConfig.OrderSignals(
                Told.ORDER, null, machine.tellsQuantities() ? Told.QUANTITY : null)
            : null);
  }

  private static @Nullable Double known(double value) {
    return Double.isNaN(value) ? null : value;
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
}
