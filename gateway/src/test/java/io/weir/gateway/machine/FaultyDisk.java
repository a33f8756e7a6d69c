package io.weir.gateway.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;

/**
 * A directory of a real process whose disk and clock fail as the test says. The process preloads
 * {@code faulty.c}, which shares a file with this object and has the same layout of it.
 */
public final class FaultyDisk {

  /** A call of the disk, in the order of {@code faulty.c}. */
  enum Verb {
    OPEN,
    READ,
    WRITE,
    SYNC,
    TRUNCATE,
    RENAME,
    UNLINK,
    LIST,
    MKDIR
  }

  /** An error, with its number in Linux. */
  enum Failure {
    EIO(5),
    ENOSPC(28),
    EROFS(30);

    private final int number;

    Failure(int number) {
      this.number = number;
    }
  }

  private static final int MAGIC = 0x544c4146;
  private static final int CLOCK_OFFSET = 8;
  private static final int CLOCK_READS = 16;
  private static final int SYNC_DELAY = 24;
  private static final int IMAGE_WHOLE = 32;
  private static final int ONLY = 40;
  private static final int ONLY_BYTES = 256;
  private static final int FAULTS = ONLY + ONLY_BYTES;
  private static final int FAULT_BYTES = 24;
  private static final int NODES = FAULTS + 16 * FAULT_BYTES;
  private static final int NODE_COUNT = 65_536;
  private static final int NODE_BYTES = 16;

  private final Path library;
  private final Path root;
  private final Path image;
  private final Path control;
  private final MappedByteBuffer shared;

  /**
   * @param folder holds the root and what belongs to the faults
   */
  public FaultyDisk(Path folder) throws IOException {
    library = NativeCode.library(folder, "faulty");
    root = Files.createDirectories(folder.resolve("disk")).toRealPath();
    image = Files.createDirectories(folder.resolve("image")).toAbsolutePath();
    control = folder.resolve("control").toAbsolutePath();
    try (FileChannel channel =
        FileChannel.open(
            control,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      shared =
          channel.map(FileChannel.MapMode.READ_WRITE, 0, NODES + (long) NODE_COUNT * NODE_BYTES);
    }
    shared.order(ByteOrder.LITTLE_ENDIAN).putInt(0, MAGIC);
  }

  /** The directory that fails. */
  public Path root() {
    return root;
  }

  /** The environment of a process that uses this disk. */
  public Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAULTY_CONTROL", control.toString(),
        "FAULTY_ROOT", root.toString(),
        "FAULTY_IMAGE", image.toString());
  }

  /** Makes the next calls of a verb fail, on paths that contain a text. */
  void fail(Verb verb, Failure failure, int calls, String only) {
    byte[] text = new byte[ONLY_BYTES];
    byte[] bytes = only.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, text, 0, bytes.length);
    shared.put(ONLY, text);
    shared.putInt(at(verb) + 4, calls);
    shared.putInt(at(verb), failure.number);
  }

  /** Makes all calls of a verb fail until {@link #heal}. */
  void fail(Verb verb, Failure failure) {
    fail(verb, failure, -1, "");
  }

  /** No call fails any more. */
  void heal() {
    for (Verb verb : Verb.values()) {
      shared.putInt(at(verb), 0);
    }
  }

  long calls(Verb verb) {
    return shared.getLong(at(verb) + 8);
  }

  /** Calls that were made to fail so far. */
  long struck(Verb verb) {
    return shared.getLong(at(verb) + 16);
  }

  private static int at(Verb verb) {
    return FAULTS + verb.ordinal() * FAULT_BYTES;
  }

  /** Makes each sync take longer by this. */
  public void slowSyncs(Duration time) {
    shared.putLong(SYNC_DELAY, time.toNanos());
  }

  /** Moves the process's wall clock away from the machine's. */
  void moveClock(Duration offset) {
    shared.putLong(CLOCK_OFFSET, offset.toNanos());
  }

  long clockReads() {
    return shared.getLong(CLOCK_READS);
  }

  /**
   * What a power cut takes: call it between SIGKILL and the next start. A process that was killed
   * before its image was whole had not begun to run; it left the disk as it was.
   *
   * @param seed chooses what of the unsynced survives
   * @return bytes and names that were taken away
   */
  public PowerCut.Loss cutPower(long seed) {
    try {
      return shared.getLong(IMAGE_WHOLE) == 0
          ? PowerCut.Loss.NOTHING
          : new PowerCut(root, image, ids(), seed).strike();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      forgetIds();
    }
  }

  private Map<Long, Integer> ids() {
    Map<Long, Integer> ids = new java.util.HashMap<>();
    ByteBuffer nodes = shared.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < NODE_COUNT; i++) {
      int at = NODES + i * NODE_BYTES;
      if (nodes.getInt(at + 8) != 0) {
        ids.put(nodes.getLong(at), nodes.getInt(at + 8));
      }
    }
    return ids;
  }

  /** The files of the next process are other ones. */
  private void forgetIds() {
    shared.putLong(IMAGE_WHOLE, 0);
    shared.putInt(4, 0);
    shared.put(NODES, new byte[NODE_COUNT * NODE_BYTES]);
  }
}
