package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.SubscribeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * The subscriptions of one session: which are wanted, which the broker has granted on the current
 * connection, and which it may hold. Part of {@link MqttSession}.
 *
 * <p>Filters are saved before they are subscribed and removed after they were unsubscribed. So
 * after a crash at any point, the stored set contains each filter that the broker may hold.
 */
final class Subscriptions {

  /** The subscriptions wanted, and a future that completes when the broker has answered. */
  record Target(List<SubscribeRequest> subscriptions, CompletableFuture<Void> done) {

    Set<String> filters() {
      return subscriptions.stream()
          .map(SubscribeRequest::filter)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static final Target NOTHING = new Target(List.of(), new CompletableFuture<>());

  private final Queue<SessionCommand> commands;
  private Target target;
  private Set<String> stored = Set.of();

  // of the current connection
  private Target asked = NOTHING;
  private List<SubscribeRequest> granted = List.of();
  private List<Client.RefusedSubscription> refused = List.of();

  /**
   * @param commands receives what is to be stored and asked for
   */
  Subscriptions(Target target, Queue<SessionCommand> commands) {
    this.target = target;
    this.commands = commands;
  }

  void want(Target next) {
    target = next;
  }

  /** Those that the broker may hold for this client id. */
  void loaded(Set<String> filters) {
    stored = filters;
  }

  /** Whether the broker may hold some. */
  boolean mayBeHeld() {
    return !stored.isEmpty();
  }

  /** A connection begins, on which nothing is granted yet. */
  void connecting() {
    asked = NOTHING;
    granted = List.of();
    refused = List.of();
  }

  /** Whether others are wanted than were asked for on this connection. */
  boolean haveChanged() {
    return asked != target;
  }

  /** What the broker refused, or granted at a lower QoS. */
  List<Client.RefusedSubscription> refused() {
    return refused;
  }

  /** What it granted at a lower QoS. */
  List<Client.RefusedSubscription> lowered() {
    return refused.stream().filter(Client.RefusedSubscription::lowered).toList();
  }

  /**
   * Asks for what is wanted and not granted.
   *
   * @return whether there is any
   */
  boolean subscribe() {
    asked = target;
    Set<String> both = new TreeSet<>(stored);
    both.addAll(asked.filters());
    save(both);
    List<SubscribeRequest> missing = new ArrayList<>(asked.subscriptions());
    missing.removeAll(granted);
    if (missing.isEmpty()) {
      refused = List.of();
      return false;
    }
    commands.add(new SessionCommand.Subscribe(missing));
    return true;
  }

  /** The broker has answered. */
  void answered(List<Client.RefusedSubscription> nowRefused) {
    refused = nowRefused;
  }

  /**
   * Takes back what is no longer wanted.
   *
   * @return whether there is any
   */
  boolean unsubscribe() {
    Set<String> stale = new TreeSet<>(stored);
    stale.removeAll(asked.filters());
    if (stale.isEmpty()) {
      return false;
    }
    commands.add(new SessionCommand.Unsubscribe(stale, false));
    return true;
  }

  /** All that was asked for has its answer. */
  void settle() {
    save(asked.filters());
    granted = new ArrayList<>(asked.subscriptions());
    refused.forEach(each -> granted.remove(each.subscription()));
  }

  /** Completed once all that was asked for has its answer. */
  CompletableFuture<Void> done() {
    return asked.done();
  }

  private void save(Set<String> filters) {
    if (!stored.equals(filters)) {
      stored = filters;
      commands.add(new SessionCommand.Save(filters));
    }
  }
}
