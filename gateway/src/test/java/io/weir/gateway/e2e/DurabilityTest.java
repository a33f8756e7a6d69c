package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.log.Soak;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.peers.VictoriaMetrics;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Acknowledged means on disk, and what is on disk reaches the store: whatever is killed in between.
 * Every reading carries a sequence number; in the end the store holds exactly those numbers whose
 * messages were acknowledged.
 */
@Tag("server")
class DurabilityTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROUTE =
      """
      routes:
        - topic: factory/{site}/{area}/{line}/{machine}/telemetry
          format: json
          metrics: [ { from: seq, type: integer } ]
      """;

  private static final Random RANDOM = new Random(20261124);

  @TempDir Path folder;

  @Test
  void everyAcknowledgedReadingReachesInfluxDbThroughKillsAndOutages() throws Exception {
    int messages = Soak.count(4_000, 10_000);
    try (Mosquitto broker = new Mosquitto(folder.resolve("mosquitto"));
        InfluxDb store = new InfluxDb(folder.resolve("influx"));
        GatewayProcess gateway =
            new GatewayProcess(
                folder.resolve("gateway"),
                mqtt(broker)
                    + ROUTE
                    + """
                    sinks:
                      - { name: history, type: influxdb, version: 1, url: "%s", database: factory }
                    """
                        .formatted(store.url()))) {
      broker.start();
      store.start();
      store.createDatabase("factory");
      gateway.start();
      awaitConnected(gateway);

      CompletableFuture<Load.Result> load =
          CompletableFuture.supplyAsync(() -> Load.run(broker.url(), messages, 1, 100, 500));
      pause(1_000, 3_000);
      killAndStart(gateway);
      store.stop();
      pause(500, 3_000);
      killAndStart(gateway);
      store.start();
      pause(500, 3_000);
      broker.stop();
      pause(200, 1_000);
      broker.start();
      for (int i = 0; i < Soak.count(0, 3); i++) {
        pause(500, 3_000);
        killAndStart(gateway);
      }
      BitSet acknowledged = load.get().sequences();
      assertThat(acknowledged.cardinality()).isEqualTo(messages);

      awaitCount(() -> (int) store.count("factory", "telemetry", "seq"), messages);
      assertThat(influxSequences(store)).isEqualTo(acknowledged);
      assertLedgerAddsUp(gateway);
    }
  }

  @Test
  void everyAcknowledgedReadingReachesTheEmbeddedStoreThroughKills() throws Exception {
    int messages = Soak.count(2_000, 4_000);
    int storePort = Ports.free();
    try (Mosquitto broker = new Mosquitto(folder.resolve("mosquitto"));
        GatewayProcess gateway =
            new GatewayProcess(
                folder.resolve("gateway"),
                mqtt(broker)
                    + ROUTE
                    + "sinks: [ { name: local, type: embedded, port: "
                    + storePort
                    + " } ]\n")) {
      broker.start();
      gateway.start();
      awaitConnected(gateway);
      CompletableFuture<Load.Result> load =
          CompletableFuture.supplyAsync(() -> Load.run(broker.url(), messages, 1, 20, 500));
      for (int i = 0; i < Soak.count(1, 2); i++) {
        pause(1_000, 2_500);
        killAndStart(gateway);
      }
      BitSet acknowledged = load.get().sequences();
      assertThat(acknowledged.cardinality()).isEqualTo(messages);

      QuestDbRows rows = new QuestDbRows(storePort);
      awaitCount(() -> rows.count("telemetry"), messages);
      assertThat(rows.sequences("telemetry")).isEqualTo(acknowledged);
      assertLedgerAddsUp(gateway);
    }
  }

  @Test
  @Tag("soak")
  void everyAcknowledgedReadingReachesVictoriaMetricsThroughKills() throws Exception {
    int messages = 4_000;
    try (Mosquitto broker = new Mosquitto(folder.resolve("mosquitto"));
        VictoriaMetrics store = new VictoriaMetrics(folder.resolve("victoria"));
        GatewayProcess gateway =
            new GatewayProcess(
                folder.resolve("gateway"),
                mqtt(broker)
                    + ROUTE
                    + """
                    sinks:
                      - { name: vm, type: influxdb, version: 2, url: "%s", org: weir, bucket: b, text: false, precision: ms }
                    """
                        .formatted(store.url()))) {
      broker.start();
      store.start();
      gateway.start();
      awaitConnected(gateway);
      CompletableFuture<Load.Result> load =
          CompletableFuture.supplyAsync(() -> Load.run(broker.url(), messages, 1, 20, 800));
      for (int i = 0; i < 2; i++) {
        pause(800, 2_000);
        killAndStart(gateway);
      }
      BitSet acknowledged = load.get().sequences();
      assertThat(acknowledged.cardinality()).isEqualTo(messages);

      awaitCount(() -> victoriaSequences(store).cardinality(), messages);
      assertThat(victoriaSequences(store)).isEqualTo(acknowledged);
      assertLedgerAddsUp(gateway);
      JsonNode sink = JSON.readTree(gateway.get("/api/v1/ledger")).at("/sinks/0");
      assertThat(sink.path("withheld").asLong()).as("texts").isGreaterThanOrEqualTo(messages);
    }
  }

  @Test
  @Tag("soak")
  void whatHttpAnsweredWith200IsStoredWhateverIsKilled() throws Exception {
    try (InfluxDb store = new InfluxDb(folder.resolve("influx"));
        GatewayProcess gateway =
            new GatewayProcess(
                folder.resolve("gateway"),
                """
                sources: [ { name: http-in, type: http } ]
                routes:
                  - { topic: "#", format: json, metrics: [ { from: seq, type: integer } ] }
                sinks:
                  - { name: history, type: influxdb, version: 1, url: "%s", database: factory }
                """
                    .formatted(store.url()))) {
      store.start();
      store.createDatabase("factory");
      gateway.start();
      BitSet acknowledged = new BitSet();
      CompletableFuture<Void> kills =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 3; i++) {
                  pause(400, 1_500);
                  killAndStart(gateway);
                }
              });
      int posted = 0;
      while (acknowledged.cardinality() < 500 || !kills.isDone()) {
        if (post(gateway, posted)) {
          acknowledged.set(posted);
        }
        posted++;
      }
      kills.get();

      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(JSON.readTree(gateway.get("/api/v1/ledger")).at("/sinks/0/pending"))
                      .hasToString("0"));
      BitSet missing = (BitSet) acknowledged.clone();
      missing.andNot(influxSequences(store));
      assertThat(missing).as("answered with 200, not in the store").isEqualTo(new BitSet());
      assertLedgerAddsUp(gateway);
    }
  }

  private static String mqtt(Mosquitto broker) {
    return "sources: [ { name: plant, type: mqtt, url: \"" + broker.url() + "\" } ]\n";
  }

  private static boolean post(GatewayProcess gateway, int sequence) {
    String body =
        "{\"ts\":" + (1_790_000_000_000L + sequence) + ",\"seq\":" + sequence + ",\"v\":1.5}";
    try {
      HttpResponse<String> answer = gateway.post("/api/v1/readings", body);
      return answer.statusCode() == 200;
    } catch (IOException e) {
      pause(20, 21); // killed just now: the sender does not know, and neither do we
      return false;
    }
  }

  private static void killAndStart(GatewayProcess gateway) {
    gateway.kill();
    try {
      gateway.start();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static void awaitConnected(GatewayProcess gateway) {
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(
            () -> JSON.readTree(gateway.get("/api/v1/status")).at("/sources/0/ready").asBoolean());
  }

  private static void awaitCount(IntSupplier count, int wanted) {
    Callable<Integer> now = count::getAsInt;
    await()
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(now, n -> n >= wanted);
  }

  private static void assertLedgerAddsUp(GatewayProcess gateway) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              JsonNode ledger = JSON.readTree(gateway.get("/api/v1/ledger"));
              for (JsonNode line : ledger.path("sources")) {
                assertThat(line.path("unexplained").asLong()).as("%s", line).isZero();
                assertThat(line.path("rejected").asLong()).as("%s", line).isZero();
              }
              for (JsonNode line : ledger.path("sinks")) {
                assertThat(line.path("unexplained").asLong()).as("%s", line).isZero();
                assertThat(line.path("pending").asLong()).as("%s", line).isZero();
                assertThat(line.path("quarantined").asLong()).as("%s", line).isZero();
                assertThat(line.path("corrupt").asLong()).as("%s", line).isZero();
              }
              long appended =
                  ledger.path("sources").findValues("appended").stream()
                      .mapToLong(JsonNode::asLong)
                      .sum();
              assertThat(ledger.at("/sinks/0/offered").asLong()).isEqualTo(appended);
            });
  }

  private static BitSet influxSequences(InfluxDb store) throws IOException {
    BitSet found = new BitSet();
    JsonNode answer = JSON.readTree(store.query("factory", "SELECT seq FROM telemetry"));
    for (JsonNode row : answer.at("/results/0/series/0/values")) {
      found.set(row.get(1).asInt());
    }
    return found;
  }

  private static BitSet victoriaSequences(VictoriaMetrics store) {
    store.flush();
    BitSet found = new BitSet();
    store
        .get("/api/v1/export?match[]=telemetry_seq&start=0")
        .lines()
        .forEach(
            line -> {
              try {
                JSON.readTree(line).path("values").forEach(value -> found.set(value.asInt()));
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    return found;
  }

  private static void pause(int atLeastMs, int belowMs) {
    try {
      Thread.sleep(RANDOM.nextInt(atLeastMs, belowMs));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
