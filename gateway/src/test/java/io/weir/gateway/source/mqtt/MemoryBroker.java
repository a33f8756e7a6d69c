package io.weir.gateway.source.mqtt;

import io.weir.gateway.log.Time;
import io.weir.gateway.source.SubscribeRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT 5 broker for several clients, in memory and on one thread: sessions, QoS 1, retained
 * messages, message expiry. {@link #turn} sends what is due.
 */
public final class MemoryBroker implements Client.Factory {

  private static final int MOST_A_TURN = 200;
  private static final int LAST_PACKET_ID = 65_535;

  private final Time time;
  private final Map<String, Session> sessions = new LinkedHashMap<>();
  private final Map<String, Message> retained = new LinkedHashMap<>();

  /** Whether a message of one client for another gets through. */
  public BiPredicate<String, String> passes = (from, to) -> true;

  private record Message(String topic, byte[] payload, long expiresNs, boolean retained) {}

  private record Sent(Message message, int packetId) {}

  public MemoryBroker(Time time) {
    this.time = time;
  }

  private final class Session {
    final String client;
    final Set<String> filters = new LinkedHashSet<>();
    final Deque<Message> queued = new ArrayDeque<>();
    final Deque<Sent> unacknowledged = new ArrayDeque<>();
    int packetId;
    @Nullable Link link;

    Session(String client) {
      this.client = client;
    }
  }

  @Override
  public Client create(MqttConfig config) {
    return new Link(config.clientId());
  }

  /** A device publishes. */
  public void publish(String topic, String text) {
    route("", new Message(topic, text.getBytes(StandardCharsets.UTF_8), Long.MAX_VALUE, false));
  }

  private void route(String from, Message message) {
    for (Session each : sessions.values()) {
      if (each.filters.stream().anyMatch(filter -> matches(filter, message.topic))
          && passes.test(from, each.client)) {
        each.queued.add(message);
      }
    }
  }

  private static boolean matches(String filter, String topic) {
    return topic.matches(filter.replace("+", "[^/]+").replace("#", ".*"));
  }

  /** The process of a client is gone. */
  public void die(String client) {
    Session session = sessions.get(client);
    if (session != null && session.link != null) {
      session.link.gone = true;
      session.link = null;
    }
  }

  /** The network of a client is gone; its process is told. */
  public void cut(String client) {
    Session session = sessions.get(client);
    if (session != null && session.link != null) {
      session.link.drop("connection reset");
    }
  }

  /** Who may not connect. */
  public final Set<String> away = new LinkedHashSet<>();

  /** Gives answers and messages that are due. */
  public void turn() {
    for (Session each : List.copyOf(sessions.values())) {
      if (each.link != null) {
        each.link.turn();
      }
    }
  }

  /** Messages that wait for a client. */
  public int waiting(String client) {
    Session session = sessions.get(client);
    return session == null ? 0 : session.queued.size() + session.unacknowledged.size();
  }

  private final class Link implements Client {

    private final String client;
    private final Queue<Runnable> answers = new ArrayDeque<>();
    private final Deque<Sent> again = new ArrayDeque<>();
    private @Nullable Events events;
    private @Nullable Session session;
    private boolean gone;

    Link(String client) {
      this.client = client;
    }

    private Events events() {
      return Objects.requireNonNull(events);
    }

    private Session session() {
      return Objects.requireNonNull(session);
    }

    void drop(String reason) {
      if (!gone) {
        gone = true;
        if (session != null && session.link == this) {
          session.link = null;
        }
        events().closed(Ending.of(reason));
      }
    }

    void turn() {
      while (!gone && !answers.isEmpty()) {
        answers.remove().run();
      }
      for (int left = MOST_A_TURN; left > 0 && !gone; left--) {
        boolean duplicate = !again.isEmpty();
        Sent sent = duplicate ? again.remove() : next();
        if (sent == null) {
          return;
        }
        Message message = sent.message;
        events()
            .received(
                new Publish(
                    message.topic,
                    message.payload,
                    1,
                    message.retained,
                    duplicate,
                    sent.packetId,
                    null));
      }
    }

    private @Nullable Sent next() {
      Session of = session();
      Message message = of.queued.poll();
      while (message != null && message.expiresNs - time.elapsedNs() < 0) {
        message = of.queued.poll();
      }
      if (message == null) {
        return null;
      }
      of.packetId = of.packetId % LAST_PACKET_ID + 1;
      Sent sent = new Sent(message, of.packetId);
      of.unacknowledged.add(sent);
      return sent;
    }

    private void sending() throws MqttConnectionException {
      if (gone) {
        throw new MqttConnectionException("the connection is gone");
      }
    }

    @Override
    public void connect(Events reported, @Nullable OutboundMessage will) {
      events = reported;
      if (away.contains(client)) {
        gone = true;
        reported.notConnected("no route to host");
        return;
      }
      boolean present = sessions.containsKey(client);
      session = sessions.computeIfAbsent(client, Session::new);
      session().link = this;
      again.addAll(session().unacknowledged);
      answers.add(() -> reported.connected(present));
    }

    @Override
    public void subscribe(List<SubscribeRequest> subscriptions) throws MqttConnectionException {
      sending();
      for (SubscribeRequest each : subscriptions) {
        session().filters.add(each.filter());
        retained.values().stream()
            .filter(one -> each.retained() && matches(each.filter(), one.topic))
            .forEach(session().queued::add);
      }
      answers.add(() -> events().subscribed(List.of()));
    }

    @Override
    public void unsubscribe(Collection<String> filters) throws MqttConnectionException {
      sending();
      session().filters.removeAll(filters);
      answers.add(() -> events().unsubscribed());
    }

    @Override
    public void acknowledge(int[] packetIds) throws MqttConnectionException {
      sending();
      for (int packetId : packetIds) {
        session().unacknowledged.removeIf(sent -> sent.packetId == packetId);
      }
    }

    @Override
    public void publish(OutboundMessage message) throws MqttConnectionException {
      sending();
      long expiresNs =
          message.expiryS() == 0
              ? Long.MAX_VALUE
              : time.elapsedNs() + TimeUnit.SECONDS.toNanos(message.expiryS());
      Message plain = new Message(message.topic(), message.payload(), expiresNs, false);
      if (message.retained() && message.payload().length == 0) {
        retained.remove(message.topic());
      } else if (message.retained()) {
        retained.put(
            message.topic(), new Message(message.topic(), message.payload(), expiresNs, true));
      }
      route(client, plain);
    }

    @Override
    public void disconnect() {
      answers.clear();
      drop("disconnected");
    }

    @Override
    public void abandon() {
      gone = true;
      if (session != null && session.link == this) {
        session.link = null;
      }
    }
  }

  /** The clients that are connected. */
  public List<String> connected() {
    List<String> connected = new ArrayList<>();
    sessions.forEach(
        (client, session) -> {
          if (session.link != null) {
            connected.add(client);
          }
        });
    return connected;
  }
}
