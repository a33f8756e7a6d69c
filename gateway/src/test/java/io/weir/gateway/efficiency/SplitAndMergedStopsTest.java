package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Change.Part;
import io.weir.gateway.correction.Change.Reclassified;
import io.weir.gateway.correction.Change.StopSplit;
import io.weir.gateway.correction.Change.StopsMerged;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One stop that was several, and several that were one. */
class SplitAndMergedStopsTest {

  private static final Asset MACHINE = new Asset("s", "a", "l", "m");
  private static final String DAY = "2026-03-02T";
  private static final Why CRANE = new Why("logistics", "crane", "", null);
  private static final Why MEETING = new Why("organisation", "meeting", "", true);

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
  private long id;

  private static long at(String time) {
    return StoredRows.nanos(DAY + time);
  }

  private Correction correction(String from, String to, Change change) {
    Origin origin = new Origin("anna", at(to), "");
    return new Correction(id++, MACHINE, at(from), at(to), false, change, "", List.of(), origin);
  }

  private static Part part(String from, @Nullable MachineState state, @Nullable Why why) {
    return new Part(at(from), state, why);
  }

  private Undo undo(Correction correction) {
    return new Undo(id++, correction.id(), "", correction.origin());
  }

  /** Down from 07:00 to 07:30 and from 07:34 to 07:50, for another reason; else it runs. */
  private FoldScenario stopped() {
    config.state = new EfficiencyConfig.StateMapping(config.state.signals(), "reason");
    return new FoldScenario(config)
        .read(DAY + "06:00:00Z", "state", "RUNNING", "total", 0)
        .alive(DAY + "06:00:30Z", DAY + "07:00:00Z")
        .read(DAY + "07:00:00Z", "state", "DOWN", "reason", "E17")
        .alive(DAY + "07:00:30Z", DAY + "07:30:00Z")
        .read(DAY + "07:30:00Z", "state", "RUNNING", "reason", "")
        .alive(DAY + "07:30:30Z", DAY + "07:34:00Z")
        .read(DAY + "07:34:00Z", "state", "DOWN", "reason", "E18")
        .alive(DAY + "07:34:30Z", DAY + "07:50:00Z")
        .read(DAY + "07:50:00Z", "state", "RUNNING", "reason", "")
        .alive(DAY + "07:50:30Z", DAY + "10:00:00Z");
  }

  private static List<String> stops(FoldScenario scenario) {
    return scenario.flush().store.stops(FoldScenario.MACHINE);
  }

  private static double day(FoldScenario scenario, String field) {
    return scenario.number("day", "all", DAY + "00:00:00Z", field);
  }

  private static String row(String start, String tags, double seconds, int count) {
    return start + " {" + tags + ", shift=all} " + seconds + " x" + (double) count;
  }

  private static final List<String> TOLD =
      List.of(
          row("07:00:00Z", "category=down, reason=E17", 1800, 1),
          row("07:34:00Z", "category=down, reason=E18", 960, 1));

