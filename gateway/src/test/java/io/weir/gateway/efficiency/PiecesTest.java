package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfig.CountKind;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How counter values become pieces where counts are told seldom, contradict or begin again. */
class PiecesTest {

  private static final String DAY = "2026-03-02T";
  private static final String START = DAY + "06:00:00Z";

  private final EfficiencyConfigBuilder config =
      new EfficiencyConfigBuilder().shift("early", "06:00", "14:00");

  private static long at(String time) {
    return StoredRows.nanos(DAY + time + "Z");
  }

  private static Map<String, Object> shift(FoldScenario scenario) {
    scenario.alive(DAY + "14:00:00Z", DAY + "14:15:00Z").flush();
    return scenario.store.efficiency(FoldScenario.MACHINE, "shift", "early", START);
  }

  private static double number(Map<String, Object> row, String field) {
    return (Double) row.getOrDefault(field, Double.NaN);
  }

  /**
   * A shift in which the machine makes a piece each second and says so each half minute. It is
   * silent from 09:00 to {@code back}.
   *
   * @param silentMinutes how long
   * @param totalEvery how often the total is told, in half minutes
   */
  private FoldScenario shiftWithASilence(int silentMinutes, int totalEvery) {
    FoldScenario scenario = new FoldScenario(config);
    long back = at("09:00:00") + silentMinutes * ShiftCalendar.MINUTE;
    for (int i = 0; i <= 960; i++) {
      long time = at("06:00:00") + i * 30 * ShiftCalendar.SECOND;
      if (time > at("09:00:00") && time < back) {
        continue;
      }
      List<Object> fields = new ArrayList<>(List.of("state", "RUNNING"));
      if (i % totalEvery == 0) {
        fields.addAll(List.of("total", 30 * i));
      }
      if (i == 0 || i == 960) {
        fields.addAll(List.of("reject", i == 0 ? 0 : 10_000));
      }
      scenario.from(FoldScenario.MACHINE, time, fields.toArray());
    }
    return scenario;
  }

  @Test
  void scrapThatIsBookedOnceAShiftIsThatOfAllItsPiecesWhateverTheSilence() {
    Map<String, Object> row = shift(shiftWithASilence(2, 1));
    assertThat(number(row, "scrap")).isEqualTo(10_000);
    assertThat(number(row, "gap_total")).isEqualTo(120);
    assertThat(number(row, "gap_good")).isEqualTo(120 * (18_800 / 28_800.0), within(1e-5));
    assertThat(number(row, "oee")).isEqualTo(18_800 / 28_800.0, within(1e-9));
  }

  @Test
  void countsThatAreSentAsTextCount() {
    FoldScenario scenario = new FoldScenario(config);
    scenario.read(START, "state", "RUNNING", "total", "1000", "reject", "0");
    scenario.read(DAY + "06:00:30Z", "total", " 1012 ", "reject", "2.0");
    scenario.read(DAY + "06:01:00Z", "total", "out of order", "reject", "+3");
    scenario.alive(DAY + "06:01:30Z", DAY + "06:20:00Z");
    Map<String, Object> row = shift(scenario);
    assertThat(number(row, "total")).isEqualTo(12);
    assertThat(number(row, "scrap")).isEqualTo(3);
  }

  @Test
  void theTimeOfASilenceTakesOnlyItsOwnPartOfACountThatIsToldSeldom() {
    Map<String, Object> row = shift(shiftWithASilence(13, 20));
    assertThat(number(row, "total")).isEqualTo(28_800);
    assertThat(number(row, "gap_total")).isEqualTo(13 * 60);
    assertThat(number(row, "effectiveness")).isEqualTo(1, within(1e-9));
    assertThat(number(row, "oee")).isEqualTo(18_800 / 28_800.0, within(1e-9));
  }

