package io.weir.gateway.source.mqtt;

import io.micrometer.core.instrument.Counter;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what arrived until it is acknowledged. Offers on the library's callback thread, which is
 * memory work and costs no hand-over; acknowledges and offers again on a thread of its own, so that
 * neither the callback nor {@code log-sync} ever waits.
 */
final class AckTracker {

  private static final Logger LOG = LoggerFactory.getLogger(AckTracker.class);

  /** How long a delivery without room waits before it is offered again. */
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(50);

  /** The longest sleep; a signal ends it sooner. */
  private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(1);

  private final String source;
  private final Inbox inbox;
  private final Time time;
  private final Counter acknowledged;
  final InflightWindow window;
  private final Thread thread;

  private volatile @Nullable Connection connection;
  private volatile long lastArrivalNs;
  private volatile boolean anyArrived;
  private volatile boolean receiving = true;
  private volatile boolean finishing;
  private volatile String trouble = "";
  private long retryAtNs;

  AckTracker(String source, InflightWindow window, Inbox inbox, Time time, Counter acknowledged) {
    this.source = source;
    this.window = window;
    this.inbox = inbox;
    this.time = time;
    this.acknowledged = acknowledged;
    this.retryAtNs = time.elapsedNs();
    thread = new Thread(this::run, "mqtt-" + source + "-acks");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** From now on what arrives is left to the broker, which keeps it for the session. */
  void stopReceiving() {
    receiving = false;
  }

  /** Sends what acknowledgements are due and ends the thread. Waits a bounded time. */
  void finish() throws InterruptedException {
    finishing = true;
    wake();
    thread.join(Broker.QUIESCE_MS);
  }

  /** A new connection begins; only its deliveries are acknowledged from here on. */
  void connecting(Connection next) {
    window.connecting(next.epoch());
    connection = next;
  }

  /** Why deliveries are stuck through a fault of our own, or "". */
  String trouble() {
    return trouble;
  }

  /** Nanoseconds since the last message, or -1 where there was none. */
  long silenceNs() {
    return anyArrived ? time.elapsedNs() - lastArrivalNs : -1;
  }

  /** Takes in a message, on the callback thread of its connection. */
  void arrived(Connection from, Publish arrival) {
    if (!receiving) {
      return;
    }
    lastArrivalNs = time.elapsedNs();
    anyArrived = true;
    if (arrival.qos() == 0) {
      offerOnce(arrival);
      return;
    }
    InflightDelivery held = new InflightDelivery(from.epoch(), source, arrival, this);
    if (window.add(held) && !taken(held.delivery)) {
      window.notKept(held);
      wake();
    }
    if (window.isFull()) {
      from.endFull();
    }
  }

  /** Called on {@code log-sync}. */
  void durable(InflightDelivery held) {
    if (window.durable(held)) {
      wake();
    }
  }

  /** Called on {@code log-sync}. */
  void failed(InflightDelivery held, Throwable cause) {
    LOG.debug("{}: {} was not synced: {}", source, held.delivery.topic(), cause.toString());
    window.notKept(held);
    wake();
  }

  private void wake() {
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!finishing) {
      LockSupport.parkNanos(window.waiting() > 0 ? RETRY_NS : IDLE_NS);
      acknowledge();
      if (time.elapsedNs() - retryAtNs >= 0) {
        offerAgain();
        retryAtNs = time.elapsedNs() + RETRY_NS;
      }
    }
    acknowledge();
  }

  private void acknowledge() {
    Connection now = connection;
    if (now == null) {
      return;
    }
    for (InflightDelivery held : window.due()) {
      try {
        now.client().acknowledge(held.delivery.packetId());
        acknowledged.increment();
      } catch (MqttConnectionException e) {
        // the connection is gone; the broker sends it again and the inbox knows it
        LOG.debug("{}: {}", source, e.reason());
      }
    }
  }

  /** Each of those that wait now, once: on a failing disk they may wait again at once. */
  private void offerAgain() {
    for (int left = window.waiting(); left > 0 && receiving; left--) {
      InflightDelivery held = window.next();
      if (held == null) {
        return;
      }
      if (!taken(held.delivery)) {
        window.notKept(held);
        return;
      }
      window.taken(held);
      acknowledge();
    }
  }

  private boolean taken(Delivery delivery) {
    try {
      boolean taken = inbox.offer(delivery) == Inbox.Answer.TAKEN;
      trouble = "";
      return taken;
    } catch (RuntimeException e) {
      // our own defect, not the sender's: keep the message, say it, come back to it
      trouble = "the gateway failed on a message of " + delivery.topic() + ": " + e;
      LOG.error("{}: {}", source, trouble, e);
      return false;
    }
  }

  /** A QoS 0 message is not held: nobody sends it again. Without room it is given up, counted. */
  private void offerOnce(Publish arrival) {
    Delivery delivery = arrival.delivery(source, new BestEffort(arrival));
    if (!taken(delivery)) {
      inbox.refused(delivery);
    }
  }

  private final class BestEffort implements Delivery.Settled {

    private final Publish arrival;

    BestEffort(Publish arrival) {
      this.arrival = arrival;
    }

    @Override
    public void durable(Inbox.Receipt receipt) {
      // nobody waits for an answer
    }

    @Override
    public void failed(Throwable cause) {
      inbox.refused(arrival.delivery(source, this));
    }
  }
}
