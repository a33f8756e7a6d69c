package io.weir.gateway.simulation;

import io.weir.gateway.source.SubscribeRequest;
import io.weir.gateway.source.mqtt.Client;
import io.weir.gateway.source.mqtt.Ending;
import io.weir.gateway.source.mqtt.MqttConfig;
import io.weir.gateway.source.mqtt.MqttConnectionException;
import io.weir.gateway.source.mqtt.OutboundMessage;
import io.weir.gateway.source.mqtt.Publish;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the gateway. Packets of the gateway lie on the wire until the next turn, and
 * are lost with the connection; answers and messages leave in a turn of their own.
 */
final class BrokerLink implements Client {

  private static final int MOST_A_TURN = 30;
  private static final int MOST_UNDER_WAY = 15;

  /** In place of a packet id; a message of QoS 0 has none. */
  private static final int QOS_0 = 0;

  private record Answer(long dueNs, Runnable packet) {}

  private record Sent(SentMessage message, int packetId, boolean duplicate) {}

  private final SimulatedBroker broker;
  private final MqttConfig config;
  private final Queue<Answer> answers = new ArrayDeque<>();

  /** Packet ids that the gateway must acknowledge, in this order. */
  private final Deque<Integer> received = new ArrayDeque<>();

  /** PUBACKs on their way to the broker. */
  private final Deque<Integer> acknowledged = new ArrayDeque<>();

  /** Messages on their way to the gateway. */
  private final Deque<Sent> underWay = new ArrayDeque<>();

  /** Messages in flight that this connection has not sent again yet. */
  private final Deque<Map.Entry<Integer, SentMessage>> again = new ArrayDeque<>();

  private @Nullable Events events;
  private @Nullable BrokerSession session;
  private boolean connected;
  private boolean gone;

  /** An Error ended the client's callback thread: it reports no more messages, and looks alive. */
  private boolean deaf;

  BrokerLink(SimulatedBroker broker, MqttConfig config) {
    this.broker = broker;
    this.config = config;
  }

  boolean isOpen() {
    return !gone && session != null;
  }

  // ---- The broker's side

  /** The network breaks, or the broker ends the connection. */
  void drop(@Nullable String reason) {
    if (gone) {
      return;
    }
    end();
    if (events != null) {
      events.closed(reason == null ? Ending.UNSAID : Ending.of(reason));
    }
  }

  /** The gateway died: nobody is told. */
  void die() {
    if (!gone) {
      end();
    }
  }

  /** Of the PUBACKs under way any first part arrives. */
  private void end() {
    arrive(broker.random.nextInt(acknowledged.size() + 1));
    gone = true;
  }

  private void arrive(int count) {
    for (int i = 0; i < count; i++) {
      int id = acknowledged.remove();
      if (session != null && session == broker.session) {
        session.inflight.remove(id);
      }
    }
  }

  void turn() {
    arrive(acknowledged.size());
    long nowNs = broker.time.elapsedNs();
    while (!gone && !answers.isEmpty() && answers.element().dueNs - nowNs <= 0) {
      answers.remove().packet.run();
    }
    for (int left = broker.random.nextInt(MOST_A_TURN); left > 0 && connected; left--) {
      if (!sendOne()) {
        break;
      }
    }
    deliver(underWay.size() - broker.random.nextInt(3) * broker.random.nextInt(MOST_UNDER_WAY));
  }

  private boolean sendOne() {
    if (session == null || session != broker.session) {
      return false;
    }
    if (!again.isEmpty()) {
      Map.Entry<Integer, SentMessage> next = again.remove();
      underWay.add(new Sent(next.getValue(), next.getKey(), true));
      return true;
    }
    if (session.queued.isEmpty() || session.inflight.size() >= config.receiveMaximum()) {
      return false;
    }
    SentMessage next = session.queued.peek();
    if (broker.random.nextInt(4) == 0) { // only messages of one topic keep their order
      List<SentMessage> all = List.copyOf(session.queued);
      String stream = all.get(broker.random.nextInt(all.size())).stream();
      next = all.stream().filter(each -> each.stream().equals(stream)).findFirst().orElseThrow();
    }
    session.queued.remove(next);
    boolean once = session.isAtMostOnce(next.topic);
    underWay.add(new Sent(next, once ? QOS_0 : session.send(next), false));
    return true;
  }