  @Test
  void scrapOfPiecesThatNobodySawIsLeftOutWithThem() {
    FoldScenario scenario = new FoldScenario(config);
    scenario.read(START, "state", "RUNNING", "total", 0, "reject", 0);
    scenario.read(DAY + "06:10:00Z", "total", 600, "reject", 60);
    scenario.alive(DAY + "06:10:30Z", DAY + "06:20:00Z");
    Map<String, Object> row = shift(scenario);
    assertThat(number(row, "gap_total")).isEqualTo(600);
    assertThat(number(row, "gap_good")).isEqualTo(540);
    assertThat(number(row, "ideal_good_s")).isZero();
  }

  @Test
  void scrapBookedWhileNothingIsMadeIsOfPiecesMadeBefore() {
    FoldScenario scenario = shiftWithASilence(2, 1);
    scenario.alive(DAY + "14:00:30Z", DAY + "14:30:00Z");
    scenario.read(DAY + "14:30:00Z", "state", "IDLE", "total", 28_800, "reject", 10_800);
    scenario.alive(DAY + "14:30:30Z", DAY + "15:00:00Z").flush();
    scenario.alive("2026-03-03T00:00:00Z", "2026-03-03T00:15:00Z").flush();
    Map<String, Object> day =
        scenario.store.efficiency(FoldScenario.MACHINE, "day", "all", DAY + "00:00:00Z");
    assertThat(number(day, "scrap")).isEqualTo(10_800);
    assertThat(number(day, "ideal_good_s"))
        .isEqualTo(28_680 - 10_000 * (28_680 / 28_800.0) - 800, within(1e-5));
  }

  @Test
  void aPieceThatIsScrapOutsideShiftsHasNoIdealTimeWhereNoTotalIsTold() {
    config.counts = EfficiencyConfigBuilder.count(null, "good", "reject", CountKind.CUMULATIVE, 0);
    FoldScenario scenario = new FoldScenario(config);
    scenario.read(DAY + "04:00:00Z", "state", "RUNNING", "good", 0, "reject", 0);
    scenario.read(DAY + "04:00:30Z", "state", "RUNNING", "good", 0, "reject", 1);
    scenario.alive(DAY + "04:01:00Z", DAY + "04:30:00Z").flush();
    assertThat(scenario.store.efficiency(FoldScenario.MACHINE, "minute", "none", at("04:00:00")))
        .containsEntry("total", 1.0)
        .containsEntry("ideal_total_s", 0.0);
  }

  // ---- orders

  private FoldScenario ordered(Object[]... readings) {
    config.counts =
        new EfficiencyConfig.Counts(
            "total", null, "reject", null, EfficiencyConfig.CountKind.ORDER, 0, false, "order");
    FoldScenario scenario = new FoldScenario(config);
    for (int i = 0; i < readings.length; i++) {
      scenario.from(
          FoldScenario.MACHINE, at("06:00:00") + i * 30 * ShiftCalendar.SECOND, readings[i]);
    }
    long end = at("06:00:00") + readings.length * 30 * ShiftCalendar.SECOND;
    for (long time = end; time < at("14:15:00"); time += 30 * ShiftCalendar.SECOND) {
      scenario.from(FoldScenario.MACHINE, time, "temperature", 20);
    }
    return scenario.flush();
  }

  private static Object[] t(Object... fields) {
    return fields;
  }

  private static double total(FoldScenario scenario) {
    return number(
        scenario.store.efficiency(FoldScenario.MACHINE, "shift", "early", START), "total");
  }

  @Test
  void anOrderBeginsAtZeroAlsoWhereItsCountIsAboveThatOfTheOneBefore() {
    assertThat(
            total(
                ordered(
                    t("state", "RUNNING", "order", "A", "total", 10),
                    t("total", 20),
                    t("order", "B", "total", 25),
                    t("total", 30))))
        .isEqualTo(10 + 30);
  }

  @Test
  void theIdOfAnOrderMayComeBeforeItsFirstCount() {
    assertThat(
            total(
                ordered(
                    t("state", "RUNNING", "order", "A", "total", 10),
                    t("total", 20),
                    t("order", "B"),
                    t("total", 25),
                    t("order", "B", "total", 30))))
        .isEqualTo(10 + 30);
  }

