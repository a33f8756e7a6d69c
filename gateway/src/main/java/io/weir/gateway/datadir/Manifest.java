package io.weir.gateway.datadir;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.FileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The list of the files of a backup, written last: a backup without it is not whole. Lines of text:
 *
 * <pre>
 * weir backup 1
 * gateway ID
 * version VERSION OF THE PROGRAM
 * taken TIME
 * CRC32C BYTES PATH        a line for each file
 * files COUNT
 * </pre>
 *
 * @param gateway id of the gateway
 * @param version of the program that wrote it
 * @param files in the order of their paths
 */
public record Manifest(String gateway, String version, Instant taken, List<Entry> files) {

  static final String FILE = "weir-backup.txt";

  private static final String FIRST = "weir backup 1";
  private static final int PIECE_BYTES = 256 * 1024;

  /**
   * One file.
   *
   * @param path below the folder of the backup, with slashes
   */
  public record Entry(String path, long bytes, int crc) {}

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(Entry::bytes).sum();
  }

  /** Reads the files of a folder, given by their paths below it. */
  static List<Entry> entries(FileSystem files, Path folder, List<String> paths) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (String path : paths) {
      entries.add(entry(files, folder, path));
    }
    return entries;
  }

  /** One file as it is now. */
  static Entry entry(FileSystem files, Path folder, String path) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    long bytes = 0;
    try (FileSystem.Handle handle = files.open(folder.resolve(path), FileSystem.Mode.READ)) {
      int read;
      do {
        read = handle.read(piece.clear(), bytes);
        crc.update(piece.flip());
        bytes += read;
      } while (read == PIECE_BYTES);
    }
    return new Entry(path, bytes, (int) crc.getValue());
  }

  /** Writes it durably into the folder of the backup. */
  void write(FileSystem disk, Path folder) throws IOException {
    StringBuilder text = new StringBuilder(FIRST + "\n");
    text.append("gateway ").append(gateway).append('\n');
    text.append("version ").append(version).append('\n');
    text.append("taken ").append(taken).append('\n');
    for (Entry each : files) {
      text.append("%08x %d %s%n".formatted(each.crc(), each.bytes(), each.path()));
    }
    text.append("files ").append(files.size()).append('\n');
    try (FileSystem.Handle handle = disk.open(folder.resolve(FILE), FileSystem.Mode.WRITE)) {
      handle.write(ByteBuffer.wrap(text.toString().getBytes(UTF_8)), 0);
      handle.force();
    }
    disk.forceDirectory(folder);
  }

  /**
   * Reads the list of a backup.
   *
   * @throws NotABackupException if there is none, or it is not whole
   */
  public static Manifest read(FileSystem disk, Path folder)
      throws IOException, NotABackupException {
    Path file = folder.resolve(FILE);
    ByteBuffer bytes;
    try (FileSystem.Handle handle = disk.open(file, FileSystem.Mode.READ)) {
      bytes = ByteBuffer.allocate((int) disk.size(file));
      handle.read(bytes, 0);
    } catch (NoSuchFileException absent) {
      throw new NotABackupException(
          folder + " has no file " + FILE + ": it is no backup, or one that did not end");
    }
    List<String> lines = new String(bytes.array(), UTF_8).lines().toList();
    try {
      return parse(lines);
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new NotABackupException(file + " is damaged: " + e.getMessage());
    }
  }

  private static Manifest parse(List<String> lines) {
    if (lines.size() < 5 || !lines.get(0).equals(FIRST)) {
      throw new IllegalArgumentException("it does not begin with '" + FIRST + "'");
    }
    List<Entry> entries = new ArrayList<>();
    for (String line : lines.subList(4, lines.size() - 1)) {
      String[] words = line.split(" ", 3);
      if (words.length < 3 || Path.of(words[2]).isAbsolute() || words[2].contains("..")) {
        throw new IllegalArgumentException("the line '" + line + "'");
      }
      entries.add(
          new Entry(words[2], Long.parseLong(words[1]), Integer.parseUnsignedInt(words[0], 16)));
    }
    if (!lines.get(lines.size() - 1).equals("files " + entries.size())) {
      throw new IllegalArgumentException("its end is missing");
    }
    return new Manifest(
        value(lines.get(1), "gateway "),
        value(lines.get(2), "version "),
        Instant.parse(value(lines.get(3), "taken ")),
        List.copyOf(entries));
  }

  private static String value(String line, String key) {
    if (!line.startsWith(key)) {
      throw new IllegalArgumentException("the line '" + line + "'");
    }
    return line.substring(key.length());
  }
}
