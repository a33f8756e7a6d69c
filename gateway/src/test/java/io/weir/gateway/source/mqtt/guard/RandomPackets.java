package io.weir.gateway.source.mqtt.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Packets as a broker sends them. */
final class RandomPackets {

  private static final String[] TOPICS = {
    "plant/a", "f", "gr\u00F6\u00DFe/\u6E29\u5EA6", "t/".repeat(200), "x".repeat(60_000)
  };

  private final Random random;
  private final boolean five;
  private final List<Integer> flagged = new ArrayList<>();
  private int publishes;
  private final int large;

  RandomPackets(Random random, boolean five) {
    this(random, five, 90_000);
  }

  /**
   * @param large bytes of a large payload
   */
  RandomPackets(Random random, boolean five, int large) {
    this.random = random;
    this.five = five;
    this.large = large;
  }

  int publishes() {
    return publishes;
  }

  /** The packet ids that had the DUP flag. */
  List<Integer> flagged() {
    return flagged;
  }

  byte[] any() {
    return switch (random.nextInt(10)) {
      case 0 -> packet(0xD0, new byte[0]);
      case 1 -> packet(0x20, five ? body(0, 0, properties(CONNACK)) : new byte[] {0, 0});
      case 2 -> packet(0x40, new byte[] {0, 9});
      case 3 -> packet(0x90, five ? plus(body(0, 7, properties(ACK)), 1) : new byte[] {0, 7, 1});
      case 4 -> packet(0xB0, five ? plus(body(0, 8, properties(ACK)), 0) : new byte[] {0, 8});
      case 5 -> packet(five ? 0xE0 : 0xD0, five ? left(properties(ACK)) : new byte[0]);
      default -> publish();
    };
  }

  private byte[] publish() {
    int qos = random.nextInt(2);
    int id = 1 + random.nextInt(65_535);
    boolean dup = random.nextBoolean();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, TOPICS[random.nextInt(random.nextInt(20) == 0 ? 5 : 4)]);
    if (qos > 0) {
      u16(body, id);
    }
    if (five) {
      byte[] properties = random.nextBoolean() ? new byte[0] : properties(PUBLISH);
      number(body, properties.length);
      body.writeBytes(properties);
    }
    byte[] payload = new byte[random.nextInt(6) == 0 ? large : random.nextInt(300)];
    random.nextBytes(payload);
    body.writeBytes(payload);
    publishes++;
    if (dup && qos > 0) {
      flagged.add(id);
    }
    return packet(0x30 | (dup ? 8 : 0) | qos << 1 | random.nextInt(2), body.toByteArray());
  }

  /** A PUBLISH at QoS 1. */
  byte[] publish(int id, String topic, byte[] properties, byte[] payload) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, topic);
    u16(body, id);
    if (five) {
      number(body, properties.length);
      body.writeBytes(properties);
    }
    body.writeBytes(payload);
    return packet(0x32, body.toByteArray());
  }

  /** A PUBLISH without properties, with the message that was taken from it. */
  static byte[] publish(int first, int id, boolean five, SetAside message) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, message.topic());
    if ((first & 6) != 0) {
      u16(body, id);
    }
    if (five) {
      number(body, 0);
    }
    body.writeBytes(message.evidence());
    return packet(first, body.toByteArray());
  }

  private static final int[] PUBLISH = {1, 2, 3, 8, 9, 0x0B, 0x26};
  private static final int[] CONNACK = {
    0x11, 0x12, 0x13, 0x15, 0x16, 0x1A, 0x1C, 0x1F, 0x21, 0x22, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29,
    0x2A
  };
  private static final int[] ACK = {0x1F, 0x26};

  private byte[] properties(int[] known) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int id : known) {
      int times = random.nextInt(id == 0x26 || id == 0x0B ? 4 : 2);
      for (int i = 0; i < times; i++) {
        out.write(id);
        value(out, id);
      }
    }
    return out.toByteArray();
  }

  private void value(ByteArrayOutputStream out, int id) {
    switch (id) {
      case 1, 0x24, 0x25, 0x28, 0x29, 0x2A -> out.write(random.nextInt(2));
      case 0x13, 0x21, 0x22 -> u16(out, random.nextInt(65_536));
      case 2, 0x11, 0x27 -> {
        u16(out, random.nextInt(65_536));
        u16(out, random.nextInt(65_536));
      }
      case 0x0B -> number(out, 1 + random.nextInt(268_435_455));
      case 9, 0x16 -> {
        byte[] data = new byte[random.nextInt(4) == 0 ? 32_767 : random.nextInt(40)];
        u16(out, data.length);
        out.writeBytes(data);
      }
      case 0x26 -> {
        text(out, "key");
        text(out, "v".repeat(random.nextInt(30)) + "\u00E4");
      }
      default -> text(out, "application/json");
    }
  }

  private byte[] body(int first, int second, byte[] properties) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first);
    out.write(second);
    number(out, properties.length);
    out.writeBytes(properties);
    return out.toByteArray();
  }

  /** A DISCONNECT without an error. */
  private static byte[] left(byte[] properties) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    number(out, properties.length);
    out.writeBytes(properties);
    return out.toByteArray();
  }

  private static byte[] plus(byte[] bytes, int last) {
    byte[] more = java.util.Arrays.copyOf(bytes, bytes.length + 1);
    more[bytes.length] = (byte) last;
    return more;
  }

  private static byte[] packet(int first, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first);
    number(out, body.length);
    out.writeBytes(body);
    return out.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, int value) {
    int rest = value;
    for (; rest > 0x7F; rest >>= 7) {
      out.write(rest & 0x7F | 0x80);
    }
    out.write(rest);
  }

  private static void u16(ByteArrayOutputStream out, int value) {
    out.write(value >> 8);
    out.write(value);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    u16(out, bytes.length);
    out.writeBytes(bytes);
  }
}
