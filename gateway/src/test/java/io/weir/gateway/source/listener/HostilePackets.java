package io.weir.gateway.source.listener;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Whole sessions of a client that are right, but for a few changes of fields, lengths and order.
 */
final class HostilePackets {

  private static final int PACKETS = 14;
  private static final String[] CLIENTS = {"a", "b", "", "c/+", "\u00e9", "d".repeat(1100)};
  private static final String[] TOPICS = {
    "a/b", "t", "spBv1.0/g/NDATA/n", "\u6e29", "x/".repeat(90), "$SYS/a", "line/+", ""
  };
  private static final String[] FILTERS = {
    "spBv1.0/g/NCMD/n", "spBv1.0/STATE/+", "#", "a/#/b", "$share/g/a", "$share/g", "+/+", ""
  };

  private final Random random;
  private int version;

  HostilePackets(Random random) {
    this.random = random;
    this.version = 3 + random.nextInt(3);
  }

  /** What one client sends. */
  byte[] session() {
    List<byte[]> packets = new ArrayList<>();
    packets.add(connect());
    for (int i = 1; i < PACKETS; i++) {
      packets.add(any());
    }
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      change(packets);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    packets.forEach(all::writeBytes);
    return all.toByteArray();
  }

  // ---- Packets

  private byte[] any() {
    return switch (random.nextInt(20)) {
      case 0 -> RawClient.packet(0x40, reply());
      case 1 -> RawClient.packet(0x50, reply());
      case 2 -> RawClient.packet(0x70, reply());
      case 3, 4, 5 -> RawClient.packet(0x62, reply());
      case 6 -> subscribe();
      case 7 -> unsubscribe();
      case 8 -> RawClient.packet(0xC0, new byte[0]);
      case 9 -> random.nextInt(4) == 0 ? disconnect() : publish();
      case 10 -> random.nextInt(8) == 0 ? connect() : publish();
      case 11 -> random.nextInt(8) == 0 ? RawClient.packet(0xF0, reply()) : publish();
      default -> publish();
    };
  }

  private byte[] connect() {
    boolean will = random.nextInt(3) == 0;
    int flags = random.nextInt(2) * 2 | (will ? 4 | random.nextInt(3) << 3 : 0);
    boolean login = random.nextInt(6) == 0;
    flags |= login ? 0xC0 : 0;
    byte[] head =
        RawClient.bytes(
            version == 3 ? "MQIsdp" : "MQTT", version, flags, (short) random.nextInt(3));
    byte[] properties =
        five(
            RawClient.bytes(0x11, (short) 0, (short) random.nextInt(100)),
            RawClient.bytes(0x21, (short) random.nextInt(3)),
            RawClient.bytes(0x27, (short) random.nextInt(2), (short) random.nextInt(40)),
            RawClient.bytes(0x17, random.nextInt(2)));
    byte[] left =
        will
            ? RawClient.bytes(
                five(
                    RawClient.bytes(0x18, (short) 0, (short) random.nextInt(3)),
                    RawClient.bytes(3, "json")),
                one(TOPICS),
                "DEAD")
            : new byte[0];
    byte[] user = login ? RawClient.bytes("user", "password") : new byte[0];
    return RawClient.packet(0x10, RawClient.bytes(head, properties, one(CLIENTS), left, user));
  }

  private byte[] publish() {
    int qos = random.nextInt(3);
    int flags = qos << 1 | random.nextInt(2) | (qos > 0 && random.nextInt(4) == 0 ? 8 : 0);
    byte[] id = qos == 0 ? new byte[0] : RawClient.bytes(id());
    byte[] properties =
        five(
            RawClient.bytes(0x23, (short) (1 + random.nextInt(10))),
            RawClient.bytes(3, "application/json"),
            RawClient.bytes(8, one(TOPICS)),
            RawClient.bytes(0x26, "k", "v"),
            RawClient.bytes(1, random.nextInt(2)));
    byte[] payload = new byte[random.nextInt(30) == 0 ? 9_000 : random.nextInt(40)];
    random.nextBytes(payload);
    if (random.nextInt(5) == 0) {
      payload = new byte[] {'b', 'a', 'd'};
    }
    return RawClient.packet(0x30 | flags, RawClient.bytes(one(TOPICS), id, properties, payload));
  }

