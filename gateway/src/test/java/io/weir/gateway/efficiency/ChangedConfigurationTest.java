package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfig.CountKind;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway that is started again with other signals, counters, cycles or lines. */
@Tag("slow")
class ChangedConfigurationTest {

  private static final long BEGIN = StoredRows.nanos("2026-03-02T12:00:00Z");
  private static final long MIDNIGHT = StoredRows.nanos("2026-03-03T00:00:00Z");
  private static final long MINUTE = ShiftCalendar.MINUTE;
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final int HOURS = 40;

  private static EfficiencyConfigBuilder base() {
    EfficiencyConfigBuilder config =
        new EfficiencyConfigBuilder()
            .shift("early", "06:00", "14:00")
            .shift("late", "14:00", "22:00");
    config.silentAfter = Duration.ofMinutes(20);
    config.counts = counts("total", null, "reject", 0);
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(20));
    config.order = new EfficiencyConfig.OrderSignals("order", "product", "quantity");
    line(config, "n", "n");
    return config;
  }

  private static EfficiencyConfig.Counts counts(
      String total, String good, String scrap, double rollover) {
    return EfficiencyConfigBuilder.count(total, good, scrap, CountKind.CUMULATIVE, rollover);
  }

  private static void line(EfficiencyConfigBuilder config, String output, String bottleneck) {
    config.lines.clear();
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of(output), bottleneck));
  }

  private static void signals(EfficiencyConfigBuilder config, EfficiencyConfig.Signal... signals) {
    config.state = new EfficiencyConfig.StateMapping(List.of(signals));
  }

  private static EfficiencyConfig.Signal signal(String metric, Map<String, MachineState> words) {
    return new EfficiencyConfig.Signal(metric, words, null);
  }

  private static final List<Consumer<EfficiencyConfigBuilder>> CHANGES =
      List.of(
          c -> c.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(35)),
          c ->
              c.cycle =
                  new EfficiencyConfig.ProductCycle(
                      "product", Map.of("p0", Duration.ofSeconds(8), "p1", Duration.ofSeconds(40))),
          c -> c.cycle = new EfficiencyConfig.MetricCycle("cycle"),
          c -> c.cycle = null,
          c -> signals(c, signal("state", Map.of("RUNNING", MachineState.RUNNING))),
          c ->
              signals(
                  c,
                  signal("mode", Map.of("MAINTENANCE", MachineState.PLANNED)),
                  signal("state", EfficiencyConfigBuilder.WORDS)),
          c -> c.state = null,
          c -> c.counts = counts("other", null, "reject", 0),
          c -> c.counts = counts(null, "total", "reject", 0),
          c -> c.counts = counts("total", "good", null, 0),
          c -> c.counts = counts("total", null, null, 0),
          c -> c.counts = counts("total", null, "reject", 65_536),
          c -> c.counts = null,
          c -> c.energy = new EfficiencyConfig.Energy("power", EfficiencyConfig.EnergyKind.POWER),
          c -> c.energy = null,
          c -> c.lines.clear(),
          c -> line(c, "m", "n"),
          c -> line(c, "m", "m"),
          c -> c.silentAfter = Duration.ofMinutes(3),
          c -> c.microStop = Duration.ofMinutes(15),
          c -> c.loss = EfficiencyConfig.Loss.PERFORMANCE,
          c -> c.order = null);

  private static EfficiencyConfigBuilder any(Random random) {
    EfficiencyConfigBuilder config = base();
    for (int i = random.nextInt(4); i > 0; i--) {
      CHANGES.get(random.nextInt(CHANGES.size())).accept(config);
    }
    return config;
  }

  private static List<Message> readings(Random random, FoldScenario scenario) {
    List<Message> messages = new ArrayList<>();
    int[] total = {0, 40_000};
    int[] reject = {0, 700};
    int order = 0;
    long at = BEGIN;
    while (at < BEGIN + HOURS * HOUR) {
      int machine = random.nextInt(2);
      int made = random.nextInt(20);
      total[machine] += made;
      reject[machine] += random.nextInt(4) / 3;
      String[] words = {"RUNNING", "RUNNING", "DOWN", "IDLE", "SETUP", "WAIT"};
      List<Object> fields =
          new ArrayList<>(
              List.of(
                  "state",
                  words[random.nextInt(words.length)],
                  "mode",
                  random.nextInt(9) == 0 ? "MAINTENANCE" : "AUTO",
                  "total",
                  total[machine],
                  "other",
                  total[machine] / 2 + 9_000,
                  "reject",
                  reject[machine],
                  "good",
                  total[machine] - reject[machine],
                  "power",
                  3.5,
                  "energy",
                  total[machine] / 64.0));
      order += random.nextInt(40) / 39;
      fields.addAll(List.of("order", "o" + order, "product", "p" + order % 3, "quantity", 500));
      fields.addAll(List.of("cycle", 15 + order % 9));
      String name = machine == 0 ? "s/a/l/m" : "s/a/l/n";
      messages.add(scenario.message(name, at, at, Quality.GOOD, fields.toArray()));
      at += (1 + random.nextInt(random.nextInt(30) == 0 ? 40 : 5)) * MINUTE;
    }
    return messages;
  }

  private static Map<String, Map<String, Object>> rows(RecomputedPlant plant, long from, long to) {
    Map<String, Map<String, Object>> rows =
        plant.store.content(from, to, name -> name.contains("bucket="));
    rows.keySet().removeIf(name -> name.startsWith("efficiency_order"));
    rows.values().removeIf(fields -> Double.valueOf(0).equals(fields.get("calendar_s")));
    return rows;
  }

  /**
   * What was final stays. What was open, and what follows, is in the end as if it had always been
   * configured so.
   */
  @ParameterizedTest
  @Seeds(few = 1, all = 40)
  void rowsBeforeAChangeAreOfTheFormerConfigurationAndRowsAfterItOfThePresentOne(int seed)
      throws IOException {
    Random random = new Random(seed * 7919L);
    EfficiencyConfigBuilder before = any(random);
    EfficiencyConfigBuilder after = any(random);
    List<Message> arrives = readings(random, new FoldScenario(before));
    long end = BEGIN + (HOURS + 1) * HOUR;
    RecomputedPlant former = new RecomputedPlant(before, new MemoryLog(), BEGIN);
    former.runTo(MIDNIGHT + 2 * HOUR, arrives);
    RecomputedPlant always = new RecomputedPlant(after, new MemoryLog(), BEGIN);
    always.runTo(end, arrives);
    RecomputedPlant plant = new RecomputedPlant(before, new MemoryLog(), BEGIN);
    long change = MIDNIGHT + (2 + random.nextInt(20)) * HOUR + 30 * MINUTE;
    plant.runTo(change, arrives);
    plant.restart(after);
    plant.runTo(end, arrives);
    plant.recomputeAll();
    long stops = 4 * HOUR; // one that goes on over midnight is made again as a whole
    assertThat(
            StoredRows.differences(
                rows(former, BEGIN, MIDNIGHT - stops), rows(plant, BEGIN, MIDNIGHT - stops)))
        .as("before")
        .isEmpty();
    long to = BEGIN + (HOURS - 3) * HOUR;
    Map<String, Map<String, Object>> right = rows(always, MIDNIGHT, to);
    Map<String, Map<String, Object>> is = rows(plant, MIDNIGHT, to);
    for (Map<String, Map<String, Object>> each : List.of(right, is)) {
      each.keySet().removeIf(name -> isMinuteAfter(name, change)); // before the next reading
    }
    assertThat(StoredRows.differences(right, is)).as("after").isEmpty();
  }

  private static boolean isMinuteAfter(String row, long change) {
    long start = StoredRows.nanos(row.substring(row.lastIndexOf(' ') + 1));
    return row.contains("bucket=minute") && start >= change && start < change + HOUR;
  }

  /** Its clock has not gone back, it was not reset, and nobody has made the difference. */
  @ParameterizedTest
  @ValueSource(ints = {14_000, 2_000, 900_000})
  void anotherCounterBeginsWithItsFirstValueAlsoWhereTheGatewayIsStartedAgainBeforeIt(int other) {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.counts = counts("total", null, "reject", 0);
    FoldScenario scenario = new FoldScenario(config);
    scenario.read("2026-03-02T06:00:00Z", "state", "RUNNING", "total", 20_000, "reject", 0);
    scenario.read("2026-03-02T06:01:00Z", "total", 20_040, "reject", 0);
    config.counts = counts("other", null, "reject", 0);
    scenario.restart(config).restart(config);
    scenario.read("2026-03-02T06:02:00Z", "other", other, "reject", 0).restart(config);
    scenario.read("2026-03-02T06:03:00Z", "other", other + 30, "reject", 0).restart(config);
    scenario.read("2026-03-02T06:30:00Z", "state", "DOWN");
    scenario.read("2026-03-02T07:00:01Z", "state", "DOWN");
    assertThat(scenario.number("hour", "all", "2026-03-02T06:00:00Z", "total")).isEqualTo(70);
    assertThat(scenario.number("hour", "all", "2026-03-02T06:00:00Z", "implausible")).isZero();
  }

  @Test
  void aCounterThatIsNamedNoMoreLeavesWhatItCounted() {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.counts = counts(null, "good", "reject", 0);
    FoldScenario scenario = new FoldScenario(config);
    scenario.read("2026-03-02T06:00:00Z", "state", "RUNNING", "good", 0, "reject", 0, "total", 5);
    scenario.read("2026-03-02T06:10:00Z", "good", 100, "reject", 7, "total", 112);
    scenario.read("2026-03-02T06:21:00Z", "good", 100, "reject", 7, "total", 112);
    config.counts = counts("total", null, "reject", 0);
    scenario.restart(config);
    scenario.read("2026-03-02T06:22:00Z", "total", 112, "reject", 7);
    scenario.read("2026-03-02T06:24:00Z", "total", 152, "reject", 10);
    scenario.read("2026-03-02T07:00:01Z", "state", "DOWN").flush();
    assertThat(scenario.number("hour", "all", "2026-03-02T06:00:00Z", "total")).isEqualTo(147);
    assertThat(scenario.number("hour", "all", "2026-03-02T06:00:00Z", "good")).isEqualTo(137);
    assertThat(scenario.number("hour", "all", "2026-03-02T06:00:00Z", "scrap")).isEqualTo(10);
  }

  /** A counter that the configuration names, and that no machine sends, tells nothing for ever. */
  @Test
  void whatIsOpenIsMarkedOnceThoughTheCounterThatIsNamedNowNeverTellsAnything() {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    FoldScenario scenario = new FoldScenario(config);
    scenario.read("2026-03-02T05:30:00Z", "state", "RUNNING", "total", 20_000, "good", 19_000);
    scenario.read("2026-03-02T06:00:00Z", "total", 20_020, "good", 19_020);
    config.counts = counts("misspelt", null, "reject", 0);
    scenario.restart(config);
    assertThat(scenario.fold.takeMarks()).hasSize(1);
    scenario.read("2026-03-02T06:02:00Z", "state", "DOWN").restart(config);
    scenario.read("2026-03-02T06:03:00Z", "state", "RUNNING").restart(config);
    assertThat(scenario.fold.takeMarks()).isEmpty();
  }

  /** Neither can be told from what the same counter, or meter, says: so their rows are marked. */
  @Test
  void whatAnotherCounterWithoutACycleOrMeterTellsHoursLaterIsMadeAgainInTheRowThatHasIt() {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.cycle = null;
    config.silentAfter = Duration.ofHours(9);
    config.energy = new EfficiencyConfig.Energy("power", EfficiencyConfig.EnergyKind.POWER);
    FoldScenario scenario = new FoldScenario(config);
    scenario.read("2026-03-02T05:30:00Z", "state", "RUNNING", "total", 20_000, "power", 3.5);
    scenario.read("2026-03-02T06:05:00Z", "state", "RUNNING", "total", 20_010, "power", 3.5);
    config.counts = counts("other", null, null, 0);
    config.energy = new EfficiencyConfig.Energy("kwh", EfficiencyConfig.EnergyKind.CUMULATIVE);
    scenario.restart(config);
    assertThat(scenario.fold.takeMarks()).hasSize(1);
    scenario.read("2026-03-02T08:10:00Z", "other", 20_700, "kwh", 410.5);
    assertThat(scenario.fold.takeMarks())
        .extracting(RecomputeSpan::from)
        .containsExactly(StoredRows.nanos("2026-03-02T08:00:00Z"));
    scenario.read("2026-03-02T08:30:00Z", "state", "RUNNING").restart(config);
    scenario.read("2026-03-02T09:10:00Z", "other", 20_710, "kwh", 412.5).restart(config);
    scenario.read("2026-03-02T10:10:00Z", "state", "DOWN").flush();
    assertThat(scenario.number("hour", "all", "2026-03-02T08:00:00Z", "total")).isEqualTo(690);
    assertThat(scenario.number("hour", "all", "2026-03-02T08:00:00Z", "energy_kwh")).isEqualTo(407);
    assertThat(scenario.number("hour", "all", "2026-03-02T09:00:00Z", "total")).isEqualTo(10);
    assertThat(scenario.fold.takeMarks()).isEmpty();
  }
}
