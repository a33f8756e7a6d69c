package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.decode.sparkplug.EdgeNode;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway as the host application of a simulated edge node, over a real broker. */
@Tag("server")
class SparkplugTest {

  @TempDir Path folder;

  private final EdgeNode node = new EdgeNode("plant", "line1", 0);
  private final int listenerPort = Ports.free();
  private MqttClient mqtt;

  private void publish(String topic, byte[] payload) throws MqttException {
    mqtt.publish(topic, payload, 0, false);
  }

  private Path config(Mosquitto broker, InfluxDb store) throws Exception {
    return Files.writeString(
        folder.resolve("gateway.yaml"),
        """
        gateway: { id: test }
        sources:
          - { name: nodes, type: mqtt, url: "%s", sparkplug: { host-id: weir, reorder-timeout: 1s } }
          - { name: direct, type: mqtt-listener, port: %d, sparkplug: { host-id: weir, reorder-timeout: 1s } }
        routes: [{ topic: spBv1.0/#, format: sparkplug-b }]
        sinks: [{ name: history, type: influxdb, version: 1, url: "%s", database: factory }]
        http: { port: %d }
        """
            .formatted(broker.url(), listenerPort, store.url(), Ports.free()));
  }

  @Test
  void aNodeIsAskedForItsBirthReadByAliasMissedWhenSilentAndStaleWhenDead() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder.resolve("broker"));
        InfluxDb store = new InfluxDb(folder.resolve("influx"))) {
      store.start();
      store.createDatabase("factory");
      AtomicInteger asked = new AtomicInteger();
      AtomicInteger hostSeen = new AtomicInteger();
      mqtt = new MqttClient(broker.url(), "line1", new MemoryPersistence());
      mqtt.connect();
      mqtt.subscribe("spBv1.0/plant/NCMD/+", 1, (t, m) -> asked.incrementAndGet());
      mqtt.subscribe("spBv1.0/STATE/weir", 1, (t, m) -> hostSeen.incrementAndGet());
      ConfigFile file = new ConfigFile(config(broker, store), Map.of(), List.of());
      try (Gateway gateway = StartedGateway.of(file)) {
        await().until(() -> hostSeen.get() == 1);
        node.birth(); // before anyone listened
        node.deviceBirth();
        publish(node.topic("NDATA"), node.data(-1));
        await().until(() -> asked.get() == 1);

        publish(node.topic("NBIRTH"), node.birth());
        publish(node.deviceTopic("DBIRTH"), node.deviceBirth());
        publish(node.topic("NDATA"), node.data(-7));
        publish(node.deviceTopic("DDATA"), node.deviceData(31.5));
        await().until(() -> store.query("factory", "SELECT * FROM telemetry").contains("31.5"));
        assertThat(
                store.query("factory", "SELECT speed FROM telemetry WHERE speed = -7 GROUP BY *"))
            .contains("-7", "\"site\":\"plant\"", "\"line\":\"line1\"", "\"machine\":\"\"");
        assertThat(
                store.query("factory", "SELECT temperature FROM telemetry WHERE machine = 'press'"))
            .contains("20.5", "31.5");

        EdgeNode other = new EdgeNode("plant", "line2", 0);
        publish(other.topic("NBIRTH"), other.birth());
        other.lose();
        publish(other.topic("NDATA"), other.data(-8));
        await().until(() -> asked.get() == 2);

        publish(node.topic("NDEATH"), node.death());
        await().until(() -> store.query("factory", "SELECT * FROM telemetry_bad").contains("31.5"));
        assertThat(store.query("factory", "SELECT speed FROM telemetry_bad")).contains("-7");
        aNodeThatConnectsToTheGatewayItself(store);
      }
      await().until(() -> hostSeen.get() == 2);
      mqtt.disconnect();
      mqtt.close();
    }
  }

  /** Its NDEATH is its will: the gateway is what notices that the connection broke. */
  private void aNodeThatConnectsToTheGatewayItself(InfluxDb store) throws Exception {
    EdgeNode own = new EdgeNode("plant", "line3", 0);
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger hostSeen = new AtomicInteger();
    MqttClient direct =
        new MqttClient("tcp://127.0.0.1:" + listenerPort, "line3", new MemoryPersistence());
    byte[] birth = own.birth();
    MqttConnectOptions options = new MqttConnectOptions();
    options.setWill(own.topic("NDEATH"), own.death(), 1, false);
    direct.connect(options);
    direct.subscribe("spBv1.0/plant/NCMD/line3", 1, (t, m) -> asked.incrementAndGet());
    direct.subscribe("spBv1.0/STATE/weir", 1, (t, m) -> hostSeen.incrementAndGet());
    await().until(() -> hostSeen.get() == 1);
    direct.publish(own.topic("NDATA"), own.data(-20), 0, false);
    await().until(() -> asked.get() == 1);
    direct.publish(own.topic("NBIRTH"), birth, 0, false);
    direct.publish(own.topic("NDATA"), own.data(-21), 0, false);
    await().until(() -> store.query("factory", "SELECT speed FROM telemetry").contains("-21"));
    direct.disconnectForcibly(0, 0, false);
    await().until(() -> store.query("factory", "SELECT speed FROM telemetry_bad").contains("-21"));
    direct.close(true);
  }
}
