package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A gateway that gets what it has published itself, in a way that no check of the file can see. */
@Tag("server")
class MqttLoopTest {

  @TempDir Path folder;

  private final int port = Ports.free();

  private String get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @ParameterizedTest
  @CsvSource({"5, false", "3.1.1, false", "3.1.1, true"})
  void anOwnMessageIsLeftOutAndAnAlarmRaisedOnce(String version, boolean edge) throws Exception {
    int second = Ports.free();
    try (Mosquitto broker =
        Mosquitto.started(
            folder.resolve("broker"),
            "listener PORT 127.0.0.1",
            "listener " + second + " 127.0.0.1")) {
      Path config =
          Files.writeString(
              folder.resolve("gateway.yaml"),
              """
              gateway: { id: test }
              sources: [ { name: plant, type: mqtt, url: "%s" } ]
              routes:
                - { topic: "spBv1.0/#", format: sparkplug-b }
                - { topic: "{site}/{machine}/telemetry", format: json }
              sinks:
                - { name: out, type: mqtt, url: "tcp://127.0.0.1:%d", version: "%s", %s }
              http: { port: %d }
              """
                  .formatted(
                      broker.url(),
                      second,
                      version,
                      edge ? "sparkplug: { group: g }" : "topic: \"{site}/{machine}/telemetry\"",
                      port));
      AtomicInteger published = new AtomicInteger();
      MqttClient client = new MqttClient(broker.url(), "machine", new MemoryPersistence());
      client.connect();
      client.subscribe("#", 0, (topic, message) -> published.incrementAndGet());
      try (Gateway gateway = StartedGateway.of(new ConfigFile(config, Map.of(), List.of()))) {
        await()
            .until(() -> get("/metrics").contains("weir_source_connected{source=\"plant\"} 1.0"));
        for (int i = 0; i < 3; i++) {
          client.publish(
              "a/press/telemetry", ("{\"t\":" + (20 + i) + "}").getBytes("UTF-8"), 1, false);
        }
        await()
            .untilAsserted(
                () ->
                    assertThat(get("/metrics"))
                        .containsPattern(
                            "weir_source_own_messages_total\\{source=\"plant\"\\} [1-9]"));
        await().untilAsserted(() -> assertThat(get("/api/v1/status")).contains("own-messages"));
        Thread.sleep(1_000);
        assertThat(published.get()).as("each of three once more, and births").isBetween(6, 10);
        assertThat(get("/metrics"))
            .contains("weir_source_appended_readings_total{source=\"plant\"} 3.0");
        assertThat(get("/api/v1/ledger"))
            .contains("\"unexplained\":0")
            .doesNotContain("\"unexplained\":-");
      } finally {
        client.disconnectForcibly(100, 100);
        client.close();
      }
    }
  }
}
