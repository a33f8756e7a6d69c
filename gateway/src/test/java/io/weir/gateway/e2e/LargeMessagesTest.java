package io.weir.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Messages of the largest size that the defaults allow, in the small heap that the launcher names:
 * several that wait in the broker are decoded, stored and acknowledged.
 */
@Tag("server")
class LargeMessagesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BYTES = 7_900_000;
  private static final int MOST_VALUES = 99_000;
  private static final int MESSAGES = 5;

  private static final String[] SMALL_HEAP = {"-Xmx160m", "-XX:+ExitOnOutOfMemoryError"};

  @TempDir Path folder;

  /** Of one source in that heap; docs/guide/capacity.md. */
  private static final int MOST_FIELDS = 10_000;

  @Test
  @Tag("soak")
  void fiveOfManyNamesInABrokerAreTakenUpToTheLimitWithASmallHeap() throws Exception {
    Payload names =
        filled("{", "}", 1, i -> "\"a_metric_with_a_name_of_some_length_%068d\":0.25".formatted(i));
    assertThat(names.values()).isGreaterThan(6 * MOST_FIELDS);
    fiveAreTaken(names, MOST_FIELDS);
  }

  @Tag("soak")
  @Test
  void fiveOfManySamplesInABrokerAreStoredWithASmallHeap() throws Exception {
    String note = "a text that a device sends with each of its samples, as devices do; ".repeat(4);
    Payload samples =
        filled(
            "[",
            "]",
            4,
            i ->
                "{\"ts\":%d,\"temperature\":%d.5,\"vibration\":0.%d,\"pressure\":2.5,\"note\":\"%s\"}"
                    .formatted(1_764_000_000_000L + i * 10L, i % 100, i % 1_000, note));
    fiveAreTaken(samples, samples.values());
  }

  private record Payload(String json, int values) {}

  /** As many parts as there is room for. */
  private static Payload filled(String open, String close, int values, IntFunction<String> part) {
    StringBuilder json = new StringBuilder(BYTES + 1_000).append(open);
    int parts = 0;
    while (json.length() < BYTES && (parts + 1) * values <= MOST_VALUES) {
      json.append(parts == 0 ? "" : ",").append(part.apply(parts));
      parts++;
    }
    return new Payload(json.append(close).toString(), parts * values);
  }

  /**
   * @param taken of the values of each message; the others are past a limit
   */
  private void fiveAreTaken(Payload payload, int taken) throws Exception {
    assertThat(payload.json().length()).isBetween(BYTES, 8 << 20);
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"));
        InfluxDb store = new InfluxDb(folder.resolve("influx"));
        GatewayProcess gateway =
            new GatewayProcess(
                folder.resolve("gateway"),
                """
                sources: [ { name: plant, type: mqtt, url: "%s" } ]
                routes: [ { topic: "large/{machine}", format: json } ]
                sinks:
                  - { name: history, type: influxdb, version: 1, url: "%s", database: factory }
                efficiency: { defaults: { state: { metric: state, running: [RUNNING] } } }
                """
                    .formatted(broker.url(), store.url()),
                SMALL_HEAP)) {
      store.start();
      store.createDatabase("factory");
      gateway.start();
      DurabilityTest.awaitConnected(gateway);
      assertThat(gateway.stop()).isZero();
      publish(broker.url(), payload.json().getBytes(UTF_8));

      gateway.start();
      long expected = (long) MESSAGES * taken;
      await()
          .atMost(Duration.ofMinutes(4))
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(
              () -> assertThat(sink(gateway).path("stored").asLong()).isEqualTo(expected));
      JsonNode source = JSON.readTree(gateway.get("/api/v1/ledger")).at("/sources/0");
      assertThat(source.path("appended").asLong()).isEqualTo(expected);
      assertThat(source.path("rejected").asLong())
          .isEqualTo((long) MESSAGES * payload.values() - expected);
      assertThat(gateway.output()).doesNotContain("OutOfMemoryError");
    }
  }

  private static JsonNode sink(GatewayProcess gateway) throws IOException {
    for (JsonNode each : JSON.readTree(gateway.get("/api/v1/ledger")).path("sinks")) {
      if (each.path("log").asText().equals("readings")) {
        return each;
      }
    }
    throw new AssertionError("no sink drains the readings");
  }

  private static void publish(String url, byte[] payload) throws Exception {
    MqttClient device = new MqttClient(url, "large-device", new MemoryPersistence());
    device.connect();
    for (int i = 0; i < MESSAGES; i++) {
      device.publish("large/press-" + i, payload, 1, false);
    }
    device.disconnect();
    device.close();
  }

  @Test
  void aLimitThatTheHeapCannotHoldEndsTheStartWithBothFigures() throws Exception {
    Path config = folder.resolve("weir.yaml");
    Files.writeString(
        config,
        """
        gateway: { id: small }
        sources: [ { name: posts, type: http } ]
        routes: [ { topic: "#", format: json } ]
        buffer: { segment-size: 256MiB, max-message-size: 64MiB }
        """);
    Path output = folder.resolve("output");
    List<String> command = SharedClasses.java("-Xmx160m");
    command.addAll(List.of("io.weir.gateway.Main", "run", "--config", config.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(Files.readString(output))
        .contains(
            "buffer.max-message-size is 64MiB, which needs a heap of at least 768MiB, but this"
                + " process has 154MiB; set -Xmx816m in WEIR_OPTS, or buffer.max-message-size: 8MiB");
    assertThat(folder.resolve("data")).doesNotExist();
  }
}
