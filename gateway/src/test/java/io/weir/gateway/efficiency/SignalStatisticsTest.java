package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.signal.FoldMemory;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The statistics of signals: numbers of known data, the rules, windows, late readings, restarts.
 */
class SignalStatisticsTest {

  private static final String NAME = "signal_quality s/a/l/m {metric=t}";
  private static final long BEGIN = StoredRows.nanos("2026-03-02T06:00:00Z");
  private static final long HOUR = ShiftCalendar.HOUR;

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  private FoldScenario monitored(@Nullable Double lower, @Nullable Double upper) {
    return monitored("s/*/*/*", lower, upper, null, null);
  }

  private FoldScenario monitored(
      String asset,
      @Nullable Double lower,
      @Nullable Double upper,
      @Nullable Double center,
      @Nullable Double sigma) {
    config.signals.clear();
    config.signals.add(
        new EfficiencyConfig.Monitored(
            asset, "t", Duration.ofHours(1), lower, upper, center, sigma));
    return new FoldScenario(config);
  }

  /** One reading a second from an instant on. */
  private static void read(FoldScenario scenario, long from, double... values) {
    for (int i = 0; i < values.length; i++) {
      scenario.from(FoldScenario.MACHINE, from + i * ShiftCalendar.SECOND, "t", values[i]);
    }
  }

  private static Map<String, Object> row(FoldScenario scenario, long start) {
    return scenario.store.row(NAME, start);
  }

  private static double number(FoldScenario scenario, long start, String field) {
    return (Double) row(scenario, start).get(field);
  }

  private static long count(FoldScenario scenario, long start, String field) {
    return (Long) row(scenario, start).get(field);
  }

  private static Moments moments(double... values) {
    Moments moments = new Moments();
    for (double value : values) {
      moments.add(value);
    }
    return moments;
  }

  // ---- mean and standard deviation

  /** NIST StRD, univariate, NumAcc1: 10000001, 10000003, 10000002; certified 10000002 and 1. */
  @Test
  void numAcc1() {
    Moments moments = moments(10000001, 10000003, 10000002);
    assertThat(moments.mean()).isEqualTo(10000002);
    assertThat(moments.deviation()).isEqualTo(1);
  }

  /** NumAcc2: 1.2, then 1.1 and 1.3 by turns, 1,001 values; certified 1.2 and 0.1. */
  @Test
  void numAcc2() {
    Moments moments = moments(alternating(1.2, 1.1, 1.3));
    assertThat(moments.count()).isEqualTo(1001);
    assertThat(moments.mean()).isCloseTo(1.2, within(1e-14));
    assertThat(moments.deviation()).isCloseTo(0.1, within(1e-14));
  }

  /** NumAcc3: the same around 1000000.2; a double holds such values to 1.2e-10. */
  @Test
  void numAcc3() {
    Moments moments = moments(alternating(1000000.2, 1000000.1, 1000000.3));
    assertThat(moments.mean()).isCloseTo(1000000.2, within(1e-9));
    assertThat(moments.deviation()).isCloseTo(0.1, within(1e-9));
  }

  /** NumAcc4: around 10000000.2, where a sum of squares has no right digit left. */
  @Test
  void numAcc4() {
    Moments moments = moments(alternating(10000000.2, 10000000.1, 10000000.3));
    assertThat(moments.mean()).isCloseTo(10000000.2, within(1e-8));
    assertThat(moments.deviation()).isCloseTo(0.1, within(1e-8));
  }

  private static double[] alternating(double first, double odd, double even) {
    return IntStream.range(0, 1001)
        .mapToDouble(i -> i == 0 ? first : i % 2 == 1 ? odd : even)
        .toArray();
  }

  @Test
  void oneValueHasNoDeviation() {
    assertThat(moments(5).deviation()).isNaN();
    assertThat(moments(5, 5).deviation()).isZero();
  }

  // ---- rows

