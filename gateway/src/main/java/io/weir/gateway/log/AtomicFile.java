package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A small value that is replaced as a whole: after a crash, a read returns the value before the
 * write or the value after it. Owned by one thread.
 *
 * <p>Two files, {@code NAME.0} and {@code NAME.1}, hold the two newest generations. A write
 * replaces the older in place and forces it; the newer stays whole until then. Writing in place, in
 * whole blocks, takes no new space, so a consumer can still commit on a full disk. Little-endian:
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

  private static final int MAGIC = 0x31464157; // "WAF1"
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 24;
  private static final int BLOCK_BYTES = 4096;
  private static final int MAX_BYTES = 64 << 20;

  private final FileSystem files;
  private final Path path;

  private boolean loaded;

  /** False until this object has forced the names: an earlier write may have failed to. */
  private boolean namesForced;

  private boolean damaged;
  private long generation;
  private byte @Nullable [] value;

  /** Reads and writes nothing yet. */
  public AtomicFile(FileSystem files, Path path) {
    this.files = files;
    this.path = path;
  }

  /**
   * The newest whole generation, or empty if there is none.
   *
   * @throws NewerFormatException if a later version of the program wrote it
   * @throws ReadFailedException if the disk does not answer; then nothing is known of the value
   */
  public Optional<byte[]> read() throws IOException {
    load();
    return Optional.ofNullable(value).map(byte[]::clone);
  }

  /** Whether there are files but no whole generation in them; known after a read. */
  public boolean damaged() {
    return damaged;
  }

  /** Replaces the value, durably. */
  public void write(byte[] bytes) throws IOException {
    load();
    long next = generation + 1;
    int length = HEADER_BYTES + bytes.length;
    ByteBuffer out =
        ByteBuffer.allocate((length + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0, MAGIC).putInt(8, VERSION).putLong(12, next).putInt(20, bytes.length);
    out.put(HEADER_BYTES, bytes);
    out.putInt(4, crc(out, length));
    put(slot(next), out);
    if (generation == 0) {
      put(slot(next + 1), ByteBuffer.allocate(out.capacity())); // reserves its space
    }
    if (!namesForced) {
      files.forceDirectory(directory());
      namesForced = true;
    }
    generation = next;
    value = bytes.clone();
    damaged = false;
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
    boolean even = readSlot(slot(0));
    boolean odd = readSlot(slot(1));
    damaged = (even || odd) && value == null;
    loaded = true;
  }

  /** Takes over the content of a file if it is whole and newer; returns whether the file exists. */
  private boolean readSlot(Path file) throws IOException {
    long size;
    try {
      size = files.size(file);
    } catch (NoSuchFileException absent) {
      return false;
    }
    ByteBuffer in = ByteBuffer.allocate((int) Math.min(size, MAX_BYTES));
    in.order(ByteOrder.LITTLE_ENDIAN);
    try (FileSystem.Handle handle = files.open(file, FileSystem.Mode.READ)) {
      in.limit(read(handle, file, in));
    }
    if (in.limit() < HEADER_BYTES || in.getInt(0) != MAGIC) {
      return true;
    }
    int length = in.getInt(20);
    if (length < 0
        || length > in.limit() - HEADER_BYTES
        || in.getInt(4) != crc(in, HEADER_BYTES + length)) {
      return true;
    }
    if (in.getInt(8) > VERSION) {
      throw new NewerFormatException(file, in.getInt(8), VERSION);
    }
    if (in.getLong(12) > generation) {
      generation = in.getLong(12);
      value = new byte[length];
      in.get(HEADER_BYTES, value);
    }
    return true;
  }

  private static int read(FileSystem.Handle handle, Path file, ByteBuffer into) throws IOException {
    try {
      return handle.read(into, 0);
    } catch (IOException e) {
      throw new ReadFailedException(file, 0, e);
    }
  }

  private static int crc(ByteBuffer block, int end) {
    CRC32C crc = new CRC32C();
    crc.update(block.duplicate().limit(end).position(8));
    return (int) crc.getValue();
  }

  private void put(Path file, ByteBuffer block) throws IOException {
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