  @Test
  void theLastCountOfAnOrderMayBeToldOnceMoreAfterTheIdOfTheNextOne() {
    assertThat(
            total(
                ordered(
                    t("state", "RUNNING", "order", "A", "total", 500, "reject", 5),
                    t("total", 520),
                    t("order", "B"),
                    t("total", 520, "reject", 5),
                    t("total", 520),
                    t("total", 2, "reject", 1),
                    t("total", 30))))
        .isEqualTo(20 + 30);
  }

  @Test
  void anIdThatFollowsTheCountersFallMakesNothingTwice() {
    assertThat(
            total(
                ordered(
                    t("state", "RUNNING", "order", "A", "total", 10),
                    t("total", 20),
                    t("total", 3),
                    t("order", "B", "total", 5),
                    t("total", 9))))
        .isEqualTo(10 + 9);
  }

  @Test
  void aTimeWithoutAnOrderIsNoNewOrder() {
    assertThat(
            total(
                ordered(
                    t("state", "RUNNING", "order", "A", "total", 10),
                    t("order", "", "total", 20),
                    t("total", 20),
                    t("order", "A", "total", 30))))
        .isEqualTo(20);
  }

  @Test
  void theFirstOrderThatIsNamedIsNotANewOne() {
    assertThat(
            total(
                ordered(
                    t("state", "RUNNING", "total", 10),
                    t("order", "A", "total", 20),
                    t("total", 30))))
        .isEqualTo(20);
  }

  // ---- deltas

  private FoldScenario deltas(Object[]... readings) {
    config.counts =
        EfficiencyConfigBuilder.count("total", null, null, EfficiencyConfig.CountKind.DELTA, 0);
    FoldScenario scenario = new FoldScenario(config);
    scenario.read(START, "state", "RUNNING", "total", 0);
    for (Object[] reading : readings) {
      scenario.read(DAY + reading[0] + "Z", "total", reading[1]);
    }
    return scenario.alive(DAY + "06:05:00Z", DAY + "14:15:00Z").flush();
  }

  private static double implausible(FoldScenario scenario) {
    return number(
        scenario.store.efficiency(FoldScenario.MACHINE, "shift", "early", START), "implausible");
  }

  @Test
  void twoDeltasOfOneInstantAreOneThatIsFlaggedInWhateverOrderTheyCome() {
    FoldScenario one = deltas(t("06:00:30", 5), t("06:00:30", 3), t("06:01:00", 7));
    FoldScenario other = deltas(t("06:00:30", 3), t("06:01:00", 7), t("06:00:30", 5));
    assertThat(total(one)).isEqualTo(12);
    assertThat(StoredRows.differences(one.store, other.store)).isEmpty();
    assertThat(implausible(one)).isEqualTo(1);
    FoldScenario twice = deltas(t("06:00:30", 5), t("06:01:00", 7), t("06:00:30", 5));
    assertThat(total(twice)).isEqualTo(12);
    assertThat(implausible(twice)).isZero();
  }

  @Test
  void aDeltaBeyondTheIdealCycleIsFlaggedAndCounted() {
    FoldScenario scenario = deltas(t("06:00:30", 30), t("06:01:00", 300));
    assertThat(total(scenario)).isEqualTo(330);
    assertThat(implausible(scenario)).isEqualTo(1);
  }

  // ---- counts that cannot be

  private FoldScenario minutes(Object[]... readings) {
    FoldScenario scenario = new FoldScenario(config);
    for (Object[] reading : readings) {
      Object[] fields = Arrays.copyOfRange(reading, 1, reading.length);
      scenario.from(FoldScenario.MACHINE, at("06:00:00") + minutes(reading[0]), fields);
    }
    return scenario.alive(DAY + "07:00:00Z", DAY + "14:15:00Z").flush();
  }

  private static long minutes(Object count) {
    return Math.round(((Number) count).doubleValue() * ShiftCalendar.MINUTE);
  }

  @Test
  void aValueBelowZeroIsNoCountAndThoseAroundItGoOn() {
    FoldScenario scenario =
        minutes(
            t(0, "state", "RUNNING", "total", 500, "reject", 5),
            t(0.5, "total", -1, "reject", -1),
            t(1, "total", 501, "reject", 6));
    assertThat(total(scenario)).isEqualTo(1);
    assertThat(number(shift(scenario), "scrap")).isEqualTo(1);
    assertThat(implausible(scenario)).isEqualTo(2);
  }

