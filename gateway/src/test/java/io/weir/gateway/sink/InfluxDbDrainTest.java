package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static io.weir.gateway.sink.MemoryFeed.series;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Value;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.sink.Condition.State;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.sink.influx.InfluxSinks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A drain into a real InfluxDB 1.6.7. */
@Tag("server")
class InfluxDbDrainTest {

  @TempDir static Path folder;
  private static InfluxDb influx;

  private String database = "";
  private Sink sink;
  private Bench bench;

  @BeforeAll
  static void start() throws IOException {
    influx = new InfluxDb(folder.resolve("influx"));
    influx.start();
  }

  @AfterAll
  static void stop() {
    influx.close();
  }

  @BeforeEach
  void prepare(TestInfo test) {
    database = test.getTestMethod().orElseThrow().getName();
    influx.createDatabase(database);
    use(config(influx.url(), database));
  }

  @AfterEach
  void close() {
    sink.close();
  }

  private void use(StoreConfig store) {
    InfluxConfig config = store.make();
    sink = InfluxSinks.of(config);
    bench = new Bench(sink, config, new MemoryFeed(), new MemoryRejects());
  }

  private static StoreConfig config(String url, String database) {
    return StoreConfig.of(1, URI.create(url), database);
  }

  private void assertAddsUp() {
    SinkTotals ledger = bench.drain.ledger();
    assertThat(ledger.settled()).isEqualTo(bench.feed.offered());
    assertThat(ledger.quarantined()).isEqualTo(bench.rejects.readings());
  }

  @Test
  void everyReadingStandsInTheStoreAndAReplayChangesNothing() {
    for (int i = 0; i < 12_345; i++) {
      bench.feed.add(reading("m" + i % 7, "t", i, 1_000 + i));
    }
    bench.settleAll();
    assertThat(influx.count(database, "telemetry", "t")).isEqualTo(12_345);
    use(config(influx.url(), database));
    for (int i = 0; i < 12_345; i++) {
      bench.feed.add(reading("m" + i % 7, "t", i, 1_000 + i));
    }
    bench.settleAll();
    assertThat(influx.count(database, "telemetry", "t")).isEqualTo(12_345);
  }

