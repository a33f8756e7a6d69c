package io.weir.sim.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import io.weir.sim.mqtt.MqttClients;
import io.weir.sim.mqtt.Publisher;
import io.weir.sim.mqtt.Subscriber;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Orders to a running simulator, over a real Mosquitto. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("server")
class OrderCommandTest {

  /** A plugin that comes with Mosquitto. */
  private static final Path DYNAMIC_SECURITY = dynamicSecurity();

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aMachineIsBrokenRepairedAndPoisonedWhileItRuns() throws Exception {
    StopSignal stop = new StopSignal();
    try (Mosquitto broker = Mosquitto.started(folder);
        Subscriber subscriber = new Subscriber(broker.url(), "watch", "factory/#");
        Publisher orders = new Publisher(Publisher.Options.of(broker.url()))) {
      CompletableFuture<Integer> running =
          CompletableFuture.supplyAsync(() -> run(stop, "run", "--url", broker.url()));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> ask(broker, "break press-01 --for 90s --reason leak") == 0);
      assertThat(out.toString()).contains("press-01 breaks down for 90 s: leak");
      await()
          .until(() -> reported(subscriber, "press-01", "\"state\":\"DOWN\",\"reason\":\"leak\""));

      assertThat(ask(broker, "mend press-01")).isZero();
      await()
          .until(
              () -> {
                List<String> payloads = payloads(subscriber, "press-01");
                return !payloads.get(payloads.size() - 1).contains("DOWN");
              });

      assertThat(ask(broker, "poison robot-02")).isZero();
      await()
          .until(
              () ->
                  payloads(subscriber, "robot-02").stream()
                      .anyMatch(payload -> !payload.endsWith("}")));

      assertThat(ask(broker, "break press-01 --for 400d")).isEqualTo(1);
      assertThat(err.toString()).contains("1 ms to 365 days");
      assertThat(ask(broker, "break press-01 --reason " + "x".repeat(201))).isEqualTo(1);
      assertThat(err.toString()).contains("a reason has at most 200 characters, not 201");
      assertThat(ask(broker, "break pres-05")).isEqualTo(1);
      assertThat(err.toString()).contains("no machine \"pres-05\"; did you mean \"press-05\"?");
      orders.publish(OrderReceiver.TOPIC, "no json".getBytes(UTF_8));
      orders.publish(
          OrderReceiver.TOPIC, "{\"order\":\"melt\",\"machine\":\"press-01\"}".getBytes(UTF_8));
      orders.publish(
          OrderReceiver.TOPIC,
          "{\"order\":\"break\",\"machine\":\"press-09\",\"for_ms\":60000}".getBytes(UTF_8));
      await().until(() -> reported(subscriber, "press-09", "\"state\":\"DOWN\",\"reason\":\"\""));
      stop.ask();
      assertThat(running.get()).isZero();
    }
  }

  @Test
  void aBrokerThatTakesTheConnectionAndSaysNothingIsWaitedForWithinLimits() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "tcp://127.0.0.1:" + silent.getLocalPort();
      assertThat(run(new StopSignal(), "mend", "press-01", "--url", url)).isEqualTo(2);
      assertThat(err.toString()).contains("no broker at " + url + ": Timed out waiting");
    }
  }

  @Test
  void withoutASimulatorOrABrokerAnOrderEndsWithTwoAndTheReason() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder)) {
      assertThat(ask(broker, "break press-01")).isEqualTo(2);
      assertThat(err.toString()).contains("no simulator answers at " + broker.url());
    }
    String unused = "tcp://127.0.0.1:" + Ports.free();
    assertThat(run(new StopSignal(), "mend", "press-01", "--url", unused)).isEqualTo(2);
    assertThat(err.toString()).contains("no broker at " + unused);
    assertThat(run(new StopSignal(), "mend", "press-01", "--url", "http://x")).isEqualTo(1);
    assertThat(run(new StopSignal(), "break")).isEqualTo(1);
  }

  @Test
  void anOrderWaitsForASimulatorThatHasJustBeenStarted() throws Exception {
    StopSignal stop = new StopSignal();
    try (Mosquitto broker = Mosquitto.started(folder)) {
      CompletableFuture<Integer> ordered =
          CompletableFuture.supplyAsync(() -> ask(broker, "poison press-01"));
      await().until(() -> err.toString().contains("no simulator answers yet"));
      CompletableFuture<Integer> running =
          CompletableFuture.supplyAsync(() -> run(stop, "run", "--url", broker.url()));
      assertThat(ordered.get()).isZero();
      stop.ask();
      assertThat(running.get()).isZero();
    }
  }

  @Test
  void anOrderThatComesTwiceIsExecutedOnce() throws Exception {
    StopSignal stop = new StopSignal();
    List<String> answers = new CopyOnWriteArrayList<>();
    try (Mosquitto broker = Mosquitto.started(folder)) {
      CompletableFuture<Integer> running =
          CompletableFuture.supplyAsync(() -> run(stop, "run", "--url", broker.url()));
      assertThat(ask(broker, "mend press-01")).isZero();
      Publisher.Options options = Publisher.Options.of(broker.url());
      MqttAsyncClient client =
          MqttClients.client(
              options, message -> answers.add(new String(message.getPayload(), UTF_8)), () -> {});
      client.connect(MqttClients.options(options)).waitForCompletion(5_000);
      client.subscribe("answers", 1).waitForCompletion(5_000);
      for (String which : List.of("a", "a", "b")) {
        MqttMessage message =
            new MqttMessage("{\"order\":\"poison\",\"machine\":\"press-01\"}".getBytes(UTF_8));
        message.setQos(1);
        MqttProperties properties = new MqttProperties();
        properties.setResponseTopic("answers");
        properties.setCorrelationData(which.getBytes(UTF_8));
        message.setProperties(properties);
        client.publish(OrderReceiver.TOPIC, message).waitForCompletion(5_000);
      }
      await().during(Duration.ofSeconds(1)).until(() -> answers.size() == 2);
      client.disconnect().waitForCompletion(5_000);
      client.close(true);
      stop.ask();
      assertThat(running.get()).isZero();
    }
  }

  @Test
  void ordersAreReceivedAgainAfterARestartOfTheBroker() throws Exception {
    StopSignal stop = new StopSignal();
    try (Mosquitto broker = Mosquitto.started(folder)) {
      CompletableFuture<Integer> running =
          CompletableFuture.supplyAsync(() -> run(stop, "run", "--url", broker.url()));
      await().atMost(Duration.ofSeconds(30)).until(() -> ask(broker, "mend press-01") == 0);
      broker.stop();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> err.toString().contains("waiting for the broker"));
      broker.start();
      await().atMost(Duration.ofSeconds(60)).until(() -> ask(broker, "mend press-01") == 0);
      stop.ask();
      assertThat(running.get()).isZero();
    }
  }

  @Test
  void aRefusedSubscriptionToOrdersIsReportedAndTheRunGoesOn() throws Exception {
    Path rules = folder.resolve("rules.json");
    Files.writeString(
        rules, "{\"defaultACLAccess\": {\"publishClientSend\": true, \"subscribe\": false}}");
    StopSignal stop = new StopSignal();
    try (Mosquitto broker =
        Mosquitto.started(
            folder, "plugin " + DYNAMIC_SECURITY, "plugin_opt_config_file " + rules)) {
      CompletableFuture<Integer> running =
          CompletableFuture.supplyAsync(() -> run(stop, "run", "--url", broker.url()));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  err.toString()
                      .contains(
                          "cannot receive orders: the broker refuses the subscription to"
                              + " weir-sim/control: reason 0x87"));
      assertThat(ask(broker, "break press-01")).isEqualTo(2);
      assertThat(err.toString())
          .contains("the broker refuses the subscription to weir-sim/control/answer/");
      stop.ask();
      assertThat(running.get()).isZero();
    }
  }

  private static Path dynamicSecurity() {
    try (Stream<Path> found =
        Files.find(
            Path.of("/usr/lib"),
            3,
            (path, unused) -> path.endsWith("mosquitto_dynamic_security.so"))) {
      return found
          .findFirst()
          .orElseThrow(() -> new AssertionError("mosquitto has no mosquitto_dynamic_security.so"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean reported(Subscriber subscriber, String machine, String text) {
    return payloads(subscriber, machine).stream().anyMatch(payload -> payload.contains(text));
  }

  private static List<String> payloads(Subscriber subscriber, String machine) {
    return subscriber.received().stream()
        .filter(each -> each.topic().contains("/" + machine + "/"))
        .map(Subscriber.Received::payload)
        .toList();
  }

  private int ask(Mosquitto broker, String order) {
    return run(new StopSignal(), (order + " --url " + broker.url()).split(" "));
  }

  private int run(StopSignal stop, String... arguments) {
    return SimulatorCommand.run(
        new Console(new PrintWriter(out, true), new PrintWriter(err, true), stop), arguments);
  }
}
