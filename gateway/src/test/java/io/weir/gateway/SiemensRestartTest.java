package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway behind a databus: what its ids stand for is retained by a real broker. */
@Tag("server")
class SiemensRestartTest {

  private static final String CONNECTOR = "ie/%s/j/simatic/v1/s7c1/dp";

  private static final String METADATA =
      """
      {"seq":1,"connections":[{"name":"press-02","type":"S7","dataPoints":[{"name":"default",
       "topic":"ie/d/j/simatic/v1/s7c1/dp/r/press-02/default","publishType":"bulk",
       "dataPointDefinitions":[{"name":"Strokes","id":"101","dataType":"Int"}]}]}]}
      """;

  @TempDir Path folder;

  private ConfigFile config(Mosquitto broker, InfluxDb store) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            gateway: { id: test }
            sources: [{ name: databus, type: mqtt, url: "%s" }]
            routes: [{ preset: siemens-databus }]
            sinks: [{ name: history, type: influxdb, version: 1, url: "%s", database: factory }]
            http: { port: %d }
            """
                .formatted(broker.url(), store.url(), Ports.free()));
    return new ConfigFile(file, Map.of(), List.of());
  }

  @Test
  void valuesKeepTheirNamesAfterARestartIntoTheSameSession() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder.resolve("broker"));
        InfluxDb store = new InfluxDb(folder.resolve("influx"))) {
      store.start();
      store.createDatabase("factory");
      MqttClient connector = new MqttClient(broker.url(), "connector", new MemoryPersistence());
      connector.connect();
      connector.publish(CONNECTOR.formatted("m"), METADATA.getBytes(UTF_8), 1, true);
      ConfigFile file = config(broker, store);

      for (int value = 7; value <= 8; value++) {
        String stored = String.valueOf(value);
        try (Gateway gateway = StartedGateway.of(file)) {
          await().until(() -> sent(connector, stored, store));
        }
      }

      connector.disconnect();
      connector.close();
    }
  }

  /** Sends the value, until it has come under its name: the metadata may come after the first. */
  private static boolean sent(MqttClient connector, String value, InfluxDb store) throws Exception {
    String payload = "{\"vals\":[{\"id\":\"101\",\"val\":" + value + ",\"qc\":3}]}";
    connector.publish(
        CONNECTOR.formatted("d") + "/r/press-02/default", payload.getBytes(UTF_8), 1, false);
    return store
        .query("factory", "SELECT * FROM telemetry WHERE \"Strokes\" = " + value)
        .contains("press-02");
  }
}
