package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static io.weir.gateway.sink.MemoryFeed.series;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.influx.InfluxConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What every sink promises, shown through a drain. Each sink's test extends it. */
public abstract class SinkContract {

  private static final long START = 1_700_000_000_000_000_000L;

  /** The sink, its store running. The same for all tests of the class. */
  protected abstract Sink sink();

  /** A sink of the kind whose store is away. */
  protected abstract Sink away();

  /** The values of field {@code t} of a measurement in the store, in order of their times. */
  protected abstract List<Double> stored(String measurement);

  Bench bench() {
    return new Bench(
        sink(), Bench.config(sink().name(), 500, 0), new MemoryFeed(), new MemoryRejects());
  }

  private void assertStored(String measurement, double... values) {
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(stored(measurement))
                    .isEqualTo(DoubleStream.of(values).boxed().toList()));
  }

  private static void add(Bench bench, String measurement, String machine, double value) {
    bench.feed.add(
        reading(
            series(measurement, machine),
            "t",
            new Value.Real(value),
            START + (long) value * 1_000));
  }

  @Test
  void everyReadingIsStoredInBatchesOfAnySize() {
    Bench bench = bench();
    double[] expected = new double[1_200];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = i;
      add(bench, "everything", "m" + i % 7, i);
    }
    bench.settleAll();
    assertStored("everything", expected);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1_200, 0, 0, 0, 0));
  }

  @Test
  void aRepeatLeavesTheSameContent() {
    for (int i = 0; i < 3; i++) {
      Bench bench = bench();
      add(bench, "repeated", "m", 1);
      add(bench, "repeated", "m", 2);
      bench.settleAll();
    }
    assertStored("repeated", 1, 2);
  }

  @Test
  void aReadingOfTheWrongTypeIsRefusedAndItsNeighboursAreStored() {
    Bench bench = bench();
    add(bench, "refused", "m", 1);
    bench.settleAll();
    for (int i = 2; i < 20; i++) {
      if (i == 7) {
        bench.feed.add(
            reading(series("refused", "m"), "t", new Value.Text("hot"), START + i * 1_000));
      } else {
        add(bench, "refused", "m", i);
      }
    }
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(18, 1, 0, 0, 0));
    assertThat(bench.rejects.lines())
        .singleElement()
        .asString()
        .startsWith("refused,site=s,machine=m t=\"hot\"");
    assertStored("refused", 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
  }

  @Test
  void ofAFieldThatTheStoreHoldsWithAnotherTypeOnlyItsReadingsAreSetAside() {
    Bench bench = bench();
    Series mixed = series("mixed", "m");
    bench.feed.add(
        reading(mixed, "t", new Value.Real(0), START),
        reading(mixed, "n", new Value.Text("one"), START));
    bench.settleAll();
    double[] expected = new double[2_001];
    for (int i = 1; i < expected.length; i++) {
      expected[i] = i;
      bench.feed.add(
          reading(mixed, "t", new Value.Real(i), START + i * 1_000L),
          reading(mixed, "n", new Value.Real(0.5), START + i * 1_000L));
    }
    bench.settleAll();
    assertStored("mixed", expected);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(2_002, 2_000, 0, 0, 0));
    assertThat(bench.rejects.entries())
        .hasSize(2_000)
        .allMatch(entry -> entry.detail().startsWith("field 'n': the store holds it as "));
    assertThat(bench.meters.get(MeterNames.SINK_WRITE_TIME).tag("outcome", "refused").timer())
        .satisfies(refused -> assertThat(refused.count()).isEqualTo(1));
  }

  @Test
  void severalThreadsMayWriteAtOnce() {
    List<Bench> benches = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    double[] expected = new double[400];
    for (int i = 0; i < 4; i++) {
      benches.add(bench());
    }
    for (int i = 0; i < expected.length; i++) {
      expected[i] = i;
      add(benches.get(i % 4), "together", "m" + i % 4, i);
    }
    for (Bench bench : benches) {
      threads.add(Bench.thread("contract", bench::settleAll));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    assertThat(benches).allMatch(bench -> bench.drain.ledger().stored() == 100);
    assertStored("together", expected);
  }

  @Test
  void aStoreThatIsAwayIsDownWithAReasonAndNeverThrows() {
    try (Sink away = away()) {
      InfluxConfig config = Bench.config(away.name(), 500, 0);
      Bench bench = new Bench(away, config, new MemoryFeed(), new MemoryRejects());
      add(bench, "away", "m", 1);
      bench.steps(20);
      assertThat(bench.drain.condition().state()).isEqualTo(Condition.State.DOWN);
      assertThat(bench.drain.condition().detail()).isNotBlank();
      assertThat(bench.feed.pendingUnits()).isEqualTo(1);
    }
  }

  @Test
  void nameAndDialectStayTheSame() {
    assertThat(sink().name()).isNotBlank().isEqualTo(sink().name());
    assertThat(sink().dialect()).isEqualTo(sink().dialect());
    assertThat(sink() instanceof LineSink).isNotEqualTo(sink() instanceof RowSink);
  }
}
