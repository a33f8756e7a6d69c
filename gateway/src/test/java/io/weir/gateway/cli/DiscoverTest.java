package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.peers.Mosquitto;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscoverTest {

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private int run(String... args) {
    out.reset();
    PrintStream print = new PrintStream(out, true, UTF_8);
    Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), print, print, Map.of());
    return new Program(terminal, (file, config) -> 0).run(args);
  }

  @Test
  void whatIsThereIsGroupedRecognisedAndGivenAsRoutesThatCheckAccepts() throws Exception {
    try (Mosquitto broker = new Mosquitto(folder.resolve("broker"))) {
      broker.start();
      MqttClient device = new MqttClient(broker.url(), "device", new MemoryPersistence());
      device.connect();
      for (String line : new String[] {"line-1", "line-2"}) {
        for (String machine : new String[] {"press-01", "robot-02"}) {
          String topic = "factory/" + line + "/" + machine;
          publish(device, topic + "/telemetry", "{\"ts\":1790000000000,\"temp\":21.5}");
          publish(device, topic + "/state", "{\"state\":\"RUNNING\"}");
          publish(device, "tags/" + line + "/" + machine + "/speed", "12.5");
        }
      }
      publish(device, "influx/a", "m,tag=x temp=1.5 1790000000000000000");
      publish(device, "odd/a", "a;b;c\n1;2;3");

      assertThat(run("discover", "--url", broker.url(), "--for", "2s")).isZero();
      device.disconnect();
      device.close();
    }
    String printed = out.toString(UTF_8);
    String routes = printed.substring(printed.indexOf("\nroutes:") + 1);
    assertThat(routes)
        .isEqualTo(
            """
            routes:
              - { topic: 'influx/a', format: influx-line }
              # topic: 'odd/a'  not recognised
              - { topic: 'factory/{line}/{machine}/state', format: json }
              - { topic: 'factory/{line}/{machine}/telemetry', format: json }
              - { topic: 'tags/{line}/{machine}/{metric}', format: scalar }
            """);
    assertThat(printed)
        .contains("4 topics", "temp = 21.5", "telemetry,line=line-1,machine=press-01");

    Path file = folder.resolve("pasted.yaml");
    Files.writeString(
        file,
        "gateway: { id: a }\nsources: [ { name: plant, type: mqtt, url: 'tcp://h:1' } ]\n"
            + routes);
    assertThat(run("check", "--config", file.toString())).as(out.toString(UTF_8)).isZero();
  }

  @Test
  void whatItCannotBeAskedForIsTold() {
    assertThat(run("discover")).isEqualTo(1);
    assertThat(out.toString(UTF_8)).contains("give --config FILE or --url");
    assertThat(run("discover", "--url", "tcp://127.0.0.1:1", "--for", "long")).isEqualTo(1);
    assertThat(run("discover", "--url", "tcp://127.0.0.1:1", "--for", "1s")).isEqualTo(2);
    assertThat(out.toString(UTF_8)).contains("cannot connect");
  }

  /** Retained, so that it is there whenever the listening begins. */
  private static void publish(MqttClient device, String topic, String payload) throws Exception {
    device.publish(topic, payload.getBytes(UTF_8), 1, true);
  }
}
