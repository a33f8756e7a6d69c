package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.SinkConfig.Precision;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.sink.weir.Rates;
import io.weir.gateway.sink.weir.Selection;
import io.weir.gateway.sink.weir.WeirSinkConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** New readings go first after an outage, and in the end the last value of the log stands. */
@Tag("slow")
class LiveFirstTest {

  private static final Answer STORED = new Answer.Stored();
  private static final long WRITE_NS = Duration.ofMillis(50).toNanos();

  /** A store that keeps the last value of each identity; a write takes 50 ms. */
  private static final class Store implements LineSink {
    final Map<String, String> values = new HashMap<>();
    final StepTime time;
    boolean up = true;
    double failing;
    Random random = new Random(0);
    int lines;

    Store(StepTime time) {
      this.time = time;
    }

    @Override
    public String name() {
      return "history";
    }

    @Override
    public Dialect dialect() {
      return new Dialect(Precision.NS, true, false);
    }

    @Override
    public Answer write(LineTexts batch) {
      time.advance(WRITE_NS);
      if (!up || random.nextDouble() < failing) {
        return new Answer.Down("away");
      }
      List<Answer.RefusedLine> refused = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        String line = batch.get(i);
        if (line.contains("=1313.5 ")) {
          refused.add(new Answer.RefusedLine(i, "unlucky"));
        } else {
          values.put(identity(line), line);
          lines++;
        }
      }
      return refused.isEmpty() ? STORED : new Answer.Refused(true, refused, "some");
    }

    static String identity(String line) {
      return line.substring(0, line.indexOf('=', line.indexOf(' ')))
          + line.substring(line.lastIndexOf(' '));
    }

