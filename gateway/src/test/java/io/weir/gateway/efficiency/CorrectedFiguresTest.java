package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Change.Part;
import io.weir.gateway.correction.Change.PiecesBooked;
import io.weir.gateway.correction.Change.PlannedStopDeclared;
import io.weir.gateway.correction.Change.ReasonGiven;
import io.weir.gateway.correction.Change.Reclassified;
import io.weir.gateway.correction.Change.StopSplit;
import io.weir.gateway.correction.Change.StopsMerged;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people say about a machine, laid over what it reports. */
@Tag("slow")
class CorrectedFiguresTest {

  private static final Asset MACHINE = new Asset("s", "a", "l", "m");
  private static final String DAY = "2026-03-02T";
  private static final Why CRANE = new Why("logistics", "crane", "", null);
  private static final Why PLANNED_CRANE = new Why("logistics", "crane", "", true);

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
  private long id;

  private Correction correction(String from, String to, boolean toEndOfStop, Change change) {
    return correction(
        StoredRows.nanos(DAY + from), StoredRows.nanos(DAY + to), toEndOfStop, change);
  }

  private Correction correction(long from, long to, boolean toEndOfStop, Change change) {
    Origin origin = new Origin("anna", to, "");
    return new Correction(id++, MACHINE, from, to, toEndOfStop, change, "", List.of(), origin);
  }

  private Undo undo(Entry correction) {
    return new Undo(id++, correction.id(), "", correction.origin());
  }

  /** Runs from 06:00, is down with a reason from 07:00 to 07:30, runs until 10:00. */
  private FoldScenario stopped() {
    config.state = new EfficiencyConfig.StateMapping(config.state.signals(), "reason");
    return new FoldScenario(config)
        .read(DAY + "06:00:00Z", "state", "RUNNING", "total", 0)
        .alive(DAY + "06:00:30Z", DAY + "07:00:00Z")
        .read(DAY + "07:00:00Z", "state", "DOWN", "reason", "E17", "total", 3600)
        .alive(DAY + "07:00:30Z", DAY + "07:30:00Z")
        .read(DAY + "07:30:00Z", "state", "RUNNING", "reason", "")
        .alive(DAY + "07:30:30Z", DAY + "10:00:00Z");
  }

  private static Map<String, Object> stop(FoldScenario scenario, String from, String tags) {
    return scenario.store.row("stops s/a/l/m {" + tags + "}", StoredRows.nanos(DAY + from));
  }

  private static Map<String, Object> state(FoldScenario scenario, String at) {
    return scenario.store.row("machine_state s/a/l/m {}", StoredRows.nanos(DAY + at));
  }

  private static double day(FoldScenario scenario, String field) {
    return scenario.number("day", "all", DAY + "00:00:00Z", field);
  }

  private static FoldScenario take(FoldScenario scenario, Entry... entries) {
    for (Entry entry : entries) {
      scenario.fold.correct(entry);
    }
    return scenario.flush();
  }

  // ---- One correction

  @Test
  void aReasonIsThatOfThePersonAndTheMachinesOwnIsKept() {
    FoldScenario scenario = stopped();
    scenario.flush();
    String own = "category=down, reason=E17, shift=all";
    String given = "category=down, reason=crane, shift=all";
    assertThat(stop(scenario, "07:00:00Z", own)).containsEntry("duration_s", 1800.0);
    Correction crane = correction("07:00:00Z", "07:30:00Z", false, new ReasonGiven(CRANE));
    take(scenario, crane);
    assertThat(stop(scenario, "07:00:00Z", own))
        .containsEntry("duration_s", 0.0)
        .containsEntry("count", 0.0);
    assertThat(stop(scenario, "07:00:00Z", given))
        .containsEntry("duration_s", 1800.0)
        .containsEntry("count", 1.0)
        .containsEntry("reason_machine", "E17")
        .containsEntry("reason_category", "logistics");
    assertThat(state(scenario, "07:10:00Z"))
        .containsEntry("state", "down")
        .containsEntry("reason", "crane")
        .containsEntry("reason_machine", "E17");
    assertThat(day(scenario, "down_s")).isEqualTo(1800);
    assertThat(day(scenario, "failures")).isEqualTo(1);
    take(scenario, undo(crane));
    assertThat(stop(scenario, "07:00:00Z", own)).containsEntry("duration_s", 1800.0);
    assertThat(stop(scenario, "07:00:00Z", given)).containsEntry("duration_s", 0.0);
    assertThat(state(scenario, "07:10:00Z")).containsEntry("reason", "E17");
  }

