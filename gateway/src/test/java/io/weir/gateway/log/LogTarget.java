package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.SegmentLog.Start;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The files of a small log, whose first segment is packed, and of its consumer, changed in any way.
 * An input is a list of changes, eight bytes each: which file, how, where, how much, and with what.
 *
 * <p>The log's promises: it opens, or says that a later version wrote it; it serves no record that
 * was not written, and none twice; what is missing before a record that it serves is counted, and
 * never more than is missing; what was pending is accounted for. Only where both files of the
 * cursor and the header of the oldest segment are lost, nothing says how much was before the first
 * record that is left.
 */
public final class LogTarget {

  private static final Path DIRECTORY = Path.of("/log");
  private static final int RECORDS = 24;
  private static final int CHANGE = 8;

  private static final byte[][] PAYLOADS = new byte[RECORDS][];

  static {
    for (int i = 0; i < RECORDS; i++) {
      PAYLOADS[i] = newPayload(i);
    }
  }

  private final List<Path> names = new ArrayList<>();
  private final Map<Path, byte[]> whole = new TreeMap<>();

  public LogTarget() throws IOException {
    MemoryDisk disk = new MemoryDisk(new Random(1));
    SegmentLog log = open(disk);
    Feed feed = log.feed("sink", Start.OLDEST);
    for (long i = 0; i < RECORDS; i++) {
      log.append(1, i, units(i), ByteBuffer.wrap(payload(i)), null);
      log.step();
    }
    for (int i = 1; i <= 5; i++) {
      feed.next();
      if (i >= 4) {
        feed.commit(i, new byte[] {(byte) i});
      }
    }
    feed.close();
    Rewrite packed = log.rewrite(0, record -> RewriteRule.KEEP);
    log.step();
    assertThat(packed.state()).isEqualTo(Rewrite.State.DONE);
    log.close();
    for (Path file : disk.files("/log")) {
      whole.put(file, disk.bytes(file));
      names.add(file);
    }
  }

  private static SegmentLog open(MemoryDisk disk) throws IOException {
    LogOptions options =
        new LogOptions(DIRECTORY, 11_000, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 1 << 10);
    return SegmentLog.open(
        "small", options, disk, new ManualTime(), RunningTotal.NOTHING, new SimpleMeterRegistry());
  }

  private static int units(long offset) {
    return 1 + (int) (offset % 7);
  }

  private static byte[] payload(long offset) {
    return PAYLOADS[(int) offset];
  }

