package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogOptions.Keep;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.SegmentLog.Start;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Segments that every consumer has passed, kept for those who read the past again. */
class KeptSegmentsTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final long SECOND = 1_000_000_000L;
  private static final int SEGMENT = 16 << 10;
  private static final Keep DAY = new Keep(Duration.ofDays(1), 4 << 20);

  private final MemoryDisk disk = new MemoryDisk(new Random(7));
  private final ManualTime time = new ManualTime();
  private SegmentLog log;
  private Feed consumer;
  private int appended;
  private long aheadNs;

  private void open(Keep keep) throws IOException {
    log =
        SegmentLog.open(
            "kept",
            new LogOptions(
                DIRECTORY, SEGMENT, 20 * SEGMENT, WhenFull.BLOCK, Duration.ZERO, 1 << 10, keep),
            disk,
            time,
            RunningTotal.NOTHING,
            new SimpleMeterRegistry());
    consumer = log.feed("store", Start.OLDEST);
  }

  /** One record a second, of 1 KiB; every consumer passes them. */
  private void pass(int records) throws IOException {
    for (int i = 0; i < records; i++) {
      append();
      while (consumer.next() != null) {
        // all that is there
      }
      consumer.commit(log.syncedOffset(), new byte[0]);
      log.step();
    }
  }

  private void append() {
    appended++;
    ByteBuffer bytes = ByteBuffer.allocate(1000).putInt(0, appended);
    assertThat(log.append(1, aheadNs + appended * SECOND, 1, bytes, null)).isNotNegative();
    log.step();
  }

  private List<Integer> past(long fromNs) throws IOException {
    try (Feed feed = log.past(fromNs, Long.MAX_VALUE)) {
      return rest(feed);
    }
  }

  private static List<Integer> rest(Feed feed) throws IOException {
    List<Integer> all = new ArrayList<>();
    for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
      assertThat(entry.corrupt()).isZero();
      all.add(ByteBuffer.wrap(bytes(entry)).getInt());
    }
    return all;
  }

  private static byte[] bytes(Feed.Entry entry) {
    byte[] bytes = new byte[entry.payload().remaining()];
    entry.payload().get(bytes);
    return bytes;
  }

  private static List<Integer> from(int first, int last) {
    List<Integer> all = new ArrayList<>();
    for (int i = first; i <= last; i++) {
      all.add(i);
    }
    return all;
  }

  @Test
  void whatEveryConsumerHasPassedIsReadAgainAndTakesNoRoomOfTheLog() throws IOException {
    open(DAY);
    pass(200);
    assertThat(log.status().segments()).isLessThan(4);
    assertThat(log.status().bytes()).isLessThan(4L * SEGMENT);
    assertThat(log.status().firstOffset()).isGreaterThan(150);
    assertThat(past(0)).isEqualTo(from(1, 200));
    Kept kept = log.kept();
    assertThat(kept.segments()).isGreaterThan(10);
    assertThat(kept.bytes()).isBetween(180_000L, 500_000L);
    assertThat(kept.fromNs()).isEqualTo(SECOND);
    assertThat(LogCheck.kept(DIRECTORY, disk)).isEqualTo(kept);
    List<Integer> late = past(150 * SECOND);
    assertThat(late.get(0)).isBetween(130, 150);
    assertThat(late).isEqualTo(from(late.get(0), 200));
  }

  @Test
  void aFileThatCannotBeReadCostsNothingElseThatIsKept() throws IOException {
    open(DAY);
    pass(100);
    int before = log.kept().segments();
    Path last =
        disk.files(".seg").stream()
            .filter(file -> file.getParent().equals(DIRECTORY))
            .max(Path::compareTo)
            .orElseThrow();
    disk.spoil(last, 0);
    disk.spoil(last, 4096);
    pass(100);
    assertThat(log.kept().segments()).isGreaterThan(before);
  }

  @Test
  void withoutTheSettingNothingIsKept() throws IOException {
    open(Keep.NOTHING);
    pass(100);
    assertThat(log.kept()).isEqualTo(Kept.NOTHING);
    assertThat(past(0)).hasSizeLessThan(40);
    assertThat(disk.files(Kept.DIRECTORY)).isEmpty();
  }

  @Test
  void theOldestGoesFirstByAge() throws IOException {
    open(new Keep(Duration.ofSeconds(60), 1 << 20));
    pass(300);
    List<Integer> left = past(0);
    assertThat(left.get(0)).isBetween(210, 240);
    assertThat(left).isEqualTo(from(left.get(0), 300));
  }

  @Test
  void aClockThatWasAheadDoesNotDeleteWhatIsKeptAfterIt() throws IOException {
    open(DAY);
    time.jump(Duration.ofNanos(-time.wallNs())); // of the receive times of the test
    aheadNs = Duration.ofDays(365).toNanos();
    pass(1);
    aheadNs = 0;
    for (int i = 0; i < 200; i++) {
      time.advance(Duration.ofSeconds(1));
      pass(1);
    }
    assertThat(past(0)).isEqualTo(from(1, 201));
  }

  @Test
  void aClockThatIsAheadDeletesNothing() throws IOException {
    open(DAY);
    time.jump(Duration.ofNanos(-time.wallNs())); // of the receive times of the test
    for (int i = 0; i < 200; i++) {
      time.advance(Duration.ofSeconds(1));
      pass(1);
    }
    Duration year = Duration.ofDays(365);
    time.jump(year);
    aheadNs = year.toNanos();
    pass(1);
    assertThat(past(0)).isEqualTo(from(1, 201));
  }

  @Test
  void whatTheDiskDoesNotDeleteDoesNotGrowAndAllOfItGoesOnceItDoes() throws IOException {
    Keep keep = new Keep(Duration.ofDays(1), 10 * SEGMENT);
    open(keep);
    disk.fail((verb, file) -> verb.equals("delete") && file.toString().contains(Kept.DIRECTORY));
    pass(500);
    assertThat(log.kept().bytes()).isLessThan(keep.bytes() + 2 * SEGMENT);
    assertThat(log.status().bytes()).as("of the log").isLessThan(4L * SEGMENT);
    disk.heal();
    pass(100);
    List<Integer> left = past(0);
    assertThat(left).as("no hole").isEqualTo(from(left.get(0), 600)).hasSizeGreaterThan(50);
  }

  @ParameterizedTest
  @ValueSource(strings = {"of-the-log", Kept.DIRECTORY})
  void aDiskThatDeletesNothingIsSaidOnceAndThenAtIntervals(String which) throws IOException {
    boolean ofTheLog = !which.equals(Kept.DIRECTORY);
    MemoryDisk.Fault refuses =
        (verb, file) ->
            verb.equals("delete") && file.toString().contains(Kept.DIRECTORY) != ofTheLog;
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger logger = (Logger) LoggerFactory.getLogger(KeptSegments.class.getPackageName());
    logger.addAppender(lines);
    try {
      open(ofTheLog ? Keep.NOTHING : new Keep(Duration.ofDays(1), 2 * SEGMENT));
      disk.fail(refuses);
      pass(100);
      assertThat(lines.list).hasSize(1);
      time.advance(Duration.ofMinutes(10));
      pass(10);
      assertThat(lines.list).hasSize(2);
      disk.heal();
      pass(20);
      disk.fail(refuses);
      pass(100);
      assertThat(lines.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .allMatch(line -> line.contains("cannot delete"))
          .hasSize(3);
    } finally {
      logger.detachAppender(lines);
    }
  }

  @Test
  void theOldestGoesFirstBySize() throws IOException {
    open(new Keep(Duration.ofDays(1), 5 * SEGMENT));
    pass(300);
    assertThat(log.kept().bytes()).isBetween(3L * SEGMENT, 5L * SEGMENT);
    List<Integer> left = past(0);
    assertThat(left).isEqualTo(from(left.get(0), 300));
    assertThat(left.get(0)).isGreaterThan(200);
  }

  @Test
  void itTakesNoMoreThanWhatIsFreeOnItsDisk() throws IOException {
    open(DAY);
    pass(200);
    disk.fillUpTo(8 * SEGMENT);
    time.advance(Duration.ofSeconds(11));
    log.step();
    assertThat(log.kept().bytes()).isBetween(8L * SEGMENT, 20L * SEGMENT);
    assertThat(log.kept().bytes()).isLessThanOrEqualTo(disk.usableSpace(DIRECTORY));
  }

  @Test
  void aFullDiskTakesItBeforeItStopsTheLog() throws IOException {
    open(DAY);
    pass(200);
    disk.fillUpTo(500);
    log.append(1, 201 * SECOND, 1, ByteBuffer.allocate(1000), null);
    log.step();
    assertThat(log.status().writable()).isFalse();
    for (int i = 0; i < 3; i++) {
      time.advance(Duration.ofSeconds(2));
      log.step();
    }
    assertThat(log.status().writable()).isTrue();
    assertThat(log.kept()).isEqualTo(Kept.NOTHING);
    appended++;
    append();
    assertThat(log.status().bytes()).isLessThan(20L * SEGMENT);
  }

  @Test
  void aSegmentThatLeavesTheLogWhileItIsReadIsReadToItsEnd() throws IOException {
    open(DAY);
    for (int i = 0; i < 40; i++) {
      append();
    }
    try (Feed feed = log.past(0, Long.MAX_VALUE)) {
      Feed.Entry first = feed.next();
      assertThat(first).isNotNull();
      pass(60);
      assertThat(log.firstOffset()).isGreaterThan(40);
      List<Integer> rest = rest(feed);
      assertThat(rest).startsWith(2).hasSizeGreaterThanOrEqualTo(39);
      assertThat(rest).isEqualTo(from(2, rest.size() + 1));
    }
  }

  @Test
  void aPassThatFindsASegmentGoneFailsRatherThanLeaveAHole() throws IOException {
    open(new Keep(Duration.ofSeconds(50), 1 << 20));
    pass(40);
    try (Feed feed = log.past(0, Long.MAX_VALUE)) {
      assertThat(feed.next()).isNotNull();
      pass(200);
      assertThatThrownBy(() -> rest(feed))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("deleted while the past was read");
    }
  }

  @Test
  void whereItCannotBeKeptItIsDeletedAndTheLogGoesOn() throws IOException {
    open(DAY);
    disk.fail((verb, file) -> verb.equals("rename") && file.toString().endsWith(".seg"));
    pass(100);
    assertThat(log.status().segments()).isLessThan(4);
    disk.heal();
    pass(60);
    assertThat(log.kept().segments()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void aCrashLeavesNoHole(int seed) throws IOException {
    MemoryDisk unkind = new MemoryDisk(new Random(seed));
    Random random = new Random(seed);
    for (int run = 0; run < 12; run++) {
      SegmentLog opened =
          SegmentLog.open(
              "kept",
              new LogOptions(
                  DIRECTORY, SEGMENT, 20 * SEGMENT, WhenFull.BLOCK, Duration.ZERO, 1 << 10, DAY),
              unkind,
              time,
              RunningTotal.NOTHING,
              new SimpleMeterRegistry());
      Feed store = opened.feed("store", Start.OLDEST);
      long expected = -1;
      try (Feed past = opened.past(0, Long.MAX_VALUE)) {
        for (Feed.Entry entry = past.next(); entry != null; entry = past.next()) {
          assertThat(entry.corrupt() + entry.dropped()).as("missing in seed %s", seed).isZero();
          assertThat(expected < 0 || entry.offset() == expected).isTrue();
          expected = entry.offset() + 1;
        }
      }
      assertThat(expected < 0 ? opened.syncedOffset() : expected).isEqualTo(opened.syncedOffset());
      unkind.fail(
          (verb, file) ->
              file.toString().endsWith(".seg") && verb.equals("rename") && random.nextInt(20) == 0);
      int records = 30 + random.nextInt(30);
      for (int i = 0; i < records; i++) {
        opened.append(1, ++appended * SECOND, 1, ByteBuffer.allocate(1000), null);
        opened.step();
        while (store.next() != null) {
          // all that is there
        }
        store.commit(opened.syncedOffset(), new byte[0]);
        opened.step();
      }
      unkind.crash();
    }
  }

  @Test
  void aStartWithoutTheSettingDeletesWhatWasKept() throws IOException {
    open(DAY);
    pass(100);
    consumer.close();
    log.close();
    disk.kill();
    open(DAY);
    assertThat(past(0)).isEqualTo(from(1, 100));
    log.close();
    disk.kill();
    open(Keep.NOTHING);
    assertThat(disk.files(Kept.DIRECTORY)).isEmpty();
  }

  private void packKept() throws IOException {
    while (log.packKept(() -> {})) {
      log.step();
    }
  }

  @Test
  void whatIsKeptIsPackedAndReadAsBefore() throws IOException {
    open(DAY);
    pass(200);
    Kept before = log.kept();
    packKept();
    Kept after = log.kept();
    assertThat(after.segments()).isEqualTo(before.segments());
    assertThat(after.fromNs()).isEqualTo(before.fromNs());
    assertThat(after.bytes()).isLessThan(before.bytes() * 3 / 4); // of 16 KiB, 8 are the header
    assertThat(LogCheck.kept(DIRECTORY, disk)).isEqualTo(after);
    assertThat(past(0)).isEqualTo(from(1, 200));
    pass(50);
    packKept();
    assertThat(past(0)).isEqualTo(from(1, 250));
    Kept last = log.kept();
    log.close();
    open(DAY);
    assertThat(log.kept()).isEqualTo(last);
    assertThat(log.packKept(() -> {})).as("all of it is packed").isFalse();
    assertThat(past(0)).isEqualTo(from(1, 250));
  }

  @Test
  void aFileWithDamageIsKeptAsItIs() throws IOException {
    open(DAY);
    pass(200);
    Path oldest = disk.files(Kept.DIRECTORY).get(0);
    long length = disk.size(oldest);
    disk.flip(oldest, 10_000, 1);
    packKept();
    assertThat(disk.size(oldest)).isEqualTo(length);
    assertThat(disk.files(".tmp")).isEmpty();
    disk.flip(oldest, 10_000, 1);
    assertThat(past(0)).isEqualTo(from(1, 200));
  }

  @Test
  void aReadingOfThePastGoesOnWhileItIsPacked() throws IOException {
    open(DAY);
    pass(100);
    try (Feed feed = log.past(0, Long.MAX_VALUE)) {
      feed.next();
      packKept();
      assertThat(rest(feed)).isEqualTo(from(2, 100));
    }
  }

  @Test
  void whatLeavesWhileItIsPackedIsGone() throws IOException {
    open(new Keep(Duration.ofSeconds(60), 4 << 20));
    pass(100);
    assertThat(log.packKept(() -> {})).isTrue();
    appended += 100;
    pass(20);
    packKept();
    assertThat(past(0)).doesNotContain(60).endsWith(219, 220);
    assertThat(disk.files(".tmp")).isEmpty();
    assertThat(LogCheck.kept(DIRECTORY, disk)).isEqualTo(log.kept());
  }

  @Test
  void packingOfAFileThatLeavesMeanwhileIsGivenUp() throws IOException {
    open(new Keep(Duration.ofSeconds(60), 4 << 20));
    pass(100);
    int[] records = {0};
    Runnable each =
        () -> {
          records[0]++;
          appended += 100;
          append();
        };
    assertThatThrownBy(() -> log.packKept(each)).isInstanceOf(CancellationException.class);
    assertThat(records[0]).isOne();
    assertThat(disk.files(".tmp")).isEmpty();
    assertThat(LogCheck.kept(DIRECTORY, disk)).isEqualTo(log.kept());
  }

  @Test
  void aCrashBeforeTheNewFileIsInPlaceChangesNothing() throws IOException {
    open(DAY);
    pass(100);
    assertThat(log.packKept(() -> {})).isTrue();
    disk.crash();
    open(DAY);
    assertThat(disk.files(".tmp")).isEmpty();
    assertThat(past(0)).isEqualTo(from(1, 100));
    packKept();
    assertThat(past(0)).isEqualTo(from(1, 100));
  }

  @Test
  void aRenameThatFailsMayHaveHappenedOrNot() throws IOException {
    open(DAY);
    pass(100);
    assertThat(log.packKept(() -> {})).isTrue();
    disk.fail((verb, file) -> verb.equals("rename"));
    log.step();
    disk.heal();
    assertThat(LogCheck.kept(DIRECTORY, disk)).isEqualTo(log.kept());
    assertThat(past(0)).isEqualTo(from(1, 100));
    packKept();
    assertThat(past(0)).isEqualTo(from(1, 100));
  }
}
