package io.weir.gateway.datadir;

import io.weir.gateway.log.AppendFile;
import io.weir.gateway.log.AtomicFile;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogSnapshot;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Copies a data directory while its gateway runs, so that a gateway can start from the copy as it
 * starts after a crash.
 *
 * <p>The order of the copy is that of what depends on what, the dependent first: the cursors of all
 * logs, then the records of all logs (a cursor is never beyond its log, and what a cursor of {@code
 * readings} says is in the quarantine or among the figures is there), then pinned types, known
 * names and subscriptions (of each field in the log, the type is known). The list of the files
 * comes last.
 *
 * <p>Neither sessions nor walls are part of it: those that were ended since would hold again. Nor
 * is the name of the logs' incarnation: a gateway that starts from the copy gives offsets again
 * that this one has given since.
 *
 * <p>The embedded store is not part of it: its files change while they are copied. Neither is what
 * is known of the brokers' sessions: a broker goes on after the backup and gives its packet ids to
 * other messages, so a gateway that starts from the copy must not recognise any by the old ones.
 */
public final class Backup {

  private static final List<String> LOGS =
      List.of("readings", "figures", "quarantine", "corrections", "audit");
  private static final String SUBSCRIPTIONS = "subscriptions";

  /** The folders of a backup, below its own. */
  static final List<String> FOLDERS =
      List.of(
          "",
          "log/readings/",
          "log/readings/cursors/",
          "log/figures/",
          "log/figures/cursors/",
          "log/quarantine/",
          "log/quarantine/cursors/",
          "log/corrections/",
          "log/corrections/cursors/",
          "log/audit/",
          "log/audit/cursors/",
          "subscriptions/",
          SiteFile.HISTORY + "/");

  private static final Set<String> SUBFOLDERS =
      Set.of("log", "cursors", SUBSCRIPTIONS, SiteFile.HISTORY);

  /** What is copied in its own way, or need not be copied. */
  private static final Set<String> LEFT =
      Set.of("lock", "log", "damaged", SUBSCRIPTIONS, "sessions", SiteFile.NAME, SiteFile.HISTORY);

  private static final int ATTEMPTS = 20;

  private final DataDirectory data;
  private final Path to;
  private final FileSystem files;

  private Backup(DataDirectory data, Path to, FileSystem files) {
    this.data = data;
    this.to = to;
    this.files = files;
  }

  /**
   * Takes a backup.
   *
   * @param to an empty folder, or one that does not exist yet
   * @param gateway the id of the gateway
   * @param version of this program
   * @return what it holds
   * @throws IOException if something cannot be read or written; the folder is then no whole backup
   */
  public static Manifest take(
      DataDirectory data, Path to, FileSystem files, String gateway, String version, Instant now)
      throws IOException {
    return new Backup(data, to, files).take(gateway, version, now);
  }

  /** The entries of a data directory that a backup does not hold, such as the embedded store. */
  public static List<String> leftOut(DataDirectory data, FileSystem files) throws IOException {
    return files.list(data.path()).stream()
        .filter(name -> !LEFT.contains(name) && !isGeneration(name))
        .toList();
  }

  private Manifest take(String gateway, String version, Instant now) throws IOException {
    files.createDirectories(to);
    if (!files.list(to).isEmpty()) {
      throw new IOException(to + " is not empty");
    }
    for (int attempt = 1; !copyLogs(); attempt++) {
      if (attempt == ATTEMPTS) {
        throw new IOException("segments are begun and deleted faster than they can be copied");
      }
      clear();
    }
    copyValues(data.path(), to);
    copyValues(data.path().resolve(SUBSCRIPTIONS), to.resolve(SUBSCRIPTIONS));
    new SiteFile(data, files).copyTo(new SiteFile(new DataDirectory(to), files));
    Manifest manifest =
        new Manifest(gateway, version, now, Manifest.entries(files, to, paths(files, to)));
    manifest.write(files, to);
    Path parent = to.toAbsolutePath().getParent();
    if (parent != null) {
      files.forceDirectory(parent);
    }
    return manifest;
  }

  private boolean copyLogs() throws IOException {
    List<LogSnapshot> snapshots = new ArrayList<>();
    try {
      long bytes = 0;
      for (String log : LOGS) {
        LogSnapshot snapshot = LogSnapshot.open(data.log(log), files);
        snapshots.add(snapshot);
        bytes += snapshot.bytes();
      }
      long free = files.usableSpace(to);
      if (free != FileSystem.UNKNOWN_SPACE && free < bytes) {
        throw new IOException(
            "%s has %,d MiB free, and the logs hold %,d MiB"
                .formatted(to, free >> 20, bytes >> 20));
      }
      for (int i = 0; i < LOGS.size(); i++) {
        snapshots.get(i).copyCursors(copyOf(LOGS.get(i)));
      }
      for (LogSnapshot snapshot : snapshots) {
        if (!snapshot.extend()) {
          return false;
        }
      }
      for (int i = 0; i < LOGS.size(); i++) {
        snapshots.get(i).copySegments(copyOf(LOGS.get(i)));
      }
      return true;
    } finally {
      for (Closeable snapshot : snapshots) {
        snapshot.close();
      }
    }
  }

  private Path copyOf(String log) {
    return new DataDirectory(to).log(log);
  }

  /** Copies what stands in small files: pinned types, known names, subscriptions. */
  private void copyValues(Path from, Path into) throws IOException {
    Set<String> names = new TreeSet<>();
    for (String file : files.list(from)) {
      if (isGeneration(file) && !stays(file)) {
        names.add(file.substring(0, file.length() - 2));
      }
    }
    if (!names.isEmpty()) {
      files.createDirectories(into);
    }
    for (String name : names) {
      if (name.equals(DataDirectory.TYPES) || name.equals(DataDirectory.NAMES)) {
        AppendFile.copy(files, from.resolve(name), into.resolve(name));
      } else {
        AtomicFile.copy(files, from.resolve(name), into.resolve(name));
      }
    }
  }

  private static boolean stays(String file) {
    return file.startsWith(DataDirectory.LOGINS + ".")
        || file.startsWith(DataDirectory.INCARNATION + ".");
  }

  private static boolean isGeneration(String file) {
    return file.endsWith(".0") || file.endsWith(".1");
  }

  /** The files of a backup, by their paths below its folder. */
  static List<String> paths(FileSystem files, Path folder) throws IOException {
    List<String> paths = new ArrayList<>();
    for (String below : FOLDERS) {
      for (String name : files.list(folder.resolve(below))) {
        if (!SUBFOLDERS.contains(name)) {
          paths.add(below + name);
        }
      }
    }
    return paths;
  }

  private void clear() throws IOException {
    for (String path : paths(files, to)) {
      files.delete(to.resolve(path));
    }
  }
}
