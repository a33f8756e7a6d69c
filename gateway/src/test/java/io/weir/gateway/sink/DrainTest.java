package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Condition.State;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.SinkConfig.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The drain alone, against a store that answers as the test sets it. */
class DrainTest {

  private static final Answer STORED = new Answer.Stored();

  /** A store as a function. */
  private static final class Scripted implements LineSink {
    final List<List<String>> writes = new ArrayList<>();
    Function<List<String>, Answer> script = lines -> STORED;
    Dialect dialect = new Dialect(Precision.NS, true, false);
    String fault = "";
    int writesAtOnce = 2;

    @Override
    public int writesAtOnce() {
      return writesAtOnce;
    }

    @Override
    public String name() {
      return "history";
    }

    @Override
    public Dialect dialect() {
      return dialect;
    }

    @Override
    public synchronized Answer write(LineTexts lines) {
      writes.add(List.copyOf(lines));
      return script.apply(lines);
    }

    @Override
    public String fault() {
      return fault;
    }

    @Override
    public void close() {
      // nothing is held
    }
  }

  private final Scripted store = new Scripted();
  private final Bench bench = new Bench(store);

  private void feed(int count) {
    int first = (int) bench.feed.offered();
    for (int i = first; i < first + count; i++) {
      bench.feed.add(reading("m" + i, "t", i, i));
    }
  }

  private static boolean names(String line, String machine) {
    return line.contains("machine=" + machine + " ");
  }

