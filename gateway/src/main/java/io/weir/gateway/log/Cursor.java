package io.weir.gateway.log;

import io.weir.gateway.log.CursorContent.Range;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's durable position. Written by the thread that owns the consumer's feed; any thread
 * reads the position and units.
 */
final class Cursor {

  static final String DIRECTORY = "cursors";

  final String name;
  private final AtomicFile file;
  private volatile long position;
  private volatile long units;
  private byte[] state = new byte[0];

  private Cursor(FileSystem files, Path directory, String name) {
    this.name = name;
    this.file = new AtomicFile(files, directory.resolve(fileName(name)));
  }

  /** A new consumer's cursor, written at once, so that its start is decided only once. */
  static Cursor create(FileSystem files, Path directory, String name, long position, long units)
      throws IOException {
    Cursor cursor = new Cursor(files, directory, name);
    cursor.commit(position, units, cursor.state);
    return cursor;
  }

  /**
   * Reads a cursor.
   *
   * @return {@code null} if it is damaged: then its consumer starts at the oldest record
   * @throws NewerFormatException if a later version of the program wrote it
   * @throws IOException if it cannot be read; this is no damage
   */
  static @Nullable Cursor read(FileSystem files, Path directory, String name) throws IOException {
    Cursor cursor = new Cursor(files, directory, name);
    byte @Nullable [] bytes = cursor.file.read().orElse(null);
    if (bytes == null) {
      return null;
    }
    if (CursorContent.version(bytes) > CursorContent.VERSION) {
      throw new NewerFormatException(
          directory.resolve(fileName(name)), CursorContent.version(bytes), CursorContent.VERSION);
    }
    try {
      CursorContent content = CursorContent.decode(bytes);
      cursor.position = content.position();
      cursor.units = content.units();
      cursor.state = content.state();
      return cursor;
    } catch (IllegalArgumentException damaged) {
      return null;
    }
  }

  long position() {
    return position;
  }

  /** Units of all records below the position. */
  long units() {
    return units;
  }

  byte[] state() {
    return state.clone();
  }

  void commit(long next, long unitsBefore, byte[] bytes) throws IOException {
    Range rest = new Range(next, Long.MAX_VALUE);
    file.write(new CursorContent(List.of(rest), unitsBefore, bytes).encode());
    state = bytes.clone();
    units = unitsBefore;
    position = next;
  }

  void delete() throws IOException {
    file.delete();
  }

  private static String fileName(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  /** The consumers for which a directory holds files, whole or not. */
  static List<String> names(FileSystem files, Path directory) throws IOException {
    return files.list(directory).stream()
        .filter(file -> file.endsWith(".0") || file.endsWith(".1"))
        .map(
            file -> URLDecoder.decode(file.substring(0, file.length() - 2), StandardCharsets.UTF_8))
        .distinct()
        .toList();
  }
}
