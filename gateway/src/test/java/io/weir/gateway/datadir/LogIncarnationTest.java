package io.weir.gateway.datadir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.ForwardingFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which logs these are, for whoever gets records with their offsets. */
class LogIncarnationTest {

  @TempDir Path folder;

  private static String id(DataDirectory data) throws IOException {
    return data.incarnation(FileSystem.DISK).id();
  }

  private DataDirectory directory(String name) throws IOException {
    return new DataDirectory(Files.createDirectories(folder.resolve(name)));
  }

  @Test
  void itIsTheSameAtEachStartAndAnotherInAnotherDirectory() throws IOException {
    DataDirectory data = directory("data");
    String first = id(data);
    assertThat(first).hasSize(36);
    assertThat(id(data)).isEqualTo(first);
    assertThat(id(directory("other"))).isNotEqualTo(first);
  }

  /** The logs go on from the end of the backup, and give offsets again. */
  @Test
  void itIsAnotherOneAfterARestore() throws Exception {
    DataDirectory data = directory("data");
    String first = id(data);
    Path backup = folder.resolve("backup");
    Backup.take(data, backup, FileSystem.DISK, "gw", "1", Instant.EPOCH);
    assertThat(backup.toFile().list()).noneMatch(each -> each.startsWith("incarnation"));
    assertThat(id(data)).as("the running gateway goes on").isEqualTo(first);

    DataDirectory fresh = directory("fresh");
    Restore.run(fresh, backup, FileSystem.DISK, "stamp", false);
    String second = id(fresh);
    assertThat(second).isNotEqualTo(first);
    assertThat(id(fresh)).isEqualTo(second);

    Restore.run(data, backup, FileSystem.DISK, "stamp", true);
    assertThat(id(data)).isNotIn(first, second);
  }

  @Test
  void whereTheDiskDoesNotTakeItNoNameIsGiven() throws IOException {
    DataDirectory data = directory("data");
    boolean[] full = {true};
    FileSystem disk =
        new ForwardingFiles(FileSystem.DISK) {
          @Override
          public Handle open(Path file, Mode mode) throws IOException {
            if (full[0] && mode != Mode.READ) {
              throw new IOException("no space left");
            }
            return super.open(file, mode);
          }
        };
    LogIncarnation incarnation = data.incarnation(disk);
    assertThatThrownBy(incarnation::id).hasMessageContaining("no space left");
    full[0] = false;
    String id = incarnation.id();
    assertThat(id(data)).isEqualTo(id);
  }
}
