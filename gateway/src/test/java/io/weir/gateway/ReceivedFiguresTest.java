package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A central gateway to which others send their figures and reports, as their sinks write them. */
@Tag("server")
class ReceivedFiguresTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final int port = Ports.free();

  private Gateway central(Mosquitto broker) throws Exception {
    Path file = folder.resolve("central.yaml");
    Files.writeString(
        file,
        """
        gateway: { id: central, data-dir: data }
        sources: [ { name: edges, type: mqtt, url: "%s" } ]
        routes:
          - { topic: "weir/{gateway}/figures/#", format: weir }
          - { topic: "weir/+/readings/#", format: weir }
        sinks:
          - { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d }
        fleet: { receive: {} }
        http: { port: %d }
        """
            .formatted(broker.url(), port));
    return StartedGateway.of(new ConfigFile(file, Map.of(), List.of()));
  }

  private JsonNode get(String path) throws IOException {
    return JSON.readTree(URI.create("http://127.0.0.1:" + port + path).toURL());
  }

  private static String row(String measurement, String place, String tags, String values) {
    return """
    {"version": 1, "gateway": "edge-1", "measurement": "%s", %s "tags": {%s},
     "time": %d, "quality": "good", "values": {%s}}
    """
        .formatted(measurement, place, tags, System.currentTimeMillis(), values);
  }

  @Test
  void whatIsDerivedIsNoReadingOfAMachineAndTheFiguresOfItsShiftAreListed() throws Exception {
    String press = "\"site\": \"plant-a\", \"line\": \"line-1\", \"machine\": \"press-01\",";
    String line = "\"site\": \"plant-a\", \"line\": \"line-1\",";
    List<String> derived =
        List.of(
            row("gateway_report", "", "\"gateway\": \"edge-1\"", "\"ready\": true, \"lag_s\": 1.5"),
            row("machine_state", press, "", "\"state\": \"running\", \"code\": 1"),
            row("stops", press, "\"category\": \"down\"", "\"duration_s\": 12.5, \"count\": 1"),
            row(
                "efficiency",
                press,
                "\"bucket\": \"minute\", \"level\": \"machine\", \"shift\": \"early\"",
                "\"oee\": 0.1, \"coverage\": 1.0"),
            row(
                "efficiency",
                line,
                "\"bucket\": \"shift\", \"level\": \"line\", \"shift\": \"early\"",
                "\"oee\": 0.5, \"coverage\": 1.0, \"members\": 1.0, \"final\": false"),
            row(
                "efficiency",
                press,
                "\"bucket\": \"shift\", \"level\": \"machine\", \"shift\": \"early\"",
                "\"oee\": 0.75, \"coverage\": 0.95, \"good\": 300.0, \"members\": 1.0,"
                    + " \"revision\": 3, \"final\": false, \"undefined\": \"mtbf_s\""));
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"));
        Gateway gateway = central(broker)) {
      MqttClient edge = new MqttClient(broker.url(), "edge-1", new MemoryPersistence());
      edge.connect();
      await().until(() -> get("/api/v1/status").at("/sources/0/ready").asBoolean());
      for (String each : derived) {
        edge.publish("weir/edge-1/figures", each.getBytes(UTF_8), 1, false);
      }
      String reading = row("telemetry", line + " \"machine\": \"press-02\",", "", "\"speed\": 1.5");
      edge.publish("weir/edge-1/readings", reading.getBytes(UTF_8), 1, false);
      edge.disconnect();
      edge.close();
      await().until(() -> !get("/api/v1/assets").isEmpty());

      assertThat(get("/api/v1/assets").toString())
          .contains("press-02", "speed")
          .doesNotContain("press-01", "gateway_report", "oee");
      assertThat(get("/api/v1/quality").at("/machines").toString()).doesNotContain("press-01");
      assertThat(
              get("/api/v1/signals?site=plant-a&line=line-1&machine=press-01")
                  .at("/signals")
                  .size())
          .isZero();
      assertThat(get("/api/v1/sites").at("/sites/0/gateway").asText()).isEqualTo("edge-1");

      JsonNode received = get("/api/v1/received");
      assertThat(received).hasSize(2);
      assertThat(received.at("/0/path").toString()).isEqualTo("[\"plant-a\",\"line-1\"]");
      assertThat(received.at("/0/level").asText()).isEqualTo("line");
      JsonNode machine = received.get(1);
      assertThat(machine.at("/path/2").asText()).isEqualTo("press-01");
      assertThat(machine.path("gateway").asText()).isEqualTo("edge-1");
      assertThat(machine.path("shift").asText()).isEqualTo("early");
      assertThat(machine.path("over").asBoolean()).isFalse();
      assertThat(machine.path("oee").asDouble()).isEqualTo(0.75);
      assertThat(machine.path("good").asDouble()).isEqualTo(300);
      assertThat(machine.path("scrap").isNull()).isTrue();
    }
  }
}
