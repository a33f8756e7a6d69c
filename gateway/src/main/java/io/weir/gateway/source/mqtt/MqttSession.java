package io.weir.gateway.source.mqtt;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.Time;
import io.weir.gateway.mqtt.Codes;
import io.weir.gateway.source.SessionStore.LastConnection;
import io.weir.gateway.source.SubscribeRequest;
import io.weir.gateway.source.mqtt.guard.BrokenPacketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The state of one MQTT session over all its connections: which connection is current, which
 * subscriptions are granted, which answer is awaited and until when. It does no I/O: its driver
 * reports events, gives it the time by {@link #advance}, and performs the commands it returns.
 *
 * <p>Each connection has a number, its epoch. An event that carries an older one is ignored.
 *
 * <pre>
 * DOWN -> CONNECTING -> [SUBSCRIBING] -> [UNSUBSCRIBING] -> [WATCHING] -> CONNECTED <-> PROBING
 *   ^                        any of them when the connection is lost or an answer does not come
 *   +--- ENDING <-           any of them when the window is full or an acknowledgement fails
 * </pre>
 *
 * <p>Filters are saved before they are subscribed and removed after they were unsubscribed. So
 * after a crash at any point, the stored set contains each filter that the broker may hold.
 *
 * <p>A broker can make a new session for a CONNECT whose CONNACK never comes. The next one then
 * finds a session, but not the one before. So until an answer comes, it is in doubt which session
 * the broker has; that is stored too, because the process may end meanwhile. A session in doubt
 * counts as lost.
 *
 * <p>Owned by the driver's thread.
 */
final class MqttSession {

  static final String CONNECTED = "connected";
  static final String CLOSED = "the broker closed the connection without a reason";
  static final String FULL =
      "the in-flight window is full: waiting for the log; the broker keeps the session";

  /** How long a clean disconnect may take. */
  static final long DISCONNECT_LIMIT_NS = TimeUnit.SECONDS.toNanos(4);

  /**
   * A filter that is never subscribed. To unsubscribe it changes nothing and needs no permission,
   * and every broker must answer: a test that the connection is alive.
   */
  static final Set<String> PROBE = Set.of("weir/never-subscribed");

  private static final long BACK_OFF_MIN_MS = 500;
  private static final long BACK_OFF_MAX_MS = 30_000;

  /** The back-off starts again after a connection that lasted this long. */
  private static final long STEADY_NS = TimeUnit.SECONDS.toNanos(30);

  /** How often in a row a connection is closed soon until it is an alarm. */
  private static final int ALARMING = 3;

  /**
   * More than the longest back-off, after which another client with this client id would connect
   * again.
   */
  private static final long SHORT_NS = TimeUnit.SECONDS.toNanos(60);

  /**
   * How long a connection with a full window stays open for acknowledgements, and how long the
   * client may take to report why a packet could not be sent.
   */
  private static final long ENDING_LIMIT_NS = TimeUnit.SECONDS.toNanos(1);

  /**
   * How long an answer may take after a part of a long message. The guard ends a connection earlier
   * on which the next part does not come, and gives the reason.
   */
  private static final long BEHIND_LONG_MESSAGE_NS = TimeUnit.SECONDS.toNanos(20);

  /** How often a full window is checked for room. */
  private static final long ROOM_CHECK_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private enum Stage {
    DOWN,
    CONNECTING,
    SUBSCRIBING,
    UNSUBSCRIBING,
    WATCHING,
    CONNECTED,
    PROBING,
    ENDING,
    DISCONNECTING,
    STOPPED
  }

  /** The state in one word, and why it is not "connected". */
  record Phase(String state, String reason) {

    boolean isReady() {
      return state.equals(CONNECTED) && reason.isEmpty();
    }
  }

  /** The subscriptions wanted, and a future that completes when the broker has answered. */
  record Target(List<SubscribeRequest> subscriptions, CompletableFuture<Void> done) {

    Set<String> filters() {
      return subscriptions.stream()
          .map(SubscribeRequest::filter)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private final MqttConfig config;
  private final InflightWindow window;
  private final Time time;
  private final RandomGenerator random;
  private final Queue<SessionCommand> commands = new ArrayDeque<>();

  private Stage stage = Stage.DOWN;
  private Phase phase = new Phase("down", "not started");

  /** When the current stage is over: an answer is overdue, or something is due. */
  private long deadlineNs;

  // the current connection
  private int epoch;
  private long begunNs;
  private @Nullable HostState hostState;
  private long number;
  private boolean wasDoubtful;
  private boolean born;
  private boolean isWatching;
  private @Nullable Target asked;
  private List<SubscribeRequest> granted = List.of();
  private List<Client.RefusedSubscription> refused = List.of();
  private String endReason = "";

  // what outlives it
  private Target target;
  private Set<String> stored = Set.of();

  /** The last accepted connection, and whether it is in doubt which session the broker has. */
  private LastConnection last = LastConnection.NONE;

  private boolean loaded;

  /** The broker does not let this client see what it drops; some close the connection for it. */
  private boolean isWatchRefused;

  /** How often in a row a connection ended on a broken packet. */
  private int brokenPackets;

  private int failures;
  private int closedSoon;

  MqttSession(
      MqttConfig config, Target target, InflightWindow window, Time time, RandomGenerator random) {
    this.config = config;
    this.target = target;
    this.window = window;
    this.time = time;
    this.random = random;
    this.deadlineNs = time.elapsedNs();
  }

  /** The next thing to do, or {@code null}. */
  @Nullable SessionCommand poll() {
    return commands.poll();
  }

  Phase phase() {
    return phase;
  }

  /** The conditions that are reason for an alarm. */
  List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>();
    if (closedSoon >= ALARMING) {
      troubles.add(
          new Trouble(
              AlarmKind.CLIENT_ID_SHARED,
              config.name(),
              "client id " + config.clientId() + ", " + closedSoon + " times in a row"));
    }
    boolean isConnected = phase.state().equals(CONNECTED);
    List<Client.RefusedSubscription> lowered =
        isConnected
            ? refused.stream().filter(Client.RefusedSubscription::lowered).toList()
            : List.of();
    if (!lowered.isEmpty()) {
      troubles.add(
          new Trouble(
              AlarmKind.QOS_LOWERED,
              config.name(),
              lowered.stream()
                  .map(each -> each.subscription().filter())
                  .collect(Collectors.joining(", "))));
    }
    if (!phase.isReady() && !(isConnected && lowered.size() == refused.size())) {
      troubles.add(new Trouble(AlarmKind.SOURCE_DOWN, config.name(), phase.reason()));
    }
    return troubles;
  }

  boolean isStopped() {
    return stage == Stage.STOPPED;
  }

  /** Nanoseconds until {@link #advance} has something to do, if no event comes before. */
  long delayNs() {
    long left = deadlineNs - time.elapsedNs();
    return stage == Stage.DOWN && left <= 0 ? ROOM_CHECK_NS : Math.max(0, left);
  }

  // ---- Time

  /**
   * Does what is due now.
   *
   * @param silenceNs time since the last message, negative if there was none
   * @param sincePartNs time since a part of a long message came in, which holds back the answers
   *     behind it; negative if there was none
   */
  void advance(long silenceNs, long sincePartNs) {
    if (sincePartNs >= 0 && isAwaitingAnswer()) {
      deadlineNs = Math.max(deadlineNs, time.elapsedNs() - sincePartNs + BEHIND_LONG_MESSAGE_NS);
    }
    boolean due = time.elapsedNs() - deadlineNs >= 0;
    switch (stage) {
      case DOWN -> {
        if (due && window.hasRoom()) {
          connect();
        }
      }
      case CONNECTING -> endIf(due, "cannot connect: " + noAnswer());
      case SUBSCRIBING -> endIf(due, "cannot subscribe: " + noAnswer());
      case UNSUBSCRIBING -> endIf(due, "cannot unsubscribe: " + noAnswer());
      case WATCHING -> {
        if (due) {
          isWatchRefused = true;
          rest();
        }
      }
      case PROBING -> endIf(due, "the connection is dead: " + noAnswer());
      case CONNECTED -> connected(due, silenceNs);
      case ENDING -> ending(due);
      case DISCONNECTING -> {
        if (due) {
          commands.add(new SessionCommand.Abandon());
          stage = Stage.STOPPED;
        }
      }
      case STOPPED -> {}
    }
  }

  private void connected(boolean due, long silenceNs) {
    if (time.elapsedNs() - begunNs >= SHORT_NS) {
      closedSoon = 0;
      brokenPackets = 0;
    }
    boolean isSilent = silenceNs < 0 || silenceNs > config.keepAlive().toNanos();
    if (asked != target || due && !refused.isEmpty()) {
      subscribe();
    } else if (due && isSilent) {
      // a client library may not notice that a connection is dead
      commands.add(new SessionCommand.Unsubscribe(PROBE, true));
      await(Stage.PROBING);
    } else if (due) {
      rest();
    }
  }

  private boolean isAwaitingAnswer() {
    return switch (stage) {
      case SUBSCRIBING, UNSUBSCRIBING, WATCHING, PROBING -> true;
      default -> false;
    };
  }

  private void endIf(boolean overdue, String reason) {
    if (overdue) {
      end(reason);
    }
  }

  private String noAnswer() {
    return Reasons.noAnswer(config);
  }

  // ---- A connection begins

  private void connect() {
    commands.add(new SessionCommand.Load());
    epoch++;
    window.connecting(epoch);
    begunNs = time.elapsedNs();
    String hostId = config.sparkplug().hostId();
    hostState = hostId == null ? null : HostState.at(hostId, time.wallNs());
    born = false;
    isWatching = false;
    asked = null;
    granted = List.of();
    refused = List.of();
    phase = new Phase("connecting", phase.reason());
    await(Stage.CONNECTING);
  }

  /**
   * Connects, after the first load with what earlier processes stored.
   *
   * @param filters those that the broker may hold for this client id
   */
  void loaded(Set<String> filters, LastConnection storedLast) {
    stored = filters;
    if (!loaded) {
      loaded = true;
      last = storedLast;
    }
    wasDoubtful = last.doubtful();
    number = Math.max(last.number() + 1, TimeUnit.NANOSECONDS.toMillis(time.wallNs()));
    save(new LastConnection(last.number(), true));
    commands.add(
        new SessionCommand.Connect(
            epoch,
            number,
            wasDoubtful ? 0 : last.number(),
            hostState == null ? null : hostState.will()));
  }

  void connected(int from, boolean sessionPresent) {
    if (from != epoch || stage != Stage.CONNECTING) {
      return;
    }
    boolean resumed = sessionPresent && !wasDoubtful;
    window.connected(resumed);
    commands.add(new SessionCommand.CountConnect(!resumed && !stored.isEmpty(), sessionPresent));
    save(new LastConnection(number, false));
    subscribe();
  }

  /** The broker was not reached or refused: the attempt changed nothing. */
  void notConnected(int from, String reason) {
    if (from == epoch && stage == Stage.CONNECTING) {
      closed(from, reason);
      save(new LastConnection(last.number(), wasDoubtful));
    } else {
      closed(from, reason);
    }
  }

  private void save(LastConnection next) {
    if (!last.equals(next)) {
      last = next;
      commands.add(new SessionCommand.SaveConnection(next));
    }
  }

  // ---- Subscriptions: first what is new, then what is no longer wanted, so that a topic that is
  // in both is never missed

  void want(Target next) {
    target = next;
  }

  private void subscribe() {
    asked = target;
    Set<String> both = new TreeSet<>(stored);
    both.addAll(target.filters());
    save(both);
    List<SubscribeRequest> missing = new ArrayList<>(target.subscriptions());
    missing.removeAll(granted);
    if (missing.isEmpty()) {
      refused = List.of();
      unsubscribe(target);
    } else {
      commands.add(new SessionCommand.Subscribe(missing));
      await(Stage.SUBSCRIBING);
    }
  }

  void subscribed(int from, List<Client.RefusedSubscription> nowRefused) {
    if (from == epoch && stage == Stage.WATCHING) {
      isWatchRefused = !nowRefused.isEmpty();
      rest();
    } else if (from == epoch && stage == Stage.SUBSCRIBING && asked != null) {
      refused = nowRefused;
      unsubscribe(asked);
    }
  }

  private void unsubscribe(Target now) {
    Set<String> stale = new TreeSet<>(stored);
    stale.removeAll(now.filters());
    if (stale.isEmpty()) {
      settle(now);
    } else {
      commands.add(new SessionCommand.Unsubscribe(stale, false));
      await(Stage.UNSUBSCRIBING);
    }
  }

  void unsubscribed(int from) {
    if (from != epoch) {
      return;
    }
    if (stage == Stage.UNSUBSCRIBING && asked != null) {
      settle(asked);
    } else if (stage == Stage.PROBING) {
      rest();
    }
  }

  private void settle(Target now) {
    save(now.filters());
    granted = new ArrayList<>(now.subscriptions());
    refused.forEach(each -> granted.remove(each.subscription()));
    if (hostState != null && !born) {
      born = true;
      commands.add(new SessionCommand.Send(hostState.birth()));
    }
    commands.add(new SessionCommand.Complete(now.done()));
    phase =
        new Phase(
            CONNECTED,
            refused.stream()
                .map(Client.RefusedSubscription::text)
                .collect(Collectors.joining("; ")));
    if (isWatching || isWatchRefused) {
      rest();
    } else {
      isWatching = true;
      commands.add(new SessionCommand.Subscribe(List.of(BrokerDrops.SUBSCRIPTION)));
      await(Stage.WATCHING);
    }
  }

  private void save(Set<String> filters) {
    if (!stored.equals(filters)) {
      stored = filters;
      commands.add(new SessionCommand.Save(filters));
    }
  }

  // ---- Sparkplug

  /** A STATE of this host came in; if it says offline, the birth is sent again. */
  void receivedState(int from, byte[] payload) {
    if (from == epoch
        && isOpen()
        && stage != Stage.CONNECTING
        && hostState != null
        && HostState.saysOffline(payload)) {
      commands.add(new SessionCommand.Send(hostState.birth()));
    }
  }

  // ---- A connection ends

  /**
   * The window is full, and the connection no longer receives. It is closed as soon as what the
   * inbox has taken is acknowledged; a new one follows when there is room. Without these
   * acknowledgements a broker with a larger window would send the same messages for ever.
   */
  void full(int from) {
    if (from == epoch && isOpen()) {
      phase = new Phase("down", FULL);
      endSoon(FULL);
    }
  }

  /**
   * A packet could not be sent. After an acknowledgement that was not, no later one may be. The
   * client may be about to report why the connection is gone: that is the reason to show.
   */
  void cannotSend(String reason) {
    if (isOpen()) {
      endSoon(reason);
    }
  }

  private void endSoon(String reason) {
    endReason = reason;
    stage = Stage.ENDING;
    deadlineNs = time.elapsedNs() + ENDING_LIMIT_NS;
  }

  private void ending(boolean due) {
    if (!endReason.equals(FULL)) {
      endIf(due, endReason);
    } else if (due || !window.hasUnsettled()) {
      close(FULL);
      deadlineNs = time.elapsedNs(); // no back-off: it waits for room
    }
  }

  /**
   * The connection is gone.
   *
   * @param reason why, {@code null} if the broker gave no reason
   */
  void closed(int from, @Nullable String reason) {
    if (from != epoch) {
      return;
    }
    if (stage == Stage.DISCONNECTING) {
      stage = Stage.STOPPED;
    } else if (isOpen()) {
      boolean wasShort = time.elapsedNs() - begunNs < SHORT_NS;
      boolean mayBeTaken = reason == null || reason.contains(Codes.TAKEN_OVER);
      boolean counts = stage != Stage.CONNECTING && wasShort && mayBeTaken;
      int before = closedSoon;
      boolean watching = stage == Stage.WATCHING;
      end(reason == null ? CLOSED : reason);
      isWatchRefused |= watching;
      closedSoon = counts && !watching ? before + 1 : 0;
      noteBroken(reason);
      if (closedSoon > 1) {
        phase = new Phase(phase.state(), phase.reason() + suspicion());
      }
    }
  }

  /** Counts a broken packet; the broker may keep the message and send it at each connection. */
  private void noteBroken(@Nullable String reason) {
    if (reason == null || !reason.contains(BrokenPacketException.BROKEN)) {
      brokenPackets = 0;
      return;
    }
    brokenPackets++;
    commands.add(new SessionCommand.CountBroken());
    if (brokenPackets > 1) {
      String again =
          ", %d times in a row: the broker sends it at each connection; read its log, and remove the"
              + " message or the session of client id %s there";
      phase = new Phase(phase.state(), reason + again.formatted(brokenPackets, config.clientId()));
    }
  }

  /** A command could not be performed. */
  void failed(String reason) {
    if (stage == Stage.DISCONNECTING) {
      commands.clear();
      commands.add(new SessionCommand.Abandon());
      stage = Stage.STOPPED;
    } else if (isOpen()) {
      end(reason);
    }
  }

  /** Another client that takes the client id again and again is the most likely cause. */
  private String suspicion() {
    return (", %d times in a row soon after connecting: check that no other client uses the same"
            + " client id (%s), and read the broker's log")
        .formatted(closedSoon, config.clientId());
  }

  private void end(String reason) {
    close(reason);
    boolean wasSteady = time.elapsedNs() - begunNs > STEADY_NS;
    failures = wasSteady ? 1 : failures + 1;
    deadlineNs = time.elapsedNs() + TimeUnit.MILLISECONDS.toNanos(backOffMs());
  }

  private void close(String reason) {
    if (commands.stream().anyMatch(SessionCommand.Connect.class::isInstance)) {
      last = new LastConnection(last.number(), wasDoubtful); // CONNECT was not sent
    }
    commands.clear();
    commands.add(new SessionCommand.Abandon());
    closedSoon = 0;
    stage = Stage.DOWN;
    phase = new Phase("down", reason);
  }

  /** Doubles with each failure, and half of it is random so that gateways spread out. */
  private long backOffMs() {
    int doublings = Math.min(failures - 1, 10);
    long base = Math.min(BACK_OFF_MIN_MS << doublings, BACK_OFF_MAX_MS);
    return Math.min(base / 2 + random.nextLong(base), BACK_OFF_MAX_MS);
  }

  // ---- Stop

  /** Closes the connection cleanly and makes no other. */
  void stop() {
    if (stage == Stage.DISCONNECTING || stage == Stage.STOPPED) {
      return;
    }
    commands.clear();
    phase = new Phase("stopped", "stopped");
    if (stage == Stage.DOWN) {
      stage = Stage.STOPPED;
    } else if (stage == Stage.CONNECTING) {
      commands.add(new SessionCommand.Abandon());
      stage = Stage.STOPPED;
    } else {
      if (hostState != null) {
        commands.add(new SessionCommand.Send(hostState.death(time.wallNs())));
      }
      commands.add(new SessionCommand.Disconnect());
      stage = Stage.DISCONNECTING;
      deadlineNs = time.elapsedNs() + DISCONNECT_LIMIT_NS;
    }
  }

  /** Ends a stop that takes too long. */
  void abandon() {
    if (stage != Stage.STOPPED) {
      commands.clear();
      commands.add(new SessionCommand.Abandon());
      phase = new Phase("stopped", "stopped");
      stage = Stage.STOPPED;
    }
  }

  // ---- Stages

  private boolean isOpen() {
    return stage != Stage.DOWN && stage != Stage.DISCONNECTING && stage != Stage.STOPPED;
  }

  private void await(Stage next) {
    stage = next;
    deadlineNs = time.elapsedNs() + config.connectTimeout().toNanos();
  }

  /** Connected, with nothing to do until half a keep-alive has passed. */
  private void rest() {
    stage = Stage.CONNECTED;
    Duration look = config.keepAlive().dividedBy(2);
    deadlineNs = time.elapsedNs() + look.toNanos();
  }
}
