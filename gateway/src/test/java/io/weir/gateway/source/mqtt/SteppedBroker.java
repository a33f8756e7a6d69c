package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.source.SubscribeRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A broker for one client id, in memory and on one thread. It does nothing by itself: each answer
 * and each message leaves when the test says so. It follows the standard, and checks that the
 * client does.
 */
public final class SteppedBroker implements Client.Factory {

  /** A QoS 1 message that was sent and is not acknowledged. */
  public record Sent(String topic, String text, int packetId) {}

  /** A message that is not yet sent. */
  public record Queued(String topic, String text) {}

  /** The session as it was at a moment, as a broker saves it now and then. */
  public record Snapshot(
      Set<String> filters, List<Queued> queued, List<Sent> unacknowledged, int nextPacketId) {}

  private static final String TOPIC = "plant/a";
  public static final int LAST_PACKET_ID = 65_535;

  public final List<Link> links = new ArrayList<>();

  // the session
  private boolean hasSession;
  final Set<String> filters = new LinkedHashSet<>();
  private final Deque<Queued> queued = new ArrayDeque<>();
  private final Deque<Sent> unacknowledged = new ArrayDeque<>();
  private final Deque<Sent> again = new ArrayDeque<>();
  private int nextPacketId = 1;

  public final List<OutboundMessage> published = new ArrayList<>();
  final Set<String> lost = new LinkedHashSet<>();
  final Set<String> refusedFilters = new LinkedHashSet<>();

  /** Those that it grants at QoS 0 only. */
  public final Set<String> loweredFilters = new LinkedHashSet<>();

  /** Whether it publishes how many messages it has dropped. */
  public boolean hasStatistics;

  int receiveMaximum = 65_535;

  @Override
  public Link create(MqttConfig config) {
    Link link = new Link();
    links.add(link);
    return link;
  }

  public Link link() {
    return links.get(links.size() - 1);
  }

  /** Gives the newest connection, if there is one, all answers and messages that it can have. */
  public void serve() {
    if (!links.isEmpty()) {
      link().answerAll();
      link().sendAll();
    }
  }

  public int unacknowledged() {
    return unacknowledged.size();
  }

  /** Whether a packet id is given again as soon as it is free; else ids count up. */
  public boolean reusesPacketIds;

  /** A device publishes; without a subscription the message is not for this client. */
  public void publish(String text, String filter) {
    publish(TOPIC, text, filter);
  }

  public void publish(String topic, String text, String filter) {
    if (filters.contains(filter)) {
      queued.add(new Queued(topic, text));
    } else {
      lost.add(text);
    }
  }

  /** Whether a message with this text in it came while nobody had subscribed. */
  public boolean wasLost(String part) {
    return lost.stream().anyMatch(each -> each.contains(part));
  }

  /** What the broker saves at this moment. */
  public Snapshot snapshot() {
    return new Snapshot(
        Set.copyOf(filters), List.copyOf(queued), List.copyOf(unacknowledged), nextPacketId);
  }

  /** Dies, and comes back with what it saved at an earlier moment. */
  public void comeBackWith(Snapshot saved) {
    loseSession();
    hasSession = true;
    filters.addAll(saved.filters());
    queued.addAll(saved.queued());
    unacknowledged.addAll(saved.unacknowledged());
    nextPacketId = saved.nextPacketId();
  }

  /** Lets the next message have this packet id. */
  public void countFrom(int packetId) {
    nextPacketId = packetId;
  }

  private int packetId() {
    if (reusesPacketIds) {
      nextPacketId = 1;
    }
    while (unacknowledged.stream().anyMatch(each -> each.packetId() == nextPacketId)) {
      nextPacketId = nextPacketId % LAST_PACKET_ID + 1;
    }
    int packetId = nextPacketId;
    nextPacketId = nextPacketId % LAST_PACKET_ID + 1;
    return packetId;
  }

  /** Forgets the session, as a broker without persistence does that restarts. */
  public void loseSession() {
    if (!links.isEmpty()) {
      link().drop(null);
    }
    hasSession = false;
    filters.clear();
    queued.forEach(each -> lost.add(each.text()));
    unacknowledged.forEach(each -> lost.add(each.text()));
    queued.clear();
    unacknowledged.clear();
    again.clear();
    nextPacketId = 1;
  }

  public boolean hasMessages() {
    return !queued.isEmpty() || !again.isEmpty();
  }

  /** One connection, from the broker's side. */
  public final class Link implements Client {

    private final Queue<Runnable> answers = new ArrayDeque<>();
    private @Nullable Events events;
    private boolean connected;
    public boolean gone;
    public boolean failsToSend;

    // ---- What the test does

    /** Gives the oldest answer that is due. */
    public boolean answer() {
      Runnable next = gone ? null : answers.poll();
      if (next != null) {
        next.run();
      }
      return next != null;
    }

    public void answerAll() {
      while (answer()) {
        // until none is due
      }
    }

