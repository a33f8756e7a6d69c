package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DupFlagsTest {

  /** Packets as a broker sends them, and the ids of those flagged. */
  private record Traffic(byte[] bytes, TreeSet<Integer> flagged) {

    static Traffic random(Random random) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      TreeSet<Integer> flagged = new TreeSet<>();
      out.write(new byte[] {0x20, 3, 0, 0, 0});
      for (int id = 1; id <= 200; id++) {
        boolean dup = random.nextBoolean();
        int qos = random.nextInt(2);
        byte[] topic = "t".repeat(1 + random.nextInt(300)).getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[random.nextInt(4) == 0 ? 20_000 : random.nextInt(20)];
        random.nextBytes(payload);
        int length = 2 + topic.length + (qos > 0 ? 2 : 0) + 1 + payload.length;
        out.write(0x30 | (dup ? 0x08 : 0) | qos << 1);
        for (int rest = length; ; rest >>= 7) {
          out.write(rest > 0x7F ? rest & 0x7F | 0x80 : rest);
          if (rest <= 0x7F) {
            break;
          }
        }
        out.write(topic.length >> 8);
        out.write(topic.length);
        out.write(topic);
        if (qos > 0) {
          out.write(id >> 8);
          out.write(id);
        }
        out.write(0);
        out.write(payload);
        if (dup && qos > 0) {
          flagged.add(id);
        }
        if (random.nextInt(5) == 0) {
          out.write(new byte[] {(byte) 0xD0, 0});
        }
      }
      return new Traffic(out.toByteArray(), flagged);
    }
  }

  @Test
  void exactlyTheFlaggedPacketIdsAreFoundHoweverTheBytesAreRead() throws IOException {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      Traffic traffic = Traffic.random(random);
      DupFlags duplicates = new DupFlags();

      drain(duplicates.watch(new ByteArrayInputStream(traffic.bytes())), random);

      List<Integer> found = new ArrayList<>();
      for (int id = 0; id < 300; id++) {
        if (duplicates.take(id)) {
          found.add(id);
        }
      }
      assertThat(found).as("seed %d", seed).containsExactlyElementsOf(traffic.flagged());
    }
  }

  private static void drain(InputStream in, Random random) throws IOException {
    byte[] buffer = new byte[5000];
    int n = 0;
    while (n >= 0) {
      n = random.nextInt(3) == 0 ? in.read() : in.read(buffer, 0, 1 + random.nextInt(5000));
    }
  }

  @Test
  void aFlagIsGoodForOneMessage() throws IOException {
    DupFlags duplicates = new DupFlags();
    byte[] publish = {0x3A, 6, 0, 1, 't', 0, 9, 0};
    duplicates.watch(new ByteArrayInputStream(publish)).readAllBytes();

    assertThat(duplicates.take(9)).isTrue();
    assertThat(duplicates.take(9)).isFalse();
  }
}
