package io.weir.gateway.datadir;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.ForwardingFiles;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The files of a held directory. Nothing is created, renamed or deleted any more, and no sync
 * counts, once the directory is not the one that was locked; what is there can still be read.
 */
final class GuardedFiles extends ForwardingFiles {

  private final HeldDirectory held;

  GuardedFiles(FileSystem disk, HeldDirectory held) {
    super(disk);
    this.held = held;
  }

  @Override
  public void checkPlace() throws IOException {
    super.checkPlace();
    held.check();
  }

  @Override
  public Handle open(Path file, Mode mode) throws IOException {
    if (mode == Mode.WRITE) {
      held.check();
    }
    return super.open(file, mode);
  }

  @Override
  public boolean createDirectory(Path directory) throws IOException {
    held.check();
    return super.createDirectory(directory);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    held.check();
    super.rename(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    held.check();
    super.delete(file);
  }
}
