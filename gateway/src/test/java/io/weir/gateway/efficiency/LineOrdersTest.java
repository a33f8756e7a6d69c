package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Orders of a line: times of its bottleneck, the press, and pieces of its output, the pack. */
class LineOrdersTest {

  private static final String SAW = "s/a/l/saw";
  private static final String PRESS = "s/a/l/press";
  private static final String PACK = "s/a/l/pack";
  private static final List<String> STATES =
      List.of("RUNNING", "RUNNING", "RUNNING", "DOWN", "STARVED", "SETUP");
  private static final Offset<Double> TINY = Offset.offset(1e-6);
  private static final long HALF = 30 * ShiftCalendar.SECOND;

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  LineOrdersTest() {
    config.lateness = Duration.ofMinutes(5);
    config.counts =
        EfficiencyConfigBuilder.count(
            "total", null, "reject", EfficiencyConfig.CountKind.CUMULATIVE, 0);
    config.cycle = new EfficiencyConfig.MetricCycle("cycle");
    config.order = new EfficiencyConfig.OrderSignals("order", "product", "quantity");
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("pack"), "press"));
  }

  private static long at(String time) {
    return StoredRows.nanos("2026-03-02T" + time + "Z");
  }

  private static Map<String, Object> order(FoldScenario scenario, String start) {
    return scenario.store.row("efficiency_order s/a/l {level=line}", at(start));
  }

  private static Map<String, Map<String, Object>> orders(FoldScenario scenario) {
    Map<String, Map<String, Object>> rows = new TreeMap<>(scenario.store.content());
    rows.keySet().removeIf(name -> !name.startsWith("efficiency_order s/a/l {"));
    rows.values().removeIf(row -> "".equals(row.get("order")));
    return rows;
  }

  /** What a machine sends in [from, to): every half minute its state and its pieces. */
  private static void run(
      FoldScenario scenario, String machine, String from, String to, String state, int pieces) {
    for (long time = at(from); time < at(to); time += HALF) {
      int halves = (int) ((time - at("06:00:00")) / HALF);
      List<Object> fields = new ArrayList<>(List.of("state", state, "total", halves * pieces));
      fields.addAll(List.of("reject", machine.equals(PACK) ? 0 : halves, "cycle", 4));
      scenario.from(machine, time, fields.toArray());
    }
  }

  private static void tell(FoldScenario scenario, String machine, String time, String order) {
    Object[] fields = {"order", order, "product", "lid", "quantity", 500};
    scenario.from(machine, at(time), fields);
  }

  /** Order 1 from 06:00 to 06:30, of which the press is down for ten minutes; then order 2. */
  private FoldScenario two(FoldScenario scenario, boolean restarts) {
    for (String machine : List.of(SAW, PRESS, PACK)) {
      int late = machine.equals(PACK) ? 1 : 0; // pieces take a minute to the end of the line
      tell(scenario, machine, "06:0" + late + ":00", "1");
      run(scenario, machine, "06:0" + late + ":00", "06:10:00", "RUNNING", 5);
      if (restarts) {
        scenario.restart();
      }
      run(scenario, machine, "06:10:00", "06:20:00", machine.equals(PRESS) ? "DOWN" : "RUNNING", 5);
      run(scenario, machine, "06:20:00", "06:3" + late + ":00", "RUNNING", 5);
      tell(scenario, machine, "06:3" + late + ":00", "2");
      run(scenario, machine, "06:3" + late + ":00", "06:45:00", "RUNNING", 5);
      if (restarts) {
        scenario.restart();
      }
    }
    return scenario.flush();
  }

  @Test
  void anOrderHasTheTimesOfTheBottleneckAndThePiecesOfTheOutput() {
    FoldScenario scenario = two(new FoldScenario(config), false);
    assertThat(order(scenario, "06:00:00"))
        .containsEntry("order", "1")
        .containsEntry("product", "lid")
        .containsEntry("ended", true)
        .containsEntry("final", true)
        .containsEntry("planned_quantity", 500.0)
        .containsEntry("calendar_s", 1800.0)
        .containsEntry("run_s", 1200.0)
        .containsEntry("down_s", 600.0)
        .containsEntry("availability", 1200.0 / 1800)
        .containsEntry("coverage", 1.0);
    assertThat(order(scenario, "06:00:00"))
        .as("60 half minutes of the output, and the scrap of saw and press")
        .containsEntry("total", 420.0)
        .containsEntry("good", 300.0)
        .containsEntry("scrap", 120.0)
        .containsEntry("progress", 300.0 / 500)
        .containsEntry("members", 3.0)
        .containsEntry("expected", 3.0)
        .containsEntry("throughput_rate", 840.0)
        .containsEntry("oee", 4 * 300.0 / 1800)
        .containsEntry("effectiveness", 4 * 420.0 / 1200);
    assertThat(order(scenario, "06:30:00"))
        .containsEntry("order", "2")
        .containsEntry("ended", false);
  }

  @Test
  void aRestartChangesNothing() {
    FoldScenario whole = two(new FoldScenario(config), false);
    FoldScenario restarted = two(new FoldScenario(config), true);
    assertThat(StoredRows.differences(orders(restarted), orders(whole))).isEmpty();
  }

  @Test
  void aSilentBottleneckDoesNotChangeTheOee() {
    FoldScenario scenario = new FoldScenario(config);
    for (String machine : List.of(PRESS, PACK)) {
      tell(scenario, machine, "06:00:00", "1");
      run(scenario, machine, "06:00:00", "06:10:00", "RUNNING", 5);
    }
    run(scenario, PACK, "06:10:00", "06:20:00", "RUNNING", 5);
    scenario.tick(at("06:20:00"));
    assertThat(order(scenario, "06:00:00"))
        .as("while nobody knows what it does")
        .containsEntry("ended", false)
        .containsEntry("unknown_s", 600.0 + 30)
        .containsEntry("run_s", 570.0);
    for (String machine : List.of(PRESS, PACK)) {
      run(scenario, machine, "06:20:00", "06:30:00", "RUNNING", 5);
      tell(scenario, machine, "06:30:00", "");
      run(scenario, machine, "06:30:00", "06:40:00", "RUNNING", 5);
    }
    double known = 1800 - 630;
    assertThat(order(scenario.flush(), "06:00:00"))
        .containsEntry("final", true)
        .containsEntry("unknown_s", 630.0)
        .containsEntry("good", 300.0)
        .containsEntry("coverage", known / 1800)
        .hasEntrySatisfying("gap_good", gap -> assertThat((Double) gap).isCloseTo(105, TINY))
        .hasEntrySatisfying("oee", oee -> assertThat((Double) oee).isCloseTo(4 / 6.0, TINY));
  }

  @Test
  void aLineWithoutAnEntryHasNoOrders() {
    config.lines.clear();
    assertThat(orders(two(new FoldScenario(config), false))).isEmpty();
  }

  @Test
  void anOrderThatTheOutputDoesNotTellHasNoPieces() {
    FoldScenario scenario = new FoldScenario(config);
    tell(scenario, PRESS, "06:00:00", "1");
    run(scenario, PRESS, "06:00:00", "06:10:00", "RUNNING", 5);
    run(scenario, PACK, "06:00:00", "06:10:00", "RUNNING", 5);
    assertThat(order(scenario.flush(), "06:00:00"))
        .containsEntry("order", "1")
        .containsEntry("run_s", 540.0)
        .doesNotContainKeys("total", "good", "oee", "progress");
  }

  @Test
  void anOrderThatComesBackHasAFurtherRowWithItsOwnPieces() {
    FoldScenario scenario = new FoldScenario(config);
    for (String machine : List.of(PACK, PRESS)) {
      String late = machine.equals(PACK) ? "01" : "00";
      int minute = 0;
      for (String order : List.of("1", "2", "1", "")) {
        String from = "06:" + (minute + 10) + ":" + late;
        tell(scenario, machine, from, order);
        run(scenario, machine, from, "06:" + (minute + 20) + ":" + late, "RUNNING", 5);
        minute += 10;
      }
    }
    scenario.flush();
    assertThat(order(scenario, "06:10:00")).containsEntry("good", 100.0);
    assertThat(order(scenario, "06:20:00")).containsEntry("good", 100.0);
    assertThat(order(scenario, "06:30:00"))
        .containsEntry("order", "1")
        .containsEntry("good", 100.0);
  }

  @Test
  void anOrderThatBeganBeforeTheLineHadAnEntryIsMarkedWhenItHasEnded() {
    EfficiencyConfigBuilder before = new EfficiencyConfigBuilder();
    before.lateness = config.lateness;
    before.counts = config.counts;
    before.cycle = config.cycle;
    before.order = config.order;
    FoldScenario scenario = new FoldScenario(before);
    for (String machine : List.of(PRESS, PACK)) {
      tell(scenario, machine, "06:00:00", "1");
      run(scenario, machine, "06:00:00", "06:30:00", "RUNNING", 5);
    }
    scenario.restart(config);
    scenario.fold.takeMarks();
    for (String machine : List.of(PRESS, PACK)) {
      run(scenario, machine, "06:30:00", "07:00:00", "RUNNING", 5);
      tell(scenario, machine, "07:00:00", "2");
      run(scenario, machine, "07:00:00", "07:10:00", "RUNNING", 5);
    }
    scenario.flush();
    assertThat(order(scenario, "06:00:00")).isEmpty();
    assertThat(order(scenario, "07:00:00")).containsEntry("order", "2").containsEntry("good", 90.0);
    assertThat(scenario.fold.takeMarks())
        .anySatisfy(
            mark -> {
              assertThat(mark.asset().path()).isEqualTo("s/a/l");
              assertThat(mark.from()).isEqualTo(at("06:00:00"));
              assertThat(mark.to()).isEqualTo(at("07:00:00"));
            });
  }

  @Test
  void anOrderThatRecomputesHaveTakenOverIsMarkedAndNotWritten() {
    FoldScenario scenario = new FoldScenario(config);
    for (String machine : List.of(PRESS, PACK)) {
      tell(scenario, machine, "06:00:00", "1");
      run(scenario, machine, "06:00:00", "06:30:00", "RUNNING", 5);
      tell(scenario, machine, "06:30:00", "2");
    }
    run(scenario, PRESS, "06:30:00", "06:40:00", "RUNNING", 5);
    scenario.flush();
    Map<String, Object> stands = Map.copyOf(order(scenario, "06:00:00"));
    scenario.fold.takeMarks();
    scenario.fold.giveUp(at("06:35:00"));
    scenario.from(PACK, at("06:29:45"), "reject", 3);
    run(scenario, PACK, "06:30:00", "06:40:00", "RUNNING", 5);
    assertThat(order(scenario.flush(), "06:00:00")).isEqualTo(stands);
    assertThat(scenario.fold.takeMarks())
        .anySatisfy(mark -> assertThat(mark.asset().path()).isEqualTo("s/a/l"));
  }

  // ---- any hours

  /** Four hours of short orders, which each machine tells a little later than the one before. */
  private List<Message> hours(Random random) {
    FoldScenario maker = new FoldScenario(config);
    TreeMap<Long, Message> all = new TreeMap<>();
    int nth = 0;
    for (String machine : List.of(SAW, PRESS, PACK)) {
      Random orders = new Random(random.nextLong());
      nth++;
      int total = 0;
      int scrap = 0;
      for (int step = 0; step < 480; step++) {
        long time = at("06:00:00") + step * HALF + nth;
        total += random.nextInt(10);
        scrap += random.nextInt(20) == 0 ? 1 : 0;
        List<Object> fields = new ArrayList<>(List.of("total", total, "reject", scrap));
        fields.addAll(List.of("cycle", machine.equals(PRESS) ? 4 : 3));
        fields.addAll(List.of("state", STATES.get(random.nextInt(STATES.size()))));
        fields.addAll(List.of("order", step > 460 ? "" : "o" + (step - orders.nextInt(4)) / 11));
        boolean silent = step > 1 && step < 460 && random.nextInt(30) == 0;
        if (!silent) {
          all.put(time, maker.message(machine, time, time, Quality.GOOD, fields.toArray()));
        }
        step += silent ? random.nextInt(12) : 0;
      }
    }
    return List.copyOf(all.values());
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 7)
  void lateReadingsSilencesAndRestartsGiveTheSameRows(int seed) {
    Random random = new Random(seed);
    List<Message> messages = hours(random);
    FoldScenario whole = new FoldScenario(config);
    messages.forEach(whole::accept);
    whole.flush();
    TreeMap<Long, Message> arriving = new TreeMap<>();
    for (int i = 0; i < messages.size(); i++) {
      long late = i > 9 && random.nextInt(6) == 0 ? random.nextInt(250) : 0;
      Message message = messages.get(i);
      arriving.put(message.receiveTimeNs() + late * ShiftCalendar.SECOND + 10 * i, message);
    }
    FoldScenario other = new FoldScenario(config);
    arriving.forEach(
        (received, message) -> {
          other.accept(message);
          if (random.nextInt(20) == 0) {
            other.tick(received);
          }
          if (random.nextInt(60) == 0) {
            other.restart();
          }
        });
    other.flush();
    assertThat(orders(whole)).hasSizeGreaterThan(30);
    assertThat(StoredRows.differences(orders(other), orders(whole))).isEmpty();
  }
}
