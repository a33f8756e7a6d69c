package io.weir.gateway.log;

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

  /** The lower of the positions in the two generations, as far as it is known. */
  private volatile long passed;

  /** Whether it could not be written when its feed was opened. */
  private volatile boolean isUnsettled;

  private List<OffsetRange> doneAbove = List.of();
  private byte[] state = new byte[0];

  private Cursor(FileSystem files, Path directory, String name) {
    this.name = name;
    this.file = new AtomicFile(files, path(directory, name));
  }

  /** A new consumer's cursor, written at once, so that its start is decided only once. */
  static Cursor create(FileSystem files, Path directory, String name, long position, long units)
      throws IOException {
    Cursor cursor = new Cursor(files, directory, name);
    cursor.commit(position, List.of(), units, cursor.state, false);
    return cursor;
  }

  /**
   * Reads a cursor.
   *
   * @return {@code null} if neither generation is whole: then its consumer starts at the oldest
   *     record
   * @throws NewerFormatException if a later version of the program wrote it
   * @throws ReadFailedException if the disk does not return a generation, and the other is not
   *     whole
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
      cursor.doneAbove = content.doneAbove();
      cursor.state = content.state();
      return cursor;
    } catch (IllegalArgumentException damaged) {
      return null;
    }
  }

  /** Whether a newer generation may be lost; its consumer then sees some records again. */
  boolean maybeOlder() {
    return file.maybeOlder();
  }

  long position() {
    return position;
  }

  /**
   * The position of the older generation, below which no record is needed any more: should the
   * newer one be lost, the consumer reads on from here.
   */
  long passed() {
    return passed;
  }

  /** Units of all records below the position. */
  long units() {
    return units;
  }

  /** Ranges above the position that are done too, in order. */
  List<OffsetRange> doneAbove() {
    return doneAbove;
  }

  /** The end of all that is done: offsets below it must not be given to other records. */
  long doneBelow() {
    return doneAbove.isEmpty() ? position : doneAbove.get(doneAbove.size() - 1).to();
  }

  byte[] state() {
    return state.clone();
  }

  /**
   * Replaces the position.
   *
   * @param both whether both generations are written, so that what is before the position is no
   *     longer needed: else a segment that the consumer has left would be held until its next
   *     commit, which may never come
   */
  void commit(
      long next, List<OffsetRange> rangesAbove, long unitsBefore, byte[] bytes, boolean both)
      throws IOException {
    byte[] content = CursorContent.from(next, rangesAbove, unitsBefore, bytes).encode();
    file.write(content);
    if (both) {
      file.write(content);
    }
    isUnsettled = false;
    passed = both ? next : position;
    state = bytes.clone();
    doneAbove = List.copyOf(rangesAbove);
    units = unitsBefore;
    position = next;
  }

  /** Writes the position again, so that both generations hold it. */
  void settle() throws IOException {
    isUnsettled = true;
    commit(position, doneAbove, units, state, false);
  }

  /** Whether {@link #settle} failed, and nothing was written since. */
  boolean isUnsettled() {
    return isUnsettled;
  }

  void delete() throws IOException {
    file.delete();
  }

  /** The atomic file of a cursor. */
  static Path path(Path directory, String name) {
    return directory.resolve(fileName(name));
  }

  /** The files of a cursor's two generations; not each need exist. */
  static List<Path> files(Path directory, String name) {
    return List.of(
        directory.resolve(fileName(name) + ".0"), directory.resolve(fileName(name) + ".1"));
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
