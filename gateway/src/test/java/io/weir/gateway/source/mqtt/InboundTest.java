package io.weir.gateway.source.mqtt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class InboundTest {

  private static final int LONG = 5_000;

  private final AtomicBoolean full = new AtomicBoolean();
  private final List<Publish> received = new ArrayList<>();
  private final Client.Events events =
      new Client.Events() {
        @Override
        public void connected(boolean sessionPresent) {
          throw new AssertionError();
        }

        @Override
        public void subscribed(List<Client.RefusedSubscription> refused) {
          throw new AssertionError();
        }

        @Override
        public void unsubscribed() {
          throw new AssertionError();
        }

        @Override
        public void received(Publish publish) {
          if (publish.topic().equals("defect")) {
            throw new IllegalStateException("a defect");
          }
          received.add(publish);
        }

        @Override
        public void notConnected(String reason) {
          throw new AssertionError(reason);
        }

        @Override
        public void closed(Ending ending) {
          throw new AssertionError(ending.reason());
        }
      };

  @Test
  void aFlagIsGoodForOneMessage() throws IOException {
    Inbound inbound =
        new Inbound(new Rig("tcp://localhost:1883", "t").config(), () -> {}, full::get);
    byte[] publish = {0x3A, 6, 0, 1, 't', 0, 9, 0};
    byte[] read = inbound.guarded(new ByteArrayInputStream(publish)).readAllBytes();
    byte[] number = Arrays.copyOfRange(read, read.length - Long.BYTES, read.length);

    inbound.received(events, "$weir/set-aside", number, 1, false, 9, null);
    inbound.received(events, "t", new byte[0], 1, false, 9, null);

    assertThat(received).extracting(Publish::topic).containsExactly("t", "t");
    assertThat(received).extracting(Publish::payload).containsExactly(new byte[0], new byte[0]);
    assertThat(received).extracting(Publish::duplicate).containsExactly(true, false);
  }

  /** Reads as Paho does, and delivers what it read some time later. */
  private final class Paho {
    private final Inbound inbound;
    private final Random random;
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    private ByteArrayOutputStream packet = new ByteArrayOutputStream();
    private int delivered;

    Paho(Inbound inbound, Random random) {
      this.inbound = inbound;
      this.random = random;
    }

    void read(InputStream in) throws IOException {
      for (int each = in.read(); each >= 0; each = in.read()) {
        packet.write(each);
        if (isWhole(packet.toByteArray())) {
          queue.add(packet.toByteArray());
          packet = new ByteArrayOutputStream();
        }
        deliver(random.nextInt(3) == 0 ? random.nextInt(queue.size() + 1) : 0);
      }
      deliver(queue.size());
    }

    private boolean isWhole(byte[] bytes) {
      int at = 1;
      int length = 0;
      while (at < bytes.length && bytes[at] < 0) {
        length |= (bytes[at] & 0x7f) << 7 * (at++ - 1);
      }
      return at < bytes.length && bytes.length == at + 1 + (length | bytes[at] << 7 * (at - 1));
    }

    private void deliver(int count) {
      for (int i = 0; i < count; i++) {
        byte[] bytes = queue.remove();
        int at = bytes[1] < 0 ? 3 : 2;
        int topicEnd = at + 2 + bytes[at + 1];
        boolean isAtLeastOnce = (bytes[0] & 2) != 0;
        int id = isAtLeastOnce ? bytes[topicEnd] << 8 | bytes[topicEnd + 1] & 0xff : 0;
        inbound.received(
            events,
            new String(bytes, at + 2, topicEnd - at - 2, US_ASCII),
            Arrays.copyOfRange(bytes, topicEnd + (isAtLeastOnce ? 3 : 1), bytes.length),
            isAtLeastOnce ? 1 : 0,
            (bytes[0] & 1) != 0,
            id,
            null);
        delivered++;
      }
    }
  }

  @Test
  void messagesComeOnceAndInOrderByWhicheverWayTheyGo() throws IOException {
    int byPaho = 0;
    int count = 0;
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      int messages = 1 + random.nextInt(60);
      for (int i = 1; i <= messages; i++) {
        sent.write(publish(random, i));
      }
      received.clear();
      Inbound inbound =
          new Inbound(new Rig("tcp://localhost:1883", "t").config(), () -> {}, full::get);
      inbound.deliverTo(events);
      Paho paho = new Paho(inbound, random);

      paho.read(inbound.guarded(new ByteArrayInputStream(sent.toByteArray())));

      assertThat(received).as("seed %d", seed).hasSize(messages);
      for (int i = 1; i <= messages; i++) {
        Publish publish = received.get(i - 1);
        byte[] payload = publish.payload();
        assertThat(payload[0]).as("seed %d, message %d", seed, i).isEqualTo((byte) i);
        assertThat(publish.packetId()).isEqualTo(payload[1] == 0 ? 0 : i);
        assertThat(publish.duplicate()).isEqualTo(payload[2] != 0);
        assertThat(publish.retained()).isEqualTo(payload[3] != 0);
        assertThat(publish.topic()).isEqualTo("t" + payload[1]);
      }
      byPaho += paho.delivered;
      count += messages;
    }
    assertThat(byPaho).as("long ones, and those behind them").isBetween(count / 10, count / 2);
  }

  /** Its payload says number, QoS, DUP, RETAIN; one in twelve is long. */
  private static byte[] publish(Random random, int number) {
    int qos = random.nextInt(2);
    int dup = qos == 0 ? 0 : random.nextInt(2);
    int retained = random.nextInt(2);
    byte[] payload = new byte[random.nextInt(12) == 0 ? LONG : 4];
    payload[0] = (byte) number;
    payload[1] = (byte) qos;
    payload[2] = (byte) dup;
    payload[3] = (byte) retained;
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(0x30 | dup << 3 | qos << 1 | retained);
    int length = 5 + 2 * qos + payload.length;
    if (length > 0x7f) {
      packet.write(length & 0x7f | 0x80);
      length >>= 7;
    }
    packet.write(length);
    packet.writeBytes(new byte[] {0, 2, 't', (byte) ('0' + qos)});
    if (qos == 1) {
      packet.write(0);
      packet.write(number);
    }
    packet.write(0);
    packet.writeBytes(payload);
    return packet.toByteArray();
  }

  @Test
  void whileTheWindowIsFullNothingIsReadAndTheConnectionStays() throws Exception {
    Inbound inbound =
        new Inbound(new Rig("tcp://localhost:1883", "t").config(), () -> {}, full::get);
    inbound.deliverTo(events);
    byte[] publish = {0x30, 5, 0, 1, 't', 0, 7};
    full.set(true);
    Thread receiver =
        new Thread(
            () -> {
              try {
                byte[] read = inbound.guarded(new ByteArrayInputStream(publish)).readAllBytes();
                new Paho(inbound, new Random(1)).read(new ByteArrayInputStream(read));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "receiver");
    receiver.start();
    await().until(() -> receiver.getState() == Thread.State.TIMED_WAITING);
    assertThat(received).isEmpty();
    full.set(false);
    receiver.join();
    assertThat(received).hasSize(1);
  }

  @Test
  void aDefectEndsTheConnectionWithAReason() throws IOException {
    Inbound inbound =
        new Inbound(new Rig("tcp://localhost:1883", "t").config(), () -> {}, full::get);
    inbound.deliverTo(events);
    byte[] first = {0x30, 5, 0, 1, 't', 0, 7};
    byte[] defect = {0x30, 9, 0, 6, 'd', 'e', 'f', 'e', 'c', 't', 0};
    InputStream network =
        new SequenceInputStream(new ByteArrayInputStream(first), new ByteArrayInputStream(defect));
    Paho paho =
        new Paho(
            inbound,
            new Random(1) {
              @Override
              public int nextInt(int bound) {
                return bound == 3 ? 0 : bound - 1; // Paho delivers at once
              }
            });
    assertThatThrownBy(() -> paho.read(inbound.guarded(network)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "internal error on a message of defect: java.lang.IllegalStateException: a defect");
    assertThat(received).hasSize(1);
  }

  @Test
  void beforeTheConnectionIsReportedMessagesGoByPaho() throws IOException {
    Inbound inbound =
        new Inbound(new Rig("tcp://localhost:1883", "t").config(), () -> {}, full::get);
    byte[] publish = {0x30, 5, 0, 1, 't', 0, 7};
    assertThat(inbound.guarded(new ByteArrayInputStream(publish)).readAllBytes()).isNotEmpty();
    assertThat(received).isEmpty();
  }
}
