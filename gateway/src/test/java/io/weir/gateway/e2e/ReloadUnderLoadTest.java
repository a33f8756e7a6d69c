package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration changes while messages stream in: none is lost, the connection stays. */
@Tag("server")
class ReloadUnderLoadTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RELOADS = 20;
  private static final int RATE = 5_000;
  private static final int MESSAGES = 30_000;

  @TempDir Path folder;

  @Test
  void twentyReloadsAtFiveThousandMessagesASecondLoseNothingAndKeepTheConnection()
      throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"));
        InfluxDb store = new InfluxDb(folder.resolve("influx"));
        GatewayProcess gateway = new GatewayProcess(folder.resolve("gateway"), "")) {
      store.start();
      store.createDatabase("factory");
      gateway.configure(config(broker, store, 0));
      gateway.start();
      DurabilityTest.awaitConnected(gateway);

      CompletableFuture<Load.Result> load =
          CompletableFuture.supplyAsync(() -> Load.run(broker.url(), MESSAGES, 1, 100, RATE));
      for (int i = 1; i <= RELOADS; i++) {
        long due = (long) i * MESSAGES / (RELOADS + 1);
        await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(50))
            .until(() -> ledger(gateway).path("received").asLong() >= due);
        gateway.configure(config(broker, store, i));
        HttpResponse<String> answer = gateway.post("/api/v1/config/reload", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).path("added")).isNotEmpty();
      }
      BitSet acknowledged = load.get().sequences();
      assertThat(acknowledged.cardinality()).isEqualTo(MESSAGES);

      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(
              () ->
                  assertThat(store.count("factory", "telemetry", "seq"))
                      .as("stored; ledger %s", gateway.get("/api/v1/ledger"))
                      .isEqualTo(MESSAGES));
      assertThat(sequences(store)).isEqualTo(acknowledged);
      JsonNode source = JSON.readTree(gateway.get("/api/v1/status")).at("/sources/0");
      assertThat(source.path("connects").asInt()).isEqualTo(1);
      assertThat(source.path("sessionsLost").asInt()).isZero();
      JsonNode ledger = ledger(gateway);
      assertThat(ledger.path("rejected").asLong()).as("%s", ledger).isZero();
      assertThat(ledger.path("unexplained").asLong()).as("%s", ledger).isZero();
    }
  }

  @Test
  void aHangupSignalReloadsAndABadFileIsLoggedAndChangesNothing() throws Exception {
    try (GatewayProcess gateway = new GatewayProcess(folder.resolve("gateway"), http("a"))) {
      gateway.start();
      gateway.configure(http("b"));
      hangUp(gateway);
      await().atMost(Duration.ofSeconds(20)).until(() -> routes(gateway).equals("[\"b\"]"));

      gateway.configure(http("c, unlisted: maybe"));
      hangUp(gateway);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> gateway.output().contains("is invalid; nothing was changed"));
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> gateway.output().contains("gateway.yaml:4: routes[0].unlisted: must be"));
      assertThat(routes(gateway)).isEqualTo("[\"b\"]");
      assertThat(gateway.stop()).as("exit code after SIGTERM").isZero();
    }
  }

  /**
   * Two filters that cover the load and mean the same take turns, beside one that is new each time.
   * A message that comes by both, while both are subscribed, is the same point in the store.
   */
  private static String config(Mosquitto broker, InfluxDb store, int turn) {
    return """
    sources: [ { name: plant, type: mqtt, url: "%s" } ]
    routes:
      - topic: factory/{site}/{area}/{line}/{machine}/%s
        format: json
        metrics: [ { from: seq, type: integer } ]
      - { topic: "turn-%d/{machine}", format: json }
    sinks:
      - { name: history, type: influxdb, version: 1, url: "%s", database: factory }
    """
        .formatted(broker.url(), turn % 2 == 0 ? "telemetry" : "+", turn, store.url());
  }

  private static String http(String route) {
    return """
    sources: [ { name: http-in, type: http } ]
    routes: [ { format: json, topic: %s } ]
    sinks:
      - { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d }
    """
        .formatted(route);
  }

  private static String routes(GatewayProcess gateway) throws IOException {
    return JSON.readTree(gateway.get("/api/v1/status")).path("topics").toString();
  }

  private static JsonNode ledger(GatewayProcess gateway) throws IOException {
    return JSON.readTree(gateway.get("/api/v1/ledger")).at("/sources/0");
  }

  private static void hangUp(GatewayProcess gateway) throws Exception {
    assertThat(ignoresHangUp(gateway))
        .as("the gateway ignores SIGHUP, as it does where the tests run under nohup")
        .isFalse();
    Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(gateway.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static boolean ignoresHangUp(GatewayProcess gateway) throws IOException {
    Path status = Path.of("/proc", Long.toString(gateway.pid()), "status");
    if (!Files.exists(status)) {
      return false; // not Linux
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16) % 2 == 1);
  }

  private static BitSet sequences(InfluxDb store) throws IOException {
    BitSet found = new BitSet();
    JsonNode answer = JSON.readTree(store.query("factory", "SELECT seq FROM telemetry"));
    for (JsonNode series : answer.at("/results/0/series")) {
      for (JsonNode row : series.path("values")) {
        found.set(row.get(1).asInt());
      }
    }
    return found;
  }
}
