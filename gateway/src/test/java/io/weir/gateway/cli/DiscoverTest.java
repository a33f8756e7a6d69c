package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.Case;
import io.weir.gateway.e2e.SharedClasses;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.peers.Certificates;
import io.weir.peers.Mosquitto;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class DiscoverTest {

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private int run(String... args) {
    out.reset();
    PrintStream print = new PrintStream(out, true, UTF_8);
    Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), print, print, Map.of());
    return new Program(terminal, Time.SYSTEM, FileSystem.DISK, (file, config) -> 0).run(args);
  }

  @Test
  void whatIsThereIsGroupedRecognisedAndGivenAsRoutesThatCheckAccepts() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder.resolve("broker"))) {
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
              # nothing names the machine: write {machine} for the level that does, or asset.machine
              - { topic: 'influx/a', format: influx-line }
              # nothing names the machine: write {machine} for the level that does, or asset.machine
              - { topic: 'odd/a', format: csv }
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

  /** Cases whose format is known from the topic, and those known from the payload. */
  private static final List<String> BY_TOPIC =
      List.of(
          "homie/version-5",
          "siemens-databus/single",
          "shelly/gen2-status",
          "sparkplug-b/node-birth",
          "thingsboard/devices-of-a-gateway",
          "umh/historian-with-many-tags",
          "zigbee2mqtt/sensor");

  private static final List<String> BY_PAYLOAD =
      List.of(
          "edgex/an-event",
          "hivemq-edge/tag-names-the-metric",
          "influx-line/plain",
          "json/numbers-as-controllers-write-them",
          "kepware/standard-template",
          "neuron/list-of-tags",
          "opcua-pubsub/network-message",
          "senml-json/base-fields-and-times-relative-to-the-base",
          "sitewise/batch-request");

  /** Levels that a route, YAML or a shell could take for something of theirs. */
  private static final List<String> ODD_LEVELS =
      List.of("it's", "\"", "{x}", "a: b", "- a", "#x", "x y", "'", "", "压机", "a...}", "a\\b", "!");

  @Test
  void theRoutesOfManyFormatsAtOnceDecodeWhatWasHeardBySourceOfAConfiguration() throws Exception {
    Map<String, byte[]> heard = new LinkedHashMap<>();
    Map<String, String> formats = new LinkedHashMap<>();
    for (String name : BY_TOPIC) {
      Case given = Case.load(name);
      formats.put(given.arrival().topic(), given.format());
      heard.put(given.arrival().topic(), given.arrival().payload());
    }
    for (String name : BY_PAYLOAD) {
      Case given = Case.load(name);
      formats.put("by-payload/" + given.format(), given.format());
      heard.put("by-payload/" + given.format(), given.arrival().payload());
    }
    for (int i = 0; i < ODD_LEVELS.size(); i++) {
      String topic = "odd/" + i + "/" + ODD_LEVELS.get(i).replaceAll("[#+]", "");
      formats.put(topic, "scalar");
      heard.put(topic, "21.5".getBytes(UTF_8));
    }
    Path file = folder.resolve("gateway.yaml");
    String sources;
    try (Mosquitto broker = Mosquitto.started(folder.resolve("broker"))) {
      MqttClient device = new MqttClient(broker.url(), "device", new MemoryPersistence());
      device.connect();
      for (Map.Entry<String, byte[]> each : heard.entrySet()) {
        device.publish(each.getKey(), each.getValue(), 1, true);
      }
      sources =
          """
          gateway: { id: a }
          sources:
            - { name: away, type: mqtt, url: "tcp://127.0.0.1:1" }
            - { name: plant, type: mqtt, url: "%s" }
          """
              .formatted(broker.url());
      Files.writeString(file, sources + "routes: [ { topic: a, format: json } ]\n");

      String[] discover = {"discover", "--config", file.toString(), "--for", "2s", "--source"};
      assertThat(run(with(discover, "plant"))).as(out.toString(UTF_8)).isZero();
      device.disconnect();
      device.close();
    }
    String printed = out.toString(UTF_8);
    Files.writeString(file, sources + printed.substring(printed.indexOf("\nroutes:") + 1));

    assertThat(run("check", "--config", file.toString())).as(out.toString(UTF_8)).isZero();
    for (Map.Entry<String, byte[]> each : heard.entrySet()) {
      Path payload = Files.write(folder.resolve("payload"), each.getValue());
      String[] decode = {"decode", "-c", file.toString(), "--file", payload.toString(), "--topic"};
      int exit = run(with(decode, each.getKey()));
      assertThat(exit)
          .as(out.toString(UTF_8))
          .isEqualTo(out.toString(UTF_8).contains("-> rejected, ") ? 1 : 0);
      assertThat(out.toString(UTF_8))
          .as(each.getKey())
          .contains(", format " + formats.get(each.getKey()))
          .containsPattern("= readings [1-9]");
    }
  }

  private static String[] with(String first, String[] rest) {
    return Stream.concat(Stream.of(first), Stream.of(rest)).toArray(String[]::new);
  }

  private static String[] with(String[] begin, String last) {
    return Stream.concat(Stream.of(begin), Stream.of(last)).toArray(String[]::new);
  }

  @Test
  void aFileWithoutABrokerIsSaidToHaveNone() throws IOException {
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(file, "gateway: { id: a }\nsources: [ { name: in, type: http } ]\n");
    assertThat(run("discover", "--config", file.toString(), "--for", "1s")).isEqualTo(1);
    assertThat(out.toString(UTF_8)).contains("there is no source of type mqtt in " + file);
  }

  @Test
  void whatIsWrongWithAnOptionIsSaidOfTheOption() {
    assertThat(run("discover", "--url", "http://broker")).isEqualTo(1);
    assertThat(out.toString(UTF_8)).contains("weir: --url must begin with ssl:// or tcp://");
    assertThat(run("discover", "--url", "tcp://127.0.0.1:1", "--topic", "a/#/b")).isEqualTo(1);
    assertThat(out.toString(UTF_8)).contains("weir: --topic '#' takes the rest");
  }

  /** The program as a process, so that signals can be sent to it. */
  private final class Discovering implements AutoCloseable {
    private final Path log = folder.resolve("discover.log");
    private final Process process;

    Discovering(String... args) throws IOException {
      List<String> command = new ArrayList<>();
      command.addAll(List.of("env", "--default-signal=INT")); // a shell's background ignores it
      command.addAll(SharedClasses.java());
      command.addAll(List.of("io.weir.gateway.Main", "discover"));
      command.addAll(List.of(args));
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    }

    String printed() throws IOException {
      return Files.readString(log);
    }

    void awaitPrinted(String text) {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(printed()).contains(text));
    }

    /** Ends it by a signal, which is a normal end. */
    String ended(String signal) throws Exception {
      return ended(signal, 0);
    }

    String ended(String signal, int exit) throws Exception {
      String pid = Long.toString(process.pid());
      assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
      assertThat(process.waitFor(15, TimeUnit.SECONDS)).as(printed()).isTrue();
      assertThat(process.exitValue()).as(printed()).isEqualTo(exit);
      return printed();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static void publishTo(Mosquitto broker, String topic, String payload) throws Exception {
    MqttClient device = new MqttClient(broker.url(), "device", new MemoryPersistence());
    device.connect();
    publish(device, topic, payload);
    device.disconnect();
    device.close();
  }

  @Test
  @Tag("soak")
  void anInterruptPrintsWhatWasFoundSoFarAndIsNoFailure() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder.resolve("broker"))) {
      publishTo(broker, "factory/press-01/telemetry", "{\"temp\":21.5}");
      try (Discovering discover = new Discovering("--url", broker.url(), "--for", "10m")) {
        discover.awaitPrinted("  1 message, 1 topic");
        assertThat(discover.ended("INT"))
            .endsWith(
                "  - { topic: 'factory/press-01/telemetry', format: json, asset: { machine: press-01 } }\n");
      }
    }
  }

  @Test
  void aSignalKeepsWhatWasHeardAlsoWhileABrokerDoesNotAnswer() throws Exception {
    Path state = folder.resolve("state.json");
    try (Mosquitto broker = Mosquitto.started(folder.resolve("broker"));
        ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      publishTo(broker, "factory/press-01/telemetry", "{\"temp\":21.5}");
      String away = "tcp://127.0.0.1:" + silent.getLocalPort();
      for (String signal : List.of("TERM", "INT")) {
        String[] args = {"--url", away, "--url", broker.url(), "--for", "10m", "--state"};
        try (Discovering discover = new Discovering(with(args, state.toString()))) {
          String count = signal.equals("TERM") ? "  1 message, 1 topic" : "  2 messages, 1 topic";
          discover.awaitPrinted(count);
          assertThat(discover.ended(signal))
              .contains("what was heard is kept in " + state, "The broker has given no answer yet.")
              .contains("topic: 'factory/press-01/telemetry'");
        }
        assertThat(state).exists();
      }
    }
  }

  @Test
  void aConnectionThatBreaksIsMadeAgainAndWhatWasHeardStays() throws Exception {
    try (Mosquitto one = Mosquitto.started(folder.resolve("one"));
        Mosquitto two = Mosquitto.started(folder.resolve("two"))) {
      publishTo(one, "before/press-01/telemetry", "{\"temp\":21.5}");
      publishTo(two, "before/press-02/telemetry", "{\"temp\":21.5}");
      try (Discovering discover =
          new Discovering("--url", one.url(), "--url", two.url(), "--for", "10m")) {
        discover.awaitPrinted("  2 messages, 2 topics");
        one.stop();
        discover.awaitPrinted(one.url() + " is away and tried again: ");
        publishTo(two, "meanwhile/press-02/telemetry", "{\"temp\":21.5}");
        discover.awaitPrinted("  3 messages, 3 topics");
        one.start();
        discover.awaitPrinted(one.url() + " is there again");
        publishTo(one, "after/press-01/telemetry", "{\"temp\":21.5}");
        discover.awaitPrinted(", 4 topics");
        String[] reports = discover.ended("INT").split("\n== ");
        assertThat(reports).hasSize(3);
        assertThat(reports[1])
            .contains("The connection was lost once, so messages may be missing")
            .contains("before/press-01/telemetry", "after/press-01/telemetry");
        assertThat(reports[2])
            .doesNotContain("was lost")
            .contains("before/press-02/telemetry", "meanwhile/press-02/telemetry");
      }
    }
  }

  @Test
  @Tag("soak")
  void aStateThatCannotBeKeptIsSaidAtOnceAndLaterCostsNoReport() throws Exception {
    Path kept = folder.resolve("kept");
    Path state = kept.resolve("state.json");
    try (Mosquitto broker = Mosquitto.started(folder.resolve("broker"))) {
      publishTo(broker, "factory/press-01/telemetry", "{\"temp\":21.5}");
      String[] args = {"--url", broker.url(), "--for", "10m", "--state", state.toString()};
      assertThat(run(with("discover", args))).isEqualTo(2);
      assertThat(out.toString(UTF_8)).contains("there is no such file or folder");

      Files.createDirectory(kept);
      try (Discovering discover = new Discovering(args)) {
        discover.awaitPrinted("  1 message, 1 topic");
        Files.delete(state);
        Files.delete(kept);
        assertThat(discover.ended("INT", 2))
            .contains("what was heard cannot be kept: " + kept)
            .contains("topic: 'factory/press-01/telemetry'");
      }
    }
  }

  @Test
  void aRunGoesOnWithWhatAnEarlierOneHasHeardAlsoOfABrokerThatIsAway() throws Exception {
    Path state = folder.resolve("state.json");
    Path file = folder.resolve("gateway.yaml");
    String url;
    try (Mosquitto broker = Mosquitto.started(folder.resolve("broker"))) {
      url = broker.url();
      MqttClient device = new MqttClient(url, "device", new MemoryPersistence());
      device.connect();
      publish(device, "factory/press-01/telemetry", "{\"temp\":21.5}");
      Files.writeString(
          file,
          """
          gateway: { id: a }
          sources:
            - { name: away, type: mqtt, url: "tcp://127.0.0.1:1" }
            - { name: plant, type: mqtt, url: "%s" }
          """
              .formatted(url));
      String[] discover = {"discover", "-c", file.toString(), "--for", "2s", "--state"};
      assertThat(run(with(discover, state.toString()))).as(out.toString(UTF_8)).isZero();
      device.disconnect();
      device.close();
    }
    assertThat(out.toString(UTF_8))
        .contains("tcp://127.0.0.1:1 is tried again", "what was heard is kept in " + state)
        .contains("topic: 'factory/press-01/telemetry'");

    String[] again = {"discover", "--url", url, "--for", "1s", "--state", state.toString()};
    assertThat(run(again)).as(out.toString(UTF_8)).isZero();
    assertThat(out.toString(UTF_8)).contains("topic: 'factory/press-01/telemetry'");

    Files.writeString(state, "{\"version\":9}");
    assertThat(run(again)).isEqualTo(2);
    assertThat(out.toString(UTF_8)).contains("is no state of this version");
  }

  @Test
  void itLogsInByCertificateAndPasswordOfAFile() throws Exception {
    Certificates certificates = new Certificates(folder.resolve("certificates"));
    certificates.sign("server", "EC", "IP:127.0.0.1");
    certificates.sign("client", "EC", "DNS:discover");
    Path passwords = folder.resolve("passwords");
    assertThat(
            new ProcessBuilder("mosquitto_passwd", "-b", "-c", passwords + "", "weir", "secret")
                .start()
                .waitFor())
        .isZero();
    Mosquitto broker =
        new Mosquitto(
            folder.resolve("broker"),
            certificates.mosquitto("server"),
            "allow_anonymous false",
            "password_file " + passwords);
    try (broker) {
      broker.start();
      String url = "ssl://127.0.0.1:" + broker.port();
      Path password = Files.writeString(folder.resolve("password"), "secret\n");
      String ca = certificates.path("ca.pem").toString();
      String cert = certificates.path("client.pem").toString();
      String key = certificates.path("client.key").toString();
      String[] discover = {
        "discover",
        "--url",
        url,
        "--ca",
        ca,
        "--cert",
        cert,
        "--key",
        key,
        "--version",
        "3.1.1",
        "--user",
        "weir",
        "--for",
        "1s",
        "--password-file",
        password.toString()
      };
      assertThat(run(discover)).as(out.toString(UTF_8)).isZero();
      assertThat(out.toString(UTF_8)).contains("No message arrived").doesNotContain("secret");
      assertThat(run("discover", "--url", url, "--ca", ca, "--for", "1s")).isEqualTo(2);
      Files.writeString(password, "wrong\n");
      assertThat(run(discover)).isEqualTo(2);
      assertThat(out.toString(UTF_8)).containsIgnoringCase("not authorised");
    }
  }

  @Test
  void theRoutesOfSeveralSourcesSayWhichTheyAreFor() throws Exception {
    try (Mosquitto one = Mosquitto.started(folder.resolve("one"));
        Mosquitto two = Mosquitto.started(folder.resolve("two"))) {
      for (Mosquitto broker : List.of(one, two)) {
        MqttClient device = new MqttClient(broker.url(), "device", new MemoryPersistence());
        device.connect();
        String payload =
            broker == one
                ? "{\"temp\":21.5}"
                : "{\"tags\":[{\"tag\":\"temp\",\"value\":21.5},{\"tag\":\"hum\",\"value\":40}]}";
        publish(device, "factory/press-01/telemetry", payload);
        device.disconnect();
        device.close();
      }
      Path file = folder.resolve("gateway.yaml");
      String sources =
          """
          gateway: { id: a }
          sources:
            - { name: east, type: mqtt, url: "%s" }
            - { name: west, type: mqtt, url: "%s" }
          """
              .formatted(one.url(), two.url());
      Files.writeString(file, sources);
      assertThat(run("discover", "-c", file.toString(), "--for", "2s"))
          .as(out.toString(UTF_8))
          .isZero();
      List<String> routes =
          out.toString(UTF_8).lines().filter(line -> line.startsWith("  - ")).toList();
      assertThat(routes).hasSize(2);
      assertThat(routes.get(0)).contains("source: east").doesNotContain("pivot");
      assertThat(routes.get(1)).contains("source: west", "pivot: { name: tag, value: value }");
      Files.writeString(file, sources + "routes:\n" + String.join("\n", routes) + "\n");
      assertThat(run("check", "--config", file.toString())).as(out.toString(UTF_8)).isZero();
    }
  }

  @Test
  void whatItCannotBeAskedForIsReported() {
    assertThat(run("discover")).isEqualTo(1);
    assertThat(out.toString(UTF_8)).contains("give either --config FILE or --url");
    assertThat(run("discover", "--url", "tcp://127.0.0.1:1", "--for", "long")).isEqualTo(1);
    assertThat(run("discover", "--url", "tcp://127.0.0.1:1", "--for", "1s")).isEqualTo(2);
    assertThat(out.toString(UTF_8)).contains("cannot connect");
  }

  /** Retained, so that it is there whenever the listening begins. */
  private static void publish(MqttClient device, String topic, String payload) throws Exception {
    device.publish(topic, payload.getBytes(UTF_8), 1, true);
  }
}
