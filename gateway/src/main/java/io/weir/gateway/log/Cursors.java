package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cursors of a log, by consumer. Thread-safe; one feed at a time owns a cursor. */
final class Cursors {

  private static final Logger LOG = LoggerFactory.getLogger(Cursors.class);

  private final String log;
  private final FileSystem files;
  private final Path directory;
  private final Map<String, Cursor> byName = new ConcurrentHashMap<>();
  private final Set<String> open = new HashSet<>(); // guarded by itself

  Cursors(String log, FileSystem files, Path directory, Map<String, Cursor> found) {
    this.log = log;
    this.files = files;
    this.directory = directory;
    byName.putAll(found);
  }

  List<String> names() {
    return byName.keySet().stream().sorted().toList();
  }

  /**
   * The cursor of a consumer, for the feed that is being opened.
   *
   * @param start its position if it is new
   */
  Cursor open(String name, LogPosition start) throws IOException {
    synchronized (open) {
      if (!open.add(name)) {
        throw isOpen(name);
      }
    }
    Cursor known = byName.get(name);
    if (known != null) {
      settle(known);
      return known;
    }
    try {
      return create(name, start);
    } catch (IOException e) {
      close(name);
      throw e;
    }
  }

  /**
   * Without it the log still works, but holds what the older generation has not passed; its feed
   * tries again.
   */
  private void settle(Cursor cursor) {
    try {
      cursor.settle();
    } catch (IOException e) {
      LOG.warn("Log {}: cursor {} cannot be written", log, cursor.name, e);
    }
  }

  Cursor create(String name, LogPosition start) throws IOException {
    Cursor made = Cursor.create(files, directory, name, start.offset(), start.units());
    byName.put(name, made);
    return made;
  }

  void close(String name) {
    synchronized (open) {
      open.remove(name);
    }
  }

  /** Removes a cursor; returns the units below its position, or -1 if there was none. */
  long remove(String name) throws IOException {
    synchronized (open) {
      if (open.contains(name)) {
        throw isOpen(name);
      }
    }
    Cursor cursor = byName.get(name);
    if (cursor == null) {
      return -1;
    }
    cursor.delete();
    byName.remove(name);
    return cursor.units();
  }

  /** The consumers that are not done with a segment. */
  List<String> waitingFor(Segment segment) {
    return byName.values().stream()
        .filter(cursor -> cursor.position() < segment.limit())
        .map(cursor -> cursor.name)
        .sorted()
        .toList();
  }

  /** All consumers are done with what is below it; 0 without consumers. */
  long lowestPosition() {
    return byName.values().stream().mapToLong(Cursor::position).min().orElse(0);
  }

  /** Whether there are consumers, and all of them are done with a segment. */
  boolean haveRead(Segment segment) {
    return !byName.isEmpty()
        && byName.values().stream().allMatch(cursor -> cursor.position() >= segment.limit());
  }

  /** The same, also if a consumer had to begin again at the older generation of its cursor. */
  boolean havePassed(Segment segment) {
    return !byName.isEmpty()
        && byName.values().stream().allMatch(cursor -> cursor.passed() >= segment.limit());
  }

  private IllegalStateException isOpen(String name) {
    return new IllegalStateException("feed " + name + " of log " + log + " is open");
  }
}
