package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.MachineStates;
import io.weir.gateway.api.StateHistory;
import io.weir.gateway.live.Scope;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a machine did is received hours later, in the order of time and faster than it was. */
class BacklogStatesTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long MINUTE = ShiftCalendar.MINUTE;
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final long MS = 1_000_000;

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
}
