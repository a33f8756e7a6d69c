package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.SinkConfig.Precision;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A stream keeps every write: its drain writes in the order of the log, and nothing for a test. */
class StreamSinkTest {

  /** A stream in memory. */
  private static class Stream implements StreamSink {
    final List<Entry> kept = new ArrayList<>();
    final Set<String> logs = new LinkedHashSet<>();
    final AtomicInteger writing = new AtomicInteger();
    volatile boolean overlapped;

    @Override
    public String name() {
      return "stream";
    }

    @Override
    public Dialect dialect() {
      return new Dialect(Precision.NS, true, false);
    }

    @Override
    public Answer write(String log, List<? extends Entry> entries) {
      overlapped |= writing.incrementAndGet() > 1;
      try {
        logs.add(log);
        return answer(entries);
      } finally {
        writing.decrementAndGet();
      }
    }

    Answer answer(List<? extends Entry> entries) {
      kept.addAll(entries);
      return new Answer.Stored();
    }

    @Override
    public void close() {
      // nothing is held
    }

    List<String> positions() {
      return kept.stream().map(each -> each.offset() + "/" + each.index()).toList();
    }
  }

  /** Fails on most writes, after it has kept a beginning of them. */
  private static final class Failing extends Stream {
    final Random random = new Random(7);

    @Override
    Answer answer(List<? extends Entry> entries) {
      boolean fails = random.nextInt(4) > 0;
      int kept = fails ? random.nextInt(entries.size() + 1) : entries.size();
      super.answer(entries.subList(0, kept));
      return fails ? new Answer.Down("no confirmation") : new Answer.Stored();
    }
  }

  private static Bench bench(Stream stream, int readings) {
    Bench bench =
        new Bench(
            stream, Bench.config(stream.name(), 1_500, 0), new MemoryFeed(), new MemoryRejects());
    bench.feed.weight = 1 << 10; // much waits from the beginning, and is sent in order nevertheless
    for (int i = 0; i < readings; i++) {
      bench.feed.add(reading("m" + i % 5, "t", i, 1_000 + i));
    }
    return bench;
  }

  private static List<String> all(int readings) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < readings; i++) {
      all.add(2 * i + "/0"); // the offsets of the feed have gaps
    }
    return all;
  }

  @Test
  void anEntrySaysWhatItHoldsAndWhereItComesFrom() {
    Stream stream = new Stream();
    Bench bench = bench(stream, 1);
    bench.settleAll();
    assertThat(stream.logs).containsExactly("readings");
    StreamSink.Entry entry = stream.kept.get(0);
    assertThat(entry.series().measurement()).isEqualTo("telemetry");
    assertThat(entry.series().asset().path()).isEqualTo("s/m0");
    assertThat(entry.quality()).isEqualTo(Quality.GOOD);
    assertThat(entry.row().fields()).containsExactly(new Row.Field("t", new Value.Real(0)));
    assertThat(entry.line()).isEqualTo("telemetry,site=s,machine=m0 t=0.0 1000");
    assertThat(entry.topic()).isEqualTo("t/0");
    assertThat(entry.offset()).isZero();
    assertThat(entry.index()).isZero();
  }

  @Test
  void writesOfALogFollowEachOtherHoweverManyLinesABatchHas() throws Exception {
    Stream stream = new Stream();
    Bench bench = bench(stream, 10_000);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      while (bench.feed.pendingUnits() > 0) {
        bench.time.advance(Math.max(1_000, bench.drain.step(threads)));
      }
    } finally {
      threads.shutdown();
    }
    assertThat(stream.overlapped).isFalse();
    assertThat(stream.positions()).isEqualTo(all(10_000));
  }

  @Test
  void whateverFailsTheFirstOfEachEntryStandsInTheOrderOfTheLog() {
    Failing stream = new Failing();
    Bench bench = bench(stream, 12_000);
    bench.settleAll();
    assertThat(List.copyOf(new LinkedHashSet<>(stream.positions()))).isEqualTo(all(12_000));
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(12_000, 0, 0, 0, 0));
  }

  @Test
  void anEntryThatIsRefusedIsSetAsideWithTheReasonGivenAndNothingIsWrittenTwice() {
    Stream stream =
        new Stream() {
          @Override
          Answer answer(List<? extends Entry> entries) {
            List<Answer.RefusedLine> refused = new ArrayList<>();
            for (int i = 0; i < entries.size(); i++) {
              if (entries.get(i).offset() % 20 == 0) {
                refused.add(new Answer.RefusedLine(i, Reason.TOO_LARGE, "too large"));
              } else {
                kept.add(entries.get(i));
              }
            }
            return new Answer.Refused(true, refused, "some are too large");
          }
        };
    Bench bench = bench(stream, 100);
    bench.settleAll();
    List<String> others = new ArrayList<>(all(100));
    others.removeIf(each -> Integer.parseInt(each.substring(0, each.length() - 2)) % 20 == 0);
    assertThat(stream.positions()).isEqualTo(others);
    assertThat(bench.rejects.entries())
        .hasSize(10)
        .allMatch(each -> each.reason() == Reason.TOO_LARGE && each.detail().equals("too large"));
  }

  @Test
  void aStreamThatFailsForLongLosesNothingToTheQuarantine() {
    int[] failures = {200};
    Stream stream =
        new Stream() {
          @Override
          Answer answer(List<? extends Entry> entries) {
            return failures[0]-- > 0 ? new Answer.Down("away") : super.answer(entries);
          }
        };
    Bench bench = bench(stream, 3_000);
    bench.settleAll();
    assertThat(stream.positions()).isEqualTo(all(3_000));
    assertThat(bench.rejects.entries()).isEmpty();
  }
}
