package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.ManualTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {

  private final ManualTime time = new ManualTime();
  private final FullDisk disk = new FullDisk();

  @TempDir Path folder;

  private LogFiles files(Path file, long maxBytes, int older) {
    return new LogFiles(
        file,
        maxBytes,
        older,
        (lines, why) -> bytes(lines + " missing: " + why + "\n"),
        time,
        disk);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static long sizeOfAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void theNewestLinesAreKeptWithinTheBoundOfAllFiles() throws IOException {
    Path file = folder.resolve("logs/weir.log");
    try (LogFiles files = files(file, 1000, 3)) {
      for (int i = 1000; i < 1300; i++) {
        files.write(bytes("line " + i + "\n"));
        assertThat(sizeOfAll(file.getParent())).isLessThanOrEqualTo(1000);
      }
    }
    StringBuilder kept = new StringBuilder();
    for (String name : List.of("weir.log.3", "weir.log.2", "weir.log.1", "weir.log")) {
      kept.append(Files.readString(file.resolveSibling(name)));
    }
    assertThat(file.resolveSibling("weir.log.4")).doesNotExist();
    assertThat(kept.toString().lines().toList())
        .hasSizeGreaterThan(75)
        .endsWith("line 1298", "line 1299")
        .isSorted();
  }

  @Test
  void withoutOlderFilesTheOneBeginsAgain() throws IOException {
    Path file = folder.resolve("weir.log");
    try (LogFiles files = files(file, 100, 0)) {
      for (int i = 0; i < 30; i++) {
        files.write(bytes("line " + (100 + i) + "\n"));
      }
    }
    assertThat(folder).isDirectoryContaining("glob:**/weir.log");
    assertThat(sizeOfAll(folder)).isBetween(1L, 100L);
    assertThat(file).content().endsWith("line 129\n");
  }

  @Test
  void onlyTheOwnerReadsThem() throws IOException {
    Path file = folder.resolve("logs/weir.log");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "of an earlier version\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    try (LogFiles files = files(file, 60, 1)) {
      files.write(bytes("more of it, so that a second file is begun\n"));
      files.write(bytes("more of it, so that a second file is begun\n"));
    }
    for (String name : List.of("weir.log", "weir.log.1")) {
      assertThat(Files.getPosixFilePermissions(file.resolveSibling(name)))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void aRestartGoesOnAndDeletesWhatTheSettingNoLongerKeeps() throws IOException {
    Path file = folder.resolve("weir.log");
    Files.writeString(file, "before\n");
    Files.writeString(folder.resolve("weir.log.1"), "x".repeat(30));
    Files.writeString(folder.resolve("weir.log.2"), "x".repeat(500));
    Files.writeString(folder.resolve("weir.log.9"), "old");
    Files.writeString(folder.resolve("weir.log.gz"), "not ours");
    try (LogFiles files = files(file, 300, 2)) {
      files.write(bytes("after\n"));
    }
    assertThat(file).content().isEqualTo("before\nafter\n");
    assertThat(folder.resolve("weir.log.1")).exists();
    assertThat(folder.resolve("weir.log.2")).doesNotExist();
    assertThat(folder.resolve("weir.log.9")).doesNotExist();
    assertThat(folder.resolve("weir.log.gz")).exists();
  }

  @Test
  void aFullDiskLeavesOutWholeLinesAndSaysHowMany() throws IOException {
    Path file = folder.resolve("weir.log");
    try (LogFiles files = files(file, 10_000, 1)) {
      files.write(bytes("one\n"));
      disk.room = 2;
      files.write(bytes("two\n"));
      files.write(bytes("three\n"));
      assertThat(files.failure()).isEqualTo("No space left on device");
      disk.room = Long.MAX_VALUE;
      files.write(bytes("four\n")); // not tried again yet
      time.advance(Duration.ofSeconds(11));
      files.write(bytes("five\n"));
      assertThat(files.failure()).isEmpty();
    }
    assertThat(file).content().isEqualTo("one\n3 missing: No space left on device\nfive\n");
  }

  @Test
  void aFolderThatIsNotThereIsNoFailureOfTheGateway() throws IOException {
    Path parent = folder.resolve("logs");
    Files.writeString(parent, "a file where the folder should be");
    try (LogFiles files = files(parent.resolve("weir.log"), 10_000, 1)) {
      files.write(bytes("one\n"));
      assertThat(files.failure()).isNotEmpty();
      Files.delete(parent);
      time.advance(Duration.ofSeconds(11));
      files.write(bytes("two\n"));
    }
    assertThat(parent.resolve("weir.log")).content().startsWith("1 missing: ").endsWith("two\n");
  }

  @Test
  void aLineLongerThanAFileIsCut() throws IOException {
    Path file = folder.resolve("weir.log");
    try (LogFiles files = files(file, 100, 1)) {
      files.write(bytes("x".repeat(1000)));
      files.write(bytes("y".repeat(1000)));
    }
    assertThat(file).content().isEqualTo("y".repeat(50));
    assertThat(sizeOfAll(folder)).isEqualTo(100);
  }

  @Test
  void whatIsNoFileIsNotTouched() {
    Path device = Path.of("/dev/null");
    try (LogFiles files = files(device, 10_000, 1)) {
      files.write(bytes("one\n"));
      assertThat(files.failure()).isEqualTo("/dev/null is no regular file");
    }
    assertThat(device).exists();
  }

  /** The real disk, with as much room as a test gives it. */
  private static final class FullDisk implements LogFiles.Disk {

    private long room = Long.MAX_VALUE;

    @Override
    public SeekableByteChannel append(Path file) throws IOException {
      SeekableByteChannel real = LogFiles.Disk.REAL.append(file);
      return new SeekableByteChannel() {
        @Override
        public int write(ByteBuffer from) throws IOException {
          if (room == 0) {
            throw new IOException("No space left on device");
          }
          ByteBuffer part = from.slice();
          part.limit((int) Math.min(part.remaining(), room));
          int written = real.write(part);
          from.position(from.position() + written);
          room -= room == Long.MAX_VALUE ? 0 : written;
          return written;
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
          return real.read(to);
        }

        @Override
        public long position() throws IOException {
          return real.position();
        }

        @Override
        public SeekableByteChannel position(long at) throws IOException {
          real.position(at);
          return this;
        }

        @Override
        public long size() throws IOException {
          return real.size();
        }

        @Override
        public SeekableByteChannel truncate(long size) throws IOException {
          real.truncate(size);
          return this;
        }

        @Override
        public boolean isOpen() {
          return real.isOpen();
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }
  }
}
