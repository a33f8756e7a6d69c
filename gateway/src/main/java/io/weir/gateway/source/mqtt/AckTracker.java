package io.weir.gateway.source.mqtt;

import io.micrometer.core.instrument.Counter;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries messages from the client to the inbox, and acknowledgements back. Which message is
 * offered or acknowledged next is decided by the {@link InflightWindow}.
 *
 * <p>The threads of the client only hand messages over. The driver's thread offers and acknowledges
 * them, because a decoder may run an expression and a new field is saved before its first reading:
 * a callback that waits would hold back the client's keep-alive.
 */
final class AckTracker {

  private static final Logger LOG = LoggerFactory.getLogger(AckTracker.class);

  /** How long a message that found no room waits before it is offered again. */
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long NEVER = Long.MAX_VALUE;

  private final String source;
  private final InflightWindow window;
  private final BestEffortQueue bestEffort;
  private final Inbox inbox;
  private final Time time;
  private final Counter acknowledged;
  private final Runnable wake;

  private final BrokerDrops drops = new BrokerDrops();

  private volatile boolean receiving = true;
  private volatile boolean anyReceived;
  private volatile long lastReceivedNs;
  private volatile boolean anyPart;
  private volatile long lastPartNs;
  private volatile String defect = "";
  private long retryAtNs;

  /**
   * @param wake lets the driver's thread run, because it has something to do
   */
  AckTracker(
      String source,
      InflightWindow window,
      BestEffortQueue bestEffort,
      Inbox inbox,
      Time time,
      Counter acknowledged,
      Runnable wake) {
    this.source = source;
    this.window = window;
    this.bestEffort = bestEffort;
    this.inbox = inbox;
    this.time = time;
    this.acknowledged = acknowledged;
    this.wake = wake;
    this.retryAtNs = time.elapsedNs();
  }

  /** From now on messages are left to the broker, which keeps them for the session. */
  void stopReceiving() {
    receiving = false;
  }

  /** The last message failed because of a defect in the gateway: which; else "". */
  String defect() {
    return defect;
  }

  /** Nanoseconds since the last message, or -1 if there was none. */
  long silenceNs() {
    return anyReceived ? time.elapsedNs() - lastReceivedNs : -1;
  }

  /** More of a long message came in. */
  void receiving() {
    lastPartNs = time.elapsedNs();
    anyPart = true;
  }

  /** Nanoseconds since a part of a long message came in, or -1 if there was none. */
  long sincePartNs() {
    return anyPart ? time.elapsedNs() - lastPartNs : -1;
  }

  /** The broker says how many messages it has dropped. */
  void brokerDropped(byte[] count) {
    drops.received(count, time.elapsedNs());
  }

  /** What the broker dropped lately; {@code null} if nothing. */
  @Nullable String lossUpstream() {
    return drops.news(time.elapsedNs());
  }

  int unacknowledged() {
    return window.size();
  }

  // ---- The threads of the client

  /**
   * Takes a message.
   *
   * @param by its connection
   * @return whether the connection may go on; false if the window is full
   */
  boolean received(ConnectionId by, Publish publish) {
    if (!receiving) {
      return true;
    }
    lastReceivedNs = time.elapsedNs();
    anyReceived = true;
    if (publish.qos() == 0) {
      offerOnce(by, publish);
      return true;
    }
    window.add(new InflightDelivery(by, publish));
    wake.run();
    return !window.isFull();
  }

  /** Whether more has come than should be held; the client then waits before it reads on. */
  boolean isFull() {
    return window.isOverdrawn();
  }

  private void offerOnce(ConnectionId by, Publish publish) {
    Delivery delivery = publish.delivery(source, by, new BestEffort(by, publish));
    if (bestEffort.add(delivery)) {
      wake.run();
    } else {
      inbox.refused(delivery);
    }
  }

  private boolean offered(InflightDelivery inflight) {
    return answer(inflight.publish.delivery(source, inflight.by, new Settlement(inflight)))
        == Inbox.Answer.TAKEN;
  }

  private Inbox.Answer answer(Delivery delivery) {
    try {
      Inbox.Answer answer = inbox.offer(delivery);
      defect = "";
      return answer;
    } catch (RuntimeException | Error e) {
      // a defect of the gateway, not of the sender: the message is kept and offered again
      defect = "internal error on a message of " + delivery.topic() + ": " + e;
      LOG.error("{}: {}", source, defect, e);
      return Inbox.Answer.NO_ROOM;
    }
  }

  // ---- The driver's thread

  /**
   * Acknowledges what is durable.
   *
   * @param client of the current connection, {@code null} if there is none
   * @throws MqttConnectionException if one could not be sent; then no later one may be sent on this
   *     connection
   */
  void acknowledge(@Nullable Client client) throws MqttConnectionException {
    int[] due = window.due();
    if (due.length > 0 && client != null) { // else the broker sends them again, and the inbox knows
      client.acknowledge(due);
      acknowledged.increment(due.length);
    }
  }

  /**
   * Offers each waiting message once, unless there was no room a moment ago. A QoS 0 message is not
   * sent again, so it is not held: without room it is dropped, counted.
   */
  void offer(@Nullable Client client) throws MqttConnectionException {
    if (receiving && time.elapsedNs() - retryAtNs < 0) {
      return;
    }
    for (Delivery next = bestEffort.first(); next != null; next = bestEffort.first()) {
      Inbox.Answer answer = answer(next);
      if (answer == Inbox.Answer.NOT_YET && receiving) {
        retryAtNs = time.elapsedNs() + RETRY_NS;
        return;
      }
      bestEffort.removeFirst();
      if (answer != Inbox.Answer.TAKEN) {
        inbox.refused(next);
      }
    }
    boolean any = false;
    for (int left = window.offerable(); left > 0 && receiving; left--) {
      InflightDelivery next = window.next();
      if (next == null) {
        break;
      }
      if (!offered(next)) {
        window.notTaken(next);
        retryAtNs = time.elapsedNs() + RETRY_NS;
        return;
      }
      window.taken(next);
      next.publish.taken().run();
      acknowledge(client);
      any = true;
    }
    if (any && window.isExhausted()) {
      inbox.endLinger();
    }
  }

  /** Nanoseconds until {@link #offer} has something to do. */
  long delayNs() {
    boolean waits = window.offerable() > 0 || bestEffort.first() != null;
    return waits && receiving ? Math.max(0, retryAtNs - time.elapsedNs()) : NEVER;
  }

  // ---- log-sync

  private final class Settlement implements Delivery.Settled {

    private final InflightDelivery inflight;

    Settlement(InflightDelivery inflight) {
      this.inflight = inflight;
    }

    @Override
    public void durable(Inbox.Receipt receipt) {
      if (window.durable(inflight)) {
        wake.run();
      }
    }

    @Override
    public void failed(Throwable cause) {
      LOG.debug(
          "{}: sync failed for a message of {}: {}",
          source,
          inflight.publish.topic(),
          cause.toString());
      if (window.failed(inflight)) {
        wake.run();
      }
    }
  }

  private final class BestEffort implements Delivery.Settled {

    private final ConnectionId by;
    private final Publish publish;

    BestEffort(ConnectionId by, Publish publish) {
      this.by = by;
      this.publish = publish;
    }

    @Override
    public void durable(Inbox.Receipt receipt) {
      // QoS 0 has no acknowledgement
    }

    @Override
    public void failed(Throwable cause) {
      inbox.refused(publish.delivery(source, by, this));
    }
  }
}
