package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another file system, of which a subclass changes some verbs. */
public abstract class ForwardingFiles implements FileSystem {

  private final FileSystem disk;

  protected ForwardingFiles(FileSystem disk) {
    this.disk = disk;
  }

  @Override
  public void checkPlace() throws IOException {
    disk.checkPlace();
  }

  @Override
  public Handle open(Path file, Mode mode) throws IOException {
    return disk.open(file, mode);
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
  public boolean createDirectory(Path directory) throws IOException {
    return disk.createDirectory(directory);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    disk.delete(file);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    disk.forceDirectory(directory);
  }

  @Override
  public int restrict(Path directory) throws IOException {
    return disk.restrict(directory);
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
