package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.series;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.Soak;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.AssetFilter;
import io.weir.gateway.model.NamePattern;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.SinkConfig.Precision;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.sink.thin.Aggregate;
import io.weir.gateway.sink.thin.Method;
import io.weir.gateway.sink.thin.ThinRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A drain that thins: the store ends as the log says, and each reading is counted once. */
class ThinnedDrainTest {

  private static final long S = TimeUnit.SECONDS.toNanos(1);
  private static final long WINDOW = 10 * S;
  private static final long LATE = 25 * S;

  /** A multiple of all windows. */
  private static final long T0 = 1_700_000_000L / 86_400 * 86_400 * S;

  private static final List<ThinRule> WINDOWS =
      List.of(
          rule("plain*", new Method.Every(1_000_000)),
          rule(
              "*",
              new Method.Window(
                  WINDOW, List.of(Aggregate.MEAN, Aggregate.MAX, Aggregate.COUNT), LATE)));

  static ThinRule rule(String metric, Method method) {
    return new ThinRule(AssetFilter.ALL, List.of(), List.of(NamePattern.ofName(metric)), method);
  }

  static InfluxConfig config(int maxLines, long maxLag, List<ThinRule> thin) {
    return StoreConfig.of(1, StoreConfig.NOWHERE, "db")
        .maxLines(maxLines)
        .maxLag(maxLag)
        .thin(thin)
        .make();
  }

  private static Reading number(String machine, String metric, double value, long timeNs) {
    return MemoryFeed.reading(machine, metric, value, timeNs);
  }

