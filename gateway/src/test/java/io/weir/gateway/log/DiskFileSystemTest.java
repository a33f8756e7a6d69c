package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFileSystemTest {

  @TempDir Path root;

  private final List<String> done = new ArrayList<>();

  private FileSystem recording() {
    return new ForwardingFiles(FileSystem.DISK) {
      @Override
      public boolean createDirectory(Path directory) throws IOException {
        boolean made = super.createDirectory(directory);
        done.add((made ? "made " : "found ") + root.relativize(directory));
        return made;
      }

      @Override
      public void forceDirectory(Path directory) throws IOException {
        super.forceDirectory(directory);
        done.add("forced " + root.relativize(directory));
      }
    };
  }

  @Test
  void eachDirectoryIsForcedIntoItsParentBeforeTheNextIsMade() throws IOException {
    recording().createDirectories(root.resolve("a/b/c"));
    assertThat(done)
        .containsExactly(
            "found ", // the root of the test
            "forced ..",
            "made a",
            "forced ",
            "made a/b",
            "forced a",
            "made a/b/c",
            "forced a/b")
        .doesNotHaveDuplicates();
    assertThat(root.resolve("a/b/c")).isDirectory();
  }

  @Test
  void aDirectoryThatAnEarlierRunMadeIsForcedIntoItsParentAgain() throws IOException {
    Files.createDirectories(root.resolve("a/b"));
    recording().createDirectories(root.resolve("a/b"));
    assertThat(done).containsExactly("found a/b", "forced a");
  }

  @Test
  void aFileInThePlaceOfADirectoryIsReported() throws IOException {
    Files.writeString(root.resolve("a"), "");
    assertThatThrownBy(() -> FileSystem.DISK.createDirectories(root.resolve("a")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void theFreeSpaceOfADirectoryIsKnownAndThatOfNoneIsNot() throws IOException {
    assertThat(FileSystem.DISK.usableSpace(root)).isPositive();
    assertThat(FileSystem.DISK.usableSpace(root.resolve("absent")))
        .isEqualTo(FileSystem.UNKNOWN_SPACE);
  }

  @Test
  void theIdentityOfAFileEndsWithTheFile() throws IOException {
    Path file = root.resolve("lock");
    assertThat(FileSystem.DISK.identity(file)).isNull();
    Files.writeString(file, "one");
    Path other = Files.writeString(root.resolve("other"), "two");
    Object before = FileSystem.DISK.identity(file);
    Files.writeString(file, "more");
    assertThat(FileSystem.DISK.identity(file)).isEqualTo(before).isNotNull();
    Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(FileSystem.DISK.identity(file)).isNotEqualTo(before).isNotNull();
  }
}