  @Test
  void theSecondPartOfAStopIsAStopOfItsOwn() {
    FoldScenario scenario = stopped();
    assertThat(stops(scenario)).isEqualTo(TOLD);
    Change split =
        new StopSplit(List.of(part("07:00:00Z", null, null), part("07:10:00Z", null, CRANE)));
    Correction made = correction("07:00:00Z", "07:30:00Z", split);
    scenario.fold.correct(made);
    assertThat(stops(scenario))
        .containsExactly(
            row("07:00:00Z", "category=down, reason=E17", 600, 1),
            row("07:10:00Z", "category=down, reason=crane", 1200, 1),
            TOLD.get(1));
    assertThat(day(scenario, "failures")).isEqualTo(3);
    assertThat(day(scenario, "down_s")).isEqualTo(1800 + 960);
    assertThat(day(scenario, "mttr_s")).isEqualTo((1800 + 960) / 3.0);
    scenario.fold.correct(undo(made));
    assertThat(stops(scenario)).isEqualTo(TOLD);
    assertThat(day(scenario, "failures")).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"DOWN", "IDLE"})
  void aStopThatAPersonGaveAndTheMachineGoesOnWithInABreakIsCountedOnce(MachineState state) {
    config.state = new EfficiencyConfig.StateMapping(config.state.signals(), "reason");
    config.shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("07:10", 20));
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "state", "RUNNING", "total", 0)
            .alive(DAY + "06:00:30Z", DAY + "07:15:00Z")
            .read(DAY + "07:15:00Z", "state", state.name(), "reason", "E17")
            .alive(DAY + "07:15:30Z", DAY + "07:40:00Z")
            .read(DAY + "07:40:00Z", "state", "RUNNING", "reason", "")
            .alive(DAY + "07:40:30Z", DAY + "10:00:00Z");
    scenario.fold.correct(correction("07:00:00Z", "07:20:00Z", new Reclassified(state, CRANE)));
    assertThat(stops(scenario))
        .containsExactly(
            "07:00:00Z {category=%s, reason=crane, shift=early} 600.0 x1.0".formatted(state.word()),
            "07:30:00Z {category=%s, reason=E17, shift=early} 600.0 x0.0".formatted(state.word()));
    assertThat(scenario.number("shift", "early", DAY + "06:00:00Z", "failures"))
        .isEqualTo(state == MachineState.DOWN ? 1 : 0);
  }

  @Test
  void aStopIsSplitAlsoWhereNothingElseChanges() {
    FoldScenario scenario = stopped();
    Change split =
        new StopSplit(List.of(part("07:05:00Z", null, null), part("07:10:00Z", null, null)));
    scenario.fold.correct(correction("07:05:00Z", "07:20:00Z", split));
    assertThat(stops(scenario))
        .containsExactly(
            row("07:00:00Z", "category=down, reason=E17", 600, 1),
            row("07:10:00Z", "category=down, reason=E17", 1200, 1),
            TOLD.get(1));
    assertThat(day(scenario, "failures")).isEqualTo(3);
  }

  @Test
  void eachPartMayBeOfAnotherKind() {
    FoldScenario scenario = stopped();
    Change split =
        new StopSplit(
            List.of(
                part("07:00:00Z", MachineState.SETUP, null),
                part("07:10:00Z", null, MEETING),
                part("07:20:00Z", null, CRANE)));
    scenario.fold.correct(correction("07:00:00Z", "07:30:00Z", split));
    assertThat(stops(scenario))
        .containsExactly(
            row("07:00:00Z", "category=setup, reason=E17", 600, 1),
            row("07:20:00Z", "category=down, reason=crane", 600, 1),
            TOLD.get(1));
    assertThat(day(scenario, "setup_s")).isEqualTo(600);
    assertThat(day(scenario, "planned_stop_s")).isEqualTo(600);
    assertThat(day(scenario, "failures")).isEqualTo(2);
  }

  @Test
  void whereTheMachineRanThereIsNothingToSplit() {
    FoldScenario scenario = stopped();
    Change split =
        new StopSplit(List.of(part("06:50:00Z", null, CRANE), part("06:55:00Z", null, CRANE)));
    scenario.fold.correct(correction("06:50:00Z", "07:00:00Z", split));
    assertThat(stops(scenario)).isEqualTo(TOLD);
    assertThat(day(scenario, "failures")).isEqualTo(2);
  }

  @Test
  void mergedStopsAreOneFromTheFirstToTheLast() {
    FoldScenario scenario = stopped();
    Correction merged =
        correction("07:00:00Z", "07:50:00Z", new StopsMerged(MachineState.DOWN, CRANE));
    scenario.fold.correct(merged);
    assertThat(stops(scenario))
        .containsExactly(row("07:00:00Z", "category=down, reason=crane", 3000, 1));
    assertThat(day(scenario, "failures")).isEqualTo(1);
    assertThat(day(scenario, "down_s")).as("with the run between").isEqualTo(3000);
    assertThat(day(scenario, "mttr_s")).isEqualTo(3000);
    scenario.fold.correct(undo(merged));
    assertThat(stops(scenario)).isEqualTo(TOLD);
    assertThat(day(scenario, "failures")).isEqualTo(2);
    assertThat(day(scenario, "down_s")).isEqualTo(1800 + 960);
  }

  @Test
  void aGivenStopAndTheMachinesOwnInTheSameStateAreOneStopAndOneFailure() {
    FoldScenario scenario = stopped();
    Change down = new Reclassified(MachineState.DOWN, CRANE);
    scenario.fold.correct(correction("06:50:00Z", "07:00:00Z", down));
    scenario.fold.correct(correction("07:50:00Z", "07:55:00Z", down));
    assertThat(stops(scenario))
        .containsExactly(
            row("06:50:00Z", "category=down, reason=crane", 600, 1),
            row("07:00:00Z", "category=down, reason=E17", 1800, 0),
            TOLD.get(1),
            row("07:50:00Z", "category=down, reason=crane", 300, 0));
    assertThat(day(scenario, "failures")).isEqualTo(2);
  }

  @Test
  void aStopIsCountedOnceWhereSeveralPersonsDescribePartsOfIt() {
    FoldScenario scenario = stopped();
    Change reason = new Change.ReasonGiven(CRANE);
    Change down = new Reclassified(MachineState.DOWN, MEETING);
    scenario.fold.correct(correction("07:05:00Z", "07:10:00Z", reason));
    scenario.fold.correct(correction("07:10:00Z", "07:20:00Z", down));
    assertThat(stops(scenario))
        .containsExactly(
            row("07:00:00Z", "category=down, reason=E17", 300, 1),
            row("07:05:00Z", "category=down, reason=crane", 300, 0),
            row("07:10:00Z", "category=down, reason=meeting", 600, 0),
            row("07:20:00Z", "category=down, reason=E17", 600, 0),
            TOLD.get(1));
    assertThat(day(scenario, "failures")).isEqualTo(2);
  }

  @Test
  void whatIsLeftOfAStopBehindASplitIsNoFurtherFailure() {
    FoldScenario scenario = stopped();
    Change split =
        new StopSplit(
            List.of(
                part("07:05:00Z", null, CRANE),
                part("07:10:00Z", null, null),
                part("07:15:00Z", MachineState.PLANNED, null)));
    scenario.fold.correct(correction("07:05:00Z", "07:20:00Z", split));
    assertThat(stops(scenario))
        .containsExactly(
            row("07:00:00Z", "category=down, reason=E17", 300, 1),
            row("07:05:00Z", "category=down, reason=crane", 300, 0),
            row("07:10:00Z", "category=down, reason=E17", 300, 1),
            row("07:20:00Z", "category=down, reason=E17", 600, 0),
            TOLD.get(1));
    assertThat(day(scenario, "failures")).as("as the rows count").isEqualTo(3);
  }

  @Test
  void aPartOfASplitStopThatALaterCorrectionDividesIsTwoStops() {
    FoldScenario scenario = stopped();
    Change split =
        new StopSplit(List.of(part("07:00:00Z", null, null), part("07:10:00Z", null, null)));
    scenario.fold.correct(correction("07:00:00Z", "07:30:00Z", split));
    Change idle = new Reclassified(MachineState.IDLE, CRANE);
    scenario.fold.correct(correction("07:15:00Z", "07:20:00Z", idle));
    assertThat(stops(scenario))
        .containsExactly(
            row("07:00:00Z", "category=down, reason=E17", 600, 1),
            row("07:10:00Z", "category=down, reason=E17", 300, 1),
            row("07:15:00Z", "category=idle, reason=crane", 300, 1),
            row("07:20:00Z", "category=down, reason=E17", 600, 1),
            TOLD.get(1));
    assertThat(day(scenario, "failures")).as("as the rows count").isEqualTo(4);
  }

  /** Down from 07:00 to 07:30, and silent from 07:00:30 to 07:10. */
  private FoldScenario downOverASilence() {
    return new FoldScenario(config)
        .read(DAY + "06:00:00Z", "state", "RUNNING")
        .alive(DAY + "06:00:30Z", DAY + "07:00:00Z")
        .read(DAY + "07:00:00Z", "state", "DOWN")
        .read(DAY + "07:00:30Z", "state", "DOWN")
        .read(DAY + "07:10:00Z", "state", "DOWN")
        .alive(DAY + "07:10:30Z", DAY + "07:30:00Z")
        .read(DAY + "07:30:00Z", "state", "RUNNING")
        .alive(DAY + "07:30:30Z", DAY + "10:00:00Z");
  }

  @Test
  void aPartThatBeginsBeforeAStopDoesNotDivideIt() {
    FoldScenario scenario = downOverASilence();
    Change split =
        new StopSplit(
            List.of(
                part("07:02:00Z", MachineState.IDLE, null),
                part("07:06:00Z", null, null),
                part("07:15:00Z", MachineState.SETUP, null)));
    scenario.fold.correct(correction("07:02:00Z", "07:20:00Z", split));
    assertThat(stops(scenario))
        .containsExactly(
            row("07:00:00Z", "category=down, reason=DOWN", 30, 1),
            row("07:00:30Z", "category=unknown, reason=silent", 90, 1),
            row("07:02:00Z", "category=idle, reason=silent", 240, 1),
            row("07:06:00Z", "category=unknown, reason=silent", 240, 0),
            row("07:10:00Z", "category=down, reason=DOWN", 300, 1),
            row("07:15:00Z", "category=setup, reason=DOWN", 300, 1),
            row("07:20:00Z", "category=down, reason=DOWN", 600, 0));
    assertThat(day(scenario, "failures")).isEqualTo(2);
  }

  @Test
  void whatIsLeftOfAStopBehindACorrectionOfASilenceInItIsAStop() {
    FoldScenario scenario = downOverASilence();
    Change idle = new Reclassified(MachineState.IDLE, CRANE);
    scenario.fold.correct(correction("06:55:00Z", "07:20:00Z", idle));
    assertThat(stops(scenario))
        .containsExactly(
            row("06:55:00Z", "category=idle, reason=crane", 1500, 1),
            row("07:20:00Z", "category=down, reason=DOWN", 600, 1));
    assertThat(day(scenario, "failures")).isEqualTo(1);
  }

  @Test
  void whatIsSaidLaterHoldsOfSplitAndMergedStopsToo() {
    FoldScenario scenario = stopped();
    Change split =
        new StopSplit(List.of(part("07:00:00Z", null, CRANE), part("07:10:00Z", null, CRANE)));
    scenario.fold.correct(correction("07:00:00Z", "07:30:00Z", split));
    scenario.fold.correct(
        correction("07:00:00Z", "07:30:00Z", new Reclassified(MachineState.DOWN, CRANE)));
    assertThat(stops(scenario))
        .containsExactly(row("07:00:00Z", "category=down, reason=crane", 1800, 1), TOLD.get(1));
    assertThat(day(scenario, "failures")).isEqualTo(2);
    scenario.fold.correct(
        correction("07:00:00Z", "07:50:00Z", new StopsMerged(MachineState.DOWN, CRANE)));
    scenario.fold.correct(correction("07:00:00Z", "07:30:00Z", split));
    assertThat(stops(scenario))
        .containsExactly(
            row("07:00:00Z", "category=down, reason=crane", 600, 1),
            row("07:10:00Z", "category=down, reason=crane", 2400, 1));
    assertThat(day(scenario, "failures")).isEqualTo(2);
  }

  @Test
  void aSplitHoldsForReadingsThatComeLate() {
    FoldScenario scenario = stopped();
    Change split =
        new StopSplit(List.of(part("09:51:00Z", null, null), part("09:54:00Z", null, CRANE)));
    scenario.fold.correct(correction("09:51:00Z", "09:57:00Z", split));
    assertThat(stops(scenario)).isEqualTo(TOLD);
    scenario
        .read(DAY + "09:52:00Z", "state", "DOWN", "reason", "E19")
        .read(DAY + "09:58:00Z", "state", "RUNNING", "reason", "")
        .alive(DAY + "10:00:00Z", DAY + "10:03:00Z");
    assertThat(stops(scenario))
        .containsExactly(
            TOLD.get(0),
            TOLD.get(1),
            row("09:52:00Z", "category=down, reason=E19", 120, 1),
            row("09:54:00Z", "category=down, reason=crane", 180, 1),
            row("09:57:00Z", "category=down, reason=E19", 60, 0));
    assertThat(day(scenario, "failures")).isEqualTo(4);
  }

  /** The states of the day before are not in memory any more, and the rows are written again. */
  @Test
  void aCorrectedStopThatCrossesTheEndOfAShiftIsCountedOnce() {
    long midnight = StoredRows.nanos("2026-03-03T00:00:00Z");
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "23:00:00Z", "state", "RUNNING")
            .alive(DAY + "23:00:30Z", "2026-03-03T00:05:00Z");
    long from = midnight - ShiftCalendar.HOUR / 2;
    Change idle = new Reclassified(MachineState.IDLE, CRANE);
    Origin origin = new Origin("anna", midnight + ShiftCalendar.HOUR, "");
    scenario.fold.correct(
        new Correction(
            id++,
            MACHINE,
            from,
            midnight + 240 * ShiftCalendar.SECOND,
            false,
            idle,
            "",
            List.of(),
            origin));
    scenario.flush().alive("2026-03-03T00:05:00Z", "2026-03-03T02:00:00Z");
    scenario.fold.correct(
        new Correction(
            id++, MACHINE, from, from + 1, false, new Change.Annotated(), "", List.of(), origin));
    assertThat(stops(scenario))
        .containsExactly(
            row("00:00:00Z", "category=idle, reason=crane", 240, 0),
            row("23:30:00Z", "category=idle, reason=crane", 1800, 1));
  }
}
