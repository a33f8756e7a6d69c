package io.weir.gateway.sink.embedded;

import io.weir.gateway.log.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * The right to use a store's folder, for one process at a time: that of a gateway which has ended
 * may need a moment to end too.
 */
final class StoreLock implements AutoCloseable {

  private static final int TRIES = 100;
  private static final int PAUSE_MS = 200;

  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits up to twenty seconds for it.
   *
   * @throws IOException if another process keeps it
   */
  static StoreLock take(Path root) throws IOException, InterruptedException {
    Files.createDirectories(root, OwnerOnly.directory());
    FileChannel channel =
        FileChannel.open(
            root.resolve("lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            OwnerOnly.file());
    for (int i = 0; i < TRIES; i++) {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new StoreLock(channel);
      }
      Thread.sleep(PAUSE_MS);
    }
    channel.close();
    throw new IOException("another process uses the store in " + root + "; end it");
  }

  /** Unlocks it; the file stays. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
