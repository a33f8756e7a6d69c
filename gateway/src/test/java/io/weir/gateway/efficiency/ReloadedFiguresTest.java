package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.correction.CorrectionLogs;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.Print;
import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Figures whose configuration changes while they are made. */
@Tag("slow")
class ReloadedFiguresTest {

  private static final long BEGIN = StoredRows.nanos("2026-03-02T05:00:00Z");
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final MemoryBudget BUDGET = MemoryBudget.of(1L << 30, 1 << 20);
  private static final List<String> MACHINES = List.of("s/a/l/m", "s/a/l/n", "s/a/k/o", "s/b/j/p");

  /** A gateway in memory: its figures, and what they leave in a store. */
  private static final class Plant implements FiguresLog, Time {
    final StoredRows store = new StoredRows();
    final MemoryBook saved = new MemoryBook();
    final MemoryDisk disk = new MemoryDisk(new Random(1));
    MemoryLog feed = new MemoryLog();
    long now = BEGIN;
    EfficiencyConsumer live;
    FiguresBook book;

    Plant(EfficiencyConfig config) throws IOException {
      start(config);
    }

    private void start(EfficiencyConfig config) throws IOException {
      feed = feed.reopened();
      book = new FiguresBook(saved, false, now);
      live =
          new EfficiencyConsumer(
              config,
              BUDGET,
              feed,
              CorrectionLogs.open(disk).log(),
              this,
              book,
              this,
              Duration.ofMinutes(5));
    }

    void restart(EfficiencyConfig changed) throws IOException {
      live.finish();
      disk.kill();
      start(changed);
    }

    void reload(EfficiencyConfig changed) throws IOException {
      CompletableFuture<Remade> answer = live.use(changed);
      live.step();
      assertThat(answer).isCompleted();
      assertThat(live.efficiency()).isSameAs(changed);
    }

    void take(Message message) throws IOException {
      now = message.receiveTimeNs();
      feed.add(message);
      while (live.step()) {
        // all that is there
      }
    }

    @Override
    public boolean isBehind() {
      return false;
    }

    @Override
    public void append(Message message) {
      store.write(message.readings());
    }

    @Override
    public void sync() {
      // each row is durable at once
    }

    @Override
    public long wallNs() {
      return now;
    }

    @Override
    public long elapsedNs() {
      return now;
    }

    /** What stands in the end; a row that was taken again has a higher revision after a restart. */
    Map<String, Map<String, Object>> rows() {
      Map<String, Map<String, Object>> rows = new TreeMap<>();
      store
          .content()
          .forEach(
              (name, fields) -> {
                Map<String, Object> kept = new TreeMap<>(fields);
                kept.remove("revision");
                rows.put(name, kept);
              });
      return rows;
    }
  }

  private static List<Message> readings(Random random, FoldScenario scenario, int hours) {
    List<Message> messages = new ArrayList<>();
    int[] totals = new int[MACHINES.size()];
    for (long at = BEGIN; at < BEGIN + hours * HOUR; at += 50 * ShiftCalendar.SECOND) {
      for (int i = 0; i < totals.length; i++) {
        totals[i] += random.nextInt(40);
        if (random.nextInt(20) > 0 && (at / HOUR) % 5 != i) { // now and then silent for an hour
          String state =
              List.of("RUNNING", "RUNNING", "DOWN", "JAM", "WAIT").get(random.nextInt(5));
          messages.add(
              scenario.message(
                  MACHINES.get(i),
                  at,
                  at,
                  Quality.GOOD,
                  "state",
                  state,
                  "total",
                  totals[i],
                  "reject",
                  totals[i] / 9));
        }
      }
    }
    return messages;
  }

