package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogCheck.Kind;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.SegmentLog.Start;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A disk that does not return some blocks. A read that fails once costs nothing; a block that stays
 * away costs the records in it, which are counted; and a log always starts.
 */
class UnreadableBlocksTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final int RECORDS = 400;

  private final MemoryDisk memory = new MemoryDisk(new Random(3));
  private final BadBlocksDisk disk = new BadBlocksDisk(memory);
  private final ManualTime time = new ManualTime();

  /** The end of each record in its file. */
  private final TreeMap<Long, Long> ends = new TreeMap<>();

  private static int units(long offset) {
    return 1 + (int) (offset % 5);
  }

  private static int size(long offset) {
    return 300 + (int) (offset % 7) * 50;
  }

  private static long unitsOf(List<Long> offsets) {
    return offsets.stream().mapToLong(UnreadableBlocksTest::units).sum();
  }

  private SegmentLog open() throws IOException {
    LogOptions options =
        new LogOptions(DIRECTORY, 64 << 10, 4 << 20, WhenFull.BLOCK, Duration.ZERO, 8 << 10);
    return SegmentLog.open(
        "unread", options, disk, time, RunningTotal.NOTHING, new SimpleMeterRegistry());
  }

  private List<Path> segments() throws IOException {
    return memory.list(DIRECTORY).stream().filter(Segment::isName).map(DIRECTORY::resolve).toList();
  }

  private Path last() throws IOException {
    return segments().get(segments().size() - 1);
  }

  @BeforeEach
  void writeLog() throws IOException {
    SegmentLog log = open();
    log.feed("sink", Start.OLDEST).close();
    for (long i = 0; i < RECORDS; i++) {
      append(log, i);
      ends.put(i, memory.size(last()));
    }
    log.close();
    assertThat(segments()).hasSizeGreaterThan(2);
  }

  private static void append(SegmentLog log, long i) {
    byte[] payload = new byte[size(i)];
    new Random(i).nextBytes(payload);
    assertThat(log.append(1, i, units(i), ByteBuffer.wrap(payload), null)).isEqualTo(i);
    log.step();
  }

  /** The records of a segment of which a byte is in a range of its file. */
  private List<Long> recordsIn(Path segment, long from, long to) {
    long first = Segment.firstOf(segment.getFileName().toString());
    List<Long> in = new ArrayList<>();
    for (long i = first; i < RECORDS && (i == first || ends.get(i) > ends.get(i - 1)); i++) {
      long end = ends.get(i);
      if (end > from && end - RecordHeader.PAYLOAD - size(i) < to) {
        in.add(i);
      }
    }
    return in;
  }

  private record Read(List<Long> offsets, long corrupt) {}

  /** Reads until nothing is left, and comes back each second after a failure. */
  private Read readAll(Feed feed) throws IOException {
    List<Long> offsets = new ArrayList<>();
    long corrupt = 0;
    while (true) {
      try {
        Feed.Entry entry = feed.next();
        if (entry == null) {
          return new Read(offsets, corrupt);
        }
        offsets.add(entry.offset());
        corrupt += entry.corrupt();
        assertThat(entry.dropped()).isZero();
      } catch (ReadFailedException e) {
        time.advance(Duration.ofSeconds(1));
      }
    }
  }

  private static List<Long> allBut(List<Long> lost) {
    List<Long> all = new ArrayList<>();
    for (long i = 0; i < RECORDS; i++) {
      all.add(i);
    }
    all.removeAll(lost);
    return all;
  }

  @Test
  void aReadThatFailsNowAndThenIsTriedAgainAndCostsNothing() throws IOException {
    SegmentLog log = open();
    int[] reads = {0};
    memory.fail((verb, file) -> verb.equals("read") && ++reads[0] % 3 == 1);
    Read read = readAll(log.feed("sink", Start.NOW));
    assertThat(reads[0]).isGreaterThan(5);
    assertThat(read.offsets()).isEqualTo(allBut(List.of()));
    assertThat(read.corrupt()).isZero();
    assertThat(log.status().corruptGaps()).isZero();
  }

  /** Else nothing of the past can be read for one file of it; whoever reads is to say it. */
  @Test
  void aPassOverThePastLeavesOutAFileWhoseHeaderIsNotReturned() throws IOException {
    SegmentLog log = open();
    for (int i = 0; i < segments().size(); i++) {
      Path file = segments().get(i);
      List<Long> lost = recordsIn(file, 0, Long.MAX_VALUE);
      disk.spoil(file, 0, 8192);
      try (Feed past = log.past(0, Long.MAX_VALUE)) {
        Read read = readAll(past);
        assertThat(read.offsets()).isEqualTo(allBut(lost));
        boolean isBetween = i > 0 && i < segments().size() - 1;
        assertThat(read.corrupt()).isEqualTo(isBetween ? unitsOf(lost) : 0);
        assertThat(past.missing())
            .filteredOn(each -> each.file() != null)
            .extracting(Missing::file)
            .containsExactly(file);
      }
      disk.heal();
      try (Feed past = log.past(0, Long.MAX_VALUE)) {
        disk.spoil(file, 0, 8192); // after it was listed
        Read read = readAll(past);
        assertThat(read.offsets()).isEqualTo(allBut(lost));
        assertThat(past.missing()).extracting(Missing::file).contains(file);
      }
      disk.heal();
    }
    assertThat(readAll(log.past(0, Long.MAX_VALUE)).offsets()).isEqualTo(allBut(List.of()));
  }

  @Test
  void aReadingOfNewRecordsIsTriedAgainToo() throws IOException {
    SegmentLog log = open();
    try (RangeFeed feed = log.feed("sink", Start.NOW);
        Feed tail = feed.tail()) {
      for (long i = RECORDS; i < RECORDS + 50; i++) {
        append(log, i);
      }
      int[] reads = {0};
      memory.fail((verb, file) -> verb.equals("read") && ++reads[0] <= 10);
      Read read = readAll(tail);
      assertThat(reads[0]).isGreaterThan(10);
      assertThat(read.offsets()).hasSize(50);
      assertThat(read.corrupt()).isZero();
    }
  }

  @Test
  void aBlockThatStaysAwayCostsItsRecordsAfterAMinuteAndIsCountedExactly() throws IOException {
    for (long block = 2; block < 16; block += 3) {
      disk.heal();
      SegmentLog log = open();
      Path segment = segments().get(1);
      long at = block * UnreadableBlocks.BLOCK_BYTES;
      disk.spoil(segment, at, at + 1);
      List<Long> lost = recordsIn(segment, at, at + UnreadableBlocks.BLOCK_BYTES);
      assertThat(lost).isNotEmpty();
      Feed feed = log.feed("sink", Start.NOW);
      for (long i = 0; i < lost.get(0); i++) {
        Feed.Entry entry = feed.next();
        assertThat(entry).as("what is before the block is read at once").isNotNull();
      }
      assertThatThrownBy(feed::next)
          .isInstanceOf(ReadFailedException.class)
          .hasMessageContaining("cannot read " + segment + " at byte " + at);
      time.advance(Duration.ofSeconds(59));
      assertThatThrownBy(feed::next).isInstanceOf(ReadFailedException.class);
      assertThat(log.status().corruptGaps()).isZero();
      time.advance(Duration.ofSeconds(2));
      Read read = readAll(feed);
      assertThat(read.offsets().get(0)).isEqualTo(lost.get(lost.size() - 1) + 1);
      assertThat(read.offsets()).hasSize(RECORDS - (int) lost.get(0).longValue() - lost.size());
      assertThat(read.corrupt()).as("block %d", block).isEqualTo(unitsOf(lost));
      assertThat(log.status().corruptUnits()).isEqualTo(unitsOf(lost));
      feed.close();

      Read second = readAll(log.feed("later", Start.OLDEST));
      assertThat(second.offsets()).isEqualTo(allBut(lost));
      assertThat(log.status().corruptUnits()).as("counted once").isEqualTo(unitsOf(lost));
      log.close();
    }
  }

  @Test
  void aDiskThatComesBackWithinTheMinuteCostsNothing() throws IOException {
    SegmentLog log = open();
    disk.spoil(segments().get(0), 20_000, 60_000);
    Feed feed = log.feed("sink", Start.NOW);
    for (int i = 0; i < 500; i++) {
      try {
        if (feed.next() == null) {
          break;
        }
      } catch (ReadFailedException e) {
        time.advance(Duration.ofMillis(100));
      }
    }
    assertThat(disk.failures).isPositive();
    disk.heal();
    feed.seek(0);
    Read read = readAll(feed);
    assertThat(read.offsets()).isEqualTo(allBut(List.of()));
    assertThat(log.status().corruptGaps()).isZero();
  }

  @Test
  void aBlockThatIsAwayWhileTheLogStartsIsNoReasonNotToStart() throws IOException {
    for (Path segment : segments()) {
      long blocks = memory.size(segment) / UnreadableBlocks.BLOCK_BYTES;
      for (long block = 0; block < blocks; block++) {
        disk.heal();
        byte[] before = memory.bytes(segment);
        long at = block * UnreadableBlocks.BLOCK_BYTES;
        disk.spoil(segment, at, at + 1);
        List<Long> lost = recordsIn(segment, at, at + UnreadableBlocks.BLOCK_BYTES);
        SegmentLog log = open();
        Read read = readAll(log.feed("sink", Start.NOW));
        assertThat(read.offsets()).as("block %d of %s", block, segment).isEqualTo(allBut(lost));
        boolean atEnd = !lost.isEmpty() && lost.get(lost.size() - 1) == RECORDS - 1;
        assertThat(read.corrupt()).isEqualTo(atEnd ? 0 : unitsOf(lost));
        assertThat(memory.bytes(segment)).as("nothing is cut").isEqualTo(before);
        log.close();
      }
    }
  }

  @Test
  void aTailWithAnUnreadBlockIsNotContinuedAndTheGapIsReported() throws IOException {
    Path tail = last();
    long end = memory.size(tail);
    byte[] before = memory.bytes(tail);
    disk.spoil(tail, end - 1, end);
    List<Long> lost =
        recordsIn(
            tail, (end - 1) / UnreadableBlocks.BLOCK_BYTES * UnreadableBlocks.BLOCK_BYTES, end);
    assertThat(LogCheck.verify(DIRECTORY, disk).faults().stream().map(LogCheck.Fault::kind))
        .contains(Kind.UNREADABLE);

    SegmentLog log = open();
    assertThat(log.status().corruptGaps()).as("the gap is reported").isEqualTo(1);
    long next = log.append(1, 1, 7, ByteBuffer.allocate(10), null);
    log.step();
    assertThat(next)
        .as("offsets that may be in the gap are not given again")
        .isGreaterThan(RECORDS);
    assertThat(last()).isNotEqualTo(tail);
    assertThat(memory.bytes(tail)).as("nothing is cut").isEqualTo(before);
    List<Long> expected = allBut(lost);
    expected.add(next);
    assertThat(readAll(log.feed("sink", Start.NOW)).offsets()).isEqualTo(expected);
    log.close();

    disk.heal();
    SegmentLog again = open();
    Read read = readAll(again.feed("sink", Start.NOW));
    assertThat(read.offsets()).as("what was decided stays").isEqualTo(expected);
    assertThat(again.status().units()).isEqualTo(unitsOf(allBut(lost)) + 7);
  }

  @Test
  void aTailThatIsReadAgainAtTheNextStartHasLostNothing() throws IOException {
    disk.spoil(last(), 0, memory.size(last()));
    SegmentLog log = open();
    log.close();
    disk.heal();
    assertThat(readAll(open().feed("sink", Start.NOW)).offsets()).isEqualTo(allBut(List.of()));
  }

  @Test
  void oneGenerationOfACursorIsEnoughToStart() throws IOException {
    SegmentLog log = open();
    Feed feed = log.feed("sink", Start.NOW);
    for (int i = 0; i < 20; i++) {
      feed.next();
    }
    feed.commit(10, new byte[] {1});
    feed.commit(20, new byte[] {2});
    log.close();
    for (int generation = 0; generation < 2; generation++) {
      disk.heal();
      byte[] zero = memory.bytes(DIRECTORY.resolve("cursors/sink.0"));
      byte[] one = memory.bytes(DIRECTORY.resolve("cursors/sink.1"));
      disk.spoil(DIRECTORY.resolve("cursors/sink." + generation), 0, 1);
      SegmentLog again = open();
      Feed goesOn = again.feed("sink", Start.NOW);
      assertThat(goesOn.committed()).isIn(10L, 20L);
      assertThat(goesOn.state()).containsExactly(goesOn.committed() == 10 ? 1 : 2);
      Read read = readAll(goesOn);
      assertThat(read.corrupt()).isZero();
      assertThat(read.offsets()).hasSize(RECORDS - (int) goesOn.committed());
      goesOn.commit(25, new byte[] {3});
      again.close();
      disk.heal();
      SegmentLog third = open();
      assertThat(third.feed("sink", Start.NOW).committed()).isEqualTo(25);
      third.close();
      memory.put(DIRECTORY.resolve("cursors/sink.0"), zero);
      memory.put(DIRECTORY.resolve("cursors/sink.1"), one);
    }
  }

  @Test
  void aCursorOfWhichNothingIsReadStartsAtTheOldestRecord() throws IOException {
    disk.spoil(DIRECTORY.resolve("cursors/sink.0"), 0, 1);
    disk.spoil(DIRECTORY.resolve("cursors/sink.1"), 0, 1);
    SegmentLog log = open();
    Feed feed = log.feed("sink", Start.NOW);
    assertThat(readAll(feed).offsets()).isEqualTo(allBut(List.of()));
    disk.heal(); // the files that were not read are replaced, so this brings nothing back
    feed.commit(50, new byte[0]);
    log.close();
    assertThat(open().feed("sink", Start.NOW).committed()).isEqualTo(50);
  }

  /** Not a bad block, but a disk that is away: what is on it may all be whole. */
  @Test
  void aDiskThatReturnsNothingAtAllIsNoReasonToForgetWhatIsOnIt() throws IOException {
    SegmentLog log = open();
    Feed feed = log.feed("sink", Start.NOW);
    for (int i = 0; i < RECORDS / 2; i++) {
      feed.next();
    }
    feed.commit(RECORDS / 2, new byte[] {5});
    log.step();
    log.close();
    assertThat(segments().get(0).getFileName())
        .as("the first segments are passed")
        .isNotEqualTo(Path.of(Segment.fileName(0)));
    List<String> names = memory.list(DIRECTORY);

    memory.fail((verb, file) -> verb.equals("read"));
    assertThatThrownBy(this::open)
        .isInstanceOf(ReadFailedException.class)
        .hasMessageContaining("cannot read " + DIRECTORY);
    memory.heal();

    assertThat(memory.list(DIRECTORY)).as("nothing is made").isEqualTo(names);
    SegmentLog again = open();
    Feed goesOn = again.feed("sink", Start.NOW);
    assertThat(goesOn.committed()).isEqualTo(RECORDS / 2);
    assertThat(goesOn.state()).containsExactly(5);
    Read read = readAll(goesOn);
    assertThat(read.offsets()).hasSize(RECORDS - RECORDS / 2);
    assertThat(read.corrupt()).isZero();
    assertThat(again.status().corruptGaps()).isZero();
  }

  /** A log of one file, of which the sink has read a part. */
  private void oneFile() throws IOException {
    SegmentLog log = open();
    Feed feed = log.feed("sink", Start.NOW);
    readAll(feed);
    feed.commit(RECORDS, new byte[] {5});
    log.step();
    log.close();
    assertThat(segments()).hasSize(1);
  }

  @Test
  void aFileOfWhichNothingIsReturnedIsSetApartWhereTheDiskTakesANewOne() throws IOException {
    oneFile();
    Path file = last();
    byte[] before = memory.bytes(file);
    disk.spoil(file, 0, memory.size(file));
    for (int start = 0; start < 2; start++) {
      SegmentLog log = open();
      assertThat(log.status().corruptGaps()).as("the alarm").isEqualTo(1);
      assertThat(log.status().corruptUncounted()).as("which says 'at least'").isTrue();
      assertThat(log.status().units())
          .as("known from the cursor")
          .isEqualTo(unitsOf(allBut(List.of())));
      assertThat(memory.list(DIRECTORY)).as("the trial is gone").containsOnly(name(file));
      log.close();
    }
    SegmentLog log = open();
    Feed feed = log.feed("sink", Start.NOW);
    assertThat(feed.state()).as("positions are kept").containsExactly(5);
    long next = log.append(1, 1, 7, ByteBuffer.allocate(10), null);
    assertThat(next)
        .as("offsets that may be in the file are not given again")
        .isGreaterThan(RECORDS);
    log.step();
    assertThat(readAll(feed).offsets()).containsExactly(next);
    feed.commit(next + 1, new byte[] {6});
    log.step();
    Path apart = DIRECTORY.resolve(name(file) + ".unreadable");
    assertThat(memory.bytes(apart)).as("nobody deletes what may be whole").isEqualTo(before);
    assertThat(segments()).doesNotContain(file).hasSize(1);
    log.close();

    log = open();
    assertThat(log.status().corruptGaps()).isZero();
    assertThat(readAll(log.feed("sink", Start.NOW)).offsets()).isEmpty();
    assertThat(memory.bytes(apart)).isEqualTo(before);
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  @Test
  void aDiskThatTakesNoNewFileEitherIsAway() throws IOException {
    oneFile();
    List<String> names = memory.list(DIRECTORY);
    disk.spoil(last(), 0, memory.size(last()));
    for (String refused : List.of("open", "write", "force", "read", "delete")) {
      memory.fail((verb, file) -> verb.equals(refused) && !Segment.isName(name(file)));
      assertThatThrownBy(this::open)
          .as(refused)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot read " + last())
          .hasMessageContaining(refused + " of ");
      memory.heal();
      memory.remove(DIRECTORY.resolve("new-file.tmp")); // as the next start does
    }
    disk.heal();
    SegmentLog log = open();
    assertThat(memory.list(DIRECTORY)).isEqualTo(names);
    assertThat(log.status().corruptGaps()).isZero();
    assertThat(log.feed("sink", Start.NOW).state()).containsExactly(5);
  }

  @Test
  void aDiskThatComesBackBeforeItTakesANewFileHasLostNothing() throws IOException {
    oneFile();
    disk.spoil(last(), 0, memory.size(last()));
    memory.fail(
        (verb, file) -> {
          if (verb.equals("force") && !Segment.isName(name(file))) {
            disk.heal();
          }
          return false;
        });
    SegmentLog log = open();
    assertThat(log.status().corruptGaps()).isZero();
    assertThat(log.append(1, 1, 7, ByteBuffer.allocate(10), null)).isEqualTo(RECORDS);
  }

  @Test
  void aFileOfWhichNothingIsReturnedIsAFaultToWhoLooks() throws IOException {
    oneFile();
    disk.spoil(last(), 0, memory.size(last()));
    assertThat(LogCheck.verify(DIRECTORY, disk).faults().stream().map(LogCheck.Fault::kind))
        .containsExactly(Kind.UNREADABLE);
    assertThat(LogCheck.status(DIRECTORY, disk).cursors()).hasSize(1);
  }
}