  @Test
  void aTypeConflictIsSetAsideAndItsNeighboursAreStored() {
    bench.feed.add(reading("m", "t", 1.5, 1));
    bench.settleAll();
    for (int i = 2; i < 200; i++) {
      bench.feed.add(
          i == 77
              ? MemoryFeed.reading(series("telemetry", "m"), "t", new Value.Text("hot"), i)
              : reading("m", "t", i, i));
    }
    bench.settleAll();
    assertThat(bench.rejects.entries())
        .singleElement()
        .satisfies(
            entry ->
                assertThat(entry.detail())
                    .isEqualTo("field 't': the store holds it as float, the readings are string"));
    assertThat(influx.count(database, "telemetry", "t")).isEqualTo(198);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(198, 1, 0, 0, 0));
  }

  @Test
  void aBatchThatIsRefusedWholeTakesOneWrite() {
    bench.feed.add(reading("m", "t", 1.5, 1));
    bench.settleAll();
    for (int i = 2; i < 1_002; i++) {
      bench.feed.add(MemoryFeed.reading(series("telemetry", "m"), "t", new Value.Text("x"), i));
    }
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1, 1_000, 0, 0, 0));
    assertThat(bench.meters.get("weir.sink.write.time").tag("outcome", "refused").timer().count())
        .isEqualTo(1);
  }

  @Test
  void aLineThatIsTooOldIsFoundByItsAge() {
    influx.query(
        database,
        "CREATE RETENTION POLICY month ON " + database + " DURATION 30d REPLICATION 1 DEFAULT");
    long now = System.currentTimeMillis() * 1_000_000;
    for (int i = 0; i < 30_000; i++) {
      bench.feed.add(reading("m", "t", i, i % 1_000 == 333 ? i : now + i));
    }
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(29_970, 30, 0, 0, 0));
    assertThat(influx.count(database, "telemetry", "t")).isEqualTo(29_970);
    assertThat(bench.meters.get("weir.sink.write.time").tag("outcome", "stored").timer().count())
        .as("the others of each batch, in one write")
        .isLessThan(10);
    assertAddsUp();
  }

  @Test
  void aFieldThatTheStoreForbidsIsSetAside() {
    bench.feed.add(reading("m", "t", 1, 1), reading("m", "time", 1, 2), reading("m", "t", 1, 3));
    bench.settleAll();
    assertThat(influx.count(database, "telemetry", "t")).isEqualTo(2);
    assertThat(bench.rejects.lines()).singleElement().asString().contains(" time=");
    assertAddsUp();
  }

  @Test
  void aMissingDatabaseHoldsTheReadingsUntilItIsMade() {
    close();
    use(config(influx.url(), "notyet"));
    bench.feed.add(reading("m", "t", 1, 1));
    bench.steps(20);
    assertThat(bench.drain.condition().state()).isEqualTo(State.MISCONFIGURED);
    assertThat(bench.drain.condition().detail()).contains("database not found: \"notyet\"");
    assertThat(bench.feed.pendingUnits()).isEqualTo(1);
    influx.createDatabase("notyet");
    bench.settleAll();
    assertThat(influx.count("notyet", "telemetry", "t")).isEqualTo(1);
  }

  @Test
  void aMissingRetentionPolicyHoldsTheReadings() {
    close();
    use(config(influx.url(), database).retentionPolicy("month"));
    bench.feed.add(reading("m", "t", 1, 1));
    bench.steps(20);
    assertThat(bench.drain.condition().state()).isEqualTo(State.MISCONFIGURED);
    assertThat(bench.drain.condition().detail()).contains("retention policy not found");
  }

  @Test
  void aStoreThatRestartsInTheMiddleGetsEverything() throws IOException {
    InfluxDb own = new InfluxDb(folder.resolve("restarting"));
    try (own) {
      own.start();
      own.createDatabase(database);
      close();
      use(config(own.url(), database));
      for (int i = 0; i < 20_000; i++) {
        bench.feed.add(reading("m", "t", i, 1_000 + i));
      }
      while (bench.drain.condition().state() != State.UP) {
        bench.step();
      }
      assertThat(own.count(database, "telemetry", "t")).isBetween(1L, 19_999L);
      own.kill();
      while (!bench.drain.condition().detail().contains("Failed to connect")) {
        bench.step();
      }
      assertThat(bench.drain.condition().state()).isEqualTo(State.DOWN);

      own.start();
      bench.settleAll();
      assertThat(own.count(database, "telemetry", "t")).isEqualTo(20_000);
      assertThat(bench.rejects.entries()).isEmpty();
    }
  }

  @Test
  void aWrongPasswordHoldsTheReadings() throws IOException {
    InfluxDb guarded = new InfluxDb(folder.resolve("guarded"), true);
    try (guarded) {
      guarded.start();
      guarded.query("", "CREATE USER admin WITH PASSWORD 'right' WITH ALL PRIVILEGES");
      for (String password : List.of("wrong", "right")) {
        close();
        use(config(guarded.url(), database).user("admin", password));
        bench.feed.add(reading("m", "t", 1, 1));
        bench.steps(20);
        assertThat(bench.drain.condition().state()).isEqualTo(State.MISCONFIGURED);
        assertThat(bench.drain.condition().detail())
            .contains(password.equals("wrong") ? "HTTP 401" : "database not found");
        assertThat(bench.drain.condition().toString()).doesNotContain("right");
      }
    }
  }

  @Test
  void aBodyBeyondTheStoresLimitIsHalvedUntilItFits() {
    close();
    use(
        config(influx.url(), database)
            .batch(100_000, 100 << 20, Duration.ofMillis(1))
            .timeout(Duration.ofSeconds(30)));
    String long64k = "x".repeat(60_000);
    for (int i = 0; i < 600; i++) { // 36 MB; the store's limit is 25 MB
      bench.feed.add(
          MemoryFeed.reading(series("telemetry", "m"), "note", new Value.Text(long64k), 1 + i));
    }
    bench.settleAll();
    assertThat(influx.count(database, "telemetry", "note")).isEqualTo(600);
    assertThat(bench.meters.get("weir.sink.write.time").tag("outcome", "too-large").timer().count())
        .isPositive();
  }

  @Test
  void gzipIsUnderstood() {
    close();
    use(
        config(influx.url(), database)
            .batch(5_000, 4 << 20, Duration.ofMillis(1))
            .gzip()
            .precision(SinkConfig.Precision.MS));
    bench.feed.add(reading("m", "t", 1, 1_700_000_000_123_456_789L));
    bench.settleAll();
    assertThat(influx.query(database, "SELECT t FROM telemetry")).contains("1700000000123000000");
  }
}
