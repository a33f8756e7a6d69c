package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.source.SourceConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The window under random traffic, against a broker that follows the standard: it sends in order,
 * starts packet ids again with each session, sends again what is not acknowledged when a session is
 * resumed, and now and then loses the session.
 */
class InflightWindowTest {

  /** A message at the broker: who it is, and under which packet id it is under way. */
  private record Sent(int message, int packetId) {}

  private static final class World {
    final Random random;
    final InflightWindow window = new InflightWindow(Integer.MAX_VALUE, Long.MAX_VALUE, 20);

    // the broker
    final Deque<Sent> unacknowledged = new ArrayDeque<>();
    final Deque<Sent> toSend = new ArrayDeque<>();
    int nextMessage;
    int nextPacketId = 1;

    // the inbox
    final List<InflightDelivery> inHand = new ArrayList<>();
    final Set<Integer> durable = new LinkedHashSet<>();
    boolean room = true;
    boolean anyFailed;

    // what the test knows
    final Map<InflightDelivery, Integer> messageOf = new HashMap<>();
    final Set<Integer> lostByBroker = new LinkedHashSet<>();
    int epoch;

    World(long seed) {
      random = new Random(seed);
      reconnect(false);
    }

    void step() {
      switch (random.nextInt(20)) {
        case 0 -> room = !room;
        case 1 -> reconnect(random.nextInt(4) > 0);
        case 2, 3 -> fail();
        case 4, 5, 6, 7 -> settle();
        case 8, 9, 10 -> offer();
        case 11, 12, 13 -> acknowledge();
        default -> receive();
      }
    }

    void receive() {
      if (unacknowledged.size() - toSend.size() >= 20) {
        return;
      }
      if (toSend.isEmpty()) {
        Sent fresh = new Sent(nextMessage++, nextPacketId++);
        unacknowledged.add(fresh);
        toSend.add(fresh);
      }
      Sent sent = toSend.remove();
      Publish arrival = new Publish("t", new byte[8], 1, false, false, sent.packetId(), null);
      InflightDelivery held = new InflightDelivery(id(epoch), arrival);
      messageOf.put(held, sent.message());
      window.add(held);
    }

    void offer() {
      InflightDelivery held = window.next();
      if (held == null) {
        return;
      }
      assertThat(anyFailed).as("offered among those that fail with others").isFalse();
      if (random.nextInt(4) == 0) {
        fail(); // while this one is being offered
      }
      if (!room) {
        window.notTaken(held);
        anyFailed = !inHand.isEmpty() && anyFailed;
        return;
      }
      inHand.add(held);
      if (random.nextBoolean()) {
        // the answer of the sync may overtake the answer of the offer
        settleOrFail(inHand.remove(inHand.size() - 1));
      }
      window.taken(held);
    }

    private void settleOrFail(InflightDelivery held) {
      if (random.nextBoolean()) {
        failed(held);
      } else {
        durable(held);
      }
    }

    private void failed(InflightDelivery held) {
      window.failed(held);
      anyFailed = !inHand.isEmpty();
    }

    private void durable(InflightDelivery held) {
      durable.add(messageOf.get(held));
      window.durable(held);
      anyFailed &= !inHand.isEmpty();
    }

    void settle() {
      if (!inHand.isEmpty()) {
        durable(inHand.remove(random.nextInt(Math.min(3, inHand.size()))));
      }
    }

    void fail() {
      if (!inHand.isEmpty()) {
        failed(inHand.remove(0));
      }
    }

    void acknowledge() {
      for (int packetId : window.due()) {
        Sent oldest = unacknowledged.remove();
        assertThat(packetId)
            .as("acknowledged in order of arrival, on its own connection")
            .isEqualTo(oldest.packetId());
        assertThat(durable).as("acknowledged is durable").contains(oldest.message());
      }
    }

