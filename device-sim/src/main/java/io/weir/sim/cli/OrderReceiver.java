package io.weir.sim.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.sim.mqtt.MqttClients;
import io.weir.sim.mqtt.Publisher;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.Plant;
import io.weir.sim.plant.SimulatedState;
import io.weir.sim.scenario.Scenario;
import io.weir.sim.scenario.Suggestions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/**
 * Receives orders to a running simulator: JSON on {@value #TOPIC}, answered on the response topic
 * of the message. It uses a connection of its own, which may fail without harm to the run.
 *
 * <p>Orders arrive on the client's thread; the thread that calls {@link #executePending} executes
 * them. One with the correlation data of another is the same order, sent again: it is executed
 * once.
 */
final class OrderReceiver implements AutoCloseable {

  static final String TOPIC = "weir-sim/control";

  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_PENDING = 100;
  private static final long LONGEST_MS = 365 * 86_400_000L;
  private static final long CLOSE_MS = 1_000;
  private static final long CHECK_NS = 200_000_000;
  private static final long ATTEMPT_NS = 5_000_000_000L;

  /** An order, and where to send the answer. */
  @SuppressWarnings("ArrayRecordComponent") // only sent back, never compared
  private record Order(JsonNode json, @Nullable String answerTo, byte @Nullable [] correlation) {}

  private final BlockingQueue<Order> orders = new ArrayBlockingQueue<>(MOST_PENDING);
  private final Plant plant;
  private final Consumer<MachinePath> poison;
  private final Publisher.Options broker;
  private final Consumer<String> notes;
  private final Deque<ByteBuffer> executed = new ArrayDeque<>();
  private CountDownLatch lost = new CountDownLatch(1);
  private MqttAsyncClient client;
  private long attemptedAt = System.nanoTime();
  private @Nullable IMqttToken subscribing;
  private boolean subscriptionChecked;
  private long checkedAt = System.nanoTime();

  /**
   * @param poison sends a broken payload of a machine
   */
  OrderReceiver(Publisher.Options broker, Plant plant, Consumer<MachinePath> poison)
      throws IOException {
    this.plant = plant;
    this.broker = broker;
    notes = broker.notes();
    this.poison = poison;
    try {
      client = MqttClients.client(broker, this::arrived, lost::countDown);
      client.connect(MqttClients.options(broker));
    } catch (MqttException e) {
      throw new IOException(e);
    }
  }

  private void arrived(MqttMessage message) {
    MqttProperties properties = message.getProperties();
    try {
      JsonNode json = JSON.readTree(message.getPayload());
      Order order =
          new Order(
              json,
              properties == null ? null : properties.getResponseTopic(),
              properties == null ? null : properties.getCorrelationData());
      if (!orders.offer(order)) {
        notes.accept("too many orders at once; one was ignored");
      }
    } catch (IOException e) {
      notes.accept("an order on " + TOPIC + " is not JSON: " + e.getMessage());
    }
  }

  /** Executes the orders that arrived, and connects again if necessary. Call it often. */
  void executePending() {
    keepConnected();
    for (Order order = orders.poll(); order != null; order = orders.poll()) {
      if (!isNew(order)) {
        continue;
      }
      boolean done = true;
      String text;
      try {
        text = execute(order.json);
      } catch (IllegalArgumentException e) {
        done = false;
        text = String.valueOf(e.getMessage());
      }
      answer(order, done, text);
    }
  }

  /** One that was late to be answered is sent again, with the same correlation data. */
  private boolean isNew(Order order) {
    if (order.correlation == null) {
      return true;
    }
    ByteBuffer which = ByteBuffer.wrap(order.correlation);
    if (executed.contains(which)) {
      return false;
    }
    executed.addLast(which);
    if (executed.size() > MOST_PENDING) {
      executed.removeFirst();
    }
    return true;
  }

  private void keepConnected() {
    if (System.nanoTime() - checkedAt < CHECK_NS) {
      return;
    }
    checkedAt = System.nanoTime();
    try {
      if (!client.isConnected() || lost.getCount() == 0) {
        // Paho may never complete the token of a failed attempt, so only the time counts.
        if (System.nanoTime() - attemptedAt > ATTEMPT_NS) {
          reconnect();
        }
      } else if (subscribing == null) {
        subscribing = client.subscribe(TOPIC, 1);
        subscriptionChecked = false;
      } else if (!subscriptionChecked && subscribing.isComplete()) {
        subscriptionChecked = true;
        MqttClients.requireGranted(TOPIC, subscribing);
      }
    } catch (MqttException | IOException e) {
      notes.accept("cannot receive orders: " + e.getMessage());
    }
  }

  private void reconnect() throws MqttException {
    attemptedAt = System.nanoTime();
    client.close(true);
    subscribing = null;
    lost = new CountDownLatch(1);
    client = MqttClients.client(broker, this::arrived, lost::countDown);
    client.connect(MqttClients.options(broker));
  }

  private String execute(JsonNode order) {
    String name = order.path("machine").asText();
    MachinePath path = machine(name);
    String what = order.path("order").asText();
    switch (what) {
      case "break" -> {
        long ms = order.path("for_ms").asLong(300_000);
        String reason = order.path("reason").asText();
        if (ms < 1 || ms > LONGEST_MS) {
          throw new IllegalArgumentException(
              "a breakdown takes 1 ms to 365 days, not %d ms".formatted(ms));
        }
        if (reason.length() > Scenario.LONGEST_TEXT) {
          throw new IllegalArgumentException(
              "a reason has at most %d characters, not %,d"
                  .formatted(Scenario.LONGEST_TEXT, reason.length()));
        }
        plant.plan(
            0, path, (machine, at) -> machine.stop(SimulatedState.DOWN, reason, at, at + ms));
        return "%s breaks down for %d s%s"
            .formatted(name, ms / 1000, reason.isEmpty() ? "" : ": " + reason);
      }
      case "mend" -> {
        plant.plan(0, path, (machine, at) -> machine.endStop(at));
        return "the stop of " + name + " is over";
      }
      case "poison" -> {
        poison.accept(path);
        return name + " sends a broken payload";
      }
      default ->
          throw new IllegalArgumentException(
              "unknown order \""
                  + what
                  + "\""
                  + Suggestions.suggest(what, List.of("break", "mend", "poison")));
    }
  }

  private MachinePath machine(String name) {
    List<MachinePath> paths = plant.paths();
    for (MachinePath path : paths) {
      if (path.machine().equals(name)) {
        return path;
      }
    }
    throw new IllegalArgumentException(
        "no machine \""
            + name
            + "\""
            + Suggestions.suggest(name, paths.stream().map(MachinePath::machine).toList()));
  }

  private void answer(Order order, boolean done, String text) {
    if (order.answerTo == null || order.answerTo.isEmpty()) {
      return;
    }
    String json = JSON.createObjectNode().put("done", done).put("text", text).toString();
    MqttMessage message = new MqttMessage(json.getBytes(StandardCharsets.UTF_8));
    message.setQos(1);
    MqttProperties properties = new MqttProperties();
    properties.setCorrelationData(order.correlation);
    message.setProperties(properties);
    try {
      client.publish(order.answerTo, message);
    } catch (MqttException e) {
      notes.accept("could not answer an order: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      if (client.isConnected()) {
        client.disconnect().waitForCompletion(CLOSE_MS);
      }
      client.close(true);
    } catch (MqttException e) {
      notes.accept("could not close the connection for orders: " + e.getMessage());
    }
  }
}
