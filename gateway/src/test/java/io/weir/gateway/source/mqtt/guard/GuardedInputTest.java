package io.weir.gateway.source.mqtt.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weir.gateway.log.Soak;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random and mutated packets in random pieces, with Paho's own parsers as the judge. */
@Tag("slow")
class GuardedInputTest {

  private static final int LIMIT = 200_000;
  private static final int SEEDS = Soak.count(3, 60);
  private static final int TOO_LONG = LIMIT + 70_000;

  /** Bytes in pieces of random sizes, with reads that time out between them. */
  private static final class Pieces extends InputStream {

    private static final SocketTimeoutException TIMEOUT = new SocketTimeoutException();

    private final byte[] bytes;
    private final Random random;
    private final int most;
    private int at;

    Pieces(byte[] bytes, Random random) {
      this.bytes = bytes;
      this.random = random;
      this.most = random.nextInt(4) == 0 ? 1 : 1 << random.nextInt(18);
    }

    @Override
    public int read() {
      throw new AssertionError("byte by byte is slow");
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      if (random.nextInt(16) == 0) {
        throw TIMEOUT;
      }
      if (at == bytes.length) {
        return -1;
      }
      int n = Math.min(Math.min(count, 1 + random.nextInt(most)), bytes.length - at);
      System.arraycopy(bytes, at, into, offset, n);
      at += n;
      return n;
    }
  }

  private static final class Seen implements Arrivals {

    private final List<Integer> flagged = new ArrayList<>();
    private int begun;

    @Override
    public void begins(int bytes) {
      begun++;
    }

    @Override
    public void flagged(int packetId) {
      flagged.add(packetId);
    }

    @Override
    public void goesOn() {
      // what follows from it is tested with the session
    }
  }

  /** All that Paho reads until the end, or until the guard ends it. */
  private record Read(byte[] bytes, boolean broken) {

    static Read all(InputStream in, Random random) throws IOException {
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      byte[] into = new byte[1 << random.nextInt(18)];
      while (true) {
        try {
          int n =
              random.nextBoolean()
                  ? in.read(into, 0, 1 + random.nextInt(into.length))
                  : one(in, into);
          if (n < 0) {
            return new Read(read.toByteArray(), false);
          }
          read.write(into, 0, n);
        } catch (SocketTimeoutException e) {
          // read again, as Paho does
        } catch (BrokenPacketException e) {
          assertThat(e).hasMessageStartingWith(BrokenPacketException.BROKEN);
          return new Read(read.toByteArray(), true);
        }
      }
    }

    private static int one(InputStream in, byte[] into) throws IOException {
      int b = in.read();
      into[0] = (byte) b;
      return b < 0 ? -1 : 1;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void whatPahoCanReadPassesUnchangedHoweverItComes(int version) throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      RandomPackets packets = new RandomPackets(random, version == 5);
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      for (int i = 0; i < 40; i++) {
        sent.write(packets.any());
      }
      Seen seen = new Seen();
      PacketGuard guard = new PacketGuard(version, LIMIT, seen);

      Read read = Read.all(guard.over(new Pieces(sent.toByteArray(), random)), random);

      byte[] got = withPlain(guard, version == 5, read.bytes());
      assertThat(got).as("seed %d", seed).isEqualTo(sent.toByteArray());
      assertThat(read.broken()).isFalse();
      assertThat(seen.begun).isEqualTo(packets.publishes());
      assertThat(seen.flagged).isEqualTo(packets.flagged());
    }
  }

