package io.weir.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerOnlyTest {

  @TempDir Path folder;

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  private static Map<String, String> all(Path root) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path each : paths.toList()) {
        found.put(root.relativize(each).toString(), permissions(each));
      }
    }
    return found;
  }

  private static void open(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void whatTheDiskCreatesIsTheOwnersAlone() throws IOException {
    Path data = folder.resolve("data");
    FileSystem.DISK.createDirectories(data.resolve("log"));
    FileSystem.DISK.open(data.resolve("log/segment"), FileSystem.Mode.WRITE).close();
    try (Closeable lock = FileSystem.DISK.lock(data.resolve("lock"))) {
      assertThat(lock).isNotNull();
      assertThat(all(data))
          .isEqualTo(
              Map.of(
                  "", "rwx------",
                  "log", "rwx------",
                  "log/segment", "rw-------",
                  "lock", "rw-------"));
    }
  }

  /** Whoever is not root can make files of his own only. */
  @Test
  void whatRootMakesInAFolderThatIsAnotherUsersAloneIsThatUsers() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"), OwnerOnly.directory());
    boolean isRoot = Files.getOwner(data).getName().equals("root");
    Object other = isRoot ? 10_001 : Files.getAttribute(data, "unix:uid");
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "x", UTF_8);
    Files.createSymbolicLink(data.resolve("link"), elsewhere);
    Files.createLink(data.resolve("second-name"), elsewhere);
    Files.setAttribute(data, "unix:uid", other);

    FileSystem.DISK.createDirectories(data.resolve("log/readings"));
    FileSystem.DISK.open(data.resolve("log/readings/segment"), FileSystem.Mode.WRITE).close();
    FileSystem.DISK.open(data.resolve("link"), FileSystem.Mode.WRITE).close();
    FileSystem.DISK.open(data.resolve("second-name"), FileSystem.Mode.WRITE).close();
    try (Closeable lock = FileSystem.DISK.lock(data.resolve("lock"))) {
      assertThat(lock).isNotNull();
    }
    for (String made : List.of("log", "log/readings", "log/readings/segment", "lock")) {
      assertThat(Files.getAttribute(data.resolve(made), "unix:uid")).as(made).isEqualTo(other);
    }
    assertThat(Files.getOwner(elsewhere))
        .as("neither by a link nor by a second name")
        .isEqualTo(Files.getOwner(folder));

    open(data, "rwxr-xr-x");
    FileSystem.DISK.createDirectory(data.resolve("backup"));
    assertThat(Files.getOwner(data.resolve("backup")))
        .as("where others may look, as where backups are, it stays its maker's")
        .isEqualTo(Files.getOwner(folder));
  }

  @Test
  void aFolderOfAnEarlierVersionIsClosedOnceWithAllInIt() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data/store")).getParent();
    Path file = Files.writeString(data.resolve("store/server.conf"), "pg.password=x", UTF_8);
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "x", UTF_8);
    Files.createSymbolicLink(data.resolve("link"), elsewhere);
    open(data, "rwxr-xr-x");
    open(data.resolve("store"), "rwxr-x---");
    open(file, "rw-r--r--");
    open(elsewhere, "rw-r--r--");
    assertThat(FileSystem.DISK.restrict(data)).isEqualTo(3);
    assertThat(permissions(data)).isEqualTo("rwx------");
    assertThat(permissions(data.resolve("store"))).isEqualTo("rwx------");
    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(permissions(elsewhere)).as("a link is not followed").isEqualTo("rw-r--r--");
    assertThat(FileSystem.DISK.restrict(data)).isZero();
  }
}
