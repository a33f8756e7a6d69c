package io.weir.gateway.sink.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file system of its own that can be filled without harm to the machine: a tmpfs, or another kind
 * within a file. Only root can mount it.
 *
 * @param folder where it is mounted
 * @param image the file that holds it; absent for a tmpfs
 */
record SmallDisk(Path folder, Path image) implements AutoCloseable {

  private static final int SIZE_MIB = 500;

  /**
   * @param kind {@code tmpfs}, or one for which there is a {@code mkfs.KIND}: {@code ext4}, {@code
   *     xfs}, {@code btrfs}
   */
  static SmallDisk mount(String kind) throws IOException, InterruptedException {
    SmallDisk disk =
        new SmallDisk(
            Files.createTempDirectory("full-disk"),
            Path.of(System.getProperty("java.io.tmpdir"), "full-disk-" + kind + ".img"));
    if (kind.equals("tmpfs")) {
      require("mount", "-t", kind, "-o", "size=" + SIZE_MIB + "m", kind, disk.folder.toString());
      return disk;
    }
    Files.deleteIfExists(disk.image);
    try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
      file.setLength((long) SIZE_MIB << 20);
    }
    require("mkfs." + kind, "-q", disk.image.toString());
    require("mount", "-o", "loop", disk.image.toString(), disk.folder.toString());
    return disk;
  }

  private static void require(String... command) throws IOException, InterruptedException {
    if (execute(List.of(command)) != 0) {
      throw new IOException(
          "%s failed; run this as root, and install what makes the file system"
              .formatted(String.join(" ", command)));
    }
  }

  static int execute(List<String> command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Override
  public void close() throws IOException {
    try {
      require("umount", folder.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.delete(folder);
    try (Stream<Path> images = Stream.of(image)) {
      for (Path each : images.filter(Files::exists).toList()) {
        Files.delete(each);
      }
    }
  }
}
