package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.correction.Change.Reclassified;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Quality;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The times of products in a shift and a day: all of them and what is of none are the time of the
 * machine.
 */
class ProductTimesTest {

  private static final String DAY = "2026-03-02T";
  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long BEGIN = StoredRows.nanos(DAY + "06:00:00Z");

  /** What is a sum over time. */
  private static final List<String> SUMS =
      Stream.concat(
              StoredRows.TIMES.stream(),
              Stream.of(
                  "known_s",
                  "repair_s",
                  "failures",
                  "micro_stops",
                  "total",
                  "good",
                  "scrap",
                  "gap_total",
                  "ideal_total_s",
                  "ideal_good_s",
                  "target_ideal_s",
                  "energy_kwh"))
          .toList();

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  ProductTimesTest() {
    config.lateness = Duration.ofMinutes(10);
    config.cycle =
        new EfficiencyConfig.ProductCycle(
            "product", Map.of("A", Duration.ofSeconds(1), "B", Duration.ofSeconds(2)));
    config.energy = new EfficiencyConfig.Energy("power", EfficiencyConfig.EnergyKind.POWER);
  }

  private static Map<String, Object> product(FoldScenario scenario, String product) {
    return product(scenario, "shift", product);
  }

  private static Map<String, Object> product(FoldScenario scenario, String kind, String product) {
    String tag = product.isEmpty() ? "" : ", product=" + product;
    return scenario.store.row(
        "efficiency_product s/a/l/m {bucket=" + kind + ", level=machine" + tag + ", shift=all}",
        StoredRows.nanos(DAY + "00:00:00Z"));
  }

  @Test
  void aProductHasTheTimeFromWhenItIsToldUntilAnotherOneIs() {
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "state", "RUNNING", "total", 0, "good", 0)
            .alive(DAY + "06:00:30Z", DAY + "06:05:00Z")
            .read(DAY + "06:05:00Z", "product", "A")
            .alive(DAY + "06:05:30Z", DAY + "06:15:00Z")
            .read(DAY + "06:15:00Z", "total", 500, "good", 480, "state", "DOWN")
            .alive(DAY + "06:15:30Z", DAY + "06:16:00Z")
            .read(DAY + "06:16:10Z", "product", "B")
            .read(DAY + "06:16:30Z", "state", "RUNNING")
            .alive(DAY + "06:17:00Z", DAY + "06:25:00Z")
            .read(DAY + "06:25:00Z", "total", 740, "good", 710)
            .flush();
    assertThat(product(scenario, "A"))
        .containsEntry("run_s", 600.0)
        .containsEntry("micro_stop_s", 70.0)
        .containsEntry("micro_stops", 1.0)
        .containsEntry("planned_busy_s", 670.0)
        .containsEntry("good", 480.0)
        .containsEntry("oee", 480.0 / 670);
    assertThat(product(scenario, "B"))
        .as("the micro-stop went on after the product was told")
        .containsEntry("run_s", 510.0)
        .containsEntry("micro_stop_s", 20.0)
        .containsEntry("micro_stops", 0.0)
        .containsEntry("oee", 230 * 2.0 / 530);
    assertThat(product(scenario, ""))
        .containsEntry("run_s", 300.0)
        .containsEntry("total", 0.0)
        .doesNotContainKey("quality_ratio");
    same(scenario);
  }

  @Test
  void aMachineWithoutProductsHasNoRowOfThem() {
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "state", "RUNNING", "total", 0, "good", 0)
            .alive(DAY + "06:00:30Z", DAY + "06:05:00Z")
            .flush();
    assertThat(scenario.store.rows("efficiency_product")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void allProductsAndTheRestAreTheMachine(int seed) {
    Random random = new Random(seed);
    config.shifts.clear();
    FoldScenario scenario = new FoldScenario(config);
    String[] states = {"RUNNING", "RUNNING", "SETUP", "DOWN", "IDLE", "STARVED"};
    int total = 0;
    long at = BEGIN;
    for (int i = 0; i < 900; i++) {
      at += random.nextInt(40) * SECOND / 2 + (random.nextInt(80) == 0 ? 400 * SECOND : 0);
      long time = random.nextInt(12) == 0 ? at - random.nextInt(240) * SECOND : at;
      if (random.nextInt(6) == 0) {
        told(scenario, time, at, "state", states[random.nextInt(states.length)]);
      }
      if (random.nextInt(4) == 0) {
        told(scenario, time, at, "product", random.nextBoolean() ? "A" : "B");
      }
      total += random.nextInt(9);
      told(scenario, at, at, "total", total, "good", total - total / 20, "power", 3.6);
      if (random.nextInt(250) == 0 && seed % 2 == 0) {
        scenario.restart();
      }
      if (random.nextInt(90) == 0 && seed % 2 == 1) {
        long from = at - random.nextInt(3600) * SECOND;
        scenario.fold.correct(
            new Correction(
                i,
                new Asset("s", "a", "l", "m"),
                from,
                from + (1 + random.nextInt(1200)) * SECOND,
                false,
                new Reclassified(MachineState.values()[random.nextInt(5)], null),
                "",
                List.of(),
                new Origin("anna", at, "")));
      }
    }
    scenario.flush();
    same(scenario);
    assertThat(product(scenario, "A")).isNotEmpty();
    assertThat(product(scenario, "B")).isNotEmpty();
    assertThat(scenario.revisions.fell).isEmpty();
  }

  private static void told(FoldScenario scenario, long at, long receivedNs, Object... fields) {
    scenario.accept(scenario.message(FoldScenario.MACHINE, at, receivedNs, Quality.GOOD, fields));
  }

  private static void same(FoldScenario scenario) {
    same(scenario, "shift");
    same(scenario, "day");
  }

  private static void same(FoldScenario scenario, String kind) {
    Map<String, Object> machine =
        scenario.store.efficiency(FoldScenario.MACHINE, kind, "all", DAY + "00:00:00Z");
    for (String field : SUMS) {
      double sum = 0;
      for (String product : List.of("A", "B", "")) {
        sum += (Double) product(scenario, kind, product).getOrDefault(field, 0.0);
      }
      assertThat(sum)
          .as("%s of a %s", field, kind)
          .isCloseTo((Double) machine.get(field), within(1e-6));
    }
  }

  @Test
  void aDayHasTheProductsOfAllItsShiftsAndOfTheTimeBetweenThem() {
    config.shifts.clear();
    config.shift("early", "06:00", "06:10").shift("late", "06:20", "06:30");
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "state", "RUNNING", "total", 0, "good", 0, "product", "A")
            .alive(DAY + "06:00:30Z", DAY + "06:15:00Z")
            .read(DAY + "06:15:00Z", "total", 600, "good", 600)
            .alive(DAY + "06:15:30Z", DAY + "06:25:00Z")
            .read(DAY + "06:25:00Z", "total", 900, "good", 900, "product", "B")
            .alive(DAY + "06:25:30Z", DAY + "06:35:00Z")
            .flush();
    assertThat(product(scenario, "day", "A"))
        .containsEntry("run_s", 900.0)
        .containsEntry("planned_busy_s", 900.0)
        .containsEntry("calendar_s", 1500.0)
        .containsEntry("good", 900.0)
        .containsEntry("members", 1.0);
    assertThat(product(scenario, "day", "B")).containsEntry("run_s", 300.0);
    same(scenario, "day");
  }
}
