package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReportRuleTest {

  private static final Series SERIES = new Series("telemetry", Asset.NONE, Map.of());

  private static ReportRule rule(
      RouteConfig.@Nullable Deadband deadband,
      @Nullable Duration silence,
      RouteConfig.@Nullable Rate rate) {
    return Objects.requireNonNull(
        ReportRule.of(new RouteConfig.Reporting(deadband, silence, rate)));
  }

  private static Reading at(double seconds, Value value) {
    return new Reading(SERIES, "m", value, (long) (seconds * 1e9), Quality.GOOD, null);
  }

  private static Reading at(double seconds, double value) {
    return at(seconds, new Value.Real(value));
  }

  /** Seconds of the readings that are kept. */
  private static List<Double> kept(ReportRule rule, Reading... readings) {
    List<Double> kept = new ArrayList<>();
    ReportRule.Last last = null;
    for (Reading reading : readings) {
      if (rule.leavesOut(reading, last, 0) == null) {
        last = rule.kept(reading, last, 0, Long.MIN_VALUE, 0);
        kept.add(reading.timeNs() / 1e9);
      }
    }
    return kept;
  }

  @Test
  void zeroWithAMinusIsNoChangeFromZero() {
    ReportRule rule = rule(new RouteConfig.Deadband(0, false), null, null);

    assertThat(kept(rule, at(0, 0.0), at(1, -0.0), at(2, 0.0), at(3, Double.MIN_VALUE)))
        .containsExactly(0.0, 3.0);
  }

  @Test
  void aStepOfExactlyTheDeadbandIsLeftOutWhateverDoublesMakeOfIt() {
    ReportRule rule = rule(new RouteConfig.Deadband(0.1, false), null, null);

    assertThat(kept(rule, at(0, 20), at(1, 20.1), at(2, 19.9), at(3, 20.11), at(4, 20.21)))
        .containsExactly(0.0, 3.0);
  }

  @Test
  void aValueWithinTheDeadbandOfTheLastOneKeptIsLeftOut() {
    ReportRule rule = rule(new RouteConfig.Deadband(0.5, false), null, null);

    assertThat(kept(rule, at(0, 20), at(1, 20.5), at(2, 19.5), at(3, 20.6), at(4, 20.2)))
        .containsExactly(0.0, 3.0);
  }

  @Test
  void aSlowDriftIsKeptOnceItHasLeftTheDeadband() {
    ReportRule rule = rule(new RouteConfig.Deadband(1, false), null, null);

    assertThat(kept(rule, at(0, 0), at(1, 0.6), at(2, 1.2), at(3, 1.8), at(4, 2.4)))
        .containsExactly(0.0, 2.0, 4.0);
  }

  @Test
  void aPercentageIsOfTheLastValueKept() {
    ReportRule rule = rule(new RouteConfig.Deadband(0.01, true), null, null);

    assertThat(kept(rule, at(0, -200), at(1, -201.9), at(2, -202.1), at(3, 0), at(4, 0.001)))
        .containsExactly(0.0, 2.0, 3.0, 4.0);
  }

  @Test
  void aDeadbandOfZeroKeepsEveryChangeAndNothingElse() {
    ReportRule rule = rule(new RouteConfig.Deadband(0, false), null, null);

    assertThat(kept(rule, at(0, 1), at(1, 1), at(2, 1.0000000001), at(3, 1)))
        .containsExactly(0.0, 2.0, 3.0);
    Value large = new Value.Whole(1L << 60);
    Value larger = new Value.Whole((1L << 60) + 1);
    assertThat(kept(rule, at(0, large), at(1, large), at(2, larger))).containsExactly(0.0, 2.0);
  }

  @Test
  void textAndTruthAreKeptWhenTheyChangeWhateverTheDeadband() {
    ReportRule rule = rule(new RouteConfig.Deadband(5, false), null, null);
    Value run = new Value.Text("RUN");
    Value idle = new Value.Text("IDLE");

    assertThat(kept(rule, at(0, run), at(1, run), at(2, idle))).containsExactly(0.0, 2.0);
    assertThat(kept(rule, at(0, new Value.Flag(true)), at(1, new Value.Flag(false)))).hasSize(2);
  }

  @Test
  void aChangeOfQualityIsAChange() {
    ReportRule rule = rule(new RouteConfig.Deadband(5, false), null, null);
    Reading bad = new Reading(SERIES, "m", new Value.Real(1), 2_000_000_000L, Quality.BAD, "24");

    assertThat(kept(rule, at(1, 1), bad, at(3, 1))).containsExactly(1.0, 2.0, 3.0);
  }

  @Test
  void afterMaxSilenceAReadingIsKeptAlthoughItHasNotChanged() {
    ReportRule rule = rule(new RouteConfig.Deadband(0, false), Duration.ofSeconds(10), null);

    assertThat(kept(rule, at(0, 1), at(9.9, 1), at(10, 1), at(19, 1), at(25, 1)))
        .containsExactly(0.0, 10.0, 25.0);
  }

  @Test
  void aReadingOlderThanTheLastOneKeptIsKeptAndChangesNothing() {
    ReportRule rule =
        rule(
            new RouteConfig.Deadband(0, false),
            null,
            new RouteConfig.Rate(1, Duration.ofMinutes(1)));

    assertThat(kept(rule, at(100, 1), at(50, 1), at(51, 1), at(101, 1)))
        .containsExactly(100.0, 50.0, 51.0);
  }

  @Test
  void ofARateItsNumberIsKeptAtOnceThenOneInEachPart() {
    ReportRule rule = rule(null, null, new RouteConfig.Rate(2, Duration.ofSeconds(1)));
    Reading[] every100ms = new Reading[30];
    for (int i = 0; i < every100ms.length; i++) {
      every100ms[i] = at(i / 10.0, i);
    }

    assertThat(kept(rule, every100ms)).containsExactly(0.0, 0.1, 0.5, 1.0, 1.5, 2.0, 2.5);
  }

  @Test
  void aSteadyStreamAtTheRateIsKeptWholeThoughItsStepsTremble() {
    ReportRule rule = rule(null, null, new RouteConfig.Rate(10, Duration.ofSeconds(1)));

    assertThat(kept(rule, at(0, 1), at(0.099, 1), at(0.21, 1), at(0.298, 1), at(0.4, 1)))
        .hasSize(5);
  }

  @Test
  void whereNothingIsAskedThereIsNoRule() {
    assertThat(ReportRule.of(RouteConfig.Reporting.EVERY)).isNull();
  }
}
