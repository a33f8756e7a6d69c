package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.decode.sparkplug.EdgeNode;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Machines that speak only on change, over a real broker: each stays as it is while its session
 * lasts, and is unknown afterwards, whatever ends it.
 */
@Tag("server")
@Execution(ExecutionMode.CONCURRENT)
class AliveOverBrokerTest {

  private static final int SILENT_AFTER_S = 2;

  @TempDir Path folder;

  private final EdgeNode node = new EdgeNode("plant", "line1", 0);
  private final List<MqttClient> clients = new ArrayList<>();
  private Mosquitto broker;
  private MqttClient others;
  private ConfigFile file;

  @BeforeEach
  void startTheBroker() throws Exception {
    broker = Mosquitto.started(folder.resolve("broker"));
    others = client("others", null);
    Path yaml =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            gateway: { id: test, data-dir: data }
            sources:
              - { name: plant, type: mqtt, url: "%s", sparkplug: { host-id: weir } }
            routes:
              - { topic: spBv1.0/#, format: sparkplug-b }
              - { preset: homie }
              - { topic: "shop/{machine}/{metric}", format: scalar, retained: keep }
            sinks:
              - { name: history, type: influxdb, version: 1, url: "http://127.0.0.1:%d", database: d }
            efficiency:
              defaults:
                state: { metric: state, running: [RUNNING], down: [DOWN] }
                silent-after: %ds
              machines:
                - asset: plant/line1/press
                  alive: { preset: sparkplug }
                  state: { metric: temperature, running: ["20.5"], down: ["31.5"] }
                - asset: oven-3
                  alive: { preset: homie }
                  state: { metric: zone-1.state, running: [RUNNING], down: [DOWN] }
                - { asset: lathe, alive: { metric: LWT, dead: [Offline] } }
                - { asset: mill, alive: { metric: LWT, dead: [Offline] } }
                - { asset: saw, alive: { metric: beat, within: 3s } }
            http: { port: %d }
            """
                .formatted(broker.url(), Ports.free(), SILENT_AFTER_S, Ports.free()));
    file = new ConfigFile(yaml, Map.of(), List.of());
  }

  @AfterEach
  void stop() throws Exception {
    for (MqttClient client : clients) {
      if (client.isConnected()) {
        client.disconnectForcibly(0, 100, false);
      }
      client.close(true);
    }
    broker.close();
  }

  private MqttClient client(String id, String willTopic) throws MqttException {
    MqttClient client = new MqttClient(broker.url(), id, new MemoryPersistence());
    MqttConnectOptions options = new MqttConnectOptions();
    if (willTopic != null) {
      options.setWill(willTopic, "Offline".getBytes(StandardCharsets.UTF_8), 1, true);
    }
    client.connect(options);
    clients.add(client);
    return client;
  }

  /** A machine with a last will, as Tasmota has it: it says that it is online, and what it does. */
  private MqttClient withWill(String machine) throws MqttException {
    MqttClient client = client(machine, "shop/" + machine + "/LWT");
    say(client, "shop/" + machine + "/LWT", "Online");
    say(client, "shop/" + machine + "/state", "RUNNING");
    return client;
  }

  private static void say(MqttClient by, String topic, String text) throws MqttException {
    by.publish(topic, text.getBytes(StandardCharsets.UTF_8), 1, true);
  }

  /** Its process dies: the broker sends its will. */
  private static void kill(MqttClient client) throws MqttException {
    client.disconnectForcibly(0, 100, false);
  }

  private static String state(Gateway gateway, String machine) {
    EfficiencyResponse figures = gateway.view().efficiency();
    return figures == null
        ? ""
        : figures.machines().stream()
            .filter(each -> each.place().asset().path().equals(machine))
            .map(each -> each.state() + " " + each.reason())
            .findFirst()
            .orElse("never heard");
  }

  private static void awaitState(Gateway gateway, String machine, String state) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(state(gateway, machine)).as(machine).isEqualTo(state));
  }

  private static void awaitConnected(Gateway gateway) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> gateway.view().status().sources().get(0).ready());
  }

  private void born() throws MqttException {
    others.publish(node.topic("NBIRTH"), node.birth(), 0, false);
    others.publish(node.deviceTopic("DBIRTH"), node.deviceBirth(), 0, false);
  }

  @Test
  void aSessionKeepsTheStateThroughSilenceAndItsEndMakesItUnknown() throws Exception {
    try (Gateway gateway = StartedGateway.of(file)) {
      awaitConnected(gateway);
      born();
      say(others, "homie/5/oven-3/$state", "ready");
      say(others, "homie/5/oven-3/zone-1/state", "RUNNING");
      MqttClient lathe = withWill("lathe");
      say(others, "shop/saw/state", "RUNNING");
      say(others, "shop/saw/beat", "1");
      say(others, "shop/plain/state", "RUNNING");

      List<String> alive = List.of("plant/line1/press", "oven-3", "lathe");
      alive.forEach(machine -> awaitState(gateway, machine, "running "));
      awaitState(gateway, "saw", "running ");
      awaitState(gateway, "plain", "unknown silent"); // so it was silent for long enough
      awaitState(gateway, "saw", "unknown silent"); // its heart has stopped
      for (String machine : alive) {
        assertThat(state(gateway, machine)).as(machine).isEqualTo("running ");
      }
      say(others, "shop/saw/beat", "2");
      awaitState(gateway, "saw", "running ");

      others.publish(node.topic("NDEATH"), node.death(), 0, false);
      say(others, "homie/5/oven-3/$state", "lost");
      kill(lathe);
      for (String machine : alive) {
        awaitState(gateway, machine, "unknown disconnected");
      }

      born();
      say(others, "homie/5/oven-3/$state", "ready");
      say(client("lathe-again", null), "shop/lathe/LWT", "Online");
      for (String machine : alive) {
        awaitState(gateway, machine, "running ");
      }
    }
  }

  @Test
  void whatTheBrokerHasKeptSaysAfterARestartWhoIsAlive() throws Exception {
    MqttClient mill;
    try (Gateway gateway = StartedGateway.of(file)) {
      awaitConnected(gateway);
      withWill("lathe");
      mill = withWill("mill");
      awaitState(gateway, "lathe", "running ");
      awaitState(gateway, "mill", "running ");
    }
    kill(mill);
    try (Gateway gateway = StartedGateway.of(file)) {
      awaitConnected(gateway);
      awaitState(gateway, "mill", "unknown gateway-away");
      awaitState(gateway, "lathe", "running ");
      say(others, "shop/plain/state", "RUNNING");
      awaitState(gateway, "plain", "unknown silent");
      assertThat(state(gateway, "lathe")).as("long after").isEqualTo("running ");
      assertThat(state(gateway, "mill")).as("long after").isEqualTo("unknown gateway-away");
    }
  }
}
