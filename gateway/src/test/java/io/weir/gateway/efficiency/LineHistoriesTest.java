package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The pasts of the machines of a line, told in any order, give the rows that they give together.
 */
@Tag("slow")
class LineHistoriesTest {

  private static final String[] MACHINES = {"s/a/l/saw", "s/a/l/press", "s/a/l/pack", "s/a/k/mill"};
  private static final String[] STATES = {"RUNNING", "RUNNING", "RUNNING", "DOWN", "MAINTENANCE"};
  private static final long BEGIN = StoredRows.nanos("2026-03-02T06:00:00Z");
  private static final long TOLD = StoredRows.nanos("2026-04-20T09:00:00Z");
  private static final long STEP = 4 * ShiftCalendar.MINUTE;

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
  private List<String> buckets = List.of("minute", "hour", "shift", "day");

  LineHistoriesTest() {
    config.shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("10:00", 30));
    config.shift("late", "14:00", "22:00").shift("night", "22:00", "06:00");
    config.silentAfter = Duration.ofMinutes(10);
    config.cycle = new EfficiencyConfig.MetricCycle("cycle");
    config.counts =
        EfficiencyConfigBuilder.count(
            "total", null, "reject", EfficiencyConfig.CountKind.CUMULATIVE, 0);
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("pack"), null));
  }

  /** What a machine has to tell of some days, with silences, and signs of life to the end. */
  private static List<Object[]> past(String machine, int seed, int days) {
    Random random = new Random(seed * 31L + machine.hashCode());
    List<Object[]> past = new ArrayList<>();
    long end = BEGIN + days * 24 * ShiftCalendar.HOUR;
    int total = 0;
    int scrap = 0;
    for (long at = BEGIN; at <= end + ShiftCalendar.HOUR; at += STEP) {
      String state = STATES[random.nextInt(STATES.length)];
      total += random.nextInt(60);
      scrap += random.nextInt(3);
      past.add(
          new Object[] {
            at,
            "state",
            state,
            "total",
            total,
            "reject",
            scrap,
            "cycle",
            machine.endsWith("press") ? 5 : 3
          });
      if (random.nextInt(90) == 0 && at < end) {
        at += random.nextInt(150) * ShiftCalendar.MINUTE;
      }
    }
    return past;
  }

  private static Message told(FoldScenario scenario, String machine, Object[] of, long receivedNs) {
    return scenario.message(
        machine,
        (Long) of[0],
        receivedNs,
        Quality.GOOD,
        List.of(of).subList(1, of.length).toArray());
  }

  private StoredRows oneAfterAnother(List<String> order, int seed, int days, boolean restarts) {
    FoldScenario scenario = new FoldScenario(config);
    long received = TOLD;
    for (String machine : order) {
      for (Object[] of : past(machine, seed, days)) {
        scenario.fold.accept(told(scenario, machine, of, received));
        store(scenario);
        received += ShiftCalendar.SECOND;
      }
      if (restarts) {
        scenario.fold.flushLines();
        store(scenario);
        scenario.fold = Fold.decode(scenario.fold.encode(), config.build());
      }
    }
    return stored(scenario);
  }

  private StoredRows together(int seed, int days) {
    FoldScenario scenario = new FoldScenario(config);
    record Told(String machine, Object[] of) {}
    List<Told> all = new ArrayList<>();
    for (String machine : MACHINES) {
      past(machine, seed, days).forEach(of -> all.add(new Told(machine, of)));
    }
    all.sort(Comparator.comparingLong(each -> (Long) each.of[0]));
    for (Told each : all) {
      scenario.fold.accept(told(scenario, each.machine, each.of, TOLD));
      store(scenario);
    }
    return stored(scenario);
  }

  private StoredRows stored(FoldScenario scenario) {
    scenario.fold.flush();
    scenario.fold.flushLines();
    store(scenario);
    return scenario.store;
  }

  /** Keeps the rows that are compared. */
  private void store(FoldScenario scenario) {
    scenario.store.write(
        scenario.fold.takeRows().stream()
            .filter(row -> buckets.contains(row.series().tags().getOrDefault("bucket", "")))
            .filter(row -> row.series().asset().machine() == null)
            .toList());
  }

  static IntStream seeds() {
    return IntStream.rangeClosed(1, Soak.count(1, 2));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theOrderInWhichMachinesTellTheirPastChangesNothing(int seed) {
    List<String> order = new ArrayList<>(List.of(MACHINES));
    Collections.shuffle(order, new Random(seed));
    Map<String, Map<String, Object>> together = together(seed, 1).content();
    Map<String, Map<String, Object>> apart =
        oneAfterAnother(order, seed, 1, seed % 2 == 0).content();
    assertThat(apart.keySet()).as("told by %s", order).isEqualTo(together.keySet());
    // not written again when a machine is first heard: minutes of which it has no row
    together.forEach(
        (name, row) ->
            row.keySet().removeIf(f -> f.equals("expected") && name.contains("bucket=minute")));
    together.forEach((name, row) -> assertThat(apart.get(name)).as(name).containsAllEntriesOf(row));
    assertThat(together).hasSizeGreaterThan(5000);
  }

  @Test
  void everyShiftOfTenDaysThatWereImportedOneMachineAfterTheOtherHasAnOee() {
    buckets = List.of("hour", "shift", "day");
    StoredRows packFirst = oneAfterAnother(List.of("s/a/l/pack", "s/a/l/press"), 1, 10, false);
    StoredRows pressFirst = oneAfterAnother(List.of("s/a/l/press", "s/a/l/pack"), 1, 10, true);
    Map<String, Map<String, Object>> shifts = packFirst.rows("efficiency s/a/l {bucket=shift");
    assertThat(shifts).hasSize(31);
    shifts.forEach(
        (name, row) -> assertThat(row).as(name).containsKey("oee").containsEntry("members", 2.0));
    assertThat(packFirst.content()).isEqualTo(pressFirst.content());
  }
}