  /** The example of docs/reference/figures.md. */
  @Test
  void theExampleOfThePage() {
    FoldScenario scenario = monitored(9.0, 11.0);
    read(scenario, BEGIN, 9.8, 10.0, 10.2, 10.4);
    read(scenario, BEGIN + HOUR, 10);
    assertThat(count(scenario, BEGIN, "n")).isEqualTo(4);
    assertThat(number(scenario, BEGIN, "mean")).isCloseTo(10.1, within(1e-12));
    assertThat(number(scenario, BEGIN, "s")).isCloseTo(0.258199, within(1e-6));
    assertThat(number(scenario, BEGIN, "min")).isEqualTo(9.8);
    assertThat(number(scenario, BEGIN, "max")).isEqualTo(10.4);
    assertThat(number(scenario, BEGIN, "cp")).isCloseTo(1.290994, within(1e-6));
    assertThat(number(scenario, BEGIN, "cpk")).isCloseTo(1.161895, within(1e-6));
    assertThat(row(scenario, BEGIN)).containsEntry("outside", 0L).containsEntry("final", false);
    assertThat(row(scenario, BEGIN)).doesNotContainKeys("center", "sigma", "rule_1");
  }

  @Test
  void oneLimitHasACpkAndNoCp() {
    FoldScenario scenario = monitored(null, 11.0);
    read(scenario, BEGIN, 9.8, 10.0, 10.2, 10.4, 12);
    read(scenario, BEGIN + HOUR, 10);
    assertThat(row(scenario, BEGIN)).containsKey("cpk").doesNotContainKey("cp");
    assertThat(count(scenario, BEGIN, "outside")).isEqualTo(1);
  }

  @Test
  void withoutLimitsThereIsNoCapability() {
    FoldScenario scenario = monitored(null, null);
    read(scenario, BEGIN, 9.8, 10.0);
    read(scenario, BEGIN + HOUR, 10);
    assertThat(row(scenario, BEGIN)).containsKey("s").doesNotContainKeys("cp", "cpk", "outside");
  }

  @Test
  void onlyGoodNumbersOfAssetsThatFitCount() {
    FoldScenario scenario = monitored("s/a/l/m", null, null, null, null);
    scenario.received(FoldScenario.MACHINE, BEGIN, BEGIN, Quality.BAD, "t", 99.0);
    scenario.received(FoldScenario.MACHINE, BEGIN + 1, BEGIN, Quality.UNCERTAIN, "t", 99.0);
    scenario.from(FoldScenario.MACHINE, BEGIN + 2, "t", "a word");
    scenario.from(FoldScenario.MACHINE, BEGIN + 3, "t", 5, "u", 7);
    scenario.from("s/a/l/n", BEGIN + 4, "t", 5);
    read(scenario, BEGIN + HOUR, 10);
    scenario.from("s/a/l/n", BEGIN + HOUR, "t", 5);
    assertThat(count(scenario, BEGIN, "n")).isEqualTo(1);
    assertThat(scenario.store.rows("signal_quality")).hasSize(1);
  }

  @Test
  void theRowOfAWindowThatLastsIsWrittenEachFiveMinutes() {
    FoldScenario scenario = monitored(null, null);
    read(scenario, BEGIN + 1, DoubleStream.iterate(0, v -> v + 1).limit(299).toArray());
    assertThat(row(scenario, BEGIN)).isEmpty();
    read(scenario, BEGIN + 300 * ShiftCalendar.SECOND, 7, 8);
    assertThat(count(scenario, BEGIN, "n")).isEqualTo(299);
    assertThat(row(scenario, BEGIN)).containsEntry("final", false);
  }

  // ---- late readings

  @Test
  void aLateReadingJoinsItsWindowUntilTheLatenessHasPassed() {
    FoldScenario scenario = monitored(null, null);
    read(scenario, BEGIN + 10, 1, 2);
    read(scenario, BEGIN + HOUR, 5);
    read(scenario, BEGIN + HOUR / 2, 3);
    read(scenario, BEGIN + HOUR + 600 * ShiftCalendar.SECOND, 5);
    assertThat(row(scenario, BEGIN)).containsEntry("n", 3L).containsEntry("final", true);
    assertThat(number(scenario, BEGIN, "mean")).isEqualTo(2);

    read(scenario, BEGIN + HOUR / 2, 99);
    read(scenario, BEGIN + 2 * HOUR, 5);
    assertThat(count(scenario, BEGIN, "n")).isEqualTo(3);
    assertThat(count(scenario, BEGIN + HOUR, "late")).isEqualTo(1);
  }