  @Test
  void aCounterThatBeganBelowZeroBeginsWithItsFirstCount() {
    FoldScenario scenario =
        minutes(t(0, "state", "RUNNING", "total", -1), t(0.5, "total", 500), t(1, "total", 510));
    assertThat(total(scenario)).isEqualTo(10);
  }

  @Test
  void aCounterWithASignGoesOnBelowZero() {
    config.counts =
        EfficiencyConfigBuilder.count("total", null, null, CountKind.CUMULATIVE, 4_294_967_296.0);
    FoldScenario scenario =
        minutes(
            t(0, "state", "RUNNING", "total", Integer.MAX_VALUE - 5),
            t(0.5, "total", Integer.MIN_VALUE + 4),
            t(1, "total", Integer.MIN_VALUE + 10));
    assertThat(total(scenario)).isEqualTo(10 + 6);
    assertThat(implausible(scenario)).isZero();
  }

  @Test
  void aDeltaBelowZeroTakesNoPiecesBack() {
    FoldScenario scenario = deltas(t("06:00:30", 30), t("06:01:00", -7), t("06:01:30", 5));
    assertThat(total(scenario)).isEqualTo(35);
    assertThat(implausible(scenario)).isEqualTo(1);
  }

  @Test
  void aRiseOfMoreIdealTimeThanABucketHoldsIsFlaggedAndLeftOut() {
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(60));
    FoldScenario scenario =
        minutes(
            t(0, "state", "RUNNING", "total", 0, "reject", 0),
            t(0.5, "total", 100_000_000, "reject", 0),
            t(1, "total", 3, "reject", 0),
            t(1.5, "total", 100_000_000, "reject", 0));
    Map<String, Object> row = shift(scenario);
    assertThat(number(row, "total")).isEqualTo(3);
    assertThat(number(row, "ideal_total_s")).isEqualTo(180);
    assertThat(number(row, "implausible")).isEqualTo(2);
  }

  @Test
  void whatOfAllItsRisesABucketCannotHoldIsLeftOut() {
    config.energy = new EfficiencyConfig.Energy("energy", EfficiencyConfig.EnergyKind.CUMULATIVE);
    List<Object[]> readings = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int up = i % 2 == 0 ? 0 : 100_000_000;
      readings.add(t(i / 10.0, "state", "RUNNING", "total", up, "reject", 0, "energy", up));
    }
    Map<String, Object> row = shift(minutes(readings.toArray(new Object[0][])));
    assertThat(number(row, "total")).isEqualTo(3e8);
    assertThat(number(row, "ideal_total_s")).isEqualTo(3e8);
    assertThat(number(row, "energy_kwh")).isEqualTo(3e8);
  }

  /** Good pieces alone, which may be corrected; nothing is heard from 06:02 to 06:12. */
  private Map<String, Object> good(double up, double back) {
    return good(up, back, 0);
  }

  /**
   * @param made each half minute from 06:12 on
   */
  private Map<String, Object> good(double up, double back, int made) {
    config.counts = EfficiencyConfigBuilder.count(null, "good", "reject", CountKind.CUMULATIVE, 0);
    FoldScenario scenario = new FoldScenario(config);
    for (double minute = 0; minute <= 20; minute += 0.5) {
      if (minute <= 2 || minute >= 12) {
        double good = 2000 + (minute >= up && minute < back ? 800 : 0);
        good += made * 2 * Math.max(0, minute - 12);
        scenario.from(
            FoldScenario.MACHINE,
            at("06:00:00") + minutes(minute),
            "state",
            "RUNNING",
            "good",
            good,
            "reject",
            0);
      }
    }
    return shift(scenario.alive(DAY + "06:20:30Z", DAY + "14:00:00Z"));
  }

  @Test
  void whatACounterTakesBackOverUnknownTimeIsWhatItCountedBefore() {
    assertThat(good(1, 12))
        .containsEntry("total", 0.0)
        .containsEntry("gap_total", 0.0)
        .containsEntry("ideal_total_s", 0.0);
  }

  @Test
  void whatACounterTakesBackOfPiecesOverUnknownTimeHasNoIdealTimeEither() {
    assertThat(good(12, 13))
        .containsEntry("total", 0.0)
        .containsEntry("gap_total", 0.0)
        .containsEntry("ideal_total_s", 0.0);
  }

  @Test
  void soManyPiecesHaveNoIdealTimeAsACounterOfGoodOnesCountedTooManyOverUnknownTime() {
    assertThat(good(12, 13, 100))
        .containsEntry("total", 1600.0)
        .containsEntry("gap_total", 800.0)
        .containsEntry("ideal_total_s", 800.0);
  }

  // ---- names and sources

  @Test
  void whatADeviceCountedUnderAnotherNameIsOverUnknownTimeWhereItComesBack() {
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(1));
    FoldScenario scenario = new FoldScenario(config);
    for (int i = 0; i <= 360; i++) {
      String asset = i < 60 || i > 180 ? FoldScenario.MACHINE : "s/a/k/m";
      long time = at("06:00:00") + i * 30 * ShiftCalendar.SECOND;
      scenario.from(asset, time, "state", "RUNNING", "total", 30 * i, "reject", 0);
    }
    Map<String, Object> row = shift(scenario.alive(DAY + "09:00:30Z", DAY + "14:00:00Z"));
    assertThat(row).containsEntry("total", 10_800.0).containsEntry("gap_total", 3660.0);
    assertThat(row).containsEntry("ideal_total_s", 7140.0);
    scenario.from("s/a/k/m", at("14:15:00"), "temperature", 20.5).flush();
    assertThat(scenario.store.efficiency("s/a/k/m", "shift", "early", at("06:00:00")))
        .containsEntry("total", 3600.0)
        .containsEntry("gap_total", 0.0);
  }

  @Test
  void ofTwoValuesOfAnInstantTheOneThatWasReceivedLastHolds() {
    FoldScenario scenario = new FoldScenario(config);
    scenario.read(START, "state", "RUNNING", "total", 0, "reject", 0);
    for (Object[] each : new Object[][] {t("DOWN", 30), t("RUNNING", 40), t("DOWN", 30)}) {
      scenario.restart().read(DAY + "06:00:30Z", "state", each[0], "total", each[1], "reject", 0);
    }
    Map<String, Object> row = shift(scenario.alive(DAY + "06:01:00Z", DAY + "14:00:00Z"));
    assertThat(row).containsEntry("total", 30.0).containsEntry("run_s", 30.0);
  }

  // ---- contradictions

  @Test
  void moreScrapThanPiecesIsFlaggedAndHasNoRatioBelowZero() {
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(1));
    FoldScenario scenario = new FoldScenario(config);
    scenario.read(START, "state", "RUNNING", "total", 0, "reject", 0);
    scenario.read(DAY + "06:00:30Z", "total", 30, "reject", 60);
    Map<String, Object> row = shift(scenario.alive(DAY + "06:01:00Z", DAY + "14:00:00Z"));
    assertThat(number(row, "good")).isEqualTo(-30);
    assertThat(row).doesNotContainKeys("oee", "nee", "teep", "quality_ratio");
    assertThat(number(row, "contradictory")).isEqualTo(1);
  }

  @Test
  void aBookingOfScrapForEarlierPiecesIsNoContradiction() {
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(1));
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("14:00:00"); time += 30 * ShiftCalendar.SECOND) {
      long made = (time - at("06:00:00")) / ShiftCalendar.SECOND;
      boolean booked = made % 7200 == 0;
      scenario.from(FoldScenario.MACHINE, time, "state", "RUNNING", "total", made);
      scenario.from(FoldScenario.MACHINE, time, booked ? "reject" : "other", made / 10);
    }
    assertThat(number(shift(scenario), "contradictory")).isZero();
    assertThat(scenario.store.efficiency(FoldScenario.MACHINE, "minute", "early", at("07:59:00")))
        .containsEntry("total", 60.0)
        .containsEntry("scrap", 720.0)
        .doesNotContainKey("contradictory");
    assertThat(scenario.store.efficiency(FoldScenario.MACHINE, "hour", "all", at("07:00:00")))
        .doesNotContainKey("contradictory");
  }

  // ---- silence when no work is planned

  /** The machine makes a piece each second; it is silent for twenty minutes from 09:05 on. */
  private FoldScenario silentFromFivePastNine() {
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(1));
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("14:00:00"); time += 30 * ShiftCalendar.SECOND) {
      long made = (time - at("06:00:00")) / ShiftCalendar.SECOND;
      if (time <= at("09:05:00") || time >= at("09:25:00")) {
        scenario.from(FoldScenario.MACHINE, time, "state", "RUNNING", "total", made, "reject", 0);
      }
    }
    return scenario;
  }

  @Test
  void piecesOfASilenceInABreakHaveNoIdealTime() {
    config.shifts.clear();
    config.shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("09:00", 30));
    FoldScenario scenario = silentFromFivePastNine();
    Map<String, Object> row = shift(scenario);
    assertThat(number(row, "planned_stop_s")).isEqualTo(1200);
    assertThat(number(row, "unknown_s")).isZero();
    assertThat(number(row, "gap_total")).isEqualTo(1200);
    assertThat(number(row, "oee")).isEqualTo(1, within(1e-9));
    assertThat(scenario.store.efficiency(FoldScenario.MACHINE, "minute", "early", at("09:24:00")))
        .containsEntry("ideal_good_s", 0.0)
        .doesNotContainKey("oee");
  }

  @Test
  void piecesOfASilenceBeforeAShiftHaveNoIdealTimeInIt() {
    config.shifts.clear();
    config.shift("early", "06:00", "09:00").shift("late", "09:24", "14:00");
    FoldScenario scenario = silentFromFivePastNine();
    scenario.alive(DAY + "14:00:00Z", DAY + "14:15:00Z").flush();
    assertThat(scenario.store.efficiency(FoldScenario.MACHINE, "shift", "late", at("09:24:00")))
        .containsEntry("unknown_s", 60.0)
        .containsEntry("gap_total", 1200.0)
        .containsEntry("oee", 1.0);
  }

  @Test
  void countsThatDoNotAddUpAreFlagged() {
    FoldScenario scenario = new FoldScenario(config);
    scenario.read(START, "state", "RUNNING", "total", 0, "good", 0, "reject", 0);
    scenario.read(DAY + "06:01:00Z", "total", 60, "good", 50, "reject", 20);
    assertThat(number(shift(scenario), "contradictory")).isEqualTo(1);
    FoldScenario agree = new FoldScenario(config);
    agree.read(START, "state", "RUNNING", "total", 0, "good", 0, "reject", 0);
    agree.read(DAY + "06:01:00Z", "total", 60, "good", 50, "reject", 10);
    assertThat(number(shift(agree), "contradictory")).isZero();
  }

  @ParameterizedTest
  @CsvSource({"65536, 30, 0", "0, 7, 1"})
  void aCounterWithASignGoesOnBelow0WhereARolloverSaysSo(double rollover, int made, int flagged) {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.counts =
        EfficiencyConfigBuilder.count(
            "total", null, "reject", EfficiencyConfig.CountKind.CUMULATIVE, rollover);
    FoldScenario scenario = new FoldScenario(config);
    scenario.read("2026-03-02T06:00:00Z", "state", "RUNNING", "total", 32_760, "reject", 0);
    scenario.read("2026-03-02T06:00:30Z", "total", 32_767, "reject", 0);
    scenario.read("2026-03-02T06:01:00Z", "total", -32_746, "reject", 0);
    scenario.read("2026-03-02T07:00:01Z", "state", "DOWN").flush();
    assertThat(scenario.number("hour", "all", "2026-03-02T06:00:00Z", "total")).isEqualTo(made);
    assertThat(scenario.number("hour", "all", "2026-03-02T06:00:00Z", "implausible"))
        .isEqualTo(flagged);
  }
}
