package io.weir.gateway.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that loses data like a real one. A crash keeps what was forced and a random part
 * of the rest, even half a write. A failed force keeps a random part and loses the rest for good. A
 * name is durable only once its directory was forced. The disk can be full, and operations can be
 * made to fail.
 */
public final class MemoryDisk implements FileSystem {

  /** Decides whether an operation on a file fails. */
  public interface Fault {
    boolean strikes(String verb, Path file);
  }

  private static final Fault NONE = (verb, file) -> false;

  private record Change(long position, byte[] bytes, boolean cut) {}

  /** The bytes of one file: as read now, and as they are after a crash. */
  private static final class Content {
    byte[] now = new byte[0];
    byte[] durable = new byte[0];
    final List<Change> unforced = new ArrayList<>();
  }

  private record Entry(Path from, Path to, Content content) {}

  private final Random random;
  private final Map<Path, Content> names = new TreeMap<>();
  private final Map<Path, Content> durableNames = new TreeMap<>();
  private final List<Entry> unforcedNames = new ArrayList<>();
  private int epoch;
  private Fault fault = NONE;
  private long capacity = Long.MAX_VALUE;
  private final Set<Path> locks = ConcurrentHashMap.newKeySet();

  public MemoryDisk(Random random) {
    this.random = random;
  }

  @Override
  public synchronized @Nullable Closeable lock(Path file) {
    return locks.add(file) ? () -> locks.remove(file) : null;
  }

  public void fail(Fault which) {
    fault = which;
  }

  public void heal() {
    fault = NONE;
    capacity = Long.MAX_VALUE;
  }

  /** Leaves this many bytes of room. */
  public void fillUpTo(long left) {
    capacity = used() + left;
  }

  private long used() {
    return names.values().stream().mapToLong(content -> content.now.length).sum();
  }

  /** The power fails: open files are lost, and so is a random part of what was not forced. */
  public void crash() {
    locks.clear();
    epoch++;
    heal();
    for (Entry entry : unforcedNames) {
      if (random.nextBoolean()) {
        apply(durableNames, entry);
      }
    }
    unforcedNames.clear();
    names.clear();
    names.putAll(durableNames);
    for (Content content : names.values()) {
      keepPart(content);
      content.now = content.durable.clone();
    }
  }

  private void keepPart(Content content) {
    for (Change change : content.unforced) {
      int fate = random.nextInt(4);
      if (fate == 0) {
        continue;
      }
      boolean half = fate == 1 && !change.cut;
      byte[] bytes =
          half
              ? Arrays.copyOf(change.bytes, random.nextInt(change.bytes.length + 1))
              : change.bytes;
      content.durable = changed(content.durable, new Change(change.position, bytes, change.cut));
    }
    content.unforced.clear();
  }

  private static byte[] changed(byte[] before, Change change) {
    if (change.cut) {
      return Arrays.copyOf(before, (int) Math.min(before.length, change.position));
    }
    int end = (int) change.position + change.bytes.length;
    byte[] after = Arrays.copyOf(before, Math.max(before.length, end));
    System.arraycopy(change.bytes, 0, after, (int) change.position, change.bytes.length);
    return after;
  }

  private static void apply(Map<Path, Content> names, Entry entry) {
    if (entry.from != null) {
      names.remove(entry.from);
    }
    if (entry.to != null && entry.content != null) {
      names.put(entry.to, entry.content);
    }
  }

  private void rename(Entry entry) {
    apply(names, entry);
    unforcedNames.add(entry);
  }

  private void check(String verb, Path file) throws IOException {
    if (fault.strikes(verb, file)) {
      throw new IOException(verb + " of " + file + " fails in this test");
    }
  }

  private Content content(Path file) throws IOException {
    Content content = names.get(file);
    if (content == null) {
      throw new NoSuchFileException(file.toString());
    }
    return content;
  }

  /** The bytes of a file as they are now. */
  public byte[] bytes(Path file) throws IOException {
    return content(file).now.clone();
  }

  /** Adds a file that is durable at once. */
  public void put(Path file, byte[] bytes) {
    Content content = new Content();
    content.now = bytes.clone();
    content.durable = bytes.clone();
    names.put(file, content);
    durableNames.put(file, content);
  }

  /** Removes a file, durably and at once. */
  public void remove(Path file) {
    names.remove(file);
    durableNames.remove(file);
  }

  @Override
  public Handle open(Path file, Mode mode) throws IOException {
    check("open", file);
    if (mode == Mode.WRITE && !names.containsKey(file)) {
      rename(new Entry(null, file, new Content()));
    }
    return new Open(file, content(file), epoch);
  }

  @Override
  public long size(Path file) throws IOException {
    return content(file).now.length;
  }

  @Override
  public List<String> list(Path directory) {
    return names.keySet().stream()
        .filter(file -> directory.equals(file.getParent()))
        .map(file -> file.getFileName().toString())
        .sorted()
        .toList();
  }

  @Override
  public void createDirectories(Path directory) {
    // every directory exists
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    check("rename", from);
    rename(new Entry(from, to, content(from)));
  }

  @Override
  public void delete(Path file) throws IOException {
    check("delete", file);
    rename(new Entry(file, null, null));
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    check("forceDirectory", directory);
    List<Entry> here =
        unforcedNames.stream()
            .filter(
                entry -> directory.equals((entry.to != null ? entry.to : entry.from).getParent()))
            .toList();
    here.forEach(entry -> apply(durableNames, entry));
    unforcedNames.removeAll(here);
  }

  @Override
  public long usableSpace(Path directory) {
    return capacity == Long.MAX_VALUE ? capacity : capacity - used();
  }

  private final class Open implements Handle {

    private final Path openedAs;
    private final Content content;
    private final int openedIn;

    Open(Path file, Content content, int openedIn) {
      this.openedAs = file;
      this.content = content;
      this.openedIn = openedIn;
    }

    private void checkOpen(String verb) throws IOException {
      if (openedIn != epoch) {
        throw new IOException("used after the crash");
      }
      check(verb, nameNow());
    }

    private Path nameNow() {
      return names.entrySet().stream()
          .filter(entry -> entry.getValue() == content)
          .map(Map.Entry::getKey)
          .findFirst()
          .orElse(openedAs);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      checkOpen("read");
      int count = (int) Math.max(0, Math.min(into.remaining(), content.now.length - position));
      if (count > 0) {
        into.put(content.now, (int) position, count);
      }
      return count;
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      checkOpen("write");
      long more = Math.max(0, position + from.remaining() - content.now.length);
      long room = capacity - used();
      byte[] bytes = new byte[from.remaining() - (int) Math.max(0, more - Math.max(0, room))];
      from.get(bytes);
      change(new Change(position, bytes, false));
      if (more > room) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public void truncate(long length) throws IOException {
      checkOpen("truncate");
      change(new Change(length, new byte[0], true));
    }

    private void change(Change change) {
      content.now = changed(content.now, change);
      content.unforced.add(change);
    }

    @Override
    public void force() throws IOException {
      try {
        checkOpen("force");
      } catch (IOException e) {
        keepPart(content); // the rest is lost, but can be read until a crash
        throw e;
      }
      content.unforced.forEach(change -> content.durable = changed(content.durable, change));
      content.unforced.clear();
    }

    @Override
    public void close() {
      // no resource
    }
  }
}
