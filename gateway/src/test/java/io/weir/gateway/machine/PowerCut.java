package io.weir.gateway.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Takes from a directory what was not synced: pages of files, lengths, and names. POSIX promises
 * nothing of what was not synced, so that any part of it may survive: later pages without earlier
 * ones, a name without its content, a deleted name. Only a rename is one change, here as on a
 * journaled disk.
 *
 * <p>{@code faulty.c} writes the image that this reads, and describes it.
 */
public final class PowerCut {

  /** What was taken away. */
  public record Loss(long pages, int names) {
    static final Loss NOTHING = new Loss(0, 0);
  }

  /** Which part of the unsynced survives. */
  private enum Mode {
    NOTHING,
    SECTORS,
    PAGES
  }

  private record Entry(int id, boolean directory) {}

  private final Path root;
  private final Path image;
  private final Map<Long, Integer> ids;
  private final Random random;
  private final Mode mode;

  /** Of each file that still has a name: where it is now. */
  private final Map<Integer, Path> now = new HashMap<>();

  private long lostPages;
  private int lostNames;

  PowerCut(Path root, Path image, Map<Long, Integer> ids, long seed) {
    this.root = root;
    this.image = image;
    this.ids = ids;
    random = new Random(seed);
    mode = Mode.values()[random.nextInt(Mode.values().length)];
  }

  Loss strike() throws IOException {
    find(root);
    Path survived = root.resolveSibling(root.getFileName() + ".survived");
    deleteTree(survived);
    rebuild(id(root), survived);
    deleteTree(root);
    Files.move(survived, root);
    try (Stream<Path> old = Files.list(image)) {
      for (Path each : old.toList()) {
        Files.delete(each);
      }
    }
    return new Loss(lostPages, lostNames);
  }

  private void find(Path directory) throws IOException {
    now.put(id(directory), directory);
    for (Path each : list(directory)) {
      if (Files.isDirectory(each)) {
        find(each);
      } else {
        now.put(id(each), each);
      }
    }
  }

  /** A file that the process never saw by a call that it traced did not exist for it. */
  private int id(Path file) throws IOException {
    return ids.getOrDefault((Long) Files.getAttribute(file, "unix:ino"), 0);
  }

  private void rebuild(int id, Path into) throws IOException {
    Files.createDirectories(into);
    Map<String, Entry> synced = synced(id);
    Map<String, Entry> present = present(id);
    Map<Integer, Boolean> keepsChange = new HashMap<>();
    for (String name : names(synced, present)) {
      Entry before = synced.get(name);
      Entry after = present.get(name);
      Entry chosen = before;
      if (before == null ? after != null : !before.equals(after)) {
        // A file that has another name on the other side was renamed: one choice for both names.
        int changed = after != null ? after.id() : before.id();
        boolean kept =
            keepsChange.computeIfAbsent(
                changed, any -> mode != Mode.NOTHING && random.nextBoolean());
        chosen = kept ? after : before;
        lostNames += kept ? 0 : 1;
      }
      if (chosen != null && chosen.directory()) {
        rebuild(chosen.id(), into.resolve(name));
      } else if (chosen != null) {
        Files.write(into.resolve(name), content(chosen.id()));
      }
    }
  }

  private static TreeSet<String> names(Map<String, Entry> some, Map<String, Entry> others) {
    TreeSet<String> names = new TreeSet<>(some.keySet());
    names.addAll(others.keySet());
    return names;
  }

  private Map<String, Entry> synced(int id) throws IOException {
    Map<String, Entry> entries = new TreeMap<>();
    Path listing = image.resolve("d" + id);
    if (Files.exists(listing)) {
      for (String line : Files.readAllLines(listing)) {
        String[] words = line.split(" ", 3);
        entries.put(words[2], new Entry(Integer.parseInt(words[0]), words[1].equals("d")));
      }
    }
    return entries;
  }

  private Map<String, Entry> present(int id) throws IOException {
    Map<String, Entry> entries = new TreeMap<>();
    Path directory = now.get(id);
    if (directory != null) {
      for (Path each : list(directory)) {
        entries.put(each.getFileName().toString(), new Entry(id(each), Files.isDirectory(each)));
      }
    }
    return entries;
  }

  /** Page by page the synced or the present content. */
  private byte[] content(int id) throws IOException {
    Path syncedFile = image.resolve("f" + id);
    byte[] synced = Files.exists(syncedFile) ? Files.readAllBytes(syncedFile) : new byte[0];
    Path presentFile = now.get(id);
    if (presentFile == null) {
      return synced;
    }
    byte[] present = Files.readAllBytes(presentFile);
    if (Arrays.equals(synced, present)) {
      return synced;
    }
    if (mode == Mode.NOTHING) {
      lostPages += 1;
      return synced;
    }
    int page = mode == Mode.SECTORS ? 512 : 4096;
    int length = random.nextBoolean() ? synced.length : present.length;
    byte[] result = Arrays.copyOf(present, length);
    if (length > present.length) { // a cut that did not survive
      System.arraycopy(synced, present.length, result, present.length, length - present.length);
    }
    for (int at = 0; at < length; at += page) {
      int end = Math.min(length, at + page);
      byte[] before =
          Arrays.copyOfRange(synced, Math.min(at, synced.length), Math.min(end, synced.length));
      byte[] padded = Arrays.copyOf(before, end - at);
      if (!Arrays.equals(padded, 0, end - at, result, at, end) && random.nextBoolean()) {
        System.arraycopy(padded, 0, result, at, end - at);
        lostPages++;
      }
    }
    return result;
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  static void deleteTree(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    List<Path> all = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(tree)) {
      walk.forEach(all::add);
    }
    for (int i = all.size() - 1; i >= 0; i--) {
      Files.delete(all.get(i));
    }
  }
}
