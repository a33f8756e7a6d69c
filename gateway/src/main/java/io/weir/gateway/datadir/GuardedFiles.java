package io.weir.gateway.datadir;

import io.weir.gateway.log.FileSystem;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a held directory. Nothing is created, renamed or deleted any more, and no sync
 * counts, once the directory is not the one that was locked; what is there can still be read.
 */
final class GuardedFiles implements FileSystem {

  private final FileSystem disk;
  private final HeldDirectory held;

  GuardedFiles(FileSystem disk, HeldDirectory held) {
    this.disk = disk;
    this.held = held;
  }

  @Override
  public void checkPlace() throws IOException {
    disk.checkPlace();
    held.check();
  }

  @Override
  public Handle open(Path file, Mode mode) throws IOException {
    if (mode == Mode.WRITE) {
      held.check();
    }
    return disk.open(file, mode);
  }

  @Override
  public boolean createDirectory(Path directory) throws IOException {
    held.check();
    return disk.createDirectory(directory);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    held.check();
    disk.createDirectories(directory);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    held.check();
    disk.rename(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    held.check();
    disk.delete(file);
  }

  @Override
  public long size(Path file) throws IOException {
    return disk.size(file);
  }

  @Override
  public @Nullable Object identity(Path path) throws IOException {
    return disk.identity(path);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    disk.forceDirectory(directory);
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    return disk.usableSpace(directory);
  }

  @Override
  public @Nullable Closeable lock(Path file) throws IOException {
    return disk.lock(file);
  }
}
