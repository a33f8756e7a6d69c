package io.weir.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One sick part stops no other, and each says what is wrong with it. The gateway as a process. */
@Tag("server")
class PartsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private InfluxDb store;

  @BeforeEach
  void startStore() throws Exception {
    store = new InfluxDb(folder.resolve("influx"));
    store.start();
    store.createDatabase("factory");
  }

  @AfterEach
  void stopStore() {
    store.close();
  }

  @Test
  void aStoreThatIsAwayAndOneWithoutItsDatabaseHoldBackNoOther() throws Exception {
    String away = "http://127.0.0.1:" + Ports.free();
    try (GatewayProcess gateway =
        http(
            sink("away", away, "factory")
                + sink("nameless", store.url(), "nowhere")
                + sink("history", store.url(), "factory"))) {
      gateway.start();
      for (int i = 0; i < 20; i++) {
        assertThat(post(gateway, i).statusCode()).isEqualTo(200);
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> stored() == 20);

      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                JsonNode health = JSON.readTree(gateway.get("/health/ready"));
                assertThat(part(health, "sink", "history").path("ready").asBoolean()).isTrue();
                assertThat(part(health, "sink", "away").path("ready").asBoolean()).isFalse();
                assertThat(part(health, "sink", "nameless").path("reason").asText())
                    .contains("database not found");
              });
      JsonNode sinks = JSON.readTree(gateway.get("/api/v1/ledger")).path("sinks");
      assertThat(sinks.get(0).path("pending").asLong()).isEqualTo(40);
      assertThat(sinks.get(1).path("pending").asLong()).isEqualTo(40);

      store.createDatabase("nowhere");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> store.count("nowhere", "telemetry", "seq") == 20);
    }
  }

  @Test
  void aBadMessageIsQuarantinedWithItsReasonAndReplayedOnceItsRouteIsFixed() throws Exception {
    try (GatewayProcess gateway = http(sink("history", store.url(), "factory"))) {
      gateway.start();
      gateway.post("/api/v1/readings", "{\"seq\":1,\"v\":}");
      gateway.post("/api/v1/readings", "{\"ts\":\"2026-11-24 10:00:00\",\"seq\":2,\"v\":1}");
      assertThat(post(gateway, 3).statusCode()).isEqualTo(200);
      await().atMost(Duration.ofSeconds(20)).until(() -> stored() == 1);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                JsonNode entries = JSON.readTree(gateway.get("/api/v1/quarantine")).path("entries");
                assertThat(entries).hasSize(2);
                assertThat(entries.get(1).at("/faults/0/reason").asText()).isEqualTo("malformed");
                assertThat(entries.get(1).path("preview").asText()).contains("\"v\":}");
                assertThat(entries.get(0).at("/faults/0/reason").asText()).isEqualTo("bad-time");
              });
      String id = JSON.readTree(gateway.get("/api/v1/quarantine")).at("/entries/1/id").asText();
      JsonNode whole = JSON.readTree(gateway.get("/api/v1/quarantine/" + id));
      assertThat(whole.at("/payload/text").asText()).isEqualTo("{\"seq\":1,\"v\":}");
      assertThat(whole.path("reason").asText()).isEqualTo("malformed");
      assertThat(whole.path("size").asInt()).isEqualTo(14);
      assertThat(whole.path("truncated").asBoolean(true)).isFalse();
      assertThat(gateway.stop()).as("exit code after SIGTERM").isZero();

      gateway.configure(
          config(sink("history", store.url(), "factory"))
              .replace("format: json", "format: json, time: { zone: UTC }"));
      gateway.start();
      JsonNode replayed =
          JSON.readTree(
              gateway.post("/api/v1/quarantine/replay", "{\"reason\":\"bad-time\"}").body());
      assertThat(replayed)
          .isEqualTo(
              JSON.readTree(
                  "{\"replayed\":1,\"readings\":2,\"stillRejected\":0,\"already\":0,\"cut\":0,"
                      + "\"dropped\":0,\"damaged\":0}"));
      JsonNode wrong =
          JSON.readTree(
              gateway.post("/api/v1/quarantine/replay", "{\"ids\":[\"" + id + "\"]}").body());
      assertThat(wrong.path("stillRejected").asLong()).isEqualTo(1);
      for (String body :
          List.of(
              "",
              "{}",
              "[]",
              "{\"all\":1}",
              "{\"reason\":\"odd\"}",
              "{\"ids\":[\"1\"]}",
              "{\"ids\":[null]}",
              "{\"all\":true,\"reason\":\"limit\"}",
              "{\"everything\":true}",
              "{} x")) {
        HttpResponse<String> refused = gateway.post("/api/v1/quarantine/replay", body);
        assertThat(refused.statusCode()).as(body).isEqualTo(400);
        assertThat(refused.body()).contains("Bad selection");
      }
      HttpResponse<String> tooLong =
          gateway.post("/api/v1/quarantine/replay", " ".repeat(70_000) + "{\"all\":true}");
      assertThat(tooLong.statusCode()).isEqualTo(413);
      await().atMost(Duration.ofSeconds(20)).until(() -> stored() == 2);
      assertThat(store.query("factory", "SELECT seq FROM telemetry WHERE seq = 2"))
          .contains("1795514400000000000");
      JsonNode again =
          JSON.readTree(
              gateway.post("/api/v1/quarantine/replay", "{\"reason\":\"bad-time\"}").body());
      assertThat(again.path("replayed").asLong()).as("replayed once only").isZero();
      assertThat(again.path("already").asLong()).isEqualTo(1);
      JsonNode ledger = JSON.readTree(gateway.get("/api/v1/ledger"));
      for (JsonNode line : ledger.path("sources")) {
        assertThat(line.path("unexplained").asLong()).as("%s", line).isZero();
      }
    }
  }

  @Test
  void aFullLogHoldsTheBrokerBackAndLosesNothing() throws Exception {
    int messages = 20_000;
    try (Mosquitto broker = new Mosquitto(folder.resolve("mosquitto"));
        GatewayProcess gateway =
            new GatewayProcess(
                folder.resolve("gateway"),
                """
                sources: [ { name: plant, type: mqtt, url: "%s" } ]
                routes: [ { topic: "factory/{site}/{area}/{line}/{machine}/telemetry", format: json } ]
                buffer: { segment-size: 1MiB, max-size: 4MiB, max-message-size: 16KiB }
                sinks:
                %s
                """
                    .formatted(broker.url(), sink("history", store.url(), "factory")))) {
      broker.start();
      gateway.start();
      DurabilityTest.awaitConnected(gateway);
      store.stop();
      assertThat(Load.run(broker.url(), messages, 1, 20, 0).acknowledged()).isEqualTo(messages);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                JsonNode health = JSON.readTree(gateway.get("/health/ready"));
                assertThat(part(health, "log", "readings").path("reason").asText())
                    .contains("full");
                // a segment that is packed may make room for a moment
                JsonNode log = JSON.readTree(gateway.get("/api/v1/status")).path("log");
                assertThat(log.path("writable").asBoolean()).as("to take readings").isFalse();
                assertThat(log.path("reason").asText()).contains("full");
              });
      store.start();
      await()
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> stored() == messages);
    }
  }

  @Test
  @Tag("soak")
  void oneDataDirectoryServesOneGateway() throws Exception {
    try (GatewayProcess gateway = http(sink("history", store.url(), "factory"))) {
      gateway.start();
      List<String> command = new ArrayList<>(gateway.command());
      command.addAll(List.of("--set", "http.port=" + Ports.free()));
      Process second = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(second.getInputStream().readAllBytes(), UTF_8);
      assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(2);
      assertThat(said).contains("another gateway uses");
    }
  }

  @Test
  void aSinkThatIsNoLongerConfiguredHoldsNoSpaceAndItsPendingReadingsAreReported()
      throws Exception {
    String away = "http://127.0.0.1:" + Ports.free();
    try (GatewayProcess gateway =
        http(sink("away", away, "factory") + sink("history", store.url(), "factory"))) {
      gateway.start();
      assertThat(post(gateway, 1).statusCode()).isEqualTo(200);
      assertThat(gateway.stop()).isZero();
      gateway.configure(config(sink("history", store.url(), "factory")));
      gateway.start();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  gateway.output().contains("away is no longer configured: its 2 unread readings"));
    }
  }

  private GatewayProcess http(String sinks) throws IOException {
    return new GatewayProcess(folder.resolve("gateway"), config(sinks));
  }

  private static String config(String sinks) {
    return """
    sources: [ { name: http-in, type: http } ]
    routes: [ { topic: "#", format: json } ]
    sinks:
    """
        + sinks;
  }

  private static String sink(String name, String url, String database) {
    return "  - { name: %s, type: influxdb, version: 1, url: \"%s\", database: %s }\n"
        .formatted(name, url, database);
  }

  private static HttpResponse<String> post(GatewayProcess gateway, int sequence)
      throws IOException {
    return gateway.post(
        "/api/v1/readings",
        "{\"ts\":" + (1_790_000_000_000L + sequence) + ",\"seq\":" + sequence + ",\"v\":1.5}");
  }

  private long stored() {
    return store.count("factory", "telemetry", "seq");
  }

  private static JsonNode part(JsonNode health, String kind, String name) {
    for (JsonNode part : health.path("parts")) {
      if (part.path("kind").asText().equals(kind) && part.path("name").asText().equals(name)) {
        return part;
      }
    }
    throw new AssertionError("no " + kind + " " + name + " in " + health);
  }
}