  @Test
  void whatIsSaidTwiceCountsOnce() {
    FoldScenario scenario = monitored(null, null);
    read(scenario, BEGIN, 1);
    read(scenario, BEGIN, 1);
    read(scenario, BEGIN + HOUR, 5);
    assertThat(count(scenario, BEGIN, "n")).isEqualTo(1);
  }

  // ---- the rules

  private static int broken(double... distances) {
    WesternElectric rules = new WesternElectric();
    int broken = 0;
    for (double distance : distances) {
      broken = rules.take(distance);
    }
    return broken;
  }

  @Test
  void ruleOneIsOneValueBeyondThree() {
    assertThat(broken(3.1)).isEqualTo(1);
    assertThat(broken(-3.1)).isEqualTo(1);
    assertThat(broken(3)).isZero();
  }

  @Test
  void ruleTwoIsTwoOfThreeBeyondTwoOnOneSide() {
    assertThat(broken(2.1, 0, 2.1)).isEqualTo(2);
    assertThat(broken(-2.1, -2.1)).isEqualTo(2);
    assertThat(broken(2.1, 0, -2.1)).as("both sides").isZero();
    assertThat(broken(2.1, 0, 0, 2.1)).as("two of four").isZero();
    assertThat(broken(2.1, 2.1, 0)).as("the last is none of them").isZero();
  }

  @Test
  void ruleThreeIsFourOfFiveBeyondOneOnOneSide() {
    assertThat(broken(1.1, 1.1, 0, 1.1, 1.1)).isEqualTo(4);
    assertThat(broken(-1.1, -1.1, -1.1, -1.1)).isEqualTo(4);
    assertThat(broken(1.1, 1.1, 0, 0, 1.1, 1.1)).as("four of six").isZero();
    assertThat(broken(1.1, 1.1, -1.1, -1.1, 1.1)).as("both sides").isZero();
  }

  @Test
  void ruleFourIsEightOnOneSide() {
    assertThat(broken(.1, .1, .1, .1, .1, .1, .1, .1)).isEqualTo(8);
    assertThat(broken(-.1, -.1, -.1, -.1, -.1, -.1, -.1, -.1, -.1)).isEqualTo(8);
    assertThat(broken(.1, .1, .1, .1, .1, .1, .1)).as("seven").isZero();
    assertThat(broken(.1, .1, .1, .1, 0, .1, .1, .1, .1)).as("one on the centre").isZero();
    assertThat(broken(.1, .1, .1, .1, -.1, .1, .1, .1, .1)).as("one beyond").isZero();
  }

  @Test
  void theRulesCompareWithTheWindowBefore() {
    FoldScenario scenario = monitored(null, null);
    read(scenario, BEGIN, alternatingOf(40, 9, 11)); // mean 10, s 1.0127
    read(scenario, BEGIN + HOUR, 10, 13.1, 9.9, 10.1);
    read(scenario, BEGIN + 2 * HOUR, 10);
    assertThat(row(scenario, BEGIN)).doesNotContainKey("rule_1");
    assertThat(number(scenario, BEGIN + HOUR, "center")).isEqualTo(10);
    assertThat(number(scenario, BEGIN + HOUR, "sigma")).isCloseTo(1.012739, within(1e-6));
    assertThat(count(scenario, BEGIN + HOUR, "rule_1")).isEqualTo(1);
    assertThat(count(scenario, BEGIN + HOUR, "rule_2")).isZero();
    assertThat(number(scenario, BEGIN + HOUR, "center")).as("4 values are too few").isEqualTo(10);
  }