  @Test
  void whereAPersonSaysOneStateForSeveralEachKeepsTheMachinesOwnReason() {
    FoldScenario scenario = stopped();
    scenario.flush();
    take(
        scenario,
        correction("06:50:00Z", "07:40:00Z", false, new Reclassified(MachineState.IDLE, CRANE)));
    Map.of("06:55:00Z", "RUNNING", "07:10:00Z", "E17", "07:35:00Z", "RUNNING")
        .forEach(
            (at, own) ->
                assertThat(state(scenario, at))
                    .containsEntry("state", "idle")
                    .containsEntry("reason", "crane")
                    .containsEntry("reason_machine", own));
    assertThat(stop(scenario, "06:50:00Z", "category=idle, reason=crane, shift=all"))
        .containsEntry("duration_s", 3000.0)
        .containsEntry("count", 1.0);
  }

  @Test
  void aPlannedReasonMovesItsTimeToPlannedStops() {
    FoldScenario scenario = stopped();
    long revision =
        (Long)
            scenario
                .flush()
                .store
                .efficiency(FoldScenario.MACHINE, "day", "all", DAY + "00:00:00Z")
                .get("revision");
    take(scenario, correction("06:50:00Z", "07:40:00Z", false, new ReasonGiven(PLANNED_CRANE)));
    assertThat(day(scenario, "down_s")).isZero();
    assertThat(day(scenario, "failures")).isZero();
    assertThat(day(scenario, "repair_s")).isZero();
    assertThat(day(scenario, "planned_stop_s")).isEqualTo(1800);
    assertThat(day(scenario, "planned_busy_s")).isEqualTo(day(scenario, "calendar_s") - 1800);
    assertThat(day(scenario, "availability")).isEqualTo(1);
    assertThat(
            scenario
                .store
                .efficiency(FoldScenario.MACHINE, "day", "all", DAY + "00:00:00Z")
                .get("revision"))
        .isEqualTo(revision + 1);
    assertThat(stop(scenario, "07:00:00Z", "category=down, reason=E17, shift=all"))
        .containsEntry("duration_s", 0.0);
    assertThat(state(scenario, "07:10:00Z"))
        .containsEntry("state", "planned")
        .containsEntry("reason", "crane");
  }

  @Test
  void aStateIsWhatThePersonSays() {
    FoldScenario scenario = stopped();
    take(
        scenario,
        correction("07:10:00Z", "07:20:00Z", false, new Reclassified(MachineState.SETUP, CRANE)));
    assertThat(day(scenario, "setup_s")).isEqualTo(600);
    assertThat(day(scenario, "down_s")).isEqualTo(1200);
    assertThat(day(scenario, "failures")).as("it is one breakdown").isEqualTo(1);
    assertThat(stop(scenario, "07:10:00Z", "category=setup, reason=crane, shift=all"))
        .containsEntry("duration_s", 600.0)
        .containsEntry("count", 1.0);
    assertThat(stop(scenario, "07:20:00Z", "category=down, reason=E17, shift=all"))
        .containsEntry("duration_s", 600.0)
        .containsEntry("count", 0.0);
    take(
        scenario,
        correction("06:30:00Z", "07:25:00Z", false, new Reclassified(MachineState.DOWN, null)));
    assertThat(day(scenario, "down_s")).isEqualTo(3600);
    assertThat(day(scenario, "failures")).isEqualTo(1);
    assertThat(day(scenario, "run_s")).isEqualTo(day(scenario, "known_s") - 3600);
  }