    void reconnect(boolean sessionPresent) {
      window.connecting(++epoch);
      if (!sessionPresent) {
        for (Sent sent : unacknowledged) {
          if (toSend.contains(sent)) {
            lostByBroker.add(sent.message());
          }
        }
        unacknowledged.clear();
        nextPacketId = 1;
      }
      toSend.clear();
      toSend.addAll(unacknowledged);
      window.connected(sessionPresent);
    }

    void finish() {
      room = true;
      for (int i = 0; i < 10_000 && (window.size() > 0 || !toSend.isEmpty()); i++) {
        if (!toSend.isEmpty()) {
          receive();
        }
        offer();
        while (!inHand.isEmpty()) {
          settle();
        }
        acknowledge();
      }
    }
  }

  @Test
  void nothingIsLostAndAcknowledgementsFollowArrivalOnTheirOwnConnection() {
    for (long seed = 0; seed < 3_000; seed++) {
      World world = new World(seed);
      for (int i = 0; i < 300; i++) {
        world.step();
      }
      world.finish();

      assertThat(world.window.size()).as("seed %d: window empty", seed).isZero();
      assertThat(world.unacknowledged).as("seed %d: all acknowledged", seed).isEmpty();
      for (int message = 0; message < world.nextMessage; message++) {
        assertThat(world.durable.contains(message) || world.lostByBroker.contains(message))
            .as("seed %d: message %d is durable or was lost by the broker", seed, message)
            .isTrue();
      }
    }
  }

  @Test
  void whatFailsTogetherIsNotOvertakenByWhatCameAfterIt() {
    InflightWindow window = new InflightWindow(10, Long.MAX_VALUE, 10);
    window.connecting(1);
    window.connected(true);
    List<InflightDelivery> held = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      held.add(message(i));
    }
    held.subList(0, 3).forEach(window::add);
    for (int i = 0; i < 3; i++) {
      window.taken(Objects.requireNonNull(window.next()));
    }
    window.add(held.get(3));

    assertThat(window.failed(held.get(0))).isFalse();
    assertThat(window.next()).isNull();
    assertThat(window.offerable()).isZero();
    assertThat(window.failed(held.get(1))).isFalse();
    assertThat(window.next()).isNull();
    // the last of them is durable: no acknowledgement is due, but the others can be offered
    assertThat(window.durable(held.get(2))).isTrue();

    for (int again : List.of(0, 1, 3)) {
      assertThat(window.next()).isSameAs(held.get(again));
      window.taken(held.get(again));
    }
  }

  private static InflightDelivery message(int packetId) {
    return new InflightDelivery(
        id(1), new Publish("t", new byte[100], 1, false, false, packetId, null));
  }

  @Test
  void topicAndContentTypeCountAmongTheBytes() {
    String text = "x".repeat(60_000);
    Publish longTopic = new Publish(text, new byte[0], 1, false, false, 1, null);
    Publish longType = new Publish("t", new byte[0], 1, false, false, 1, text);
    for (Publish each : List.of(longTopic, longType)) {
      assertThat(new InflightDelivery(id(1), each).bytes()).isGreaterThan(60_000);
    }
  }

  @Test
  void theBoundIsInBytesAndInCountAndRoomReturnsAtHalfOfIt() {
    InflightWindow window = new InflightWindow(4, 10L * message(1).bytes(), 4);
    window.connecting(1);
    window.connected(true);
    List<InflightDelivery> held = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      assertThat(window.isFull()).isFalse();
      held.add(message(i));
      window.add(held.get(i - 1));
    }
    assertThat(window.isFull()).isTrue();

    for (int i = 0; i < 2; i++) {
      window.durable(held.get(i));
      window.due();
      assertThat(window.hasRoom()).isFalse();
    }
    window.durable(held.get(2));
    window.due();
    assertThat(window.hasRoom()).isTrue();
    assertThat(window.isFull()).isFalse();

    Publish large = new Publish("t", new byte[10_000], 1, false, false, 9, null);
    window.add(new InflightDelivery(id(1), large));
    assertThat(window.isFull()).isTrue();
  }

  private static ConnectionId id(int epoch) {
    return new ConnectionId(epoch, SourceConnection.first(epoch));
  }
}
