package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  private static final Path FILE = Path.of("/state/types");

  private static byte[] value(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void theLastValueWrittenIsReadAgain(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("pins");
    assertThat(new AtomicFile(FileSystem.DISK, path).read()).isEmpty();
    AtomicFile file = new AtomicFile(FileSystem.DISK, path);
    for (int length : new int[] {0, 10, 10_000, 3}) {
      file.write(value(length, length));
      assertThat(file.read()).contains(value(length, length));
      assertThat(new AtomicFile(FileSystem.DISK, path).read()).contains(value(length, length));
    }
    file.delete();
    assertThat(new AtomicFile(FileSystem.DISK, path).read()).isEmpty();
    assertThat(FileSystem.DISK.list(directory)).isEmpty();
  }

  @Test
  void aCrashAtAnyVerbLeavesTheValueBeforeOrAfter() throws IOException {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      MemoryDisk disk = new MemoryDisk(random);
      AtomicFile file = new AtomicFile(disk, FILE);
      byte[] before = value(seed, random.nextInt(9_000));
      byte[] after = value(seed + 1, random.nextInt(9_000));
      for (int i = random.nextInt(3); i >= 0; i--) {
        file.write(before);
      }
      int[] verbs = {random.nextInt(6)};
      disk.fail((verb, path) -> verbs[0]-- == 0);
      boolean written = true;
      try {
        file.write(after);
      } catch (IOException e) {
        written = false;
      }
      disk.crash();
      AtomicFile again = new AtomicFile(disk, FILE);
      byte[] read = again.read().orElseThrow();
      if (written) {
        assertThat(read).as("seed %d", seed).isEqualTo(after);
      } else {
        assertThat(read).as("seed %d", seed).isIn(before, after);
      }
      again.write(value(7, 7));
      assertThat(new AtomicFile(disk, FILE).read()).contains(value(7, 7));
    }
  }

  @Test
  void damageOfTheNewerGenerationFallsBackToTheOlder() throws IOException {
    MemoryDisk disk = new MemoryDisk(new Random(1));
    AtomicFile file = new AtomicFile(disk, FILE);
    file.write(value(1, 100));
    file.write(value(2, 100));
    Path newer = Path.of("/state/types.0");
    byte[] whole = disk.bytes(newer);
    for (int at = 0; at < 124; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 4;
      disk.put(newer, flipped);
      AtomicFile again = new AtomicFile(disk, FILE);
      assertThat(again.read()).as("byte %d", at).contains(value(1, 100));
    }
    disk.put(Path.of("/state/types.1"), new byte[3]);
    AtomicFile lost = new AtomicFile(disk, FILE);
    assertThat(lost.read()).isEmpty();
    assertThat(lost.damaged()).isTrue();
  }

  @Test
  void aValueOfManyGenerationsTakesNoMoreSpaceOnAFullDisk() throws IOException {
    MemoryDisk disk = new MemoryDisk(new Random(1));
    AtomicFile file = new AtomicFile(disk, FILE);
    file.write(value(1, 10));
    disk.fillUpTo(0);
    for (int i = 0; i < 10; i++) {
      file.write(value(i, 4_000));
    }
    assertThatThrownBy(() -> file.write(value(1, 10_000))).isInstanceOf(IOException.class);
    assertThat(new AtomicFile(disk, FILE).read()).contains(value(9, 4_000));
  }

  @Test
  void aReadThatFailedIsTriedAgainByTheNext() throws IOException {
    MemoryDisk disk = new MemoryDisk(new Random(1));
    new AtomicFile(disk, FILE).write(value(1, 10));
    AtomicFile file = new AtomicFile(disk, FILE);
    disk.fail((verb, path) -> verb.equals("read"));
    assertThatThrownBy(file::read).isInstanceOf(ReadFailedException.class);
    disk.heal();
    assertThat(file.read()).contains(value(1, 10));
  }
}