  private static EfficiencyConfig anyConfig(Random random) {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    if (random.nextBoolean()) {
      String change = List.of("13:00", "14:00", "14:20").get(random.nextInt(3));
      config.shift("early", "06:00", change).shift("late", change, "22:00");
    }
    if (random.nextBoolean()) {
      config.productionDay = "06:00";
    }
    if (random.nextInt(3) == 0) {
      config.closed("2026-03-02T09:00", "2026-03-02T11:00");
    }
    if (random.nextInt(3) == 0) {
      config.holidays = Set.of(LocalDate.of(2026, 3, 2));
    }
    if (random.nextBoolean()) {
      config.lines.add(
          new EfficiencyConfig.Line(
              "s/a/l",
              List.of(),
              List.of(random.nextBoolean() ? "m" : "n"),
              random.nextBoolean() ? "n" : null));
    }
    if (random.nextBoolean()) {
      Map<String, MachineState> words = new TreeMap<>(EfficiencyConfigBuilder.WORDS);
      words.put("WAIT", MachineState.STARVED);
      words.remove("JAM");
      config.state =
          new EfficiencyConfig.StateMapping(
              List.of(new EfficiencyConfig.Signal("state", Map.copyOf(words), null)), null);
    }
    if (random.nextBoolean()) {
      EfficiencyConfigBuilder other = new EfficiencyConfigBuilder();
      other.shift("early", "06:00", random.nextBoolean() ? "08:30" : "14:00");
      if (random.nextBoolean()) {
        other.holidays = Set.of(LocalDate.of(2026, 3, 1), LocalDate.of(2026, 3, 2));
      }
      config.calendarOf(random.nextBoolean() ? "s/a/l" : "s/*", other);
    }
    config.cycle =
        new EfficiencyConfig.ConstantCycle(Duration.ofMillis(500 + 500L * random.nextInt(3)));
    config.lateness = Duration.ofMinutes(random.nextInt(2) * 10L);
    config.microStop = Duration.ofMinutes(1 + random.nextInt(3));
    config.loss =
        random.nextBoolean()
            ? EfficiencyConfig.Loss.AVAILABILITY
            : EfficiencyConfig.Loss.PERFORMANCE;
    return config.build();
  }

  /** Whatever changes, and whenever: the same rows, the same spans to be made again. */
  @ParameterizedTest
  @Seeds(few = 1, all = 5)
  void aReloadDoesWhatARestartDoes(int seed) throws IOException {
    Random random = new Random(seed);
    EfficiencyConfig first = anyConfig(random);
    Plant reloaded = new Plant(first);
    Plant restarted = new Plant(first);
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    for (Message message : readings(random, scenario, 6)) {
      if (random.nextInt(300) == 0) {
        EfficiencyConfig changed = anyConfig(random);
        reloaded.reload(changed);
        restarted.restart(changed);
      }
      reloaded.take(message);
      restarted.take(message);
    }
    reloaded.live.finish();
    restarted.live.finish();
    assertThat(StoredRows.differences(reloaded.rows(), restarted.rows())).isEmpty();
    assertThat(reloaded.book.spans()).isEqualTo(restarted.book.spans());
  }

