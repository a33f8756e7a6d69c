package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.peers.Mosquitto;
import io.weir.sim.load.Load;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every acknowledged reading arrives at a subscriber of what the gateway publishes, while the
 * gateway is killed. What comes again is known by its position; what comes first of each machine
 * has the order of the log.
 */
@Tag("server")
@Tag("soak")
class MqttDurabilityTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Random RANDOM = new Random(20261128);
  private static final int MESSAGES = 4_000;
  private static final int KILLS = 4;

  @TempDir Path folder;

  /** What a subscriber has heard. */
  private static final class Ear implements MqttCallback {
    final BitSet sequences = new BitSet();
    final Map<String, Integer> byPosition = new HashMap<>();
    final Map<String, List<Long>> firsts = new LinkedHashMap<>();
    final Set<String> incarnations = new HashSet<>();
    final List<String> wrong = new ArrayList<>();
    int repeats;

    @Override
    public synchronized void messageArrived(String topic, MqttMessage message) throws Exception {
      Map<String, String> properties = new HashMap<>();
      for (UserProperty each : message.getProperties().getUserProperties()) {
        properties.put(each.getKey(), each.getValue());
      }
      int sequence = JSON.readTree(message.getPayload()).at("/values/seq").asInt();
      String position = properties.get("weir-position");
      incarnations.add(properties.get("weir-incarnation"));
      sequences.set(sequence);
      Integer before = byPosition.putIfAbsent(position, sequence);
      if (before == null) {
        firsts
            .computeIfAbsent(topic, each -> new ArrayList<>())
            .add(Long.valueOf(position.split("/")[1]));
      } else {
        repeats++;
        if (before != sequence) {
          wrong.add(position + " was " + before + ", and is " + sequence);
        }
      }
    }

    synchronized BitSet heard() {
      return (BitSet) sequences.clone();
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
  }

  @Test
  void whatIsAcknowledgedArrivesAtASubscriberWhileTheGatewayIsKilled() throws Exception {
    try (Mosquitto in = new Mosquitto(folder.resolve("in"));
        Mosquitto out = Mosquitto.started(folder.resolve("out"));
        GatewayProcess gateway = new GatewayProcess(folder.resolve("gateway"), config(in, out))) {
      Ear ear = new Ear();
      MqttClient client = new MqttClient(out.url(), "ear", new MemoryPersistence());
      client.setCallback(ear);
      MqttConnectionOptions options = new MqttConnectionOptions();
      options.setReceiveMaximum(65_535);
      client.connect(options);
      client.subscribe("uns/#", 1);
      in.start();
      gateway.start();
      DurabilityTest.awaitConnected(gateway);
      CompletableFuture<Load.Result> load =
          CompletableFuture.supplyAsync(() -> Load.run(in.url(), MESSAGES, 1, 20, 400));
      for (int kill = 0; kill < KILLS; kill++) {
        Thread.sleep(RANDOM.nextInt(500, 2_500));
        gateway.kill();
        gateway.start();
      }
      BitSet acknowledged = load.get().sequences();
      assertThat(acknowledged.cardinality()).isEqualTo(MESSAGES);
      await()
          .atMost(Duration.ofMinutes(2))
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                JsonNode sink = JSON.readTree(gateway.get("/api/v1/ledger")).at("/sinks/0");
                assertThat(sink.path("pending").asLong()).as("%s", sink).isZero();
                assertThat(sink.path("unexplained").asLong()).as("%s", sink).isZero();
                assertThat(sink.path("stored").asLong()).as("%s", sink).isPositive();
              });
      await().untilAsserted(() -> assertThat(ear.heard()).isEqualTo(acknowledged));
      synchronized (ear) {
        assertThat(ear.wrong).isEmpty();
        assertThat(ear.incarnations).hasSize(1);
        ear.firsts.forEach((topic, offsets) -> assertThat(offsets).as(topic).isSorted());
      }
      client.disconnectForcibly(100, 100, false);
      client.close(true);
    }
  }

  private static String config(Mosquitto in, Mosquitto out) {
    return """
    sources: [ { name: plant, type: mqtt, url: "%s" } ]
    routes:
      - topic: factory/{site}/{area}/{line}/{machine}/telemetry
        format: json
        metrics: [ { from: seq, type: integer } ]
    sinks:
      - { name: uns, type: mqtt, url: "%s", topic: "uns/{site}/{area}/{line}/{machine}", batch: { max-lines: 200 } }
    """
        .formatted(in.url(), out.url());
  }
}
