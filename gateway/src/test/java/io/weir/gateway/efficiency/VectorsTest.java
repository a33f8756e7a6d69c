package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Published worked examples, given to the fold as readings. */
class VectorsTest {

  /**
   * A shift from 06:00 in which the machine has each state for the given minutes, one after
   * another, and at its end has made the given pieces.
   */
  private static Figures shift(
      double cycleSeconds,
      int minutes,
      EfficiencyConfig.Break[] breaks,
      int total,
      int good,
      Object... states) {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    String end = String.format("%02d:%02d", 6 + minutes / 60, minutes % 60);
    config.shift("day", "06:00", end, breaks);
    config.cycle =
        new EfficiencyConfig.ConstantCycle(Duration.ofNanos(Math.round(cycleSeconds * 1e9)));
    config.silentAfter = Duration.ofHours(24);
    config.microStop = Duration.ofSeconds(1);
    FoldScenario scenario = new FoldScenario(config);
    long at = StoredRows.nanos("2026-03-02T06:00:00Z");
    long last = at + minutes * ShiftCalendar.MINUTE;
    scenario.from(FoldScenario.MACHINE, at, "total", 0, "good", 0, "state", states[0]);
    for (int i = 0; i < states.length; i += 2) {
      scenario.from(FoldScenario.MACHINE, at, "state", states[i]);
      at += Math.round((Double) states[i + 1] * ShiftCalendar.MINUTE);
    }
    scenario.from(FoldScenario.MACHINE, last, "total", total, "good", good);
    return scenario.fold.snapshot(last).machines().get(0).last() == null
        ? scenario.fold.snapshot(last).machines().get(0).shift().figures()
        : scenario.fold.snapshot(last).machines().get(0).last().figures();
  }

  private static void agrees(double figure, double expected) {
    assertThat(figure).isEqualTo(expected, within(0.00005));
  }

  @Test
  void t1VorneEightHourShift() {
    EfficiencyConfig.Break[] breaks = {
      EfficiencyConfigBuilder.pause("08:00", 15),
      EfficiencyConfigBuilder.pause("10:00", 30),
      EfficiencyConfigBuilder.pause("12:00", 15)
    };
    // the breaks are idle; 47 minutes of planned time down
    Figures f =
        shift(
            1, 480, breaks, 19271, 18848, "RUNNING", 120.0, "IDLE", 15.0, "RUNNING", 105.0, "IDLE",
            30.0, "RUNNING", 90.0, "IDLE", 15.0, "DOWN", 47.0, "RUNNING", 58.0);
    agrees(f.plannedBusy(), 420 * 60);
    agrees(f.availability(), 0.888095);
    agrees(f.effectiveness(), 0.861081);
    agrees(f.qualityRatio(), 0.978050);
    agrees(f.oee(), 0.747937);
    agrees(f.teep(), 18848 / (480 * 60.0));
  }

  @Test
  void t6ScheduledDownTimeStaysInTheDenominatorWhereItIsReportedAsSetup() {
    Figures f =
        shift(
            60,
            16 * 60,
            new EfficiencyConfig.Break[0],
            100,
            100,
            "RUNNING",
            12.26 * 60,
            "SETUP",
            1.66 * 60,
            "DOWN",
            2.08 * 60);
    assertThat(f.availability()).isEqualTo(0.7663, within(0.0001));
  }

  @Test
  void t7MtbfAndMttrComeFromSums() {
    long[] sums = Sums.none();
    sums[Sums.APT] = 2496 * ShiftCalendar.HOUR;
    sums[Sums.FAILURES] = 4;
    assertThat(new Figures(sums, Figures.Basis.MACHINE, 1).mtbf()).isEqualTo(624 * 3600.0);
    sums[Sums.FAILURES] = 2;
    sums[Sums.REPAIR] = 8 * ShiftCalendar.HOUR;
    assertThat(new Figures(sums, Figures.Basis.MACHINE, 1).mttr()).isEqualTo(4 * 3600.0);
  }

  @Test
  void t8EveryElementAtOnce() {
    Figures f =
        shift(
            60,
            420,
            new EfficiencyConfig.Break[0],
            270,
            260,
            "RUNNING",
            300.0,
            "SETUP",
            60.0,
            "STARVED",
            40.0,
            "IDLE",
            20.0);
    agrees(f.availability(), 0.714286);
    agrees(f.effectiveness(), 0.9);
    agrees(f.qualityRatio(), 0.962963);
    agrees(f.oee(), 0.619048);
    agrees(f.nee(), 0.742857);
    agrees(f.losses().speed(), 300 * 60 - 270 * 60);
    assertThat(f.losses().availability())
        .extracting(Figures.TimeLoss::state)
        .containsExactly("setup", "starved", "idle");
  }
}
