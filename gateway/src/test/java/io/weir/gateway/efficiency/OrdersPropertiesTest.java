package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;

/** What must hold for the orders of any hours. */
class OrdersPropertiesTest {

  private static final long START = StoredRows.nanos("2026-03-02T05:00:00Z");
  private static final int STEPS = 6 * 60 * 3;
  private static final long STEP = 20 * ShiftCalendar.SECOND;

  /** All sums that both a shift and an order have. */
  private static final List<String> SUMS =
      List.of(
          "run_s",
          "setup_s",
          "micro_stop_s",
          "starved_s",
          "down_s",
          "idle_s",
          "unknown_s",
          "planned_busy_s",
          "known_s",
          "planned_stop_s",
          "calendar_s",
          "repair_s",
          "total",
          "good",
          "scrap",
          "gap_total",
          "gap_good",
          "ideal_total_s",
          "ideal_good_s",
          "failures",
          "micro_stops",
          "energy_kwh",
          "energy_run_kwh",
          "energy_setup_kwh");

  /** A machine that always makes an order, from its first reading to its last one. */
  private static final class Plant {
    final Random random;
    final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    final List<Message> messages = new ArrayList<>();
    int total = 100;
    int scrap = 3;
    int order = 1;

    Plant(int seed) {
      random = new Random(seed);
      config.shift("a", "04:00", "07:40", EfficiencyConfigBuilder.pause("06:00", 20));
      config.shift("b", "07:40", "10:00");
      config.lateness = Duration.ofMinutes(5);
      config.counts = EfficiencyConfigBuilder.count("total", null, "reject", kind(seed), 0);
      config.order = new EfficiencyConfig.OrderSignals("order", "product", null);
      FoldScenario maker = new FoldScenario(config);
      for (int step = 0; step <= STEPS; step++) {
        if (step == 0 || step == STEPS || random.nextInt(20) > 0) {
          add(maker, step);
        } else {
          step = Math.min(step + random.nextInt(8), STEPS - 1);
        }
      }
      for (int alive = 1; alive < 30; alive++) {
        long at = START + STEPS * STEP + alive * 3 * STEP / 2;
        messages.add(maker.message(FoldScenario.MACHINE, at, at, Quality.GOOD, "temperature", 1));
      }
    }

    private static EfficiencyConfig.CountKind kind(int seed) {
      return EfficiencyConfig.CountKind.values()[seed % 3];
    }

    private void add(FoldScenario maker, int step) {
      List<Object> fields = new ArrayList<>(List.of("temperature", 20.5));
      boolean begins = step > 0 && step < STEPS && random.nextInt(60) == 0;
      if (step == 0 || begins || random.nextInt(9) == 0) {
        order += begins ? 1 : 0;
        fields.addAll(List.of("order", step == STEPS ? "" : "order-" + order));
        total = begins && kind(0) == EfficiencyConfig.CountKind.ORDER ? 0 : total;
      }
      if (step == STEPS) {
        fields.addAll(List.of("order", ""));
      }
      if (step == 0 || random.nextInt(25) == 0) {
        fields.addAll(List.of("product", "p" + random.nextInt(3)));
      }
      if (step == 0 || random.nextInt(8) == 0) {
        fields.addAll(
            List.of(
                "state",
                List.of("RUNNING", "RUNNING", "IDLE", "DOWN", "STARVED", "SETUP", "FLYING")
                    .get(random.nextInt(7))));
      }
      if (step == 0 || random.nextInt(3) > 0) {
        total = random.nextInt(90) == 0 ? 0 : total + random.nextInt(12);
        fields.addAll(List.of("total", total));
      }
      if (step == 0 || random.nextInt(9) == 0) {
        scrap += random.nextInt(3);
        fields.addAll(List.of("reject", scrap));
      }
      if (step == 0 || step == STEPS || random.nextInt(4) == 0) {
        fields.addAll(List.of("energy", step * 0.25));
      }
      long at = START + step * STEP;
      messages.add(maker.message(FoldScenario.MACHINE, at, at, Quality.GOOD, fields.toArray()));
    }
  }

  private static double sum(Map<String, Map<String, Object>> rows, String field) {
    return rows.values().stream()
        .mapToDouble(row -> row.get(field) instanceof Double number ? number : 0)
        .sum();
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 12)
  void theOrdersOfAMachineAddUpToItsShifts(int seed) {
    Plant plant = new Plant(seed);
    FoldScenario scenario = new FoldScenario(plant.config);
    plant.messages.forEach(scenario::accept);
    scenario.flush();
    Map<String, Map<String, Object>> orders = scenario.store.rows("efficiency_order s/a/l/m");
    assertThat(orders).hasSizeGreaterThan(8);
    orders.values().forEach(row -> assertThat(row).containsEntry("final", true));
    orders.values().forEach(FigureIdentitiesTest::hold);
    Map<String, Map<String, Object>> days =
        scenario.store.rows("efficiency s/a/l/m {bucket=day, level=machine, shift=all}");
    // behind the last order only silence or signs of life
    double after = 29 * 1.5 * STEP / ShiftCalendar.SECOND;
    for (String field : SUMS) {
      double rest = sum(days, field) - sum(orders, field);
      boolean isTime = field.endsWith("_s") && !field.startsWith("ideal");
      if (isTime) {
        assertThat(rest).as(field).isBetween(-1e-6, after + 1e-6);
      } else if (!field.equals("failures") && !field.equals("micro_stops")) {
        assertThat(rest).as(field).isEqualTo(0, within(1e-3));
      } else {
        assertThat(rest).as(field).isBetween(0.0, 1.0);
      }
    }
    assertThat(sum(orders, "calendar_s"))
        .isEqualTo(STEPS * (double) STEP / ShiftCalendar.SECOND, within(1e-6));
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 9)
  void lateReadingsAndRestartsGiveTheSameOrders(int seed) {
    Plant plant = new Plant(seed);
    FoldScenario whole = new FoldScenario(plant.config);
    plant.messages.forEach(whole::accept);
    whole.flush();
    FoldScenario other = new FoldScenario(plant.config);
    TreeMap<Long, Message> arriving = new TreeMap<>();
    for (int i = 0; i < plant.messages.size(); i++) {
      Message message = plant.messages.get(i);
      long late = i > 0 && plant.random.nextInt(6) == 0 ? plant.random.nextInt(250) : 0;
      arriving.put(message.readings().get(0).timeNs() + late * ShiftCalendar.SECOND + i, message);
    }
    for (Message message : arriving.values()) {
      other.accept(message);
      if (plant.random.nextInt(40) == 0) {
        other.restart();
      }
    }
    other.flush();
    assertThat(StoredRows.differences(orders(whole.store), orders(other.store))).isEmpty();
  }

  /** All sums of orders that were not taken back. */
  private static Map<String, Map<String, Object>> orders(StoredRows store) {
    Map<String, Map<String, Object>> rows = new TreeMap<>(store.content());
    rows.keySet().removeIf(name -> !name.startsWith("efficiency_order"));
    rows.values().removeIf(row -> "".equals(row.get("order")));
    return rows;
  }
}
