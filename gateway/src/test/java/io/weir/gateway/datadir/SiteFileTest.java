package io.weir.gateway.datadir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.MemoryDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of what people change on the page, and its earlier versions. */
class SiteFileTest {

  private static final Path HOME = Path.of("/data");
  private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

  @TempDir Path folder;

  private static SiteVersion.Change change(String text) {
    return new SiteVersion.Change(text, "anna", "because\nof it", NOW);
  }

  private static SiteFile on(MemoryDisk disk) throws IOException {
    disk.createDirectories(HOME);
    return new SiteFile(new DataDirectory(HOME), disk);
  }

  private static List<Long> numbers(List<SiteVersion> versions) {
    return versions.stream().map(SiteVersion::number).toList();
  }

  @Test
  void aVersionIsNumberedAndTheOnesBeforeAreKept() throws Exception {
    SiteFile file = new SiteFile(new DataDirectory(folder), FileSystem.DISK);
    assertThat(file.current()).isEqualTo(SiteVersion.NONE);
    file.write(change("a: 1\n"));
    file.write(change("a: 2\n"));
    SiteVersion now = file.current();
    assertThat(now).isEqualTo(new SiteVersion(2, NOW, "anna", "because of it", false, "a: 2\n"));
    assertThat(file.earlier()).extracting(SiteVersion::text).containsExactly("a: 1\n");
    assertThat(file.version(0)).contains(SiteVersion.NONE);
    assertThat(file.version(3)).isEmpty();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("site.yaml"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aChangeByHandIsSeenAndKept() throws Exception {
    SiteFile file = new SiteFile(new DataDirectory(folder), FileSystem.DISK);
    SiteVersion first = file.write(change("a: 1\n"));
    Path path = folder.resolve("site.yaml");
    Files.writeString(path, Files.readString(path).replace("a: 1", "a: 5"));
    assertThat(file.current().isEdited()).isTrue();
    assertThat(file.current().tag()).isNotEqualTo(first.tag());
    Files.writeString(path, "b: 1\n");
    assertThat(file.current()).isEqualTo(new SiteVersion(1, null, "", "", true, "b: 1\n"));
    file.write(change("b: 2\n"));
    assertThat(file.earlier()).extracting(SiteVersion::text).containsExactly("b: 1\n");
  }

  @Test
  void aWriteIsTakenBackToTheByte() throws Exception {
    SiteFile file = new SiteFile(new DataDirectory(folder), FileSystem.DISK);
    Path path = folder.resolve("site.yaml");
    Files.writeString(path, "# mine\nb: 1\n");
    SiteVersion before = file.current();
    file.write(change("b: 2\n"));
    file.takeBack(before);
    assertThat(Files.readString(path)).isEqualTo("# mine\nb: 1\n");
    assertThat(file.earlier()).isEmpty();
  }

  @Test
  void aBackupHasItWithItsHistory() throws Exception {
    DataDirectory data = new DataDirectory(Files.createDirectory(folder.resolve("data")));
    SiteFile file = new SiteFile(data, FileSystem.DISK);
    file.write(change("a: 1\n"));
    file.write(change("a: 2\n"));
    Path backup = folder.resolve("backup");
    Backup.take(data, backup, FileSystem.DISK, "g", "1", NOW);
    assertThat(Backup.leftOut(data, FileSystem.DISK)).isEmpty();
    DataDirectory other = new DataDirectory(folder.resolve("other"));
    Restore.run(other, backup, FileSystem.DISK, "20260301T060000Z", false);
    SiteFile restored = new SiteFile(other, FileSystem.DISK);
    assertThat(restored.current()).isEqualTo(file.current());
    assertThat(restored.earlier()).isEqualTo(file.earlier());
  }

  @Test
  void theOldestVersionsAreForgotten() throws Exception {
    SiteFile file = on(new MemoryDisk(new Random(1)));
    for (int i = 1; i <= SiteFile.KEPT + 5; i++) {
      file.write(change("a: " + i));
    }
    assertThat(file.earlier()).hasSize(SiteFile.KEPT);
    assertThat(numbers(file.earlier())).startsWith((long) SiteFile.KEPT + 4).endsWith(5L);
  }

  /**
   * Whatever ends it in the middle of a change: the file is the old or the new one, every earlier
   * one that was kept is whole, and a change that was answered is there.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverEndsItInTheMiddleTheFileIsWholeAndNoVersionIsLost(long seed) throws Exception {
    Random random = new Random(seed);
    MemoryDisk disk = new MemoryDisk(random);
    SiteFile file = on(disk);
    TreeMap<Long, String> answered = new TreeMap<>();
    List<String> tried = new ArrayList<>(List.of(""));
    for (int round = 0; round < 60; round++) {
      String text = "a: " + round + "\n";
      tried.add(text);
      int left = random.nextInt(40);
      int[] done = {0};
      disk.fail((verb, path) -> done[0]++ >= left);
      try {
        SiteVersion next = file.write(change(text));
        answered.put(next.number(), text);
      } catch (IOException cut) {
        assertThat(done[0]).isGreaterThan(left);
      }
      disk.heal();
      if (random.nextBoolean()) {
        disk.crash();
      } else {
        disk.kill();
      }
      file = on(disk);
      SiteVersion now = file.current();
      assertThat(now.isEdited()).as("seed %d, round %d: %s", seed, round, now).isFalse();
      assertThat(tried).contains(now.text());
      if (!answered.isEmpty()) {
        assertThat(now.number()).isGreaterThanOrEqualTo(answered.lastKey());
      }
      for (SiteVersion each : file.earlier()) {
        assertThat(each.isEdited()).isFalse();
        assertThat(tried).contains(each.text());
      }
      for (var each : answered.entrySet()) {
        if (each.getKey() > now.number() - SiteFile.KEPT) {
          assertThat(file.version(each.getKey()).map(SiteVersion::text)).contains(each.getValue());
        }
      }
    }
    assertThat(answered).isNotEmpty();
  }
}