  @Test
  void aDeclaredPlannedStopIsLikeABreak() {
    FoldScenario scenario = stopped();
    take(
        scenario,
        correction("06:30:00Z", "07:15:00Z", false, new PlannedStopDeclared(null)),
        correction("07:20:00Z", "07:25:00Z", false, new Reclassified(MachineState.SETUP, null)),
        correction("07:20:00Z", "07:30:00Z", false, new PlannedStopDeclared(CRANE)));
    assertThat(day(scenario, "planned_stop_s")).isEqualTo(900 + 300);
    assertThat(day(scenario, "setup_s")).isEqualTo(300);
    assertThat(day(scenario, "down_s")).isEqualTo(300);
    assertThat(day(scenario, "failures")).as("what is left of the stop").isEqualTo(1);
  }

  /** It runs until 07:00, says then that it is down, and again after a silence of ten minutes. */
  private FoldScenario downBeforeASilence() {
    config.lateness = Duration.ofHours(1); // so all its minutes are open
    return new FoldScenario(config)
        .read(DAY + "06:00:00Z", "state", "RUNNING")
        .alive(DAY + "06:00:30Z", DAY + "07:00:00Z")
        .read(DAY + "07:00:00Z", "state", "DOWN")
        .read(DAY + "07:10:00Z", "state", "DOWN")
        .alive(DAY + "07:10:30Z", DAY + "07:30:00Z")
        .read(DAY + "07:30:00Z", "state", "RUNNING")
        .alive(DAY + "07:30:30Z", DAY + "07:40:00Z");
  }

  @Test
  void aBreakdownThatWasToldInTheLastReadingBeforeASilenceStaysAFailure() {
    FoldScenario scenario = downBeforeASilence();
    Correction planned =
        correction("06:55:00Z", "07:30:00Z", false, new Reclassified(MachineState.PLANNED, null));
    scenario.fold.correct(planned);
    scenario.flush();
    assertThat(scenario.number("minute", "all", DAY + "07:00:00Z", "failures")).isEqualTo(1);
    assertThat(scenario.number("minute", "all", DAY + "07:10:00Z", "failures")).isEqualTo(0);
    assertThat(scenario.number("hour", "all", DAY + "07:00:00Z", "failures")).isEqualTo(1);
    scenario.fold.correct(undo(planned));
    Change running = new Reclassified(MachineState.RUNNING, null);
    scenario.fold.correct(correction("07:00:00Z", "07:10:00Z", false, running));
    scenario.flush();
    assertThat(scenario.number("minute", "all", DAY + "07:00:00Z", "failures")).isEqualTo(1);
    assertThat(scenario.number("minute", "all", DAY + "07:10:00Z", "failures"))
        .as("behind running it is another one")
        .isEqualTo(1);
  }

  @Test
  void aBreakdownThatWasToldInTheLastReadingBeforeASilenceIsNoRow() {
    FoldScenario scenario = downBeforeASilence().flush();
    assertThat(scenario.store.stops(FoldScenario.MACHINE))
        .containsExactly(
            "07:00:00Z {category=unknown, reason=silent, shift=all} 600.0 x1.0",
            "07:10:00Z {category=down, reason=DOWN, shift=all} 1200.0 x1.0");
    assertThat(scenario.number("day", "all", DAY + "00:00:00Z", "failures")).isEqualTo(1);
  }

