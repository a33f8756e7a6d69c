package io.weir.gateway.datadir;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.weir.gateway.log.AtomicFile;
import io.weir.gateway.log.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Names the logs of a data directory, so that whoever gets records with their offsets can tell them
 * from others with the same offsets. After a restore the logs go on from the end of the backup and
 * use offsets again that were used since it was taken. So no backup holds the name, and the first
 * question after a restore, as in a new data directory, gives another one.
 *
 * <p>A folder that is copied by other means while no gateway runs keeps its name: then the file
 * {@code incarnation.*} must be deleted in the copy. For any thread.
 */
public final class LogIncarnation {

  private final AtomicFile file;
  private @Nullable String id;

  LogIncarnation(FileSystem files, Path path) {
    this.file = new AtomicFile(files, path);
  }

  /**
   * The name; read, or made and stored, by the first call that can.
   *
   * @throws IOException if the disk neither gives nor takes it now
   */
  public synchronized String id() throws IOException {
    if (id == null) {
      Optional<byte[]> stored = file.read();
      if (stored.isPresent()) {
        id = new String(stored.get(), US_ASCII);
      } else {
        id = made();
      }
    }
    return id;
  }

  /**
   * Another name, durably, because whoever got records of these logs has got others at the same
   * offsets before: the folder was brought back without a restore.
   *
   * @param old the name that proved wrong; where it is not the current one, nothing changes
   * @return the current name
   * @throws IOException if it cannot be written now; the name stays
   */
  public synchronized String renew(String old) throws IOException {
    if (id().equals(old)) {
      id = made();
    }
    return id();
  }

  private String made() throws IOException {
    String made = UUID.randomUUID().toString();
    file.write(made.getBytes(US_ASCII));
    return made;
  }
}
