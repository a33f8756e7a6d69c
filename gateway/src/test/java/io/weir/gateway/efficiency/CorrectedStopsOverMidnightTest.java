package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Change.Part;
import io.weir.gateway.correction.Change.PlannedStopDeclared;
import io.weir.gateway.correction.Change.Reclassified;
import io.weir.gateway.correction.Change.StopSplit;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stops that began in a day that is final, of which people have corrected a part. */
class CorrectedStopsOverMidnightTest {

  private static final Asset MACHINE = new Asset("s", "a", "l", "m");
  private static final String DAY = "2026-03-02T";
  private static final String NEXT = "2026-03-03T";

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
  private FoldScenario scenario;
  private final List<Correction> said = new ArrayList<>();

  CorrectedStopsOverMidnightTest() {
    config.lateness = Duration.ofMinutes(3);
    scenario = new FoldScenario(config);
  }

  private void correct(String from, String to, Change change) {
    Correction correction =
        new Correction(
            said.size(),
            MACHINE,
            StoredRows.nanos(from),
            StoredRows.nanos(to),
            false,
            change,
            "",
            List.of(),
            new Origin("anna", 0, ""));
    said.add(correction);
    scenario.fold.correct(correction);
  }

  private void restart() {
    scenario.restart();
    said.forEach(scenario.fold::remember);
    scenario.fold.remembered();
  }

  private void plan(String from, String to) {
    correct(from, to, new PlannedStopDeclared(null));
  }

  private void block(String from, String to) {
    correct(from, to, new Reclassified(MachineState.BLOCKED, null));
  }

  /** Down from 23:30 on. */
  private void down(String until) {
    scenario
        .read(DAY + "23:00:00Z", "state", "RUNNING")
        .alive(DAY + "23:00:30Z", DAY + "23:30:00Z")
        .read(DAY + "23:30:00Z", "state", "DOWN")
        .alive(DAY + "23:30:30Z", until);
  }

  private void running() {
    scenario
        .read(NEXT + "00:10:00Z", "state", "RUNNING")
        .alive(NEXT + "00:10:30Z", NEXT + "00:20:00Z")
        .flush();
  }

  private List<String> stopsOfDown() {
    return scenario.store.stops(FoldScenario.MACHINE).stream()
        .filter(stop -> stop.contains("down"))
        .toList();
  }

  private static String row(String start, double seconds, int count) {
    return start + " {category=down, reason=DOWN, shift=all} " + seconds + " x" + (double) count;
  }

  @Test
  void whatIsLeftBehindMidnightCountsWhereNothingIsLeftBeforeIt() {
    plan(DAY + "23:20:00Z", DAY + "23:50:00Z");
    block(DAY + "23:50:00Z", NEXT + "00:08:00Z");
    down(NEXT + "00:10:00Z");
    running();
    assertThat(stopsOfDown()).containsExactly(row("00:08:00Z", 120, 1));
  }

  @Test
  void soItDoesWhereItIsCorrectedWhenTheDayIsFinal() {
    down(NEXT + "00:10:00Z");
    running();
    plan(DAY + "23:20:00Z", DAY + "23:50:00Z");
    block(DAY + "23:50:00Z", NEXT + "00:08:00Z");
    scenario.flush();
    assertThat(stopsOfDown()).containsExactly(row("00:08:00Z", 120, 1));
  }

  @Test
  void soItDoesBehindARestart() {
    plan(DAY + "23:20:00Z", DAY + "23:50:00Z");
    down(NEXT + "00:05:00Z");
    restart();
    block(DAY + "23:50:00Z", NEXT + "00:08:00Z");
    scenario.alive(NEXT + "00:05:00Z", NEXT + "00:10:00Z");
    running();
    assertThat(stopsOfDown()).containsExactly(row("00:08:00Z", 120, 1));
  }

  @Test
  void itCountsNoMoreWhereTheStopCountsBefore() {
    plan(DAY + "23:20:00Z", DAY + "23:50:00Z");
    block(DAY + "23:52:00Z", NEXT + "00:08:00Z");
    down(NEXT + "00:10:00Z");
    running();
    assertThat(stopsOfDown()).containsExactly(row("00:08:00Z", 120, 0), row("23:50:00Z", 120, 1));
  }

  /** The stop goes on behind the silence, but nothing of it is left before. */
  @Test
  void whatIsLeftBehindASilenceOverMidnightCountsWhereNothingIsLeftBeforeIt() {
    plan(DAY + "23:20:00Z", DAY + "23:55:00Z");
    down(DAY + "23:55:30Z");
    scenario
        .read(NEXT + "00:06:00Z", "state", "DOWN")
        .alive(NEXT + "00:06:30Z", NEXT + "00:10:00Z");
    running();
    assertThat(stopsOfDown()).containsExactly(row("00:06:00Z", 240, 1));
  }

