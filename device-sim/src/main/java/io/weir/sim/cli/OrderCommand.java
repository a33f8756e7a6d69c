package io.weir.sim.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.mqtt.MqttClients;
import io.weir.sim.mqtt.Publisher;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that send an order to a running simulator and print its answer. */
abstract class OrderCommand implements Callable<Integer> {

  private static final JsonMapper JSON = new JsonMapper();
  private static final long ANSWER_MS = 5_000;

  /** A simulator that has just been started is not there yet. */
  private static final long SIMULATOR_MS = 10_000;

  /** After so long without an answer, the order is sent again. */
  private static final long AGAIN_MS = 1_000;

  /** Wait after a refusal: another simulator on the same broker may accept the order. */
  private static final long BETTER_ANSWER_MS = 300;

  @Parameters(paramLabel = "MACHINE", description = "Its name, such as press-01.")
  String machine = "";

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "tcp://127.0.0.1:1883",
      description =
          "The broker of the simulator: tcp://[user:password@]host:port. Default: ${DEFAULT-VALUE}")
  URI url = URI.create("tcp://127.0.0.1:1883");

  private final Console console;

  OrderCommand(Console console) {
    this.console = console;
  }

  @Command(
      name = "break",
      description = {"Breaks a machine of a running simulator, at once.", ""},
      footer = {"", "Example:", "  weir-sim break press-01 --for 2m --reason \"hydraulic leak\""})
  static final class Break extends OrderCommand {
    @Option(
        names = "--for",
        defaultValue = "5m",
        description = "How long it is down, in simulated time. Default: ${DEFAULT-VALUE}")
    Duration duration = Duration.ofMinutes(5);

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "The reason that the operator enters.")
    String reason = "";

    Break(Console console) {
      super(console);
    }

    @Override
    ObjectNode order(ObjectNode order) {
      return order.put("order", "break").put("for_ms", duration.toMillis()).put("reason", reason);
    }
  }

  @Command(
      name = "mend",
      description = {"Ends the stop of a machine of a running simulator.", ""})
  static final class Mend extends OrderCommand {
    Mend(Console console) {
      super(console);
    }

    @Override
    ObjectNode order(ObjectNode order) {
      return order.put("order", "mend");
    }
  }

  @Command(
      name = "poison",
      description = {
        "Lets a machine of a running simulator send a broken payload: cut off, garbled and empty in",
        "turn.",
        ""
      })
  static final class Poison extends OrderCommand {
    Poison(Console console) {
      super(console);
    }

    @Override
    ObjectNode order(ObjectNode order) {
      return order.put("order", "poison");
    }
  }

  abstract ObjectNode order(ObjectNode order);

  @Override
  public final Integer call() throws IOException {
    Publisher.Options broker;
    try {
      broker = new Publisher.Options(url, 1, 1, Duration.ZERO, note -> {});
    } catch (IllegalArgumentException e) {
      throw new UserError(String.valueOf(e.getMessage()));
    }
    JsonNode answer;
    try {
      answer = ask(broker);
    } catch (MqttException e) {
      String what = MqttClients.isRefusal(e.getReasonCode()) ? "refused by the" : "no";
      throw new IOException(what + " broker at " + broker.address() + ": " + e.getMessage(), e);
    }
    if (answer == null) {
      throw new IOException(
          "no simulator answers at %s within %d s: does weir-sim run use that broker?"
              .formatted(broker.address(), SIMULATOR_MS / 1000));
    }
    String text = answer.path("text").asText();
    if (!answer.path("done").asBoolean()) {
      throw new UserError(text);
    }
    console.result(text);
    return 0;
  }

  private @Nullable JsonNode ask(Publisher.Options broker) throws MqttException, IOException {
    BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
    String answerTo = OrderReceiver.TOPIC + "/answer/" + UUID.randomUUID();
    MqttAsyncClient client =
        MqttClients.client(broker, message -> answers.add(message.getPayload()), () -> {});
    try {
      client.connect(MqttClients.options(broker)).waitForCompletion(ANSWER_MS);
      IMqttToken subscribed = client.subscribe(answerTo, 1);
      subscribed.waitForCompletion(ANSWER_MS);
      MqttClients.requireGranted(answerTo, subscribed);
      String json = order(JSON.createObjectNode()).put("machine", machine).toString();
      MqttMessage message = new MqttMessage(json.getBytes(StandardCharsets.UTF_8));
      message.setQos(1);
      MqttProperties properties = new MqttProperties();
      properties.setResponseTopic(answerTo);
      properties.setCorrelationData(answerTo.getBytes(StandardCharsets.UTF_8));
      message.setProperties(properties);
      JsonNode answer = null;
      for (long waited = 0; answer == null && waited < SIMULATOR_MS; waited += AGAIN_MS) {
        if (waited == AGAIN_MS) {
          console.note("no simulator answers yet at " + broker.address() + "; waiting for one");
        }
        client.publish(OrderReceiver.TOPIC, message).waitForCompletion(ANSWER_MS);
        answer = next(answers, AGAIN_MS);
      }
      while (answer != null && !answer.path("done").asBoolean()) {
        JsonNode better = next(answers, BETTER_ANSWER_MS);
        if (better == null) {
          return answer;
        }
        answer = better;
      }
      return answer;
    } finally {
      leave(client);
    }
  }

  private static void leave(MqttAsyncClient client) {
    try {
      if (client.isConnected()) {
        client.disconnect().waitForCompletion(ANSWER_MS);
      }
      client.close(true);
    } catch (MqttException e) {
      // It is still connecting, for nobody has answered, which is what is said.
    }
  }

  private static @Nullable JsonNode next(BlockingQueue<byte[]> answers, long ms)
      throws IOException {
    try {
      byte[] answer = answers.poll(ms, TimeUnit.MILLISECONDS);
      return answer == null ? null : JSON.readTree(answer);
    } catch (InterruptedException e) {
      throw new IllegalStateException("commands are stopped by their stop signal", e);
    }
  }
}
