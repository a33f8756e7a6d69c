package io.weir.gateway.datadir;

import io.weir.gateway.log.FileSystem;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The data directory while one process holds its lock. Someone may still delete the directory, or
 * put another one in its place: the open files then go on without a name, and a restart would not
 * find what is synced to them. So the directory and its lock file must stay the ones that were
 * locked. While the directory is another one, or absent, nothing is written; once it is back, it is
 * as it was left, as its lock file kept other gateways out. Where the lock file is another one,
 * another gateway may have written beside this one: then nothing is written until a restart. For
 * any thread.
 */
public final class HeldDirectory implements Closeable {

  private final Path path;
  private final Path lockFile;
  private final FileSystem disk;
  private final Closeable lock;
  private final @Nullable Object directoryIdentity;
  private final @Nullable Object lockIdentity;

  /** Whether the directory was seen with another lock file, or with none. */
  private volatile boolean isLockLost;

  HeldDirectory(Path path, Path lockFile, FileSystem disk, Closeable lock) throws IOException {
    this.path = path;
    this.lockFile = lockFile;
    this.disk = disk;
    this.lock = lock;
    directoryIdentity = disk.identity(path);
    lockIdentity = disk.identity(lockFile);
  }

  /** The disk, for everything in the directory. */
  public FileSystem files() {
    return new GuardedFiles(disk, this);
  }

  /** Looks again; why nothing is written now, as text for people, or "". */
  public String fault() {
    try {
      check();
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /**
   * Returns if the directory is still the one that was locked.
   *
   * @throws IOException if it is not, or that cannot be found out
   */
  void check() throws IOException {
    if (isOther(path, directoryIdentity)) {
      throw new IOException(
          path
              + " was moved, deleted or replaced while the gateway was running;"
              + " nothing is acknowledged until it is back, or until a restart");
    }
    isLockLost |= isOther(lockFile, lockIdentity) && !isOther(path, directoryIdentity);
    if (isLockLost) {
      throw new IOException(
          lockFile
              + " was deleted or replaced while the gateway was running;"
              + " nothing is acknowledged until a restart");
    }
  }

  private boolean isOther(Path place, @Nullable Object identity) throws IOException {
    Object now = disk.identity(place);
    return now == null || !now.equals(identity);
  }

  /** Frees the lock. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
