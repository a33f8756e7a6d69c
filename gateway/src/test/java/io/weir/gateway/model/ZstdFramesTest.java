package io.weir.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZstdFramesTest {

  private static final int MOST = 1 << 20;

  private static byte[] frame(int length) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    Arrays.fill(content, 0, length / 2, (byte) 7);
    try (ZstdOutputStream zstd = new ZstdOutputStream(out)) {
      zstd.write(content);
    }
    return out.toByteArray();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static byte[] both(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  @Test
  void honestFramesAreTaken() throws IOException {
    for (int length : new int[] {0, 1, 100, 1_000, 200_000, 900_000}) {
      byte[] frame = frame(length);
      assertThat(ZstdFrames.areBeyond(frame, MOST)).as("%d bytes", length).isFalse();
      assertThat(ZstdFrames.areBeyond(both(frame, frame(5)), MOST)).isFalse();
    }
  }

  /** Each of a few bytes, with gigabytes in its header. */
  @Test
  void aFrameThatAnnouncesMoreIsKnownByItsHeader() throws IOException {
    for (String header :
        new String[] {
          "28b52ffd a4 29222222 010000", // a content of 572 MB
          "28b52ffd e0 ffffffffffffff7f 010000",
          "28b52ffd e0 ffffffffffffffff 010000",
          "28b52ffd 00 a0 010000", // a window of 1 GiB
          "28b52ffd 80 00 29222222 010000", // a small window, a content of 572 MB
          "28b52ffd a1 09 29222222 010000", // with a dictionary
          "502a4d18 02000000 aabb 28b52ffd a4 29222222 010000" // after a frame to be skipped
        }) {
      assertThat(ZstdFrames.areBeyond(hex(header), MOST)).as(header).isTrue();
      assertThat(ZstdFrames.areBeyond(both(frame(300_000), hex(header)), MOST))
          .as("behind an honest frame: " + header)
          .isTrue();
    }
  }

  @Test
  void whateverTheBytesAreItEnds() throws IOException {
    Random random = new Random(1);
    byte[] frame = both(frame(3_000), frame(20));
    for (int i = 0; i < 20_000; i++) {
      byte[] broken = Arrays.copyOf(frame, random.nextInt(frame.length));
      for (int changes = random.nextInt(4); changes > 0 && broken.length > 0; changes--) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt();
      }
      ZstdFrames.areBeyond(broken, MOST);
    }
  }
}