    @Override
    public void close() {
      // nothing is held
    }
  }

  /**
   * The same as a stream that passes over what it knows, and of which an answer may be lost. What
   * came before its turn it stores again only where it is told to.
   */
  private static final class Knowing implements StreamSink {
    final Store store;
    final Set<String> inTurn = new HashSet<>();
    final Set<String> ahead = new HashSet<>();
    boolean takesAhead = true;

    Knowing(Store store) {
      this.store = store;
    }

    @Override
    public String name() {
      return store.name();
    }

    @Override
    public Dialect dialect() {
      return store.dialect();
    }

    @Override
    public boolean takesAhead(String log) {
      return takesAhead;
    }

    @Override
    public Answer write(String log, List<? extends Entry> entries) {
      List<Entry> fresh = new ArrayList<>();
      for (Entry each : entries) {
        if (!inTurn.contains(place(each)) && (!ahead.contains(place(each)) || each.isToStand())) {
          fresh.add(each);
        }
      }
      return stored(entries, fresh, inTurn);
    }

    @Override
    public Answer writeAhead(String log, long since, List<? extends Entry> entries) {
      List<Entry> fresh = new ArrayList<>();
      for (Entry each : entries) {
        assertThat(each.offset()).isGreaterThanOrEqualTo(since);
        if (!inTurn.contains(place(each)) && !ahead.contains(place(each))) {
          fresh.add(each);
        }
      }
      return stored(entries, fresh, ahead);
    }

    private Answer stored(List<? extends Entry> all, List<Entry> fresh, Set<String> known) {
      store.time.advance(WRITE_NS);
      if (!store.up) {
        return new Answer.Down("away");
      }
      List<Answer.RefusedLine> refused = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        Entry entry = all.get(i);
        if (entry.line().contains("=1313.5 ")) {
          refused.add(new Answer.RefusedLine(i, "unlucky"));
        } else if (fresh.contains(entry)) {
          store.values.put(Store.identity(entry.line()), entry.line());
          store.lines++;
          known.add(place(entry));
        }
      }
      if (store.random.nextDouble() < store.failing) {
        return new Answer.Down("the answer is lost");
      }
      return refused.isEmpty() ? STORED : new Answer.Refused(true, refused, "some");
    }

    private static String place(Entry entry) {
      return entry.offset() + "/" + entry.index();
    }

    @Override
    public void close() {
      // nothing is held
    }
  }

  private static WeirSinkConfig gateway() {
    return new WeirSinkConfig(
        new SinkCommon(
            "history",
            Bench.config("history", 8, 0).batch(),
            SinkConfig.Start.OLDEST,
            0,
            SinkConfig.Replay.DEFAULT),
        "edge",
        URI.create("https://127.0.0.1:1"),
        new TlsFiles(null, null, null),
        null,
        Duration.ofSeconds(1),
        Selection.ALL,
        new Rates(ZoneOffset.UTC, List.of()));
  }

  private final MemoryFeed feed = new MemoryFeed();
  private final MemoryRejects rejects = new MemoryRejects();
  private StepTime time = new StepTime();
  private Store store = new Store(time);
  private Drain drain = drain(SinkConfig.Replay.DEFAULT, 100);

  private Drain drain(SinkConfig.Replay replay, int maxLines) {
    InfluxConfig config =
        StoreConfig.of(1, StoreConfig.NOWHERE, "db").maxLines(maxLines).replay(replay).make();
    return new Drain(
        config,
        store,
        "readings",
        feed,
        rejects,
        time,
        Bench.COMMIT_EVERY,
        new io.micrometer.core.instrument.simple.SimpleMeterRegistry());
  }

  private void step() {
    time.advance(Math.max(1_000, drain.step()));
  }

  private void settleAll() {
    for (int i = 0; feed.pendingUnits() > 0; i++) {
      assertThat(i).as("%s pending", feed.pendingUnits()).isLessThan(200_000);
      step();
    }
  }

  /** Seconds from the store's return until a reading of that moment is stored. */
  private double secondsUntilNew() {
    store.up = false;
    for (int i = 0; i < 20_000; i++) {
      feed.add(reading("m" + i % 50, "t", i, i));
    }
    feed.weight = 1_000;
    for (int i = 0; i < 20; i++) {
      step();
    }
    store.up = true;
    while (store.values.isEmpty()) {
      step();
    }
    long back = time.elapsedNs();
    feed.add(reading("new", "t", 1, 1_000_000));
    while (store.values.keySet().stream().noneMatch(key -> key.contains("machine=new"))) {
      step();
    }
    return (time.elapsedNs() - back) / 1e9;
  }

  @Test
  void aNewReadingIsStoredWithinTwoSecondsOfTheStoresReturn() {
    assertThat(secondsUntilNew()).isLessThan(2);
    settleAll();
    assertThat(store.values).hasSize(20_001);
    assertThat(drain.ledger()).isEqualTo(new SinkTotals(20_001, 0, 0, 0, 0));
  }

  @Test
  void inOrderTheNewReadingWaitsForAllBeforeIt() {
    drain = drain(new SinkConfig.Replay(false, 0.5), 100);
    assertThat(secondsUntilNew()).isGreaterThan(5);
  }

  @Test
  void whatWasSentFirstIsNotSentAgainUnlessAnOlderValueCameAfterIt() {
    secondsUntilNew();
    int sent = 0;
    for (; sent < 150; sent++) {
      feed.add(reading("m" + sent % 50, "t", sent, 100_000 + sent));
      step();
    }
    settleAll();
    assertThat(sent).isGreaterThan(100);
    assertThat(store.lines).as("each once").isLessThan(20_001 + sent + 200);
    assertThat(drain.ledger().stored()).isEqualTo(20_001 + sent);
  }

  @Test
  void whatWasNotReadAmongTheRecordsSentFirstIsSentInItsTurn() {
    secondsUntilNew();
    feed.hideFromTails(feed.size());
    feed.add(reading("hidden", "t", 7, 2_000_000));
    feed.addAfterLoss(List.of(reading("m1", "t", 8, 2_000_001)), 0, 0);
    settleAll();
    assertThat(store.values.values()).anyMatch(line -> line.contains("machine=hidden"));
    assertThat(drain.ledger()).isEqualTo(new SinkTotals(20_003, 0, 0, 0, 0));
  }

  @Test
  void aBackfillThatGainsNothingIsReported() {
    drain = drain(SinkConfig.Replay.DEFAULT, 5); // 100 a second
    secondsUntilNew();
    assertThat(drain.backfillStuckSeconds()).isLessThan(10);
    for (int second = 0; second < 140; second++) { // as many as the store takes, or more
      for (int i = 0; i < 100; i++) {
        feed.add(reading("m" + i % 50, "t", i, 1_000_000L + second * 100L + i));
      }
      long end = time.elapsedNs() + Duration.ofSeconds(1).toNanos();
      while (time.elapsedNs() < end) {
        time.advance(Duration.ofMillis(10).toNanos());
        drain.step();
      }
    }
    assertThat(drain.backfillStuckSeconds()).isGreaterThan(120);
    settleAll();
    assertThat(drain.backfillStuckSeconds()).isZero();
  }

  /** Outages, crashes and revisions of the same instants, anywhere. */
  @Test
  void inTheEndTheLastValueOfTheLogStandsAndEveryReadingIsCounted() {
    theLastValueStands(false);
  }

  @Test
  void theLastValueStandsAlsoInAStreamThatPassesOverWhatItKnows() {
    theLastValueStands(true);
  }

  private void theLastValueStands(boolean knowing) {
    int aheads = 0;
    for (int seed = 0; seed < 150; seed++) {
      Random random = new Random(seed);
      MemoryFeed log = new MemoryFeed();
      log.weight = 20_000;
      MemoryRejects aside = new MemoryRejects();
      time = new StepTime();
      store = new Store(time);
      store.random = random;
      Sink sink = knowing ? new Knowing(store) : store;
      SinkConfig config = knowing ? gateway() : Bench.config("history", 8, 0);
      LiveFirstRun run = new LiveFirstRun(config, sink, log, aside, random);
      aheads += run.play();
      Map<String, String> wrong = new HashMap<>(run.expected);
      wrong.entrySet().removeAll(store.values.entrySet());
      wrong.replaceAll((key, value) -> value + ", and the store has " + store.values.get(key));
      assertThat(wrong).as("seed %d", seed).isEmpty();
      assertThat(store.values).hasSameSizeAs(run.expected);
      assertThat(run.drain.ledger().settled()).as("seed %d", seed).isEqualTo(log.offered());
      assertThat(run.drain.balance().unexplained()).as("seed %d", seed).isZero();
      assertThat(aside.readings()).as("seed %d", seed).isEqualTo(run.unlucky);
    }
    assertThat(aheads).as("commits with records sent ahead").isGreaterThan(100);
  }

  /** One play of a seed. */
  private final class LiveFirstRun {
    final SinkConfig config;
    final Sink sink;
    final MemoryFeed log;
    final MemoryRejects aside;
    final Random random;
    final Map<String, String> expected = new HashMap<>();
    int unlucky;
    Drain drain;

    LiveFirstRun(SinkConfig config, Sink sink, MemoryFeed log, MemoryRejects aside, Random random) {
      this.config = config;
      this.sink = sink;
      this.log = log;
      this.aside = aside;
      this.random = random;
      this.drain = open();
    }

    private Drain open() {
      return new Drain(
          config,
          sink,
          "readings",
          log,
          aside,
          time,
          Bench.COMMIT_EVERY,
          new io.micrometer.core.instrument.simple.SimpleMeterRegistry());
    }

    int play() {
      int aheads = 0;
      for (int i = 0; i < 400; i++) {
        add(i);
        if (random.nextInt(60) == 0) {
          store.up = !store.up;
        }
        if (random.nextInt(100) == 0) {
          store.failing = random.nextInt(3) == 0 ? 0.2 : 0;
        }
        if (random.nextInt(120) == 0) { // the process dies
          log.crash();
          aside.crash();
          drain = open();
        }
        for (int steps = random.nextInt(store.up ? 4 : 2); steps > 0; steps--) {
          time.advance(Math.max(1_000, drain.step()));
        }
        aheads += log.doneAbove().isEmpty() ? 0 : 1;
      }
      store.up = true;
      store.failing = 0;
      for (int i = 0; log.pendingUnits() > 0; i++) {
        if (i > 100_000) {
          throw new AssertionError("not settled: " + log.pendingUnits() + " pending");
        }
        time.advance(Math.max(1_000, drain.step()));
      }
      return aheads;
    }

    private void add(int i) {
      // most instants are new, some are revisions of instants shortly before
      long at = random.nextInt(3) == 0 ? Math.max(0, i - random.nextInt(60)) : i;
      String machine = "m" + random.nextInt(5);
      double value = random.nextInt(40) == 0 ? 1313.5 : 100 + i;
      Reading reading = reading(machine, random.nextBoolean() ? "t" : "u", value, at);
      log.add(reading);
      if (value == 1313.5) {
        unlucky++;
        return;
      }
      String line =
          "telemetry,site=s,machine=%s %s=%s %d"
              .formatted(machine, reading.metric(), ((Value.Real) reading.value()).value(), at);
      expected.put(Store.identity(line), line);
    }
  }

  @Test
  void aStreamThatTakesNothingBeforeItsTurnAnyMoreGetsAllInOrder() {
    MemoryFeed log = new MemoryFeed();
    Knowing stream = new Knowing(store);
    drain =
        new Drain(
            gateway(),
            stream,
            "readings",
            log,
            rejects,
            time,
            Bench.COMMIT_EVERY,
            new io.micrometer.core.instrument.simple.SimpleMeterRegistry());
    for (int i = 0; i < 2_000; i++) {
      log.add(reading("m" + i % 50, "t", i, i));
    }
    log.weight = 1_000;
    while (stream.ahead.isEmpty()) {
      log.add(reading("new", "t", log.size(), log.size()));
      step();
    }
    stream.takesAhead = false;
    for (int i = 0; log.pendingUnits() > 0; i++) {
      assertThat(i).isLessThan(10_000);
      step();
    }
    assertThat(store.values).hasSize(log.size());
    assertThat(store.lines).as("each once").isEqualTo(log.size());
    assertThat(stream.inTurn.size() + stream.ahead.size()).isEqualTo(log.size());
  }

  @Test
  void aCommitThatFailsDoesNotForgetWhatWasSentFirst() throws IOException {
    secondsUntilNew();
    feed.failCommit = new IOException("disk full");
    for (int i = 0; i < 50; i++) {
      step();
    }
    feed.failCommit = null;
    settleAll();
    assertThat(drain.ledger().stored()).isEqualTo(20_001);
  }
}
