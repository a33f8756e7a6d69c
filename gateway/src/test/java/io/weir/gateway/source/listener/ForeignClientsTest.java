package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.machine.WatchedLine;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.peers.Brought;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Shelf;
import io.weir.peers.Peer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that this project did not write publish to the listener: by each QoS, with RETAIN, and
 * over a connection that breaks while their messages are under way.
 */
@Tag("server")
@Execution(ExecutionMode.CONCURRENT)
class ForeignClientsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ListenerRig rig = new ListenerRig();

  @TempDir Path folder;

  /** Makes a client that is connected through a port. */
  interface Maker {
    ForeignClient connect(ForeignClientsTest test, int port) throws Exception;
  }

  /**
   * One of them.
   *
   * @param resends whether what is under way survives a break of the connection
   */
  record Kind(String name, boolean resends, Maker maker) {

    Kind(String name, Maker maker) {
      this(name, true, maker);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        // It sends again what has only an alias for its topic, which no server can know then.
        new Kind("Paho for Java, MQTT 5", false, (test, port) -> new PahoClients.Five(port)),
        new Kind("Paho for Java, 3.1.1", (test, port) -> new PahoClients.Three(port, 4)),
        new Kind("Paho for Java, 3.1", (test, port) -> new PahoClients.Three(port, 3)),
        new Kind("HiveMQ, MQTT 5", (test, port) -> new HiveMqClients.Five(port)),
        new Kind("HiveMQ, 3.1.1", (test, port) -> new HiveMqClients.Three(port)),
        new Kind("mosquitto_pub, MQTT 5", (test, port) -> test.mosquitto(port, "5")),
        new Kind("mosquitto_pub, 3.1.1", (test, port) -> test.mosquitto(port, "311")),
        new Kind("mosquitto_pub, 3.1", (test, port) -> test.mosquitto(port, "31")),
        new Kind("mqtt of npm, MQTT 5", (test, port) -> test.node(port, 5)),
        new Kind("mqtt of npm, 3.1.1", (test, port) -> test.node(port, 4)),
        new Kind("Paho for Python, MQTT 5", (test, port) -> test.python(port, 5)),
        new Kind("Paho for Python, 3.1.1", (test, port) -> test.python(port, 4)),
        new Kind("Paho for C, MQTT 5", (test, port) -> test.c(port, 5)),
        new Kind("Paho for C, 3.1.1", (test, port) -> test.c(port, 4)));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void eachMessageOfAnotherClientIsTakenOnce(Kind kind) throws Exception {
    try (WatchedLine line = new WatchedLine(rig.listener.port(), () -> WatchedLine.Witness.NONE);
        ForeignClient client = kind.maker().connect(this, line.port())) {
      client.publish(0, false, "a");
      awaitTaken(1);
      client.publish(1, true, "b");
      awaitTaken(2);
      client.publish(2, false, "c");
      awaitTaken(3);
      if (kind.resends()) {
        rig.shelf.mode(Shelf.Mode.HOLD);
        client.publish(1, false, "d");
        awaitTaken(4);
        client.publish(2, false, "e");
        awaitTaken(5);
      } else {
        client.finish(); // else it may have to send again what it cannot
      }
      double connects = connects();
      line.cut();
      line.heal();
      await().atMost(PATIENCE).until(() -> connects() > connects);
      rig.shelf.mode(Shelf.Mode.DURABLE);
      rig.shelf.settle();
      await().atMost(PATIENCE).until(client::isReady);
      client.publish(2, false, "f");
      client.finish();
    }
    // One client sends QoS 1 again without DUP: then it may be another message.
    List<String> once = rig.shelf.texts().stream().filter(each -> !each.equals("d")).toList();
    List<String> all =
        kind.resends() ? List.of("a", "b", "c", "e", "f") : List.of("a", "b", "c", "f");
    assertThat(once).containsExactlyElementsOf(all);
    assertThat(rig.shelf.texts().contains("d")).isEqualTo(kind.resends());
    assertThat(rig.shelf.taken()).extracting(Delivery::qos).contains(0, 1, 2);
    assertThat(rig.shelf.taken()).noneMatch(Delivery::retained);
  }

  /** Those that send as much as they have, whatever they were told that may be under way. */
  static Stream<Kind> unbounded() {
    return kinds().filter(each -> each.name().matches("(mqtt of npm|Paho for Python), MQTT 5"));
  }

  @ParameterizedTest
  @MethodSource("unbounded")
  void moreAtOnceThanMayBeUnderWayComesInTheEnd(Kind kind) throws Exception {
    try (ForeignClient client = kind.maker().connect(this, rig.listener.port())) {
      client.publish(1, false, "first");
      awaitTaken(1);
      rig.shelf.mode(Shelf.Mode.HOLD);
      for (int i = 0; i < 30; i++) {
        client.publish(1 + i % 2, false, "m" + i);
      }
      awaitTaken(11); // the Receive Maximum is 10
      rig.shelf.mode(Shelf.Mode.DURABLE);
      rig.shelf.settle();
      client.finish();
    }
    assertThat(connects()).isGreaterThan(1);
    List<String> taken = rig.shelf.texts();
    for (int i = 0; i < 30; i++) {
      assertThat(taken).contains("m" + i);
    }
    assertThat(taken).filteredOn(each -> each.matches("m\\d*[13579]")).doesNotHaveDuplicates();
  }

  private void awaitTaken(int count) {
    await().atMost(PATIENCE).until(() -> rig.shelf.taken().size() >= count);
  }

  private double connects() {
    return rig.meters.get(MeterNames.CONNECTS).counter().count();
  }

  // ---- Programs

  private ForeignClient mosquitto(int port, String version) {
    String program = Peer.program("mosquitto_pub", "mosquitto-clients");
    return new PipedClient(
        folder,
        false,
        qos ->
            List.of(
                program,
                "-h",
                "127.0.0.1",
                "-p",
                "" + port,
                "-V",
                version,
                "-i",
                "m" + qos,
                "-c",
                "-q",
                "" + qos,
                "-r",
                "-t",
                ForeignClient.TOPIC,
                "-l"));
  }

  private ForeignClient node(int port, int version) throws IOException {
    String module = Brought.mqttOfNpm().orFail().resolve("node_modules/mqtt").toString();
    String node = Peer.program("node", "nodejs");
    String script = script("publish.cjs").toString();
    return named(node, script, module, "" + port, "node", "" + version);
  }

  private ForeignClient python(int port, int version) throws IOException {
    String script = script("publish.py").toString();
    return named(pythonWithPaho(), script, "" + port, "python", "" + version);
  }

  private static String pythonWithPaho() throws IOException {
    for (String each : List.of("/usr/bin/python3", "python3")) {
      if (succeeds(each, "-c", "import paho.mqtt.client")) {
        return each;
      }
    }
    throw new AssertionError("no Paho for Python: apt-get install python3-paho-mqtt");
  }

  private ForeignClient c(int port, int version) throws IOException {
    Path program = folder.resolve("publish");
    String source = script("publish.c").toString();
    String gcc = Peer.program("gcc", "gcc");
    if (!succeeds(gcc, "-Wall", "-o", program.toString(), source, "-lpaho-mqtt3a")) {
      throw new AssertionError("no Paho for C: apt-get install libpaho-mqtt-dev");
    }
    return named(program.toString(), "" + port, "c", "" + version);
  }

  private ForeignClient named(String... command) {
    return new PipedClient(folder, true, qos -> List.of(command));
  }

  private Path script(String name) throws IOException {
    Path copy = folder.resolve(name);
    try (InputStream in = getClass().getResourceAsStream("clients/" + name)) {
      Files.copy(in, copy);
    }
    return copy;
  }

  private static boolean succeeds(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(new File("/dev/null"))
            .start();
    try {
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
