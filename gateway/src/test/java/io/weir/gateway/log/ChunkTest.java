package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkTest {

  private static final int FILE_BYTES = 1 << 20;

  @TempDir Path directory;

  private int mostAsked;

  /** A file of random bytes, of which each read is noted. */
  private Chunk chunk(byte[] content) throws IOException {
    new Random(5).nextBytes(content);
    Path file = Files.write(directory.resolve("file"), content);
    return new Chunk(
        new ForwardingHandle(FileSystem.DISK.open(file, FileSystem.Mode.READ)) {
          @Override
          public int read(ByteBuffer into, long position) throws IOException {
            mostAsked = Math.max(mostAsked, into.remaining());
            return super.read(into, position);
          }
        },
        file,
        UnreadableBlocks.patient(Time.SYSTEM));
  }

  /** Java keeps a buffer of the largest read for each thread, as long as the thread lives. */
  @Test
  void readsSmallRecordsInSmallParts() throws IOException {
    byte[] content = new byte[FILE_BYTES];
    try (Chunk chunk = chunk(content)) {
      for (int at = 0; at + 300 <= FILE_BYTES; at += 300) {
        int from = chunk.load(at, 300, FILE_BYTES);
        assertThat(chunk.bytes().get(from)).isEqualTo(content[at]);
        assertThat(chunk.bytes().get(from + 299)).isEqualTo(content[at + 299]);
      }
      assertThat(chunk.bytes().capacity()).isLessThanOrEqualTo(64 << 10);
    }
    assertThat(mostAsked).isLessThanOrEqualTo(64 << 10);
  }

  @Test
  void readsARecordOfAnySizeAsAWhole() throws IOException {
    byte[] content = new byte[FILE_BYTES];
    try (Chunk chunk = chunk(content)) {
      Random random = new Random(7);
      int at = 0;
      for (int size = 1; at + size <= FILE_BYTES; size = 1 + random.nextInt(300_000)) {
        int from = chunk.load(at, size, FILE_BYTES);
        byte[] read = new byte[size];
        chunk.bytes().get(from, read);
        assertThat(read).isEqualTo(Arrays.copyOfRange(content, at, at + size));
        at += size;
      }
    }
  }
}