  private byte[] reply() {
    if (version < 5 || random.nextInt(3) > 0) {
      return RawClient.bytes(id());
    }
    int[] codes = {0, 0x10, 0x80, 0x92, 0x83};
    return RawClient.bytes(
        id(), codes[random.nextInt(codes.length)], five(RawClient.bytes(0x1F, "why")));
  }

  private byte[] subscribe() {
    byte[] all = RawClient.bytes(id(), five(RawClient.bytes(0x0B, 1)));
    for (int i = random.nextInt(3); i >= 0; i--) {
      all = RawClient.bytes(all, one(FILTERS), random.nextInt(3));
    }
    return RawClient.packet(0x82, all);
  }

  private byte[] unsubscribe() {
    return RawClient.packet(0xA2, RawClient.bytes(id(), five(), one(FILTERS)));
  }

  private byte[] disconnect() {
    return RawClient.packet(
        0xE0,
        version < 5 || random.nextBoolean()
            ? new byte[0]
            : RawClient.bytes(
                random.nextInt(5),
                five(RawClient.bytes(0x11, (short) 0, (short) random.nextInt(50)))));
  }

  private Short id() {
    return (short) (random.nextInt(30) == 0 ? random.nextInt() : 1 + random.nextInt(5));
  }

  private String one(String[] of) {
    // the first ones are right, the rest is not, or is odd
    return of[random.nextInt(4) > 0 ? random.nextInt(2) : random.nextInt(of.length)];
  }

  /** Some of these properties, with their length; nothing where the version has none. */
  private byte[] five(byte[]... from) {
    if (version < 5) {
      return new byte[0];
    }
    byte[] all = new byte[0];
    for (byte[] each : from) {
      if (random.nextInt(3) == 0) {
        all = RawClient.bytes(all, each);
        if (random.nextInt(40) == 0) {
          all = RawClient.bytes(all, each);
        }
      }
    }
    return all.length < 128
        ? RawClient.bytes(all.length, all)
        : RawClient.bytes(all.length % 128 | 128, all.length / 128, all);
  }

  // ---- Changes

  private void change(List<byte[]> packets) {
    int at = random.nextInt(packets.size());
    byte[] packet = packets.get(at).clone();
    if (packet.length < 2) { // cut before
      return;
    }
    switch (random.nextInt(10)) {
      case 0 -> packets.set(at, Arrays.copyOf(packet, random.nextInt(packet.length + 1)));
      case 1 -> { // a length that lies
        packet[1] = (byte) random.nextInt();
        packets.set(at, packet);
      }
      case 2 -> { // a packet of another version
        int own = version;
        version = 3 + random.nextInt(3);
        packets.add(at, any());
        version = own;
      }
      case 3 -> Collections.swap(packets, at, random.nextInt(packets.size()));
      case 4 -> packets.add(at, packet);
      case 5 -> { // a length or number of a field
        if (packet.length > 4) {
          int field = 2 + random.nextInt(packet.length - 3);
          packet[field] = (byte) (random.nextBoolean() ? 0 : 0xff);
          packet[field + 1] = (byte) (random.nextBoolean() ? 0 : 0xff);
        }
        packets.set(at, packet);
      }
      case 6 -> { // bytes put in, and the length that fits
        byte[] more = new byte[1 + random.nextInt(6)];
        random.nextBytes(more);
        packets.set(at, rewritten(packet, more));
      }
      case 7 -> { // the first byte
        packet[0] = (byte) random.nextInt();
        packets.set(at, packet);
      }
      default -> {
        packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
        packets.set(at, packet);
      }
    }
  }

  private byte[] rewritten(byte[] packet, byte[] more) {
    if (packet.length < 2 || packet[1] < 0) {
      return packet;
    }
    byte[] body = Arrays.copyOfRange(packet, 2, packet.length);
    int at = random.nextInt(body.length + 1);
    return RawClient.packet(
        packet[0] & 0xff,
        RawClient.bytes(Arrays.copyOf(body, at), more, Arrays.copyOfRange(body, at, body.length)));
  }
}
