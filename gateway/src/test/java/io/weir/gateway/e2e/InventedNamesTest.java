package io.weir.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.log.Soak;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever may send invents machines, fields, texts and topics without end, and the gateway has a
 * small heap and the embedded store: it lives, what was known goes on, also after a kill, and every
 * reading is accounted for.
 */
@Tag("server")
class InventedNamesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] SMALL_HEAP = {"-Xmx160m", "-XX:+ExitOnOutOfMemoryError"};
  private static final int MOST_COLUMNS = 1_100;
  private static final int LONG_TOPICS = Soak.count(1_000, 10_000);

  @TempDir Path folder;

  private final int store = Ports.free();
  private int knownWrites;
  private long timeNs = System.currentTimeMillis() * 1_000_000;

  @Test
  void theGatewayLivesAndWhatIsKnownGoesOn() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"));
        GatewayProcess gateway =
            new GatewayProcess(
                folder.resolve("gateway"),
                """
                sources:
                  - { name: posts, type: http }
                  - { name: plant, type: mqtt, url: "%s" }
                routes:
                  - { topic: "long/+/t", source: plant, format: json }
                sinks: [ { name: local, type: embedded, port: %d } ]
                efficiency:
                  defaults:
                    state: { metric: state, running: [RUNNING] }
                    count: { total: total, kind: cumulative }
                """
                    .formatted(broker.url(), store),
                SMALL_HEAP)) {
      gateway.start();
      DurabilityTest.awaitConnected(gateway);
      writeKnown(gateway);

      for (int part = 0; part < Soak.count(1, 3); part++) {
        int first = part * 5_000;
        HttpResponse<String> machines =
            write(
                gateway,
                5_000,
                i -> "telemetry,machine=m%d state=\"RUNNING\",total=%di".formatted(first + i, i));
        assertThat(machines.statusCode()).isEqualTo(400);
        assertThat(machines.body()).contains("limits.machines");
      }
      for (int part = 0; part < Soak.count(1, 2); part++) {
        int first = part * 500;
        HttpResponse<String> fields =
            write(gateway, 500, i -> "telemetry,machine=known1 " + newFields(first + i));
        assertThat(fields.statusCode()).isEqualTo(400);
        assertThat(fields.body()).contains("limits.fields");
      }
      String text = "x".repeat(50_000);
      HttpResponse<String> texts =
          write(
              gateway,
              100,
              i -> "telemetry,machine=known%d state=\"%s\"".formatted(i % 10, text + i));
      assertThat(texts.statusCode()).isEqualTo(400);
      assertThat(texts.body()).contains("limits.text-length");
      publishLongTopics(broker.url());

      goesOn(gateway);
      assertThat(alarms(gateway))
          .anyMatch(alarm -> alarm.startsWith("source posts brings more names than its limits"));
      bounded(gateway);

      gateway.kill();
      gateway.start();
      goesOn(gateway);
      assertThat(write(gateway, 1, i -> "telemetry,machine=another state=\"RUNNING\"").body())
          .as("a machine that was invented after the kill")
          .contains("limits.machines");
      goesOn(gateway);
      assertThat(gateway.output()).doesNotContain("OutOfMemoryError");
    }
  }

  private void writeKnown(GatewayProcess gateway) throws IOException {
    assertThat(write(gateway, 10, InventedNamesTest::known).statusCode()).isEqualTo(204);
    knownWrites++;
  }

  private static String known(int i) {
    return "telemetry,machine=known%d state=\"RUNNING\",total=%di".formatted(i, i);
  }

  private static String newFields(int line) {
    return IntStream.range(0, 20)
        .mapToObj(i -> "invented_%d_%d=1.5".formatted(line, i))
        .collect(Collectors.joining(","));
  }

  /** Posts lines of one instant. */
  private HttpResponse<String> write(GatewayProcess gateway, int lines, IntFunction<String> line)
      throws IOException {
    timeNs += 1_000_000;
    String body =
        IntStream.range(0, lines)
            .mapToObj(i -> line.apply(i) + " " + (timeNs + i))
            .collect(Collectors.joining("\n"));
    return gateway.post("/write", body);
  }

  /** Known machines are stored, nothing waits, and all is accounted for. */
  private void goesOn(GatewayProcess gateway) throws IOException {
    writeKnown(gateway);
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              JsonNode ledger = JSON.readTree(gateway.get("/api/v1/ledger"));
              for (JsonNode sink : ledger.path("sinks")) {
                assertThat(sink.path("pending").asLong()).as("%s", sink).isZero();
                assertThat(sink.path("unexplained").asLong()).as("%s", sink).isZero();
              }
              for (JsonNode source : ledger.path("sources")) {
                assertThat(source.path("unexplained").asLong()).as("%s", source).isZero();
              }
            });
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(
                        new QuestDbRows(store)
                            .query("SELECT count() FROM telemetry WHERE machine = 'known9'")
                            .at("/dataset/0/0")
                            .asInt())
                    .isEqualTo(knownWrites));
  }

  private static List<String> alarms(GatewayProcess gateway) throws IOException {
    return Stream.of(JSON.readTree(gateway.get("/api/v1/status")).path("alarms"))
        .flatMap(all -> all.findValuesAsText("text").stream())
        .toList();
  }

  private void bounded(GatewayProcess gateway) throws IOException {
    int columns =
        new QuestDbRows(store)
            .query("SELECT count() FROM table_columns('telemetry')")
            .at("/dataset/0/0")
            .asInt();
    assertThat(columns).isBetween(100, MOST_COLUMNS);
    ProcessHandle process = ProcessHandle.of(gateway.pid()).orElseThrow();
    List<ProcessHandle> all = Stream.concat(Stream.of(process), process.descendants()).toList();
    for (ProcessHandle each : all) {
      try (Stream<Path> open = Files.list(Path.of("/proc/" + each.pid() + "/fd"))) {
        assertThat(open.count()).as("open files with %d columns", columns).isLessThan(8_000);
      }
    }
  }

  private static void publishLongTopics(String url) throws Exception {
    MqttAsyncClient device = new MqttAsyncClient(url, "inventor", new MemoryPersistence());
    MqttConnectOptions options = new MqttConnectOptions();
    options.setMaxInflight(1_000);
    device.connect(options).waitForCompletion();
    String padding = "x".repeat(8_000);
    byte[] payload =
        "{\"t\": 1.5, \"ts\": %d}".formatted(System.currentTimeMillis()).getBytes(UTF_8);
    for (int i = 0; i < LONG_TOPICS; i++) {
      device.publish("long/" + i + padding + "/t", payload, 0, false);
    }
    device.disconnect(60_000).waitForCompletion();
    device.close();
  }
}
