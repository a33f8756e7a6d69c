package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.Target;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows of figures say which OEE is aimed at. */
class TargetRowsTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final String DAY = "2026-03-02T";
  private static final String FIRST = "s/a/l/m";
  private static final String SECOND_MACHINE = "s/a/l/n";

  private static EfficiencyConfigBuilder config(Target... targets) {
    EfficiencyConfigBuilder config =
        new EfficiencyConfigBuilder()
            .shift("early", "06:00", "14:00")
            .shift("late", "14:00", "22:00");
    config.lateness = Duration.ofMinutes(1);
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("n"), "m"));
    config.cycle =
        new EfficiencyConfig.ProductCycle(
            "product", Map.of("A", Duration.ofSeconds(1), "B", Duration.ofSeconds(2)));
    config.targets.addAll(List.of(targets));
    return config;
  }

  private static Target target(double oee, String asset, String product, String shift) {
    return new Target(oee, asset, product, shift, LocalDate.MIN, LocalDate.MAX);
  }

  /** Two machines; the first makes A, then B from 12:00 on. */
  private static List<Message> readings(int hours) {
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    List<Message> messages = new ArrayList<>();
    long begin = StoredRows.nanos(DAY + "06:00:00Z");
    for (long i = 0; i <= hours * 60L; i++) {
      long at = begin + i * 60 * SECOND;
      String product = i < 360 ? "A" : "B";
      for (String machine : List.of(FIRST, SECOND_MACHINE)) {
        Object[] fields = {
          "product",
          machine.equals(FIRST) ? product : "A",
          "state",
          "RUNNING",
          "total",
          i * 10,
          "good",
          i * 10
        };
        messages.add(scenario.message(machine, at, at, Quality.GOOD, fields));
      }
    }
    return messages;
  }

  private static StoredRows stored(EfficiencyConfigBuilder config) {
    FoldScenario scenario = new FoldScenario(config);
    readings(20).forEach(scenario::accept);
    return scenario.flush().store;
  }

  private static double of(
      StoredRows store, String asset, String bucket, String shift, String at, String field) {
    return (Double) store.efficiency(asset, bucket, shift, DAY + at + ":00Z").get(field);
  }

  private static double target(
      StoredRows store, String asset, String bucket, String shift, String at) {
    return of(store, asset, bucket, shift, at, "target_oee");
  }

  @Test
  void withoutTargetsEachRowHasTheOneOfThePlant() {
    StoredRows store = stored(config());
    for (String asset : List.of(FIRST, "s/a/l", "s/a", "s")) {
      assertThat(target(store, asset, "shift", "early", "06:00")).as(asset).isEqualTo(0.75);
      assertThat(target(store, asset, "minute", "early", "07:00")).as(asset).isEqualTo(0.75);
      assertThat(of(store, asset, "hour", "all", "07:00", "target_ideal_s"))
          .as(asset)
          .isEqualTo(2700.0);
    }
  }

  @Test
  void aRowHasTheTargetsOfItsProductsByKnownTimeAlsoOfALineAndAPastShift() {
    StoredRows store =
        stored(
            config(
                target(0.8, "s/a/l", null, null),
                target(0.9, FIRST, null, "early"),
                target(0.6, null, "B", null)));
    assertThat(target(store, FIRST, "minute", "early", "11:59")).isEqualTo(0.9);
    assertThat(target(store, FIRST, "minute", "early", "12:00")).as("B").isEqualTo(0.6);
    assertThat(target(store, FIRST, "shift", "early", "06:00"))
        .isCloseTo((6 * 0.9 + 2 * 0.6) / 8, within(1e-6));
    assertThat(target(store, FIRST, "shift", "late", "14:00")).isEqualTo(0.6);
    assertThat(target(store, "s/a/l", "shift", "early", "06:00"))
        .as("a line has the products of its bottleneck, and its own target")
        .isCloseTo((6 * 0.8 + 2 * 0.6) / 8, within(1e-6));
    assertThat(target(store, SECOND_MACHINE, "shift", "early", "06:00")).isEqualTo(0.8);
    double ofDay = of(store, FIRST, "day", "all", "00:00", "target_ideal_s");
    assertThat(ofDay)
        .as("the day is the sum of its shifts")
        .isCloseTo(
            of(store, FIRST, "shift", "early", "06:00", "target_ideal_s")
                + of(store, FIRST, "shift", "late", "14:00", "target_ideal_s"),
            within(1e-6));
    Map<String, Object> ofProduct =
        store.row(
            "efficiency_product "
                + FIRST
                + " {bucket=shift, level=machine, product=B, shift=early}",
            StoredRows.nanos(DAY + "06:00:00Z"));
    assertThat(ofProduct).containsEntry("target_oee", 0.6);
    assertThat(target(store, "s", "shift", "early", "06:00"))
        .as("a site aims at what its lines do")
        .isEqualTo(target(store, "s/a/l", "shift", "early", "06:00"));
  }

  private static Target dated(double oee, String asset, String from, String to) {
    return new Target(
        oee,
        asset,
        null,
        null,
        from.isEmpty() ? LocalDate.MIN : LocalDate.parse(from),
        to.isEmpty() ? LocalDate.MAX : LocalDate.parse(to));
  }

  /** The states of the folds that ran with a list of targets. */
  private final Map<List<Target>, byte[]> states = new HashMap<>();

  /** What is made again because the second list of targets takes the place of the first. */
  private List<PastSpan> changed(List<Target> before, List<Target> after) {
    byte[] state = states.computeIfAbsent(before, TargetRowsTest::fourDays);
    return Fold.decode(state, config(after.toArray(Target[]::new)).build()).marks().again().stream()
        .filter(span -> Duration.between(span.from(), span.to()).toHours() >= 24)
        .toList();
  }

  private static byte[] fourDays(List<Target> before) {
    FoldScenario scenario = new FoldScenario(config(before.toArray(Target[]::new)));
    for (int hour = 0; hour <= 96; hour++) {
      for (String machine : List.of(FIRST, "s/a/k/o")) {
        long at = StoredRows.nanos(DAY + "06:00:00Z") + hour * ShiftCalendar.HOUR;
        scenario.from(machine, at, "product", "A", "state", "RUNNING", "total", hour);
      }
    }
    Fold fold = scenario.flush().fold;
    fold.takeMarks();
    fold.flushLines();
    return fold.encode();
  }

  private static PastSpan days(String asset, String from, String to) {
    return new PastSpan(
        asset, Instant.parse(from + "T00:00:00Z"), Instant.parse(to + "T00:00:00Z"));
  }

  @Test
  void datedTargetsThatChangeMarkTheirDaysForTheirLines() {
    Target usual = target(0.7, null, null, null);
    Target since = dated(0.8, null, "2026-03-04", "");
    assertThat(changed(List.of(usual), List.of(usual))).isEmpty();
    assertThat(changed(List.of(usual), List.of(target(0.8, null, null, null))))
        .as("without dates it holds from then on")
        .isEmpty();
    assertThat(changed(List.of(usual), List.of(usual, since)))
        .containsExactly(days("", "2026-03-04", "2026-03-07"));
    assertThat(changed(List.of(usual, since), List.of(usual)))
        .as("taken away")
        .containsExactly(days("", "2026-03-04", "2026-03-07"));
    assertThat(changed(List.of(usual), List.of(dated(0.7, null, "", "2026-03-03"), since)))
        .as("what is the same on a day does not change it")
        .containsExactly(days("", "2026-03-04", "2026-03-07"));
    assertThat(changed(List.of(), List.of(dated(0.8, FIRST, "2026-03-03", "2026-03-03"))))
        .as("only the line of the machine")
        .containsExactly(days("s/a/l", "2026-03-03", "2026-03-04"));
    assertThat(changed(List.of(), List.of(dated(0.8, "s/*/k", "2026-03-05", "2026-03-06"))))
        .containsExactly(days("s/a/k", "2026-03-05", "2026-03-07"));
  }

  @Tag("soak")
  @Test
  void aTargetThatWasChangedIsReplacedByARecompute() throws IOException {
    List<Message> arrives = readings(20);
    EfficiencyConfigBuilder changed = config(target(0.6, null, "B", null));
    RecomputedPlant plant =
        new RecomputedPlant(config(), new MemoryLog(), StoredRows.nanos(DAY + "06:00:00Z"));
    long end = StoredRows.nanos("2026-03-03T02:00:00Z");
    plant.runTo(end, arrives);
    assertThat(target(plant.store, FIRST, "shift", "late", "14:00")).isEqualTo(0.75);
    plant.reload(changed);
    plant.recompute.ask(Asset.NONE, StoredRows.nanos(DAY + "10:00:00Z"), end);
    plant.recomputeAll();
    StoredRows right = stored(changed);
    for (String asset : List.of(FIRST, "s/a/l", "s/a")) {
      for (String field : List.of("target_oee", "target_ideal_s")) {
        assertThat(of(plant.store, asset, "shift", "late", "14:00", field))
            .as(asset)
            .isEqualTo(of(right, asset, "shift", "late", "14:00", field));
      }
    }
    assertThat(plant.revisions.fell).isEmpty();
  }
}