  @Test
  void runningThatWasToldInTheLastReadingBeforeASilenceEndsTheStopBeforeIt() {
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "state", "RUNNING")
            .alive(DAY + "06:00:30Z", DAY + "07:00:00Z")
            .read(DAY + "07:00:00Z", "state", "DOWN")
            .read(DAY + "07:00:30Z", "state", "DOWN")
            .read(DAY + "07:10:00Z", "state", "RUNNING")
            .read(DAY + "07:20:00Z", "state", "RUNNING")
            .alive(DAY + "07:20:30Z", DAY + "07:40:00Z");
    Change down = new Reclassified(MachineState.DOWN, null);
    scenario.fold.correct(correction("07:10:00Z", "07:20:00Z", false, down));
    scenario.flush();
    assertThat(scenario.store.stops(FoldScenario.MACHINE))
        .containsExactly(
            "07:00:00Z {category=down, reason=DOWN, shift=all} 30.0 x1.0",
            "07:00:30Z {category=unknown, reason=silent, shift=all} 570.0 x1.0",
            "07:10:00Z {category=down, reason=silent, shift=all} 600.0 x1.0");
    assertThat(day(scenario, "failures")).isEqualTo(2);
  }

  @Test
  void aStopThatAPersonGaveOverMidnightIsOneFailure() {
    config.lateness = Duration.ofMinutes(3);
    FoldScenario scenario = new FoldScenario(config);
    String next = "2026-03-03T";
    scenario.fold.correct(
        new Correction(
            99,
            new Asset("s", "a", "l", "m"),
            StoredRows.nanos(DAY + "23:58:00Z"),
            StoredRows.nanos(next + "00:02:00Z"),
            false,
            new Reclassified(MachineState.DOWN, null),
            "",
            List.of(),
            new Origin("anna", 0, "")));
    scenario
        .read(DAY + "23:50:00Z", "state", "RUNNING")
        .alive(DAY + "23:50:30Z", next + "00:20:00Z")
        .flush();
    assertThat(scenario.number("minute", "all", DAY + "23:58:00Z", "failures")).isEqualTo(1);
    assertThat(scenario.number("minute", "all", next + "00:00:00Z", "failures")).isZero();
    assertThat(scenario.number("hour", "all", next + "00:00:00Z", "failures")).isZero();
  }

  @Test
  void whatIsLeftOfAStopBehindASplitOffPartIsNoFurtherStopWhereItsReasonChanges() {
    FoldScenario scenario = stopped();
    Part running = new Part(StoredRows.nanos(DAY + "06:50:00Z"), null, null);
    Part starved = new Part(StoredRows.nanos(DAY + "06:55:00Z"), MachineState.STARVED, CRANE);
    Part rest = new Part(StoredRows.nanos(DAY + "07:10:00Z"), null, CRANE);
    take(
        scenario,
        correction("06:50:00Z", "07:20:00Z", false, new StopSplit(List.of(running, starved, rest))),
        correction("07:25:00Z", "07:30:00Z", false, new ReasonGiven(CRANE)));
    String given = "category=down, reason=crane, shift=all";
    assertThat(stop(scenario, "07:10:00Z", given)).containsEntry("count", 1.0);
    assertThat(stop(scenario, "07:20:00Z", "category=down, reason=E17, shift=all"))
        .containsEntry("count", 0.0);
    assertThat(stop(scenario, "07:25:00Z", given)).containsEntry("count", 0.0);
    assertThat(day(scenario, "failures")).isEqualTo(1);
  }

  /** What was given began before the machine stopped, in the same state. */
  @Test
  void whatIsLeftOfAStopBehindRunningCountsWhereAPersonGaveItsBeginning() {
    FoldScenario scenario = stopped();
    Part down = new Part(StoredRows.nanos(DAY + "06:55:00Z"), MachineState.DOWN, null);
    Part running = new Part(StoredRows.nanos(DAY + "07:10:00Z"), MachineState.RUNNING, null);
    take(
        scenario,
        correction("06:55:00Z", "07:20:00Z", false, new StopSplit(List.of(down, running))));
    assertThat(stop(scenario, "07:20:00Z", "category=down, reason=E17, shift=all"))
        .containsEntry("count", 1.0);
    assertThat(day(scenario, "failures")).isEqualTo(2);
  }

  @Test
  void aSilenceInABreakSaysSoAlsoWhereTheLastReadingBeforeItToldAPlannedStop() {
    config.shift("all", "00:00", "00:00", EfficiencyConfigBuilder.pause("07:00", 30));
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "state", "RUNNING")
            .alive(DAY + "06:00:30Z", DAY + "07:05:00Z")
            .read(DAY + "07:05:00Z", "state", "MAINTENANCE")
            .read(DAY + "07:10:00Z", "state", "RUNNING")
            .alive(DAY + "07:10:30Z", DAY + "07:40:00Z")
            .flush();
    assertThat(scenario.store.row("machine_state s/a/l/m {}", StoredRows.nanos(DAY + "07:06:00Z")))
        .containsEntry("state", "planned")
        .containsEntry("reason", "silent");
  }

  @Test
  void aStopThatGoesOnKeepsTheReasonUntilItsEndAndNotBeyond() {
    FoldScenario scenario = stopped();
    scenario
        .read(DAY + "10:00:00Z", "state", "DOWN")
        .alive(DAY + "10:00:30Z", DAY + "10:05:00Z")
        .read(DAY + "10:05:00Z", "total", 9000);
    take(scenario, correction("10:00:00Z", "10:04:00Z", true, new ReasonGiven(CRANE)));
    assertThat(scenario.now(DAY + "10:05:01Z"))
        .matches(now -> now.reason().equals("crane") && !now.stops().isEmpty());
    scenario
        .alive(DAY + "10:05:30Z", DAY + "10:30:00Z")
        .read(DAY + "10:30:00Z", "state", "RUNNING")
        .alive(DAY + "10:30:30Z", DAY + "10:40:00Z")
        .read(DAY + "10:40:00Z", "state", "DOWN")
        .alive(DAY + "10:40:30Z", DAY + "11:00:00Z")
        .read(DAY + "11:00:00Z", "state", "RUNNING")
        .alive(DAY + "11:00:30Z", DAY + "11:02:00Z")
        .flush();
    assertThat(stop(scenario, "10:00:00Z", "category=down, reason=crane, shift=all"))
        .containsEntry("duration_s", 1800.0)
        .containsEntry("count", 1.0);
    assertThat(stop(scenario, "10:40:00Z", "category=down, reason=DOWN, shift=all"))
        .containsEntry("duration_s", 1200.0);
  }

  @Test
  void aCorrectionOfALineIsOneOfItsMachines() {
    FoldScenario scenario = stopped();
    Correction whole = correction("07:00:00Z", "07:30:00Z", false, new PlannedStopDeclared(null));
    Asset line = new Asset("s", "a", "l", null);
    take(
        scenario,
        new Correction(
            0,
            line,
            whole.from(),
            whole.to(),
            false,
            whole.change(),
            "",
            List.of(),
            whole.origin()));
    assertThat(day(scenario, "planned_stop_s")).isEqualTo(1800);
    assertThat(scenario.store.efficiency("s/a/l", "day", "all", DAY + "00:00:00Z"))
        .containsEntry("planned_stop_s", 1800.0);
  }

  @Test
  void lateReadingsDoNotDetachACorrection() {
    FoldScenario scenario = stopped();
    take(scenario, correction("09:40:00Z", "09:55:00Z", false, new ReasonGiven(PLANNED_CRANE)));
    assertThat(day(scenario, "planned_stop_s")).isZero();
    scenario
        .read(DAY + "09:52:00Z", "state", "DOWN")
        .read(DAY + "09:58:00Z", "state", "RUNNING")
        .alive(DAY + "10:00:00Z", DAY + "10:03:00Z")
        .flush();
    assertThat(day(scenario, "planned_stop_s")).isEqualTo(180);
    assertThat(day(scenario, "down_s")).isEqualTo(1800 + 180);
  }

  /** It has ended, but is kept a little longer; the correction reaches it, and not what follows. */
  @Test
  void aCorrectionOfTheFirstStateThatIsKnownStaysWhenTheNextStateIsSettled() {
    config.lateness = Duration.ofMinutes(1);
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "state", "RUNNING")
            .alive(DAY + "06:00:30Z", DAY + "06:10:00Z");
    Reclassified starved = new Reclassified(MachineState.STARVED, CRANE);
    take(scenario, correction("06:02:00Z", "06:06:00Z", false, starved));
    scenario
        .read(DAY + "06:10:10Z", "state", "SETUP")
        .read(DAY + "06:10:30Z", "state", "SETUP")
        .alive(DAY + "06:11:00Z", DAY + "06:20:00Z")
        .flush();
    assertThat(day(scenario, "starved_s")).isEqualTo(240);
    assertThat(state(scenario, "06:02:00Z"))
        .containsEntry("state", "starved")
        .containsEntry("reason", "crane");
  }

  // ---- Any corrections

  /** A plant of some hours, and corrections of it. */
  private final class Play {
    final Random random;
    final FoldScenario messages;
    final List<Message> readings = new ArrayList<>();
    final List<Entry> entries = new ArrayList<>();
    final long begin = StoredRows.nanos(DAY + "05:00:00Z");
    final long end = StoredRows.nanos(DAY + "11:00:00Z");

    Play(int seed) {
      random = new Random(seed);
      if (seed % 3 == 1) {
        config.shift("early", "06:00", "09:30", EfficiencyConfigBuilder.pause("07:00", 30));
      }
      config.state = new EfficiencyConfig.StateMapping(config.state.signals(), "reason");
      messages = new FoldScenario(config);
      String[] states = {"RUNNING", "DOWN", "IDLE", "SETUP", "MAINTENANCE", "RUNNING", "FLYING"};
      long at = begin;
      int total = 0;
      while (at < end) {
        List<Object> fields = new ArrayList<>(List.of("temperature", 20, "total", total));
        total += random.nextInt(40);
        if (random.nextInt(8) == 0 || at == begin) {
          fields.addAll(List.of("state", states[random.nextInt(states.length)]));
          if (random.nextBoolean()) {
            fields.addAll(List.of("reason", "E" + random.nextInt(4)));
          }
        }
        readings.add(
            messages.message(FoldScenario.MACHINE, at, at, Quality.GOOD, fields.toArray()));
        at += (1 + random.nextInt(random.nextInt(40) == 0 ? 900 : 50)) * ShiftCalendar.SECOND;
      }
      for (int i = 0; i < 12; i++) {
        long from = begin + random.nextInt(5 * 3600) * ShiftCalendar.SECOND;
        long to = from + (1 + random.nextInt(3000)) * ShiftCalendar.SECOND;
        Change change = change(from, to);
        boolean goesOn = random.nextInt(4) == 0 && !(change instanceof PiecesBooked);
        entries.add(correction(from, to, goesOn, change));
        if (random.nextInt(4) == 0) {
          entries.add(undo(entries.get(random.nextInt(entries.size()))));
        }
      }
    }

    private Change change(long from, long to) {
      Why why =
          new Why(
              "group" + random.nextInt(2),
              "reason" + random.nextInt(3),
              "",
              random.nextInt(3) == 0 ? null : (Boolean) random.nextBoolean());
      MachineState[] states = {
        MachineState.RUNNING, MachineState.DOWN, MachineState.SETUP, MachineState.IDLE
      };
      MachineState state = states[random.nextInt(states.length)];
      return switch (random.nextInt(7)) {
        case 0 -> new Reclassified(state, random.nextBoolean() ? null : why);
        case 1, 2 -> new ReasonGiven(why);
        case 3 ->
            new StopSplit(
                List.of(
                    new Part(from, null, random.nextBoolean() ? null : why),
                    new Part(from + (to - from) / 3, null, null),
                    new Part(from + (to - from) / 2, random.nextBoolean() ? null : state, why)));
        case 4 -> new StopsMerged(state, why);
        case 5 -> new PiecesBooked(random.nextBoolean(), 1 + random.nextInt(60), null);
        default -> new PlannedStopDeclared(random.nextBoolean() ? null : why);
      };
    }

    /** Plays all readings, with each entry after a reading of that number. */
    FoldScenario played(List<Entry> taken, int[] after, boolean restarts) {
      FoldScenario scenario = new FoldScenario(config);
      List<Entry> known = new ArrayList<>();
      for (int i = 0; i <= readings.size(); i++) {
        for (int e = 0; e < taken.size(); e++) {
          if (after[e] == i) {
            scenario.fold.correct(taken.get(e));
            known.add(taken.get(e));
          }
        }
        if (restarts && i % 97 == 50) {
          scenario.restart();
          known.forEach(scenario.fold::remember);
          scenario.fold.remembered();
        }
        if (i < readings.size()) {
          scenario.accept(readings.get(i));
        }
      }
      return written(scenario);
    }

    /** Has all rows written up to the newest reading, as after any correction. */
    FoldScenario written(FoldScenario scenario) {
      return take(scenario, correction(begin, end, false, new Change.Annotated()));
    }

    FoldScenario played(List<Entry> taken, int after) {
      int[] all = new int[taken.size()];
      java.util.Arrays.fill(all, after);
      return played(taken, all, false);
    }

    /** Numbers of readings, in rising order: entries keep their order. */
    int[] anywhere() {
      return random.ints(entries.size(), 0, readings.size() + 1).sorted().toArray();
    }
  }

  private static List<String> differences(FoldScenario one, FoldScenario other) {
    List<String> differences = new ArrayList<>(StoredRows.differences(one.store, other.store));
    // the minutes of a line are kept for an hour and a half
    differences.removeIf(row -> row.contains("bucket=minute") && !row.contains("level=machine"));
    differences.addAll(one.store.otherStates(other.store));
    differences.addAll(other.store.otherStates(one.store));
    return differences;
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 9)
  void anyOrderOfReadingsAndCorrectionsGivesTheSameRows(int seed) {
    config.lateness = Duration.ofHours(12);
    Play play = new Play(seed);
    FoldScenario before = play.played(play.entries, 0);
    FoldScenario after = play.played(play.entries, play.readings.size());
    FoldScenario within = play.played(play.entries, play.anywhere(), true);
    assertThat(differences(before, after)).isEmpty();
    assertThat(differences(before, within)).isEmpty();
  }

  /** Hours and minutes are final ten minutes after their end; the rest is open, or is no bucket. */
  @ParameterizedTest
  @Seeds(few = 1, all = 9)
  void whatIsSettledIsCorrectedWhileItsBucketIsOpen(int seed) {
    Play play = new Play(seed);
    FoldScenario before = play.played(play.entries, 0);
    FoldScenario after = play.played(play.entries, play.readings.size());
    FoldScenario within = play.played(play.entries, play.anywhere(), true);
    for (FoldScenario other : List.of(after, within)) {
      assertThat(differences(before, other).stream().filter(CorrectedFiguresTest::isOpen))
          .isEmpty();
    }
  }

  private static boolean isOpen(String row) {
    return !row.contains("bucket=hour")
        && !row.contains("bucket=minute")
        && !((row.contains("bucket=shift") || row.startsWith("defects "))
            && !row.contains("shift=all"));
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 8)
  void anUndoGivesTheRowsOfBefore(int seed) {
    config.lateness = Duration.ofHours(12);
    Play play = new Play(seed);
    List<Entry> undone = new ArrayList<>(play.entries);
    List<Entry> made = play.entries.stream().filter(entry -> entry instanceof Correction).toList();
    List<Entry> shuffled = new ArrayList<>(made);
    Collections.shuffle(shuffled, play.random);
    shuffled.forEach(entry -> undone.add(undo(entry)));
    FoldScenario never = play.played(List.of(), 0);
    FoldScenario corrected = play.played(play.entries, play.readings.size());
    assertThat(differences(never, corrected)).as("they change something").isNotEmpty();
    take(corrected, undone.subList(play.entries.size(), undone.size()).toArray(Entry[]::new));
    assertThat(differences(never, corrected)).isEmpty();
    FoldScenario early = play.played(undone, 0);
    assertThat(differences(never, early)).isEmpty();
  }

  /** What was undone leaves no trace: the rest alone, in its order, gives the same rows. */
  @ParameterizedTest
  @Seeds(few = 1, all = 10)
  void theCorrectionsThatWereNotUndoneGiveTheRows(int seed) {
    config.lateness = Duration.ofHours(12);
    Play play = new Play(seed);
    Set<Long> undone =
        play.entries.stream()
            .filter(Undo.class::isInstance)
            .map(entry -> ((Undo) entry).of())
            .collect(Collectors.toSet());
    List<Entry> left =
        play.entries.stream()
            .filter(entry -> entry instanceof Correction && !undone.contains(entry.id()))
            .toList();
    FoldScenario all = play.played(play.entries, play.anywhere(), true);
    assertThat(differences(play.played(left, 0), all)).isEmpty();
  }

  /** Second by second: what the machine told, and what the corrections say of that second. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2, 3, 5, 6, 8})
  void theTimesAreThoseOfEachSecond(int seed) {
    config.lateness = Duration.ofHours(12);
    config.microStop = Duration.ZERO;
    Play play = new Play(seed);
    List<Entry> corrections =
        play.entries.stream()
            .filter(e -> e instanceof Correction c && !c.toEndOfStop() && saysAStateOrReason(c))
            .toList();
    FoldScenario told = play.played(List.of(), 0);
    FoldScenario corrected = play.played(corrections, play.readings.size() / 2);
    TreeMap<String, MachineState> states = new TreeMap<>();
    told.store
        .rows("machine_state s/a/l/m {}")
        .forEach(
            (row, fields) ->
                states.put(
                    row.substring(row.lastIndexOf(' ') + 1),
                    MachineState.valueOf(fields.get("state").toString().toUpperCase(Locale.ROOT))));
    TreeMap<Long, MachineState> since = new TreeMap<>();
    states.forEach((instant, state) -> since.put(StoredRows.nanos(instant), state));
    Map<String, Double> sums = new TreeMap<>();
    long last = play.readings.get(play.readings.size() - 1).readings().get(0).timeNs();
    for (long at = play.begin; at < last; at += ShiftCalendar.SECOND) {
      MachineState state = said(since.floorEntry(at).getValue(), at, corrections);
      String field = state == MachineState.PLANNED ? "planned_stop_s" : time(state);
      sums.merge(field, 1.0, Double::sum);
    }
    for (String field :
        List.of("run_s", "setup_s", "down_s", "idle_s", "unknown_s", "planned_stop_s")) {
      assertThat(day(corrected, field)).as(field).isEqualTo(sums.getOrDefault(field, 0.0));
    }
  }

  private static boolean saysAStateOrReason(Correction correction) {
    Change change = correction.change();
    return change instanceof Reclassified
        || change instanceof ReasonGiven
        || change instanceof PlannedStopDeclared;
  }

  private static String time(MachineState state) {
    return state == MachineState.RUNNING ? "run_s" : state.word() + "_s";
  }

  private static MachineState said(MachineState told, long at, List<Entry> corrections) {
    MachineState own = told;
    @Nullable Boolean planned = null;
    boolean declared = false;
    for (Entry entry : corrections) {
      Correction each = (Correction) entry;
      if (at < each.from() || at >= each.to()) {
        continue;
      }
      if (each.change() instanceof Reclassified reclassified) {
        own = reclassified.state();
        planned = null;
        declared = false;
      } else if (each.change() instanceof ReasonGiven given && given.reason().planned() != null) {
        planned = given.reason().planned();
        declared = false;
      } else if (each.change() instanceof PlannedStopDeclared) {
        planned = true;
        declared = true;
      }
    }
    boolean works = own == MachineState.RUNNING || declared && own == MachineState.SETUP;
    return Boolean.TRUE.equals(planned) && !works ? MachineState.PLANNED : own;
  }
}
