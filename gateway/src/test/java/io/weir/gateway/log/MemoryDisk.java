package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that is as unkind as a real one may be.
 *
 * <ul>
 *   <li>A crash keeps what was forced and any part of the rest: none, all, or single pages with
 *       holes between them, even half a page, and a length without its bytes.
 *   <li>A name is durable only once its directory was forced; of the others any may be, in any
 *       order.
 *   <li>A force that fails keeps any part and loses the rest for good. Until the crash the rest can
 *       be read, or cannot.
 *   <li>A write that fails may have written its beginning. A rename or delete that fails may have
 *       happened.
 *   <li>The disk can be full, each operation can fail, bits can flip, and pages can become
 *       unreadable.
 * </ul>
 */
public final class MemoryDisk implements FileSystem {

  /** Decides whether an operation on a file fails; the verb is the name of the method. */
  public interface Fault {
    boolean strikes(String verb, Path file);
  }

  private static final Fault NONE = (verb, file) -> false;

  private record Entry(@Nullable Path from, @Nullable Path to, @Nullable MemoryFile content) {

    Path directory() {
      Path name = to != null ? to : from;
      Path parent = name == null ? null : name.getParent();
      return parent == null ? Path.of("") : parent;
    }
  }

  private final Random random;
  private final Map<Path, MemoryFile> names = new TreeMap<>();
  private final Map<Path, MemoryFile> durableNames = new TreeMap<>();
  private final List<Entry> unforcedNames = new ArrayList<>();
  private int epoch;
  private Fault fault = NONE;
  private long capacity = Long.MAX_VALUE;
  private final Map<Path, Object> directories = new ConcurrentHashMap<>();
  private final Set<Path> locks = ConcurrentHashMap.newKeySet();
  private final Set<Handle> handles = ConcurrentHashMap.newKeySet();

  public MemoryDisk(Random random) {
    this.random = random;
  }

  // ---- What a test does

  public void fail(Fault which) {
    fault = which;
  }

  public void heal() {
    fault = NONE;
    unfill();
  }

  /** There is room again. */
  public void unfill() {
    capacity = Long.MAX_VALUE;
  }

  /** Leaves this many bytes of room. */
  public void fillUpTo(long left) {
    capacity = used() + left;
  }

  /** Bytes of all files. */
  public long used() {
    long used = 0;
    for (MemoryFile file : names.values()) {
      used += file.size();
    }
    return used;
  }

  /**
   * The process dies, and the machine does not: open files are lost, and all that was written
   * stays.
   */
  public void kill() {
    locks.clear();
    handles.clear();
    epoch++;
  }

  /** The power fails: open files are lost, and so is a random part of what was not forced. */
  public void crash() {
    kill();
    heal();
    for (Entry entry : unforcedNames) {
      if (random.nextBoolean()) {
        apply(durableNames, entry);
      }
    }
    unforcedNames.clear();
    names.clear();
    names.putAll(durableNames);
    names.forEach((path, file) -> file.crash(path, random));
  }

  /** Files that are open, each as often as it was opened. */
  public int openFiles() {
    return handles.size();
  }

  /** The bytes of a file as they are now. */
  public byte[] bytes(Path file) throws IOException {
    return content(file).bytes();
  }

  /** The files of which the path contains a text. */
  public List<Path> files(String part) {
    return names.keySet().stream().filter(path -> path.toString().contains(part)).toList();
  }

  /** Turns one bit over, in memory of the disk and on its surface. */
  public void flip(Path file, long position, int bit) throws IOException {
    content(file).flip((int) position, bit);
  }

  /** The page around a position cannot be read any more, until it is written again. */
  public void spoil(Path file, long position) throws IOException {
    content(file).spoil(position);
  }

  /** Adds a file that is durable at once. */
  public void put(Path file, byte[] bytes) {
    MemoryFile content = new MemoryFile(file, bytes);
    names.put(file, content);
    durableNames.put(file, content);
  }

  /** Removes a file, durably and at once. */
  public void remove(Path file) {
    names.remove(file);
    durableNames.remove(file);
  }

  // ---- The disk

  private static void apply(Map<Path, MemoryFile> names, Entry entry) {
    if (entry.from != null) {
      names.remove(entry.from);
    }
    if (entry.to != null && entry.content != null) {
      names.put(entry.to, entry.content);
    }
  }

  private void rename(Entry entry) {
    apply(names, entry);
    if (entry.to != null && entry.content != null) {
      entry.content.path = entry.to;
    }
    unforcedNames.add(entry);
  }

  private void check(String verb, Path file) throws IOException {
    if (fault.strikes(verb, file)) {
      throw new IOException(verb + " of " + file + " fails in this test");
    }
  }

  private MemoryFile content(Path file) throws IOException {
    MemoryFile content = names.get(file);
    if (content == null) {
      throw new NoSuchFileException(file.toString());
    }
    return content;
  }

