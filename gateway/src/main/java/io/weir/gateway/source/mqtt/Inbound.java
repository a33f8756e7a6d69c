package io.weir.gateway.source.mqtt;

import io.weir.gateway.model.Rejected;
import io.weir.gateway.source.mqtt.guard.Arrivals;
import io.weir.gateway.source.mqtt.guard.PacketGuard;
import io.weir.gateway.source.mqtt.guard.SetAside;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What comes in on one connection through Paho. A {@link PacketGuard} keeps from Paho what it
 * cannot read, an {@link InboundPace} what it would hold too much of.
 *
 * <p>The guard also sees the DUP flags. Paho's MQTT 5 client drops them: its {@code MqttMessage}
 * always says false. Without the flag a redelivery looks like a new message with the same packet id
 * and payload.
 *
 * <p>Written by Paho's receiver thread, read by its callback thread.
 */
final class Inbound {

  private final Set<Integer> flagged = ConcurrentHashMap.newKeySet();
  private final InboundPace pace = new InboundPace();
  private final Runnable goesOn;
  private final PacketGuard guard;

  /**
   * @param goesOn run when more of a long packet has arrived
   */
  Inbound(MqttConfig config, Runnable goesOn) {
    this.goesOn = goesOn;
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
    Rejected rejected = aside == null ? null : aside.rejected();
    events.received(
        new Publish(
            aside == null ? topic : aside.topic(),
            aside == null ? payload : aside.evidence(),
            qos,
            retained,
            packetId != 0 && isFlagged(packetId),
            packetId,
            contentType,
            rejected,
            this::handedOver));
    if (packetId == 0) {
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
    public void flagged(int packetId) {
      flagged.add(packetId);
    }

    @Override
    public void goesOn() {
      goesOn.run();
    }
  }
}
