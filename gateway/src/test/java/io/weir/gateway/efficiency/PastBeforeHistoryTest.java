package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.MachineStates;
import io.weir.gateway.api.MachineView.Period;
import io.weir.gateway.api.MachineView.StopQuery;
import io.weir.gateway.api.PastAnswer;
import io.weir.gateway.api.PastQueries;
import io.weir.gateway.api.StateHistory;
import io.weir.gateway.api.StopList;
import io.weir.gateway.live.Scope;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import io.weir.gateway.past.Past;
import io.weir.gateway.past.PastException;
import io.weir.gateway.past.PastStore;
import io.weir.gateway.sink.StoreReadings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final Rows store = new Rows();
  private final long begin = time.wallNs();

  /** Holds all rows that were written; it can be away. */
  private static final class Rows implements StoreReadings {
    final Map<String, Map<String, StoredRow>> tables = new HashMap<>();
    boolean isAway;

    void write(List<Reading> readings) {
      for (Reading each : readings) {
        String key = each.series().asset() + " " + each.series().tags() + " " + each.timeNs();
        tables
            .computeIfAbsent(each.series().measurement(), absent -> new HashMap<>())
            .computeIfAbsent(
                key,
                absent ->
                    new StoredRow(
                        each.timeNs(),
                        each.series().asset(),
                        false,
                        new HashMap<>(),
                        each.series().tags()))
            .fields()
            .put(each.metric(), each.value());
      }
    }

    @Override
    public String field(String metric) {
      return metric;
    }

    @Override
    public List<Table> tables() throws IOException {
      if (isAway) {
        throw new IOException("it is away");
      }
      List<String> fields = List.of("state", "reason", "duration_s", "count");
      return tables.keySet().stream().map(name -> new Table(name, fields, Set.of())).toList();
    }

    @Override
    public Rows rows(Question question, int most) {
      List<StoredRow> found = new ArrayList<>();
      for (StoredRow row : tables.get(question.table().name()).values()) {
        if (row.timeNs() >= question.from() && row.timeNs() < question.to()) {
          Map<String, Value> fields = new HashMap<>(row.fields());
          fields.keySet().retainAll(question.fields());
          found.add(new StoredRow(row.timeNs(), row.asset(), false, fields, row.tags()));
        }
      }
      found.sort(Comparator.comparingLong(StoredRow::timeNs));
      return new Rows(found.subList(0, Math.min(most, found.size())), found.size() > most);
    }

    @Override
    public List<Sample> samples(Question question, long stepNs) {
      return List.of();
    }
  }

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
