package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.CycleTable;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.log.Soak;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Quality;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule of the figures, by a short scenario. */
class SignalRulesTest {

  private static final String HOUR = "2026-03-02T06:00:00Z";

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  /** A scenario with a sign of life each half minute until the end, and rows written. */
  private FoldScenario scenario(String end, Object[]... readings) {
    FoldScenario scenario = new FoldScenario(config);
    int next = 0;
    long to = at(end);
    for (long second = at("06:00:00"); second <= to; second += 10 * ShiftCalendar.SECOND) {
      while (next < readings.length && at((String) readings[next][0]) <= second) {
        Object[] fields = new Object[readings[next].length - 1];
        System.arraycopy(readings[next], 1, fields, 0, fields.length);
        scenario.from(FoldScenario.MACHINE, at((String) readings[next][0]), fields);
        next++;
      }
      scenario.from(FoldScenario.MACHINE, second, "temperature", 20);
    }
    return scenario.flush();
  }

  private static long at(String time) {
    return StoredRows.nanos("2026-03-02T" + time + "Z");
  }

  private static Object[] t(Object... fields) {
    return fields;
  }

  private static double hour(FoldScenario scenario, String field) {
    return scenario.number("hour", "all", HOUR, field);
  }

  // ---- states

  @Test
  void eachStateIsItsOwnTime() {
    FoldScenario scenario =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING"),
            t("06:10:00", "state", "SETUP"),
            t("06:20:00", "state", "MAINTENANCE"),
            t("06:25:00", "state", "IDLE"),
            t("06:30:00", "state", "STARVED"),
            t("06:35:00", "state", "BLOCKED"),
            t("06:40:00", "state", "DOWN"),
            t("06:45:00", "state", "FLYING"),
            t("06:50:00", "state", "RUNNING"));
    assertThat(hour(scenario, "run_s")).isEqualTo(1200);
    assertThat(hour(scenario, "setup_s")).isEqualTo(600);
    assertThat(hour(scenario, "planned_stop_s")).isEqualTo(300);
    assertThat(hour(scenario, "idle_s")).isEqualTo(300);
    assertThat(hour(scenario, "starved_s")).isEqualTo(300);
    assertThat(hour(scenario, "blocked_s")).isEqualTo(300);
    assertThat(hour(scenario, "down_s")).isEqualTo(300);
    assertThat(hour(scenario, "unknown_s")).isEqualTo(300);
    assertThat(hour(scenario, "planned_busy_s")).isEqualTo(3300);
    assertThat(hour(scenario, "known_s")).isEqualTo(3000);
    assertThat(hour(scenario, "failures")).isEqualTo(1);
    assertThat(hour(scenario, "mttr_s")).isEqualTo(300);
    assertThat(hour(scenario, "mtbf_s")).isEqualTo(1200);
    assertThat(scenario.store.row("machine_state s/a/l/m {}", at("06:45:00")))
        .containsEntry("reason", "unmapped:FLYING")
        .containsEntry("code", 0L);
  }

  @Test
  void eachFullMinuteHasARowOfTheStateAlsoWhereAShiftBegins() {
    config.shift("early", "00:00", "06:20").shift("late", "06:20", "00:00");
    FoldScenario scenario = new FoldScenario(config);
    for (long at = at("06:00:07"); at < at("06:26:00"); at += 50 * ShiftCalendar.SECOND) {
      scenario.from(FoldScenario.MACHINE, at, "state", "RUNNING");
    }
    scenario.flush();
    for (long at = at("06:01:00"); at < at("06:25:00"); at += ShiftCalendar.MINUTE) {
      assertThat(scenario.store.row("machine_state s/a/l/m {}", at))
          .containsEntry("state", "running");
    }
  }

  @Test
  void numbersFlagsAndWordsAreMapped() {
    config.state =
        new EfficiencyConfig.StateMapping(
            List.of(
                new EfficiencyConfig.Signal("alarm", Map.of("true", MachineState.DOWN), null),
                new EfficiencyConfig.Signal(
                    "run", Map.of("1", MachineState.RUNNING, "0", MachineState.IDLE), null)),
            "why");
    FoldScenario scenario =
        scenario(
            "07:05:00",
            t("06:00:00", "run", 1, "alarm", false),
            t("06:20:00", "alarm", true, "why", "jam"),
            t("06:30:00", "alarm", false),
            t("06:40:00", "run", 0.0));
    assertThat(hour(scenario, "run_s")).isEqualTo(1800);
    assertThat(hour(scenario, "down_s")).isEqualTo(600);
    assertThat(hour(scenario, "idle_s")).isEqualTo(1200);
    assertThat(scenario.store.stops(FoldScenario.MACHINE))
        .contains("06:20:00Z {category=down, reason=jam, shift=all} 600.0 x1.0");
  }

  @Test
  void packMlStatesAndModesHaveAMeaningOfTheirOwnThatCanBeChanged() {
    config.state =
        new EfficiencyConfig.StateMapping(
            List.of(
                new EfficiencyConfig.Signal("mode", Map.of(), EfficiencyConfig.Preset.PACKML_MODE),
                new EfficiencyConfig.Signal(
                    "st", Map.of("4", MachineState.STARVED), EfficiencyConfig.Preset.PACKML_STATE)),
            null);
    FoldScenario scenario =
        scenario(
            "07:05:00",
            t("06:00:00", "mode", 1, "st", 6),
            t("06:10:00", "st", 9),
            t("06:20:00", "st", 4),
            t("06:30:00", "mode", 2),
            t("06:40:00", "mode", 3),
            t("06:50:00", "mode", 1, "st", "Execute"),
            t("06:55:00", "mode", "4", "st", "Unholding"));
    assertThat(hour(scenario, "run_s")).isEqualTo(900);
    assertThat(hour(scenario, "down_s")).isEqualTo(900);
    assertThat(hour(scenario, "starved_s")).isEqualTo(600);
    assertThat(hour(scenario, "planned_stop_s")).isEqualTo(600);
    assertThat(hour(scenario, "setup_s")).isEqualTo(600);
  }

  @Test
  void aShortStopIsAMicroStopOnceItIsOverAndItsRowsAreWrittenAgain() {
    FoldScenario scenario = new FoldScenario(config);
    scenario
        .read("2026-03-02T06:00:00Z", "state", "RUNNING")
        .alive("2026-03-02T06:00:30Z", "2026-03-02T06:09:30Z");
    scenario.read("2026-03-02T06:09:30Z", "state", "DOWN", "total", 1);
    scenario.alive("2026-03-02T06:10:00Z", "2026-03-02T06:11:20Z");
    scenario.read("2026-03-02T06:11:00Z", "temperature", 1).flush();
    assertThat(scenario.number("minute", "all", "2026-03-02T06:09:00Z", "down_s")).isEqualTo(30);
    scenario.read("2026-03-02T06:11:20Z", "state", "RUNNING");
    scenario.alive("2026-03-02T06:11:50Z", "2026-03-02T06:13:50Z").flush();
    assertThat(scenario.number("minute", "all", "2026-03-02T06:09:00Z", "micro_stop_s"))
        .isEqualTo(30);
    assertThat(scenario.number("minute", "all", "2026-03-02T06:09:00Z", "down_s")).isZero();
    assertThat(scenario.number("minute", "all", "2026-03-02T06:09:00Z", "micro_stops"))
        .isEqualTo(1);
    assertThat(scenario.number("hour", "all", HOUR, "failures")).isZero();
    assertThat(
            scenario.store.efficiency(
                FoldScenario.MACHINE, "minute", "all", "2026-03-02T06:09:00Z"))
        .containsEntry("revision", 1L);
    assertThat(
            scenario.store.row(
                "machine_state s/a/l/m {}", StoredRows.nanos("2026-03-02T06:09:30Z")))
        .containsEntry("state", "micro_stop");
  }

  @Test
  void microStopsAsALossOfPerformanceLeaveOeeAsItIs() {
    Object[][] readings = {
      t("06:00:00", "state", "RUNNING", "total", 0, "good", 0),
      t("06:30:00", "state", "IDLE"),
      t("06:31:00", "state", "RUNNING"),
      t("07:00:00", "total", 1800, "good", 1800)
    };
    FoldScenario availability = scenario("07:05:00", readings);
    config.loss = EfficiencyConfig.Loss.PERFORMANCE;
    FoldScenario performance = scenario("07:05:00", readings);
    assertThat(hour(availability, "availability")).isEqualTo(3540 / 3600.0);
    assertThat(hour(performance, "availability")).isEqualTo(1);
    assertThat(hour(performance, "effectiveness")).isEqualTo(0.5);
    assertThat(hour(performance, "oee")).isEqualTo(hour(availability, "oee")).isEqualTo(0.5);
  }

  @Test
  void aSilentMachineIsUnknownSinceItsLastReadingAndNotDown() {
    FoldScenario scenario = new FoldScenario(config);
    scenario
        .read("2026-03-02T06:00:00Z", "state", "RUNNING")
        .alive("2026-03-02T06:00:30Z", "2026-03-02T06:30:00Z");
    scenario
        .read("2026-03-02T06:40:00Z", "temperature", 1)
        .alive("2026-03-02T06:40:30Z", "2026-03-02T07:05:00Z")
        .flush();
    assertThat(hour(scenario, "unknown_s")).isEqualTo(630);
    assertThat(hour(scenario, "down_s")).isZero();
    assertThat(hour(scenario, "run_s")).isEqualTo(2970);
    assertThat(hour(scenario, "coverage")).isEqualTo(2970 / 3600.0);
    assertThat(scenario.store.stops(FoldScenario.MACHINE))
        .containsExactly("06:29:30Z {category=unknown, reason=silent, shift=all} 630.0 x1.0");
  }

  @Test
  void silenceIsSeenWhileItLastsAndTakenBackWhenABacklogComes() {
    FoldScenario scenario = new FoldScenario(config);
    scenario
        .read("2026-03-02T06:00:00Z", "state", "RUNNING")
        .alive("2026-03-02T06:00:30Z", "2026-03-02T06:20:00Z")
        .flush();
    assertThat(scenario.now("2026-03-02T06:20:10Z").state()).isEqualTo(MachineState.RUNNING);
    scenario.tick("2026-03-02T06:35:00Z");
    assertThat(scenario.now("2026-03-02T06:35:00Z").state()).isEqualTo(MachineState.UNKNOWN);
    assertThat(scenario.now("2026-03-02T06:35:00Z").since()).isEqualTo(at("06:19:30"));
    assertThat(hour(scenario, "unknown_s")).isEqualTo(930);
    assertThat(scenario.number("minute", "all", "2026-03-02T06:33:00Z", "unknown_s")).isEqualTo(60);
    assertThat((Double) scenario.store.efficiency("s/a/l", "hour", "all", HOUR).get("unknown_s"))
        .isEqualTo(930);
    // the device had kept its readings
    long received = at("06:36:00");
    for (long time = at("06:20:00"); time <= at("06:36:00"); time += 30 * ShiftCalendar.SECOND) {
      scenario.received(FoldScenario.MACHINE, time, received++, Quality.GOOD, "state", "RUNNING");
    }
    scenario.flush().tick("2026-03-02T06:36:10Z");
    assertThat(hour(scenario, "unknown_s")).isZero();
    assertThat(scenario.number("minute", "all", "2026-03-02T06:33:00Z", "run_s")).isEqualTo(60);
    assertThat(scenario.store.row("machine_state s/a/l/m {}", at("06:19:30")))
        .containsEntry("state", "running");
    assertThat((Double) scenario.store.efficiency("s/a/l", "hour", "all", HOUR).get("unknown_s"))
        .isZero();
    assertThat(scenario.now("2026-03-02T06:36:10Z").late()).isZero();
  }

  @Test
  void aClockThatIsBehindDoesNotLookLikeSilence() {
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("06:10:00"); time += 10 * ShiftCalendar.SECOND) {
      scenario.received(
          FoldScenario.MACHINE, time, time + ShiftCalendar.HOUR, Quality.GOOD, "state", "RUNNING");
    }
    assertThat(scenario.now("2026-03-02T07:10:30Z").state()).isEqualTo(MachineState.RUNNING);
    assertThat(scenario.now("2026-03-02T07:12:00Z").state()).isEqualTo(MachineState.UNKNOWN);
  }

  @Test
  void withoutAStateSignalAMachineRunsWhileItsCountRises() {
    config.state = null;
    config.microStop = Duration.ofSeconds(1);
    FoldScenario scenario = new FoldScenario(config);
    for (int second = 0; second <= 600; second++) {
      scenario.from(
          FoldScenario.MACHINE,
          at("06:00:00") + second * ShiftCalendar.SECOND,
          "total",
          Math.min(second, 300));
    }
    scenario.alive("2026-03-02T06:10:30Z", "2026-03-02T07:05:00Z").flush();
    assertThat(hour(scenario, "run_s")).isEqualTo(302);
    assertThat(hour(scenario, "idle_s")).isEqualTo(3600 - 302);
  }

  @Test
  void badReadingsSayNothingAndKeepNothingAlive() {
    FoldScenario scenario = scenario("06:30:00", t("06:00:00", "state", "RUNNING", "total", 10));
    scenario.received(
        FoldScenario.MACHINE,
        at("06:30:01"),
        at("06:30:01"),
        Quality.BAD,
        "total",
        9999,
        "state",
        "DOWN");
    assertThat(scenario.now("2026-03-02T06:30:30Z").state()).isEqualTo(MachineState.RUNNING);
    assertThat(scenario.now("2026-03-02T06:31:10Z").state()).isEqualTo(MachineState.UNKNOWN);
    assertThat(scenario.now("2026-03-02T06:30:30Z").shift().figures().total()).isZero();
  }

  // ---- calendar

  @Test
  void breaksAndHolidaysArePlannedButRunningInABreakIsWork() {
    config.shift("day", "06:00", "07:00", EfficiencyConfigBuilder.pause("06:20", 20));
    FoldScenario scenario =
        scenario(
            "07:20:00",
            t("06:00:00", "state", "RUNNING"),
            t("06:25:00", "state", "DOWN"),
            t("06:45:00", "state", "RUNNING"));
    assertThat(scenario.number("shift", "day", HOUR, "run_s")).isEqualTo(40 * 60);
    assertThat(scenario.number("shift", "day", HOUR, "planned_stop_s")).isEqualTo(15 * 60);
    assertThat(scenario.number("shift", "day", HOUR, "down_s")).isEqualTo(5 * 60);
    assertThat(scenario.number("shift", "day", HOUR, "repair_s")).isEqualTo(20 * 60);
    assertThat(scenario.number("shift", "day", HOUR, "planned_busy_s")).isEqualTo(45 * 60);

    config.holidays = Set.of(LocalDate.parse("2026-03-02"));
    FoldScenario holiday = scenario("07:20:00", t("06:00:00", "state", "IDLE"));
    assertThat(holiday.number("shift", "day", HOUR, "planned_stop_s")).isEqualTo(3600);
    assertThat(holiday.number("shift", "day", HOUR, "planned_busy_s")).isZero();
    assertThat(holiday.number("shift", "day", HOUR, "oee")).isNaN();
  }

  @Test
  void outsideOfShiftsNoTimeIsPlannedAndPiecesAreKept() {
    config.shift("day", "06:00", "06:30");
    FoldScenario scenario =
        scenario(
            "07:30:00",
            t("06:00:00", "state", "RUNNING", "total", 0, "good", 0),
            t("06:30:00", "total", 900, "good", 900),
            t("06:50:00", "total", 1900, "good", 1900));
    assertThat(scenario.number("minute", "none", "2026-03-02T06:49:00Z", "total")).isEqualTo(1000);
    assertThat(scenario.number("minute", "none", "2026-03-02T06:49:00Z", "planned_busy_s"))
        .isZero();
    assertThat(scenario.number("shift", "none", "2026-03-02T06:30:00Z", "total")).isEqualTo(1000);
    assertThat(hour(scenario, "total")).isEqualTo(1900);
    assertThat(hour(scenario, "planned_busy_s")).isEqualTo(1800);
    assertThat(hour(scenario, "oee")).isEqualTo(0.5);
    assertThat(scenario.store.efficiency(FoldScenario.MACHINE, "shift", "day", HOUR))
        .containsEntry("final", true);
  }

  @Test
  void aStopIsSplitAtTheEndOfAShiftAndCountedOnce() {
    config.shift("one", "06:00", "06:30").shift("two", "06:30", "14:00");
    FoldScenario scenario =
        scenario(
            "07:00:00",
            t("06:00:00", "state", "RUNNING"),
            t("06:20:00", "state", "JAM"),
            t("06:40:00", "state", "RUNNING"));
    assertThat(scenario.store.stops(FoldScenario.MACHINE))
        .containsExactly(
            "06:20:00Z {category=down, reason=JAM, shift=one} 600.0 x1.0",
            "06:30:00Z {category=down, reason=JAM, shift=two} 600.0 x0.0");
    assertThat(scenario.number("shift", "one", HOUR, "failures")).isEqualTo(1);
    assertThat(scenario.number("shift", "two", "2026-03-02T06:30:00Z", "failures")).isZero();
  }

  private void withReasonSignal() {
    config.state =
        new EfficiencyConfig.StateMapping(
            List.of(new EfficiencyConfig.Signal("state", EfficiencyConfigBuilder.WORDS, null)),
            "why");
  }

  @Test
  void aReasonGivenInAStopReplacesOneGivenBefore() {
    withReasonSignal();
    FoldScenario scenario =
        scenario(
            "07:00:00",
            t("06:00:00", "state", "RUNNING"),
            t("06:10:00", "state", "DOWN", "why", "leak"),
            t("06:12:00", "why", "jam"),
            t("06:15:00", "state", "RUNNING"),
            t("06:20:00", "state", "DOWN"),
            t("06:20:01", "why", "jam"),
            t("06:21:00", "why", "fire"),
            t("06:25:00", "state", "RUNNING"),
            t("06:30:00", "state", "DOWN"),
            t("06:35:00", "state", "RUNNING"));
    assertThat(scenario.store.stops(FoldScenario.MACHINE))
        .containsExactly(
            "06:10:00Z {category=down, reason=leak, shift=all} 300.0 x1.0",
            "06:20:00Z {category=down, reason=jam, shift=all} 300.0 x1.0",
            "06:30:00Z {category=down, reason=DOWN, shift=all} 300.0 x1.0");
  }

  @Test
  void aReasonGivenAfterAShiftEndedHoldsForThePartBeforeToo() {
    withReasonSignal();
    config.shift("one", "06:00", "06:30").shift("two", "06:30", "14:00");
    FoldScenario scenario =
        scenario(
            "07:20:00",
            t("06:00:00", "state", "RUNNING"),
            t("06:20:00", "state", "DOWN"),
            t("06:55:00", "why", "jam"),
            t("07:00:00", "state", "RUNNING"));
    assertThat(scenario.store.stops(FoldScenario.MACHINE))
        .containsExactly(
            "06:20:00Z {category=down, reason=jam, shift=one} 600.0 x1.0",
            "06:30:00Z {category=down, reason=jam, shift=two} 1800.0 x0.0");
  }

  @Test
  void nightShiftsHaveSevenAndNineHoursWhenTheClocksChange() {
    Set<DayOfWeek> days = Set.of(DayOfWeek.values());
    config.zone = "Europe/Berlin";
    config.shift("night", days, "22:00", "06:00");
    ShiftCalendar calendar = new ShiftCalendar(config.build().zone(), config.calendar());
    ShiftCalendar.Interval spring = calendar.at(StoredRows.nanos("2026-03-28T23:00:00Z")).whole();
    ShiftCalendar.Interval autumn = calendar.at(StoredRows.nanos("2026-10-24T23:00:00Z")).whole();
    assertThat(spring.end() - spring.start()).isEqualTo(7 * ShiftCalendar.HOUR);
    assertThat(autumn.end() - autumn.start()).isEqualTo(9 * ShiftCalendar.HOUR);
    ShiftCalendar.Interval day = calendar.day(StoredRows.nanos("2026-03-29T12:00:00Z"));
    assertThat(day.end() - day.start()).isEqualTo(23 * ShiftCalendar.HOUR);
  }

  // ---- pieces

  private FoldScenario counted(Object... totals) {
    Object[][] readings = new Object[totals.length + 1][];
    readings[0] = t("06:00:00", "state", "RUNNING");
    for (int i = 0; i < totals.length; i++) {
      readings[i + 1] = t(String.format("06:%02d:00", i), "total", totals[i]);
    }
    return scenario("07:05:00", readings);
  }

  @Test
  void theFirstCountIsABaselineAndAFallIsAReset() {
    assertThat(hour(counted(1000, 1010, 1025), "total")).isEqualTo(25);
    assertThat(hour(counted(1000, 1010, 4), "total")).isEqualTo(14);
  }

  @Test
  void aCountOfAClockThatWentBackMakesNothingTwice() {
    FoldScenario scenario = counted(1000, 1010, 995, 1005, 1012);
    assertThat(hour(scenario, "total")).isEqualTo(12);
    assertThat(scenario.now("2026-03-02T07:05:00Z").shift().figures().implausible()).isEqualTo(2);
  }

  @Test
  void aClockThatWentBackMakesNoScrapTwice() {
    FoldScenario scenario =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "total", 1000, "reject", 0),
            t("06:10:00", "total", 1010, "reject", 1),
            t("06:10:30", "total", 1005, "reject", 0),
            t("06:20:00", "total", 1012, "reject", 1));
    assertThat(hour(scenario, "total")).isEqualTo(12);
    assertThat(hour(scenario, "scrap")).isEqualTo(1);
  }

  @Test
  void aFallIsARolloverWhereItIsPlausible() {
    config.counts =
        EfficiencyConfigBuilder.count(
            "total", null, null, EfficiencyConfig.CountKind.CUMULATIVE, 10_000);
    assertThat(hour(counted(9960, 9980, 10), "total")).isEqualTo(50);
    assertThat(hour(counted(5000, 5010, 4), "total")).isEqualTo(14);
  }

  @Test
  void goodRollsOverAlsoWhereTheTotalGoesOn() {
    config.counts =
        EfficiencyConfigBuilder.count(
            "total", "good", null, EfficiencyConfig.CountKind.CUMULATIVE, 65_536);
    FoldScenario slow =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "total", 20, "good", 65_530),
            t("06:01:00", "total", 50, "good", 20));
    assertThat(hour(slow, "good")).isEqualTo(26);
    FoldScenario fasterThanTheIdealCycle =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "total", 20, "good", 65_530),
            t("06:01:00", "total", 350, "good", 310));
    assertThat(hour(fasterThanTheIdealCycle, "good")).isEqualTo(316);
  }

  @Test
  void aCorrectionIsNoRollover() {
    config.counts =
        EfficiencyConfigBuilder.count(
            "total", null, "reject", EfficiencyConfig.CountKind.CUMULATIVE, 100);
    FoldScenario goesOn =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "total", 10, "reject", 40),
            t("06:01:00", "total", 20, "reject", 5));
    assertThat(hour(goesOn, "scrap")).isEqualTo(-35);
    FoldScenario rollsOver =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "total", 95, "reject", 3),
            t("06:01:00", "total", 5, "reject", 1));
    assertThat(hour(rollsOver, "total")).isEqualTo(10);
    assertThat(hour(rollsOver, "scrap")).isEqualTo(-2);
    FoldScenario garbled =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "total", 10, "reject", 40),
            t("06:00:10", "total", 11, "reject", 99),
            t("06:00:20", "total", 12, "reject", 41));
    assertThat(hour(garbled, "scrap")).isEqualTo(1);
  }

  @Test
  void orderCountersBeginAgainAndDeltasAreSummed() {
    config.counts =
        EfficiencyConfigBuilder.count(
            "total", null, null, EfficiencyConfig.CountKind.ORDER, 10_000);
    assertThat(hour(counted(9990, 10, 20), "total")).isEqualTo(20);
    config.counts =
        EfficiencyConfigBuilder.count("total", null, null, EfficiencyConfig.CountKind.DELTA, 0);
    assertThat(hour(counted(5, 7, 3), "total")).isEqualTo(15);
  }

  @Test
  void anOrderCounterOfAClockThatWentBackMakesNothingTwice() {
    config.counts =
        EfficiencyConfigBuilder.count("total", "good", null, EfficiencyConfig.CountKind.ORDER, 0);
    FoldScenario scenario = new FoldScenario(config);
    scenario.from(FoldScenario.MACHINE, at("06:00:00"), "state", "RUNNING", "total", 0, "good", 0);
    for (int made = 1; made <= 500; made++) {
      long back = made > 200 ? 29_500_000_000L : 0;
      long time = at("06:00:00") + made * ShiftCalendar.SECOND - back;
      scenario.from(FoldScenario.MACHINE, time, "total", made, "good", made);
    }
    scenario.alive("2026-03-02T06:08:00Z", "2026-03-02T07:30:00Z").flush();
    assertThat(hour(scenario, "total")).isEqualTo(500);
    assertThat(hour(scenario, "good")).isEqualTo(500);
  }

  @Test
  void anOrderThatBeginsCountsItsOwnProduct() {
    config.counts =
        EfficiencyConfigBuilder.count("total", "good", null, EfficiencyConfig.CountKind.ORDER, 0);
    config.cycle =
        new EfficiencyConfig.ProductCycle(
            "product", Map.of("A", Duration.ofSeconds(1), "B", Duration.ofSeconds(2)));
    FoldScenario scenario =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "product", "A", "total", 0, "good", 0),
            t("06:20:00", "total", 100, "good", 100),
            t("06:21:00", "product", "B", "total", 20, "good", 20));
    assertThat(hour(scenario, "total")).isEqualTo(120);
    assertThat(hour(scenario, "ideal_total_s")).isEqualTo(100 + 20 * 2);
  }

  @Test
  void aJumpBeyondTheIdealCycleIsFlaggedAndCounted() {
    FoldScenario scenario = counted(0, 50, 5000);
    assertThat(hour(scenario, "total")).isEqualTo(5000);
    assertThat(scenario.now("2026-03-02T07:05:00Z").shift().figures().implausible()).isEqualTo(1);
    assertThat(counted(0, 50, 90).now("2026-03-02T07:05:00Z").shift().figures().implausible())
        .isZero();
  }

  @Test
  void aGarbledCountMakesNothingWhenItComesNorWhenItGoes() {
    for (Object garbled : new Object[] {1e38, 4e9, -4e9}) {
      FoldScenario scenario = counted(5000, 5010, garbled, 5030, 5040);
      assertThat(hour(scenario, "total")).as("after %s", garbled).isBetween(20.0, 40.0);
      assertThat(scenario.now("2026-03-02T07:05:00Z").shift().figures().implausible()).isPositive();
    }
    assertThat(hour(counted(200_000_000, 200_000_010, 7), "total")).isEqualTo(17);
  }

  @Test
  void twoOfTotalGoodAndScrapGiveTheThird() {
    Object[] begin = t("06:00:00", "state", "RUNNING", "total", 0, "reject", 0);
    FoldScenario scrap = scenario("07:05:00", begin, t("06:30:00", "total", 100, "reject", 3));
    assertThat(hour(scrap, "good")).isEqualTo(97);
    assertThat(hour(scrap, "quality_ratio")).isEqualTo(0.97);
    FoldScenario total =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "good", 0, "reject", 0),
            t("06:30:00", "good", 97, "reject", 3));
    assertThat(hour(total, "total")).isEqualTo(100);
    assertThat(hour(total, "oee")).isEqualTo(97 / 3600.0);
  }

  @Test
  void aTotalAloneHasNoQualityUnlessAllAreTakenAsGood() {
    assertThat(hour(counted(0, 60), "oee")).isNaN();
    assertThat(hour(counted(0, 60), "quality_ratio")).isNaN();
    assertThat(hour(counted(0, 60), "effectiveness")).isEqualTo(60 / 3600.0);
    config.counts =
        new EfficiencyConfig.Counts(
            "total", null, null, null, EfficiencyConfig.CountKind.CUMULATIVE, 0, true, null);
    assertThat(hour(counted(0, 60), "quality_ratio")).isEqualTo(1);
    assertThat(hour(counted(0, 60), "oee")).isEqualTo(60 / 3600.0);
  }

  @Test
  void scrapBookedLaterLowersGoodAndIsNoReset() {
    FoldScenario scenario =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "total", 1000, "good", 990),
            t("06:10:00", "total", 1100, "good", 1090),
            t("06:20:00", "total", 1100, "good", 1050));
    assertThat(hour(scenario, "good")).isEqualTo(60);
    assertThat(hour(scenario, "scrap")).isEqualTo(40);
    assertThat(scenario.number("minute", "all", "2026-03-02T06:19:00Z", "good")).isEqualTo(-40);
  }

  @Test
  void aCorrectionThatIsReadAloneIsASmallFall() {
    FoldScenario scenario =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "total", 1000, "good", 990, "reject", 10),
            t("06:10:00", "good", 950),
            t("06:20:00", "reject", 4));
    assertThat(scenario.number("minute", "all", "2026-03-02T06:09:00Z", "good")).isEqualTo(-40);
    assertThat(scenario.now("2026-03-02T07:05:00Z").shift().figures().scrap()).isEqualTo(4);
  }

  @Test
  void goodAndScrapRestartWithTheTotal() {
    FoldScenario reset =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "total", 1000, "reject", 3),
            t("06:10:00", "total", 5, "reject", 2));
    assertThat(hour(reset, "total")).isEqualTo(5);
    assertThat(hour(reset, "scrap")).isEqualTo(2);
    config.counts =
        EfficiencyConfigBuilder.count("total", "good", null, EfficiencyConfig.CountKind.ORDER, 0);
    FoldScenario orders =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "total", 0, "good", 0),
            t("06:10:00", "total", 100, "good", 98),
            t("06:20:00", "total", 60, "good", 59));
    assertThat(hour(orders, "total")).isEqualTo(160);
    assertThat(hour(orders, "good")).isEqualTo(157);
  }

  @Test
  void piecesThatBridgeUnknownTimeAreLeftOutOfTheIdealTimes() {
    FoldScenario scenario = new FoldScenario(config);
    scenario.read("2026-03-02T06:00:00Z", "state", "RUNNING", "total", 0, "good", 0);
    scenario.alive("2026-03-02T06:00:30Z", "2026-03-02T06:10:00Z");
    scenario.read("2026-03-02T06:20:00Z", "total", 700, "good", 690);
    scenario.read("2026-03-02T06:20:30Z", "total", 720, "good", 710);
    scenario.alive("2026-03-02T06:21:00Z", "2026-03-02T07:05:00Z").flush();
    assertThat(hour(scenario, "total")).isEqualTo(720);
    // it was seen to run for 570 s, and not seen for 630
    assertThat(hour(scenario, "gap_total")).isEqualTo(700 * 630 / 1200.0);
    assertThat(hour(scenario, "gap_good")).isEqualTo(690 * 630 / 1200.0);
    assertThat(hour(scenario, "ideal_total_s")).isEqualTo(700 * 570 / 1200.0 + 20);
    assertThat(hour(scenario, "ideal_good_s")).isEqualTo(690 * 570 / 1200.0 + 20);
  }

  @Test
  void aCountAtTheFullMinuteBelongsToTheMinuteBefore() {
    FoldScenario scenario = counted(0, 60, 90);
    assertThat(scenario.number("minute", "all", "2026-03-02T06:00:00Z", "total")).isEqualTo(60);
    assertThat(scenario.number("minute", "all", "2026-03-02T06:01:00Z", "total")).isEqualTo(30);
  }

  // ---- ideal cycles, products, energy

  @Test
  void severalProductsInAShiftHaveTheirOwnCycles() {
    config.cycle =
        new EfficiencyConfig.ProductCycle(
            "product", CycleTable.parse(List.of("product,seconds", "A,1", "\"B\",2.5")));
    FoldScenario scenario =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "total", 0, "good", 0, "product", "A"),
            t("06:20:00", "total", 600, "good", 590, "product", "B"),
            t("06:40:00", "total", 900, "good", 880));
    assertThat(hour(scenario, "ideal_total_s")).isEqualTo(600 + 300 * 2.5);
    assertThat(hour(scenario, "ideal_good_s")).isEqualTo(590 + 290 * 2.5);
    assertThat(product(scenario, "B"))
        .containsEntry("total", 300.0)
        .containsEntry("ideal_total_s", 750.0);
    scenario.from(FoldScenario.MACHINE, at("07:05:10"), "product", "Z");
    scenario.from(FoldScenario.MACHINE, at("07:05:40"), "total", 905);
    assertThat(scenario.now("2026-03-02T07:05:41Z").shift().figures().oee()).isNaN();
    assertThat(scenario.now("2026-03-02T07:05:41Z").product()).isEqualTo("Z");
  }

  @Test
  void aProductThatALateReadingLeavesWithoutPiecesHasNone() {
    config.cycle =
        new EfficiencyConfig.ProductCycle(
            "product", Map.of("A", Duration.ofSeconds(1), "B", Duration.ofSeconds(2)));
    FoldScenario scenario =
        scenario(
            "06:30:00",
            t("06:00:00", "state", "RUNNING", "total", 0, "good", 0, "product", "A"),
            t("06:25:00", "total", 100, "good", 90));
    scenario.restart().from(FoldScenario.MACHINE, at("06:24:00"), "product", "B");
    scenario.alive("2026-03-02T06:30:30Z", "2026-03-02T06:32:00Z").flush();
    assertThat(product(scenario, "B"))
        .containsEntry("total", 100.0)
        .containsEntry("ideal_good_s", 180.0);
    assertThat(product(scenario, "A"))
        .containsEntry("total", 0.0)
        .containsEntry("good", 0.0)
        .containsEntry("ideal_good_s", 0.0)
        .containsEntry("revision", 1L);
  }

  private static Map<String, Object> product(FoldScenario scenario, String product) {
    return scenario.store.row(
        "efficiency_product s/a/l/m {bucket=shift, level=machine, product="
            + product
            + ", shift=all}",
        StoredRows.nanos("2026-03-02T00:00:00Z"));
  }

  @Test
  void withoutAnIdealCycleThereIsNoOeeOfZero() {
    Object[][] readings = {
      t("06:00:00", "state", "RUNNING", "total", 0, "good", 0, "product", "Z"),
      t("06:20:00", "total", 600, "good", 590)
    };
    config.cycle = null;
    assertThat(rowOfHour(scenario("07:05:00", readings)))
        .containsEntry("good", 590.0)
        .doesNotContainKeys("ideal_total_s", "ideal_good_s", "oee", "effectiveness", "teep");
    config.cycle = new EfficiencyConfig.ProductCycle("product", Map.of("A", Duration.ofSeconds(1)));
    assertThat(rowOfHour(scenario("07:05:00", readings))).doesNotContainKeys("ideal_good_s", "oee");
    assertThat(
            rowOfHour(scenario("07:05:00", t("06:00:00", "state", "IDLE", "total", 0, "good", 0))))
        .doesNotContainKeys("ideal_good_s", "oee");
  }

  @Test
  void piecesOfAProductThatTheTableHasNotHaveNoIdealTime() {
    config.cycle = new EfficiencyConfig.ProductCycle("product", Map.of("A", Duration.ofSeconds(1)));
    FoldScenario scenario =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "total", 0, "good", 0, "product", "A"),
            t("06:10:00", "total", 300, "good", 290),
            t("06:10:30", "product", "Z"),
            t("06:20:00", "total", 500, "good", 490),
            t("06:20:30", "product", "A"),
            t("06:30:00", "total", 600, "good", 590));
    assertThat(hour(scenario, "good")).isEqualTo(590);
    assertThat(hour(scenario, "ideal_total_s")).isEqualTo(300 + 100);
    assertThat(hour(scenario, "ideal_good_s")).isEqualTo(290 + 100);
    Figures day = scenario.now("2026-03-02T07:05:00Z").shift().figures();
    assertThat(day.oee()).isNaN();
    assertThat(day.losses().speed()).isNaN();
  }

  private static Map<String, Object> rowOfHour(FoldScenario scenario) {
    return scenario.store.efficiency(FoldScenario.MACHINE, "hour", "all", HOUR);
  }

  @Test
  void aCycleTableThatCannotBeReadNamesItsLine() {
    assertThatThrownBy(() -> CycleTable.parse(List.of("product,seconds", "A,fast")))
        .hasMessage("line 2: 'fast' is not a number of seconds");
    assertThatThrownBy(() -> CycleTable.parse(List.of("product,seconds", "A,1", "A,2")))
        .hasMessage("line 3: product 'A' stands twice");
    assertThatThrownBy(() -> CycleTable.parse(List.of("product,seconds", "A,0")))
        .hasMessageContaining("above 0 s");
    assertThatThrownBy(() -> CycleTable.parse(List.of("product,seconds", "A")))
        .hasMessageContaining("expected product,seconds");
  }

  @Test
  void aMetricGivesTheCycle() {
    config.cycle = new EfficiencyConfig.MetricCycle("cycle");
    FoldScenario scenario =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "total", 0, "cycle", 1.5),
            t("06:20:00", "total", 100, "cycle", 3),
            t("06:40:00", "total", 200));
    assertThat(hour(scenario, "ideal_total_s")).isEqualTo(150 + 300);
  }

  @Test
  void energyComesFromACounterOrFromPower() {
    FoldScenario counter =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "energy", 100.5, "total", 0),
            t("06:30:00", "energy", 104.0, "total", 7),
            t("06:40:00", "energy", 0.5));
    assertThat(hour(counter, "energy_kwh")).isEqualTo(4.0);
    assertThat(hour(counter, "kwh_per_unit")).isEqualTo(4.0 / 7, within(1e-9));
    config.energy = new EfficiencyConfig.Energy("power", EfficiencyConfig.EnergyKind.POWER);
    FoldScenario power =
        scenario(
            "07:05:00", t("06:00:00", "state", "RUNNING", "power", 12), t("06:30:00", "power", 6));
    assertThat(hour(power, "energy_kwh")).isEqualTo(9.0, within(1e-6));
  }

  @Test
  void withoutAMeterThereIsNoEnergyPerPieceOfZero() {
    assertThat(rowOfHour(counted(0, 60)))
        .containsEntry("energy_kwh", 0.0)
        .doesNotContainKey("kwh_per_unit");
    FoldScenario metered =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "energy", 5, "total", 0),
            t("06:30:00", "energy", 5, "total", 7));
    assertThat(hour(metered, "kwh_per_unit")).isZero();
  }

  @Test
  void anEnergyMeterThatFallsALittleWasNotReset() {
    FoldScenario clock =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "energy", 48_200.0),
            t("06:10:00", "energy", 48_201.0),
            t("06:10:30", "energy", 48_200.5),
            t("06:20:00", "energy", 48_202.0));
    assertThat(hour(clock, "energy_kwh")).isEqualTo(2.0, within(1e-6));
    FoldScenario fedBack =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "energy", -4.0),
            t("06:10:00", "energy", -5.0),
            t("06:20:00", "energy", -4.5));
    assertThat(hour(fedBack, "energy_kwh")).isEqualTo(-0.5, within(1e-6));
  }

  @Test
  void anEnergyMeterThatIsReadSeldomWasResetUnlessItFallsByATenth() {
    Object[] begin = t("06:00:00", "state", "RUNNING", "energy", 90.0);
    FoldScenario daily = scenario("12:40:00", begin, t("12:30:00", "energy", 60.0));
    assertThat(energyOfTheDay(daily)).isEqualTo(60);
    FoldScenario fedBack = scenario("12:40:00", begin, t("12:30:00", "energy", 89.0));
    assertThat(energyOfTheDay(fedBack)).isEqualTo(-1);
    FoldScenario readOften = scenario("12:40:00", begin, t("07:00:00", "energy", 60.0));
    assertThat(energyOfTheDay(readOften)).isEqualTo(-30);
    FoldScenario belowZero =
        scenario(
            "12:40:00",
            t("06:00:00", "state", "RUNNING", "energy", 2.0),
            t("08:30:00", "energy", -3.0),
            t("11:30:00", "energy", -4.0));
    assertThat(energyOfTheDay(belowZero)).isEqualTo(-6);
  }

  private static double energyOfTheDay(FoldScenario scenario) {
    return scenario.number("day", "all", "2026-03-02T00:00:00Z", "energy_kwh");
  }

  @Test
  void garbledEnergyIsLeftOut() {
    FoldScenario counter =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "energy", 48_200.0),
            t("06:10:00", "energy", 48_201.0),
            t("06:20:00", "energy", 1e38),
            t("06:30:00", "energy", 48_202.0),
            t("06:40:00", "energy", 48_204.0));
    assertThat(hour(counter, "energy_kwh")).isEqualTo(3.0, within(1e-6));
    config.energy = new EfficiencyConfig.Energy("power", EfficiencyConfig.EnergyKind.POWER);
    FoldScenario power =
        scenario(
            "07:05:00",
            t("06:00:00", "state", "RUNNING", "power", 12),
            t("06:30:00", "power", 1e38),
            t("06:31:00", "power", -1e38),
            t("06:40:00", "power", 6));
    assertThat(hour(power, "energy_kwh")).isEqualTo(8.0, within(1e-6));
  }

  @Test
  void aProductThatIsALongNumberKeepsAllOfItsDigits() {
    config.cycle = new EfficiencyConfig.ProductCycle("product", Map.of());
    FoldScenario scenario = new FoldScenario(config);
    scenario.from(
        FoldScenario.MACHINE,
        at("06:00:00"),
        "state",
        "RUNNING",
        "product",
        9_007_199_254_740_993L);
    assertThat(scenario.now("2026-03-02T06:00:00Z").product()).isEqualTo("9007199254740993");
  }

  // ---- late readings, state, bounds

  @Test
  void whatComesTooLateIsCountedAndChangesNothing() {
    FoldScenario scenario = scenario("06:30:00", t("06:00:00", "state", "RUNNING", "total", 0));
    int writes = scenario.store.writes;
    scenario.from(FoldScenario.MACHINE, at("06:15:00"), "state", "DOWN", "total", 5);
    assertThat(scenario.flush().store.writes).isEqualTo(writes);
    assertThat(scenario.now("2026-03-02T06:30:00Z").late()).isEqualTo(2);
  }

  @Test
  void aLateReadingRecomputesAndRaisesTheRevision() {
    FoldScenario scenario = scenario("06:30:00", t("06:00:00", "state", "RUNNING"));
    scenario.from(FoldScenario.MACHINE, at("06:25:20"), "state", "DOWN");
    scenario.from(FoldScenario.MACHINE, at("06:28:20"), "state", "RUNNING");
    scenario.alive("2026-03-02T06:30:30Z", "2026-03-02T06:32:00Z").flush();
    Map<String, Object> minute =
        scenario.store.efficiency(FoldScenario.MACHINE, "minute", "all", "2026-03-02T06:26:00Z");
    assertThat(minute).containsEntry("down_s", 60.0).containsEntry("revision", 1L);
    assertThat(
            scenario.store.efficiency(
                FoldScenario.MACHINE, "minute", "all", "2026-03-02T06:20:00Z"))
        .containsEntry("revision", 0L);
    assertThat(scenario.store.stops(FoldScenario.MACHINE)).hasSize(1);
    // later still, it turns out to have been something else: the old row is taken back
    scenario.from(FoldScenario.MACHINE, at("06:25:20"), "state", "STARVED");
    scenario.alive("2026-03-02T06:32:00Z", "2026-03-02T06:34:00Z").flush();
    assertThat(scenario.store.stops(FoldScenario.MACHINE))
        .containsExactly("06:25:20Z {category=starved, reason=STARVED, shift=all} 180.0 x1.0");
    assertThat(
            scenario.store.row(
                "stops s/a/l/m {category=down, reason=DOWN, shift=all}", at("06:25:20")))
        .containsEntry("duration_s", 0.0)
        .containsEntry("count", 0.0);
  }

  @Test
  void figuresBeginAtTheFirstReadingAlsoAfterARestart() {
    FoldScenario scenario = scenario("06:30:00", t("06:00:00", "state", "RUNNING"));
    scenario.restart().alive("2026-03-02T06:30:30Z", "2026-03-02T07:15:00Z").flush();
    assertThat(hour(scenario, "run_s")).isEqualTo(3600);
    assertThat(scenario.number("day", "all", "2026-03-02T00:00:00Z", "calendar_s")).isEqualTo(4440);
  }

  @Test
  void whereTheStateWasLostNoPartialBucketIsWritten() {
    FoldScenario scenario = new FoldScenario(config);
    scenario.fold.beginsAt(at("06:20:00"));
    scenario
        .read("2026-03-02T06:20:00Z", "state", "RUNNING")
        .alive("2026-03-02T06:20:30Z", "2026-03-02T08:15:00Z")
        .flush();
    assertThat(scenario.store.efficiency(FoldScenario.MACHINE, "hour", "all", HOUR)).isEmpty();
    assertThat(scenario.store.efficiency("s/a/l", "hour", "all", HOUR)).isEmpty();
    assertThat(scenario.number("hour", "all", "2026-03-02T07:00:00Z", "run_s")).isEqualTo(3600);
  }

  @Test
  void anAssetWithoutASignalOfEfficiencyIsNoMachine() {
    FoldScenario scenario =
        new FoldScenario(config).alive("2026-03-02T06:00:00Z", "2026-03-02T06:30:00Z").flush();
    assertThat(scenario.store.writes).isZero();
    assertThat(scenario.fold.snapshot(0).machines()).isEmpty();
  }

  @Test
  void reasonsAreBounded() {
    Object[][] readings = new Object[301][];
    readings[300] = t("06:30:00", "state", "RUNNING");
    for (int i = 0; i < 300; i++) {
      readings[i] = t(String.format("06:%02d:%02d", i / 60, i % 60), "state", "FAULT" + i);
    }
    FoldScenario scenario = scenario("06:40:00", readings);
    assertThat(scenario.store.rows("stops ").keySet())
        .anyMatch(name -> name.contains("reason=unmapped:other"));
    assertThat(scenario.fold.encode().length).isLessThan(40_000);
  }

  @Test
  void aMachineForgottenForMonthsStartsAgain() {
    FoldScenario scenario = scenario("06:30:00", t("06:00:00", "state", "RUNNING", "total", 100));
    scenario.read("2026-06-02T06:00:00Z", "state", "RUNNING", "total", 900);
    scenario.read("2026-06-02T06:00:50Z", "total", 930);
    assertThat(scenario.now("2026-06-02T06:00:50Z").shift().figures().total()).isEqualTo(30);
    scenario.tick("2026-09-02T06:00:00Z");
    assertThat(scenario.fold.snapshot(0).machines()).isEmpty();
  }

  @Test
  void bytesOfAnotherFormatOrCutShortAreRefused() {
    byte[] bytes = scenario("06:30:00", t("06:00:00", "state", "RUNNING")).fold.encode();
    byte[] newer = bytes.clone();
    newer[0] = 99;
    assertThatThrownBy(() -> Fold.decode(newer, config.build())).hasMessageContaining("format 99");
    for (int length = 0; length < bytes.length; length += Soak.count(23, 1)) {
      byte[] cut = java.util.Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> Fold.decode(cut, config.build()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  // ---- machines of their own kind, lines

  @Test
  void theFirstOverrideThatMatchesHolds() {
    config.machines.add(
        new EfficiencyConfig.Machine(
            "s/a/l/m*",
            null,
            null,
            new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(3)),
            null,
            null,
            null,
            null));
    config.machines.add(
        new EfficiencyConfig.Machine(
            "s/*/*/*",
            null,
            null,
            new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(9)),
            null,
            null,
            null,
            null));
    assertThat(hour(counted(0, 10), "ideal_total_s")).isEqualTo(30);
  }

  @Test
  void aSerialLineHasTheTimesOfItsBottleneckAndThePiecesOfItsOutput() {
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("pack"), null));
    config.machines.add(
        new EfficiencyConfig.Machine(
            "s/a/l/press",
            null,
            null,
            new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(4)),
            null,
            null,
            null,
            null));
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("07:15:00"); time += 30 * ShiftCalendar.SECOND) {
      int minute = (int) ((time - at("06:00:00")) / ShiftCalendar.MINUTE);
      scenario.from(
          "s/a/l/press",
          time,
          "state",
          minute < 50 ? "RUNNING" : "DOWN",
          "total",
          minute * 12,
          "reject",
          minute / 10);
      scenario.from("s/a/l/pack", time, "state", "RUNNING", "total", minute * 11, "reject", 0);
    }
    scenario.flush();
    Map<String, Object> line = scenario.store.efficiency("s/a/l", "hour", "all", HOUR);
    assertThat(line).containsEntry("basis", "bottleneck").containsEntry("members", 2.0);
    assertThat(line).containsEntry("run_s", 3000.0).containsEntry("down_s", 600.0);
    assertThat(line)
        .containsEntry("good", 660.0)
        .containsEntry("scrap", 6.0)
        .containsEntry("total", 666.0);
    assertThat(line).containsEntry("ideal_good_s", 2640.0).containsEntry("oee", 2640 / 3600.0);
    assertThat(line).containsEntry("final", true);
    assertThat(scenario.store.efficiency("s/a", "hour", "all", HOUR))
        .containsEntry("oee", 2640 / 3600.0)
        .containsEntry("good", 660.0);
    Figures now = scenario.fold.snapshot(at("07:15:00")).lines().get(0).shift().figures();
    assertThat(now.good()).isGreaterThan(660);
    assertThat(now.good() / now.plan(0.75))
        .as("good pieces against plan are OEE against its target")
        .isCloseTo(now.oee() / 0.75, within(1e-9));
  }

  @Test
  void aLineHasItsCurrentShiftAndTheOneBefore() {
    config.shift("early", "06:00", "07:00").shift("late", "07:00", "14:00");
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("07:15:00"); time += 30 * ShiftCalendar.SECOND) {
      int minute = (int) ((time - at("06:00:00")) / ShiftCalendar.MINUTE);
      scenario.from("s/a/l/a", time, "state", minute % 2 == 0 ? "RUNNING" : "DOWN");
    }
    EfficiencySnapshot.LineNow line = scenario.flush().fold.snapshot(at("07:15:00")).lines().get(0);
    EfficiencySnapshot.ShiftFigures last = java.util.Objects.requireNonNull(line.last());
    assertThat(line.shift().name()).isEqualTo("late");
    assertThat(last.name()).isEqualTo("early");
    assertThat(last.figures().known()).isEqualTo(3600);
    assertThat(last.figures().plan(0.75)).as("nothing was counted").isNaN();
  }

  @Test
  void withoutAnEntryALineIsAnAverageOfItsMachinesWithoutPieces() {
    FoldScenario scenario = new FoldScenario(config);
    for (long time = at("06:00:00"); time <= at("07:15:00"); time += 30 * ShiftCalendar.SECOND) {
      int minute = (int) ((time - at("06:00:00")) / ShiftCalendar.MINUTE);
      scenario.from("s/a/l/a", time, "state", "RUNNING", "total", minute * 30, "reject", 0);
      scenario.from("s/a/l/b", time, "state", "IDLE", "total", 0, "reject", 0);
    }
    Map<String, Object> line = scenario.flush().store.efficiency("s/a/l", "hour", "all", HOUR);
    assertThat(line).containsEntry("basis", "sum").doesNotContainKey("total");
    assertThat(line).containsEntry("known_s", 7200.0).containsEntry("oee", 0.25);
    assertThat(line).containsEntry("availability", 0.5);
  }
}
