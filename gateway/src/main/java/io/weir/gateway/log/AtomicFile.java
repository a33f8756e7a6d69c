package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small value that is replaced as a whole: after a crash, a read returns the value before the
 * write or the value after it. Owned by one thread.
 *
 * <p>Two files, {@code NAME.0} and {@code NAME.1}, hold the two newest generations. A write
 * replaces the older in place and forces it; the newer stays whole until then. Writing in place, in
 * whole blocks, takes no new space, so a consumer can still commit on a full disk. A file that the
 * disk does not read or write in place is replaced by a new one, which gets other blocks.
 * Little-endian:
 *
 * <pre>
 *  0  u32  magic "WAF1"
 *  4  u32  CRC32C of the bytes from 8 on, without padding
 *  8  u32  format version, 1
 * 12  u64  generation; it is in file NAME.(generation mod 2)
 * 20  u32  length of the value
 * 24  ...  the value, then zeros up to a multiple of 4096
 * </pre>
 */
public final class AtomicFile {

  private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);

  private static final int MAGIC = 0x31464157; // "WAF1"
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 24;
  private static final int BLOCK_BYTES = 4096;
  private static final int MAX_BYTES = 1 << 30;
  private static final int COPY_ATTEMPTS = 20;

  private final FileSystem files;
  private final Path path;

  private boolean loaded;

  /** False until this object has forced the names: an earlier write may have failed to. */
  private boolean namesForced;

  private boolean damaged;
  private long generation;
  private byte @Nullable [] value;

  /** Why the disk did not return a file, if so. */
  private @Nullable ReadFailedException unread;

  /** Files that failed, which the next write replaces: by the last bit of the generation. */
  private final boolean[] replaced = new boolean[2];

  /** Whether a file beside the whole one is damaged or unread, so that it may have been newer. */
  private boolean maybeOlder;

  /** Reads and writes nothing yet. */
  public AtomicFile(FileSystem files, Path path) {
    this.files = files;
    this.path = path;
  }

  /**
   * The newest whole generation, or empty if there is none.
   *
   * @throws NewerFormatException if a later version of the program wrote it
   * @throws ReadFailedException if the disk does not return a file, and the other is not whole;
   *     then nothing is known of the value
   */
  public Optional<byte[]> read() throws IOException {
    load();
    ReadFailedException failed = unread;
    if (value == null && failed != null) {
      loaded = false; // the next read tries again
      throw failed;
    }
    return Optional.ofNullable(value).map(byte[]::clone);
  }

  /** Whether there are files but no whole generation in them; known after a read. */
  public boolean damaged() {
    return damaged;
  }

  /**
   * Whether a newer value may have been lost, because the file that may have held it is damaged or
   * cannot be read; known after a read.
   */
  public boolean maybeOlder() {
    return maybeOlder;
  }

  /** Replaces the value, durably, also one that could not be read. */
  public void write(byte[] bytes) throws IOException {
    if (bytes.length > MAX_BYTES - BLOCK_BYTES) {
      throw new IOException(path + " would be too large to be read again: " + bytes.length);
    }
    load();
    long next = generation + 1;
    int length = HEADER_BYTES + bytes.length;
    ByteBuffer out =
        ByteBuffer.allocate((length + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0, MAGIC).putInt(8, VERSION).putLong(12, next).putInt(20, bytes.length);
    out.put(HEADER_BYTES, bytes);
    out.putInt(4, crc(out, length));
    put(next, out);
    if (generation == 0) {
      put(next + 1, ByteBuffer.allocate(out.capacity())); // reserves its space
    }
    if (!namesForced) {
      files.forceDirectory(directory());
      namesForced = true;
    }
    files.checkPlace();
    generation = next;
    value = bytes.clone();
    damaged = false;
    maybeOlder = false;
    unread = null;
  }

  /**
   * Copies the value of a file that another process may be writing.
   *
   * @return whether there is a value
   * @throws IOException if it is damaged, or cannot be read or written
   */
  public static boolean copy(FileSystem files, Path from, Path to) throws IOException {
    for (int attempt = 0; attempt < COPY_ATTEMPTS; attempt++) {
      AtomicFile source = new AtomicFile(files, from);
      Optional<byte[]> value = source.read();
      if (value.isPresent()) {
        new AtomicFile(files, to).write(value.get());
        return true;
      }
      if (!source.damaged()) {
        return false;
      }
      // Both generations were replaced while they were read: the next read finds a whole one.
    }
    throw new IOException(from + " is damaged; weir buffer repair makes it readable again");
  }

  /** Deletes both generations, durably, the older first. */
  public void delete() throws IOException {
    load();
    files.delete(slot(generation + 1));
    files.forceDirectory(directory());
    files.delete(slot(generation));
    files.forceDirectory(directory());
    loaded = false;
    namesForced = false;
  }

  private void load() throws IOException {
    if (loaded) {
      return;
    }
    generation = 0;
    value = null;
    unread = null;
    Set<Found> found = EnumSet.noneOf(Found.class);
    for (int bit = 0; bit < 2; bit++) {
      try {
        found.add(readSlot(slot(bit)));
      } catch (ReadFailedException e) {
        unread = e;
        replaced[bit] = true;
      }
    }
    boolean lost = found.contains(Found.DAMAGED) || found.contains(Found.ABSENT) || unread != null;
    maybeOlder = value != null && lost;
    damaged = value == null && (found.contains(Found.DAMAGED) || found.contains(Found.EMPTY));
    loaded = true;
  }

  /** What a file holds. */
  private enum Found {
    WHOLE,
    /** Zeros, on purpose: its space is reserved, or a write to it failed. */
    EMPTY,
    DAMAGED,
    ABSENT
  }

  /** Takes over the content of a file if it is newer. */
  private Found readSlot(Path file) throws IOException {
    ByteBuffer in;
    try {
      in = bytes(file);
    } catch (NoSuchFileException absent) {
      return Found.ABSENT;
    }
    if (in.limit() < HEADER_BYTES || in.getInt(0) != MAGIC) {
      boolean zeros = in.limit() >= HEADER_BYTES && in.getLong(0) == 0 && in.getLong(8) == 0;
      return zeros ? Found.EMPTY : Found.DAMAGED;
    }
    int length = in.getInt(20);
    if (length < 0
        || length > in.limit() - HEADER_BYTES
        || in.getInt(4) != crc(in, HEADER_BYTES + length)) {
      return Found.DAMAGED;
    }
    if (in.getInt(8) > VERSION) {
      throw new NewerFormatException(file, in.getInt(8), VERSION);
    }
    if (in.getLong(12) > generation) {
      generation = in.getLong(12);
      value = new byte[length];
      in.get(HEADER_BYTES, value);
    }
    return Found.WHOLE;
  }

  private ByteBuffer bytes(Path file) throws IOException {
    int tries = 0;
    while (true) {
      try {
        ByteBuffer in =
            ByteBuffer.allocate((int) Math.min(files.size(file), MAX_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        try (FileSystem.Handle handle = files.open(file, FileSystem.Mode.READ)) {
          return in.limit(handle.read(in, 0));
        }
      } catch (NoSuchFileException absent) {
        throw absent;
      } catch (IOException e) {
        if (++tries == UnreadableBlocks.TRIES) {
          throw new ReadFailedException(file, 0, e);
        }
      }
    }
  }

  private static int crc(ByteBuffer block, int end) {
    CRC32C crc = new CRC32C();
    crc.update(block.duplicate().limit(end).position(8));
    return (int) crc.getValue();
  }

  private void put(long next, ByteBuffer block) throws IOException {
    int bit = (int) (next & 1);
    if (replaced[bit] && isPutNew(slot(next), block)) {
      replaced[bit] = false;
      return;
    }
    replaced[bit] = true; // unless this works
    putInPlace(slot(next), block);
    replaced[bit] = false;
  }

  /** Whether a new file was written; on a full disk there is no space for one. */
  private boolean isPutNew(Path file, ByteBuffer block) {
    try {
      putNew(file, block.duplicate());
      return true;
    } catch (IOException e) {
      LOG.debug("{} cannot be replaced by a new file; writing in place", file, e);
      return false;
    }
  }

  private void putNew(Path file, ByteBuffer block) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try (FileSystem.Handle handle = files.open(temporary, FileSystem.Mode.WRITE)) {
      handle.truncate(0);
      handle.write(block, 0);
      handle.force();
    }
    files.rename(temporary, file);
    files.forceDirectory(directory());
  }

  private void putInPlace(Path file, ByteBuffer block) throws IOException {
    try (FileSystem.Handle handle = files.open(file, FileSystem.Mode.WRITE)) {
      try {
        handle.write(block, 0);
        handle.force();
      } catch (IOException e) {
        invalidate(handle, e);
        throw e;
      }
    }
  }

  /** Makes what was not forced invalid: until a crash it could be read, and taken for whole. */
  private static void invalidate(FileSystem.Handle handle, IOException cause) {
    try {
      handle.write(ByteBuffer.allocate(HEADER_BYTES), 0);
    } catch (IOException second) {
      cause.addSuppressed(second);
    }
  }

  private String name(long generation) {
    return path.getFileName() + "." + (generation & 1);
  }

  private Path slot(long generation) {
    return path.resolveSibling(name(generation));
  }

  private Path directory() {
    Path parent = path.getParent();
    return parent == null ? Path.of("") : parent;
  }
}
