package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A value that grows by small entries, such as the pinned types: what is new is appended and
 * synced, so that the bytes written follow what is new and not what is there. Owned by one thread.
 *
 * <p>A crash in the middle of an append leaves a torn entry at the end, which the next append
 * overwrites: it was not durable. An append that fails is not tried again in place: then {@link
 * #isDue} asks for {@link #replace}, which gets other blocks. The file is also replaced where most
 * of it is outdated.
 *
 * <p>The file is {@code NAME.(generation mod 2)}; {@link #replace} makes the next generation and
 * deletes the one before. It begins with the header of an {@link AtomicFile}, of version 2:
 * programs that know only that one refuse it. An {@link AtomicFile} of the same name is read as one
 * entry. Little-endian:
 *
 * <pre>
 *  0  u32  magic "WAF1"
 *  4  u32  CRC32C of the bytes from 8 to 24
 *  8  u32  format version, 2
 * 12  u64  generation
 * 20  u32  0
 * 24  entries:
 *      0  u32  magic "WAE1"
 *      4  u32  CRC32C of the entry's position (u64) and its bytes from 8 on
 *      8  u32  length
 *     12  ...  the bytes
 * </pre>
 */
public final class AppendFile {

  /** Bytes of one entry at most. */
  public static final int LONGEST_ENTRY = 1 << 20;

  private static final int MAGIC = 0x31464157; // "WAF1"
  private static final int VALUE_VERSION = 1;
  private static final int VERSION = 2;
  private static final int HEADER_BYTES = 24;
  private static final int ENTRY_MAGIC = 0x31454157; // "WAE1"
  private static final int ENTRY_HEADER_BYTES = 12;
  private static final int LARGEST_VALUE = 64 << 20;

  /** A file this small is not replaced for what is outdated in it. */
  private static final long SMALL = 64 << 10;

  private static final int MOST_TIMES_AS_LARGE = 4;

  private final FileSystem files;
  private final Path path;

  private long generation;

  /** Where the next entry goes; 0 where only {@link #replace} may write. */
  private long end;

  /** False until this object has forced the names: an earlier process may have ended before. */
  private boolean namesForced;

  private boolean present;
  private boolean damaged;

  /** Reads and writes nothing yet. */
  public AppendFile(FileSystem files, Path path) {
    this.files = files;
    this.path = path;
  }

  /** A file that holds entries, or may. */
  private record Found(Path file, int version, long generation) {}

  /**
   * Reads all entries, in their order. To be called first.
   *
   * @throws NewerFormatException if a later version of the program wrote it
   * @throws ReadFailedException if the disk does not return it
   */
  public void read(Consumer<byte[]> each) throws IOException {
    end = 0;
    generation = 0;
    present = false;
    damaged = false;
    @Nullable Found best = null;
    // Again where there is none: another process may have replaced it meanwhile.
    for (int slot = 0; slot < 2 || best == null && slot < 4; slot++) {
      Found found = header(slot & 1);
      if (found != null && (best == null || found.generation > best.generation)) {
        best = found;
      }
    }
    if (best == null) {
      return;
    }
    generation = best.generation;
    present = true;
    if (best.version == VALUE_VERSION) {
      each.accept(new AtomicFile(files, path).read().orElseThrow());
      return;
    }
    try (Pages pages = new Pages(files, best.file)) {
      entries(pages, each);
    }
    if (best.version != VERSION) {
      damaged = true;
      end = 0;
    }
  }

  /** {@code null} if there is no such file; version 0 if its header is damaged. */
  private @Nullable Found header(int slot) throws IOException {
    Path file = path.resolveSibling(path.getFileName() + "." + slot);
    try (Pages pages = new Pages(files, file)) {
      ByteBuffer in = pages.at(0, HEADER_BYTES);
      if (in.remaining() == HEADER_BYTES && in.getInt(0) == MAGIC) {
        int length = in.getInt(20);
        if (length >= 0 && length <= LARGEST_VALUE) {
          ByteBuffer all = pages.at(0, HEADER_BYTES + length);
          if (all.remaining() == HEADER_BYTES + length && crc(all, 8, -1) == all.getInt(4)) {
            if (all.getInt(8) > VERSION) {
              throw new NewerFormatException(file, all.getInt(8), VERSION);
            }
            return new Found(file, all.getInt(8), all.getLong(12));
          }
        }
      }
      return new Found(file, 0, -slot); // before every whole one, and in the file of its number
    } catch (NoSuchFileException absent) {
      return null;
    }
  }

  private void entries(Pages pages, Consumer<byte[]> each) throws IOException {
    long at = HEADER_BYTES;
    end = at;
    while (true) {
      ByteBuffer in = pages.at(at, ENTRY_HEADER_BYTES);
      if (in.remaining() < ENTRY_HEADER_BYTES) {
        return;
      }
      int length = in.getInt(8);
      if (in.getInt(0) == ENTRY_MAGIC && length >= 0 && length <= LONGEST_ENTRY) {
        ByteBuffer all = pages.at(at, ENTRY_HEADER_BYTES + length);
        if (all.remaining() == ENTRY_HEADER_BYTES + length && crc(all, 8, at) == all.getInt(4)) {
          // Each entry was synced before the next was written: what is broken before one that is
          // whole was durable, and is lost.
          damaged |= at > end;
          byte[] bytes = new byte[length];
          all.get(ENTRY_HEADER_BYTES, bytes);
          each.accept(bytes);
          at += ENTRY_HEADER_BYTES + length;
          end = at;
          continue;
        }
      }
      at++;
    }
  }

  /** Whether durable entries were lost; known after {@link #read}. */
  public boolean damaged() {
    return damaged;
  }

  /**
   * Whether the next change is to be made by {@link #replace}.
   *
   * @param bytes of all that is not outdated
   */
  public boolean isDue(long bytes) {
    return end == 0 || damaged || end > SMALL + MOST_TIMES_AS_LARGE * bytes;
  }

  /** Adds an entry, durably, and what was read before it; an empty one is not written. */
  public void append(byte[] bytes) throws IOException {
    if (end == 0) {
      throw new IllegalStateException(path + " is to be replaced");
    }
    ByteBuffer entry = entry(bytes, end);
    long at = end;
    end = 0; // unless this works
    try (FileSystem.Handle handle = files.open(slot(generation), FileSystem.Mode.WRITE)) {
      handle.truncate(at); // what a crash left behind the last entry
      if (bytes.length > 0) {
        handle.write(entry.duplicate(), at);
      }
      try {
        handle.force();
      } catch (IOException e) {
        cut(handle, at, e);
        throw e;
      }
    }
    if (!namesForced) {
      files.forceDirectory(directory());
      namesForced = true;
    }
    files.checkPlace();
    end = bytes.length > 0 ? at + entry.limit() : at;
  }

  /** Until a crash, what was not forced could be read, and taken for durable. */
  private static void cut(FileSystem.Handle handle, long at, IOException cause) {
    try {
      handle.truncate(at);
    } catch (IOException second) {
      cause.addSuppressed(second);
    }
  }

  /** Writes all entries anew, durably. */
  public void replace(Iterable<byte[]> entries) throws IOException {
    end = 0; // unless this works
    long next = generation + 1;
    Path temporary = path.resolveSibling(path.getFileName() + ".new");
    long at = HEADER_BYTES;
    try (FileSystem.Handle handle = files.open(temporary, FileSystem.Mode.WRITE)) {
      handle.truncate(0);
      handle.write(header(next), 0);
      for (byte[] each : entries) {
        ByteBuffer entry = entry(each, at);
        handle.write(entry.duplicate(), at);
        at += entry.limit();
      }
      handle.force();
    }
    files.rename(temporary, slot(next));
    files.forceDirectory(directory());
    generation = next; // also if what follows fails: the next one is later still
    files.delete(slot(next + 1));
    files.forceDirectory(directory());
    files.checkPlace();
    end = at;
    namesForced = true;
    present = true;
    damaged = false;
  }

  private static ByteBuffer header(long generation) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0, MAGIC).putInt(8, VERSION).putLong(12, generation);
    return header.putInt(4, crc(header, 8, -1));
  }

  private static ByteBuffer entry(byte[] bytes, long position) {
    if (bytes.length > LONGEST_ENTRY) {
      throw new IllegalArgumentException("an entry of " + bytes.length + " bytes");
    }
    ByteBuffer entry =
        ByteBuffer.allocate(ENTRY_HEADER_BYTES + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    entry.putInt(0, ENTRY_MAGIC).putInt(8, bytes.length).put(ENTRY_HEADER_BYTES, bytes);
    return entry.putInt(4, crc(entry, 8, position));
  }

  /**
   * Of the bytes from there to the limit.
   *
   * @param position of an entry, or -1
   */
  private static int crc(ByteBuffer bytes, int from, long position) {
    CRC32C crc = new CRC32C();
    if (position >= 0) {
      crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, position));
    }
    crc.update(bytes.duplicate().position(from));
    return (int) crc.getValue();
  }

  /**
   * Copies a file that another process may be writing, as it is at some moment.
   *
   * @return whether there is one
   */
  public static boolean copy(FileSystem files, Path from, Path to) throws IOException {
    List<byte[]> entries = new ArrayList<>();
    AppendFile source = new AppendFile(files, from);
    source.read(entries::add);
    if (source.damaged()) {
      throw new IOException(from + " is damaged: part of it is lost");
    }
    if (source.present) {
      new AppendFile(files, to).replace(entries);
    }
    return source.present;
  }

  private Path slot(long generation) {
    return path.resolveSibling(path.getFileName() + "." + (generation & 1));
  }

  private Path directory() {
    Path parent = path.getParent();
    return parent == null ? Path.of("") : parent;
  }

  /** A file read page by page. */
  private static final class Pages implements AutoCloseable {
    private static final int BYTES = 64 << 10;

    private final Path file;
    private final FileSystem.Handle handle;
    private ByteBuffer page = ByteBuffer.allocate(0);
    private long start;

    Pages(FileSystem files, Path file) throws IOException {
      this.file = file;
      this.handle = files.open(file, FileSystem.Mode.READ);
    }

    /** The bytes at a position, fewer at the end of the file; valid until the next call. */
    ByteBuffer at(long position, int length) throws IOException {
      if (position < start || position + length > start + page.limit()) {
        read(position, Math.max(length, BYTES));
      }
      int from = (int) (position - start);
      return page.slice(from, Math.min(length, page.limit() - from)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void read(long position, int length) throws IOException {
      ByteBuffer in = ByteBuffer.allocate(length);
      for (int tries = 1; ; tries++) {
        try {
          page = in.clear().limit(handle.read(in, position));
          start = position;
          return;
        } catch (IOException e) {
          if (tries == UnreadableBlocks.TRIES) {
            throw new ReadFailedException(file, position, e);
          }
        }
      }
    }

    @Override
    public void close() throws IOException {
      handle.close();
    }
  }
}