    /** Handles a CONNECT whose CONNACK never arrives. */
    public void loseConnack() {
      answers.remove();
      hasSession = true;
    }

    /** Sends the next message, if the client may receive one. */
    public boolean send() {
      boolean duplicate = !again.isEmpty();
      Sent sent = next();
      if (sent == null) {
        return false;
      }
      events.received(message(sent, duplicate));
      return true;
    }

    /** Sends the next message, and the connection breaks before it arrives. */
    public void sendIntoTheVoid() {
      assertThat(next()).as("there is a message to send").isNotNull();
      drop("connection lost");
    }

    private @Nullable Sent next() {
      if (gone || !connected) {
        return null;
      }
      if (!again.isEmpty()) {
        return again.remove();
      }
      if (queued.isEmpty() || unacknowledged.size() >= receiveMaximum) {
        return null;
      }
      Queued first = queued.remove();
      Sent sent = new Sent(first.topic(), first.text(), packetId());
      unacknowledged.add(sent);
      return sent;
    }

    public void sendAll() {
      while (send()) {
        // until none is left
      }
    }

    /** Publishes how many messages the broker has dropped. */
    public void sendDropped(String count) {
      byte[] payload = count.getBytes(StandardCharsets.UTF_8);
      events.received(new Publish(BrokerDrops.TOPIC, payload, 0, true, false, 0, null));
    }

    /** The network connection breaks. */
    public void drop(@Nullable String reason) {
      if (!gone) {
        gone = true;
        if (events != null) {
          events.closed(reason == null ? Ending.UNSAID : Ending.of(reason));
        }
      }
    }

    /** What a client library may still report of a connection that is gone. */
    void reportLate() {
      if (gone && events != null) {
        events.received(message(new Sent(TOPIC, "late", 1), true));
        events.connected(true);
        events.subscribed(List.of());
        events.unsubscribed();
        events.closed(Ending.of("late"));
      }
    }

    private Publish message(Sent sent, boolean duplicate) {
      return new Publish(
          sent.topic(),
          sent.text().getBytes(StandardCharsets.UTF_8),
          1,
          false,
          duplicate,
          sent.packetId(),
          null);
    }

    // ---- What the source does

    private void sending(boolean needsConnack) throws MqttConnectionException {
      if (gone || failsToSend) {
        throw new MqttConnectionException("the connection is gone");
      }
      if (needsConnack) {
        assertThat(connected).as("sends nothing before CONNACK").isTrue();
      }
    }

    @Override
    public void connect(Events reported, @Nullable OutboundMessage will)
        throws MqttConnectionException {
      assertThat(events).as("a client connects once").isNull();
      for (Link other : links) {
        assertThat(other == this || other.gone).as("one connection at a time").isTrue();
      }
      events = reported;
      sending(false);
      answers.add(this::connack);
    }

    private void connack() {
      boolean present = hasSession;
      hasSession = true;
      connected = true;
      again.clear();
      again.addAll(unacknowledged);
      events.connected(present);
    }

    @Override
    public void subscribe(List<SubscribeRequest> subscriptions) throws MqttConnectionException {
      sending(true);
      List<RefusedSubscription> refused = new ArrayList<>();
      for (SubscribeRequest each : subscriptions) {
        boolean isStatistics = each.filter().startsWith("$SYS/");
        if (refusedFilters.contains(each.filter()) || isStatistics && !hasStatistics) {
          refused.add(RefusedSubscription.refused(each, "not authorised"));
        } else if (!isStatistics) {
          filters.add(each.filter());
          if (each.qos() == 1 && loweredFilters.contains(each.filter())) {
            refused.add(RefusedSubscription.lowered(each));
          }
        }
      }
      answers.add(() -> events.subscribed(refused));
    }

    @Override
    public void unsubscribe(Collection<String> gone) throws MqttConnectionException {
      sending(true);
      filters.removeAll(gone);
      answers.add(() -> events.unsubscribed());
    }

    @Override
    public void acknowledge(int[] packetIds) throws MqttConnectionException {
      for (int packetId : packetIds) {
        acknowledge(packetId);
      }
    }

    private void acknowledge(int packetId) throws MqttConnectionException {
      sending(true);
      Sent oldest = unacknowledged.peek();
      assertThat(oldest).as("acknowledges what was sent").isNotNull();
      assertThat(packetId).as("acknowledges in order of arrival").isEqualTo(oldest.packetId());
      assertThat(again)
          .as("acknowledges on the connection by which the message came")
          .doesNotContain(oldest);
      unacknowledged.remove();
      acknowledged.add(oldest.text());
    }

    @Override
    public void publish(OutboundMessage message) throws MqttConnectionException {
      sending(true);
      published.add(message);
    }

    @Override
    public void disconnect() {
      answers.clear();
      answers.add(() -> drop("disconnected"));
    }

    @Override
    public void abandon() {
      gone = true;
    }
  }

  public final List<String> acknowledged = new ArrayList<>();
}