  /** A store that keeps the last value of each field and instant, as InfluxDB does. */
  private static class Store implements LineSink {
    final Map<String, String> values = new HashMap<>();
    final List<String> lines = new ArrayList<>();
    Random random = new Random(0);
    double failing;
    double refusing;
    final Set<String> refused = new java.util.HashSet<>();

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
      if (random.nextDouble() < failing) {
        return new Answer.Down("away");
      }
      List<Answer.RefusedLine> bad = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        String line = batch.get(i);
        String place = line.substring(0, line.indexOf(' ')) + line.substring(line.lastIndexOf(' '));
        if (Math.floorMod(place.hashCode(), 1_000) < refusing * 1_000) {
          bad.add(new Answer.RefusedLine(i, "unlucky"));
          refused.add(place);
        } else {
          keep(line);
        }
      }
      return bad.isEmpty() ? new Answer.Stored() : new Answer.Refused(true, bad, "some");
    }

    private void keep(String line) {
      lines.add(line);
      int fields = line.indexOf(' ');
      int instant = line.lastIndexOf(' ');
      for (String each : line.substring(fields + 1, instant).split(",")) {
        int value = each.indexOf('=');
        values.put(
            line.substring(0, fields + 1) + each.substring(0, value) + line.substring(instant),
            each.substring(value + 1));
      }
    }

    @Override
    public void close() {
      // nothing is held
    }
  }

  private final MemoryFeed feed = new MemoryFeed();
  private final MemoryRejects rejects = new MemoryRejects();
  private final StepTime time = new StepTime();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private Drain drain(Sink sink, List<ThinRule> thin, int maxLines) {
    return new Drain(
        config(maxLines, 0, thin),
        sink,
        "readings",
        feed,
        rejects,
        time,
        Bench.COMMIT_EVERY,
        meters);
  }

  private void settle(Drain drain) {
    for (int i = 0; feed.pendingUnits() > 0; i++) {
      assertThat(i).as("%s pending", feed.pendingUnits()).isLessThan(100_000);
      time.advance(Math.max(1_000, drain.step()));
    }
  }

  @Test
  void aMinuteBecomesALineAndItsReadingsAreThinned() {
    Store store = new Store();
    Drain drain = drain(store, WINDOWS, 100);
    for (int second = 0; second < 21; second++) {
      feed.add(number("m", "t", second, T0 + second * S));
    }
    settle(drain);
    assertThat(store.lines)
        .containsExactly(
            "telemetry,site=s,machine=m t=4.5,t_max=9.0,t_count=10i " + T0,
            "telemetry,site=s,machine=m t=14.5,t_max=19.0,t_count=10i " + (T0 + WINDOW));
    assertThat(drain.ledger()).isEqualTo(new SinkTotals(2, 0, 0, 0, 0, 0, 18));
    assertThat(drain.pending()).as("in the open window").isEqualTo(1);
    assertThat(drain.balance())
        .isEqualTo(new SinkBalance(new SinkTotals(2, 0, 0, 0, 0, 0, 18), 21, 1));
    assertThat(drain.balance().unexplained()).isZero();
    assertThat(SinkBalance.ofCursor(feed.state(), feed.committedUnits(), feed.offered()))
        .isEqualTo(drain.balance());
    assertThat(meters.find(MeterNames.SINK_LEDGER).tag("state", "thinned").gauge().value())
        .isEqualTo(18);
  }

  @Test
  void aRowThatIsRefusedTakesAllItsReadingsWithIt() {
    Store store = new Store();
    store.refusing = 1;
    Drain drain = drain(store, WINDOWS, 100);
    for (int second = 0; second < 11; second++) {
      feed.add(number("m", "t", second, T0 + second * S));
    }
    settle(drain);
    assertThat(drain.ledger()).isEqualTo(new SinkTotals(0, 10, 0, 0, 0));
    assertThat(rejects.readings()).isEqualTo(10);
  }

  @Test
  void aFieldThatIsRefusedLeavesTheReadingsWithTheOthers() {
    List<String> written = new ArrayList<>();
    LineSink store =
        new Store() {
          @Override
          public Answer write(LineTexts batch) {
            if (batch.get(0).contains("t_max")) {
              FieldOfStore field = new FieldOfStore("telemetry", "t_max", Value.Type.FLOAT);
              return new Answer.Refused(
                  false, List.of(), List.of(new Answer.RefusedField(field, "is text")), "types");
            }
            written.addAll(batch);
            return new Answer.Stored();
          }
        };
    Drain drain = drain(store, WINDOWS, 100);
    for (int second = 0; second < 11; second++) {
      feed.add(number("m", "t", second, T0 + second * S));
    }
    settle(drain);
    assertThat(written).containsExactly("telemetry,site=s,machine=m t=4.5,t_count=10i " + T0);
    assertThat(drain.ledger()).isEqualTo(new SinkTotals(1, 0, 0, 0, 0, 0, 9));
    assertThat(rejects.entries()).hasSize(1);
  }

  @Test
  void twoMetricsOfOneWindowAreTwoLinesSoThatEachIsReplacedAsAWhole() {
    Store store = new Store();
    Drain drain = drain(store, WINDOWS, 100);
    feed.add(number("m", "a", 1, T0), number("m", "b", 2, T0));
    feed.add(number("m", "a", 1, T0 + WINDOW), number("m", "b", 2, T0 + WINDOW));
    settle(drain);
    assertThat(store.lines).hasSize(2);
  }

  @Test
  void whatIsTooLateIsCountedByAMeter() {
    Store store = new Store();
    Drain drain = drain(store, WINDOWS, 100);
    feed.add(number("m", "t", 1, T0 + 100 * S));
    feed.add(number("m", "t", 2, T0));
    settle(drain);
    assertThat(store.lines).containsExactly("telemetry,site=s,machine=m t_late=2.0 " + T0);
    assertThat(meters.get(MeterNames.SINK_THIN_LATE).counter().count()).isEqualTo(1);
    assertThat(drain.ledger().stored()).isEqualTo(1);
  }

  @Test
  void withoutRulesWhatWasHeldIsSentAndTheStateIsEmptyAgain() {
    Drain drain = drain(new Store(), WINDOWS, 100);
    feed.add(number("m", "t", 1, T0));
    settle(drain);
    Store store = new Store();
    Drain plain = drain(store, List.of(), 100);
    feed.add(number("m", "u", 5, T0 + S));
    settle(plain);
    assertThat(store.values).hasSize(4);
    assertThat(plain.ledger().settled()).isEqualTo(2);
    assertThat(DrainState.fromBytes(feed.state(), 0).thin().hasRemaining()).isFalse();
  }

  @Test
  void withoutRulesTheCursorHasTheFormatOfBefore() {
    Drain drain = drain(new Store(), List.of(), 100);
    feed.add(number("m", "t", 1, T0));
    settle(drain);
    assertThat(feed.state()[0]).isEqualTo((byte) 3);
  }

  // ---- Crashes

  /** What a log of many series has, late and of all qualities; the same for a seed. */
  private static final class Plant {
    final Random random;
    final List<List<Reading>> records = new ArrayList<>();
    final Series[] machines = new Series[4];
    final long[] atNs = new long[machines.length];
    double next;

    Plant(int seed, int count) {
      random = new Random(seed);
      for (int i = 0; i < machines.length; i++) {
        machines[i] = series("telemetry", "m" + i);
        atNs[i] = T0 + random.nextInt(20) * S;
      }
      for (int i = 0; i < count; i++) {
        records.add(record(random.nextInt(machines.length)));
      }
      for (int i = 0; i < machines.length; i++) {
        atNs[i] += 1_000 * S;
        records.add(List.of(of(i, "a", 0), of(i, "b", 0)));
      }
    }

    private List<Reading> record(int machine) {
      atNs[machine] += random.nextInt(3) * S + random.nextInt(1_000) + 1;
      long late = random.nextInt(4) == 0 ? random.nextInt(60) * S : 0;
      List<Reading> readings = new ArrayList<>();
      readings.add(of(machine, "a", late));
      if (random.nextBoolean()) {
        readings.add(of(machine, "b", late));
      }
      if (random.nextInt(5) == 0) {
        readings.add(of(machine, "plain" + random.nextInt(3), 0));
      }
      if (random.nextInt(10) == 0) {
        Value word = new Value.Text(random.nextBoolean() ? "RUN" : "IDLE");
        readings.add(MemoryFeed.reading(machines[machine], "state", word, atNs[machine]));
      }
      return readings;
    }

    private Reading of(int machine, String metric, long lateNs) {
      Quality quality =
          random.nextInt(8) > 0
              ? Quality.GOOD
              : random.nextBoolean() ? Quality.BAD : Quality.UNCERTAIN;
      next += 1;
      return new Reading(
          machines[machine],
          metric,
          new Value.Real(next),
          atNs[machine] - lateNs,
          quality,
          quality == Quality.GOOD ? null : "doubt");
    }

    /** What the store must have of the windows of a and b, but for the last of each. */
    Map<String, String> expected() {
      Map<String, List<Double>> windows = new TreeMap<>();
      Map<String, Long> newest = new HashMap<>();
      Map<String, String> expected = new TreeMap<>();
      for (List<Reading> record : records) {
        for (Reading each : record) {
          if (!each.metric().equals("a") && !each.metric().equals("b")) {
            continue;
          }
          String of = each.series().asset().machine() + each.metric();
          long start = each.timeNs() - Math.floorMod(each.timeNs(), WINDOW);
          long seen = newest.getOrDefault(of, Long.MIN_VALUE / 2);
          if (start < seen - LATE - Math.floorMod(seen - LATE, WINDOW)) {
            expected.put(
                place(each) + ' ' + each.metric() + "_late " + each.timeNs(), text(each.value()));
            continue;
          }
          newest.put(of, Math.max(seen, each.timeNs()));
          if (each.timeNs() < T0 + 1_000 * S) {
            windows
                .computeIfAbsent(
                    place(each) + ' ' + each.metric() + ' ' + start, k -> new ArrayList<>())
                .add(((Value.Real) each.value()).value());
          }
        }
      }
      windows.forEach(
          (window, values) -> {
            double mean = 0;
            double most = values.get(0);
            int count = 0;
            for (double value : values) {
              count++;
              mean += value / count - mean / count;
              most = Math.max(most, value);
            }
            int time = window.lastIndexOf(' ');
            expected.put(window, text(new Value.Real(mean)));
            String head = window.substring(0, time);
            expected.put(head + "_max" + window.substring(time), text(new Value.Real(most)));
            expected.put(head + "_count" + window.substring(time), count + "i");
          });
      return expected;
    }

    private static String place(Reading reading) {
      return (reading.quality() == Quality.BAD ? "telemetry_bad" : "telemetry")
          + ",site=s,machine="
          + reading.series().asset().machine()
          + (reading.quality() == Quality.UNCERTAIN ? ",quality=uncertain" : "");
    }

    private static String text(Value value) {
      String line =
          new LineProtocol(new Sink.Dialect(Precision.NS, true, false))
              .line(new Row("m", List.of(), List.of(new Row.Field("f", value)), 0, null));
      return line.substring(line.indexOf('=') + 1, line.lastIndexOf(' '));
    }
  }

  /** One play of a plant into a store, the process killed on the way. */
  private static final class Play {
    final MemoryFeed log = new MemoryFeed();
    final MemoryRejects aside = new MemoryRejects();
    final StepTime time = new StepTime();
    final Plant plant;
    final Sink store;
    final List<ThinRule> thin;
    int maxLines = 7;
    int steps;
    Drain drain;

    Play(Plant plant, Sink store, List<ThinRule> thin) {
      this.plant = plant;
      this.store = store;
      this.thin = thin;
      log.receiveStepNs = S;
      this.drain = open();
    }

    Drain open() {
      return new Drain(
          config(maxLines, 0, thin),
          store,
          "readings",
          log,
          aside,
          time,
          Bench.COMMIT_EVERY,
          new SimpleMeterRegistry());
    }

    void kill() {
      log.crash();
      drain = open();
    }

    /** Feeds and steps to the end; after each step a chance to kill. */
    void run(java.util.function.IntPredicate kills) {
      int fed = 0;
      while (fed < plant.records.size() || log.pendingUnits() > 0) {
        if (fed < plant.records.size()) {
          log.add(plant.records.get(fed++));
        }
        time.advance(Math.max(100_000_000, drain.step()));
        assertThat(drain.balance().unexplained()).isZero();
        if (kills.test(steps++)) {
          kill();
        }
        assertThat(steps).isLessThan(200_000);
      }
      assertThat(drain.balance().unexplained()).isZero();
      assertThat(drain.ledger().settled() + drain.pending()).isEqualTo(log.offered());
    }
  }

  private static Map<String, String> windows(Store store) {
    Map<String, String> found = new TreeMap<>(store.values);
    found.keySet().removeIf(key -> key.contains(" plain") || key.contains(" state"));
    return found;
  }

  @Test
  void killedAfterAnyStepTheStoreEndsAsTheLogSays() {
    Plant plant = new Plant(7, 120);
    int steps = 1;
    for (int at = 0; at < steps; at++) {
      Store store = new Store();
      Play play = new Play(plant, store, WINDOWS);
      int kill = at;
      play.run(step -> step == kill);
      steps = play.steps;
      assertThat(windows(store)).as("killed after step %d", at).isEqualTo(plant.expected());
    }
    assertThat(steps).isGreaterThan(120);
  }

  @Test
  void killedOftenWithAStoreThatFailsTheStoreEndsAsTheLogSays() {
    for (int seed = 0; seed < Soak.count(5, 60); seed++) {
      Plant plant = new Plant(seed, 400);
      Random random = new Random(seed);
      Store store = new Store();
      store.random = random;
      store.failing = 0.2;
      Play play = new Play(plant, store, WINDOWS);
      play.maxLines = 1 + random.nextInt(50);
      play.run(
          step -> {
            play.log.failCommit = random.nextInt(10) == 0 ? new IOException("full") : null;
            return random.nextInt(15) == 0;
          });
      assertThat(windows(store)).as("seed %d", seed).isEqualTo(plant.expected());
      SinkTotals totals = play.drain.ledger();
      assertThat(totals.thinned()).isPositive();
      assertThat(play.drain.pending()).as("the last window of each").isEqualTo(8);
    }
  }

  @Test
  void whatTheStoreRefusesIsSetAsideOnceAndTheRestAddsUp() {
    for (int seed = 0; seed < Soak.count(3, 30); seed++) {
      Plant plant = new Plant(seed, 300);
      Random random = new Random(seed);
      Store store = new Store();
      store.refusing = 0.1;
      Play play = new Play(plant, store, WINDOWS);
      play.run(step -> random.nextInt(20) == 0);
      Map<String, String> expected = plant.expected();
      expected
          .keySet()
          .removeIf(
              key ->
                  store.refused.contains(
                      key.substring(0, key.indexOf(' ')) + key.substring(key.lastIndexOf(' '))));
      assertThat(windows(store)).isEqualTo(expected);
      assertThat(play.aside.readings()).isEqualTo(play.drain.ledger().quarantined());
    }
  }

  /** A stream of which each entry says where it comes from: the same place is the same entry. */
  private static final class Stream implements StreamSink {
    final Map<String, String> entries = new TreeMap<>();
    Random random = new Random(0);
    @Nullable String changed;

    @Override
    public String name() {
      return "history";
    }

    @Override
    public Dialect dialect() {
      return new Dialect(Precision.NS, true, false);
    }

    @Override
    public Answer write(String log, List<? extends Entry> batch) {
      for (Entry each : batch) {
        if (random.nextInt(20) == 0) {
          return new Answer.Down("away");
        }
        String place = each.offset() + "/" + each.index();
        String before = entries.put(place, each.line());
        if (before != null && !before.equals(each.line())) {
          changed = place + " was " + before + " and is " + each.line();
        }
      }
      return new Answer.Stored();
    }

    @Override
    public void close() {
      // nothing is held
    }
  }

  @Test
  void aStreamGetsTheSameEntryAtAPlaceHoweverOftenItIsKilled() {
    List<List<ThinRule>> rules =
        List.of(
            WINDOWS,
            List.of(rule("*", new Method.SwingingDoor(20, false, 100 * S))),
            List.of(rule("*", new Method.Every(4))));
    for (int seed = 0; seed < Soak.count(5, 60); seed++) {
      List<ThinRule> thin = rules.get(seed % rules.size());
      Plant plant = new Plant(seed, 300);
      Stream calm = new Stream();
      Play once = new Play(plant, calm, thin);
      once.run(step -> false);
      Random random = new Random(seed);
      Stream killed = new Stream();
      killed.random = random;
      Play often = new Play(plant, killed, thin);
      often.run(step -> random.nextInt(10) == 0);
      assertThat(killed.changed).isNull();
      assertThat(killed.entries).as("seed %d", seed).isEqualTo(calm.entries);
      assertThat(often.drain.ledger()).isEqualTo(once.drain.ledger());
    }
  }

  // ---- A part of a log

  private static final class Given implements Portion {
    Share share = (source, series, timeNs, receivedNs) -> true;
    long othersStoredTo = ALL;
    int passedOver;

    @Override
    public Share share() {
      return share;
    }

    @Override
    public long othersStoredTo(Share held) {
      return othersStoredTo;
    }

    @Override
    public long completeToNs() {
      return NOTHING;
    }

    @Override
    public void settled(Share held, long offset, long receiveTimeNs) {
      // nobody asks
    }

    @Override
    public void passedOver(int readings) {
      passedOver += readings;
    }
  }

  @Test
  void whoTakesOverSendsTheWindowsThatTheOtherHadBegun() {
    for (int seed = 0; seed < 20; seed++) {
      Plant plant = new Plant(seed, 200);
      MemoryFeed log = new MemoryFeed();
      log.receiveStepNs = S;
      Store store = new Store();
      Given given = new Given();
      given.share = (source, series, timeNs, receivedNs) -> false;
      given.othersStoredTo = 1_700_000_000L * S + 2L * 100 * S;
      StepTime clock = new StepTime();
      Drain second =
          new Drain(
              config(5, 0, WINDOWS),
              store,
              "readings",
              log,
              new MemoryRejects(),
              clock,
              Bench.COMMIT_EVERY,
              new SimpleMeterRegistry(),
              given,
              new StoreProof());
      plant.records.forEach(log::add);
      for (int i = 0; i < 300; i++) {
        clock.advance(Math.max(1_000_000, second.step()));
        assertThat(second.balance().unexplained()).isZero();
      }
      assertThat(store.values).isEmpty();
      assertThat(log.committed()).as("as far as the other has stored it").isEqualTo(2L * 99 + 1);
      given.share = (source, series, timeNs, receivedNs) -> true;
      given.othersStoredTo = Portion.ALL;
      for (int i = 0; log.pendingUnits() > 0; i++) {
        assertThat(i).isLessThan(100_000);
        clock.advance(Math.max(1_000_000, second.step()));
      }
      assertThat(second.balance().unexplained()).isZero();
      Map<String, String> expected = plant.expected();
      windows(store).forEach((place, value) -> assertThat(expected).containsEntry(place, value));
      assertThat(windows(store)).as("most of them").hasSizeGreaterThan(expected.size() / 3);
    }
  }
}
