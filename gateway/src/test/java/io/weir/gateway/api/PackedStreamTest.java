package io.weir.gateway.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class PackedStreamTest {

  /** Unpacks what there is; the stream goes on behind it. */
  private static byte[] unpacked(byte[]... parts) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.write(PackedStream.BEGIN);
    for (byte[] part : parts) {
      packed.write(part);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray()))) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        all.write(next);
      }
    } catch (EOFException end) {
      return all.toByteArray();
    }
    throw new AssertionError("the stream has an end");
  }

  @Test
  void aClientThatMissesAPartUnpacksTheOthers() throws Exception {
    String snapshot = "data: {\"machines\":" + "[1,2,3,4]".repeat(5_000) + "}\n\n";
    byte[] one = PackedStream.part((snapshot + "one").getBytes(UTF_8));
    PackedStream.part((snapshot + "missed").getBytes(UTF_8));
    byte[] other = PackedStream.part((snapshot + "other").getBytes(UTF_8));
    assertThat(new String(unpacked(one, other, one), UTF_8))
        .isEqualTo(snapshot + "one" + snapshot + "other" + snapshot + "one");
    assertThat(one.length).isLessThan(snapshot.length() / 10);
  }

  @Test
  void aPartOfAnyLengthIsWhole() throws Exception {
    Random random = new Random(1);
    for (int length : new int[] {0, 1, 16_369, 16_379, 16_384, 40_000, 1 << 20}) {
      byte[] bytes = new byte[length]; // which cannot be packed
      random.nextBytes(bytes);
      byte[] part = PackedStream.part(bytes);
      assertThat(unpacked(part, part)).startsWith(bytes).endsWith(bytes).hasSize(2 * length);
    }
  }
}