  @Test
  void everyRecordIsWrittenAndTheCursorFollows() {
    feed(12_000);
    bench.settleAll();
    assertThat(store.writes).allMatch(write -> write.size() <= 5_000);
    Set<String> all =
        store.writes.stream().flatMap(List::stream).collect(Collectors.toCollection(HashSet::new));
    assertThat(all).hasSize(12_000);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(12_000, 0, 0, 0, 0));
    assertThat(bench.drain.condition().state()).isEqualTo(State.UP);
  }

  @Test
  void linesOfASeriesAreWrittenInTheOrderOfTheLog() {
    for (int i = 0; i < 12_000; i++) {
      bench.feed.add(reading("m" + i % 50, "t", i, i));
    }
    bench.settleAll();
    assertThat(store.writes).as("a large batch goes in two lanes").hasSize(6);
    Map<String, Long> last = new TreeMap<>();
    for (String line : store.writes.stream().flatMap(List::stream).toList()) {
      String series = line.substring(0, line.indexOf(' '));
      long time = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
      assertThat(last.getOrDefault(series, -1L)).isLessThan(time);
      last.put(series, time);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void linesOfASeriesNeverOvertakeEachOtherHoweverTheStoreDawdles(int writesAtOnce) {
    Map<String, Long> last = new ConcurrentHashMap<>();
    Set<String> under = ConcurrentHashMap.newKeySet();
    List<String> faults = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Sink dawdling =
        new LineSink() {
          @Override
          public int writesAtOnce() {
            return writesAtOnce;
          }

          @Override
          public String name() {
            return "history";
          }

          @Override
          public Dialect dialect() {
            return store.dialect;
          }

          @Override
          public Answer write(LineTexts lines) {
            Set<String> mine = new HashSet<>();
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            for (String line : lines) {
              String series = line.substring(0, line.indexOf(' '));
              if (mine.add(series) && !under.add(series)) {
                faults.add("two writes at once of " + series);
              }
              long time = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
              Long before = last.put(series, time);
              if (before != null && before >= time) {
                faults.add(series + " " + time + " after " + before);
              }
            }
            LockSupport.parkNanos(new Random(calls.incrementAndGet()).nextInt(15_000_000));
            under.removeAll(mine);
            now.decrementAndGet();
            return STORED;
          }

          @Override
          public void close() {
            // nothing is held
          }
        };
    MemoryFeed feed = new MemoryFeed();
    for (int i = 0; i < 40_000; i++) {
      feed.add(reading("m" + i % 50, "t", i, i));
    }
    Drain drain =
        new Drain(
            Bench.config("history", 2_000, 0),
            dawdling,
            "readings",
            feed,
            bench.rejects,
            io.weir.gateway.log.Time.SYSTEM,
            Bench.COMMIT_EVERY,
            new io.micrometer.core.instrument.simple.SimpleMeterRegistry());
    drain.start(Bench::thread);
    assertThat(drain.stop(Duration.ofSeconds(60))).isTrue();
    assertThat(faults).isEmpty();
    assertThat(most).hasValue(writesAtOnce);
    assertThat(drain.ledger().stored()).isEqualTo(40_000);
  }

  /** A drain to a store that takes four writes at once, and a full batch for it. */
  private Bench withFourWrites() {
    store.writesAtOnce = 4;
    Bench four = new Bench(store);
    for (int i = 0; i < 10_000; i++) {
      four.feed.add(reading("m" + i, "t", i, i));
    }
    return four;
  }

  /** Steps until it only waits; the writes are begun and not made. */
  private static List<Runnable> begun(Bench bench) {
    List<Runnable> begun = new ArrayList<>();
    while (bench.drain.step(begun::add) == 0) {
      bench.time.advance(1_000);
    }
    return begun;
  }

  @Test
  void aStoreIsGivenAsManyWritesAtOnceAsItTakes() {
    Bench four = withFourWrites();
    List<Runnable> begun = begun(four);
    assertThat(begun).hasSize(4);
    begun.forEach(Runnable::run);
    four.settleAll();
    assertThat(store.writes).hasSize(4).allMatch(write -> write.size() <= 5_000);
    assertThat(four.drain.ledger().stored()).isEqualTo(10_000);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 999, 1",
    "2, 999, 1",
    "2, 1000, 2",
    "3, 1499, 1",
    "3, 1500, 3",
    "4, 999, 1",
    "4, 1000, 2",
    "4, 1999, 2",
    "4, 2000, 4"
  })
  void whatComesInSlowlyIsGivenInAsManyWritesAsItsLinesAreWorth(
      int writesAtOnce, int lines, int writes) {
    store.writesAtOnce = writesAtOnce;
    Bench some = new Bench(store);
    for (int i = 0; i < lines; i++) {
      some.feed.add(reading("m" + i, "t", i, i));
    }
    begun(some);
    some.time.advance(Duration.ofMillis(200).toNanos());
    List<Runnable> begun = begun(some);
    assertThat(begun).hasSize(writes);
    begun.forEach(Runnable::run);
    some.settleAll();
    assertThat(store.writes).hasSize(writes);
    assertThat(some.drain.ledger().stored()).isEqualTo(lines);
  }

  /** A poison: the store fails on it, and says nothing of the line. */
  @Test
  void aPoisonIsFoundInOneOfTwoWritesOfAFewLines() {
    store.writesAtOnce = 4;
    Bench four = new Bench(store);
    for (int i = 0; i < 1_500; i++) {
      four.feed.add(reading("m" + i, "t", i, i));
    }
    store.script =
        lines ->
            lines.stream().anyMatch(line -> names(line, "m700"))
                ? new Answer.Down("it fails")
                : STORED;
    four.settleAll();
    assertThat(four.rejects.lines()).hasSize(1).allMatch(line -> names(line, "m700"));
    assertThat(four.drain.ledger()).isEqualTo(new SinkTotals(1_499, 1, 0, 0, 0));
  }

  @Test
  void oneOfFourWritesIsRepeatedWithoutTheOthers() {
    Bench four = withFourWrites();
    List<Runnable> begun = begun(four);
    begun.subList(0, 3).forEach(Runnable::run);
    store.script = lines -> new Answer.Down("reset");
    begun.get(3).run();
    store.script = lines -> STORED;
    four.settleAll();
    assertThat(store.writes).hasSize(5);
    assertThat(store.writes.get(4)).isEqualTo(store.writes.get(3));
    assertThat(four.drain.ledger()).isEqualTo(new SinkTotals(10_000, 0, 0, 0, 0));
  }

  @Test
  void aRefusedLineInOneOfFourWritesIsSearchedInThatOneAlone() {
    Bench four = withFourWrites();
    List<Runnable> begun = begun(four);
    store.script = lines -> new Answer.Down("reset");
    begun.forEach(Runnable::run);
    List<String> third = store.writes.get(2);
    String bad = third.get(third.size() / 3);
    store.writes.clear();
    store.script =
        lines -> lines.contains(bad) ? new Answer.Refused(false, List.of(), "wrong") : STORED;
    four.settleAll();
    assertThat(four.rejects.lines()).containsExactly(bad);
    assertThat(store.writes.stream().filter(write -> !third.containsAll(write)))
        .as("the others are written once")
        .hasSize(3);
    assertThat(four.drain.ledger()).isEqualTo(new SinkTotals(9_999, 1, 0, 0, 0));
  }

  @Test
  void aSeriesThatFillsABatchAloneIsWrittenInPartsOfTheBoundInOrder() {
    store.writesAtOnce = 4;
    Bench four = new Bench(store);
    for (int i = 0; i < 10_000; i++) {
      four.feed.add(reading("m", "t", i, i));
    }
    four.settleAll();
    assertThat(store.writes.stream().map(List::size)).containsExactly(5_000, 5_000);
    assertThat(store.writes.get(0).get(4_999)).endsWith(" 4999");
    assertThat(four.drain.ledger().stored()).isEqualTo(10_000);
  }

  @Test
  void aBatchWaitsForCompanyOnlyAsLongAsItsLinger() {
    feed(1);
    bench.drain.step();
    assertThat(store.writes).isEmpty();
    bench.time.advance(Duration.ofMillis(200).toNanos());
    bench.drain.step();
    assertThat(store.writes).hasSize(1);
  }

  @Test
  void aRecordLargerThanABatchIsWrittenInPartsAndCommittedWhole() {
    List<Reading> large = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      large.add(reading("m", "t", i, i));
    }
    bench.feed.add(reading("before", "t", 1, 1));
    bench.feed.add(large);
    Bench small = new Bench(store, Bench.config("history", 5, 0), bench.feed, bench.rejects);
    store.script = lines -> store.writes.size() == 3 ? new Answer.Down("away") : STORED;
    for (int i = 0; i < 40 && store.writes.size() < 4; i++) {
      small.step();
      small.time.advance(Duration.ofSeconds(2).toNanos());
      assertThat(bench.feed.committed()).isIn(0L, 1L, 3L);
    }
    small.settleAll();
    assertThat(store.writes.stream().map(List::size)).containsExactly(5, 5, 3, 3);
    assertThat(small.drain.ledger().stored()).isEqualTo(13);
  }

  @Test
  void linesThatTheStoreNamesGoToTheQuarantineAndTheOthersAreStored() {
    feed(5);
    store.script =
        lines ->
            new Answer.Refused(
                true,
                List.of(new Answer.RefusedLine(1, "type"), new Answer.RefusedLine(3, "type")),
                "x");
    bench.settleAll();
    assertThat(store.writes).hasSize(1);
    assertThat(bench.rejects.lines()).hasSize(2);
    assertThat(bench.rejects.entries().get(0).reason()).isEqualTo(Reason.STORE_REJECTED);
    assertThat(bench.rejects.entries().get(0).topic()).isEqualTo("t/1");
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(3, 2, 0, 0, 0));
  }

  @Test
  void whereNothingWasStoredTheRestIsSentAgainWithoutTheNamedLine() {
    feed(3);
    store.script =
        lines ->
            lines.size() == 3
                ? new Answer.Refused(false, List.of(new Answer.RefusedLine(1, "broken")), "x")
                : STORED;
    bench.settleAll();
    List<String> again =
        store.writes.subList(1, store.writes.size()).stream().flatMap(List::stream).toList();
    assertThat(again).containsExactly(store.writes.get(0).get(0), store.writes.get(0).get(2));
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(2, 1, 0, 0, 0));
  }

  @Test
  void aBatchFullOfBadLinesNamedOneAtATimeIsNotSentOverAndOver() {
    feed(1_000);
    store.script =
        lines -> new Answer.Refused(false, List.of(new Answer.RefusedLine(0, "no")), "x");
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(0, 1_000, 0, 0, 0));
    assertThat(store.writes.stream().mapToInt(List::size).sum()).isLessThan(20_000);
  }

  @Test
  void aRefusedLineThatTheStoreDoesNotNameIsFoundByHalves() {
    feed(100);
    store.script =
        lines ->
            lines.stream().anyMatch(line -> names(line, "m37"))
                ? new Answer.Refused(false, List.of(), "something is wrong")
                : STORED;
    bench.settleAll();
    assertThat(bench.rejects.lines()).singleElement().satisfies(line -> names(line, "m37"));
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(99, 1, 0, 0, 0));
    assertThat(store.writes).hasSizeLessThan(20);
  }

  /** A store that drops lines from before a moment, and says how many. */
  private static final class Forgetful {
    private long oldest;

    /** What it has, by series and time. */
    final Map<String, String> kept = new HashMap<>();

    /** What it says of how many it drops. */
    IntBinaryOperator says = (dropped, lines) -> dropped;

    Forgetful(long oldest) {
      this.oldest = oldest;
    }

    static String point(String line) {
      return line.replaceFirst(" .* ", " ");
    }

    private boolean isOld(String line) {
      return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)) < oldest;
    }

    Answer write(List<String> lines) {
      lines.stream().filter(line -> !isOld(line)).forEach(line -> kept.put(point(line), line));
      int dropped = (int) lines.stream().filter(this::isOld).count();
      if (dropped == 0) {
        return STORED;
      }
      List<Answer.RefusedLine> named =
          IntStream.range(0, dropped == lines.size() ? dropped : 0)
              .mapToObj(i -> new Answer.RefusedLine(i, "too old"))
              .toList();
      return new Answer.Refused(
          true, named, List.of(), says.applyAsInt(dropped, lines.size()), "too old");
    }
  }

  @Test
  void linesThatAreTooOldForTheStoreAreFoundByTheirAge() {
    Forgetful forgetful = new Forgetful(1_000_000);
    store.script = forgetful::write;
    for (int i = 0; i < 20_000; i++) {
      bench.feed.add(reading("m" + i % 50, "t", i, i % 1_000 == 333 ? i : 1_000_000 + i));
    }
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(19_980, 20, 0, 0, 0));
    assertThat(bench.rejects.lines()).allMatch(line -> names(line, "m33"));
    assertThat(forgetful.kept).hasSize(19_980);
    assertThat(store.writes.stream().mapToInt(List::size).sum())
        .as("only what was under way when the first were found is written twice")
        .isLessThan(30_100);
  }

  @Test
  void aStoreThatKeepsOldLinesAfterAllGetsThem() {
    Forgetful forgetful = new Forgetful(1_000);
    store.script = forgetful::write;
    feed(2_000);
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1_000, 1_000, 0, 0, 0));
    forgetful.oldest = 0;
    for (int i = 0; i < 2_000; i++) {
      bench.feed.add(reading("m", "t", i, i));
    }
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(3_000, 1_000, 0, 0, 0));
    assertThat(forgetful.kept).hasSize(3_000);
  }

  @Test
  void ageThatMisleadsCostsWritesAndNoReading() {
    for (int seed = 0; seed < Soak.count(40, 400); seed++) {
      Random random = new Random(seed);
      Forgetful forgetful = new Forgetful(1_000 + random.nextInt(3_000));
      int lies = random.nextInt(4); // of four answers
      forgetful.says =
          (dropped, lines) -> random.nextInt(4) < lies ? random.nextInt(lines + 2) : dropped;
      boolean refusesOthers = random.nextBoolean();
      store.script =
          lines ->
              refusesOthers && lines.stream().anyMatch(line -> names(line, "m7"))
                  ? new Answer.Refused(
                      false, List.of(), List.of(), random.nextInt(lines.size() + 2), "no")
                  : forgetful.write(lines);
      Map<String, String> good = new HashMap<>();
      List<String> bad = new ArrayList<>();
      Bench with = new Bench(store);
      int machine = 0;
      long time = 0;
      for (int i = 0; i < 1_000; i++) {
        if (random.nextInt(4) > 0) { // else the same point with another value
          machine = random.nextInt(20);
          time = random.nextInt(10) == 0 ? random.nextInt(1_000) : 900 + i * random.nextInt(5);
        }
        with.feed.add(reading("m" + machine, "t", i, time));
        String line = "telemetry,site=s,machine=m%d t=%d.0 %d".formatted(machine, i, time);
        if (forgetful.isOld(line) || (refusesOthers && machine == 7)) {
          bad.add(line);
        } else {
          good.put(Forgetful.point(line), line);
        }
      }
      with.settleAll();
      assertThat(with.rejects.lines()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(bad);
      assertThat(forgetful.kept).as("seed %d", seed).isEqualTo(good);
    }
  }

  @Test
  void aLineNumberThatWasNeverSentIsAsGoodAsNone() {
    feed(2);
    store.script =
        lines ->
            lines.stream().anyMatch(line -> names(line, "m0"))
                ? new Answer.Refused(true, List.of(new Answer.RefusedLine(99, "?")), "odd")
                : STORED;
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1, 1, 0, 0, 0));
  }

  @Test
  void tooLargeIsHalvedAndLaterBatchesAreSmaller() {
    store.script = lines -> lines.size() > 100 ? new Answer.TooLarge("413") : STORED;
    feed(400);
    bench.settleAll();
    int before = store.writes.size();
    feed(400);
    bench.settleAll();
    assertThat(store.writes.subList(before, store.writes.size()))
        .allMatch(write -> write.size() <= 100);
    assertThat(bench.drain.ledger().stored()).isEqualTo(800);
  }

  @Test
  void aSingleLineTooLargeGoesToTheQuarantine() {
    store.script =
        lines ->
            lines.stream().anyMatch(line -> line.length() > 500)
                ? new Answer.TooLarge("413")
                : STORED;
    bench.feed.add(
        reading("a", "t", 1, 1),
        MemoryFeed.reading(
            MemoryFeed.series("telemetry", "b"), "note", new Value.Text("x".repeat(600)), 2),
        reading("c", "t", 1, 3));
    bench.settleAll();
    assertThat(bench.rejects.entries())
        .singleElement()
        .extracting(MemoryRejects.Entry::reason)
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(2, 1, 0, 0, 0));
  }

  @Test
  void aRefusedGatewayHoldsEverythingAndContinuesAfterTheFix() {
    feed(3);
    store.script = lines -> new Answer.Misconfigured("HTTP 401 unauthorized");
    while (bench.time.elapsedNs() < Duration.ofHours(1).toNanos()) {
      bench.step();
    }
    assertThat(bench.drain.condition().state()).isEqualTo(State.MISCONFIGURED);
    assertThat(bench.drain.condition().detail()).contains("401");
    assertThat(bench.feed.committed()).isZero();
    assertThat(store.writes.size()).as("tries in an hour").isBetween(50, 100);
    store.script = lines -> STORED;
    bench.settleAll();
    assertThat(bench.rejects.entries()).isEmpty();
    assertThat(bench.drain.ledger().stored()).isEqualTo(3);
  }

  @Test
  void aBusyStoreIsGivenTheTimeItAskedFor() {
    feed(1);
    store.script =
        lines ->
            store.writes.size() == 1 ? new Answer.Busy(Duration.ofSeconds(40), "HTTP 503") : STORED;
    long busySince = 0;
    while (store.writes.size() < 2) {
      bench.step();
      busySince = store.writes.size() == 1 && busySince == 0 ? bench.time.elapsedNs() : busySince;
    }
    long waited = bench.time.elapsedNs() - busySince;
    assertThat(Duration.ofNanos(waited)).isBetween(Duration.ofSeconds(39), Duration.ofSeconds(45));
  }

  @Test
  void aStoreThatIsAwayIsTriedAtLeastEveryFiveSecondsAndNothingIsLost() {
    feed(10);
    store.script = lines -> new Answer.Down("refused");
    long start = bench.time.elapsedNs();
    List<Long> tries = new ArrayList<>();
    while (Duration.ofNanos(bench.time.elapsedNs() - start).toMinutes() < 20) {
      int before = store.writes.size();
      bench.step();
      if (store.writes.size() > before) {
        tries.add(bench.time.elapsedNs());
      }
    }
    assertThat(tries.size()).isBetween(240, 480);
    for (int i = 1; i < tries.size(); i++) {
      assertThat(tries.get(i) - tries.get(i - 1)).isLessThan(Duration.ofSeconds(5).toNanos());
    }
    assertThat(tries.get(1) - tries.get(0)).isLessThan(Duration.ofSeconds(2).toNanos());
    assertThat(bench.drain.condition().state()).isEqualTo(State.DOWN);
    assertThat(bench.drain.breakerState()).isGreaterThan(0);
    assertThat(bench.meters.get(MeterNames.SINK_RETRIES).counter().count())
        .isEqualTo(tries.size() - 1);
    store.script = lines -> STORED;
    bench.settleAll();
    assertThat(bench.rejects.entries()).isEmpty();
    assertThat(bench.drain.ledger().stored()).isEqualTo(10);
    assertThat(bench.drain.breakerState()).isZero();
  }

  @Test
  void aPoisonThatTheStoreFailsOnIsFoundWithTheBatchBeforeAsAProbe() {
    feed(50);
    bench.settleAll();
    List<String> accepted = store.writes.get(0);
    store.script =
        lines ->
            lines.stream().anyMatch(line -> names(line, "m70")) ? new Answer.Down("panic") : STORED;
    feed(50);
    bench.settleAll();
    assertThat(bench.rejects.lines()).singleElement().satisfies(line -> names(line, "m70"));
    assertThat(store.writes.subList(1, store.writes.size()))
        .as("probes")
        .anyMatch(write -> write.size() == 1 && accepted.containsAll(write));
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(99, 1, 0, 0, 0));
  }

  @Test
  void aPoisonInTheVeryFirstBatchIsFoundWithALineOfTheBatchAsAProbe() {
    store.script =
        lines ->
            lines.stream().anyMatch(line -> names(line, "m0")) ? new Answer.Down("panic") : STORED;
    feed(20);
    bench.settleAll();
    assertThat(bench.rejects.lines()).singleElement().satisfies(line -> names(line, "m0"));
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(19, 1, 0, 0, 0));
  }

  @Test
  void aPoisonThatStandsAloneIsFoundOnceALineComesBehindIt() {
    store.script =
        lines ->
            lines.stream().anyMatch(line -> names(line, "m0")) ? new Answer.Down("panic") : STORED;
    feed(1);
    bench.steps(500);
    assertThat(bench.rejects.entries()).isEmpty();
    feed(1);
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1, 1, 0, 0, 0));
  }

  /** What was replayed twice stands twice in the log; either line leaves what the other does. */
  @Test
  void aPoisonIsFoundWhereEachLineBehindItIsThereTwice() {
    store.script =
        lines ->
            lines.stream().anyMatch(line -> names(line, "m0")) ? new Answer.Down("panic") : STORED;
    bench.feed.add(reading("m0", "t", 1, 5));
    for (int i = 0; i < 4; i++) {
      bench.feed.add(reading("m" + (1 + i % 2), "t", 1, 6));
    }
    bench.settleAll();
    assertThat(bench.rejects.lines()).singleElement().satisfies(line -> names(line, "m0"));
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(4, 1, 0, 0, 0));
  }

  /** Where they differ, a line written early could replace a newer value. */
  @Test
  void noLineIsWrittenEarlyThatAnotherOneOfItsInstantFollows() {
    store.script =
        lines ->
            lines.stream().anyMatch(line -> names(line, "m0")) ? new Answer.Down("panic") : STORED;
    bench.feed.add(reading("m0", "t", 1, 5));
    bench.feed.add(reading("m1", "t", 1, 6));
    bench.feed.add(reading("m1", "t", 2, 6));
    bench.steps(500);
    assertThat(bench.rejects.entries()).isEmpty();
    assertThat(store.writes).noneMatch(lines -> lines.size() == 1 && names(lines.get(0), "m1"));
  }

  /** A drain of another log of the same sink. */
  private Drain beside(MemoryFeed figures, StoreProof proof, MemoryFeed feed) {
    return new Drain(
        Bench.config("history", 100, 0),
        store,
        feed == figures ? "figures" : "readings",
        feed,
        bench.rejects,
        bench.time,
        Bench.COMMIT_EVERY,
        bench.meters,
        null,
        proof);
  }

  @Test
  void aPoisonThatStandsAloneIsFoundWhereTheStoreTakesWhatAnotherLogHas() {
    boolean[] away = {true};
    store.script =
        lines ->
            away[0] || lines.stream().anyMatch(line -> names(line, "m0"))
                ? new Answer.Down("panic")
                : STORED;
    MemoryFeed figures = new MemoryFeed();
    MemoryFeed readings = new MemoryFeed();
    StoreProof proof = new StoreProof();
    Drain one = beside(figures, proof, readings);
    Drain other = beside(figures, proof, figures);
    readings.add(reading("m0", "t", 1, 5));
    for (int turn = 0; turn < 2_000 && readings.pendingUnits() > 0; turn++) {
      away[0] = turn < 500;
      if (turn % 100 == 0) {
        figures.add(reading("figure", "t", turn, turn));
      }
      bench.time.advance(Math.max(1_000, Math.min(one.step(), other.step())));
      if (turn < 500) {
        assertThat(bench.rejects.entries()).as("the store is away").isEmpty();
      }
      if (turn == 490) {
        assertThat(one.condition().detail())
            .contains("panic")
            .contains("no other line waits")
            .contains("m0");
      }
    }
    assertThat(bench.rejects.lines()).singleElement().satisfies(line -> names(line, "m0"));
    assertThat(one.ledger()).isEqualTo(new SinkTotals(0, 1, 0, 0, 0));
    assertThat(one.condition().state()).as("the store was well").isEqualTo(State.UP);
  }

  @Test
  void whatTheStoreTookOfAnotherLogBeforeItFailedOnALineProvesNothing() {
    boolean[] away = {false};
    store.script = lines -> away[0] ? new Answer.Down("away") : STORED;
    MemoryFeed figures = new MemoryFeed();
    MemoryFeed readings = new MemoryFeed();
    StoreProof proof = new StoreProof();
    Drain one = beside(figures, proof, readings);
    Drain other = beside(figures, proof, figures);
    for (int turn = 0; turn < 3_000; turn++) {
      away[0] = turn % 1_000 >= 100 && turn < 2_100;
      if (turn % 1_000 == 0) {
        figures.add(reading("figure", "t", turn, turn));
      }
      if (turn == 100) {
        assertThat(other.ledger().stored()).isEqualTo(1);
        readings.add(reading("m0", "t", 1, 5));
      }
      bench.time.advance(Math.max(1_000, Math.min(one.step(), other.step())));
    }
    assertThat(one.ledger()).isEqualTo(new SinkTotals(1, 0, 0, 0, 0));
  }

  @Test
  void aPoisonOfTheInstantThatWasStoredLastIsFoundAlone() {
    store.script =
        lines ->
            lines.stream().anyMatch(line -> line.contains("bad="))
                ? new Answer.Down("panic")
                : STORED;
    bench.feed.add(reading("m0", "t", 1, 5));
    bench.settleAll();
    bench.feed.add(reading("m0", "bad", 1, 5));
    bench.settleAll();
    assertThat(bench.rejects.lines()).singleElement().asString().contains("bad=");
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1, 1, 0, 0, 0));
  }

  @Test
  void anOutageInTheMiddleOfASearchRejectsNoLine() {
    feed(10);
    bench.settleAll();
    boolean[] away = {false};
    store.script =
        lines ->
            away[0] || lines.stream().anyMatch(line -> names(line, "m13"))
                ? new Answer.Down("panic")
                : STORED;
    feed(16);
    while (store.writes.size() < 8) {
      bench.step();
    }
    away[0] = true;
    bench.steps(2_000);
    away[0] = false;
    bench.settleAll();
    assertThat(bench.rejects.lines()).singleElement().satisfies(line -> names(line, "m13"));
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(25, 1, 0, 0, 0));
  }

  /** Each seed is an outage that begins and ends at any write, while lines come one at a time. */
  @Test
  void outagesOfAnyLengthQuarantineNoReading() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      Scripted flapping = new Scripted();
      Bench outage = new Bench(flapping);
      int[] writes = {0};
      int[] upUntil = {0};
      boolean[] up = {true};
      flapping.script =
          lines -> {
            if (writes[0]++ >= upUntil[0]) {
              up[0] = !up[0];
              upUntil[0] = writes[0] + random.nextInt(up[0] ? 12 : 5);
            }
            return up[0] ? STORED : new Answer.Down("away");
          };
      for (int i = 0; i < 20; i++) {
        outage.feed.add(reading("m" + i % 3, "t", i, i));
        outage.steps(random.nextInt(6));
      }
      flapping.script = lines -> STORED;
      outage.settleAll();
      assertThat(outage.rejects.entries()).as("seed %d", seed).isEmpty();
      assertThat(outage.drain.ledger().stored()).isEqualTo(20);
    }
  }

  /** Series of all lanes, instants that are written again and again, and a store that flaps. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void whateverIsWrittenAgainNeverPutsAnOldValueOverANewerOne(int writesAtOnce) {
    for (int seed = 0; seed < Soak.count(25, 300); seed++) {
      Random random = new Random(seed);
      Scripted flapping = new Scripted();
      flapping.writesAtOnce = writesAtOnce;
      Map<String, Integer> stored = new TreeMap<>();
      List<String> faults = new ArrayList<>();
      flapping.script =
          lines -> {
            boolean isBad =
                lines.stream().anyMatch(line -> names(line, "m3") && line.contains("=7"));
            boolean fails = isBad || random.nextInt(3) == 0;
            if (!fails) {
              for (String line : lines) {
                String identity = line.replaceAll("=[0-9.]+ ", " ");
                int value = (int) Double.parseDouble(line.replaceAll(".*t=([0-9.]+) .*", "$1"));
                Integer before = stored.put(identity, value);
                if (before != null && before > value) {
                  faults.add(identity + ": " + value + " over " + before);
                }
              }
            }
            return fails ? new Answer.Down("away") : STORED;
          };
      Bench small =
          new Bench(flapping, Bench.config("history", 6, 0), new MemoryFeed(), bench.rejects);
      for (int i = 0; i < 60; i++) {
        small.feed.add(reading("m" + random.nextInt(4), "t", i, random.nextInt(3)));
        small.steps(random.nextInt(4));
      }
      small.settleAll();
      assertThat(faults).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void aFieldOfAnotherTypeIsSetAsideAloneAndCostsOneAnswer() {
    store.script =
        lines ->
            lines.stream().anyMatch(line -> line.contains("temp="))
                ? new Answer.Refused(
                    true,
                    List.of(),
                    List.of(
                        new Answer.RefusedField(
                            new FieldOfStore("telemetry", "temp", Value.Type.FLOAT),
                            "the store holds it as integer")),
                    "partial write")
                : STORED;
    for (int batch = 0; batch < 10; batch++) {
      for (int i = 0; i < 100; i++) {
        int at = 100 * batch + i;
        bench.feed.add(reading("m", "temp", 0.5, at), reading("m", "speed", 1, at));
      }
      bench.settleAll();
    }
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1_000, 1_000, 0, 0, 0));
    assertThat(store.writes).hasSize(11).allMatch(lines -> lines.size() == 100);
    assertThat(bench.rejects.entries())
        .hasSize(1_000)
        .allMatch(entry -> entry.detail().equals("field 'temp': the store holds it as integer"))
        .allMatch(entry -> entry.readings() == 1 && !entry.line().contains("speed"));
  }

  @Test
  void aFieldIsTriedAgainOnceTheStoreMayHaveChanged() {
    boolean[] changed = {false};
    store.script =
        lines ->
            !changed[0] && lines.stream().anyMatch(line -> line.contains("temp="))
                ? new Answer.Refused(
                    false,
                    List.of(),
                    List.of(
                        new Answer.RefusedField(
                            new FieldOfStore("telemetry", "temp", Value.Type.FLOAT), "integer")),
                    "no")
                : STORED;
    bench.feed.add(reading("m", "temp", 1, 1));
    bench.settleAll();
    changed[0] = true;
    bench.time.advance(Duration.ofMinutes(11).toNanos());
    bench.feed.add(reading("m", "speed", 1, 2));
    bench.settleAll();
    bench.feed.add(reading("m", "temp", 1, 3));
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(2, 1, 0, 0, 0));
  }

  @Test
  void aFieldThatIsNamedAndNotInTheLinesIsAsGoodAsNone() {
    store.script =
        lines ->
            lines.stream().anyMatch(line -> names(line, "m1"))
                ? new Answer.Refused(
                    true,
                    List.of(),
                    List.of(
                        new Answer.RefusedField(
                            new FieldOfStore("other", "t", Value.Type.FLOAT), "integer")),
                    "no")
                : STORED;
    feed(3);
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(2, 1, 0, 0, 0));
  }

  @Test
  void aBoundThatTheStoreHasRaisedIsFoundAgain() {
    int[] most = {10};
    store.script = lines -> lines.size() > most[0] ? new Answer.TooLarge("413") : STORED;
    Bench small = new Bench(store, Bench.config("history", 100, 0), bench.feed, bench.rejects);
    feed(100);
    small.settleAll();
    most[0] = 1_000;
    feed(30_000);
    small.settleAll();
    assertThat(store.writes.stream().mapToInt(List::size).max()).hasValue(100);
    assertThat(small.drain.ledger().stored()).isEqualTo(30_100);
  }

  @Test
  void whatTheLogOffersIsCountedByTheLogAndNotByWhatWasSettled() {
    feed(5);
    bench.feed.addRaw(new MemoryFeed().encoded(reading("m", "t", 1, 1)), 3);
    bench.settleAll();
    assertThat(bench.drain.balance())
        .isEqualTo(new SinkBalance(new SinkTotals(6, 0, 0, 0, 0), 8, 0));
    assertThat(bench.drain.balance().unexplained()).isEqualTo(2);
  }

  @Test
  void aCursorOfAnEarlierVersionBalances() throws IOException {
    feed(5);
    bench.settleAll();
    byte[] before = ByteBuffer.allocate(41).put((byte) 1).putLong(5).put(new byte[32]).array();
    bench.feed.commit(bench.feed.committed(), before);
    feed(5);
    Bench again = new Bench(store, Bench.config("history", 5_000, 0), bench.feed, bench.rejects);
    again.settleAll();
    assertThat(again.drain.balance())
        .isEqualTo(new SinkBalance(new SinkTotals(10, 0, 0, 0, 0), 10, 0));
  }

  @Test
  void aSinkThatThrowsIsAStoreThatFails() {
    feed(2);
    store.script =
        lines -> {
          if (store.writes.size() < 3) {
            throw new IllegalStateException("a fault");
          }
          return STORED;
        };
    bench.settleAll();
    assertThat(bench.drain.ledger().stored()).isEqualTo(2);
  }

  @Test
  void aRecordThatCannotBeReadIsCountedAndItsNeighboursGoOn() {
    feed(1);
    bench.feed.addRaw(new byte[] {9, 9, 9}, 4);
    bench.feed.addRaw(new byte[0], 1);
    bench.feed.addRaw(new byte[] {1, -1, -1, -1, -1, 127, 0, 0}, 1);
    bench.feed.add(reading("m1", "t", 1, 1));
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(2, 0, 0, 0, 6));
  }

  @Test
  void whatTheLogLostIsCountedByItsCause() {
    bench.feed.addAfterLoss(List.of(reading("m", "t", 1, 1)), 7, 3);
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1, 0, 0, 7, 3));
    assertThat(bench.drain.ledger().settled()).isEqualTo(bench.feed.offered());
  }

  @Test
  void whatTheLogDroppedAfterItWasSentAheadCountsAsStored() {
    bench.feed.addAfterLoss(List.of(reading("m", "t", 1, 1)), 7, 3, 20);
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(21, 0, 0, 7, 3));
    assertThat(bench.drain.ledger().settled()).isEqualTo(bench.feed.offered());
  }

  @Test
  void withheldTextCountsEvenWhereARecordHasNothingElse() {
    store.dialect = new Sink.Dialect(Precision.NS, false, false);
    Bench textless = new Bench(store);
    textless.feed.add(MemoryFeed.reading(MemoryFeed.series("m", "a"), "s", new Value.Text("x"), 1));
    textless.settleAll();
    assertThat(store.writes).isEmpty();
    assertThat(textless.drain.ledger()).isEqualTo(new SinkTotals(0, 0, 1, 0, 0));
  }

  @Test
  void countsAndPositionSurviveACrashTogether() {
    feed(10);
    bench.settleAll();
    feed(10);
    bench.steps(3); // read, perhaps written, not committed
    bench.feed.crash();
    Bench again = new Bench(store, Bench.config("history", 5_000, 0), bench.feed, bench.rejects);
    assertThat(again.drain.ledger().stored()).isEqualTo(10);
    again.settleAll();
    assertThat(again.drain.ledger().stored()).isEqualTo(20);
  }

  @Test
  void theCursorWaitsForTheQuarantineToBeSafe() {
    feed(2);
    store.script = lines -> new Answer.Refused(true, List.of(new Answer.RefusedLine(0, "no")), "x");
    bench.rejects.fail = new IOException("disk full");
    bench.steps(50);
    assertThat(bench.feed.committed()).isZero();
    assertThat(bench.drain.condition().state()).isEqualTo(State.HELD);
    assertThat(store.writes).as("not sent again meanwhile").hasSize(1);
    bench.rejects.fail = null;
    bench.settleAll();
    assertThat(bench.rejects.lines()).hasSize(1);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1, 1, 0, 0, 0));
  }

  @Test
  void nothingIsCommittedWhileTheQuarantineCannotSync() {
    feed(2);
    store.script = lines -> new Answer.Refused(true, List.of(new Answer.RefusedLine(0, "no")), "x");
    bench.rejects.failSync = new IOException("input/output error");
    bench.steps(50);
    assertThat(bench.feed.committed()).isZero();
    assertThat(bench.rejects.open).hasSize(1);
    bench.rejects.failSync = null;
    bench.settleAll();
    assertThat(bench.rejects.lines()).hasSize(1);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1, 1, 0, 0, 0));
  }

  @Test
  void theTotalsOfEveryCommitAreThoseOfItsPosition() {
    for (int i = 0; i < 20_000; i++) {
      bench.feed.add(reading("m" + i % 50, "t", i, i));
    }
    store.script = DrainTest::refuseSlowlyAtFirst;
    while (bench.feed.pendingUnits() > 0) {
      bench.step();
      assertThat(bench.drain.ledger().settled() + bench.feed.pendingUnits()).isEqualTo(20_000);
    }
    assertThat(bench.drain.ledger().quarantined()).isEqualTo(2 * 400 + 100);
  }

  /** Machine m7 holds up its lane in the first batch; m8 is refused by name. */
  private static Answer refuseSlowlyAtFirst(List<String> lines) {
    List<Answer.RefusedLine> named = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      long time = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
      if (names(line, "m7") && time < 5_000) {
        return new Answer.Refused(false, List.of(), "something is wrong");
      }
      if (names(line, "m8") || names(line, "m9")) {
        named.add(new Answer.RefusedLine(i, "no"));
      }
    }
    return named.isEmpty() ? STORED : new Answer.Refused(true, named, "x");
  }

  @Test
  void drainingGoesOnWhileTheCursorCannotBeWritten() {
    bench.feed.failCommit = new IOException("disk full");
    feed(6_000);
    bench.steps(200);
    assertThat(store.writes.stream().mapToInt(List::size).sum()).isEqualTo(6_000);
    assertThat(bench.drain.ledger().stored()).isZero();
    assertThat(bench.drain.uncommitted()).isEqualTo("disk full");
    bench.feed.failCommit = null;
    bench.settleAll();
    assertThat(bench.drain.ledger().stored()).isEqualTo(6_000);
    assertThat(bench.drain.uncommitted()).isEmpty();
  }

  @Test
  void whatIsWrongWithAStoreShowsAlsoWhileNothingIsWritten() {
    feed(1);
    bench.settleAll();
    store.fault = "a table is suspended";
    bench.steps(20);
    assertThat(bench.drain.condition().state()).isEqualTo(State.DOWN);
    assertThat(bench.drain.condition().detail()).isEqualTo("a table is suspended");
    store.fault = "";
    bench.steps(20);
    assertThat(bench.drain.condition().state()).isEqualTo(State.UP);
    assertThat(store.writes).hasSize(1);
  }

  @Test
  void aLogThatCannotBeReadHoldsTheDrainAndIsTriedAgain() {
    feed(1);
    bench.feed.failNext = new IOException("input/output error");
    bench.steps(5);
    assertThat(bench.drain.condition().state()).isEqualTo(State.HELD);
    bench.feed.failNext = null;
    bench.settleAll();
    assertThat(bench.drain.condition().state()).isEqualTo(State.UP);
  }

  @Test
  void aDrainIsHeldNoLongerThanItsLogAlsoWhereThereIsNothingToWrite() {
    feed(1);
    bench.settleAll();
    bench.feed.failNext = new IOException("input/output error");
    bench.steps(5);
    assertThat(bench.drain.condition().state()).isEqualTo(State.HELD);
    bench.feed.failNext = null;
    bench.steps(5);
    assertThat(bench.drain.condition().state()).isEqualTo(State.UP);
    assertThat(store.writes).hasSize(1);
  }

  @Test
  void beyondItsLagASinkGivesUpItsOldestAndKeepsTheRest() {
    Bench bounded = new Bench(store, Bench.config("history", 10, 2_000), bench.feed, bench.rejects);
    store.script = lines -> new Answer.Down("away");
    feed(300);
    bounded.steps(500);
    assertThat(bench.feed.pendingBytes()).isBetween(1_000L, 2_000L);
    assertThat(bounded.drain.ledger().dropped()).isPositive();
    store.script = lines -> STORED;
    bounded.settleAll();
    SinkTotals ledger = bounded.drain.ledger();
    assertThat(ledger.stored() + ledger.dropped()).isEqualTo(300);
    assertThat(store.writes.get(store.writes.size() - 1)).last().asString().contains("m299 ");
  }

  @Test
  void whatTheStoreHasIsNoLagAlsoWhereTheDiskDoesNotKeepThat() {
    Bench bounded = new Bench(store, Bench.config("history", 10, 2_000), bench.feed, bench.rejects);
    bench.feed.failCommit = new IOException("disk full");
    for (int i = 0; i < 30; i++) {
      feed(10);
      bounded.steps(20);
    }
    assertThat(bench.feed.pendingBytes()).isGreaterThan(2_000);
    assertThat(store.writes.stream().mapToInt(List::size).sum()).isEqualTo(300);
    bench.feed.failCommit = null;
    bounded.settleAll();
    assertThat(bounded.drain.ledger()).isEqualTo(new SinkTotals(300, 0, 0, 0, 0));
  }

  @Test
  void beyondItsLagASinkTriesADiskThatRefusesOnceASecond() {
    Bench bounded = new Bench(store, Bench.config("history", 10, 2_000), bench.feed, bench.rejects);
    bench.feed.failCommit = new IOException("disk full");
    feed(100);
    bounded.steps(100);
    store.script = lines -> new Answer.Down("away");
    feed(300);
    int before = bench.feed.commitsTried;
    long from = bounded.time.elapsedNs();
    bounded.steps(500);
    long seconds = Duration.ofNanos(bounded.time.elapsedNs() - from).toSeconds();
    assertThat(bench.feed.commitsTried - before).isBetween(1, (int) seconds + 1);
    bench.feed.failCommit = null;
    bounded.steps(500);
    assertThat(bench.feed.pendingBytes()).isBetween(1_000L, 2_000L);
    store.script = lines -> STORED;
    bounded.settleAll();
    SinkTotals ledger = bounded.drain.ledger();
    assertThat(ledger.dropped()).isPositive();
    assertThat(ledger.stored() + ledger.dropped()).isEqualTo(400);
  }

  @Test
  void whatWaitedWhileNothingWasDrainedIsAsOldAsItsReceipt() {
    feed(1);
    bench.time.advance(Duration.ofHours(1).toNanos());
    store.script = lines -> new Answer.Down("refused");
    bench.steps(5);
    assertThat(bench.drain.lagSeconds()).isBetween(3_600.0, 3_700.0);
  }

  /** As what is replayed from the quarantine: it keeps the time of its first arrival. */
  @Test
  void whatComesToTheLogLongAfterItsReceiptHasWaitedOnlySinceThen() {
    bench.time.advance(Duration.ofHours(1).toNanos());
    bench.step();
    store.script = lines -> new Answer.Down("refused");
    feed(1);
    bench.steps(5);
    assertThat(bench.drain.lagSeconds()).isBetween(0.1, 60.0);
    bench.time.advance(Duration.ofMinutes(10).toNanos());
    assertThat(bench.drain.lagSeconds()).isBetween(600.0, 660.0);
    store.script = lines -> STORED;
    bench.settleAll();
    assertThat(bench.drain.lagSeconds()).isZero();
  }

  @Test
  void stoppingDrainsWhatIsThereAndCommits() {
    feed(7_000);
    bench.drain.requestStop(Duration.ofSeconds(10));
    while (!bench.drain.hasEnded()) {
      bench.step();
    }
    assertThat(bench.feed.pendingUnits()).isZero();
    assertThat(bench.drain.ledger().stored()).isEqualTo(7_000);
  }

  @Test
  void stoppingDoesNotWaitForAStoreThatIsAway() {
    feed(10);
    store.script = lines -> new Answer.Down("away");
    bench.steps(5);
    bench.drain.requestStop(Duration.ofHours(1));
    long before = bench.time.elapsedNs();
    while (!bench.drain.hasEnded()) {
      bench.step();
    }
    assertThat(bench.time.elapsedNs() - before).isLessThan(Duration.ofMinutes(1).toNanos());
    assertThat(bench.feed.pendingUnits()).isEqualTo(10);
  }

  @Test
  void theThreadsDrainAndEndAtAStop() {
    MemoryFeed feed = new MemoryFeed();
    Drain drain =
        new Drain(
            Bench.config("history", 100, 0),
            store,
            "readings",
            feed,
            bench.rejects,
            io.weir.gateway.log.Time.SYSTEM,
            Bench.COMMIT_EVERY,
            bench.meters);
    drain.start(Bench::thread);
    for (int i = 0; i < 1_000; i++) {
      feed.add(reading("m" + i, "t", i, i));
    }
    assertThat(drain.stop(Duration.ofSeconds(30))).isTrue();
    assertThat(drain.ledger().stored()).isEqualTo(1_000);
    Awaitility.await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().endsWith("history-readings")));
  }

  @Test
  void aWriteThatHangsDoesNotHoldBackAStopOrAnotherDrain() {
    CountDownLatch release = new CountDownLatch(1);
    store.script =
        lines -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return STORED;
        };
    MemoryFeed feed = new MemoryFeed();
    feed.add(reading("m", "t", 1, 1));
    Drain hanging = drain(store, feed);
    hanging.start(Bench::thread);
    Scripted well = new Scripted();
    MemoryFeed other = new MemoryFeed();
    other.add(reading("m", "t", 1, 1));
    Drain free = drain(well, other);
    free.start(Bench::thread);
    Awaitility.await().until(() -> other.pendingUnits() == 0);
    assertThat(hanging.stop(Duration.ofMillis(100))).isFalse();
    assertThat(feed.pendingUnits()).isEqualTo(1);
    free.stop(Duration.ofSeconds(5));
    release.countDown();
  }

  private Drain drain(Sink sink, MemoryFeed feed) {
    return new Drain(
        Bench.config("history", 100, 0),
        sink,
        "readings",
        feed,
        bench.rejects,
        io.weir.gateway.log.Time.SYSTEM,
        Bench.COMMIT_EVERY,
        new io.micrometer.core.instrument.simple.SimpleMeterRegistry());
  }

  @Test
  void theLedgerStandsInTheMeters() {
    feed(3);
    store.script = lines -> new Answer.Refused(true, List.of(new Answer.RefusedLine(0, "no")), "x");
    bench.settleAll();
    Map<String, Double> ledger = new TreeMap<>();
    bench
        .meters
        .find(MeterNames.SINK_LEDGER)
        .gauges()
        .forEach(gauge -> ledger.put(gauge.getId().getTag("state"), gauge.value()));
    assertThat(ledger)
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "stored",
                    2.0,
                    "sent",
                    0.0,
                    "thinned",
                    0.0,
                    "quarantined",
                    1.0,
                    "withheld",
                    0.0,
                    "dropped",
                    0.0,
                    "corrupt",
                    0.0)));
    assertThat(bench.meters.get(MeterNames.SINK_PENDING).gauge().value()).isZero();
    assertThat(
            bench.meters.get(MeterNames.SINK_WRITE_TIME).tag("outcome", "refused").timer().count())
        .isEqualTo(1);
  }
}
