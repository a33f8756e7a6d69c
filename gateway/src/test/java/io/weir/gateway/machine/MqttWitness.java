package io.weir.gateway.machine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sees on the line what a subscriber acknowledges: of each PUBACK the payload of the PUBLISH that
 * it answers. MQTT 5.
 */
final class MqttWitness implements WatchedLine.Witness {

  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;

  private final Consumer<String> acknowledged;
  private final Consumer<String> faults;
  private final Packets fromServer = new Packets();
  private final Packets fromClient = new Packets();

  /** The two directions have threads of their own. */
  private final Map<Integer, String> inFlight = new HashMap<>();

  /**
   * @param acknowledged receives payloads, on any thread
   * @param faults receives what a subscriber must not do
   */
  MqttWitness(Consumer<String> acknowledged, Consumer<String> faults) {
    this.acknowledged = acknowledged;
    this.faults = faults;
  }

  @Override
  public synchronized void fromServer(byte[] bytes, int count) {
    fromServer.add(bytes, count, this::publish);
  }

  @Override
  public synchronized void fromClient(byte[] bytes, int count) {
    fromClient.add(bytes, count, this::puback);
  }

  private void publish(int first, ByteBuffer packet) {
    if (first >> 4 != PUBLISH || (first >> 1 & 3) != 1) {
      return;
    }
    int topic = packet.getShort() & 0xffff;
    packet.position(packet.position() + topic);
    int id = packet.getShort() & 0xffff;
    int properties = Packets.variable(packet);
    packet.position(packet.position() + properties);
    inFlight.put(id, StandardCharsets.UTF_8.decode(packet).toString());
  }

  private void puback(int first, ByteBuffer packet) {
    if (first >> 4 != PUBACK) {
      return;
    }
    int id = packet.getShort() & 0xffff;
    boolean accepted = !packet.hasRemaining() || (packet.get() & 0xff) < 0x80;
    String payload = inFlight.remove(id);
    if (payload == null) {
      faults.accept("PUBACK of id " + id + ", which is not in flight on this connection");
    } else if (accepted) {
      acknowledged.accept(payload);
    }
  }

  /** Cuts a stream of bytes into MQTT packets. */
  static final class Packets {

    /** Receives one packet. */
    interface Receiver {

      /**
       * @param first the first byte: type and flags
       * @param rest what follows the length
       */
      void packet(int first, ByteBuffer rest);
    }

    private final ByteArrayOutputStream open = new ByteArrayOutputStream();

    void add(byte[] bytes, int count, Receiver receiver) {
      open.write(bytes, 0, count);
      ByteBuffer all = ByteBuffer.wrap(open.toByteArray());
      int whole = 0;
      while (all.remaining() >= 2) {
        int first = all.get() & 0xff;
        int length = variable(all);
        if (length < 0 || all.remaining() < length) {
          break;
        }
        receiver.packet(first, all.slice(all.position(), length));
        all.position(all.position() + length);
        whole = all.position();
      }
      byte[] rest = open.toByteArray();
      open.reset();
      open.write(rest, whole, rest.length - whole);
    }

    /** A variable byte integer, or -1 if the bytes end within it. */
    static int variable(ByteBuffer from) {
      int value = 0;
      for (int shift = 0; from.hasRemaining() && shift < 28; shift += 7) {
        int next = from.get();
        value |= (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
      return -1;
    }
  }
}
