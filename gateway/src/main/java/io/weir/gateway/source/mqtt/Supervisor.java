package io.weir.gateway.source.mqtt;

import io.github.resilience4j.core.IntervalFunction;
import io.micrometer.core.instrument.Counter;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.SourceConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to the broker: makes it, subscribes, watches it, and makes it again. Each
 * connection has a fresh client; a client that ended is never used again.
 *
 * <p>All state is owned by its thread, {@code mqtt-<source>}; what others read is volatile.
 */
final class Supervisor {

  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  /** From half a second to half a minute, half of it by chance, so that gateways spread out. */
  private static final IntervalFunction BACK_OFF =
      IntervalFunction.ofExponentialRandomBackoff(500, 2, 0.5, 30_000);

  /** A connection that lasted so long was a good one: the back-off begins anew after it. */
  private static final long STEADY_NS = TimeUnit.SECONDS.toNanos(30);

  /** More than the longest back-off, after which another client of our id would take it again. */
  private static final long SHORT_NS = TimeUnit.SECONDS.toNanos(60);

  /** How often a full window is looked at again. */
  private static final long ROOM_CHECK_MS = 50;

  /**
   * A filter that is never subscribed. To unsubscribe it changes nothing, needs no permission, and
   * a broker must answer it in every version of MQTT: a round trip for one who doubts.
   */
  private static final List<String> PROBE = List.of("weir/never-subscribed");

  private static final String CONNECTED = "connected";

  private final SourceConfig.Mqtt config;
  private final SubscriptionStore store;
  private final AckTracker keeper;
  private final Time time;
  private final Counter connects;
  private final Counter sessionsLost;
  private final Thread thread;
  private final CountDownLatch stop = new CountDownLatch(1);

  private volatile Wanted wanted;
  private volatile Phase phase = new Phase("down", "not started");
  private volatile @Nullable Connection connection;
  private int epoch;

  /** One word, and why it is not "connected". */
  record Phase(String state, String reason) {

    boolean ready() {
      return state.equals(CONNECTED) && reason.isEmpty();
    }
  }

  /** What to ask the broker for, and who waits until it is done. */
  private record Wanted(List<SubscribeRequest> subscriptions, CompletableFuture<Void> done) {

