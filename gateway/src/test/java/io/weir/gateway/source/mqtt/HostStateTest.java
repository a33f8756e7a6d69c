package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.source.SparkplugConfig;
import io.weir.peers.Mosquitto;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The STATE messages as an edge node sees them. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("server")
class HostStateTest {

  @TempDir static Path home;
  private static Mosquitto broker;

  private final String hostId = "weir-" + UUID.randomUUID();
  private final List<JsonNode> states = new CopyOnWriteArrayList<>();
  private MqttClient edge;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = Mosquitto.started(home.resolve("broker"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void listen() throws Exception {
    edge = new MqttClient(broker.url(), "edge-" + UUID.randomUUID(), new MemoryPersistence());
    edge.connect();
    edge.subscribe(
        HostState.topic(hostId),
        1,
        (topic, message) -> states.add(new ObjectMapper().readTree(message.getPayload())));
  }

  @AfterEach
  void leave() throws Exception {
    edge.disconnect();
    edge.close();
  }

  private Rig rig(String url, int version) {
    Rig rig = new Rig(url, "spBv1.0/#");
    rig.version = version;
    rig.sparkplug = new SparkplugConfig(hostId, true, Duration.ofSeconds(5));
    return rig;
  }

  private JsonNode heard(int count) {
    await().until(() -> states.size() >= count);
    return states.get(count - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void itIsOnlineOnceItReceivesAndOfflineAfterACleanStop(int version) throws Exception {
    long before = System.currentTimeMillis();
    Rig rig = rig(broker.url(), version).connected();

    JsonNode birth = heard(1);
    assertThat(birth.path("online").asBoolean()).isTrue();
    assertThat(birth.path("timestamp").asLong()).isBetween(before, System.currentTimeMillis());
    rig.stop();
    JsonNode death = heard(2);
    assertThat(death.path("online").asBoolean(true)).isFalse();
    assertThat(death.path("timestamp").asLong())
        .isGreaterThanOrEqualTo(birth.path("timestamp").asLong());
    rig.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void aLostConnectionIsPublishedByTheBrokerWithTheTimeOfItsConnect(int version) throws Exception {
    try (Proxy proxy = new Proxy(broker.port());
        Rig rig = rig(proxy.url(), version).connected()) {
      JsonNode birth = heard(1);
      proxy.cut();

      JsonNode will = heard(2);
      assertThat(will.path("online").asBoolean(true)).isFalse();
      assertThat(will.path("timestamp")).isEqualTo(birth.path("timestamp"));
      JsonNode again = heard(3);
      assertThat(again.path("online").asBoolean()).isTrue();
      assertThat(again.path("timestamp").asLong()).isGreaterThan(birth.path("timestamp").asLong());
    }
  }

  @Test
  void aStateThatSaysOfflineIsCorrected() throws Exception {
    try (Rig rig = rig(broker.url(), 5).connected()) {
      JsonNode birth = heard(1);
      edge.publish(
          HostState.topic(hostId), "{\"online\":false,\"timestamp\":1}".getBytes(), 1, true);

      assertThat(heard(3)).isEqualTo(birth);
    }
  }

  @Test
  void whatIsPublishedReachesTheNodeUnretained() throws Exception {
    List<Boolean> retained = new CopyOnWriteArrayList<>();
    edge.subscribe("spBv1.0/g/NCMD/n", 1, (topic, message) -> retained.add(message.isRetained()));
    try (Rig rig = rig(broker.url(), 5).connected()) {
      rig.source.publish("spBv1.0/g/NCMD/n", new byte[] {1});
      await().until(() -> retained.equals(List.of(false)));
    }
  }
}