  @Override
  public synchronized @Nullable Closeable lock(Path file) {
    return locks.add(file) ? () -> locks.remove(file) : null;
  }

  @Override
  public Handle open(Path file, Mode mode) throws IOException {
    check("open", file);
    if (mode == Mode.WRITE && !names.containsKey(file)) {
      rename(new Entry(null, file, new MemoryFile(file, new byte[0])));
    }
    Handle opened = new Open(content(file), epoch);
    handles.add(opened);
    return opened;
  }

  @Override
  public long size(Path file) throws IOException {
    check("size", file);
    return content(file).size();
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    check("list", directory);
    return names.keySet().stream()
        .filter(file -> directory.equals(file.getParent()))
        .map(file -> file.getFileName().toString())
        .sorted()
        .toList();
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    check("createDirectories", directory); // every directory exists
  }

  @Override
  public boolean createDirectory(Path directory) {
    return false; // every directory exists
  }

  @Override
  public @Nullable Object identity(Path path) {
    Object file = names.get(path);
    return file != null ? file : directories.computeIfAbsent(path, directory -> new Object());
  }

  /** Removes a directory with all files in it, durably, and makes an empty one in its place. */
  public void replaceDirectory(Path directory) {
    names.keySet().removeIf(file -> file.startsWith(directory));
    durableNames.keySet().removeIf(file -> file.startsWith(directory));
    directories.put(directory, new Object());
  }

  /**
   * Moves a directory with all files in it away, durably, and makes an empty one in its place.
   *
   * @return puts it back
   */
  public Runnable moveDirectory(Path directory) {
    Map<Path, MemoryFile> moved = under(directory, names);
    Map<Path, MemoryFile> durable = under(directory, durableNames);
    Object identity = identity(directory);
    replaceDirectory(directory);
    return () -> {
      replaceDirectory(directory);
      names.putAll(moved);
      durableNames.putAll(durable);
      directories.put(directory, Objects.requireNonNull(identity));
    };
  }

  private static Map<Path, MemoryFile> under(Path directory, Map<Path, MemoryFile> names) {
    Map<Path, MemoryFile> under = new HashMap<>(names);
    under.keySet().removeIf(file -> !file.startsWith(directory));
    return under;
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    attempt("rename", from, new Entry(from, to, content(from)));
  }

  @Override
  public void delete(Path file) throws IOException {
    attempt("delete", file, new Entry(file, null, null));
  }

  /** One that fails may have happened. */
  private void attempt(String verb, Path file, Entry entry) throws IOException {
    try {
      check(verb, file);
    } catch (IOException e) {
      if (random.nextBoolean()) {
        rename(entry);
      }
      throw e;
    }
    rename(entry);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    check("forceDirectory", directory);
    List<Entry> here =
        unforcedNames.stream().filter(entry -> directory.equals(entry.directory())).toList();
    here.forEach(entry -> apply(durableNames, entry));
    unforcedNames.removeAll(here);
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    check("usableSpace", directory);
    return capacity == Long.MAX_VALUE ? capacity : Math.max(0, capacity - used());
  }

  private final class Open implements Handle {

    private final MemoryFile file;
    private final int openedIn;

    Open(MemoryFile file, int openedIn) {
      this.file = file;
      this.openedIn = openedIn;
    }

    private void checkOpen(String verb) throws IOException {
      if (openedIn != epoch) {
        throw new IOException("used after the crash");
      }
      check(verb, file.path);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      checkOpen("read");
      return file.read(into, position);
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      byte[] bytes = new byte[from.remaining()];
      from.get(bytes);
      try {
        checkOpen("write");
      } catch (IOException e) {
        if (openedIn == epoch) {
          file.write(position, bytes, Math.min(room(position, bytes), some(bytes)));
        }
        throw e;
      }
      int room = room(position, bytes);
      file.write(position, bytes, room);
      if (room < bytes.length) {
        throw new IOException("No space left on device");
      }
    }

    private int some(byte[] bytes) {
      return random.nextInt(bytes.length + 1);
    }

    /** How many of the bytes the disk still takes. */
    private int room(long position, byte[] bytes) {
      long more = Math.max(0, position + bytes.length - file.size());
      if (capacity == Long.MAX_VALUE || more == 0) {
        return bytes.length;
      }
      long room = Math.max(0, capacity - used());
      return (int) (bytes.length - Math.max(0, more - room));
    }

    @Override
    public void truncate(long length) throws IOException {
      checkOpen("truncate");
      file.cut(length);
    }

    @Override
    public void force() throws IOException {
      try {
        checkOpen("force");
      } catch (IOException e) {
        if (openedIn == epoch) {
          file.forceFails(random);
        }
        throw e;
      }
      file.force();
    }

    @Override
    public void close() {
      handles.remove(this);
    }
  }
}
