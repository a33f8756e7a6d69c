package io.weir.gateway.source.mqtt;

import io.micrometer.core.instrument.Counter;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.Threads;
import io.weir.gateway.source.SessionStore;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs the commands of an {@link MqttSession} on a client, and reports back to it. It holds no
 * protocol state, only the current {@link Connection}. Each connection has a new client.
 *
 * <p>Its work is {@link #step}. The source's thread repeats it; a test may call it instead.
 */
final class SessionDriver {

  private static final Logger LOG = LoggerFactory.getLogger(SessionDriver.class);

  /** The longest sleep; an event ends it sooner. */
  private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(1);

  private final MqttConfig config;
  private final MqttSession session;
  private final AckTracker tracker;
  private final Client.Factory clients;
  private final SessionStore store;
  private final Counts counts;

  private final Queue<Consumer<MqttSession>> events = new ConcurrentLinkedQueue<>();
  private volatile Subscriptions.Target target;
  private volatile boolean stopping;
  private volatile @Nullable Thread thread;
  private volatile @Nullable Connection connection;
  private volatile Phase phase;
  private volatile List<Trouble> troubles = List.of();

  /** What is counted of its connections. */
  record Counts(Counter connects, Counter sessionsLost, Counter brokenPackets) {}

  /**
   * @param tracker makes the tracker, given what wakes this driver
   */
  SessionDriver(
      MqttConfig config,
      MqttSession session,
      Subscriptions.Target target,
      Function<Runnable, AckTracker> tracker,
      Client.Factory clients,
      SessionStore store,
      Counts counts) {
    this.config = config;
    this.session = session;
    this.target = target;
    this.tracker = tracker.apply(this::wake);
    this.clients = clients;
    this.store = store;
    this.counts = counts;
    this.phase = session.phase();
    this.troubles = session.troubles();
  }

  AckTracker tracker() {
    return tracker;
  }

  Phase phase() {
    return phase;
  }

  List<Trouble> troubles() {
    return troubles;
  }

  // ---- Any thread

  /** Queues what the session has to know. */
  void report(Consumer<MqttSession> event) {
    events.add(event);
    wake();
  }

  private void wake() {
    LockSupport.unpark(thread);
  }

  /** Changes the subscriptions; complete when the broker has answered to these or later ones. */
  CompletableFuture<Void> subscribe(Subscriptions.Target next) {
    Subscriptions.Target before = target;
    next.done().thenAccept(before.done()::complete);
    target = next;
    report(session -> session.want(next));
    return next.done();
  }

  /** Sends a message if there is a connection, else drops it. */
  void publish(OutboundMessage message) {
    Connection now = connection;
    if (now == null || !now.isSending() || !phase.isConnected()) {
      LOG.debug("{}: not connected, message to {} dropped", config.name(), message.topic());
      return;
    }
    try {
      now.client().publish(message);
    } catch (MqttConnectionException e) {
      LOG.debug("{}: message to {} dropped: {}", config.name(), message.topic(), e.reason());
    }
  }

  /** Lets its thread, if it has one, begin with what {@link #stop} waits for. */
  void beginStop() {
    if (thread != null) {
      stopping = true;
      wake();
    }
  }

  /**
   * Sends the acknowledgements that are due and closes the connection cleanly. Waits a bounded
   * time. If no thread runs this driver, the calling thread does the work.
   */
  void stop() throws InterruptedException {
    stopping = true;
    Thread running = thread;
    if (running == null) {
      step();
      step(); // for what the client reported at once
      abandon();
      return;
    }
    wake();
    running.join(TimeUnit.NANOSECONDS.toMillis(2 * MqttSession.DISCONNECT_LIMIT_NS));
    Connection now = connection;
    if (running.isAlive() && now != null) {
      now.client().abandon();
    }
  }

  private synchronized void abandon() {
    session.abandon();
    perform();
  }

  // ---- The source's thread

  void start(Threads threads) {
    thread = threads.start("mqtt-" + config.name(), this::run);
  }

  /** Steps until stopped. */
  private void run() {
    thread = Thread.currentThread(); // so that it can be woken before start returns
    while (!session.isStopped()) {
      long ns = Math.min(step(), IDLE_NS);
      if (ns > 0) {
        LockSupport.parkNanos(this, ns);
      }
    }
  }

  /**
   * Does what is due, without waiting.
   *
   * @return nanoseconds until something is due again, if nothing happens before
   */
  synchronized long step() {
    try {
      acknowledge(); // first, because an event may end the connection
      Consumer<MqttSession> event = events.poll();
      while (event != null) {
        event.accept(session);
        perform();
        event = events.poll();
      }
      if (stopping) {
        acknowledge();
        session.stop();
      }
      session.advance(tracker.silenceNs(), tracker.sincePartNs());
    } catch (RuntimeException e) {
      failed(e);
    }
    perform();
    return events.isEmpty() ? Math.min(session.delayNs(), tracker.delayNs()) : 0;
  }

  private void acknowledge() {
    Connection now = connection;
    try {
      tracker.acknowledge(client());
      tracker.offer(client());
    } catch (MqttConnectionException e) {
      if (now != null) {
        now.close();
      }
      session.cannotSend(e.reason());
    }
  }

  private @Nullable Client client() {
    Connection now = connection;
    return now != null && now.isSending() ? now.client() : null;
  }

  private void perform() {
    SessionCommand command = session.poll();
    while (command != null) {
      try {
        perform(command);
      } catch (MqttConnectionException e) {
        if (command instanceof SessionCommand.Subscribe
            || command instanceof SessionCommand.Unsubscribe) {
          session.cannotSend(e.reason());
        } else {
          session.failed(e.reason());
        }
      } catch (RuntimeException e) {
        failed(e);
      }
      command = session.poll();
    }
    log(phase, session.phase());
    phase = session.phase();
    troubles = session.troubles();
  }

  /** A defect of the gateway or of the client library: the connection is made again. */
  private void failed(RuntimeException defect) {
    LOG.error("{}: internal error, connecting again", config.name(), defect);
    session.failed("internal error: " + defect);
  }

  private void perform(SessionCommand command) throws MqttConnectionException {
    Connection now = connection;
    if (command instanceof SessionCommand.Load) {
      load();
    } else if (command instanceof SessionCommand.Connect connect) {
      connect(connect);
    } else if (command instanceof SessionCommand.CountConnect count) {
      count(count);
    } else if (command instanceof SessionCommand.CountBroken) {
      counts.brokenPackets().increment();
    } else if (command instanceof SessionCommand.Save save) {
      save(save);
    } else if (command instanceof SessionCommand.SaveConnection save) {
      save(save);
    } else if (command instanceof SessionCommand.Complete complete) {
      complete.done().complete(null);
    } else if (now != null) {
      perform(command, now);
    }
  }

  private void perform(SessionCommand command, Connection now) throws MqttConnectionException {
    Client client = now.client();
    if (command instanceof SessionCommand.Subscribe subscribe) {
      client.subscribe(subscribe.subscriptions());
    } else if (command instanceof SessionCommand.Unsubscribe unsubscribe) {
      client.unsubscribe(unsubscribe.filters());
      if (!unsubscribe.probe()) {
        LOG.info(
            "{}: unsubscribes {}, which the configuration no longer contains",
            config.name(),
            unsubscribe.filters());
      }
    } else if (command instanceof SessionCommand.Send send) {
      client.publish(send.message());
    } else if (command instanceof SessionCommand.Disconnect) {
      now.close();
      client.disconnect();
    } else {
      now.close();
      connection = null;
      client.abandon();
    }
  }

  private void load() throws MqttConnectionException {
    try {
      session.loaded(store.load(), store.lastConnection());
    } catch (IOException e) {
      throw new MqttConnectionException("cannot read the stored subscriptions: " + e, e);
    }
  }

  private void save(SessionCommand.Save save) throws MqttConnectionException {
    try {
      store.save(save.filters());
    } catch (IOException e) {
      throw new MqttConnectionException("cannot store the subscriptions: " + e, e);
    }
  }

  private void save(SessionCommand.SaveConnection save) throws MqttConnectionException {
    try {
      store.save(save.last());
    } catch (IOException e) {
      throw new MqttConnectionException("cannot store the number of the connection: " + e, e);
    }
  }

  private void connect(SessionCommand.Connect connect) throws MqttConnectionException {
    String hostId = config.sparkplug().hostId();
    Connection next =
        new Connection(
            connect,
            clients.create(config),
            tracker,
            hostId == null ? null : HostState.topic(hostId),
            this::report);
    connection = next;
    next.client().connect(next, connect.will());
  }

  private void count(SessionCommand.CountConnect connect) {
    counts.connects().increment();
    if (connect.sessionLost()) {
      counts.sessionsLost().increment();
      LOG.error(
          "{}: the broker {} the session of client id {}. Messages sent while the gateway"
              + " was disconnected may be lost. Check the broker's persistence, session expiry and"
              + " queue limits",
          config.name(),
          connect.doubtful()
              ? "did not answer to an earlier attempt to connect, and may have lost"
              : "has lost",
          config.clientId());
    }
  }

  private void log(Phase before, Phase now) {
    if (now.equals(before)) {
      return;
    }
    if (now.isReady()) {
      LOG.info("{}: connected to {}", config.name(), config.url());
    } else if (now.isConnected()) {
      LOG.error("{}: connected to {}, but {}", config.name(), config.url(), now.reason());
    } else if (now.state() == Phase.State.DOWN) {
      LOG.warn("{}: {}", config.name(), now.reason());
    }
  }
}
