package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The words of a machine: what they mean by the configuration in force, and how long they stay. */
class MeaningsTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long START = StoredRows.nanos("2026-03-02T06:00:00Z");

  private static EfficiencyConfigBuilder config(Map<String, MachineState> words, int... seconds) {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.state =
        new EfficiencyConfig.StateMapping(
            List.of(new EfficiencyConfig.Signal("state", words, null)));
    Map<String, Duration> table = new HashMap<>();
    for (int i = 0; i < seconds.length; i++) {
      table.put("P" + i, Duration.ofSeconds(seconds[i]));
    }
    config.cycle = new EfficiencyConfig.ProductCycle("product", table);
    return config;
  }

  private static FoldScenario counting(FoldScenario scenario, int fromMinute, int toMinute) {
    for (int second = fromMinute * 60; second < toMinute * 60; second += 10) {
      scenario.from(FoldScenario.MACHINE, START + second * SECOND, "total", second, "reject", 0);
    }
    return scenario.flush();
  }

  private static double minute(FoldScenario scenario, int minute, String field) {
    Map<String, Object> row =
        scenario.store.efficiency(
            FoldScenario.MACHINE, "minute", "all", START + minute * ShiftCalendar.MINUTE);
    return (Double) row.getOrDefault(field, Double.NaN);
  }

  @Test
  void aWordThatIsMappedNowMeansSomethingBeforeItIsToldAgain() {
    FoldScenario scenario = new FoldScenario(config(Map.of("RUN", MachineState.RUNNING), 1));
    scenario.from(FoldScenario.MACHINE, START, "state", "AUTO", "product", "P0");
    counting(scenario, 0, 30);
    assertThat(minute(scenario, 28, "unknown_s")).isEqualTo(60);
    scenario.restart(config(Map.of("AUTO", MachineState.RUNNING), 1));
    counting(scenario, 30, 60);
    assertThat(minute(scenario, 40, "run_s")).isEqualTo(60);
    assertThat(scenario.store.row("machine_state s/a/l/m {}", START + 40 * ShiftCalendar.MINUTE))
        .containsEntry("reason", "AUTO");
  }

  @Test
  void aCorrectedCycleTableHoldsBeforeTheProductIsToldAgain() {
    Map<String, MachineState> words = Map.of("RUN", MachineState.RUNNING);
    FoldScenario scenario = new FoldScenario(config(words, 1));
    scenario.from(FoldScenario.MACHINE, START, "state", "RUN", "product", "P0");
    counting(scenario, 0, 30);
    assertThat(minute(scenario, 28, "ideal_total_s")).isEqualTo(60);
    scenario.restart(config(words, 2));
    counting(scenario, 30, 60);
    assertThat(minute(scenario, 40, "ideal_total_s")).isEqualTo(120);
    scenario.restart(config(words));
    counting(scenario, 60, 90);
    assertThat(minute(scenario, 70, "ideal_total_s")).isNaN();
  }

  @Test
  void aStateSignalKeepsItsWordWhenAnotherIsAskedBeforeIt() {
    EfficiencyConfigBuilder one = config(EfficiencyConfigBuilder.WORDS, 1);
    EfficiencyConfigBuilder two = config(EfficiencyConfigBuilder.WORDS, 1);
    two.state =
        new EfficiencyConfig.StateMapping(
            List.of(
                new EfficiencyConfig.Signal("alarm", Map.of("true", MachineState.DOWN), null),
                one.state.signals().get(0)));
    FoldScenario scenario = new FoldScenario(one);
    scenario.from(FoldScenario.MACHINE, START, "state", "SETUP", "product", "P0");
    counting(scenario, 0, 30).restart(two);
    counting(scenario, 30, 60);
    assertThat(minute(scenario, 40, "setup_s")).isEqualTo(60);
    scenario.from(FoldScenario.MACHINE, START + 3600 * SECOND, "alarm", true);
    counting(scenario, 60, 70);
    assertThat(minute(scenario, 65, "down_s")).isEqualTo(60);
    scenario.restart(one);
    counting(scenario, 70, 90);
    assertThat(minute(scenario, 80, "setup_s")).isEqualTo(60);
  }

  /** Whatever is changed: from then on all is as if it had always been configured so. */
  @ParameterizedTest
  @Seeds(few = 1, all = 6)
  void aChangedConfigurationGivesTheFiguresOfOneThatWasAlwaysSo(int seed) {
    Random random = new Random(seed);
    EfficiencyConfigBuilder before = anyConfig(random);
    EfficiencyConfigBuilder after = anyConfig(random);
    FoldScenario changed = new FoldScenario(before);
    FoldScenario always = new FoldScenario(after);
    int change = 100 + random.nextInt(200);
    int told = 0;
    for (int step = 0; step < 720; step++) {
      List<Object> fields = new ArrayList<>(List.of("total", step, "reject", 0));
      if (step == 0 || step < change && random.nextInt(40) == 0) {
        fields.addAll(List.of("state", "W" + random.nextInt(4)));
        fields.addAll(List.of("product", "P" + random.nextInt(3)));
        told = step;
      }
      long at = START + step * 10 * SECOND;
      changed.from(FoldScenario.MACHINE, at, fields.toArray());
      always.from(FoldScenario.MACHINE, at, fields.toArray());
      if (step == change) {
        changed.restart(after);
      }
    }
    assertThat(told).isLessThan(change);
    changed.flush();
    always.flush();
    for (int minute = change / 6 + 2; minute < 118; minute++) {
      for (String field : List.of("run_s", "down_s", "unknown_s", "total", "ideal_total_s")) {
        assertThat(minute(changed, minute, field))
            .as(field + " of minute " + minute)
            .isEqualTo(minute(always, minute, field));
      }
    }
  }

  private static EfficiencyConfigBuilder anyConfig(Random random) {
    Map<String, MachineState> words = new HashMap<>();
    MachineState[] states = {MachineState.RUNNING, MachineState.DOWN, MachineState.PLANNED};
    for (int i = 0; i < 4; i++) {
      if (random.nextInt(3) > 0) {
        words.put("W" + i, states[random.nextInt(states.length)]);
      }
    }
    words.put("X", MachineState.IDLE);
    EfficiencyConfigBuilder config =
        config(words, 1 + random.nextInt(5), 1 + random.nextInt(5), 1 + random.nextInt(5));
    config.microStop = Duration.ZERO;
    return config;
  }

  // ---- how long words stay

  @ParameterizedTest
  @Seeds(few = 1, all = 2)
  void newWordsAndProductsAreNeverOtherHoweverManyThereWereBefore(int seed) {
    Random random = new Random(seed);
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.state =
        new EfficiencyConfig.StateMapping(
            List.of(new EfficiencyConfig.Signal("state", EfficiencyConfigBuilder.WORDS, null)),
            "why");
    config.cycle = new EfficiencyConfig.ProductCycle("product", Map.of());
    config.microStop = Duration.ZERO;
    config.silentAfter = Duration.ofHours(1);
    FoldScenario scenario = new FoldScenario(config);
    Set<String> reasons = new TreeSet<>();
    Set<String> products = new TreeSet<>();
    int total = 0;
    for (int stop = 0; stop < 600; stop++) {
      long at = START + stop * 600 * SECOND;
      String reason = "reason " + (random.nextInt(3) == 0 ? random.nextInt(20) : 1000 + stop);
      String product = "product " + (random.nextInt(3) == 0 ? random.nextInt(20) : 1000 + stop);
      reasons.add(reason);
      products.add(product);
      total += 7;
      scenario.from(
          FoldScenario.MACHINE,
          at,
          "state",
          "DOWN",
          "why",
          reason,
          "product",
          product,
          "total",
          total);
      scenario.from(
          FoldScenario.MACHINE, at + 300 * SECOND, "state", "RUNNING", "total", total + 1);
      if (random.nextInt(100) == 0) {
        scenario.restart();
      }
      assertThat(scenario.now(Instant.ofEpochSecond(at / SECOND + 300).toString()).product())
          .isEqualTo(product);
    }
    scenario.flush();
    assertThat(told(scenario, "stops ", "reason")).isEqualTo(reasons);
    assertThat(told(scenario, "efficiency_product ", "product")).isEqualTo(products);
    assertThat(scenario.fold.encode().length).isLessThan(40_000);
  }

  private static Set<String> told(FoldScenario scenario, String rows, String tag) {
    Set<String> told = new TreeSet<>();
    Pattern value = Pattern.compile("[{ ]" + tag + "=([^,}]*)[,}]");
    for (String name : scenario.store.rows(rows).keySet()) {
      value.matcher(name).results().forEach(found -> told.add(found.group(1)));
    }
    return told;
  }
}
