package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogCheck.Kind;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.SegmentLog.Start;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Directories after crashes, bad blocks and manual changes. In each case the log starts, serves
 * what is whole, reports and counts what is not, and takes new records above all old offsets.
 */
class BrokenLogTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final int RECORDS = 100;
  private static final int UNITS = 3;

  private final MemoryDisk disk = new MemoryDisk(new Random(1));

  private static LogOptions options() {
    return new LogOptions(DIRECTORY, 16 << 10, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 8 << 10);
  }

  private SegmentLog open() throws IOException {
    return SegmentLog.open(
        "broken",
        options(),
        disk,
        new ManualTime(),
        RunningTotal.NOTHING,
        new SimpleMeterRegistry());
  }

  /** A hundred records of three units in several segments; a consumer has done the first 10. */
  @BeforeEach
  void writeLog() throws IOException {
    SegmentLog log = open();
    for (long i = 0; i < RECORDS; i++) {
      assertThat(log.append(1, i, UNITS, record(i), null)).isEqualTo(i);
      log.step();
    }
    Feed feed = log.feed("sink", Start.OLDEST);
    for (int i = 0; i < 10; i++) {
      feed.next();
    }
    feed.commit(9, new byte[] {1});
    feed.commit(10, new byte[] {2});
    feed.close();
    log.close();
    assertThat(segments()).hasSizeGreaterThan(3);
  }

  private static ByteBuffer record(long i) {
    byte[] bytes = new byte[500 + (int) (i % 7)];
    Arrays.fill(bytes, (byte) 1); // zeros would be sectors that were never written
    return ByteBuffer.wrap(bytes).putLong(0, i);
  }

  private List<Path> segments() throws IOException {
    return disk.list(DIRECTORY).stream().filter(Segment::isName).map(DIRECTORY::resolve).toList();
  }

  private interface Break {
    void on(MemoryDisk disk, List<Path> segments) throws IOException;
  }

  /** A case: its name, the faults that verification finds, and the records served after it. */
  private static Arguments broken(String name, List<Kind> kinds, Served served, Break how) {
    return Arguments.of(name, kinds, served, how);
  }

  private enum Served {
    ALL,
    ALL_BUT_THE_MIDDLE,
    ALL_BUT_THE_FIRST,
    ALL_BUT_THE_LAST,
    NOTHING
  }

  static Stream<Arguments> cases() {
    return Stream.of(
        broken("nothing", List.of(), Served.ALL, (disk, s) -> {}),
        broken(
            "an empty file of another name",
            List.of(),
            Served.ALL,
            (disk, s) -> disk.put(DIRECTORY.resolve("notes.txt"), new byte[0])),
        broken(
            "a segment that was being made",
            List.of(),
            Served.ALL,
            (disk, s) ->
                disk.put(DIRECTORY.resolve("00000000000000000100.seg.tmp"), new byte[100])),
        broken(
            "a last segment of no bytes",
            List.of(Kind.HEADER),
            Served.ALL,
            (disk, s) -> disk.put(DIRECTORY.resolve(Segment.fileName(RECORDS)), new byte[0])),
        broken(
            "a last segment of zeros",
            List.of(Kind.HEADER),
            Served.ALL,
            (disk, s) -> disk.put(DIRECTORY.resolve(Segment.fileName(RECORDS)), new byte[9000])),
        broken(
            "a middle segment of garbage",
            List.of(Kind.HEADER),
            Served.ALL_BUT_THE_MIDDLE,
            (disk, s) -> disk.put(s.get(1), garbage(10_000))),
        broken(
            "a middle segment emptied",
            List.of(Kind.HEADER),
            Served.ALL_BUT_THE_MIDDLE,
            (disk, s) -> disk.put(s.get(1), new byte[0])),
        broken(
            "a middle segment missing",
            List.of(Kind.MISSING),
            Served.ALL_BUT_THE_MIDDLE,
            (disk, s) -> disk.remove(s.get(1))),
        broken(
            "a middle segment cut after its header",
            List.of(Kind.RECORD),
            Served.ALL_BUT_THE_MIDDLE,
            (disk, s) -> disk.put(s.get(1), Arrays.copyOf(disk.bytes(s.get(1)), 8192))),
        broken(
            "a segment copied over another",
            List.of(Kind.HEADER),
            Served.ALL_BUT_THE_MIDDLE,
            (disk, s) -> disk.put(s.get(1), disk.bytes(s.get(0)))),
        broken(
            "the first segment missing",
            List.of(),
            Served.ALL_BUT_THE_FIRST,
            (disk, s) -> disk.remove(s.get(0))),
        broken(
            "the last segment missing",
            List.of(),
            Served.ALL_BUT_THE_LAST,
            (disk, s) -> disk.remove(s.get(s.size() - 1))),
        broken(
            "all segments missing",
            List.of(),
            Served.NOTHING,
            (disk, s) -> s.forEach(disk::remove)),
        broken(
            "one copy of a header damaged",
            List.of(),
            Served.ALL,
            (disk, s) -> disk.put(s.get(1), flip(disk.bytes(s.get(1)), 30))),
        broken(
            "the newer generation of a cursor damaged",
            List.of(),
            Served.ALL,
            (disk, s) -> flip(disk, DIRECTORY.resolve("cursors/sink.1"))),
        broken(
            "both generations of a cursor damaged",
            List.of(Kind.CURSOR),
            Served.ALL,
            (disk, s) -> {
              flip(disk, DIRECTORY.resolve("cursors/sink.0"));
              disk.put(DIRECTORY.resolve("cursors/sink.1"), garbage(17));
            }),
        broken(
            "a cursor of no bytes",
            List.of(Kind.CURSOR),
            Served.ALL,
            (disk, s) -> disk.put(DIRECTORY.resolve("cursors/other.0"), new byte[0])));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void aBrokenDirectoryIsServedAsFarAsItIsWhole(
      String name, List<Kind> kinds, Served served, Break how) throws IOException {
    List<Path> segments = segments();
    how.on(disk, segments);
    assertThat(LogCheck.verify(DIRECTORY, disk).faults().stream().map(LogCheck.Fault::kind))
        .as("what verification finds")
        .isEqualTo(kinds);

    SegmentLog log = open();
    Feed feed = log.feed("sink", Start.NOW);
    long from = kinds.contains(Kind.CURSOR) && !name.contains("no bytes") ? 0 : feed.committed();
    assertThat(feed.committed()).isEqualTo(from);
    List<Long> expected = new ArrayList<>();
    for (long i = from; i < RECORDS; i++) {
      if (isServed(i, served, segments)) {
        expected.add(i);
      }
    }
    long fresh = log.append(1, RECORDS, UNITS, record(RECORDS), null);
    log.step();
    assertThat(fresh)
        .isGreaterThanOrEqualTo(served == Served.NOTHING ? from : expectedEnd(expected));
    expected.add((long) RECORDS);
    assertThat(readAll(log, feed)).isEqualTo(expected);

    log.close();
    SegmentLog again = open();
    List<Long> second = readAll(again, again.feed("sink", Start.NOW));
    assertThat(second).as("the same after another start").isEqualTo(expected);
  }

  private static long expectedEnd(List<Long> expected) {
    return expected.get(expected.size() - 1) + 1;
  }

  private static boolean isServed(long i, Served served, List<Path> segments) {
    int in = 0;
    while (in + 1 < segments.size() && first(segments.get(in + 1)) <= i) {
      in++;
    }
    return switch (served) {
      case ALL -> true;
      case ALL_BUT_THE_MIDDLE -> in != 1;
      case ALL_BUT_THE_FIRST -> in != 0;
      case ALL_BUT_THE_LAST -> in != segments.size() - 1;
      case NOTHING -> false;
    };
  }

  private static long first(Path segment) {
    return Segment.firstOf(segment.getFileName().toString());
  }

  /** All that a feed serves; its units must add up to those that the log reports as pending. */
  private static List<Long> readAll(SegmentLog log, Feed feed) throws IOException {
    long pending = feed.pendingUnits();
    long accounted = 0;
    List<Long> all = new ArrayList<>();
    for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
      all.add(entry.payload().duplicate().order(ByteOrder.BIG_ENDIAN).getLong());
      accounted += entry.units() + entry.dropped() + entry.corrupt();
    }
    assertThat(accounted).isEqualTo(pending).isEqualTo(log.status().units() - unitsDone(feed));
    return all;
  }

  @Test
  void whatWasReadBeforeItWasDamagedIsCommittedWithItsUnits() throws IOException {
    SegmentLog log = open();
    RangeFeed feed = log.feed("sink", Start.OLDEST);
    for (int i = 10; i < 60; i++) {
      assertThat(feed.next()).isNotNull();
    }
    for (Path segment : segments()) {
      for (int at = SegmentHeader.USUAL_BYTES; at < disk.bytes(segment).length; at += 100) {
        disk.flip(segment, at, 3);
      }
    }
    for (int done : new int[] {21, 22, 40, 59}) {
      feed.commit(done, new byte[0]);
      assertThat(feed.committedUnits()).isEqualTo(done * UNITS);
    }
    feed.close();
    log.close();
  }

  private static long unitsDone(Feed feed) {
    return feed.committed() * UNITS;
  }

  @Test
  void aTornTailIsCutAtEveryByte() throws IOException {
    Path last = segments().get(segments().size() - 1);
    byte[] whole = disk.bytes(last);
    long first = first(last);
    int at = 8192;
    List<Integer> ends = new ArrayList<>(List.of(at));
    for (long i = first; i < RECORDS; i++) {
      at += RecordHeader.PAYLOAD + record(i).remaining();
      ends.add(at);
    }
    assertThat(at).isEqualTo(whole.length);
    for (int length = 8192; length < whole.length; length += Soak.count(23, 1)) {
      disk.put(last, Arrays.copyOf(whole, length));
      int left = length;
      long survivors = first + ends.stream().filter(end -> end <= left).count() - 1;
      SegmentLog log = open();
      assertThat(log.syncedOffset()).as("cut to %d bytes", length).isEqualTo(survivors);
      assertThat(log.append(1, 1, UNITS, record(survivors), null)).isEqualTo(survivors);
      log.step();
      Feed feed = log.scan(survivors == 0 ? 0 : survivors - 1);
      for (long i = survivors - 1; i <= survivors; i++) {
        Feed.Entry entry = feed.next();
        assertThat(entry).isNotNull();
        assertThat(entry.payload().duplicate().order(ByteOrder.BIG_ENDIAN).getLong()).isEqualTo(i);
      }
      assertThat(feed.next()).isNull();
      log.close();
    }
  }

  @Tag("slow")
  @Test
  void aFlippedBitAnywhereInASegmentCostsOneRecordAtMost() throws IOException {
    for (int segment : new int[] {1, segments().size() - 1}) {
      Path path = segments().get(segment);
      byte[] whole = disk.bytes(path);
      for (int at = 0; at < whole.length; at += Soak.count(23, 1) * (1 + at % 7)) {
        disk.put(path, flip(whole, at));
        SegmentLog log = open();
        Feed feed = log.feed("sink", Start.NOW);
        long units = 0;
        long corrupt = 0;
        for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
          units += entry.units();
          corrupt += entry.corrupt();
        }
        Feed.Entry end = feed.passEnd();
        corrupt += end == null ? 0 : end.corrupt();
        feed.close();
        long lost = (RECORDS - 10) * UNITS - units;
        assertThat(lost).as("bit at %d of %s", at, path).isIn(0L, (long) UNITS);
        assertThat(corrupt).as("bit at %d of %s", at, path).isEqualTo(lost);
        log.close();
      }
      disk.put(path, whole);
    }
  }

  @Test
  void aNewerSegmentFormatIsNotTouched() throws IOException {
    Path path = segments().get(2);
    byte[] newer = disk.bytes(path);
    for (int copy : new int[] {0, 4096}) {
      ByteBuffer header = ByteBuffer.wrap(newer, copy, 4096).slice().order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(8, 4);
      java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
      crc.update(header.duplicate().limit(16));
      crc.update(header.duplicate().position(20));
      header.putInt(16, (int) crc.getValue());
    }
    disk.put(path, newer);
    assertThatThrownBy(this::open)
        .isInstanceOf(NewerFormatException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining("version 4");
    assertThat(LogCheck.verify(DIRECTORY, disk).faults())
        .anyMatch(fault -> fault.kind() == Kind.NEWER_FORMAT);
    assertThat(disk.bytes(path)).isEqualTo(newer);
  }

  @Test
  void aCursorAheadOfTheLogKeepsOffsetsFromBeingGivenAgain() throws IOException {
    SegmentLog log = open();
    Feed feed = log.feed("sink", Start.OLDEST);
    while (feed.next() != null) {
      continue;
    }
    feed.commit(RECORDS, new byte[0]);
    log.close();
    segments().forEach(disk::remove);
    SegmentLog again = open();
    assertThat(again.append(1, 1, UNITS, record(7), null)).isEqualTo(RECORDS);
    again.step();
    Feed goesOn = again.feed("sink", Start.OLDEST);
    assertThat(goesOn.pendingUnits()).isEqualTo(UNITS);
    Feed.Entry entry = goesOn.next();
    assertThat(entry).isNotNull();
    assertThat(entry.offset()).isEqualTo(RECORDS);
    assertThat(entry.corrupt()).isZero();
  }

  private static byte[] garbage(int length) {
    byte[] bytes = new byte[length];
    new Random(5).nextBytes(bytes);
    return bytes;
  }

  private static byte[] flip(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= (byte) (1 << (at % 8));
    return flipped;
  }

  private static void flip(MemoryDisk disk, Path file) throws IOException {
    disk.put(file, flip(disk.bytes(file), 30));
  }
}
