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
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every byte of a small log flipped, every file cut at every length, every file of a cursor older,
 * missing, empty or foreign. The log always starts, serves what is whole, and the units that a
 * consumer gets, and those reported to it as corrupt, are exactly those that were written.
 */
@Tag("slow")
class CorruptionTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final int RECORDS = 24;

  /** Bytes of one copy of a header. */
  private static final int HEADER = 4096;

  private static final int HELD_BY_HEADER = 256;
  private static final int ONE_IN_MANY = 61;

  /**
   * Of records one byte in nine: unpacked, their lengths are multiples of ten, so in each record
   * others are struck. {@code make soak}, which sets {@code weir.seeds=all}, takes all.
   */
  private static final int ONE_OF_RECORDS_IN = Soak.count(9, 1);

  /** Of those again; prime to ten too. */
  private static final int ONE_OF_LENGTHS_IN = Soak.count(11, 1);

  private MemoryDisk disk = new MemoryDisk(new Random(1));

  /** The files of the log that is broken in each case. */
  private final TreeMap<Path, byte[]> whole = new TreeMap<>();

  private static int units(long offset) {
    return 1 + (int) (offset % 7);
  }

  private static long unitsFrom(long offset) {
    long sum = 0;
    for (long i = offset; i < RECORDS; i++) {
      sum += units(i);
    }
    return sum;
  }

  private static final byte[][] PAYLOADS = new byte[RECORDS][];

  static {
    for (int i = 0; i < RECORDS; i++) {
      PAYLOADS[i] = made(i);
    }
  }

  private static byte[] payload(long offset) {
    return offset < RECORDS ? PAYLOADS[(int) offset] : made(offset);
  }

  private static byte[] made(long offset) {
    byte[] payload = new byte[100 + (int) (offset % 5) * 90];
    Random random = new Random(offset);
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) random.nextInt(2); // so that most records become smaller when packed
    }
    return payload;
  }

  private SegmentLog open() throws IOException {
    LogOptions options =
        new LogOptions(DIRECTORY, 11_000, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 1 << 10);
    return SegmentLog.open(
        "small", options, disk, new ManualTime(), RunningTotal.NOTHING, new SimpleMeterRegistry());
  }

  /** Three segments, and a consumer that has done the first 5 records in two commits. */
  @BeforeEach
  void writeLog() throws IOException {
    writeLog(false);
  }

  /**
   * @param packed whether the segments that are no longer written are packed
   */
  private void writeLog(boolean packed) throws IOException {
    disk = new MemoryDisk(new Random(1));
    whole.clear();
    SegmentLog log = open();
    Feed feed = log.feed("sink", Start.OLDEST);
    for (long i = 0; i < RECORDS; i++) {
      assertThat(log.append(1, i, units(i), ByteBuffer.wrap(payload(i)), null)).isEqualTo(i);
      log.step();
    }
    for (int i = 1; i <= 5; i++) {
      feed.next();
      if (i >= 4) {
        feed.commit(i, new byte[] {(byte) i});
      }
    }
    feed.close();
    for (SealedSegment each : packed ? log.sealed() : List.<SealedSegment>of()) {
      Rewrite rewrite = log.rewrite(each.first(), record -> RewriteRule.KEEP);
      log.step();
      assertThat(rewrite.state()).isEqualTo(Rewrite.State.DONE);
    }
    log.close();
    for (Path file : disk.files("/log")) {
      whole.put(file, disk.bytes(file));
    }
    assertThat(whole.keySet().stream().filter(file -> file.toString().endsWith(".seg"))).hasSize(3);
  }

  /** Every byte of what a header holds, many of records; of the zeros behind it one in many. */
  private int[] positions(Path file) {
    int length = whole.get(file).length;
    int headers = Math.min(length, 2 * HEADER);
    return IntStream.range(0, length)
        .filter(
            at ->
                at >= headers
                    ? at % ONE_OF_RECORDS_IN == 0
                    : at % HEADER < HELD_BY_HEADER || at % ONE_IN_MANY == 0)
        .toArray();
  }

  private interface Break {
    /** The bytes of a file instead of those that it had, or {@code null} for no file. */
    byte[] of(byte[] bytes);
  }

  /** What a consumer got of the broken log, and what was reported to it. */
  private record Outcome(long committed, List<Long> served, long corrupt, long reported) {

    long units() {
      return served.stream().mapToLong(CorruptionTest::units).sum();
    }
  }

  private Outcome outcome(Path file, Break how) throws IOException {
    disk = new MemoryDisk(new Random(2));
    whole.forEach(disk::put);
    byte[] broken = how.of(whole.get(file).clone());
    if (broken == null) {
      disk.remove(file);
    } else {
      disk.put(file, broken);
    }
    SegmentLog log = open();
    // A record more shows what was lost at the end.
    long fresh = log.append(1, 99, 0, ByteBuffer.allocate(0), null);
    log.step();
    assertThat(fresh).isNotEqualTo(SegmentLog.NO_ROOM);
    Feed feed = log.feed("sink", Start.NOW);
    long committed = feed.committed();
    long pending = feed.pendingUnits();
    List<Long> served = new ArrayList<>();
    long corrupt = 0;
    long accounted = 0;
    long last = -1;
    for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
      last = entry.offset();
      accounted += entry.units() + entry.dropped() + entry.corrupt();
      corrupt += entry.corrupt();
      assertThat(entry.dropped()).isZero();
      if (last != fresh) {
        byte[] bytes = new byte[entry.payload().remaining()];
        entry.payload().get(bytes);
        assertThat(bytes).isEqualTo(payload(last));
        assertThat(entry.units()).isEqualTo(units(last));
        served.add(last);
      }
    }
    assertThat(last).isEqualTo(fresh);
    assertThat(accounted).as("what was pending is accounted for").isEqualTo(pending);
    assertThat(served).isSorted().doesNotHaveDuplicates();
    Outcome outcome = new Outcome(committed, served, corrupt, log.status().corruptUnits());
    log.close();
    return outcome;
  }

  private boolean isTail(Path file) {
    return file.equals(whole.keySet().stream().filter(CorruptionTest::isSegment).toList().get(2));
  }

  private static boolean isSegment(Path file) {
    return file.toString().endsWith(".seg");
  }

  @Test
  void everyByteFlippedCostsOneRecordAtMostAndIsCounted() throws IOException {
    flipEveryByte(1);
  }

  @Test
  void everyByteFlippedOfAPackedSegmentCostsOneFrameAtMostAndIsCounted() throws IOException {
    writeLog(true);
    flipEveryByte(4); // records of 140 bytes in a frame of 351
  }

  private void flipEveryByte(long most) throws IOException {
    for (Path file : whole.keySet()) {
      for (int at : positions(file)) {
        int flipped = at;
        Outcome outcome =
            outcome(
                file,
                bytes -> {
                  bytes[flipped] ^= (byte) (1 << (flipped % 8));
                  return bytes;
                });
        String where = "byte " + at + " of " + file;
        assertThat(outcome.committed()).as(where).isIn(4L, 5L);
        long lost = unitsFrom(outcome.committed()) - outcome.units();
        assertThat(RECORDS - outcome.committed() - outcome.served().size())
            .as(where)
            .isBetween(0L, isSegment(file) ? most : 0L);
        assertThat(outcome.corrupt()).as(where).isEqualTo(lost);
        // The log also reports what the consumer had done before.
        assertThat(outcome.reported())
            .as(where)
            .isBetween(outcome.corrupt(), outcome.corrupt() + 7 * most);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyFileCutAtEveryLengthCostsWhatWasCutAndIsCounted(boolean packed) throws IOException {
    writeLog(packed);
    for (Path file : whole.keySet()) {
      int[] lengths = positions(file);
      for (int i = 0; i < lengths.length; i += ONE_OF_LENGTHS_IN) {
        int length = lengths[i];
        Outcome outcome = outcome(file, bytes -> Arrays.copyOf(bytes, length));
        String where = file + " cut to " + length;
        if (!isSegment(file)) {
          assertThat(outcome.served()).as(where).hasSize(RECORDS - (int) outcome.committed());
          assertThat(outcome.committed()).as(where).isIn(4L, 5L);
        }
        long lost = unitsFrom(outcome.committed()) - outcome.units();
        // Nothing tells what was behind a cut of the last segment.
        assertThat(outcome.corrupt()).as(where).isEqualTo(isTail(file) ? 0 : lost);
      }
    }
  }

  @Test
  void anyFileOfACursorMayBeMissingEmptyForeignOrOlder() throws IOException {
    Path zero = DIRECTORY.resolve("cursors/sink.0");
    Path one = DIRECTORY.resolve("cursors/sink.1");
    byte[] foreign = new byte[5_000];
    new Random(7).nextBytes(foreign);
    for (Path file : List.of(zero, one)) {
      Path other = file.equals(zero) ? one : zero;
      List<Break> breaks =
          List.of(
              bytes -> null,
              bytes -> new byte[0],
              bytes -> foreign.clone(),
              bytes -> whole.get(DIRECTORY.resolve("00000000000000000000.seg")).clone(),
              bytes -> whole.get(other).clone());
      for (Break each : breaks) {
        Outcome outcome = outcome(file, each);
        assertThat(outcome.committed()).isIn(4L, 5L);
        assertThat(outcome.served()).hasSize(RECORDS - (int) outcome.committed());
        assertThat(outcome.corrupt()).isZero();
      }
    }
  }

  @Test
  void aConsumerWhoseNewerPositionIsLostNeverMissesARecord() throws IOException {
    LogOptions small =
        new LogOptions(DIRECTORY, 9_000, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 1 << 10);
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      disk = new MemoryDisk(random);
      ManualTime time = new ManualTime();
      SegmentLog log =
          SegmentLog.open(
              "small", small, disk, time, RunningTotal.NOTHING, new SimpleMeterRegistry());
      Feed feed = log.feed("sink", Start.OLDEST);
      long next = 0;
      for (int step = random.nextInt(120); step >= 0; step--) {
        log.append(1, 1, 1, ByteBuffer.wrap(payload(step)), null);
        log.step();
        if (random.nextInt(3) == 0) {
          while (feed.next() != null) {
            next++;
          }
          feed.commit(next, new byte[0]);
          log.step();
        }
      }
      long end = log.endOffset();
      log.close();
      Path zero = DIRECTORY.resolve("cursors/sink.0");
      Path one = DIRECTORY.resolve("cursors/sink.1");
      long generation =
          ByteBuffer.wrap(disk.bytes(zero)).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(12);
      long second =
          ByteBuffer.wrap(disk.bytes(one)).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(12);
      disk.put(generation > second ? zero : one, new byte[10]);
      SegmentLog again =
          SegmentLog.open(
              "small", small, disk, time, RunningTotal.NOTHING, new SimpleMeterRegistry());
      Feed repeats = again.feed("sink", Start.NOW);
      long expected = repeats.committed();
      for (Feed.Entry entry = repeats.next(); entry != null; entry = repeats.next()) {
        assertThat(entry.offset()).as("seed %d", seed).isEqualTo(expected++);
        assertThat(entry.corrupt() + entry.dropped()).as("seed %d", seed).isZero();
      }
      assertThat(expected).as("seed %d", seed).isEqualTo(end);
      again.close();
    }
  }
}