    Set<String> filters() {
      return subscriptions.stream()
          .map(SubscribeRequest::filter)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** What was asked for last, and what of it the broker granted. */
  private record Asked(Wanted target, List<SubscribeRequest> granted) {}

  Supervisor(
      SourceConfig.Mqtt config,
      List<SubscribeRequest> subscriptions,
      SubscriptionStore store,
      AckTracker keeper,
      Time time,
      Counter connects,
      Counter sessionsLost) {
    this.config = config;
    this.wanted = new Wanted(List.copyOf(subscriptions), new CompletableFuture<>());
    this.store = store;
    this.keeper = keeper;
    this.time = time;
    this.connects = connects;
    this.sessionsLost = sessionsLost;
    thread = new Thread(this::run, "mqtt-" + config.name());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  Phase phase() {
    return phase;
  }

  /**
   * Changes what is asked of the broker, on the connection there is or on the next. One caller at a
   * time.
   *
   * @return complete once the broker has answered to all of it
   */
  CompletableFuture<Void> subscribe(List<SubscribeRequest> subscriptions) {
    Wanted before = wanted;
    Wanted next = new Wanted(List.copyOf(subscriptions), new CompletableFuture<>());
    next.done().thenAccept(before.done()::complete);
    wanted = next;
    Connection now = connection;
    if (now != null) {
      now.wake();
    }
    return next.done();
  }

  /** Makes no further connection, and leaves the one there is cleanly. Waits a bounded time. */
  void stop() throws InterruptedException {
    stop.countDown();
    Connection now = connection;
    if (now != null) {
      now.end("stopped");
    }
    thread.join(2 * Broker.QUIESCE_MS);
    if (now != null && thread.isAlive()) {
      now.client().abandon();
    }
  }

  private void run() {
    try {
      int failures = 0;
      int closedSoon = 0;
      while (awaitRoom()) {
        Connection next = new Connection(++epoch, Client.of(config), keeper, state());
        keeper.connecting(next);
        connection = next;
        long begun = time.elapsedNs();
        String reason = live(next);
        long age = time.elapsedNs() - begun;
        closedSoon = next.closedWithoutReason() && age < SHORT_NS ? closedSoon + 1 : 0;
        end(next, closedSoon < 2 ? reason : reason + suspicion(closedSoon));
        if (next.endedFull()) {
          continue; // room is what to wait for
        }
        boolean lasted = age > STEADY_NS;
        failures = lasted ? 1 : failures + 1;
        stop.await(BACK_OFF.apply(failures), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      // nobody interrupts this thread; one who did wants it gone
      Thread.currentThread().interrupt();
    } finally {
      phase = new Phase("stopped", "stopped");
    }
  }

  /** Another client that takes our id again and again is the most likely cause. */
  private String suspicion(int times) {
    return (", %d times in a row soon after connecting: check that no other client uses the same"
            + " client id (%s), and the broker's log")
        .formatted(times, config.clientId());
  }

  private @Nullable HostState state() {
    String hostId = config.sparkplug().hostId();
    return hostId == null ? null : HostState.at(hostId, time.wallNs());
  }

  /** Sends a message if there is a connection, else drops it. Any thread. */
  void publish(String topic, byte[] payload) {
    Connection now = connection;
    if (now == null || !phase.state().equals(CONNECTED)) {
      LOG.debug("{}: not connected, so nothing is sent to {}", config.name(), topic);
      return;
    }
    try {
      now.client().publish(topic, payload, 0, false);
    } catch (MqttConnectionException e) {
      LOG.debug("{}: nothing is sent to {}: {}", config.name(), topic, e.reason());
    }
  }

  /** One connection from its first packet to its last; why it ended. */
  private String live(Connection now) throws InterruptedException {
    try {
      return watch(now, open(now));
    } catch (MqttConnectionException e) {
      return e.reason();
    } catch (RuntimeException e) {
      // our own defect or the library's: say it, and keep trying
      LOG.error("{}: the connection failed inside the gateway", config.name(), e);
      return "failed inside the gateway: " + e;
    }
  }

  /** Waits until the window has room for what a new connection brings; false when stopped. */
  private boolean awaitRoom() throws InterruptedException {
    boolean stopped = isStopped();
    while (!stopped && !keeper.window.hasRoom()) {
      stopped = stop.await(ROOM_CHECK_MS, TimeUnit.MILLISECONDS);
    }
    return !stopped;
  }

  private boolean isStopped() {
    return stop.getCount() == 0;
  }

  /**
   * Connects and subscribes.
   *
   * @return what the broker holds for us now
   */
  private Asked open(Connection next) throws MqttConnectionException {
    phase = new Phase("connecting", phase.reason());
    HostState state = next.state();
    boolean sessionPresent = next.client().connect(next, state == null ? null : state.will());
    connects.increment();
    keeper.window.connected(sessionPresent);
    if (!sessionPresent && !known().isEmpty()) {
      sessionsLost.increment();
      LOG.error(
          "{}: the broker no longer knows the session of client id {}: messages sent while the"
              + " gateway was away may be lost. Check the broker's persistence and its limits on"
              + " session expiry and queues",
          config.name(),
          config.clientId());
    }
    Asked asked = ask(next.client(), List.of(), wanted, state);
    if (phase.ready()) {
      LOG.info("{}: connected to {}", config.name(), config.url());
    }
    return asked;
  }

  private Set<String> known() throws MqttConnectionException {
    try {
      return store.load();
    } catch (IOException e) {
      throw new MqttConnectionException("cannot read the set of subscriptions: " + e, e);
    }
  }

  /**
   * Asks for what is wanted and not granted yet, then gives up what is not wanted any more, so that
   * no topic is missed that stands in both. The set of filters is saved before it grows and after
   * it shrank, so that whatever crashes in between, no filter is at the broker that is not in the
   * set.
   *
   * @param state what is to be told first on a new connection, once the subscriptions stand
   */
  private Asked ask(
      Client client, List<SubscribeRequest> granted, Wanted target, @Nullable HostState state)
      throws MqttConnectionException {
    try {
      Set<String> known = store.load();
      Set<String> filters = target.filters();
      Set<String> both = new TreeSet<>(known);
      both.addAll(filters);
      save(known, both);
      List<SubscribeRequest> missing = new ArrayList<>(target.subscriptions());
      missing.removeAll(granted);
      List<Client.Refusal> refused = missing.isEmpty() ? List.of() : client.subscribe(missing);
      Set<String> stale = new TreeSet<>(both);
      stale.removeAll(filters);
      if (!stale.isEmpty()) {
        client.unsubscribe(stale);
        LOG.info("{}: unsubscribed {}, no longer configured", config.name(), stale);
      }
      save(both, filters);
      if (state != null) {
        state.birth(client);
      }
      settled(refused);
      target.done().complete(null);
      List<SubscribeRequest> held = new ArrayList<>(target.subscriptions());
      refused.forEach(each -> held.remove(each.subscription()));
      return new Asked(target, held);
    } catch (IOException e) {
      throw new MqttConnectionException("cannot keep the set of subscriptions: " + e, e);
    }
  }

  private void save(Set<String> saved, Set<String> filters) throws IOException {
    if (!saved.equals(filters)) {
      store.save(filters);
    }
  }

  private void settled(List<Client.Refusal> refused) {
    String reason =
        refused.stream()
            .map(each -> each.subscription().filter() + " refused: " + each.reason())
            .collect(Collectors.joining("; "));
    phase = new Phase(CONNECTED, reason);
    if (!reason.isEmpty()) {
      LOG.error("{}: connected to {}, but {}", config.name(), config.url(), reason);
    }
  }

  /**
   * Watches a connection until it ends. A library may believe in a connection that is dead, so
   * after a keep-alive of silence the broker is asked something it must answer.
   *
   * @return why it ended
   */
  private String watch(Connection now, Asked atFirst) throws MqttConnectionException, InterruptedException {
    Duration look = config.keepAlive().dividedBy(2);
    Asked asked = atFirst;
    while (true) {
      String reason = now.awaitEnd(look);
      if (reason != null) {
        return reason;
      }
      Wanted target = wanted;
      if (asked.target() != target || asked.granted().size() < target.subscriptions().size()) {
        asked = ask(now.client(), asked.granted(), target, null);
      } else if (keeper.silenceNs() < 0 || keeper.silenceNs() > config.keepAlive().toNanos()) {
        now.client().unsubscribe(PROBE);
      }
    }
  }

  private void end(Connection over, String reason) {
    over.end(reason);
    if (isStopped()) {
      HostState state = over.state();
      if (state != null) {
        state.death(over.client(), time.wallNs());
      }
      over.client().disconnect();
    } else {
      phase = new Phase("down", reason);
      LOG.warn("{}: {}", config.name(), reason);
      over.client().abandon();
    }
  }
}
