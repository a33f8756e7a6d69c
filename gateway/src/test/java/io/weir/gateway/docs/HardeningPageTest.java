package io.weir.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.peers.Mosquitto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.client.mqttv3.IMqttMessageListener;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page on hardening gives to copy does what the page says. */
@Tag("server")
class HardeningPageTest {

  private static final Path PAGE = Path.of("../docs/guide/hardening.md");

  @TempDir Path home;

  /** The block of code that begins with this line. */
  private static String block(String first) throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf("```\n" + first) + 4;
    assertThat(start).as(first).isGreaterThan(4);
    return page.substring(start, page.indexOf("```", start));
  }

  private Path passwords(String... users) throws Exception {
    Path file = home.resolve("passwords");
    Files.writeString(file, "");
    for (String user : users) {
      Process made =
          new ProcessBuilder("mosquitto_passwd", "-b", file.toString(), user, "secret")
              .redirectErrorStream(true)
              .start();
      String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(made.waitFor()).as(said).isZero();
    }
    return file;
  }

  private static MqttClient client(Mosquitto broker, String user) throws MqttException {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setUserName(user);
    options.setPassword("secret".toCharArray());
    MqttClient client =
        new MqttClient(broker.url(), MqttClient.generateClientId(), new MemoryPersistence());
    client.connect(options);
    return client;
  }

  private static void publish(Mosquitto broker, String user, String topic) throws MqttException {
    MqttClient client = client(broker, user);
    client.publish(topic, new byte[] {1}, 1, false);
    client.disconnect();
    client.close();
  }

  /** Mosquitto acknowledges a message that it refuses, or closes the connection. */
  private static void publishInVain(Mosquitto broker, String user, String topic)
      throws MqttException {
    MqttClient client = client(broker, user);
    try {
      client.publish(topic, new byte[] {1}, 1, false);
    } catch (MqttException e) {
      assertThat(e.getReasonCode()).isEqualTo(MqttException.REASON_CODE_CONNECTION_LOST);
    } finally {
      if (client.isConnected()) {
        client.disconnectForcibly(0, 1_000);
      }
      client.close();
    }
  }

  @Test
  void aDeviceWritesItsOwnTopicsAndTheGatewayWritesNone() throws Exception {
    Path acl = home.resolve("acl");
    Files.writeString(acl, block("# /etc/mosquitto/acl"));
    Path passwords = passwords("weir", "press-01");
    List<String> heard = new CopyOnWriteArrayList<>();
    try (Mosquitto broker =
        Mosquitto.started(
            home,
            "allow_anonymous false",
            "sys_interval 1",
            "password_file " + passwords,
            "acl_file " + acl)) {
      MqttClient gateway = client(broker, "weir");
      gateway.subscribe(
          new String[] {"factory/#", "$SYS/broker/publish/messages/dropped"},
          new int[] {1, 0},
          new IMqttMessageListener[] {
            (topic, message) -> heard.add(topic), (topic, message) -> heard.add(topic)
          });
      publishInVain(broker, "weir", "factory/a/b/c/press-01/of-the-gateway");
      publishInVain(broker, "press-01", "factory/a/b/c/press-02/telemetry");
      publish(broker, "press-01", "factory/a/b/c/press-01/telemetry");
      await().until(() -> heard.contains("factory/a/b/c/press-01/telemetry"));
      await().until(() -> heard.contains("$SYS/broker/publish/messages/dropped"));
      assertThat(heard).filteredOn(topic -> topic.startsWith("factory/")).hasSize(1);
      gateway.disconnect();
      gateway.close();
    }
  }
}
