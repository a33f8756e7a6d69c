package io.weir.gateway.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Value;
import io.weir.gateway.sink.SinkConfig.Precision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A store of tables in memory that takes rows. */
class RowSinkTest extends SinkContract {

  private record Key(String table, long timeNs, Long point) {}

  /** Like SQL: a column has one type, and a row replaces the one with its key. */
  private static final class Tables implements RowSink {
    final Map<Key, Row> rows = new HashMap<>();
    final Map<String, Value.Type> types = new HashMap<>();
    boolean away;

    @Override
    public String name() {
      return "tables";
    }

    @Override
    public Dialect dialect() {
      return new Dialect(Precision.US, true, true);
    }

    @Override
    public synchronized Answer write(List<Row> batch) {
      if (away) {
        return new Answer.Down("connection refused");
      }
      List<Answer.RefusedField> refused = new ArrayList<>();
      for (Row row : batch) {
        List<Answer.RefusedField> unfit = unfit(row);
        refused.addAll(unfit);
        if (unfit.isEmpty()) {
          rows.put(new Key(row.measurement(), row.timeNs(), row.point()), row);
        }
      }
      return refused.isEmpty()
          ? new Answer.Stored()
          : new Answer.Refused(true, List.of(), refused, "some rows do not fit");
    }

    private List<Answer.RefusedField> unfit(Row row) {
      List<Answer.RefusedField> unfit = new ArrayList<>();
      for (Row.Field field : row.fields()) {
        FieldOfStore sent = new FieldOfStore(row.measurement(), field.key(), field.value().type());
        Value.Type held =
            types.computeIfAbsent(row.measurement() + "." + field.key(), unused -> sent.sent());
        if (held != sent.sent()) {
          unfit.add(new Answer.RefusedField(sent, "the store holds it as " + held));
        }
      }
      return unfit;
    }

    @Override
    public void close() {
      // nothing is held
    }
  }

  private final Tables tables = new Tables();

  @Override
  protected Sink sink() {
    return tables;
  }

  @Override
  protected Sink away() {
    Tables away = new Tables();
    away.away = true;
    return away;
  }

  @Override
  protected List<Double> stored(String measurement) {
    return tables.rows.values().stream()
        .filter(row -> row.measurement().equals(measurement))
        .sorted(Comparator.comparingLong(Row::timeNs))
        .map(row -> ((Value.Real) row.fields().get(0).value()).value())
        .toList();
  }

  @Test
  void aRowCarriesTagsTypedFieldsAndTheInstant() {
    Bench bench = new Bench(tables);
    bench.feed.add(
        MemoryFeed.reading(MemoryFeed.series("m", "a"), "running", new Value.Flag(true), 1_999),
        MemoryFeed.reading(MemoryFeed.series("m", "a"), "count", new Value.Whole(7), 1_999));
    bench.settleAll();
    Row row = tables.rows.values().iterator().next();
    assertThat(row.tags()).containsExactly(new Row.Tag("site", "s"), new Row.Tag("machine", "a"));
    assertThat(row.fields())
        .containsExactly(
            new Row.Field("running", new Value.Flag(true)),
            new Row.Field("count", new Value.Whole(7)));
    assertThat(row.timeNs()).isEqualTo(1_000);
    assertThat(row.point()).isNotNull();
    assertThat(bench.drain.ledger().stored()).isEqualTo(2);
  }
}
