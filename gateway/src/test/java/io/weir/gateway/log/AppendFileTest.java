package io.weir.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendFileTest {

  private static final Path FILE = Path.of("/state/types");

  private static List<String> read(AppendFile file) throws IOException {
    List<String> entries = new ArrayList<>();
    file.read(each -> entries.add(new String(each, UTF_8)));
    return entries;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static AppendFile written(FileSystem files, Path path, String... entries)
      throws IOException {
    AppendFile file = new AppendFile(files, path);
    assertThat(read(file)).isEmpty();
    file.replace(List.of());
    for (String each : entries) {
      file.append(bytes(each));
    }
    return file;
  }

  private static void overwrite(FileSystem files, Path path, long at) throws IOException {
    try (FileSystem.Handle handle = files.open(path, FileSystem.Mode.WRITE)) {
      handle.write(ByteBuffer.wrap(new byte[] {'X', 'X'}), at);
      handle.force();
    }
  }

  @Test
  void entriesAreReadInTheirOrder(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("pins");
    AppendFile file = written(FileSystem.DISK, path, "a", "", "x".repeat(200_000), "c");
    assertThat(read(new AppendFile(FileSystem.DISK, path)))
        .containsExactly("a", "x".repeat(200_000), "c");

    file.replace(List.of(bytes("all"), bytes("anew")));
    file.append(bytes("more"));
    assertThat(read(new AppendFile(FileSystem.DISK, path))).containsExactly("all", "anew", "more");
    assertThat(FileSystem.DISK.list(directory)).containsExactly("pins.0");
  }

  @Test
  void aCrashAtAnyVerbKeepsAllThatWasAppended() throws IOException {
    for (int seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      MemoryDisk disk = new MemoryDisk(random);
      AppendFile file = written(disk, FILE, "0");
      List<String> expected = new ArrayList<>(List.of("0"));
      for (int run = 0; run < 3; run++) {
        int[] verbs = {random.nextInt(40)};
        disk.fail((verb, path) -> verbs[0]-- == 0);
        String tried = "";
        try {
          for (int i = 1; i < 20; i++) {
            tried = seed + "/" + run + "/" + i + "x".repeat(random.nextInt(5_000));
            if (file.isDue(0) || random.nextInt(5) == 0) {
              List<byte[]> all =
                  new ArrayList<>(expected.stream().map(each -> bytes(each)).toList());
              all.add(bytes(tried));
              file.replace(all);
            } else {
              file.append(bytes(tried));
            }
            expected.add(tried);
          }
        } catch (IOException e) {
          // it may be there, or not
        }
        if (random.nextBoolean()) {
          disk.crash();
        } else {
          disk.kill();
          disk.heal();
        }
        file = new AppendFile(disk, FILE);
        List<String> found = read(file);
        assertThat(file.damaged()).as("seed %d", seed).isFalse();
        if (found.size() > expected.size()) {
          expected.add(tried);
        }
        assertThat(found.equals(expected)).as("seed %d", seed).isTrue();
        if (!file.isDue(1 << 20)) {
          file.append(new byte[0]);
          disk.crash();
          file = new AppendFile(disk, FILE);
          assertThat(read(file).equals(expected)).as("after a sync, seed %d", seed).isTrue();
        }
      }
    }
  }

  @Test
  void aTornEntryAtTheEndIsOverwritten() throws IOException {
    MemoryDisk disk = new MemoryDisk(new Random(1));
    written(disk, FILE, "a", "b", "c");
    Path path = Path.of("/state/types.1");
    overwrite(disk, path, disk.bytes(path).length - 1);

    AppendFile again = new AppendFile(disk, FILE);
    assertThat(read(again)).containsExactly("a", "b");
    assertThat(again.damaged()).isFalse();
    again.append(bytes("d"));
    assertThat(read(new AppendFile(disk, FILE))).containsExactly("a", "b", "d");
  }

  @Test
  void damageLosesItsEntryOnlyAndIsReported() throws IOException {
    MemoryDisk disk = new MemoryDisk(new Random(1));
    written(disk, FILE, "a", "b", "c");
    Path path = Path.of("/state/types.1");
    for (long at : new long[] {2, 26, 36, 44}) {
      MemoryDisk copy = new MemoryDisk(new Random(1));
      copy.put(path, disk.bytes(path));
      overwrite(copy, path, at);
      AppendFile again = new AppendFile(copy, FILE);
      assertThat(read(again)).as("byte %d", at).contains("c").hasSizeGreaterThanOrEqualTo(1);
      assertThat(again.damaged()).isTrue();
      assertThat(again.isDue(1 << 20)).isTrue();
      assertThatThrownBy(() -> AppendFile.copy(copy, FILE, Path.of("/state/copy")))
          .hasMessageContaining("damaged");
      again.replace(List.of(bytes("whole")));
      AppendFile whole = new AppendFile(copy, FILE);
      assertThat(read(whole)).containsExactly("whole");
      assertThat(whole.damaged()).isFalse();
    }
  }

  @Test
  void aValueOfAnEarlierVersionIsItsFirstEntry() throws IOException {
    for (int writes = 1; writes < 4; writes++) {
      MemoryDisk disk = new MemoryDisk(new Random(writes));
      AtomicFile before = new AtomicFile(disk, FILE);
      for (int i = 0; i < writes; i++) {
        before.write(bytes("value " + i));
      }
      AppendFile file = new AppendFile(disk, FILE);
      assertThat(read(file)).containsExactly("value " + (writes - 1));
      assertThat(file.isDue(1 << 20)).isTrue();
      file.replace(List.of(bytes("value"), bytes("more")));
      assertThat(read(new AppendFile(disk, FILE))).containsExactly("value", "more");
    }
  }

  @Test
  void aProgramThatKnowsOnlyTheEarlierFormatRefusesIt() throws IOException {
    MemoryDisk disk = new MemoryDisk(new Random(1));
    new AtomicFile(disk, FILE).write(bytes("value"));
    AppendFile file = new AppendFile(disk, FILE);
    assertThat(read(file)).hasSize(1);
    file.replace(List.of(bytes("value")));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> new AtomicFile(disk, FILE).read())
          .isInstanceOf(NewerFormatException.class)
          .hasMessageContaining("format version 2");
      file.replace(List.of(bytes("value"))); // in the other of the two files
    }
  }

  @Test
  void whatIsMostlyOutdatedIsReplaced() throws IOException {
    MemoryDisk disk = new MemoryDisk(new Random(1));
    AppendFile file = written(disk, FILE, "a");
    long appended = 0;
    while (!file.isDue(1_000)) {
      file.append(new byte[1_000]);
      appended += 1_000;
    }
    assertThat(appended).isBetween(50_000L, 80_000L);
    assertThat(file.isDue(appended)).as("where nothing of it is outdated").isFalse();
  }
}
