package io.weir.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PacketInputTest {

  private static final PacketInput.Silence GOES_ON = () -> {};

  /** Gives a few bytes at a time, and is silent now and then. */
  private static InputStream inParts(byte[] bytes, Random random) {
    return new InputStream() {
      private final InputStream all = new ByteArrayInputStream(bytes);

      @Override
      public int read() {
        throw new AssertionError("is read in blocks");
      }

      @Override
      public int read(byte[] into, int from, int most) throws IOException {
        if (random.nextInt(4) == 0) {
          throw new SocketTimeoutException();
        }
        return all.read(into, from, Math.min(most, 1 + random.nextInt(9_000)));
      }
    };
  }

  @Test
  void packetsOfAnyLengthComeWholeHoweverTheyAreCut() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      PacketBytes stream = new PacketBytes(1 << 20);
      byte[][] bodies = new byte[20][];
      for (int i = 0; i < bodies.length; i++) {
        bodies[i] = new byte[random.nextInt(1 << random.nextInt(17))];
        random.nextBytes(bodies[i]);
        stream.bytes(new PacketBytes(16).bytes(bodies[i]).packet(0x30));
      }
      PacketInput in = new PacketInput(inParts(stream.toBytes(), random));
      for (byte[] body : bodies) {
        Packet packet = in.next(GOES_ON);
        assertThat(packet.type()).isEqualTo(Packet.PUBLISH);
        assertThat(packet.rest()).as("seed %d", seed).isEqualTo(body);
      }
      assertThat(in.isEmpty()).isTrue();
      assertThatThrownBy(() -> in.next(GOES_ON)).hasMessageContaining("closed the connection");
    }
  }

  @Test
  void silenceInsideAPacketIsReported() {
    AtomicInteger times = new AtomicInteger();
    PacketInput.Silence third =
        () -> {
          if (times.incrementAndGet() == 3) {
            throw new IOException("too long");
          }
        };
    InputStream silent =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new SocketTimeoutException();
          }

          @Override
          public int read(byte[] into, int from, int most) throws IOException {
            throw new SocketTimeoutException();
          }
        };
    assertThatThrownBy(() -> new PacketInput(silent).next(third)).hasMessage("too long");
    assertThat(times).hasValue(3);
  }
}
