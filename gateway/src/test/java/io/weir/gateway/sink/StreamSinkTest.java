package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.SinkConfig.Precision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream keeps every write: its drain writes in the order of the log, and nothing for a test. */
class StreamSinkTest {

  private static void pause(int ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

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

    synchronized List<String> positions() {
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

  /**
   * Keeps what it is given as a broker does: of a connection a beginning, up to a failure at
   * random, which ends it. A write behind another is given to the same connection.
   */
  private static final class Pipe extends Stream {
    final Random random;
    final AtomicInteger behind = new AtomicInteger();

    Pipe(long seed) {
      random = new Random(seed);
    }

    private static final class Connection {
      boolean failed;
    }

    private final class Write implements Begun {
      final Connection connection;
      final Answer own;

      Write(Connection connection, Answer own) {
        this.connection = connection;
        this.own = own;
      }

      @Override
      public @Nullable Answer answer() {
        pause(1 + random(3));
        return own;
      }
    }

    synchronized int random(int bound) {
      return random.nextInt(bound);
    }

    @Override
    public boolean pipelines() {
      return true;
    }

    @Override
    public synchronized Begun begin(String log, List<? extends Entry> entries, @Nullable Begun at) {
      Connection connection = at == null ? new Connection() : ((Write) at).connection;
      behind.addAndGet(at == null ? 0 : 1);
      if (connection.failed) {
        return new Write(connection, new Answer.Stored()); // which does not count
      }
      connection.failed = random.nextInt(4) == 0;
      int count = connection.failed ? random.nextInt(entries.size() + 1) : entries.size();
      kept.addAll(entries.subList(0, count));
      return new Write(
          connection, connection.failed ? new Answer.Down("lost") : new Answer.Stored());
    }
  }

  private static Bench bench(Stream stream, int readings) {
    return bench(stream, readings, 1_500);
  }

  private static Bench bench(Stream stream, int readings, int maxLines) {
    Bench bench =
        new Bench(
            stream,
            Bench.config(stream.name(), maxLines, 0),
            new MemoryFeed(),
            new MemoryRejects());
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

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverFailsOfWritesBehindEachOtherTheFirstOfEachEntryStandsInTheOrderOfTheLog(long seed)
      throws Exception {
    Pipe stream = new Pipe(seed);
    Bench bench = bench(stream, 20_000, 200);
    drain(bench, stream);
    assertThat(List.copyOf(new LinkedHashSet<>(stream.positions()))).isEqualTo(all(20_000));
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(20_000, 0, 0, 0, 0));
    assertThat(stream.behind.get()).as("writes behind another").isPositive();
  }

  @Test
  void theNextBatchIsHandedOverBeforeTheLastIsConfirmedAndWhatIsBehindAFailureIsWrittenAgain()
      throws Exception {
    List<String> calls = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch second = new CountDownLatch(1);
    Stream stream =
        new Stream() {
          @Override
          public boolean pipelines() {
            return true;
          }

          @Override
          public Begun begin(String log, List<? extends Entry> entries, @Nullable Begun behind) {
            String call = entries.get(0).offset() / 2 + (behind == null ? "" : " behind");
            calls.add(call);
            if (calls.size() == 2) {
              second.countDown();
              return () -> null;
            } else if (calls.size() > 2) {
              kept.addAll(entries);
              return () -> {
                pause(50); // in which another one could begin
                return new Answer.Stored();
              };
            }
            return () -> {
              try {
                assertThat(second.await(20, TimeUnit.SECONDS)).as("the next is begun").isTrue();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return new Answer.Down("lost");
            };
          }
        };
    Bench bench = bench(stream, 4_500);
    drain(bench, stream);
    assertThat(calls).startsWith("0", "1500 behind", "0", "1500");
    assertThat(stream.positions()).isEqualTo(all(4_500));
  }

  @Test
  void aWriteThatIsGivenUpForAnotherIsWrittenAgainAtOnceAndSaysNothingOfTheStream() {
    int[] calls = {0};
    Stream stream =
        new Stream() {
          @Override
          public boolean pipelines() {
            return true;
          }

          @Override
          public Begun begin(String log, List<? extends Entry> entries, @Nullable Begun behind) {
            if (calls[0]++ == 0) {
              return () -> null;
            }
            kept.addAll(entries);
            return Answer.Stored::new;
          }
        };
    Bench bench = bench(stream, 1_500);
    while (bench.feed.pendingUnits() > 0) {
      bench.step();
      assertThat(bench.drain.nextTrySeconds()).isNull();
      assertThat(bench.drain.condition().state()).isIn(Condition.State.UNKNOWN, Condition.State.UP);
    }
    assertThat(calls[0]).isEqualTo(2);
    assertThat(stream.positions()).isEqualTo(all(1_500));
  }

  /** Steps, and looks at each commit whether the stream has what is below it. */
  private static void drain(Bench bench, Stream stream) {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    long committed = 0;
    try {
      while (bench.feed.pendingUnits() > 0) {
        bench.time.advance(Math.max(1_000, bench.drain.step(threads)));
        if (bench.feed.committed() != committed) {
          committed = bench.feed.committed();
          assertThat(new HashSet<>(stream.positions()).containsAll(all((int) (committed + 1) / 2)))
              .as("all below %d is there", committed)
              .isTrue();
        }
      }
    } finally {
      threads.shutdown();
    }
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