  @Test
  void anOpenShiftKeepsWhatItCountedAndCountsOnAsConfiguredNow() throws IOException {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder().shift("early", "05:00", "13:00");
    Plant plant = new Plant(config.build());
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(3));
    for (int minute = 0; minute <= 9 * 60; minute++) {
      long at = BEGIN + minute * ShiftCalendar.MINUTE;
      if (minute == 4 * 60 + 1) {
        plant.reload(config.build());
      }
      plant.take(running(scenario, at, minute * 10, 0));
    }
    plant.live.finish();
    Map<String, Object> shift =
        plant.store.efficiency(FoldScenario.MACHINE, "shift", "early", "2026-03-02T05:00:00Z");
    assertThat(shift).containsEntry("total", 4800.0).containsEntry("calendar_s", 8 * 3600.0);
    assertThat((Double) shift.get("ideal_total_s"))
        .isBetween(2400.0 + 7200, 2400.0 + 7200 + 12 * 20);
  }

  private static Message running(FoldScenario scenario, long at, int total, int reject) {
    return scenario.message(
        FoldScenario.MACHINE,
        at,
        at,
        Quality.GOOD,
        "state",
        "RUNNING",
        "total",
        total,
        "reject",
        reject);
  }

  /** Readings of one machine each ten minutes. */
  private static void run(Plant plant, FoldScenario scenario, int fromHour, int toHour)
      throws IOException {
    for (int i = fromHour * 6; i < toHour * 6; i++) {
      long at = BEGIN + i * 10 * ShiftCalendar.MINUTE;
      plant.take(running(scenario, at, i * 10, i));
    }
  }

  private static EfficiencyConfigBuilder seldomTold() {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.silentAfter = Duration.ofMinutes(15);
    return config;
  }

  private static RecomputeSpan all(String from, String to) {
    return new RecomputeSpan(
        Asset.NONE, true, StoredRows.nanos(from), StoredRows.nanos(to), 0, false);
  }

  @Test
  void whatIsSaidOfAPastDateIsMadeAgainAndAChangeWithoutADateIsNot() throws IOException {
    EfficiencyConfigBuilder config = seldomTold().shift("early", "06:00", "14:00");
    Plant plant = new Plant(config.build());
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    run(plant, scenario, 0, 72); // to 2026-03-05T05:00
    plant.reload(seldomTold().shift("early", "06:00", "15:00").build());
    assertThat(plant.book.spans()).isEmpty();
    EfficiencyConfigBuilder closed = seldomTold().shift("early", "06:00", "15:00");
    closed.closed("2026-03-03T08:00", "2026-03-03T09:00");
    plant.reload(closed.build());
    assertThat(plant.book.spans())
        .containsExactly(all("2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z"));
    closed.closed("2026-03-03T20:00", "2026-03-03T21:00"); // outside shifts
    plant.reload(closed.build());
    plant.restart(closed.build());
    assertThat(plant.book.spans()).hasSize(1);
  }

  @Test
  void aPastDateOfOneCalendarIsMadeAgainForItsLinesOnly() throws IOException {
    EfficiencyConfigBuilder other = seldomTold().shift("day", "08:00", "16:00");
    EfficiencyConfigBuilder config = seldomTold().shift("early", "06:00", "14:00");
    Plant plant = new Plant(config.calendarOf("s/*/k", other).build());
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    plant.take(scenario.message("s/a/k/o", BEGIN, BEGIN, Quality.GOOD, "state", "RUNNING"));
    run(plant, scenario, 0, 72);
    config.calendars.clear();
    other.holidays = Set.of(LocalDate.of(2026, 3, 3));
    plant.reload(config.calendarOf("s/*/k", other).build());
    Asset line = new Asset("s", "a", "k", null);
    RecomputeSpan day = all("2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z");
    assertThat(plant.book.spans())
        .containsExactly(new RecomputeSpan(line, true, day.from(), day.to(), 0, false));
    plant.reload(config.calendarOf("s/*/k", other).build());
    assertThat(plant.book.spans()).hasSize(1);
    config.holidays = Set.of(LocalDate.of(2026, 3, 4));
    config.calendars.clear();
    other.holidays = Set.of(LocalDate.of(2026, 3, 3), LocalDate.of(2026, 3, 4));
    plant.restart(config.calendarOf("s/*/k", other).build());
    plant.live.step();
    plant.live.finish();
    assertThat(plant.book.spans())
        .as("the same of all lines")
        .contains(all("2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z"));
  }

  @Test
  void aShiftThatChangesFromAPastDateOnIsMadeAgainFromThere() throws IOException {
    EfficiencyConfigBuilder config = seldomTold().shift("early", "06:00", "14:00");
    Plant plant = new Plant(config.build());
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    run(plant, scenario, 0, 72);
    EfficiencyConfig.Shift shift = config.shifts.get(0);
    config.shifts.set(0, from(shift, LocalDate.MIN, LocalDate.of(2026, 3, 3), shift.end()));
    config.shifts.add(
        from(shift, LocalDate.of(2026, 3, 4), LocalDate.MAX, shift.end().plusHours(1)));
    plant.restart(config.build());
    plant.live.step();
    plant.live.finish();
    assertThat(plant.book.spans())
        .containsExactly(all("2026-03-04T00:00:00Z", "2026-03-06T00:00:00Z"));
  }

  private static EfficiencyConfig.Shift from(
      EfficiencyConfig.Shift shift, LocalDate from, LocalDate to, LocalTime end) {
    return new EfficiencyConfig.Shift(
        shift.name(), shift.days(), shift.start(), end, shift.breaks(), from, to, false);
  }

  @Test
  void whatIsOpenWhenACycleOrAMappingIsCorrectedIsMadeAgain() throws IOException {
    EfficiencyConfigBuilder config = seldomTold().shift("early", "06:00", "14:00");
    Plant plant = new Plant(config.build());
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    run(plant, scenario, 0, 30); // to 2026-03-03T11:00
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(2));
    plant.reload(config.build());
    assertThat(plant.book.spans()).hasSize(1);
    RecomputeSpan span = plant.book.spans().get(0);
    assertThat(span.asset().path()).isEqualTo(FoldScenario.MACHINE);
    assertThat(span.from()).isEqualTo(StoredRows.nanos("2026-03-03T00:00:00Z"));
    assertThat(span.to()).isEqualTo(StoredRows.nanos("2026-03-03T11:00:00Z"));
  }

  @Test
  void anotherOutputOfALineHoldsForTheOpenShiftAsAWhole() throws IOException {
    EfficiencyConfigBuilder config = seldomTold().shift("early", "06:00", "14:00");
    EfficiencyConfigBuilder other = seldomTold().shift("early", "06:00", "14:00");
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("m"), "m"));
    other.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("n"), "m"));
    Plant changed = new Plant(config.build());
    Plant always = new Plant(other.build());
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    for (int i = 0; i < 9 * 12; i++) { // 05:00 to 14:00
      long at = BEGIN + i * 5 * ShiftCalendar.MINUTE;
      if (i == 60) {
        changed.reload(other.build());
      }
      for (String machine : List.of("s/a/l/m", "s/a/l/n")) {
        int total = i * (machine.endsWith("m") ? 100 : 90);
        Message message =
            scenario.message(
                machine, at, at, Quality.GOOD, "state", "RUNNING", "total", total, "reject", 0);
        changed.take(message);
        always.take(message);
      }
    }
    changed.live.finish();
    always.live.finish();
    String begin = "2026-03-02T06:00:00Z";
    Map<String, Object> shift = changed.store.efficiency("s/a/l", "shift", "early", begin);
    Map<String, Object> right = always.store.efficiency("s/a/l", "shift", "early", begin);
    for (String field : List.of("total", "good", "run_s", "calendar_s", "oee", "members")) {
      assertThat(shift.get(field)).as(field).isNotNull().isEqualTo(right.get(field));
    }
    assertThat(changed.book.spans())
        .anySatisfy(span -> assertThat(span.asset().path()).isEqualTo("s/a/l"));
  }

  @Test
  void equalConfigurationsHaveEqualPrintsInWhateverOrderTheirTablesAre() {
    Map<String, Duration> one = new LinkedHashMap<>();
    one.put("a", Duration.ofSeconds(1));
    one.put("b", Duration.ofSeconds(2));
    Map<String, Duration> other = new LinkedHashMap<>();
    other.put("b", Duration.ofSeconds(2));
    other.put("a", Duration.ofSeconds(1));
    assertThat(Print.of(new EfficiencyConfig.ProductCycle("p", one)))
        .isEqualTo(Print.of(new EfficiencyConfig.ProductCycle("p", other)));
    assertThat(Print.of(new EfficiencyConfig.ProductCycle("p", one)))
        .isNotEqualTo(Print.of(new EfficiencyConfig.ProductCycle("pa", one)));
    assertThat(Print.of(List.of("ab", "c"))).isNotEqualTo(Print.of(List.of("a", "bc")));
    assertThat(Print.of(List.of())).isNotEqualTo(Print.of(List.of("")));
  }

  @Test
  void aConfigurationThatCannotBeUsedLeavesTheFormerOne() throws IOException {
    EfficiencyConfig config = new EfficiencyConfigBuilder().build();
    Plant plant = new Plant(config);
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    plant.take(scenario.message(FoldScenario.MACHINE, BEGIN, BEGIN, Quality.GOOD, "total", 1));
    EfficiencyConfigBuilder wrong = new EfficiencyConfigBuilder();
    List<EfficiencyConfig.Signal> signals = new ArrayList<>();
    for (int i = 0; i < 20; i++) { // more than a reader lets pass
      signals.add(new EfficiencyConfig.Signal("s" + i, EfficiencyConfigBuilder.WORDS, null));
    }
    wrong.state = new EfficiencyConfig.StateMapping(signals);
    CompletableFuture<Remade> answer = plant.live.use(wrong.build());
    plant.live.step();
    assertThat(answer).isCompletedExceptionally();
    assertThat(plant.live.efficiency()).isSameAs(config);
    plant.take(
        scenario.message(
            FoldScenario.MACHINE, BEGIN + HOUR, BEGIN + HOUR, Quality.GOOD, "total", 2));
    assertThat(plant.live.snapshot().machines()).hasSize(1);
  }
}