  /** What was read, with each short message in place of what stood for it. */
  private static byte[] withPlain(PacketGuard guard, boolean five, byte[] read) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int at = 0; at < read.length; ) {
      int length = Paho.length(read, at);
      byte[] packet = Arrays.copyOfRange(read, at, at + length);
      at += length;
      if (packet[0] >> 4 == 3) {
        Paho.Message message = Paho.publish(five ? 5 : 311, packet);
        SetAside plain = guard.setAside(message.topic(), message.payload());
        if (plain != null) {
          assertThat(plain.rejected()).isNull();
          packet = RandomPackets.publish(packet[0], message.packetId(), five, plain);
          assertThat(packet.length).isLessThanOrEqualTo(PacketReader.MOST_PLAIN);
        } else {
          boolean isShort = packet.length <= PacketReader.MOST_PLAIN;
          assertThat(isShort && !five).as("passed as it is").isFalse();
        }
      }
      all.write(packet);
    }
    return all.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void whatIsSetAsideKeepsItsPlaceAndItsPacketId(int version) throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      RandomPackets packets = new RandomPackets(random, version == 5);
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      List<String> topics = new ArrayList<>();
      List<byte[]> payloads = new ArrayList<>();
      for (int i = 1; i <= 20; i++) {
        boolean odd = random.nextInt(3) == 0;
        String topic = odd ? "odd\u0007/" + i : "plant/" + i;
        byte[] payload = new byte[random.nextInt(5) == 0 ? TOO_LONG : random.nextInt(3_000)];
        random.nextBytes(payload);
        sent.write(packets.publish(i, topic, new byte[0], payload));
        topics.add(topic);
        payloads.add(payload);
      }
      PacketGuard guard = new PacketGuard(version, LIMIT, new Seen());

      byte[] read = Read.all(guard.over(new Pieces(sent.toByteArray(), random)), random).bytes();

      int at = 0;
      for (int i = 1; i <= 20; i++) {
        int length = Paho.length(read, at);
        Paho.Message message = Paho.publish(version, Arrays.copyOfRange(read, at, at + length));
        at += length;
        SetAside aside = guard.setAside(message.topic(), message.payload());
        byte[] payload = payloads.get(i - 1);
        boolean isLong = payload.length == TOO_LONG;
        assertThat(aside != null && aside.rejected() != null)
            .isEqualTo(isLong || topics.get(i - 1).startsWith("odd"));
        assertThat(message.packetId()).isEqualTo(i);
        assertThat(aside == null ? message.topic() : aside.topic()).isEqualTo(topics.get(i - 1));
        assertThat(aside == null ? message.payload() : aside.evidence())
            .isEqualTo(isLong ? Arrays.copyOf(payload, 1 << 16) : payload);
      }
      assertThat(at).isEqualTo(read.length);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void pahoReadsWhatIsLeftOfMutatedPacketsAndLittleIsAllocated(int version) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long me = Thread.currentThread().getId();
    for (long seed = 0; seed < 800; seed++) {
      Random random = new Random(seed);
      byte[] sent = mutated(new RandomPackets(random, version == 5), random);
      PacketGuard guard = new PacketGuard(version, LIMIT, new Seen());
      InputStream guarded = guard.over(new Pieces(sent, random));
      long before = threads.getThreadAllocatedBytes(me);
      Read read = Read.all(guarded, random);
      long allocated = threads.getThreadAllocatedBytes(me) - before;
      // the test's own copies are some of it; a length that lies would be megabytes
      assertThat(allocated).as("seed %d", seed).isLessThan(8L * sent.length + 2_000_000);
      for (int at = 0; at < read.bytes().length; ) {
        int length = Paho.length(read.bytes(), at);
        if (at + length > read.bytes().length) {
          break; // the connection ended inside it
        }
        Paho.read(version, Arrays.copyOfRange(read.bytes(), at, at + length), "seed " + seed);
        at += length;
      }
    }
  }

  private static byte[] mutated(RandomPackets packets, Random random) {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      byte[] packet = packets.any();
      int faults = random.nextInt(4);
      for (int j = 0; j < faults; j++) {
        int at = random.nextInt(random.nextBoolean() ? Math.min(packet.length, 24) : packet.length);
        packet[at] =
            (byte)
                (random.nextBoolean() ? random.nextInt(256) : packet[at] ^ 1 << random.nextInt(8));
      }
      boolean isCut = random.nextInt(6) == 0;
      sent.write(packet, 0, isCut ? random.nextInt(packet.length) : packet.length);
    }
    return sent.toByteArray();
  }

  @Test
  void aCharacterIsRefusedExactlyIfPahoRefusesIt() {
    for (int each = 0; each <= Character.MAX_CODE_POINT; each++) {
      boolean isSurrogate = each >= Character.MIN_SURROGATE && each <= Character.MAX_SURROGATE;
      int inPlane = each & 0xFFFF;
      if (isSurrogate || each > 0xFFFF && inPlane > 0x10 && inPlane < 0xFFF0) {
        continue;
      }
      byte[] text = ("a" + Character.toString(each) + "b").getBytes(UTF_8);
      for (int version : new int[] {5, 311}) {
        boolean refused = Texts.refused(text, 0, text.length, version == 5) != Texts.NONE;
        if (refused == Paho.takes(version, text)) {
          assertThat(refused).as("U+%04X in MQTT %d", each, version).isEqualTo(!refused);
        }
      }
    }
  }

  /** Paho's own parsers. */
  private static final class Paho {

    private record Message(String topic, byte[] payload, int packetId) {}

    static int length(byte[] bytes, int at) {
      int length = 0;
      int i = 0;
      do {
        if (at + 1 + i >= bytes.length) {
          return bytes.length;
        }
        length |= (bytes[at + 1 + i] & 0x7F) << 7 * i;
      } while (bytes[at + 1 + i++] < 0);
      return 1 + i + length;
    }

    static Message publish(int version, byte[] packet) throws Exception {
      if (version == 5) {
        var publish =
            (org.eclipse.paho.mqttv5.common.packet.MqttPublish)
                org.eclipse.paho.mqttv5.common.packet.MqttWireMessage.createWireMessage(packet);
        return new Message(publish.getTopicName(), publish.getPayload(), publish.getMessageId());
      }
      var publish =
          (org.eclipse.paho.client.mqttv3.internal.wire.MqttPublish)
              org.eclipse.paho.client.mqttv3.internal.wire.MqttWireMessage.createWireMessage(
                  packet);
      return new Message(
          publish.getTopicName(), publish.getMessage().getPayload(), publish.getMessageId());
    }

    /** Reads a packet. Only one that is no PUBLISH may be refused, in the way that ends cleanly. */
    static void read(int version, byte[] packet, String as) {
      try {
        if (version == 5) {
          org.eclipse.paho.mqttv5.common.packet.MqttWireMessage.createWireMessage(packet);
        } else {
          org.eclipse.paho.client.mqttv3.internal.wire.MqttWireMessage.createWireMessage(packet);
        }
      } catch (MqttException | org.eclipse.paho.client.mqttv3.MqttException e) {
        assertThat(packet[0] >> 4 & 0x0F).as("%s: %s", as, e).isNotEqualTo(3);
      } catch (RuntimeException e) {
        throw new AssertionError(as + ", a packet of type " + (packet[0] >> 4 & 0x0F), e);
      }
    }

    static boolean takes(int version, byte[] text) {
      byte[] written = new byte[text.length + 2];
      written[1] = (byte) text.length;
      System.arraycopy(text, 0, written, 2, text.length);
      var in = new java.io.DataInputStream(new java.io.ByteArrayInputStream(written));
      try {
        if (version == 5) {
          org.eclipse.paho.mqttv5.common.packet.MqttDataTypes.decodeUTF8(in);
        } else {
          org.eclipse.paho.client.mqttv3.internal.wire.MqttWireMessage.decodeUTF8(in);
        }
        return true;
      } catch (IllegalArgumentException e) {
        return false;
      } catch (MqttException | org.eclipse.paho.client.mqttv3.MqttException e) {
        throw new AssertionError(e);
      }
    }
  }
}
