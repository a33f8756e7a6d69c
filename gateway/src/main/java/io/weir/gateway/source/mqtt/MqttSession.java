package io.weir.gateway.source.mqtt;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.SessionStore.LastConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The state of one MQTT session over all its connections: which connection is current, which answer
 * is awaited and until when. It does no I/O: its driver reports events, gives it the time by {@link
 * #advance}, and performs the commands it returns. Of its parts, {@link Subscriptions} knows what
 * is subscribed, {@link ResumableSession} whether the broker still has the session, and {@link
 * Losses} when to connect again.
 *
 * <p>Each connection has a number, its epoch. An event that carries an older one is ignored.
 *
 * <pre>
 * DOWN -> CONNECTING -> [SUBSCRIBING] -> [UNSUBSCRIBING] -> [WATCHING] -> CONNECTED <-> PROBING
 *   ^                        any of them when the connection is lost or an answer does not come
 *   +--- DRAINING <-         any of them when the window is full
 *   +--- ENDING <-           any of them when a packet could not be sent
 * </pre>
 *
 * <p>Owned by the driver's thread.
 */
final class MqttSession {

  static final String FULL =
      "the in-flight window is full: waiting for the log; the broker keeps the session";

  /** How long a clean disconnect may take. */
  static final long DISCONNECT_LIMIT_NS = TimeUnit.SECONDS.toNanos(4);

  /**
   * A filter that is never subscribed. To unsubscribe it changes nothing and needs no permission,
   * and every broker must answer: a test that the connection is alive.
   */
  static final Set<String> PROBE = Set.of("weir/never-subscribed");

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
    DRAINING,
    ENDING,
    DISCONNECTING,
    STOPPED
  }

  private final MqttConfig config;
  private final InflightWindow window;
  private final Time time;
  private final Queue<SessionCommand> commands = new ArrayDeque<>();
  private final Subscriptions subscriptions;
  private final ResumableSession resumable;
  private final Losses losses;

  private Stage stage = Stage.DOWN;
  private Phase phase = Phase.down("not started");

  /** When the current stage is over: an answer is overdue, or something is due. */
  private long deadlineNs;

  // the current connection
  private int epoch;
  private long begunNs;
  private @Nullable HostState hostState;
  private boolean born;
  private boolean isWatching;
  private String endReason = "";

  /** The broker does not let this client see what it drops; some close the connection for it. */
  private boolean isWatchRefused;

  MqttSession(
      MqttConfig config,
      Subscriptions.Target target,
      InflightWindow window,
      Time time,
      RandomGenerator random) {
    this.config = config;
    this.window = window;
    this.time = time;
    this.subscriptions = new Subscriptions(target, commands);
    this.resumable = new ResumableSession(commands);
    this.losses = new Losses(config.clientId(), random);
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
    String sharedId = losses.sharedId();
    if (sharedId != null) {
      troubles.add(new Trouble(AlarmKind.CLIENT_ID_SHARED, config.name(), sharedId));
    }
    List<Client.RefusedSubscription> lowered =
        phase.isConnected() ? subscriptions.lowered() : List.of();
    if (!lowered.isEmpty()) {
      String filters =
          lowered.stream()
              .map(each -> each.subscription().filter())
              .collect(Collectors.joining(", "));
      troubles.add(new Trouble(AlarmKind.QOS_LOWERED, config.name(), filters));
    }
    if (!phase.isReady()
        && !(phase.isConnected() && lowered.size() == subscriptions.refused().size())) {
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
      case DRAINING -> draining(due);
      case ENDING -> endIf(due, endReason);
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
    losses.lasts(ageNs());
    boolean isSilent = silenceNs < 0 || silenceNs > config.keepAlive().toNanos();
    if (subscriptions.haveChanged() || due && !subscriptions.refused().isEmpty()) {
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
    subscriptions.connecting();
    phase = new Phase(Phase.State.CONNECTING, phase.reason());
    await(Stage.CONNECTING);
  }

  /**
   * Connects, after the first load with what earlier processes stored.
   *
   * @param filters those that the broker may hold for this client id
   */
  void loaded(Set<String> filters, LastConnection storedLast) {
    subscriptions.loaded(filters);
    resumable.connecting(storedLast, time.wallNs());
    commands.add(
        new SessionCommand.Connect(
            epoch, resumable.resuming(), hostState == null ? null : hostState.will()));
  }

  void connected(int from, boolean sessionPresent) {
    if (from != epoch || stage != Stage.CONNECTING) {
      return;
    }
    boolean resumed = resumable.isResumed(sessionPresent);
    window.connected(resumed);
    commands.add(
        new SessionCommand.CountConnect(!resumed && subscriptions.mayBeHeld(), sessionPresent));
    resumable.accepted(sessionPresent);
    subscribe();
  }

  /** The broker was not reached or refused: the attempt changed nothing. */
  void notConnected(int from, String reason) {
    boolean wasConnecting = from == epoch && stage == Stage.CONNECTING;
    closed(from, Ending.of(reason));
    if (wasConnecting) {
      resumable.notAccepted();
    }
  }

  // ---- Subscriptions: first what is new, then what is no longer wanted, so that a topic that is
  // in both is never missed

  void want(Subscriptions.Target next) {
    subscriptions.want(next);
  }

  private void subscribe() {
    if (subscriptions.subscribe()) {
      await(Stage.SUBSCRIBING);
    } else {
      unsubscribe();
    }
  }

  void subscribed(int from, List<Client.RefusedSubscription> refused) {
    if (from == epoch && stage == Stage.WATCHING) {
      isWatchRefused = !refused.isEmpty();
      rest();
    } else if (from == epoch && stage == Stage.SUBSCRIBING) {
      subscriptions.answered(refused);
      unsubscribe();
    }
  }

  private void unsubscribe() {
    if (subscriptions.unsubscribe()) {
      await(Stage.UNSUBSCRIBING);
    } else {
      settle();
    }
  }

  void unsubscribed(int from) {
    if (from == epoch && stage == Stage.UNSUBSCRIBING) {
      settle();
    } else if (from == epoch && stage == Stage.PROBING) {
      rest();
    }
  }

  private void settle() {
    subscriptions.settle();
    if (hostState != null && !born) {
      born = true;
      commands.add(new SessionCommand.Send(hostState.birth()));
    }
    commands.add(new SessionCommand.Complete(subscriptions.done()));
    phase =
        new Phase(
            Phase.State.CONNECTED,
            subscriptions.refused().stream()
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
      phase = Phase.down(FULL);
      endWithin(Stage.DRAINING);
    }
  }

  /**
   * A packet could not be sent. After an acknowledgement that was not, no later one may be. The
   * client may be about to report why the connection is gone: that is the reason to show.
   */
  void cannotSend(String reason) {
    if (isOpen()) {
      endReason = reason;
      endWithin(Stage.ENDING);
    }
  }

  private void endWithin(Stage next) {
    stage = next;
    deadlineNs = time.elapsedNs() + ENDING_LIMIT_NS;
  }

  private void draining(boolean due) {
    if (due || !window.hasUnsettled()) {
      losses.ended();
      close(FULL);
      deadlineNs = time.elapsedNs(); // no back-off: it waits for room
    }
  }

  /** The connection is gone. */
  void closed(int from, Ending ending) {
    if (from != epoch) {
      return;
    }
    if (stage == Stage.DISCONNECTING) {
      stage = Stage.STOPPED;
    } else if (isOpen()) {
      boolean wasWatching = stage == Stage.WATCHING;
      boolean isSuspicious = stage != Stage.CONNECTING && !wasWatching;
      lose(losses.closed(ending, ageNs(), isSuspicious));
      isWatchRefused |= wasWatching;
      if (ending.kind() == Ending.Kind.BROKEN_PACKET) {
        commands.add(new SessionCommand.CountBroken());
      }
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

  private void end(String reason) {
    losses.ended();
    lose(reason);
  }

  private void lose(String reason) {
    close(reason);
    deadlineNs = time.elapsedNs() + losses.backOffNs(ageNs());
  }

  private void close(String reason) {
    if (commands.stream().anyMatch(SessionCommand.Connect.class::isInstance)) {
      resumable.notSent();
    }
    commands.clear();
    commands.add(new SessionCommand.Abandon());
    stage = Stage.DOWN;
    phase = Phase.down(reason);
  }

  // ---- Stop

  /** Closes the connection cleanly and makes no other. */
  void stop() {
    if (stage == Stage.DISCONNECTING || stage == Stage.STOPPED) {
      return;
    }
    commands.clear();
    phase = Phase.STOPPED;
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
      phase = Phase.STOPPED;
      stage = Stage.STOPPED;
    }
  }

  // ---- Stages

  private boolean isOpen() {
    return stage != Stage.DOWN && stage != Stage.DISCONNECTING && stage != Stage.STOPPED;
  }

  /** How long ago the current connection was begun. */
  private long ageNs() {
    return time.elapsedNs() - begunNs;
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
