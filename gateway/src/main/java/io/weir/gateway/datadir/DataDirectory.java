package io.weir.gateway.datadir;

import io.weir.gateway.log.AppendFile;
import io.weir.gateway.log.AtomicFile;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.normalize.LineStore;
import io.weir.gateway.source.SessionStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The paths of everything durable.
 *
 * @param path the folder; one gateway at a time holds its {@link #lock()}
 */
public record DataDirectory(Path path) {

  /** The name of the file of pinned types, without its generation. */
  static final String TYPES = "types";

  /** The name of the file of sessions. */
  static final String LOGINS = "logins";

  /** The name of the file that says which logs these are. */
  static final String INCARNATION = "incarnation";

  /** The same of the known names. */
  static final String NAMES = "names";

  /** Another process holds the lock. */
  public static final class InUseException extends IOException {

    private static final long serialVersionUID = 1;

    InUseException(String message) {
      super(message);
    }
  }

  /**
   * The folder of one of the logs: {@code readings}, {@code figures}, {@code quarantine}, {@code
   * corrections}.
   */
  public Path log(String name) {
    return logs().resolve(name);
  }

  /** The folder of all logs. */
  Path logs() {
    return path.resolve("log");
  }

  /** The folder of the bytes of damaged files, kept by a repair. */
  public Path damaged() {
    return path.resolve("damaged");
  }

  /** The folder of a restore that has not ended; while it is there, no gateway starts. */
  Path restoring() {
    return path.resolve("restoring");
  }

  /** A folder, or, where there is something in it, the same name with the first free number. */
  public static Path unused(FileSystem files, Path wanted) throws IOException {
    Path folder = wanted;
    for (int number = 2; !files.list(folder).isEmpty(); number++) {
      folder = wanted.resolveSibling(wanted.getFileName() + "-" + number);
    }
    return folder;
  }

  /** The folder in which the embedded store keeps its files. */
  public Path store() {
    return path.resolve("store");
  }

  /**
   * The pinned types. Reading them writes nothing; saving needs the folder to be there.
   *
   * @param damaged gets the file's name if a part of it is lost; then those types are not pinned
   */
  public LineStore types(FileSystem files, Consumer<String> damaged) {
    return lines(files, TYPES, damaged);
  }

  /**
   * The names that each source has brought; otherwise as {@link #types}.
   *
   * @param damaged gets the file's name if a part of it is lost; then those names are not known
   */
  public LineStore names(FileSystem files, Consumer<String> damaged) {
    return lines(files, NAMES, damaged);
  }

  private LineStore lines(FileSystem files, String name, Consumer<String> damaged) {
    AppendFile file = new AppendFile(files, path.resolve(name));
    return new LineStore() {
      @Override
      public void load(Consumer<byte[]> lines) throws IOException {
        file.read(lines);
        if (file.damaged()) {
          damaged.accept(name);
        }
      }

      @Override
      public boolean isDue(long bytes) {
        return file.isDue(bytes);
      }

      @Override
      public void append(byte[] lines) throws IOException {
        file.append(lines);
      }

      @Override
      public void replace(Iterable<byte[]> lines) throws IOException {
        file.replace(lines);
      }
    };
  }

  /** The shifts that were made again, as the page shows them. */
  public AtomicFile shiftsMadeAgain(FileSystem files) {
    return new AtomicFile(files, path.resolve("shifts-made-again"));
  }

  /** What must outlive the state of the figures. */
  public AtomicFile figuresBook(FileSystem files) {
    return new AtomicFile(files, path.resolve("figures-book"));
  }

  /** What this gateway must remember as a member of a group. */
  public AtomicFile group(FileSystem files) {
    return new AtomicFile(files, path.resolve("group"));
  }

  /** The sessions of people and walls. */
  public AtomicFile logins(FileSystem files) {
    return new AtomicFile(files, path.resolve(LOGINS));
  }

  /** Names the logs of this folder; a backup does not hold it. */
  public LogIncarnation incarnation(FileSystem files) {
    return new LogIncarnation(files, path.resolve(INCARNATION));
  }

  /** What people have decided about hints. */
  public AtomicFile hintDecisions(FileSystem files) {
    return new AtomicFile(files, path.resolve("hint-decisions"));
  }

  /** Notifications that are open, and those that are not delivered yet. */
  public AtomicFile notifications(FileSystem files) {
    return new AtomicFile(files, path.resolve("notifications"));
  }

  /**
   * What is known of the session that a broker keeps for a source.
   *
   * @param damaged gets a file's name if no whole copy of it is left; then it counts as empty
   */
  public SessionStore session(FileSystem files, String source, Consumer<String> damaged) {
    return new SessionFiles(files, path, source, damaged);
  }

  /**
   * Locks the folder for this process, and creates it if absent. It is free again when closed, or
   * when the process ends, however it ends. The caller then uses {@link HeldDirectory#files()}.
   *
   * @throws InUseException if another process has the lock
   * @throws IOException if the folder cannot be created or written, or a restore of it has not
   *     ended
   */
  public HeldDirectory lock(FileSystem files) throws IOException {
    HeldDirectory lock = lockForRestore(files);
    if (!files.list(restoring()).isEmpty()) {
      lock.close();
      throw new IOException("a restore of " + path + " did not end; run weir restore again");
    }
    return lock;
  }

  /** The same, for the restore itself. */
  HeldDirectory lockForRestore(FileSystem files) throws IOException {
    files.createDirectories(path);
    Path file = path.resolve("lock");
    Closeable lock = files.lock(file);
    if (lock == null) {
      throw new InUseException(
          "another gateway uses " + path + "; only one at a time can: stop it first");
    }
    try {
      return new HeldDirectory(path, file, files, lock);
    } catch (IOException e) {
      try (lock) {
        throw e;
      }
    }
  }
}
