package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.MachineStates;
import io.weir.gateway.api.MachineView.Period;
import io.weir.gateway.api.MachineView.StopQuery;
import io.weir.gateway.api.StateHistory;
import io.weir.gateway.api.StopList;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.live.Scope;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a machine did is received hours later, in the order of time and faster than it was. */
class BacklogStatesTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long MINUTE = ShiftCalendar.MINUTE;
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final long MS = 1_000_000;
  private static final String[] STATES = {"RUNNING", "RUNNING", "DOWN", "IDLE", "SETUP"};

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
  private final ManualTime time = new ManualTime();
  private final History history = new History(config.lateness.toNanos());
  private final long start = time.wallNs();
  private FoldScenario scenario;
  private MachineStates states;

  private void begin(boolean named) {
    if (named) {
      config.machines.add(
          new EfficiencyConfig.Machine(
              FoldScenario.MACHINE, null, null, null, null, null, null, null));
    }
    EfficiencyConfig built = config.build();
    scenario = new FoldScenario(config);
    states =
        new MachineStates(() -> scenario.fold.snapshot(time.wallNs()), history, () -> built, time);
  }

  /** Some seconds later all that was received has been taken. */
  private void tick(long seconds) {
    time.advance(Duration.ofSeconds(seconds));
    scenario.fold.tick(time.wallNs());
    write();
  }

  private void write() {
    scenario.fold.flush();
    scenario.fold.flushLines();
    List<Reading> rows = scenario.fold.takeRows();
    scenario.store.write(rows);
    history.accept(
        new Message(
            "f", "f", time.wallNs(), 0, 0, rows.size(), 0, 0, rows, List.of(), new byte[0]));
  }

  /** Runs, but for a stop of five minutes at each full hour; a reading each ten seconds. */
  private void receive(long from, long to) {
    for (long at = from; at < to; at += 10 * SECOND) {
      boolean stops = Math.floorMod(at - start, HOUR) < 5 * MINUTE;
      scenario.fold.accept(
          scenario.message(
              FoldScenario.MACHINE,
              at,
              time.wallNs(),
              Quality.GOOD,
              "state",
              stops ? "DOWN" : "RUNNING"));
    }
    write();
  }

  private List<StateHistory.Span> spans(int hours) {
    return states.history(new Scope(null, null, null, null), hours).machines().stream()
        .flatMap(machine -> machine.spans().stream())
        .toList();
  }

  /**
   * From the last row before its newest reading, a minute at most, or at the latest when it has
   * been silent for too long.
   */
  private void isUnknownSince(long newest) {
    List<StateHistory.Span> spans = spans(24);
    StateHistory.Span last = spans.get(spans.size() - 1);
    assertThat(last.state()).isEqualTo("unknown");
    assertThat(last.reason()).isEqualTo("silent");
    assertThat(last.fromMs())
        .isBetween((newest - MINUTE) / MS, (newest + MINUTE + 2 * SECOND) / MS);
    assertThat(last.toMs()).isEqualTo(time.wallNs() / MS);
    assertThat(spans.get(spans.size() - 2).toMs()).isEqualTo(last.fromMs());
    assertThat(spans.get(spans.size() - 2).state()).isNotEqualTo("unknown");
  }

  /** What a gateway writes that received each reading at its time. */
  private StoredRows received(long from, long to) {
    EfficiencyConfigBuilder plain = new EfficiencyConfigBuilder();
    FoldScenario live = new FoldScenario(plain);
    for (long at = from; at < to; at += 10 * SECOND) {
      boolean stops = Math.floorMod(at - start, HOUR) < 5 * MINUTE;
      live.from(FoldScenario.MACHINE, at, "state", stops ? "DOWN" : "RUNNING");
    }
    return live.flush().store;
  }

  @Test
  void aMachineThatWasExpectedIsUnknownBetweenItsPastAndThePresent() {
    begin(true);
    tick(1);
    tick(90);
    long past = start - 3 * HOUR;
    for (long at = past; at < start - HOUR; at += 10 * MINUTE) {
      receive(at, at + 10 * MINUTE);
      tick(1);
      isUnknownSince(at + 10 * MINUTE - 10 * SECOND);
    }
    time.advance(Duration.ofMinutes(2));
    receive(start - HOUR, start + 200 * SECOND);
    assertThat(spans(1)).last().extracting(StateHistory.Span::state).isEqualTo("down");
    receive(start + 200 * SECOND, start + HOUR);
    StoredRows live = received(past, start + HOUR);
    assertThat(scenario.store.otherStates(live)).isEmpty();
    assertThat(live.otherStates(scenario.store)).as("rows that stayed").isEmpty();
  }

  @Test
  void aMachineWhosePastComesAfterASilenceIsUnknownUntilThePresent() {
    begin(false);
    receive(start - HOUR, start);
    time.advance(Duration.ofHours(5));
    tick(0);
    isUnknownSince(start - 10 * SECOND);
    for (long at = start; at < start + 4 * HOUR; at += 10 * MINUTE) {
      receive(at, at + 10 * MINUTE);
      tick(1);
      isUnknownSince(at + 10 * MINUTE - 10 * SECOND);
    }
    receive(start + 4 * HOUR, time.wallNs());
    assertThat(spans(1)).last().extracting(StateHistory.Span::state).isEqualTo("down");
  }

  /** Nobody knows what it has done since. */
  @Test
  void aStopOfTheBacklogIsAsLongAsItWasHeardOf() {
    begin(false);
    time.advance(Duration.ofHours(5));
    receive(start, start + 3 * MINUTE);
    StopList.Stop stop = newestStop();
    assertThat(stop.state()).isEqualTo("down");
    assertThat(stop.seconds()).isBetween(170.0, 3.0 * 60 + 60);
    receive(start + 3 * MINUTE, time.wallNs() + 200 * SECOND);
    time.advance(Duration.ofSeconds(230));
    assertThat(newestStop().open()).isTrue();
    assertThat(newestStop().seconds()).isEqualTo(230);
  }

  private StopList.Stop newestStop() {
    Scope all = new Scope(null, null, null, null);
    return states
        .stops(new StopQuery(new Period.Hours(24), all, null, null, false, 10))
        .stops()
        .get(0);
  }

  /** A reading of a machine at an instant, field and value by turns. */
  private record Told(long at, Object[] fields) {}

  private static List<Told> some(Random random, long from, long to) {
    List<Told> told = new ArrayList<>();
    String state = "RUNNING";
    int total = 0;
    int reject = 0;
    long at = from;
    while (at < to) {
      state = random.nextInt(10) > 0 ? state : STATES[random.nextInt(STATES.length)];
      total += random.nextInt(12);
      reject += random.nextInt(20) == 0 ? 1 : 0;
      told.add(new Told(at, new Object[] {"state", state, "total", total, "reject", reject}));
      at += (5 + random.nextInt(40)) * SECOND + random.nextInt(1000) * MS;
      at += random.nextInt(60) > 0 ? 0 : (1 + random.nextInt(20)) * MINUTE;
    }
    return told;
  }

  private static FoldScenario plant(boolean named) {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.shift("early", "06:00", "18:00").shift("late", "18:00", "06:00");
    List<String> machines = named ? List.of("m") : List.of();
    config.lines.add(new EfficiencyConfig.Line("s/a/l", machines, List.of("m"), "m"));
    return new FoldScenario(config);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void whatComesLateGivesTheRowsOfWhatComesAtItsTime(int seed) {
    Random random = new Random(seed);
    long from = start - HOUR - random.nextInt(3 * 3600) * SECOND;
    List<Told> told = some(random, from, start + HOUR);
    FoldScenario live = plant(false);
    long now = from;
    for (Told each : told) {
      for (; now + MINUTE < each.at; now += MINUTE) {
        live.tick(now);
      }
      live.from(FoldScenario.MACHINE, each.at, each.fields);
    }
    FoldScenario late = plant(true);
    now = start;
    for (int ticks = random.nextInt(8); ticks >= 0; ticks--) {
      now += random.nextInt(90_000) * MS;
      late.tick(now);
    }
    for (Told each : told) {
      now = Math.max(now, each.at);
      late.received(FoldScenario.MACHINE, each.at, now, Quality.GOOD, each.fields);
      if (random.nextInt(60) == 0) {
        now += random.nextInt(100) * SECOND;
        late.tick(now);
      }
      if (random.nextInt(200) == 0) {
        late.restart();
      }
    }
    long end = Math.max(now, start + HOUR) + 3 * HOUR;
    for (FoldScenario each : List.of(live, late)) {
      each.tick(end).from(FoldScenario.MACHINE, end, "state", "RUNNING").tick(end + 30 * SECOND);
    }
    assertThat(StoredRows.differences(live.store, late.store)).isEmpty();
    assertThat(late.store.otherStates(live.store)).isEmpty();
    assertThat(live.store.otherStates(late.store)).isEmpty();
  }
}
