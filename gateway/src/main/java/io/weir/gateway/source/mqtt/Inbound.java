package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.mqtt.guard.Arrivals;
import io.weir.gateway.source.mqtt.guard.PacketGuard;
import io.weir.gateway.source.mqtt.guard.SetAside;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What comes in on one connection through Paho. A {@link PacketGuard} keeps from Paho what it
 * cannot read, an {@link InboundPace} what it would hold too much of.
 *
 * <p>The guard also sees the DUP flags. Paho's MQTT 5 client drops them: its {@code MqttMessage}
 * always says false. Without the flag a redelivery looks like a new message with the same packet id
 * and payload.
 *
 * <p>Once the session knows of the connection, what the guard can read whole goes to it at once, on
 * Paho's receiver thread; Paho takes two threads and a dozen objects for each message. What the
 * guard leaves to Paho keeps its place: while any of it is on its way, all that follows goes the
 * same way. Once a second a message goes by Paho in any case, which would take a connection on
 * which it reads nothing for dead.
 *
 * <p>Used by Paho's receiver thread and by its callback thread, which never report a message at the
 * same time.
 */
final class Inbound {

  private static final long BY_PAHO_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

  private final Set<Integer> flagged = ConcurrentHashMap.newKeySet();
  private final InboundPace pace;
  private final Runnable goesOn;
  private final Runnable handedOver = this::handedOver;
  private final PacketGuard guard;

  /** Where messages go that need not go by Paho; {@code null} before the CONNACK is reported. */
  private volatile Client.@Nullable Events direct;

  /** Messages that Paho has, and has not delivered. */
  private final AtomicInteger withPaho = new AtomicInteger();

  /** When Paho got one last; of its receiver thread. */
  private long passedNs;

  /**
   * @param goesOn run when more of a long packet has arrived
   * @param full whether reading should wait
   */
  Inbound(MqttConfig config, Runnable goesOn, BooleanSupplier full) {
    this.goesOn = goesOn;
    this.pace = new InboundPace(config.keepAlive(), full);
    this.guard = new PacketGuard(config.version(), config.maxPacketBytes(), new Watched());
  }

  /** What Paho reads in place of the connection. */
  InputStream guarded(InputStream connection) {
    return guard.over(connection);
  }

  /** The connection ends: nothing waits any more. */
  void close() {
    pace.close();
  }

  /** The CONNACK was reported there: now messages may be, by the receiver thread. */
  void deliverTo(Client.Events events) {
    direct = events;
  }

  /** A message that Paho delivered was taken by the inbox, or is not for it. */
  void handedOver() {
    pace.handedOver();
  }

  /** Passes on a message that Paho delivered; its packet id is 0 at QoS 0. */
  void received(
      Client.Events events,
      String topic,
      byte[] payload,
      int qos,
      boolean retained,
      int packetId,
      @Nullable String contentType) {
    SetAside aside = guard.setAside(topic, payload);
    try {
      report(
          events,
          new Publish(
              aside == null ? topic : aside.topic(),
              aside == null ? payload : aside.evidence(),
              qos,
              retained,
              packetId != 0 && isFlagged(packetId),
              packetId,
              contentType,
              aside == null ? null : aside.rejected(),
              handedOver));
    } finally {
      withPaho.decrementAndGet();
    }
  }

  private void report(Client.Events events, Publish publish) {
    events.received(publish);
    if (publish.packetId() == 0) {
      handedOver(); // it is not held, and may be for another part than the inbox
    }
  }

  /** Passes on what a message that Paho delivered says, to one that asks for nothing more. */
  void heard(String topic, byte[] payload, BiConsumer<String, byte[]> hearing) {
    SetAside aside = guard.setAside(topic, payload);
    hearing.accept(
        aside == null ? topic : aside.topic(), aside == null ? payload : aside.evidence());
    handedOver();
  }

  /** Whether the message that now arrives under this packet id was flagged. */
  private boolean isFlagged(int packetId) {
    return !flagged.isEmpty() && flagged.remove(packetId);
  }

  private final class Watched implements Arrivals {

    @Override
    public void begins(int bytes) {
      pace.begins(bytes);
    }

    @Override
    public boolean takes(
        String topic, byte[] payload, boolean retained, boolean duplicate, int packetId) {
      Client.Events events = direct;
      if (events == null || withPaho.get() > 0 || System.nanoTime() - passedNs > BY_PAHO_EVERY_NS) {
        return false;
      }
      int qos = packetId == 0 ? 0 : 1;
      report(
          events,
          new Publish(topic, payload, qos, retained, duplicate, packetId, null, null, handedOver));
      return true;
    }

    @Override
    public void passes() {
      passedNs = System.nanoTime();
      withPaho.incrementAndGet();
    }

    @Override
    public void flagged(int packetId) {
      flagged.add(packetId);
    }

    @Override
    public void goesOn() {
      goesOn.run();
    }
  }
}