  private static byte[] newPayload(long offset) {
    byte[] payload = new byte[100 + (int) (offset % 5) * 90];
    Random random = new Random(offset);
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) random.nextInt(2); // so that most records become smaller when packed
    }
    return payload;
  }

  // ---- Inputs

  /** The input of these random numbers. */
  public byte[] input(Random random) {
    byte[] changes = new byte[CHANGE * (1 + random.nextInt(random.nextInt(4) == 0 ? 8 : 2))];
    random.nextBytes(changes);
    return changes;
  }

  private Map<Path, byte[]> changed(byte[] changes) {
    Map<Path, byte[]> files = new TreeMap<>(whole);
    for (int from = 0; from + CHANGE <= changes.length; from += CHANGE) {
      ByteBuffer change = ByteBuffer.wrap(changes, from, CHANGE);
      Path file = names.get((change.get() & 0xFF) % names.size());
      int how = change.get() & 0xFF;
      int at = change.getShort() & 0xFFFF;
      int much = change.getShort() & 0xFFFF;
      byte[] bytes = files.get(file);
      byte[] next = bytes == null ? null : changed(files, bytes, how, at, much, change.getShort());
      if (next == null) {
        files.remove(file);
      } else {
        files.put(file, next);
      }
    }
    return files;
  }

  private byte[] changed(
      Map<Path, byte[]> files, byte[] bytes, int how, int at, int much, int value) {
    if (bytes.length == 0) {
      return new byte[much % 64];
    }
    int begin = at % bytes.length;
    int length = 1 + much % (how % 2 == 0 ? 32 : 4_096);
    int end = Math.min(bytes.length, begin + length);
    byte[] next = bytes.clone();
    switch (how / 2 % 11) {
      case 0, 1 -> next[begin] ^= (byte) (1 << (value & 7));
      case 2 -> next[begin] = (byte) value;
      case 3 -> Arrays.fill(next, begin, end, (byte) 0);
      case 4 -> fill(next, begin, end, value);
      case 5 -> {
        return Arrays.copyOf(bytes, begin);
      }
      case 6 -> {
        next = Arrays.copyOf(bytes, bytes.length + length);
        if ((value & 1) == 0) {
          fill(next, bytes.length, next.length, value);
        }
      }
      case 7 -> {
        byte[] other = files.get(names.get((value & 0xFF) % names.size()));
        return other == null ? bytes : (value & 0x100) == 0 ? other : splice(bytes, begin, other);
      }
      case 8 -> { // a part of it once more, over another part
        int to = (value & 0xFFFF) % bytes.length;
        System.arraycopy(bytes, begin, next, to, Math.min(end - begin, bytes.length - to));
      }
      case 9 -> { // a part is missing
        next = new byte[bytes.length - (end - begin)];
        System.arraycopy(bytes, 0, next, 0, begin);
        System.arraycopy(bytes, end, next, begin, bytes.length - end);
      }
      default -> {
        return value % 4 == 0 ? null : next;
      }
    }
    return next;
  }

  private static byte[] splice(byte[] bytes, int at, byte[] other) {
    byte[] next = bytes.clone();
    if (at < other.length) {
      int length = Math.min(bytes.length, other.length) - at;
      System.arraycopy(other, at, next, at, Math.max(0, length));
    }
    return next;
  }

  private static void fill(byte[] bytes, int from, int to, int seed) {
    byte[] random = new byte[to - from];
    new Random(seed).nextBytes(random);
    System.arraycopy(random, 0, bytes, from, random.length);
  }

  // ---- What becomes of them

  /** Gives it an input; returns the kind of what became of it. */
  public String run(byte[] input) throws IOException {
    MemoryDisk disk = new MemoryDisk(new Random(2));
    changed(input).forEach(disk::put);
    String passed = pass(disk);
    SegmentLog log;
    try {
      log = open(disk);
    } catch (NewerFormatException e) {
      assertThat(e.getMessage()).isNotEmpty();
      return "a later version wrote it";
    }
    String served = serve(log);
    log.close();
    return served + passed;
  }

  /** A pass over the files, as the commands make it. */
  private static String pass(MemoryDisk disk) throws IOException {
    long last = -1;
    int served = 0;
    try (LogReader reader = new LogReader(DIRECTORY, disk)) {
      for (Feed.Entry entry = reader.next(); entry != null; entry = reader.next()) {
        assertIsWritten(entry, last);
        last = entry.offset();
        served++;
      }
    } catch (NewerFormatException e) {
      return ", not passed over";
    }
    return served == RECORDS ? ", passed over whole" : "";
  }

  private static void assertIsWritten(Feed.Entry entry, long last) {
    assertThat(entry.offset()).as("in order, and none twice").isGreaterThan(last);
    assertThat(entry.offset()).as("no record that was not written").isLessThan(RECORDS);
    byte[] bytes = new byte[entry.payload().remaining()];
    entry.payload().get(bytes);
    assertThat(Arrays.equals(bytes, payload(entry.offset()))).as("as it was written").isTrue();
    assertThat(entry.units()).isEqualTo(units(entry.offset()));
  }

  private static String serve(SegmentLog log) throws IOException {
    // A record more shows what was lost at the end.
    long fresh = log.append(1, 99, 0, ByteBuffer.allocate(0), null);
    log.step();
    Feed feed = log.feed("sink", Start.OLDEST);
    long committed = feed.committed();
    long pending = feed.pendingUnits();
    long accounted = 0;
    long corrupt = 0;
    long uncounted = 0;
    long next = committed;
    int served = 0;
    for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
      accounted += entry.units() + entry.dropped() + entry.corrupt();
      assertThat(entry.dropped()).as("dropped by nobody").isZero();
      corrupt += entry.corrupt();
      boolean isFresh = entry.offset() == fresh;
      if (!isFresh) {
        assertIsWritten(entry, next - 1);
        long missing = unitsBetween(next, entry.offset());
        assertThat(entry.corrupt()).as("not more than is missing").isLessThanOrEqualTo(missing);
        uncounted += missing - entry.corrupt();
        served++;
      }
      next = entry.offset() + 1;
    }
    assertThat(next).as("all up to the newest is served").isEqualTo(fresh + 1);
    assertThat(accounted).as("what was pending is accounted for").isEqualTo(pending);
    // Without both files of its cursor it begins with the oldest that there is.
    boolean isCursorLost = committed != 4 && committed != 5;
    if (isCursorLost && uncounted > 0) {
      return "cursor lost, and the beginning with its header";
    }
    assertThat(uncounted).as("missing before what is served, and not counted").isZero();
    String what = served + committed == RECORDS ? "whole" : corrupt > 0 ? "counted" : "end lost";
    return what + (isCursorLost ? ", cursor lost" : " from " + committed);
  }

  private static long unitsBetween(long from, long to) {
    long sum = 0;
    for (long i = from; i < to; i++) {
      sum += units(i);
    }
    return sum;
  }
}
