package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.SourceConnection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection as its client reports it. Messages go to the tracker at once; every other event is
 * queued for the session with the number of this connection. Safe for several threads.
 */
final class Connection implements Client.Events {

  private final int epoch;
  private final SourceConnection resuming;
  private final Client client;
  private final AckTracker tracker;
  private final @Nullable String stateTopic;
  private final Consumer<Consumer<MqttSession>> events;

  /** Which it is; whether it resumed a session is known from the CONNACK on. */
  private volatile ConnectionId id;

  private volatile boolean receiving = true;
  private volatile boolean sending = true;

  /**
   * @param command how it is made
   * @param stateTopic the topic of this Sparkplug host's STATE, {@code null} if it is no host
   * @param events receives the events for the session
   */
  Connection(
      SessionCommand.Connect command,
      Client client,
      AckTracker tracker,
      @Nullable String stateTopic,
      Consumer<Consumer<MqttSession>> events) {
    this.epoch = command.epoch();
    this.resuming = command.resuming();
    this.id = new ConnectionId(epoch, SourceConnection.first(resuming.number()));
    this.client = client;
    this.tracker = tracker;
    this.stateTopic = stateTopic;
    this.events = events;
  }

  Client client() {
    return client;
  }

  /** Whether packets can be sent on it, as far as is known. */
  boolean isSending() {
    return sending;
  }

  /** From now on nothing is sent, and its messages are left to the broker. */
  void close() {
    receiving = false;
    sending = false;
  }

  @Override
  public void connected(boolean sessionPresent) {
    if (sessionPresent) {
      id = new ConnectionId(epoch, resuming);
    }
    events.accept(session -> session.connected(epoch, sessionPresent));
  }

  @Override
  public void subscribed(List<Client.RefusedSubscription> refused) {
    List<Client.RefusedSubscription> copy = List.copyOf(refused);
    events.accept(session -> session.subscribed(epoch, copy));
  }

  @Override
  public void unsubscribed() {
    events.accept(session -> session.unsubscribed(epoch));
  }

  @Override
  public void received(Publish publish) {
    if (!receiving) {
      return;
    }
    if (publish.rejected() == null && isForTheGateway(publish)) {
      return;
    }
    if (!tracker.received(id, publish)) {
      receiving = false; // what follows is left to the broker
      events.accept(session -> session.full(epoch));
    }
  }

  @Override
  public boolean isFull() {
    return receiving && tracker.isFull();
  }

  /** Whether it is of no subscription of a route. */
  private boolean isForTheGateway(Publish publish) {
    if (publish.topic().equals(BrokerDrops.TOPIC) && publish.qos() == 0) {
      tracker.brokerDropped(publish.payload());
      return true;
    }
    if (publish.topic().equals(stateTopic)) {
      events.accept(session -> session.receivedState(epoch, publish.payload()));
      return publish.qos() == 0; // by the subscription to STATE itself; at QoS 1 by that of a route
    }
    return false;
  }

  @Override
  public void receiving() {
    tracker.receiving();
  }

  @Override
  public void notConnected(String reason) {
    close();
    events.accept(session -> session.notConnected(epoch, reason));
  }

  @Override
  public void closed(Ending ending) {
    close();
    events.accept(session -> session.closed(epoch, ending));
  }
}
