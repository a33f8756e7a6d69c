package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures of the past that are folded again from the log. */
@Tag("slow")
class RecomputeTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final long BEGIN = StoredRows.nanos("2026-03-02T00:00:00Z");
  private static final String[] MACHINES = {"s/a/l/m", "s/a/l/n", "s/a/k/o"};
  private static final Asset ALL = Asset.NONE;

  /** Two days of readings of some machines, in the order of their arrival. */
  private static List<Message> readings(Random random, long hours, double late) {
    FoldScenario scenario = new FoldScenario(FoldedFigures.plant());
    List<Message> messages = new ArrayList<>();
    for (String machine : MACHINES) {
      int total = 0;
      long silentUntil = 0;
      for (long at = BEGIN + random.nextInt(40) * SECOND;
          at < BEGIN + hours * HOUR;
          at += (30 + random.nextInt(30)) * SECOND) {
        total += random.nextInt(40);
        if (random.nextInt(900) == 0) {
          silentUntil = at + random.nextInt(90) * 60 * SECOND;
        }
        if (at < silentUntil) {
          continue;
        }
        String state =
            random.nextInt(9) == 0 ? "DOWN" : random.nextInt(9) == 0 ? "IDLE" : "RUNNING";
        long delay = random.nextInt(5) == 0 ? random.nextInt(300) * SECOND : 0;
        if (random.nextDouble() < late) {
          delay = (1200 + random.nextInt(6000)) * SECOND;
        }
        messages.add(
            scenario.message(
                machine,
                at,
                at + delay,
                Quality.GOOD,
                "state",
                state,
                "total",
                total,
                "reject",
                total / 11));
      }
    }
    messages.sort(Comparator.comparingLong(Message::receiveTimeNs));
    return messages;
  }

  private static RecomputedPlant plant(EfficiencyConfigBuilder config, MemoryLog log)
      throws IOException {
    return new RecomputedPlant(config, log, BEGIN);
  }

  /** What stands in a store, of the span that is looked at; without what is only provisional. */
  private static Map<String, Map<String, Object>> rows(StoredRows store, long from, long to) {
    return store.content(from, to, name -> name.contains("bucket="));
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 12)
  void overAnUnchangedConfigurationTheRowsAreThoseOfTheLiveFigures(int seed) throws IOException {
    Random random = new Random(seed);
    List<Message> arrives = readings(random, 27, 0);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 28 * HOUR, arrives);
    long from = BEGIN;
    Map<String, Map<String, Object>> before = rows(plant.store, from, BEGIN + 24 * HOUR);
    plant.recompute.ask(ALL, from, BEGIN + 24 * HOUR);
    int writes = plant.store.writes;
    plant.recomputeAll();
    assertThat(plant.recompute.requests().get(0).state()).isEqualTo(RecomputeRequests.State.DONE);
    assertThat(plant.store.writes - writes).as("rows were written").isGreaterThan(60_000);
    assertThat(StoredRows.differences(before, rows(plant.store, from, BEGIN + 24 * HOUR)))
        .isEmpty();
    assertThat(plant.revisions.fell).isEmpty();
  }

  /** Readings that were given up or destroyed since: all of some minutes, or every third. */
  @ParameterizedTest
  @Seeds(few = 1, all = 40)
  void rowsOfATimeInWhichReadingsAreMissingStayAndAllOthersAreMadeAgain(int seed)
      throws IOException {
    Random random = new Random(seed);
    List<Message> arrives = readings(random, 27, 0);
    EfficiencyConfigBuilder config = FoldedFigures.plant();
    config.energy = null; // else one could have been told in a gap for the first time
    RecomputedPlant plant = plant(config, new MemoryLog());
    plant.runTo(BEGIN + 28 * HOUR, arrives);
    plant.now += HOUR;
    plant.recomputeAll(); // what the live figures lack, as they note
    Map<String, Map<String, Object>> before = standing(plant.store, BEGIN, BEGIN + 24 * HOUR);
    int gap = arrives.size() / 4 + random.nextInt(arrives.size() / 4);
    for (int i = 0; i < 200; i++) {
      if (seed % 2 == 0 || i % 3 == 0) {
        plant.log.gone.set(gap + i);
      }
    }
    plant.log.isDamage = random.nextBoolean();
    plant.recompute.ask(ALL, BEGIN, BEGIN + 24 * HOUR);
    int writes = plant.store.writes;
    plant.recomputeAll();
    RecomputeRequests.Request made = plant.recompute.requests().get(0);
    assertThat(StoredRows.differences(before, standing(plant.store, BEGIN, BEGIN + 24 * HOUR)))
        .isEmpty();
    assertThat(plant.store.writes - writes).as("rows were written").isGreaterThan(40_000);
    assertThat(made.course().detail())
        .contains("readings of it are missing", "stay as they are", "s/a/k/o from 2026-03-02T");
  }

  /** The readings of one machine come by a route that gives readings up, and all others do not. */
  @Test
  void rowsOfMachinesWhoseReadingsAreAllThereAreMadeAgainBesideOneWithoutSome() throws IOException {
    List<Message> arrives = readings(new Random(1), 27, 0);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.givenUp = message -> message.readings().get(0).series().asset().machine().equals("o");
    plant.runTo(BEGIN + 28 * HOUR, arrives);
    for (int i = arrives.size() / 3; i < arrives.size() / 2; i++) {
      if (plant.givenUp.test(arrives.get(i))) {
        plant.log.gone.set(i);
      }
    }
    Map<String, Object> ofOthers = plant.store.efficiency("s/a/l", "day", "all", BEGIN);
    Map<String, Object> ofIt = plant.store.efficiency("s/a/k", "day", "all", BEGIN);
    Map<String, Object> ofAll = plant.store.efficiency("s/a", "day", "all", BEGIN);
    Object[] revisions = {ofOthers.get("revision"), ofIt.get("revision"), ofAll.get("revision")};
    EfficiencyConfigBuilder other = FoldedFigures.plant();
    other.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(7));
    plant.reload(other);
    plant.recompute.ask(ALL, BEGIN, BEGIN + 24 * HOUR);
    plant.recomputeAll();
    assertThat(ofOthers.get("revision")).isNotEqualTo(revisions[0]);
    assertThat(ofIt).containsEntry("revision", revisions[1]);
    assertThat(ofAll).containsEntry("revision", revisions[2]);
    assertThat(plant.store.efficiency("s/a/k", "hour", "all", BEGIN + 2 * HOUR))
        .as("before the gap")
        .doesNotContainEntry("revision", revisions[1]);
  }

  /** A machine that was configured since: no row of it stands, so a part is better than nothing. */
  @Tag("soak")
  @Test
  void whereNoRowStandsThatWhichIsThereIsWritten() throws IOException {
    List<Message> arrives = readings(new Random(1), 27, 0);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 28 * HOUR, arrives);
    plant.log.gone.set(arrives.size() / 3, arrives.size() / 2);
    History forgets = new History(600 * SECOND);
    plant.recompute =
        new Recompute(
            MemoryBudget.of(1L << 30, 1 << 20),
            plant.readings(),
            plant,
            plant.book,
            plant.live,
            forgets,
            Stores.NONE,
            plant);
    int writes = plant.store.writes;
    Object former = plant.store.efficiency("s/a/l", "day", "all", BEGIN).get("revision");
    plant.recompute.ask(ALL, BEGIN, BEGIN + 24 * HOUR);
    plant.recomputeAll();
    assertThat(plant.store.writes - writes).isGreaterThan(50_000);
    assertThat(plant.store.efficiency("s/a/l", "day", "all", BEGIN))
        .doesNotContainEntry("revision", former);
  }

  @Tag("soak")
  @Test
  void aMachineThatIsRetiredAndComesBackHasTheRowsOfOneThatNeverLeft() throws IOException {
    List<Message> arrives = readings(new Random(3), 27, 0);
    RecomputedPlant spared = plant(FoldedFigures.plant(), new MemoryLog());
    spared.runTo(BEGIN + 28 * HOUR, arrives);
    Map<String, Map<String, Object>> rows = standing(spared.store, BEGIN, BEGIN + 24 * HOUR);
    retiredItHas(rows, arrives, false);
    retiredItHas(rows, arrives, true);
  }

  private static void retiredItHas(
      Map<String, Map<String, Object>> rows, List<Message> arrives, boolean afterARestart)
      throws IOException {
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 10 * HOUR + 20 * 60 * SECOND, arrives);
    CompletableFuture<Retired> answer = plant.live.retire(new Asset("s", "a", "k", "o"));
    plant.live.step();
    assertThat(answer).isCompletedWithValue(Retired.DONE);
    if (afterARestart) {
      plant.crash();
      plant.reload(FoldedFigures.plant());
    }
    plant.runTo(BEGIN + 28 * HOUR, arrives);
    assertThat(plant.book.spans()).hasSize(1);
    plant.now += HOUR;
    plant.recomputeAll();
    assertThat(StoredRows.differences(rows, standing(plant.store, BEGIN, BEGIN + 24 * HOUR)))
        .as("after a restart: " + afterARestart)
        .isEmpty();
    assertThat(plant.revisions.fell).isEmpty();
  }

  /** How many machines the hour of the site expects. */
  private static Object expected(RecomputedPlant plant, int hour) {
    return plant.store.efficiency("s", "hour", "all", BEGIN + hour * HOUR).get("expected");
  }

  @Test
  void aMachineThatWasRetiredIsNotUnknownAfterItWhereThatDayIsMadeAgain() throws IOException {
    long last = BEGIN + 10 * HOUR;
    List<Message> arrives = readings(new Random(3), 28, 0);
    Asset gone = new Asset("s", "a", "k", "o");
    arrives.removeIf(
        message ->
            message.receiveTimeNs() > last
                && message.readings().get(0).series().asset().equals(gone));
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(last + HOUR / 3, arrives);
    CompletableFuture<Retired> answer = plant.live.retire(gone);
    plant.live.step();
    assertThat(answer).isCompletedWithValue(Retired.DONE);
    plant.crash();
    plant.runTo(BEGIN + 29 * HOUR, arrives);
    assertThat(expected(plant, 8)).isEqualTo(3.0);
    assertThat(expected(plant, 15)).isEqualTo(2.0);
    assertThat(unknown(plant, gone)).isLessThanOrEqualTo(1200);
    plant.recompute.ask(ALL, BEGIN, BEGIN + 24 * HOUR);
    plant.recomputeAll();
    assertThat(expected(plant, 8)).isEqualTo(3.0);
    assertThat(expected(plant, 15)).isEqualTo(2.0);
    assertThat(unknown(plant, gone)).isLessThanOrEqualTo(1200);
  }

  /** From its last reading on, by the rows of its hours. */
  private static double unknown(RecomputedPlant plant, Asset machine) {
    double unknown = 0;
    for (Map.Entry<String, Map<String, Object>> row :
        plant.store.rows("efficiency " + machine.path() + " {bucket=hour").entrySet()) {
      long at = StoredRows.nanos(row.getKey().substring(row.getKey().lastIndexOf(' ') + 1));
      unknown += at >= BEGIN + 10 * HOUR ? (Double) row.getValue().get("unknown_s") : 0;
    }
    return unknown;
  }

  /**
   * For more than three days and a half, as over a long weekend. Its readings of before and behind
   * are not among those that are folded again for the third day of it.
   */
  @Test
  void aDayInWhichTheBottleneckWasSilentForLongIsMadeAgainAsItIs() throws IOException {
    silentForLong(201, 212);
  }

  @Tag("soak")
  @Test
  void soIsOneWhereItIsBackSoonBehindTheDayAndAnotherMachineBegins() throws IOException {
    silentForLong(194, 196);
  }

  /**
   * @param back the half hour in which the bottleneck is heard again
   * @param begins the half hour in which a new machine is heard
   */
  private static void silentForLong(int back, int begins) throws IOException {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.silentAfter = Duration.ofMinutes(40);
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("n"), "m"));
    FoldScenario scenario = new FoldScenario(config);
    List<Message> arrives = new ArrayList<>();
    for (int half = 0; half < 2 * 108; half++) {
      long at = BEGIN + half * HOUR / 2;
      List<String> told =
          new ArrayList<>(half < 24 || half >= back ? List.of("m", "n") : List.of("n"));
      if (half >= begins) {
        told.add("p");
      }
      for (String machine : told) {
        Object[] fields = {"state", "RUNNING", "total", 90 * half, "good", 90 * half};
        arrives.add(scenario.message("s/a/l/" + machine, at, at, Quality.GOOD, fields));
      }
    }
    RecomputedPlant plant = plant(config, new MemoryLog());
    plant.stepNs = HOUR / 2;
    plant.runTo(BEGIN + 108 * HOUR, arrives);
    plant.now += HOUR;
    plant.recomputeAll(); // the hours that lines had forgotten when it came back
    assertThat(plant.book.spans()).isEmpty();
    Map<String, Map<String, Object>> before = days(plant);
    assertThat(before).hasSize(3 * 5);
    assertThat(plant.store.efficiency("s/a/l", "day", "all", BEGIN + 72 * HOUR))
        .containsEntry("unknown_s", 86_400.0)
        .containsEntry("members", 2.0);
    plant.restart(config);
    for (int day = 3; day > 0; day--) {
      plant.recompute.ask(ALL, BEGIN + day * 24 * HOUR, BEGIN + (day + 1) * 24 * HOUR);
      plant.recomputeAll();
    }
    assertThat(StoredRows.differences(before, days(plant))).isEmpty();
    for (int hour = 24; hour < 96; hour++) {
      assertThat(plant.store.efficiency("s/a/l", "hour", "all", BEGIN + hour * HOUR))
          .as("hour %d", hour)
          .containsEntry("unknown_s", 3600.0)
          .containsEntry("expected", 2.0)
          .containsEntry("final", true)
          .containsEntry("origin", "log");
    }
  }

  /** The rows of the days of silence, which are final. */
  private static Map<String, Map<String, Object>> days(RecomputedPlant plant) {
    Map<String, Map<String, Object>> rows =
        plant.store.content(BEGIN + 24 * HOUR, BEGIN + 96 * HOUR, name -> name.contains("bucket="));
    rows.keySet().removeIf(name -> !name.contains("bucket=day"));
    return rows;
  }

  /** The first instant that a number of nanoseconds can say is in the year 1677. */
  @Test
  void whatIsAskedForFromTheFirstInstantOnIsMadeAgainFromTheFirstReadingOn() throws IOException {
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 2 * HOUR, readings(new Random(2), 1, 0));
    Map<String, Map<String, Object>> before = rows(plant.store, BEGIN, BEGIN + HOUR / 2);
    int writes = plant.store.writes;
    plant.recompute.ask(ALL, Long.MIN_VALUE + SECOND, BEGIN + HOUR / 2);
    assertThat(plant.book.spans()).allMatch(span -> span.from() >= 0);
    plant.recomputeAll();
    assertThat(plant.recompute.requests().get(0).state()).isEqualTo(RecomputeRequests.State.DONE);
    assertThat(plant.store.writes - writes).isGreaterThan(5_000);
    assertThat(StoredRows.differences(before, rows(plant.store, BEGIN, BEGIN + HOUR / 2)))
        .isEmpty();
  }

  /** No reading is of then: it is a fault of the hand. */
  @Test
  void aCorrectionOfTheFirstInstantsLeavesNothingToBeMadeAgain() {
    Marks marks = new Marks();
    Asset machine = new Asset("s", "a", "l", "m");
    marks.ask(machine, Long.MIN_VALUE + SECOND, Long.MIN_VALUE + 30 * SECOND);
    marks.ask(machine, BEGIN, BEGIN + SECOND);
    assertThat(marks.all())
        .containsExactly(new RecomputeSpan(machine, false, BEGIN, BEGIN + HOUR, 0, true));
  }

  @Tag("soak")
  @Test
  void linesWithDifferentShiftsAreMadeAgainAsTheLiveFiguresMadeThem() throws IOException {
    EfficiencyConfigBuilder other =
        new EfficiencyConfigBuilder()
            .shift("early", "05:00", "09:00")
            .shift("late", "09:00", "16:30");
    other.productionDay = "03:00";
    EfficiencyConfigBuilder config = FoldedFigures.plant().calendarOf("s/a/k", other);
    RecomputedPlant plant = new RecomputedPlant(config, new MemoryLog());
    plant.runTo(BEGIN + 28 * HOUR, readings(new Random(1), 27, 0));
    Map<String, Map<String, Object>> before = rows(plant.store, BEGIN, BEGIN + 21 * HOUR);
    plant.recompute.ask(ALL, BEGIN, BEGIN + 22 * HOUR);
    int writes = plant.store.writes;
    plant.recomputeAll();
    assertThat(plant.store.writes - writes).as("rows were written").isGreaterThan(50_000);
    assertThat(StoredRows.differences(before, rows(plant.store, BEGIN, BEGIN + 21 * HOUR)))
        .isEmpty();
    assertThat(plant.revisions.fell).isEmpty();
  }

  private static EfficiencyConfigBuilder otherShifts() {
    EfficiencyConfigBuilder changed = FoldedFigures.plant();
    changed.shifts.clear();
    changed.productionDay = "05:00";
    return changed.shift("early", "05:00", "13:00").shift("late", "14:00", "22:00");
  }

  /** The rows of machines and of what is above them, without those taken back and minutes. */
  private static Map<String, Map<String, Object>> standing(StoredRows store, long from, long to) {
    Map<String, Map<String, Object>> rows = rows(store, from, to);
    rows.entrySet()
        .removeIf(
            row ->
                row.getKey().contains("bucket=minute")
                    || row.getKey().startsWith("stops ")
                    || Double.valueOf(0).equals(row.getValue().get("members")));
    return rows;
  }

  @Tag("soak")
  /** Machine m told 10 s first, and 2 s since the second day; n told 5 s. */
  @Test
  void theBottleneckIsThatOfTheLiveFiguresWhateverItsCycleWasSince() throws IOException {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.cycle = new EfficiencyConfig.MetricCycle("cycle");
    config.silentAfter = Duration.ofMinutes(10);
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("n"), null));
    FoldScenario scenario = new FoldScenario(config);
    List<Message> arrives = new ArrayList<>();
    for (int i = 0; i < 4 * 24 * 12; i++) {
      long at = BEGIN + i * 300 * SECOND;
      double ofM = at < BEGIN + 24 * HOUR ? 10 : 2;
      String state = i % 5 == 0 ? "DOWN" : "RUNNING";
      Object[] m = {"state", state, "total", 30 * i, "reject", 0, "cycle", ofM};
      Object[] n = {"state", "RUNNING", "total", 30 * i, "reject", i, "cycle", 5.0};
      arrives.add(scenario.message("s/a/l/m", at, at, Quality.GOOD, m));
      arrives.add(scenario.message("s/a/l/n", at, at, Quality.GOOD, n));
    }
    RecomputedPlant plant = plant(config, new MemoryLog());
    plant.runTo(BEGIN + 96 * HOUR, arrives);
    long from = BEGIN + 72 * HOUR;
    Map<String, Map<String, Object>> live = rows(plant.store, from, BEGIN + 90 * HOUR);
    plant.recompute.ask(ALL, from, BEGIN + 90 * HOUR);
    int writes = plant.store.writes;
    plant.recomputeAll();
    assertThat(plant.store.writes).as("rows were written").isGreaterThan(writes + 10_000);
    assertThat(StoredRows.differences(live, rows(plant.store, from, BEGIN + 90 * HOUR))).isEmpty();
  }

  @Tag("soak")
  @Test
  void shiftsAndDaysThatTheCalendarHasNoMoreAreTakenBack() throws IOException {
    List<Message> arrives = readings(new Random(1), 27, 0);
    RecomputedPlant always = plant(otherShifts(), new MemoryLog());
    always.runTo(BEGIN + 28 * HOUR, arrives);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 28 * HOUR, arrives);
    plant.restart(otherShifts());
    String former = "2026-03-02T06:00:00Z";
    for (String asset : List.of("s/a/l/m", "s/a/l", "s/a", "s")) {
      assertThat(plant.store.efficiency(asset, "shift", "early", former))
          .containsEntry("final", true);
    }
    plant.recompute.ask(ALL, BEGIN + 5 * HOUR, BEGIN + 22 * HOUR);
    plant.recomputeAll();
    for (String asset : List.of("s/a/l/m", "s/a/l", "s/a", "s")) {
      assertThat(plant.store.efficiency(asset, "shift", "early", former))
          .containsEntry("members", 0.0)
          .containsEntry("calendar_s", 0.0)
          .containsEntry("final", false);
      assertThat(plant.store.efficiency(asset, "shift", "late", "2026-03-02T14:00:00Z"))
          .as("still in the calendar")
          .containsEntry("final", true);
    }
    assertThat(
            StoredRows.differences(
                standing(plant.store, BEGIN + 5 * HOUR, BEGIN + 22 * HOUR),
                standing(always.store, BEGIN + 5 * HOUR, BEGIN + 22 * HOUR)))
        .isEmpty();
    assertThat(plant.revisions.fell).isEmpty();
    plant.restart(FoldedFigures.plant());
    plant.recompute.ask(ALL, BEGIN + 5 * HOUR, BEGIN + 22 * HOUR);
    plant.recomputeAll();
    assertThat(plant.store.efficiency("s/a", "shift", "early", former))
        .containsEntry("final", true);
    assertThat(plant.store.efficiency("s/a", "shift", "early", "2026-03-02T05:00:00Z"))
        .containsEntry("members", 0.0);
  }

  @Test
  @Tag("soak")
  void theSessionsOfMachinesAndOfTheGatewayAreThoseOfTheLiveFigures() throws IOException {
    EfficiencyConfigBuilder config = FoldedFigures.plant();
    config.lines.clear(); // no machine is expected before it is heard
    config.alive = new EfficiencyConfig.Alive("LWT", null, Set.of("Offline"), null);
    RecomputedPlant plant = plant(config, new MemoryLog());
    plant.runTo(BEGIN + 28 * HOUR, sessions(new Random(5), 27));
    Map<String, Map<String, Object>> before = rows(plant.store, BEGIN, BEGIN + 24 * HOUR);
    Map<String, Object> day = plant.store.efficiency("s/a/l/m", "day", "all", BEGIN);
    assertThat((Double) day.get("unknown_s")).isBetween(600.0, 70_000.0);
    plant.recompute.ask(ALL, BEGIN, BEGIN + 24 * HOUR);
    int writes = plant.store.writes;
    plant.recomputeAll();
    assertThat(plant.store.writes - writes).as("rows were written").isGreaterThan(50_000);
    assertThat(StoredRows.differences(before, rows(plant.store, BEGIN, BEGIN + 24 * HOUR)))
        .isEmpty();
  }

  /**
   * A machine that speaks on change, one that speaks each minute, and connections that are lost.
   */
  private static List<Message> sessions(Random random, long hours) {
    FoldScenario scenario = new FoldScenario(FoldedFigures.plant());
    List<Message> messages = new ArrayList<>();
    long connection = 1;
    int total = 0;
    for (long at = BEGIN; at < BEGIN + hours * HOUR; at += (20 + random.nextInt(30)) * SECOND) {
      connection += random.nextInt(200) == 0 ? 1 : 0;
      total += random.nextInt(40);
      Object[] fields =
          switch (messages.isEmpty() ? 0 : random.nextInt(24)) {
            case 0 -> new Object[] {"state", random.nextBoolean() ? "RUNNING" : "DOWN"};
            case 1 -> new Object[] {"total", total, "reject", total / 11};
            case 2 -> new Object[] {"LWT", random.nextInt(4) == 0 ? "Offline" : "Online"};
            default -> new Object[] {"state", "IDLE"};
          };
      String asset = fields[1].equals("IDLE") ? "s/a/l/n" : "s/a/l/m";
      Message message = scenario.message(asset, at, at, Quality.GOOD, fields);
      messages.add(FoldScenario.connected(message, connection));
    }
    return messages;
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(ints = {3})
  void afterAnotherCycleTheRowsAreThoseOfAGatewayThatAlwaysHadIt(int seed) throws IOException {
    List<Message> arrives = readings(new Random(seed), 17, 0);
    EfficiencyConfigBuilder changed = FoldedFigures.plant();
    changed.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofMillis(1700));
    changed.silentAfter = Duration.ofSeconds(90);
    RecomputedPlant always = plant(changed, new MemoryLog());
    always.runTo(BEGIN + 18 * HOUR, arrives);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 16 * HOUR, arrives);
    plant.restart(changed);
    plant.runTo(BEGIN + 18 * HOUR, arrives);
    long from = BEGIN;
    plant.recompute.ask(ALL, from, BEGIN + 14 * HOUR);
    plant.recomputeAll();
    assertThat(
            StoredRows.differences(
                rows(plant.store, from, BEGIN + 14 * HOUR),
                rows(always.store, from, BEGIN + 14 * HOUR)))
        .isEmpty();
    assertThat(plant.revisions.fell).isEmpty();
  }

  @Test
  void readingsThatCameTooLateAreInTheFiguresAfterTheNextHour() throws IOException {
    List<Message> arrives = readings(new Random(7), 9, 0.02);
    List<Message> prompt = new ArrayList<>(arrives);
    prompt.sort(Comparator.comparingLong(message -> message.readings().get(0).timeNs()));
    StoredRows right = new StoredRows();
    FoldScenario inOrder = new FoldScenario(FoldedFigures.plant());
    prompt.forEach(inOrder::accept);
    right = inOrder.flush().store;
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 11 * HOUR, arrives);
    long to = BEGIN + 8 * HOUR;
    assertThat(plant.book.spans()).isNotEmpty();
    assertThat(StoredRows.differences(rows(plant.store, BEGIN, to), rows(right, BEGIN, to)))
        .isNotEmpty();
    plant.now += HOUR;
    for (int i = 0; i < 3000; i++) {
      plant.live.step();
      plant.recompute.step();
    }
    assertThat(StoredRows.differences(rows(plant.store, BEGIN, to), rows(right, BEGIN, to)))
        .isEmpty();
    assertThat(plant.revisions.fell).isEmpty();
  }

  /**
   * A stop goes on over the end of the day and may still get a reason: the day is made again first,
   * its states once the stop is over.
   */
  @Test
  void statesOfAStopThatGoesOnOverTheEndOfADayAreMadeAgainOnceItIsOver() throws IOException {
    EfficiencyConfigBuilder config = FoldedFigures.plant();
    config.shifts.clear();
    config.state = new EfficiencyConfig.StateMapping(config.state.signals(), "reason");
    FoldScenario scenario = new FoldScenario(config);
    List<Message> prompt = new ArrayList<>();
    for (long minute = 20 * 60 + 30; minute < 28 * 60; minute++) {
      long at = BEGIN + minute * 60 * SECOND;
      boolean stands = minute >= 23 * 60 + 30 && minute < 25 * 60 + 30;
      boolean runs = minute == 23 * 60 + 40;
      long received = runs ? at + 15 * 60 * SECOND : at;
      String state = stands && !runs ? "DOWN" : "RUNNING";
      prompt.add(scenario.message("s/a/l/m", at, received, Quality.GOOD, "state", state));
    }
    List<Message> arrives = new ArrayList<>(prompt);
    arrives.sort(Comparator.comparingLong(Message::receiveTimeNs));
    FoldScenario inOrder = new FoldScenario(config);
    prompt.forEach(inOrder::accept);
    StoredRows right = inOrder.flush().store;
    RecomputedPlant plant = plant(config, new MemoryLog());
    plant.now = BEGIN + 20 * HOUR + 30 * 60 * SECOND;
    while (plant.now < BEGIN + 28 * HOUR) {
      plant.runTo(plant.now + 5 * 60 * SECOND, arrives);
      for (int i = 0; i < 60; i++) {
        plant.live.step();
        plant.recompute.step();
      }
    }
    long from = BEGIN + 21 * HOUR;
    long to = BEGIN + 27 * HOUR;
    assertThat(StoredRows.differences(rows(plant.store, from, to), rows(right, from, to)))
        .noneMatch(row -> row.contains(" s/a/l/m "));
    assertThat(plant.book.spans()).isEmpty();
    assertThat(plant.revisions.fell).isEmpty();
  }

  private static Correction said(long fromMinute, long minutes, Change change) {
    long from = BEGIN + fromMinute * 60 * SECOND;
    Origin origin = new Origin("anna", BEGIN + 5 * HOUR, "");
    Asset machine = new Asset("s", "a", "l", "m");
    return new Correction(
        0, machine, from, from + minutes * 60 * SECOND, false, change, "", List.of(), origin);
  }

  private static final Change.Why JAM = new Change.Why("", "jam", "", null);

  /** All kinds, over the time from 01:00 to 05:00, of which all rows but the shift's are final. */
  private static List<Correction> allKinds() {
    long split = BEGIN + 100 * 60 * SECOND;
    return List.of(
        said(60, 30, new Change.Reclassified(MachineState.DOWN, null)),
        said(
            100,
            20,
            new Change.StopSplit(
                List.of(
                    new Change.Part(split, MachineState.SETUP, null),
                    new Change.Part(split + 600 * SECOND, null, JAM)))),
        said(125, 40, new Change.StopsMerged(MachineState.DOWN, JAM)),
        said(170, 30, new Change.PlannedStopDeclared(null)),
        said(205, 20, new Change.ReasonGiven(JAM)),
        said(230, 60, new Change.PiecesBooked(false, 25, JAM)),
        said(235, 1, new Change.PiecesBooked(true, 9000, null)));
  }

  /** The readings that come late, or are made again, do not take a correction away. */
  @Test
  void correctionsHoldInRowsThatAreMadeAgain() throws IOException {
    List<Message> arrives = readings(new Random(7), 6, 0.02);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 5 * HOUR + HOUR / 4, arrives);
    List<Entry> made = new ArrayList<>();
    for (Correction each : allKinds()) {
      made.add(plant.corrections.keep(each));
    }
    Entry wrong = plant.corrections.keep(said(240, 90, new Change.PlannedStopDeclared(JAM)));
    plant.runTo(BEGIN + 5 * HOUR + HOUR / 2, arrives);
    plant.corrections.keep(new Undo(0, wrong.id(), "", wrong.origin()));
    plant.runTo(BEGIN + 6 * HOUR, arrives);
    plant.crash();
    plant.runTo(BEGIN + 8 * HOUR, arrives);
    plant.now += HOUR;
    for (int i = 0; i < 1500; i++) {
      plant.live.step();
      plant.recompute.step();
    }
    List<Message> prompt = new ArrayList<>(arrives);
    prompt.sort(Comparator.comparingLong(message -> message.readings().get(0).timeNs()));
    FoldScenario right = new FoldScenario(FoldedFigures.plant());
    made.forEach(right.fold::correct);
    prompt.forEach(right::accept);
    right.flush();
    long to = BEGIN + 5 * HOUR;
    assertThat(StoredRows.differences(rows(plant.store, BEGIN, to), rows(right.store, BEGIN, to)))
        .isEmpty();
    Map<String, Object> hour =
        plant.store.efficiency("s/a/l/m", "hour", "all", "2026-03-02T03:00:00Z");
    assertThat((Double) hour.get("rework")).as("pieces that were made").isGreaterThan(0);
    assertThat((Double) hour.get("good")).as("more were booked than made").isEqualTo(0);
    assertThat(plant.revisions.fell).as("a kill, too, makes no revision fall").isEmpty();
  }

  @Test
  void whatIsSaidOfAnHourWhileItIsMadeAgainIsNotLost() throws IOException {
    int steps = 4; // of the first pass
    List<Message> arrives = readings(new Random(7), 2, 0);
    EfficiencyConfigBuilder config = FoldedFigures.plant();
    config.shifts.clear();
    RecomputedPlant plant = plant(config, new MemoryLog());
    plant.runTo(BEGIN + 2 * HOUR, arrives);
    FoldScenario right = new FoldScenario(config);
    Change down = new Change.Reclassified(MachineState.DOWN, null);
    for (Correction each : List.of(said(35, 5, down), said(45, 5, down))) {
      Entry entry = plant.corrections.keep(each);
      right.fold.correct(entry);
      plant.live.step();
      plant.now += 6 * 60 * SECOND; // the live figures note what they have taken
      plant.live.step();
      assertThat(plant.book.spans()).as("what is noted").hasSize(1);
      for (int i = 0; i < (entry.id() == 0 ? steps : 1000); i++) {
        plant.live.step();
        plant.recompute.step();
      }
    }
    arrives.forEach(right::accept);
    right.flush();
    long from = BEGIN;
    long to = BEGIN + HOUR;
    assertThat(StoredRows.differences(rows(plant.store, from, to), rows(right.store, from, to)))
        .isEmpty();
  }

  @Test
  void aKillInTheMiddleLosesNothing() throws IOException {
    List<Message> arrives = readings(new Random(8), 8, 0);
    EfficiencyConfigBuilder changed = FoldedFigures.plant();
    changed.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofMillis(800));
    RecomputedPlant always = plant(changed, new MemoryLog());
    always.runTo(BEGIN + 9 * HOUR, arrives);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 9 * HOUR, arrives);
    plant.restart(changed);
    plant.recompute.ask(ALL, BEGIN + 2 * HOUR, BEGIN + 6 * HOUR);
    for (int crash = 0; crash < 4; crash++) {
      for (int i = 0; i < 5 + 3 * crash; i++) {
        plant.live.step();
        plant.recompute.step();
      }
      plant.crash();
      assertThat(plant.book.spans()).filteredOn(span -> span.asset().equals(ALL)).hasSize(1);
    }
    plant.recomputeAll();
    long from = BEGIN + 2 * HOUR;
    long to = BEGIN + 6 * HOUR;
    assertThat(StoredRows.differences(rows(plant.store, from, to), rows(always.store, from, to)))
        .isEmpty();
    assertThat(plant.revisions.fell).isEmpty();
  }

  @Tag("soak")
  @Test
  void whatIsStillOpenIsLeftToTheLiveFiguresAndFollowsWhenItHasEnded() throws IOException {
    List<Message> arrives = readings(new Random(9), 26, 0);
    EfficiencyConfigBuilder changed = FoldedFigures.plant();
    changed.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofMillis(800));
    RecomputedPlant always = plant(changed, new MemoryLog());
    always.runTo(BEGIN + 26 * HOUR, arrives);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 12 * HOUR, arrives);
    plant.restart(changed);
    plant.runTo(BEGIN + 12 * HOUR + 60 * SECOND, arrives);
    plant.recompute.ask(ALL, BEGIN + 6 * HOUR, BEGIN + 12 * HOUR);
    plant.recomputeAll();
    assertThat(plant.recompute.requests().get(0).course().detail())
        .contains("follows when it has ended");
    long hourly = plant.now;
    while (plant.now < BEGIN + 26 * HOUR) {
      plant.runTo(plant.now + 20 * 60 * SECOND, arrives);
      for (int i = 0; i < 60; i++) {
        plant.live.step();
        plant.recompute.step();
      }
    }
    assertThat(hourly).isLessThan(plant.now);
    long from = BEGIN + 6 * HOUR;
    long to = BEGIN + 12 * HOUR - 30 * 60 * SECOND;
    assertThat(StoredRows.differences(rows(plant.store, from, to), rows(always.store, from, to)))
        .isEmpty();
    assertThat(plant.book.spans()).isEmpty();
    assertThat(plant.revisions.fell).isEmpty();
  }

  @Test
  void aSpanThatTheLogHasNoMoreIsRefusedAndItsRowsStay() throws IOException {
    List<Message> arrives = readings(new Random(10), 9, 0);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 10 * HOUR, arrives);
    long to = BEGIN + 8 * HOUR;
    Map<String, Map<String, Object>> before = rows(plant.store, BEGIN, to);
    plant.log.dropped = arrives.size() * 3 / 4;
    plant.recompute.ask(ALL, BEGIN + HOUR, BEGIN + 3 * HOUR);
    plant.recomputeAll();
    RecomputeRequests.Request answer = plant.recompute.requests().get(0);
    assertThat(answer.state()).isEqualTo(RecomputeRequests.State.REFUSED);
    assertThat(answer.course().detail()).contains("does not go back that far");
    assertThat(StoredRows.differences(rows(plant.store, BEGIN, to), before)).isEmpty();
  }

  @Test
  void anAssetThatNobodyKnowsIsRefusedByItsName() throws IOException {
    List<Message> arrives = readings(new Random(10), 9, 0);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 10 * HOUR, arrives);
    for (Asset unknown :
        List.of(new Asset("UNKNOWN", null, null, null), new Asset("s", "a", "l", "none"))) {
      for (long to : new long[] {BEGIN + 3 * HOUR, BEGIN + 10 * HOUR}) {
        plant.recompute.ask(unknown, to - HOUR, to);
        plant.recomputeAll();
      }
    }
    assertThat(plant.recompute.requests())
        .hasSize(4)
        .allSatisfy(
            request -> {
              assertThat(request.state()).isEqualTo(RecomputeRequests.State.REFUSED);
              assertThat(request.course().detail()).contains("no machine of " + request.asset());
            });
    assertThat(plant.book.spans()).isEmpty();
    for (Asset known : List.of(new Asset("s", null, null, null), new Asset("s", "a", "l", "m"))) {
      plant.recompute.ask(known, BEGIN + 2 * HOUR, BEGIN + 3 * HOUR);
      plant.recomputeAll();
    }
    assertThat(plant.recompute.requests())
        .extracting(RecomputeRequests.Request::state)
        .endsWith(RecomputeRequests.State.DONE, RecomputeRequests.State.DONE);
  }

  @Test
  @Tag("soak")
  void stopsOlderThanTheGatewayRemembersAreSaidToStay() throws IOException {
    List<Message> arrives = readings(new Random(12), 9, 0);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 10 * HOUR, arrives);
    for (long later : new long[] {0, History.STOPS_KEPT}) {
      plant.now += later;
      plant.recompute.ask(ALL, BEGIN + HOUR, BEGIN + 3 * HOUR);
      plant.recomputeAll();
      List<RecomputeRequests.Request> answers = plant.recompute.requests();
      assertThat(answers.get(answers.size() - 1).course().detail().contains("Stops of before 2"))
          .isEqualTo(later > 0);
    }
  }

  @Test
  void onlyRowsOfTheAssetAndItsLevelsAreWritten() throws IOException {
    List<Message> arrives = readings(new Random(11), 6, 0);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 7 * HOUR, arrives);
    plant.recompute.ask(new Asset("s", "a", "l", "m"), BEGIN + 2 * HOUR, BEGIN + 5 * HOUR);
    plant.recomputeAll();
    assertThat(plant.revisions.rowsOf(plant.book.highest()))
        .isNotEmpty()
        .noneMatch(
            row ->
                row.contains("machine=n]") || row.contains("machine=o]") || row.contains("line=k"))
        .anyMatch(row -> row.contains("level=site"));
  }

  /** A store that has readings, in the order of time, and may fail. */
  private static final class GivenBack implements StoredReadings {
    final List<Reading> readings = new ArrayList<>();
    long has = Long.MAX_VALUE;
    int failures;
    int questions;

    GivenBack(List<Message> messages) {
      messages.forEach(message -> readings.addAll(message.readings()));
      readings.sort(Comparator.comparingLong(Reading::timeNs));
    }

    Stores alone() {
      return new Stores(List.of(this), List.of("victoria"));
    }

    @Override
    public String name() {
      return "history";
    }

    @Override
    public long hasBelow() {
      return has;
    }

    @Override
    public Pages read(
        Set<String> metrics, Set<String> figures, @Nullable String site, long from, long to) {
      assertThat(metrics).containsExactlyInAnyOrder("state", "total", "reject", "energy");
      assertThat(figures).contains("efficiency", "machine_state");
      questions++;
      List<Reading> wanted =
          readings.stream().filter(r -> r.timeNs() >= from && r.timeNs() < to).toList();
      return new Pages() {
        int at;

        @Override
        public List<Reading> next() throws IOException {
          if (failures > 0 && at > 500) {
            failures--;
            throw new IOException("HTTP 503 it is busy");
          }
          int begin = at;
          at = Math.min(wanted.size(), at + 333);
          return wanted.subList(begin, at);
        }
      };
    }
  }

  @Test
  void whatTheLogNoLongerHasIsFoldedFromAStoreAndTheRestFromTheLog() throws IOException {
    List<Message> arrives = readings(new Random(21), 20, 0);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 21 * HOUR, arrives);
    Map<String, Map<String, Object>> before = rows(plant.store, BEGIN, BEGIN + 14 * HOUR);
    plant.log.dropped = arrives.size() / 2;
    GivenBack store = new GivenBack(arrives);
    plant.restart(FoldedFigures.plant(), store.alone());
    plant.recompute.ask(ALL, BEGIN + 2 * HOUR, BEGIN + 14 * HOUR);
    plant.recomputeAll();
    RecomputeRequests.Request answer = plant.recompute.requests().get(0);
    assertThat(answer.state()).isEqualTo(RecomputeRequests.State.DONE);
    assertThat(answer.course().origin()).isEqualTo("store");
    assertThat(answer.course().notGivenBack()).isEqualTo(Stores.NOT_GIVEN_BACK);
    assertThat(answer.course().detail()).contains("came from store history");
    assertThat(answer.course().rows()).isGreaterThan(100_000);
    assertThat(plant.recompute.keepingBoth()).containsExactly("victoria");
    assertThat(StoredRows.differences(before, rows(plant.store, BEGIN, BEGIN + 14 * HOUR)))
        .isEmpty();
    assertThat(plant.origins(BEGIN + 2 * HOUR, BEGIN + 9 * HOUR)).containsExactly("store");
    long cut = arrives.get(plant.log.dropped).receiveTimeNs() + HOUR;
    assertThat(plant.origins(cut, BEGIN + 14 * HOUR)).containsExactly("log");
    assertThat(plant.revisions.fell).isEmpty();

    // with the log again, its rows replace those
    plant.log.dropped = 0;
    plant.recompute.ask(ALL, BEGIN + 2 * HOUR, BEGIN + 14 * HOUR);
    plant.recomputeAll();
    assertThat(plant.origins(BEGIN + 2 * HOUR, BEGIN + 14 * HOUR)).containsExactly("log");
    assertThat(plant.recompute.requests().get(1).course().notGivenBack()).isEmpty();
    assertThat(plant.revisions.fell).isEmpty();
  }

  private static List<String> lastShifts(RecomputedPlant plant) {
    List<String> shown = new ArrayList<>();
    plant
        .live
        .snapshot()
        .machines()
        .forEach(each -> shown.add(each.asset().path() + " " + said(each.last())));
    plant
        .live
        .snapshot()
        .lines()
        .forEach(each -> shown.add(each.asset().path() + " " + said(each.last())));
    return shown;
  }

  private static String said(EfficiencySnapshot.@Nullable ShiftFigures shift) {
    return shift == null
        ? "none"
        : shift.name() + " " + shift.start() + " " + shift.figures().oee();
  }

  @Tag("soak")
  @Test
  void theLastShiftIsShownAsItWasMadeAgain() throws IOException {
    List<Message> arrives = readings(new Random(25), 16, 0);
    EfficiencyConfigBuilder changed = FoldedFigures.plant();
    changed.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofMillis(900));
    RecomputedPlant always = plant(changed, new MemoryLog());
    always.runTo(BEGIN + 16 * HOUR, arrives);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 15 * HOUR, arrives);
    plant.restart(changed);
    plant.runTo(BEGIN + 16 * HOUR, arrives);
    assertThat(lastShifts(plant)).isNotEqualTo(lastShifts(always));
    plant.recompute.ask(ALL, BEGIN + 6 * HOUR, BEGIN + 14 * HOUR);
    plant.recomputeAll();
    plant.now += SECOND;
    plant.live.step();
    assertThat(lastShifts(plant)).isEqualTo(lastShifts(always)).hasSize(5);
    assertThat(lastShifts(plant)).allMatch(each -> each.contains(" early "));
    plant.crash();
    plant.runTo(plant.now + 600 * SECOND, arrives);
    assertThat(lastShifts(plant)).as("after a crash").isEqualTo(lastShifts(always));
  }

  @Test
  void aStoreWithoutAllOfASpanLeavesWhatBeganBefore() throws IOException {
    List<Message> arrives = readings(new Random(22), 9, 0);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 10 * HOUR, arrives);
    Map<String, Map<String, Object>> before = rows(plant.store, BEGIN, BEGIN + 9 * HOUR);
    plant.log.dropped = arrives.size();
    GivenBack store = new GivenBack(arrives);
    store.readings.removeIf(reading -> reading.timeNs() < BEGIN + 4 * HOUR);
    plant.restart(FoldedFigures.plant(), store.alone());
    plant.recompute.ask(ALL, BEGIN, BEGIN + 8 * HOUR);
    plant.recomputeAll();
    assertThat(plant.recompute.requests().get(0).course().detail())
        .contains("what the store has begins at 2026-03-02T04:0");
    assertThat(StoredRows.differences(before, rows(plant.store, BEGIN, BEGIN + 9 * HOUR)))
        .isEmpty();
    assertThat(plant.origins(BEGIN, BEGIN + 5 * HOUR)).isEmpty();
    assertThat(plant.origins(BEGIN + 6 * HOUR, BEGIN + 8 * HOUR)).isNotEmpty();
  }

  @Test
  void aStoreThatFailsIsAskedAgainAndThenItsRowsStayAndTheAnswerSaysWhy() throws IOException {
    List<Message> arrives = readings(new Random(23), 9, 0);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 10 * HOUR, arrives);
    plant.log.dropped = arrives.size();
    GivenBack store = new GivenBack(arrives);
    store.failures = 2;
    plant.restart(FoldedFigures.plant(), store.alone());
    plant.recompute.ask(ALL, BEGIN + HOUR, BEGIN + 4 * HOUR);
    plant.recomputeAll(60);
    assertThat(plant.recompute.requests().get(0).state()).isEqualTo(RecomputeRequests.State.DONE);
    assertThat(store.questions).isEqualTo(3);
    store.failures = 100;
    plant.recompute.ask(ALL, BEGIN + HOUR, BEGIN + 4 * HOUR);
    plant.recomputeAll(60);
    RecomputeRequests.Request refused = plant.recompute.requests().get(1);
    assertThat(refused.state()).isEqualTo(RecomputeRequests.State.REFUSED);
    assertThat(refused.course().detail())
        .contains("history: HTTP 503 it is busy", "does not go back");
    assertThat(store.questions).isEqualTo(6);
    assertThat(plant.revisions.fell).isEmpty();
  }

  @Test
  void aStoreThatHasNotReceivedAllYetIsWaitedFor() throws IOException {
    List<Message> arrives = readings(new Random(24), 9, 0);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 10 * HOUR, arrives);
    plant.log.dropped = arrives.size() / 2;
    GivenBack store = new GivenBack(arrives);
    store.has = arrives.size() / 2;
    plant.restart(FoldedFigures.plant(), store.alone());
    plant.recompute.ask(ALL, BEGIN + 3 * HOUR, BEGIN + 8 * HOUR);
    for (int i = 0; i < 100; i++) {
      plant.live.step();
      plant.recompute.step();
    }
    assertThat(plant.recompute.requests().get(0).course().detail()).contains("not received all");
    store.has = arrives.size() * 3 / 4;
    plant.recomputeAll(60);
    assertThat(plant.recompute.requests().get(0).course().origin()).isEqualTo("store");
  }

  @Test
  void spansThatNobodyAskedForAreNotReadFromAStore() throws IOException {
    List<Message> arrives = readings(new Random(7), 9, 0.02);
    RecomputedPlant plant = plant(FoldedFigures.plant(), new MemoryLog());
    plant.runTo(BEGIN + 11 * HOUR, arrives);
    assertThat(plant.book.spans()).isNotEmpty();
    plant.log.dropped = arrives.size();
    GivenBack store = new GivenBack(arrives);
    plant.restart(FoldedFigures.plant(), store.alone());
    plant.now += HOUR;
    for (int i = 0; i < 300; i++) {
      plant.live.step();
      plant.recompute.step();
    }
    assertThat(store.questions).isZero();
  }
}
