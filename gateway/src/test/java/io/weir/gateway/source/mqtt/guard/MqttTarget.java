package io.weir.gateway.source.mqtt.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weir.gateway.fuzz.Target;
import io.weir.gateway.model.Rejected;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * Bytes of a broker, through the guard, and then through Paho's own parsers.
 *
 * <p>The guard's promises: Paho gets no packet on which it fails; each whole packet reaches it
 * unchanged or is set aside whole, in its place, with its packet id; what is allocated follows what
 * has come. The first byte of an input is the version of MQTT, the second how the bytes come.
 */
public final class MqttTarget implements Target {

  private static final int LIMIT = 20_000;
  private static final String[] TOPICS = {
    "plant/a", "f", "gr\u00F6\u00DFe/\u6E29\u5EA6", "t/".repeat(200), "", "$weir/set-aside", "a/+/b"
  };

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final long thread = Thread.currentThread().getId();
  private final byte[] into = new byte[1 << 15];
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 17);
  private boolean warm;

  // ---- Inputs

  @Override
  public byte[] input(Random random) {
    boolean five = random.nextBoolean();
    ByteArrayOutputStream all = new ByteArrayOutputStream(512);
    all.write(five ? 5 : 4);
    all.write(random.nextInt(256));
    RandomPackets packets =
        new RandomPackets(random, five, random.nextInt(100) == 0 ? LIMIT + 30_000 : 400);
    for (int left = random.nextInt(4); left >= 0; left--) {
      byte[] packet = packet(packets, random, five);
      boolean isCut = random.nextInt(12) == 0;
      all.write(packet, 0, isCut ? random.nextInt(packet.length + 1) : packet.length);
    }
    return all.toByteArray();
  }

  private static byte[] packet(RandomPackets packets, Random random, boolean five) {
    byte[] packet =
        switch (random.nextInt(8)) {
          case 0 -> bytes(random);
          case 1, 2 ->
              packets.publish(
                  random.nextInt(4) == 0 ? 0 : random.nextInt(65_536),
                  TOPICS[random.nextInt(TOPICS.length)],
                  five ? properties(random) : new byte[0],
                  bytes(random));
          default -> packets.any();
        };
    for (int faults = random.nextInt(4) - 1; faults > 0 && packet.length > 0; faults--) {
      packet = mutated(packet, random);
    }
    return packet;
  }

  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(60)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Properties of any kind, and bytes that are none. */
  private static byte[] properties(Random random) {
    ByteArrayOutputStream properties = new ByteArrayOutputStream();
    for (int left = random.nextInt(4); left > 0; left--) {
      properties.write(random.nextInt(4) == 0 ? random.nextInt(256) : random.nextInt(0x2B));
      int length = random.nextInt(20) == 0 ? 33_000 : random.nextInt(12);
      if (random.nextBoolean()) {
        properties.write(length >> 8);
        properties.write(length);
      }
      byte[] value = new byte[length];
      random.nextBytes(value);
      for (int i = 0; i < length; i++) {
        value[i] = random.nextInt(6) == 0 ? value[i] : (byte) ('a' + (value[i] & 15));
      }
      properties.writeBytes(value);
    }
    return properties.toByteArray();
  }

  private static byte[] mutated(byte[] packet, Random random) {
    int at = random.nextInt(random.nextBoolean() ? Math.min(packet.length, 24) : packet.length);
    switch (random.nextInt(5)) {
      case 0 -> packet[at] = (byte) random.nextInt(256);
      case 1 -> packet[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> packet[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
      case 3 -> {
        byte[] longer = Arrays.copyOf(packet, packet.length + 1);
        System.arraycopy(packet, at, longer, at + 1, packet.length - at);
        return longer;
      }
      default -> {
        byte[] shorter = Arrays.copyOf(packet, packet.length - 1);
        System.arraycopy(packet, at + 1, shorter, at, packet.length - at - 1);
        return shorter;
      }
    }
    return packet;
  }

  // ---- What becomes of them

  /** Bytes in pieces, with reads that time out between them. */
  private static final class Pieces extends InputStream {

    private static final SocketTimeoutException TIMEOUT = new SocketTimeoutException();

    private final byte[] bytes;
    private final int most;
    private int at = 2;
    private int reads;

    Pieces(byte[] bytes) {
      this.bytes = bytes;
      this.most = 1 << (bytes[1] & 15);
    }

    @Override
    public int read() {
      throw new AssertionError("byte by byte is slow");
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      if (++reads % 8 == 0) {
        throw TIMEOUT;
      }
      if (at == bytes.length) {
        return -1;
      }
      int n = Math.min(Math.min(count, most), bytes.length - at);
      System.arraycopy(bytes, at, into, offset, n);
      at += n;
      return n;
    }
  }

  private static final Arrivals UNSEEN =
      new Arrivals() {
        @Override
        public void begins(int bytes) {}

        @Override
        public void flagged(int packetId) {}

        @Override
        public void goesOn() {}
      };

  @Override
  public String run(byte[] input) throws Exception {
    if (input.length < 2) {
      return "too short for an input";
    }
    boolean five = input[0] == 5;
    PacketGuard guard = new PacketGuard(five ? 5 : 311, LIMIT, UNSEEN);
    InputStream guarded = guard.over(new Pieces(input));
    out.reset();
    long before = THREADS.getThreadAllocatedBytes(thread);
    String broken = readAll(guarded, (input[1] & 16) != 0);
    long allocated = THREADS.getThreadAllocatedBytes(thread) - before;
    if (warm) { // the first one loads classes
      assertThat(allocated).as("bytes allocated").isLessThan(400_000 + 8L * input.length);
    }
    warm = true;
    return compare(guard, five, input, out.toByteArray(), broken);
  }

  /** Reads as Paho does; returns what the guard ended it with, or "". */
  private String readAll(InputStream guarded, boolean single) throws IOException {
    while (true) {
      try {
        int b = single ? guarded.read() : 0;
        if (b < 0) {
          return "";
        } else if (single) {
          out.write(b);
        }
        int n = guarded.read(into, 0, into.length);
        if (n < 0) {
          return "";
        }
        out.write(into, 0, n);
      } catch (SocketTimeoutException e) {
        continue; // read again, as Paho does
      } catch (BrokenPacketException e) {
        return e.getMessage();
      }
    }
  }

  /** Walks through what was sent and what came of it, packet by packet. */
  private static String compare(
      PacketGuard guard, boolean five, byte[] sent, byte[] read, String broken) throws Exception {
    int at = 2;
    int to = 0;
    int passed = 0;
    String aside = "";
    while (true) {
      int length = length(sent, at);
      int readLength = length(read, to);
      if (length < 0 || at + length > sent.length) {
        break; // not a whole one
      }
      if (readLength < 0 || to + readLength > read.length) {
        assertThat(broken).as("a whole packet is missing at %d", at).isNotEmpty();
        break;
      }
      byte[] packet = Arrays.copyOfRange(sent, at, at + length);
      byte[] got = Arrays.copyOfRange(read, to, to + readLength);
      String topic = topic(got);
      if (Arrays.equals(packet, got)) {
        if (topic.equals("$weir/set-aside")) {
          throw new AssertionError("the broker uses the topic of the guard");
        }
        passed++;
      } else {
        if (!topic.equals("$weir/set-aside")) {
          throw new AssertionError("another packet in place of the one at " + at);
        }
        byte[] number = Arrays.copyOfRange(got, got.length - 8, got.length);
        SetAside kept = guard.setAside(topic, number);
        assertThat(kept).isNotNull();
        assertIsWholeOf(packet, kept);
        Rejected rejected = kept.rejected();
        if (rejected == null) {
          assertThat(kept.topic()).isEqualTo(topic(packet));
          assertThat(got[0]).isEqualTo(packet[0]);
          passed++;
        } else {
          aside = rejected.reason() + " " + upToNumber(rejected.detail());
        }
      }
      parse(five, got);
      at += length;
      to += readLength;
    }
    parseRest(five, read, to, broken);
    String end = broken.isEmpty() ? at == sent.length ? "whole" : "cut off" : shortly(broken);
    return end + (passed > 0 ? ", some passed" : "") + (aside.isEmpty() ? "" : ", " + aside);
  }

  private static String shortly(String broken) {
    return upToNumber(broken.substring(BrokenPacketException.BROKEN.length()));
  }

  private static String upToNumber(String text) {
    int at = 0;
    while (at < text.length() && !Character.isDigit(text.charAt(at)) && text.charAt(at) != '+') {
      at++;
    }
    return text.substring(0, at);
  }

  /** The evidence is the end of the packet, or its beginning where it is too long. */
  private static void assertIsWholeOf(byte[] packet, SetAside kept) {
    byte[] evidence = kept.evidence();
    if (packet.length > LIMIT) {
      assertThat(evidence.length).isLessThanOrEqualTo(Aside.EVIDENCE_BYTES);
      assertThat(Objects.requireNonNull(kept.rejected()).detail()).contains("SHA-256");
      return;
    }
    int from = packet.length - evidence.length;
    assertThat(Arrays.equals(packet, from, packet.length, evidence, 0, evidence.length))
        .as("the payload or all of the packet is kept")
        .isTrue();
    // what is not kept is the head, which has at most the topic and the properties
    assertThat(from == 0 || (packet[0] >> 4 & 15) == 3).isTrue();
  }

  /** What Paho reads behind the last whole packet of the broker. */
  private static void parseRest(boolean five, byte[] read, int from, String broken)
      throws Exception {
    int to = from;
    int length = length(read, to);
    while (length > 0 && to + length <= read.length) {
      assertThat(broken).as("only what was sent is passed").isNotEmpty();
      parse(five, Arrays.copyOfRange(read, to, to + length));
      to += length;
      length = length(read, to);
    }
  }

  /** Only what is no PUBLISH may be refused, in the way that ends the connection cleanly. */
  private static void parse(boolean five, byte[] packet) {
    try {
      if (five) {
        org.eclipse.paho.mqttv5.common.packet.MqttWireMessage.createWireMessage(packet);
      } else {
        org.eclipse.paho.client.mqttv3.internal.wire.MqttWireMessage.createWireMessage(packet);
      }
    } catch (MqttException | org.eclipse.paho.client.mqttv3.MqttException e) {
      assertThat(packet[0] >> 4 & 0x0F).as("Paho refuses: %s", e).isNotEqualTo(3);
    }
  }

  /** Of the packet that begins there; -1 if that is not known. */
  private static int length(byte[] bytes, int at) {
    int length = 0;
    for (int i = 0; i < 4; i++) {
      if (at + 1 + i >= bytes.length) {
        return -1;
      }
      length |= (bytes[at + 1 + i] & 0x7F) << 7 * i;
      if (bytes[at + 1 + i] >= 0) {
        return 2 + i + length;
      }
    }
    return -1;
  }

  /** Of a PUBLISH; "" of other packets. */
  private static String topic(byte[] packet) {
    if ((packet[0] >> 4 & 15) != 3) {
      return "";
    }
    int at = 1;
    while (packet[at++] < 0) {}
    int length = (packet[at] & 0xFF) << 8 | packet[at + 1] & 0xFF;
    return new String(packet, at + 2, length, UTF_8);
  }
}