  private void give(MachineState state, String from, String to) {
    correct(from, to, new Reclassified(state, null));
  }

  /** Running, up to 02:00. */
  private void runs(Object... toldAtMidnight) {
    scenario
        .read(DAY + "23:00:00Z", "state", "RUNNING")
        .alive(DAY + "23:00:30Z", NEXT + "00:00:00Z")
        .read(NEXT + "00:00:00Z", toldAtMidnight)
        .alive(NEXT + "00:00:30Z", NEXT + "02:00:00Z");
  }

  /** Before the shift it has no row that could count it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aGivenStopThatBeganOutsideOfShiftsTheDayBeforeCountsInTheFirstShift(boolean isSaidBefore) {
    config.shift("early", "00:30", "08:00");
    scenario = new FoldScenario(config);
    if (isSaidBefore) {
      give(MachineState.DOWN, DAY + "23:30:00Z", NEXT + "01:00:00Z");
    }
    runs();
    if (!isSaidBefore) {
      give(MachineState.DOWN, DAY + "23:30:00Z", NEXT + "01:00:00Z");
    }
    scenario.flush();
    assertThat(stopsOfDown())
        .containsExactly("00:30:00Z {category=down, reason=RUNNING, shift=early} 1800.0 x1.0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPartThatAPersonHasSplitOffAtMidnightCounts(boolean isSaidBefore) {
    Change split =
        new StopSplit(
            List.of(
                new Part(StoredRows.nanos(DAY + "23:30:00Z"), MachineState.DOWN, null),
                new Part(StoredRows.nanos(NEXT + "00:00:00Z"), MachineState.DOWN, null)));
    if (isSaidBefore) {
      correct(DAY + "23:30:00Z", NEXT + "01:00:00Z", split);
    }
    runs();
    if (!isSaidBefore) {
      correct(DAY + "23:30:00Z", NEXT + "01:00:00Z", split);
    }
    scenario.flush();
    assertThat(stopsOfDown())
        .contains("00:00:00Z {category=down, reason=RUNNING, shift=all} 3600.0 x1.0");
    assertThat(scenario.store.efficiency(FoldScenario.MACHINE, "day", "all", NEXT + "00:00:00Z"))
        .containsEntry("failures", 1.0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aGivenStopIsCountedOnceWhereTheMachineTellsAnotherStateAtMidnight(boolean isSaidBefore) {
    if (isSaidBefore) {
      give(MachineState.DOWN, DAY + "23:30:00Z", NEXT + "01:00:00Z");
    }
    runs("state", "SETUP");
    if (!isSaidBefore) {
      give(MachineState.DOWN, DAY + "23:30:00Z", NEXT + "01:00:00Z");
    }
    scenario.flush();
    assertThat(stopsOfDown())
        .contains("00:00:00Z {category=down, reason=SETUP, shift=all} 3600.0 x0.0");
    assertThat(scenario.store.efficiency(FoldScenario.MACHINE, "day", "all", NEXT + "00:00:00Z"))
        .containsEntry("failures", 0.0);
  }

  /** What is told before a silence and given behind it is one stop, also without time between. */
  @Test
  void aGivenStopGoesOnWithTheOneThatIsToldInItsFirstInstantBeforeASilence() {
    give(MachineState.DOWN, NEXT + "00:05:00Z", NEXT + "00:10:00Z");
    scenario
        .read(DAY + "23:50:00Z", "state", "RUNNING")
        .alive(DAY + "23:50:30Z", DAY + "23:55:00Z")
        .read(DAY + "23:55:00Z", "state", "DOWN")
        .alive(DAY + "23:55:30Z", NEXT + "00:01:00Z")
        .read(NEXT + "00:05:00Z", "state", "DOWN")
        .read(NEXT + "00:10:00Z", "state", "RUNNING")
        .alive(NEXT + "00:10:30Z", NEXT + "00:20:00Z")
        .flush();
    assertThat(stopsOfDown())
        .containsExactly(
            "00:00:00Z {category=down, reason=DOWN, shift=all} 30.0 x0.0",
            "00:05:00Z {category=down, reason=silent, shift=all} 300.0 x0.0",
            "23:55:00Z {category=down, reason=DOWN, shift=all} 300.0 x1.0");
  }
}
