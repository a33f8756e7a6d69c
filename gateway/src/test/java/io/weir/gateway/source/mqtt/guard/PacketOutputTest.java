package io.weir.gateway.source.mqtt.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketOutputTest {

  @Test
  void acknowledgementsStandBetweenPacketsHoweverThoseAreWritten() throws IOException {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      ByteArrayOutputStream network = new ByteArrayOutputStream();
      PacketOutput out = new PacketOutput(network);
      List<byte[]> written = new ArrayList<>();
      List<Integer> acknowledged = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        byte[] packet = packet(random);
        written.add(packet);
        for (int at = 0; at < packet.length; ) {
          int count = 1 + random.nextInt(random.nextBoolean() ? packet.length - at : 1);
          out.write(packet, at, count);
          at += count;
          int[] ids = random.ints(random.nextInt(3), 1, 0xB000).toArray();
          out.acknowledge(ids);
          Arrays.stream(ids).forEach(acknowledged::add);
        }
      }

      List<byte[]> packets = new ArrayList<>();
      List<Integer> ids = new ArrayList<>();
      byte[] bytes = network.toByteArray();
      for (int at = 0; at < bytes.length; ) {
        int end = end(bytes, at);
        if (bytes[at] == 0x40) {
          assertThat(end - at).isEqualTo(4);
          ids.add((bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff);
        } else {
          packets.add(Arrays.copyOfRange(bytes, at, end));
        }
        at = end;
      }
      assertThat(packets).as("seed %d", seed).hasSameSizeAs(written);
      for (int i = 0; i < packets.size(); i++) {
        assertThat(packets.get(i)).as("seed %d", seed).isEqualTo(written.get(i));
      }
      assertThat(ids).as("seed %d", seed).isEqualTo(acknowledged);
    }
  }

  /** Of any length; its bytes look like PUBACKs. */
  private static byte[] packet(Random random) {
    int length =
        switch (random.nextInt(5)) {
          case 0 -> 0;
          case 1 -> 20_000;
          default -> random.nextInt(300);
        };
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(0x82);
    int rest = length;
    while (rest > 0x7f) {
      packet.write(rest & 0x7f | 0x80);
      rest >>= 7;
    }
    packet.write(rest);
    for (int i = 0; i < length; i++) {
      packet.write(i % 4 == 0 ? 0x40 : 2);
    }
    return packet.toByteArray();
  }

  private static int end(byte[] bytes, int from) {
    int at = from + 1;
    int length = 0;
    for (int shift = 0; ; shift += 7) {
      int digit = bytes[at++];
      length |= (digit & 0x7f) << shift;
      if (digit >= 0) {
        return at + length;
      }
    }
  }
}
