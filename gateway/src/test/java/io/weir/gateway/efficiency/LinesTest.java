package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.correction.OrderEvent.Step;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.Figures.Basis;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Quality;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A serial line whose machines report their ideal cycles themselves. */
class LinesTest {

  private static final String PRESS = "s/a/l/press";
  private static final String PACK = "s/a/l/pack";
  private static final String HOUR = "2026-03-02T06:00:00Z";

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  LinesTest() {
    config.cycle = new EfficiencyConfig.MetricCycle("cycle");
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("pack"), null));
  }

  private static long at(String time) {
    return StoredRows.nanos("2026-03-02T" + time + "Z");
  }

  @Test
  void whichMachineIsSeenFirstDoesNotChangeTheBottleneck() {
    Map<String, Object> pressFirst = hourOf(hour(PRESS, PACK, new FoldScenario(config)));
    Map<String, Object> packFirst = hourOf(hour(PACK, PRESS, new FoldScenario(config)));
    assertThat(packFirst).isEqualTo(pressFirst);
    assertThat(packFirst)
        .containsEntry("down_s", 1800.0)
        .containsEntry("good", 600.0)
        .containsEntry("ideal_good_s", 2400.0)
        .containsEntry("final", true);
  }

  /** The first reading of one machine is folded and written before the first one of the other. */
  private static FoldScenario hour(String first, String second, FoldScenario scenario) {
    read(scenario, first, at("06:00:00"));
    scenario.flush();
    read(scenario, second, at("06:00:00"));
    for (long time = at("06:00:30"); time <= at("07:15:00"); time += 30 * ShiftCalendar.SECOND) {
      read(scenario, first, time);
      read(scenario, second, time);
    }
    return scenario.flush();
  }

  private static int halves(long time) {
    return (int) ((time - at("06:00:00")) / (30 * ShiftCalendar.SECOND));
  }

  private static void read(FoldScenario scenario, String machine, long time) {
    int halves = halves(time);
    boolean press = machine.equals(PRESS);
    scenario.from(
        machine,
        time,
        "state",
        press && halves >= 60 ? "DOWN" : "RUNNING",
        "total",
        press ? Math.min(halves, 60) * 6 : halves * 5,
        "reject",
        0,
        "cycle",
        press ? 4 : 3);
  }

  private static Map<String, Object> hourOf(FoldScenario scenario) {
    return scenario.store.efficiency("s/a/l", "hour", "all", HOUR);
  }

  /**
   * The press is silent from 06:01 to 08:30. Rows are written at any time between two readings; the
   * last ones of the silence when so much is received that nobody looks who is silent.
   */
  @ParameterizedTest
  @ValueSource(strings = {"08:30:00", "08:29:00"})
  void aMinuteInALongSilenceOfTheBottleneckSaysTheSameWheneverItIsWritten(String looksTo) {
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("08:32:00"); time += 30 * ShiftCalendar.SECOND) {
      if (time <= at("06:01:00") || time >= at("08:30:30")) {
        read(scenario, PRESS, time);
      }
      read(scenario, PACK, time);
      scenario.flush();
      if (time <= at(looksTo)) {
        scenario.tick(time);
      }
    }
    for (long minute = at("06:05:00"); minute < at("08:30:00"); minute += ShiftCalendar.MINUTE) {
      assertThat(scenario.store.efficiency("s/a/l", "minute", "all", minute))
          .containsEntry("total", 10.0)
          .containsEntry("gap_total", 10.0)
          .containsEntry("ideal_total_s", 0.0);
    }
  }

  @Test
  void aLineWithoutReadingsOfItsOutputMachineHasNoPieces() {
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("07:15:00"); time += 30 * ShiftCalendar.SECOND) {
      read(scenario, PRESS, time);
    }
    assertThat(hourOf(scenario.flush()))
        .containsEntry("run_s", 1800.0)
        .containsEntry("final", true)
        .doesNotContainKeys("total", "good", "scrap", "ideal_good_s", "oee", "quality_ratio");
  }

  @Test
  void aPlantAddsUpItsLinesAndItsOeeIsTheProductOfItsFactors() {
    config.lines.add(new EfficiencyConfig.Line("s/b/k", List.of(), List.of("mill"), null));
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("07:15:00"); time += 30 * ShiftCalendar.SECOND) {
      read(scenario, PRESS, time);
      read(scenario, PACK, time);
      int mills = halves(time);
      scenario.from(
          "s/b/k/mill", time, "state", "RUNNING", "total", mills, "reject", mills / 5, "cycle", 20);
    }
    List<Figures> lines =
        scenario.flush().fold.snapshot(at("07:15:00")).lines().stream()
            .map(line -> line.shift().figures())
            .toList();
    assertThat(lines).hasSize(2);
    Figures first = lines.get(0);
    Figures second = lines.get(1);
    Figures plant = Figures.ofPlant(lines);
    assertThat(plant.known()).isEqualTo(first.known() + second.known());
    assertThat(plant.good()).isEqualTo(first.good() + second.good());
    assertThat(plant.expected()).isEqualTo(3);
    assertThat(plant.oee())
        .isEqualTo((first.idealGood() + second.idealGood()) / plant.known())
        .isBetween(0.4, 0.9)
        .isCloseTo(
            plant.availability() * plant.effectiveness() * plant.qualityRatio(), within(1e-9));
    assertThat(plant.qualityRatio())
        .as("weighted with the cycles of the lines")
        .isLessThan(plant.good() / plant.total());
  }

  @Test
  void aPlantWithALineThatMakesNoCommonPieceHasNoPieces() {
    FoldScenario scenario = hour(PRESS, PACK, new FoldScenario(config));
    Figures line = scenario.fold.snapshot(at("07:15:00")).lines().get(0).shift().figures();
    Figures sum = Figures.ofPlant(List.of(line, new Figures(new long[Sums.SIZE], Basis.SUM, 2)));
    assertThat(sum.good()).isNaN();
    assertThat(sum.oee()).isEqualTo(line.oee());
    assertThat(sum.expected()).isEqualTo(line.expected() + 2);
  }

  @Test
  void aBottleneckThatCountsNothingHasItsIdealCycle() {
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(4));
    config.lines.set(0, new EfficiencyConfig.Line("s/a/l", List.of(), List.of("pack"), "press"));
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("07:15:00"); time += 30 * ShiftCalendar.SECOND) {
      scenario.from(PACK, time, "state", "RUNNING", "total", halves(time) * 5, "reject", 0);
      scenario.from(PRESS, time, "state", halves(time) < 100 ? "RUNNING" : "DOWN");
    }
    assertThat(hourOf(scenario.flush()))
        .containsEntry("good", 600.0)
        .containsEntry("oee", 2400 / 3600.0)
        .containsEntry("effectiveness", 2400 / 3000.0);
  }

  @Test
  void aBottleneckThatMadeNothingHasTheIdealCycleThatItReportedLast() {
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("06:40:00"); time += 30 * ShiftCalendar.SECOND) {
      int halves = halves(time);
      boolean changed = halves >= 30;
      scenario.from(
          PRESS,
          time,
          "state",
          changed ? "DOWN" : "RUNNING",
          "total",
          Math.min(halves, 30) * 6,
          "reject",
          0,
          "cycle",
          changed ? 2 : 4);
      scenario.from(PACK, time, "state", "RUNNING", "total", halves * 5, "reject", 0, "cycle", 1);
    }
    scenario.flush();
    assertThat(scenario.store.efficiency("s/a/l", "minute", "all", "2026-03-02T06:10:00Z"))
        .containsEntry("good", 10.0)
        .containsEntry("ideal_good_s", 40.0);
    assertThat(scenario.store.efficiency("s/a/l", "minute", "all", "2026-03-02T06:20:00Z"))
        .containsEntry("good", 10.0)
        .containsEntry("ideal_good_s", 20.0);
  }

  /**
   * By readings at half minutes: what people say comes between them, behind the end of a minute.
   */
  @Test
  void theProductOfAnOrderDoesNotChangeTheIdealCycleOfTheMinuteBefore() {
    makeLidsAndBoxes();
    FoldScenario scenario = new FoldScenario(config);
    long box = at("06:10:05");
    Asset press = new Asset("s", "a", "l", "press");
    Origin anna = new Origin("anna", box, "::1");
    scenario.fold.correct(
        new OrderEvent(0, press, box, Step.STARTED, "1", "box", Double.NaN, "", anna));
    standWhileThePackMakes(scenario, "MAINTENANCE", at("07:00:00"));
    assertIdealTimes(scenario, 40, 60);
  }

  @Test
  void theProductThatIsToldInAShortStopDoesNotChangeTheIdealCycleOfTheMinuteBefore() {
    makeLidsAndBoxes();
    FoldScenario scenario = new FoldScenario(config);
    standWhileThePackMakes(scenario, "DOWN", at("06:10:15"));
    assertIdealTimes(scenario, 40, 60);
  }

  private void makeLidsAndBoxes() {
    config.cycle =
        new EfficiencyConfig.ProductCycle(
            "product", Map.of("lid", Duration.ofSeconds(4), "box", Duration.ofSeconds(6)));
    config.lines.set(0, new EfficiencyConfig.Line("s/a/l", List.of(), List.of("pack"), "press"));
  }

  /** The press stands from 06:09:15 on; at an instant it tells another product. */
  private static void standWhileThePackMakes(FoldScenario scenario, String state, long box) {
    for (long time = at("06:00:00"); time <= at("06:40:00"); time += 30 * ShiftCalendar.SECOND) {
      scenario.from(PACK, time, "state", "RUNNING", "total", halves(time) * 5, "reject", 0);
      long later = time + 15 * ShiftCalendar.SECOND;
      String told = later < at("06:09:15") ? "RUNNING" : state;
      if (later == at("06:00:15") || later == box) {
        scenario.from(PRESS, later, "state", told, "product", later == box ? "box" : "lid");
      } else {
        scenario.from(PRESS, later, "state", told);
      }
    }
    scenario.flush();
  }

  private static void assertIdealTimes(FoldScenario scenario, double before, double after) {
    assertThat(scenario.store.efficiency("s/a/l", "minute", "all", "2026-03-02T06:09:00Z"))
        .containsEntry("good", 10.0)
        .containsEntry("ideal_good_s", before);
    assertThat(scenario.store.efficiency("s/a/l", "minute", "all", "2026-03-02T06:10:00Z"))
        .containsEntry("good", 10.0)
        .containsEntry("ideal_good_s", after);
  }

  @Test
  void piecesBeforeTheBottleneckHasToldItsProductHaveNoIdealTime() {
    config.cycle =
        new EfficiencyConfig.ProductCycle(
            "product", Map.of("lid", Duration.ofSeconds(4), "box", Duration.ofSeconds(6)));
    config.lines.set(0, new EfficiencyConfig.Line("s/a/l", List.of(), List.of("pack"), "press"));
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("07:15:00"); time += 30 * ShiftCalendar.SECOND) {
      int made = halves(time) * 5;
      scenario.from(PACK, time, "state", "RUNNING", "total", made, "reject", 0, "product", "lid");
      if (time < at("06:02:00")) {
        scenario.from(PRESS, time, "state", "RUNNING");
      } else {
        scenario.from(PRESS, time, "state", "RUNNING", "product", "lid");
      }
    }
    scenario.flush();
    assertThat(scenario.store.efficiency("s/a/l", "minute", "all", "2026-03-02T06:01:00Z"))
        .containsEntry("good", 10.0)
        .doesNotContainKeys("ideal_total_s", "ideal_good_s", "oee", "effectiveness", "teep");
    assertThat(scenario.store.efficiency("s/a/l", "minute", "all", "2026-03-02T06:02:00Z"))
        .containsEntry("ideal_good_s", 40.0);
    assertThat(hourOf(scenario)).containsEntry("good", 600.0).containsEntry("ideal_good_s", 2400.0);
  }

  @Test
  void theUnknownTimeOfASilentMachineStaysInTheRowsOfItsLine() {
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("06:10:00"); time += 30 * ShiftCalendar.SECOND) {
      if (time <= at("06:03:00")) {
        read(scenario, PRESS, time);
      }
      read(scenario, PACK, time);
      if (time % ShiftCalendar.MINUTE == 0) {
        scenario.flush();
        scenario.tick(time);
      }
    }
    for (String minute : List.of("06:03", "06:04", "06:05", "06:06", "06:07")) {
      assertThat(
              scenario.store.efficiency("s/a/l", "minute", "all", "2026-03-02T" + minute + ":00Z"))
          .as(minute)
          .containsEntry("unknown_s", 60.0)
          .containsEntry("coverage", 0.0)
          .containsEntry("members", 2.0);
    }
    assertThat(hourOf(scenario)).containsEntry("unknown_s", 420.0).containsEntry("known_s", 180.0);
  }

  @Test
  void aMachineThatIsSilentAgainIsUnknownAgain() {
    FoldScenario scenario = new FoldScenario(config);
    read(scenario, PRESS, at("06:00:00"));
    for (int minute = 1; minute <= 30; minute++) {
      scenario.tick(at("06:00:00") + minute * ShiftCalendar.MINUTE);
    }
    // a backlog of five minutes, received at half past
    for (long time = at("06:00:30"); time <= at("06:05:00"); time += 30 * ShiftCalendar.SECOND) {
      scenario.received(PRESS, time, at("06:30:00"), Quality.GOOD, "state", "RUNNING");
    }
    scenario.flush();
    scenario.tick(at("06:45:00"));
    assertThat(hourOf(scenario)).containsEntry("run_s", 300.0).containsEntry("unknown_s", 900.0);
  }

  /** A shift of an hour in which the press, the bottleneck, is silent for ten minutes. */
  private FoldScenario hourWithASilentPress(boolean packStandsStillMeanwhile) {
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(4));
    config.lines.set(0, new EfficiencyConfig.Line("s/a/l", List.of(), List.of("pack"), "press"));
    FoldScenario scenario = new FoldScenario(config);
    int packed = 0;
    for (long time = at("06:00:00"); time <= at("07:30:00"); time += 30 * ShiftCalendar.SECOND) {
      boolean silent = time > at("06:20:00") && time < at("06:30:00");
      if (!silent) {
        scenario.from(PRESS, time, "state", "RUNNING");
      }
      scenario.from(PACK, time, "state", "RUNNING", "total", packed, "reject", 0);
      packed += silent && packStandsStillMeanwhile ? 0 : 6;
    }
    return scenario.flush();
  }

  @Test
  void piecesMadeWhileTheBottleneckIsSilentAreOverAGap() {
    assertThat(hourOf(hourWithASilentPress(false)))
        .containsEntry("total", 720.0)
        .containsEntry("gap_total", 120.0)
        .containsEntry("gap_good", 120.0)
        .containsEntry("coverage", 3000 / 3600.0)
        .containsEntry("oee", 0.8);
  }

  @Test
  void onlyThePiecesOfTheSilenceAreOverTheGap() {
    Map<String, Object> hour = hourOf(hourWithASilentPress(true));
    assertThat((Double) hour.get("oee")).isCloseTo(0.8, within(0.005));
    assertThat((Double) hour.get("gap_total")).isLessThanOrEqualTo(6.0);
  }

  @Test
  void piecesMadeFromStockAreToldAndGiveNoOeeWhereTheBottleneckHardlyWorked() {
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(4));
    config.lines.set(0, new EfficiencyConfig.Line("s/a/l", List.of(), List.of("pack"), "press"));
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("08:15:00"); time += 30 * ShiftCalendar.SECOND) {
      boolean maintained = time >= at("06:04:00") && time < at("07:30:00");
      scenario.from(PRESS, time, "state", maintained ? "MAINTENANCE" : "RUNNING");
      scenario.from(PACK, time, "state", "RUNNING", "total", halves(time) * 6, "reject", 0);
    }
    assertThat(hourOf(scenario.flush()))
        .containsEntry("known_s", 240.0)
        .containsEntry("total", 720.0)
        .containsEntry("stock_total", 672.0)
        .containsEntry("stock_good", 672.0)
        .containsEntry("gap_total", 0.0)
        .containsEntry("ideal_good_s", 2880.0)
        .doesNotContainKeys("oee", "effectiveness", "nee");
    assertThat(scenario.store.efficiency("s/a/l", "hour", "all", "2026-03-02T07:00:00Z"))
        .containsEntry("stock_total", 360.0)
        .containsEntry("oee", 1.6);
    assertThat(scenario.store.efficiency(PACK, "hour", "all", HOUR))
        .doesNotContainKey("stock_total");
  }

  @Test
  void aBottleneckThatIsFirstHeardLaterIsTheBottleneckOfAllThatIsKept() {
    FoldScenario packFirst = new FoldScenario(config);
    FoldScenario together = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("07:30:00"); time += 30 * ShiftCalendar.SECOND) {
      read(packFirst, PACK, time);
      read(together, PRESS, time);
      read(together, PACK, time);
    }
    packFirst.flush();
    for (long time = at("06:00:00"); time <= at("07:30:00"); time += 30 * ShiftCalendar.SECOND) {
      read(packFirst, PRESS, time);
    }
    assertThat(StoredRows.differences(packFirst.flush().store, together.flush().store)).isEmpty();
  }

  @Test
  void whatALineHasGivenUpIsMarkedToBeMadeAgainWhenAMachineChangesIt() {
    config.lateness = Duration.ofHours(4);
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("09:00:00"); time += 30 * ShiftCalendar.SECOND) {
      read(scenario, PRESS, time);
      read(scenario, PACK, time);
    }
    assertThat(scenario.fold.takeMarks()).isEmpty();
    scenario.received(PRESS, at("06:10:10"), at("09:00:10"), Quality.GOOD, "state", "SETUP");
    read(scenario, PRESS, at("09:01:00"));
    scenario.flush();
    assertThat(scenario.store.efficiency(PRESS, "minute", "all", "2026-03-02T06:10:00Z"))
        .containsEntry("setup_s", 20.0);
    assertThat(scenario.fold.takeMarks())
        .extracting(mark -> mark.asset().path(), mark -> mark.from(), mark -> mark.to())
        .contains(tuple("s/a/l", at("06:00:00"), at("07:00:00")));
  }

  @Test
  void theRowsOfAMachineThatWasNeverHeardAreNotFinal() {
    name("saw", "press", "pack");
    FoldScenario scenario = new FoldScenario(config).tick(at("06:00:00"));
    for (long time = at("06:00:00"); time <= at("07:30:00"); time += 30 * ShiftCalendar.SECOND) {
      read(scenario, PRESS, time);
      read(scenario, PACK, time);
    }
    scenario.tick(at("07:30:00"));
    assertThat(scenario.store.efficiency("s/a/l/saw", "hour", "all", HOUR))
        .containsEntry("unknown_s", 3600.0)
        .containsEntry("final", false);
    assertThat(hourOf(scenario)).containsEntry("members", 3.0).containsEntry("final", false);
  }

  // ---- another bottleneck

  /** A line in which the press needs 4 s for a piece, and the pack so many seconds. */
  private static EfficiencyConfigBuilder cycles(int ofPack) {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(4));
    EfficiencyConfig.IdealCycle cycle =
        new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(ofPack));
    config.machines.add(
        new EfficiencyConfig.Machine(PACK, null, null, cycle, null, null, null, null));
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("pack"), null));
    return config;
  }

  /** The press runs while the pack is down. */
  private static void onlyThePressRuns(FoldScenario scenario, String from, String to) {
    for (long time = at(from); time <= at(to); time += 30 * ShiftCalendar.SECOND) {
      scenario.from(PRESS, time, "state", "RUNNING");
      scenario.from(PACK, time, "state", "DOWN");
    }
    scenario.flush();
  }

  @Test
  void theBottleneckIsTheMachineWithTheLargestCycleThatIsConfiguredNow() {
    FoldScenario scenario = new FoldScenario(cycles(3));
    onlyThePressRuns(scenario, "06:00:00", "06:10:00");
    assertThat(hourOf(scenario)).containsEntry("run_s", 600.0).containsEntry("down_s", 0.0);
    scenario.restart(cycles(5));
    onlyThePressRuns(scenario, "06:10:00", "06:30:00");
    assertThat(hourOf(scenario)).containsEntry("run_s", 0.0).containsEntry("down_s", 1800.0);
    assertThat(scenario.revisions.fell).isEmpty();
  }

  // ---- machines that the configuration names

  private void name(String... machines) {
    config.lines.set(
        0, new EfficiencyConfig.Line("s/a/l", List.of(machines), List.of("pack"), "press"));
  }

  @Test
  void aLineOfWhichNothingWasEverHeardIsUnknownFromWhenItIsConfigured() {
    name("press", "pack");
    FoldScenario scenario = new FoldScenario(config);
    for (int minute = 0; minute <= 15; minute++) {
      scenario.tick(at("06:00:00") + minute * ShiftCalendar.MINUTE);
    }
    assertThat(scenario.store.efficiency("s/a/l", "minute", "all", "2026-03-02T06:05:00Z"))
        .containsEntry("unknown_s", 60.0)
        .containsEntry("coverage", 0.0)
        .containsEntry("members", 2.0)
        .containsEntry("expected", 2.0)
        .containsEntry("final", false);
    assertThat(hourOf(scenario)).containsEntry("unknown_s", 900.0).containsEntry("known_s", 0.0);
    EfficiencySnapshot now = scenario.fold.snapshot(at("06:15:30"));
    assertThat(now.machines())
        .extracting(machine -> machine.asset().machine(), machine -> machine.heard())
        .containsExactly(tuple("press", false), tuple("pack", false));
    assertThat(now.machines()).allMatch(machine -> machine.state() == MachineState.UNKNOWN);
    assertThat(now.lines()).hasSize(1);
    assertThat(now.lines().get(0).shift().figures().expected()).isEqualTo(2);
  }

  @Test
  void aNamedMachineThatIsNeverHeardIsMissingInItsLine() {
    name("saw", "press", "pack");
    config.machines.add(
        new EfficiencyConfig.Machine("s/a/k/lathe", null, null, null, null, null, null, null));
    FoldScenario scenario = new FoldScenario(config).tick(at("06:00:00"));
    for (long time = at("06:00:00"); time <= at("06:30:00"); time += 30 * ShiftCalendar.SECOND) {
      read(scenario, PRESS, time);
      read(scenario, PACK, time);
    }
    scenario.tick(at("06:30:00"));
    assertThat(hourOf(scenario))
        .containsEntry("members", 3.0)
        .containsEntry("expected", 3.0)
        .containsEntry("run_s", 1800.0)
        .containsEntry("unknown_s", 0.0);
    assertThat(scenario.store.efficiency("s/a/k/lathe", "hour", "all", HOUR))
        .containsEntry("unknown_s", 1800.0);
    assertThat(scenario.store.efficiency("s/a", "hour", "all", HOUR)).containsEntry("members", 4.0);
  }

  @Test
  void timeFromTheConfigurationToTheFirstReadingIsUnknown() {
    name("press", "pack");
    FoldScenario scenario = new FoldScenario(config).tick(at("06:00:00")).restart();
    scenario.tick(at("06:10:00"));
    scenario.restart();
    for (long time = at("06:20:00"); time <= at("07:30:00"); time += 30 * ShiftCalendar.SECOND) {
      read(scenario, PRESS, time);
      read(scenario, PACK, time);
    }
    assertThat(hourOf(scenario.flush()))
        .containsEntry("unknown_s", 1200.0)
        .containsEntry("calendar_s", 3600.0)
        .containsEntry("final", true);
  }

  @Test
  void aNamedMachineMayTellWhatWasBeforeItWasConfigured() {
    name("press", "pack");
    FoldScenario scenario = new FoldScenario(config).tick(at("14:00:00"));
    for (long time = at("06:00:00"); time <= at("07:30:00"); time += 30 * ShiftCalendar.SECOND) {
      read(scenario, PRESS, time);
      read(scenario, PACK, time);
    }
    assertThat(hourOf(scenario.flush()))
        .containsEntry("down_s", 1800.0)
        .containsEntry("unknown_s", 0.0)
        .containsEntry("final", true);
    assertThat(scenario.now("2026-03-02T14:00:10Z").late()).isZero();
  }

  @Test
  void aNamedMachineThatIsSilentForMonthsIsStillExpected() {
    name("press", "pack");
    FoldScenario scenario = new FoldScenario(config);
    read(scenario, PRESS, at("06:00:00"));
    for (int day = 0; day < 100; day++) {
      scenario.tick(at("06:00:00") + day * 24 * ShiftCalendar.HOUR);
    }
    long last = at("06:00:00") + 99 * 24 * ShiftCalendar.HOUR;
    scenario.tick(last + 30 * ShiftCalendar.MINUTE);
    assertThat(scenario.fold.snapshot(last).machines()).hasSize(2);
    assertThat(scenario.store.efficiency("s/a/l", "hour", "all", last))
        .containsEntry("unknown_s", 1800.0)
        .containsEntry("members", 2.0);
    assertThat(scenario.store.efficiency("s/a/l", "day", "all", last - 6 * ShiftCalendar.HOUR))
        .containsEntry("unknown_s", 6.5 * 3600);
  }

  @Test
  void aMachineThatIsNamedNoMoreAndWasNeverHeardIsGoneAfterARestart() {
    name("saw", "press", "pack");
    FoldScenario scenario = new FoldScenario(config).tick(at("06:00:00"));
    read(scenario, PRESS, at("06:00:30"));
    byte[] state = scenario.flush().fold.encode();
    config.lines.clear();
    Fold restarted = Fold.decode(state, config.build());
    assertThat(restarted.snapshot(at("06:01:00")).machines())
        .extracting(machine -> machine.asset().machine())
        .containsExactly("press");
  }
}
