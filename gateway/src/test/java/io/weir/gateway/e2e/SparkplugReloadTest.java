package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.decode.sparkplug.EdgeNode;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway knows of edge nodes, and they of it, outlives a change of its configuration. */
@Tag("server")
class SparkplugReloadTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final EdgeNode node = new EdgeNode("plant", "line1", 0);
  private final List<JsonNode> states = new CopyOnWriteArrayList<>();
  private final AtomicInteger rebirths = new AtomicInteger();

  @Test
  void aliasesStayKnownAndTheStateIsPublishedOnceUntilTheWillEndsIt() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder.resolve("broker"));
        InfluxDb store = new InfluxDb(folder.resolve("influx"));
        GatewayProcess gateway = new GatewayProcess(folder.resolve("gateway"), "")) {
      store.start();
      store.createDatabase("factory");
      MqttClient mqtt = new MqttClient(broker.url(), "line1", new MemoryPersistence());
      mqtt.connect();
      mqtt.subscribe("spBv1.0/plant/NCMD/+", 1, (t, m) -> rebirths.incrementAndGet());
      mqtt.subscribe("spBv1.0/STATE/weir", 1, (t, m) -> states.add(JSON.readTree(m.getPayload())));
      gateway.configure(config(broker, store, "telemetry", "a"));
      gateway.start();
      await().until(() -> states.size() == 1);
      mqtt.publish(node.topic("NBIRTH"), node.birth(), 0, false);
      mqtt.publish(node.deviceTopic("DBIRTH"), node.deviceBirth(), 0, false);
      await().until(() -> holds(store, "temperature", "telemetry", "20.5"));

      gateway.configure(config(broker, store, "telemetry", "b"));
      assertThat(reload(gateway).path("added")).hasToString("[\"b/{machine}\"]");
      mqtt.publish(node.topic("NDATA"), node.data(-7), 0, false);
      mqtt.publish(node.deviceTopic("DDATA"), node.deviceData(31.5), 0, false);
      await().until(() -> holds(store, "temperature", "telemetry", "31.5"));
      // of another series: it may be written behind the other one
      await().until(() -> holds(store, "speed", "telemetry", "-7"));

      gateway.configure(config(broker, store, "nodes", "b"));
      assertThat(reload(gateway).path("changed")).hasToString("[\"spBv1.0/#\"]");
      mqtt.publish(node.topic("NDATA"), node.data(-8), 0, false);
      await().until(() -> holds(store, "speed", "nodes", "-8"));
      assertThat(rebirths).as("asked for births that are known").hasValue(0);
      assertThat(states).singleElement().satisfies(state -> assertOnline(state, true));

      gateway.kill();
      await().until(() -> states.size() == 2);
      assertOnline(states.get(1), false);
      assertThat(states.get(1).path("timestamp")).isEqualTo(states.get(0).path("timestamp"));
      mqtt.disconnect();
      mqtt.close();
    }
  }

  private static void assertOnline(JsonNode state, boolean online) {
    assertThat(state.path("online").asBoolean(!online)).isEqualTo(online);
  }

  private static boolean holds(InfluxDb store, String field, String measurement, String value) {
    return store.query("factory", "SELECT " + field + " FROM " + measurement).contains(value);
  }

  private static JsonNode reload(GatewayProcess gateway) throws Exception {
    HttpResponse<String> answer = gateway.post("/api/v1/config/reload", "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static String config(
      Mosquitto broker, InfluxDb store, String measurement, String another) {
    return """
    sources:
      - name: nodes
        type: mqtt
        url: "%s"
        sparkplug: { host-id: weir, reorder-timeout: 1s }
    routes:
      - { topic: "spBv1.0/#", format: sparkplug-b, measurement: %s }
      - { topic: "%s/{machine}", format: json }
    sinks: [{ name: history, type: influxdb, version: 1, url: "%s", database: factory }]
    """
        .formatted(broker.url(), measurement, another, store.url());
  }
}
