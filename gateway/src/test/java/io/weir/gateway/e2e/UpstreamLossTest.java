package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.sim.mqtt.Publisher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that drops messages for a connected gateway: each device shows what is not stored. */
@Tag("server")
class UpstreamLossTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> MACHINES = List.of("press-01", "press-02", "press-03");
  private static final int EACH = 1_000;
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void whatTheBrokerDropsIsMissingFromEachDeviceAndFromTheStore() throws Exception {
    try (InfluxDb influx = new InfluxDb(folder.resolve("influx"));
        Mosquitto broker = Mosquitto.started(folder.resolve("broker"), "max_queued_messages 20")) {
      influx.start();
      influx.createDatabase("f");
      try (GatewayProcess gateway =
              new GatewayProcess(folder.resolve("gateway"), config(broker, influx));
          Publisher devices = new Publisher(Publisher.Options.of(broker.url()))) {
        gateway.start();
        await()
            .atMost(LONG)
            .until(() -> get(gateway, "/api/v1/status").at("/sources/0/ready").asBoolean());
        for (int number = 1; number <= EACH; number++) {
          for (String machine : MACHINES) {
            send(devices, machine, number);
          }
          if (number == 1) {
            await().atMost(LONG).until(() -> stored(influx).size() == MACHINES.size());
          }
        }
        assertThat(devices.drain(LONG)).isTrue();
        int last = sendUntilStored(devices, influx);
        await()
            .atMost(LONG)
            .untilAsserted(
                () -> {
                  Map<String, Long> missing = missing(gateway);
                  Map<String, Long> notStored = new HashMap<>();
                  stored(influx).forEach((machine, n) -> notStored.put(machine, last - n));
                  assertThat(missing).isEqualTo(notStored).hasSize(MACHINES.size());
                  assertThat(missing.values()).allMatch(lost -> lost > 0);
                });
        long sum = missing(gateway).values().stream().mapToLong(Long::longValue).sum();
        assertThat(gateway.get("/metrics"))
            .contains("weir_devices_missing_messages_total{source=\"plant\"} " + (double) sum);
      }
    }
  }

  /** The last messages must arrive, or nobody can know of a gap before them. */
  private static int sendUntilStored(Publisher devices, InfluxDb influx) throws Exception {
    for (int number = EACH + 1; ; number++) {
      for (String machine : MACHINES) {
        send(devices, machine, number);
      }
      for (int tries = 0; tries < 30; tries++) {
        Map<String, Long> newest = newest(influx);
        long sent = number;
        if (newest.size() == MACHINES.size() && newest.values().stream().allMatch(n -> n == sent)) {
          return number;
        }
        Thread.sleep(100);
      }
    }
  }

  private static String config(Mosquitto broker, InfluxDb influx) {
    return """
        sources: [ { name: plant, type: mqtt, url: "%s", receive-maximum: 5 } ]
        routes:
          - { topic: "plant/{machine}", format: json, sequence: { from: seq } }
        buffer: { linger: 20ms }
        sinks:
          - { name: history, type: influxdb, version: 1, url: "%s", database: f }
        """
        .formatted(broker.url(), influx.url());
  }

  private static void send(Publisher devices, String machine, int number) throws IOException {
    String json = "{\"ts\": %d, \"seq\": %d}".formatted(1_700_000_000_000L + number, number);
    devices.publish("plant/" + machine, json.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode get(GatewayProcess gateway, String path) throws IOException {
    return JSON.readTree(gateway.get(path));
  }

  private static Map<String, Long> missing(GatewayProcess gateway) throws IOException {
    Map<String, Long> missing = new HashMap<>();
    for (JsonNode machine : get(gateway, "/api/v1/quality").path("machines")) {
      missing.put(machine.at("/path/0").asText(), machine.path("missing").asLong());
    }
    return missing;
  }

  /** How many messages of each machine the store has. */
  private static Map<String, Long> stored(InfluxDb influx) throws IOException {
    return ofEach(influx, "count");
  }

  private static Map<String, Long> newest(InfluxDb influx) throws IOException {
    return ofEach(influx, "max");
  }

  private static Map<String, Long> ofEach(InfluxDb influx, String function) throws IOException {
    Map<String, Long> each = new HashMap<>();
    String query = "SELECT %s(seq) FROM telemetry GROUP BY machine".formatted(function);
    for (JsonNode series : JSON.readTree(influx.query("f", query)).at("/results/0/series")) {
      each.put(series.at("/tags/machine").asText(), series.at("/values/0/1").asLong());
    }
    return each;
  }
}