  @Test
  void aConfiguredCentreHoldsFromTheFirstReadingOn() {
    FoldScenario scenario = monitored("s/*/*/*", null, null, 10.0, 1.0);
    read(scenario, BEGIN, 12.5, 12.5, 10);
    read(scenario, BEGIN + HOUR, 10);
    assertThat(row(scenario, BEGIN))
        .containsEntry("center", 10.0)
        .containsEntry("sigma", 1.0)
        .containsEntry("rule_1", 0L)
        .containsEntry("rule_2", 1L);
  }

  private static double[] alternatingOf(int count, double one, double other) {
    return IntStream.range(0, count).mapToDouble(i -> i % 2 == 0 ? one : other).toArray();
  }

  // ---- restarts, another configuration

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void restartsChangeNothing(int seed) {
    FoldScenario whole = monitored(-2.0, 2.0);
    FoldScenario restarted = new FoldScenario(config);
    Random random = new Random(seed);
    long at = BEGIN;
    for (int i = 0; i < 2000; i++) {
      at += random.nextInt(20) * ShiftCalendar.SECOND;
      long late = random.nextInt(9) == 0 ? random.nextInt(5000) * ShiftCalendar.SECOND : 0;
      double value = random.nextGaussian();
      whole.from(FoldScenario.MACHINE, at - late, "t", value);
      restarted.from(FoldScenario.MACHINE, at - late, "t", value);
      if (random.nextInt(30) == 0) {
        restarted.restart();
      }
    }
    assertThat(whole.store.rows("signal_quality")).hasSizeGreaterThan(4);
    assertThat(restarted.store.rows("signal_quality"))
        .isEqualTo(whole.store.rows("signal_quality"));
  }

  @Test
  void aSignalThatIsNotConfiguredAnyMoreIsLeftOut() {
    FoldScenario scenario = monitored(null, null);
    scenario.from(FoldScenario.MACHINE, BEGIN, "t", 1, "total", 5);
    config.signals.clear();
    scenario.restart(config);
    scenario.from(FoldScenario.MACHINE, BEGIN + 2 * HOUR, "t", 1, "total", 6);
    assertThat(scenario.store.rows("signal_quality")).isEmpty();
    scenario.restart();
  }

  @Test
  void anotherWindowBeginsAgain() {
    FoldScenario scenario = monitored(null, null);
    read(scenario, BEGIN, 1, 2);
    config.signals.set(
        0,
        new EfficiencyConfig.Monitored(
            "s/*/*/*", "t", Duration.ofMinutes(10), null, null, null, null));
    scenario.restart(config);
    read(scenario, BEGIN + 60 * ShiftCalendar.SECOND, 7);
    read(scenario, BEGIN + 600 * ShiftCalendar.SECOND, 7);
    assertThat(count(scenario, BEGIN, "n")).isEqualTo(1);
  }

  @Test
  void whatIsBeyondTheHeapIsIgnored() {
    config.signals.add(
        new EfficiencyConfig.Monitored("*", "t", Duration.ofHours(1), null, null, null, null));
    FigureRows rows = new FigureRows(10, false, List.of(), null);
    FoldMemory memory = FoldMemory.of(MemoryBudget.of(64L << 20, 1 << 20));
    SignalStatistics statistics = new SignalStatistics(config.build(), rows, memory);
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < 4 * memory.mostMachines + 3; i++) {
      readings.add(
          new Reading(
              new Series("telemetry", new Asset(null, null, null, "m" + i), Map.of()),
              "t",
              new Value.Real(i),
              BEGIN,
              Quality.GOOD,
              null));
    }
    readings.forEach(statistics::take);
    assertThat(statistics.ignored()).isEqualTo(3);

    Fold fold = new Fold(config.build(), FoldMemory.of(MemoryBudget.of(64L << 20, 1 << 20)));
    readings.forEach(reading -> fold.accept(reading, BEGIN));
    assertThat(fold.snapshot(BEGIN).ignoredOfSignals()).as("it is said").isEqualTo(3);
  }
}
