package io.weir.gateway.simulation;

import io.weir.gateway.source.mqtt.Client;
import io.weir.gateway.source.mqtt.MqttConfig;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT 5 broker for the gateway's client id, as the scenario wants it. What is not random
 * follows the standard, and the client must follow it too: {@link BrokerLink}.
 */
final class SimulatedBroker implements Client.Factory {

  /** How often the session is saved, in turns, so that an older one can come back. */
  private static final int SAVED_EVERY = 15;

  final Faults faults;
  final SimulatedTime time;
  final OneThread thread;
  final Random random;
  final Oracle oracle;

  private final boolean lowestIds;

  /** Hears the topics of what the gateway publishes. */
  Consumer<String> commands = topic -> {};

  @Nullable BrokerSession session;
  private @Nullable BrokerSession saved;
  private @Nullable BrokerLink link;
  private int turns;
  private boolean isLost;
  private int lostSessions;

  SimulatedBroker(
      Scenario scenario, Faults faults, SimulatedTime time, OneThread thread, Oracle oracle) {
    this.faults = faults;
    this.time = time;
    this.thread = thread;
    this.random = scenario.random("broker");
    this.oracle = oracle;
    this.lowestIds = random.nextInt(3) == 0;
  }

  @Override
  public Client create(MqttConfig config) {
    thread.check();
    return new BrokerLink(this, config);
  }

  /** A link has sent CONNECT; a former one of the same client id ends. */
  BrokerSession accepted(BrokerLink next) {
    if (link != null && link != next) {
      link.drop("session taken over");
    }
    link = next;
    Fault late = faults.now(FaultKind.CONNACK_LATE);
    if (late != null && late.variant() % 2 == 0 && random.nextBoolean()) {
      forget();
    }
    if (session == null) {
      session = new BrokerSession(lowestIds);
      lostSessions += isLost ? 1 : 0;
      isLost = false;
    }
    return session;
  }

  private void forget() {
    isLost |= session != null && !session.filters.isEmpty();
    session = null;
  }

  /**
   * A device publishes. Without a subscription it is not for the gateway; where several overlap, it
   * may be sent for each.
   */
  void publish(SentMessage message) {
    long times = session == null ? 0 : session.subscriptions(message.topic);
    for (long i = times < 2 || random.nextBoolean() ? Math.min(1, times) : times; i > 0; i--) {
      Objects.requireNonNull(session).queued.add(message);
    }
  }

  /** The gateway is gone, and with it its connection. */
  void clientDied() {
    lostSessions = 0;
    if (link != null) {
      link.die();
    }
  }

  /** Sessions with subscriptions that were lost, and made again since the gateway was started. */
  int lostSessions() {
    return lostSessions;
  }

  boolean isQuiet() {
    return session != null
        && session.queued.isEmpty()
        && session.inflight.isEmpty()
        && link != null
        && link.isOpen();
  }

  void turn() {
    turns++;
    if (turns % SAVED_EVERY == 0) {
      saved = session == null ? null : session.copy();
    }
    for (Fault fault : faults.beginning()) {
      if (fault.kind() == FaultKind.SESSION_LOST) {
        faults.struck(FaultKind.SESSION_LOST);
        end();
        forget();
      } else if (fault.kind() == FaultKind.SESSION_OLDER && saved != null) {
        faults.struck(FaultKind.SESSION_OLDER);
        end();
        session = saved.copy();
      }
    }
    if (link == null || !link.isOpen()) {
      return;
    }
    if (faults.now(FaultKind.CONNECTION_LOST) != null && random.nextInt(3) == 0) {
      faults.struck(FaultKind.CONNECTION_LOST);
      end();
    } else if (faults.now(FaultKind.SESSION_LOST) != null && random.nextInt(3) == 0) {
      end(); // it is not well yet
    } else {
      link.turn();
    }
  }

  private void end() {
    if (link != null) {
      link.drop(random.nextBoolean() ? null : "connection reset");
    }
  }

  /** How long until an answer leaves. */
  long delayNs(FaultKind late) {
    if (faults.now(late) != null) {
      faults.struck(late);
      return TimeUnit.SECONDS.toNanos(60);
    }
    return TimeUnit.MILLISECONDS.toNanos(random.nextInt(20));
  }
}
