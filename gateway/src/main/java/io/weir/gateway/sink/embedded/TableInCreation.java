package io.weir.gateway.sink.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name of the table that is being created, in the file {@code creating} until it is whole. When
 * the process dies in the middle, QuestDB takes what there is for a table, and every write to it
 * fails for ever. So the next start removes it, and the first line of the measurement creates it
 * again. A table that was ever written to has the folder of a writer and is never removed.
 */
final class TableInCreation {

  private static final Logger LOG = LoggerFactory.getLogger(TableInCreation.class);

  private final Path root;
  private final Path note;

  /**
   * @param root the store's folder, which exists
   */
  TableInCreation(Path root) {
    this.root = root;
    note = root.resolve("creating");
  }

  /** Durably notes a table that does not exist yet. */
  void begin(String table) throws IOException {
    Files.writeString(
        note,
        table,
        UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE,
        StandardOpenOption.DSYNC);
    try (FileChannel folder = FileChannel.open(root, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /** The table is whole. */
  void end() throws IOException {
    Files.deleteIfExists(note);
  }

  /** Removes what a creation left that did not come to its end. QuestDB must not run. */
  void removeUnfinished() throws IOException {
    if (!Files.exists(note)) {
      return;
    }
    String table = Files.readString(note, UTF_8);
    for (Path folder : foldersOf(table)) {
      if (!wasWritten(folder)) {
        LOG.warn("The creation of table {} was cut off; it is created again", table);
        delete(folder);
      }
    }
    end();
  }

  /** QuestDB adds a number to the name of a table. */
  private List<Path> foldersOf(String table) throws IOException {
    Path tables = root.resolve("db");
    if (table.isEmpty() || !Files.isDirectory(tables)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(tables)) {
      return folders
          .filter(folder -> folder.getFileName().toString().matches("(?s).*~\\d+"))
          .filter(folder -> name(folder).equals(table))
          .toList();
    }
  }

  private static String name(Path folder) {
    String text = folder.getFileName().toString();
    return text.substring(0, text.lastIndexOf('~'));
  }

  private static boolean wasWritten(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.anyMatch(entry -> entry.getFileName().toString().matches("wal\\d+"));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
