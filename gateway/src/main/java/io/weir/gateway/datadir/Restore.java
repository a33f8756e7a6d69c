package io.weir.gateway.datadir;

import io.weir.gateway.log.FileSystem;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Brings a backup back into a data directory while no gateway uses it. The files are first copied
 * to the folder {@code restoring}; then what was there is moved aside, and the copies take its
 * place. While {@code restoring} is there, no gateway starts, so a restore that was cut off is
 * never taken for a data directory. Another run begins again.
 *
 * <p>The embedded store stays as it is: what is sent to it again leaves the same content.
 */
public final class Restore {

  private static final int PIECE_BYTES = 256 * 1024;

  /** What stays where it is in the data directory. */
  private static final Set<String> STAYS = Set.of("lock", "store", "damaged", "restoring");

  private static final String REPLACED = "replaced-";

  private final DataDirectory data;
  private final Path from;
  private final FileSystem files;

  /** A data directory that has something is not replaced unasked. */
  public static final class NotEmptyException extends Exception {

    private static final long serialVersionUID = 1;

    NotEmptyException(String message) {
      super(message);
    }
  }

  /**
   * What was done.
   *
   * @param manifest of the backup
   * @param replaced the folder of what was there before; "" where nothing was
   */
  public record Done(Manifest manifest, String replaced) {}

  private Restore(DataDirectory data, Path from, FileSystem files) {
    this.data = data;
    this.from = from;
    this.files = files;
  }

  /**
   * Restores a backup.
   *
   * @param stamp names the folder of what was there before
   * @param replace whether something may have been there
   * @throws NotABackupException if the folder is no whole backup; nothing is changed then
   * @throws NotEmptyException if there is something and it may not be replaced
   * @throws IOException if a gateway runs, or something cannot be read or written
   */
  public static Done run(
      DataDirectory data, Path from, FileSystem files, String stamp, boolean replace)
      throws IOException, NotABackupException, NotEmptyException {
    return new Restore(data, from, files).run(stamp, replace);
  }

  private Done run(String stamp, boolean replace)
      throws IOException, NotABackupException, NotEmptyException {
    Manifest manifest = Manifest.read(files, from);
    check(manifest);
    Closeable lock = data.lockForRestore(files);
    try {
      boolean isContinued = !files.list(data.restoring()).isEmpty();
      List<String> present = present();
      if (!present.isEmpty() && !replace && !isContinued) {
        throw new NotEmptyException(data.path() + " holds " + String.join(", ", present));
      }
      copy(manifest);
      String replaced = moveAside(present, stamp);
      putInPlace();
      return new Done(manifest, replaced);
    } finally {
      lock.close();
    }
  }

  private List<String> present() throws IOException {
    return files.list(data.path()).stream()
        .filter(name -> !STAYS.contains(name) && !name.startsWith(REPLACED))
        .toList();
  }

  /** Compares all files with the list, before anything is changed. */
  private void check(Manifest manifest) throws IOException, NotABackupException {
    for (Manifest.Entry each : manifest.files()) {
      Manifest.Entry now;
      try {
        now = Manifest.entry(files, from, each.path());
      } catch (NoSuchFileException absent) {
        throw new NotABackupException(from.resolve(each.path()) + " is missing");
      }
      if (!now.equals(each)) {
        throw new NotABackupException(
            from.resolve(each.path()) + " is not as it was when the backup was taken");
      }
    }
  }

  private void copy(Manifest manifest) throws IOException {
    for (String path : Backup.paths(files, data.restoring())) {
      files.delete(data.restoring().resolve(path)); // what an earlier run left
    }
    Set<Path> folders = new TreeSet<>();
    for (Manifest.Entry each : manifest.files()) {
      Path target = data.restoring().resolve(each.path());
      for (Path up = target.getParent();
          up != null && up.startsWith(data.restoring());
          up = up.getParent()) {
        folders.add(up);
      }
      files.createDirectories(Objects.requireNonNull(target.getParent()));
      copy(each.path());
      if (!Manifest.entry(files, data.restoring(), each.path()).equals(each)) {
        throw new IOException(target + " is not what was written to it");
      }
    }
    for (Path folder : folders) {
      files.forceDirectory(folder);
    }
    files.forceDirectory(data.path());
  }

  private void copy(String path) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    try (FileSystem.Handle in = files.open(from.resolve(path), FileSystem.Mode.READ);
        FileSystem.Handle out = files.open(data.restoring().resolve(path), FileSystem.Mode.WRITE)) {
      long done = 0;
      int read;
      do {
        read = in.read(piece.clear(), done);
        out.write(piece.flip(), done);
        done += read;
      } while (read == PIECE_BYTES);
      out.force();
    }
  }

  private String moveAside(List<String> present, String stamp) throws IOException {
    if (present.isEmpty()) {
      return "";
    }
    Path aside = DataDirectory.unused(files, data.path().resolve(REPLACED + stamp));
    files.createDirectories(aside);
    for (String name : present) {
      files.rename(data.path().resolve(name), aside.resolve(name));
    }
    files.forceDirectory(aside);
    files.forceDirectory(data.path());
    return aside.toString();
  }

  private void putInPlace() throws IOException {
    for (String name : files.list(data.restoring())) {
      files.rename(data.restoring().resolve(name), data.path().resolve(name));
    }
    files.forceDirectory(data.path());
    files.delete(data.restoring());
    files.forceDirectory(data.path());
  }
}