  /** The first of the messages under way arrive. */
  private void deliver(int count) {
    for (int left = count; left > 0 && !gone && !deaf; left--) {
      deliver(underWay.remove());
    }
  }

  private void deliver(Sent sent) {
    int qos = sent.packetId == QOS_0 ? 0 : 1;
    if (qos == 1) {
      received.add(sent.packetId);
    } else {
      sent.message.atMostOnce = true;
    }
    broker.oracle.arrives(sent.message);
    try {
      events()
          .received(
              new Publish(
                  sent.message.topic,
                  sent.message.payload(),
                  qos,
                  false,
                  sent.duplicate,
                  sent.packetId,
                  null));
    } catch (Error e) {
      deaf = true;
    }
  }

  // ---- The gateway's side

  private void sends(boolean needsConnack) throws MqttConnectionException {
    broker.thread.check();
    if (gone) {
      throw new MqttConnectionException("the connection is gone");
    }
    if (needsConnack && !connected) {
      throw new AssertionError("a packet before CONNACK");
    }
  }

  private void answer(long delayNs, Runnable packet) {
    answers.add(new Answer(broker.time.elapsedNs() + delayNs, packet));
  }

  @Override
  public void connect(Events reported, @Nullable OutboundMessage will)
      throws MqttConnectionException {
    if (events != null) {
      throw new AssertionError("a client connects once");
    }
    events = reported;
    sends(false);
    BrokerSession before = broker.session;
    BrokerSession resumed = broker.accepted(this);
    boolean present = resumed == before;
    session = resumed;
    resumed.inflight.forEach((id, message) -> again.add(Map.entry(id, message)));
    answer(
        broker.delayNs(FaultKind.CONNACK_LATE),
        () -> {
          connected = true;
          reported.connected(present);
        });
  }

  @Override
  public void subscribe(List<SubscribeRequest> subscriptions) throws MqttConnectionException {
    sends(true);
    List<RefusedSubscription> refused = new ArrayList<>();
    for (SubscribeRequest each : subscriptions) {
      if (broker.faults.now(FaultKind.SUBACK_REFUSED) != null && broker.random.nextBoolean()) {
        broker.faults.struck(FaultKind.SUBACK_REFUSED);
        refused.add(refused(each));
      } else if (session != null) {
        session.filters.add(each.filter());
        session.atMostOnce.remove(each.filter());
      }
    }
    answer(TimeUnit.MILLISECONDS.toNanos(5), () -> events().subscribed(refused));
  }

  /** Refused, or granted at QoS 0. */
  private RefusedSubscription refused(SubscribeRequest asked) {
    Fault fault = broker.faults.now(FaultKind.SUBACK_REFUSED);
    if (session != null && asked.qos() == 1 && fault != null && fault.variant() % 4 == 3) {
      session.filters.add(asked.filter());
      session.atMostOnce.add(asked.filter());
      return RefusedSubscription.lowered(asked);
    }
    return RefusedSubscription.refused(asked, "not authorised");
  }

  @Override
  public void unsubscribe(Collection<String> filters) throws MqttConnectionException {
    sends(true);
    if (session != null) {
      session.filters.removeAll(filters);
      session.atMostOnce.removeAll(filters);
    }
    answer(TimeUnit.MILLISECONDS.toNanos(5), () -> events().unsubscribed());
  }

  private Events events() {
    if (events == null) {
      throw new AssertionError("not connected");
    }
    return events;
  }

  @Override
  public void acknowledge(int[] packetIds) throws MqttConnectionException {
    for (int packetId : packetIds) {
      acknowledge(packetId);
    }
  }

  private void acknowledge(int packetId) throws MqttConnectionException {
    sends(true);
    Integer expected = received.poll();
    if (expected == null || expected != packetId) {
      throw new AssertionError("PUBACK of " + packetId + " where " + expected + " is next");
    }
    acknowledged.add(packetId);
    if (session != null) {
      broker.oracle.acknowledged(session.inflight.get(packetId));
    }
  }

  @Override
  public void publish(OutboundMessage message) throws MqttConnectionException {
    sends(true);
    broker.commands.accept(message.topic());
  }

  @Override
  public void disconnect() {
    answer(0, () -> drop("disconnected"));
  }

  @Override
  public void abandon() {
    if (!gone) {
      end();
    }
  }
}
