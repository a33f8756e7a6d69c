package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.MachineStates;
import io.weir.gateway.api.MachineView.Period;
import io.weir.gateway.api.MachineView.StopQuery;
import io.weir.gateway.api.PastAnswer;
import io.weir.gateway.api.PastQueries;
import io.weir.gateway.api.StateHistory;
import io.weir.gateway.api.StopList;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.live.Scope;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import io.weir.gateway.past.Past;
import io.weir.gateway.past.PastException;
import io.weir.gateway.past.PastStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A busy machine whose history is shorter than the time asked for: the store has the rest. */
class PastBeforeHistoryTest {

  private static final Scope ALL = new Scope(null, null, null, null);

  /** Room for the least history of one machine, and of another one. */
  private static final long FEW_BYTES = 2 * 60 * 2 * 16;

  private static final int STOPS = 60;

  private final ManualTime time = new ManualTime();
  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
  private final FoldScenario scenario = new FoldScenario(config);
  private final History whole = new History(config.lateness.toNanos());
  private final History few = new History(config.lateness.toNanos(), FEW_BYTES);
  private final MemoryReadings store = new MemoryReadings();
  private final long begin = time.wallNs();

  private void busy() {
    for (int i = 0; i < STOPS; i++) {
      pass(Duration.ofSeconds(100), "RUNNING");
      pass(Duration.ofSeconds(70 + i % 7), "DOWN");
      pass(Duration.ofSeconds(10 + i % 5), "JAM " + i % 3);
    }
    pass(Duration.ofSeconds(100), "RUNNING");
  }

  private void pass(Duration duration, String state) {
    for (long s = 0; s < duration.toSeconds(); s += 10) {
      long now = time.wallNs();
      scenario.fold.accept(
          scenario.message(
              FoldScenario.MACHINE, now, now, io.weir.gateway.model.Quality.GOOD, "state", state));
      scenario.fold.flush();
      List<Reading> rows = scenario.fold.takeRows();
      Message message =
          new Message("f", "f", now, 0, 0, rows.size(), 0, 0, rows, List.of(), new byte[0]);
      whole.accept(message);
      few.accept(message);
      store.write(rows);
      time.advance(Duration.ofSeconds(10));
    }
  }

  private PastQueries queries(History history, List<PastStore> stores) {
    EfficiencyConfig built = config.build();
    return new PastQueries(
        new PastQueries.Made(
            () -> built,
            () -> scenario.fold.snapshot(time.wallNs()),
            new MachineStates(
                () -> scenario.fold.snapshot(time.wallNs()), history, () -> built, time)),
        new Past(null, stores, time),
        null);
  }

  private PastQueries beforeStore() {
    return queries(few, List.of(new PastStore("history", store, time)));
  }

  private StateHistory states(PastQueries queries) throws PastException {
    return queries.states(ALL, ms(begin), ms(time.wallNs())).answer();
  }

  private PastAnswer<StopList> stops(PastQueries queries) throws PastException {
    Period all = new Period.Between(ms(begin), ms(time.wallNs()));
    return queries.stops(new StopQuery(all, ALL, null, null, false, 1000));
  }

  private static long ms(long ns) {
    return ns / 1_000_000;
  }

  @Test
  void theStoreHasWhatTheHistoryOfABusyMachineHasForgotten() throws Exception {
    busy();
    StopList all = stops(queries(whole, List.of())).answer();
    assertThat(all.stops()).hasSizeGreaterThan(STOPS);
    assertThat(stops(queries(few, List.of())).answer().stops())
        .as("the history alone")
        .hasSizeLessThan(STOPS);

    assertThat(stops(beforeStore()).answer()).isEqualTo(all);
    assertThat(states(beforeStore())).isEqualTo(states(queries(whole, List.of())));
    assertThat(stops(beforeStore()).source()).isEqualTo("history");
  }

  @Test
  void aStoreThatIsAwayLeavesWhatTheHistoryHas() throws Exception {
    busy();
    store.isAway = true;
    PastAnswer<StopList> late = stops(beforeStore());
    assertThat(late.answer()).isEqualTo(stops(queries(few, List.of())).answer());
    assertThat(late.problem()).contains("it is away");
    assertThat(states(beforeStore())).isEqualTo(states(queries(few, List.of())));
  }
}
