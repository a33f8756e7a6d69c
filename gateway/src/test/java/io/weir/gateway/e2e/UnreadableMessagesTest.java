package io.weir.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.log.Soak;
import io.weir.peers.Mosquitto;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Messages that Paho cannot read or that are far beyond the limit, in a real broker before the
 * gateway starts, in a small heap: they stand in the quarantine, and those around them are stored.
 */
@Tag("server")
class UnreadableMessagesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EMOJI = "plant/press-\uD83D\uDE00";
  private static final byte[] LARGE = new byte[40 << 20];

  @TempDir Path folder;

  /** {@code GuardedSourceTest} has both versions before each change. */
  static Stream<String> versions() {
    return Stream.of("3.1.1", "5").limit(Soak.count(1, 2));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void theyAreQuarantinedAndTheirNeighboursAreNot(String version) throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"));
        GatewayProcess gateway =
            new GatewayProcess(
                folder.resolve("gateway"),
                """
                sources: [ { name: plant, type: mqtt, url: "%s", version: "%s" } ]
                routes: [ { topic: "plant/{machine}", format: json } ]
                sinks:
                  - { name: h, type: influxdb, version: 1, url: "http://127.0.0.1:9", database: d }
                """
                    .formatted(broker.url(), version),
                "-Xmx160m",
                "-XX:+ExitOnOutOfMemoryError")) {
      gateway.start();
      DurabilityTest.awaitConnected(gateway);
      assertThat(gateway.stop()).isZero();
      publishAll(broker.url());

      gateway.start();
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(() -> assertThat(source(gateway).path("received").asLong()).isEqualTo(6));

      boolean five = version.equals("5");
      assertThat(source(gateway).path("rejected").asLong()).isEqualTo(2);
      assertThat(source(gateway).path("appended").asLong()).isEqualTo(4);
      List<String> details = new ArrayList<>();
      List<String> topics = new ArrayList<>();
      await()
          .untilAsserted(
              () -> {
                details.clear();
                topics.clear();
                for (JsonNode each :
                    JSON.readTree(gateway.get("/api/v1/quarantine")).path("entries")) {
                  topics.add(each.path("topic").asText());
                  details.add(each.at("/faults/0/detail").asText());
                }
                assertThat(details).hasSize(2);
              });
      assertThat(topics)
          .containsExactlyInAnyOrder("plant/large", five ? "plant/correlated" : EMOJI);
      assertThat(details)
          .anySatisfy(
              detail ->
                  assertThat(detail)
                      .contains("the payload has 41943040 bytes with SHA-256 " + sha256()))
          .anySatisfy(
              detail ->
                  assertThat(detail)
                      .contains(five ? "its correlation data has 40000 bytes" : "U+1F600"));
      assertThat(gateway.output()).doesNotContain("OutOfMemoryError", "connection lost");
      JsonNode status = JSON.readTree(gateway.get("/api/v1/status"));
      assertThat(status.at("/sources/0/connects").asLong(1)).isEqualTo(1);

      assertThat(gateway.stop()).isZero();
      gateway.start();
      DurabilityTest.awaitConnected(gateway);
      assertThat(source(gateway).path("received").asLong())
          .as("all were acknowledged: none comes again")
          .isEqualTo(6);
    }
  }

  private static String sha256() throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(LARGE));
  }

  private static JsonNode source(GatewayProcess gateway) throws Exception {
    return JSON.readTree(gateway.get("/api/v1/ledger")).at("/sources/0");
  }

  private static void publishAll(String url) throws Exception {
    MqttClient device = new MqttClient(url, "device", new MemoryPersistence());
    device.connect();
    publish(device, "plant/before", reading(1), new MqttProperties());
    publish(device, EMOJI, reading(2), new MqttProperties());
    MqttProperties correlated = new MqttProperties();
    correlated.setCorrelationData(new byte[40_000]);
    publish(device, "plant/correlated", reading(3), correlated);
    publish(device, "plant/between", reading(4), new MqttProperties());
    publish(device, "plant/large", LARGE, new MqttProperties());
    publish(device, "plant/behind", reading(5), new MqttProperties());
    device.disconnect();
    device.close();
  }

  private static byte[] reading(int value) {
    return "{\"temperature\":%d.5}".formatted(value).getBytes(UTF_8);
  }

  private static void publish(
      MqttClient device, String topic, byte[] payload, MqttProperties properties) throws Exception {
    device.publish(topic, new MqttMessage(payload, 1, false, properties));
  }
}
