package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.SegmentLog.Start;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a log does when its disk fails or is full, stepped on one thread. */
class FailingDiskTest {

  private final MemoryDisk disk = new MemoryDisk(new Random(4));
  private final ManualTime time = new ManualTime();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<String> reported = new ArrayList<>();
  private SegmentLog log;

  @BeforeEach
  void open() throws IOException {
    log = SegmentLog.open("failing", options(), disk, time, RunningTotal.NOTHING, meters);
  }

  private static LogOptions options() {
    return new LogOptions(
        Path.of("/log"), 64 << 10, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 4 << 10);
  }

  private long append() {
    return log.append(
        1,
        time.wallNs(),
        1,
        ByteBuffer.allocate(100),
        new Synced() {
          @Override
          public void synced(long offset) {
            reported.add("synced " + offset);
          }

          @Override
          public void failed(long offset, Throwable cause) {
            reported.add("failed " + offset);
          }
        });
  }

  private List<Long> offsets() throws IOException {
    List<Long> offsets = new ArrayList<>();
    try (Feed feed = log.scan(0)) {
      for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
        offsets.add(entry.offset());
      }
    }
    return offsets;
  }

  private static MemoryDisk.Fault forcing(String fileEnd) {
    return (verb, file) -> verb.equals("force") && file.toString().endsWith(fileEnd);
  }

  @Test
  void aRecordWhoseSyncFailedIsNeverServedAlsoAfterARestart() throws IOException {
    append();
    log.step();
    append();
    append();
    int[] strikes = {1};
    disk.fail((verb, file) -> verb.equals("force") && strikes[0]-- > 0);
    log.step();
    assertThat(reported).containsExactly("synced 0", "failed 1", "failed 2");
    assertThat(log.status().writable()).isFalse();
    assertThat(meters.get(LogMeter.SYNC_FAILURES.meterName()).counter().count()).isEqualTo(1);

    log.step();
    assertThat(log.status().writable()).isTrue();
    assertThat(append()).isEqualTo(3);
    log.step();
    assertThat(reported).endsWith("synced 3");
    assertThat(offsets()).containsExactly(0L, 3L);
    assertThat(log.status().segments()).isEqualTo(2);
    disk.crash();
    open();
    assertThat(offsets()).containsExactly(0L, 3L);
    assertThat(log.status().units()).isEqualTo(2);
  }

  @Test
  void aFailureIsNotReportedBeforeTheNextHeaderIfTheFileCannotBeCut() throws IOException {
    append();
    log.step();
    append();
    disk.fail(forcing("0.seg"));
    log.step();
    assertThat(reported).as("a crash could still bring record 1 back").containsExactly("synced 0");
    log.step();
    assertThat(reported).containsExactly("synced 0", "failed 1");
    disk.crash();
    open();
    assertThat(offsets()).containsExactly(0L);
  }

  @Test
  void aFullDiskStopsTheIntakeWhileDrainingGoesOnAndRoomStartsItAgain() throws IOException {
    Feed feed = log.feed("sink", Start.OLDEST);
    for (int i = 0; i < 10; i++) {
      append();
      log.step();
    }
    disk.fillUpTo(50);
    append();
    log.step();
    log.step();
    assertThat(reported).endsWith("failed 10");
    assertThat(append()).isEqualTo(SegmentLog.NO_ROOM);
    assertThat(log.status().reason()).contains("disk is full");

    for (int i = 0; i < 10; i++) {
      assertThat(feed.next()).isNotNull();
      feed.commit(i + 1, new byte[] {(byte) i});
    }
    assertThat(feed.next()).isNull();

    disk.heal();
    log.step();
    assertThat(append()).as("not tried again within the second").isEqualTo(SegmentLog.NO_ROOM);
    time.advance(Duration.ofSeconds(1));
    log.step();
    assertThat(append()).isEqualTo(11);
    log.step();
    assertThat(reported).endsWith("synced 11");
    assertThat(feed.next()).isNotNull();
  }

  private static LogOptions dropsOldest() {
    return new LogOptions(
        Path.of("/log"), 16 << 10, 64 << 10, WhenFull.DROP_OLDEST, Duration.ZERO, 4 << 10);
  }

  /** Appends and steps so often; then what the files of the log take together. */
  private long fill(int times) throws IOException {
    for (int i = 0; i < times; i++) {
      append();
      log.step();
    }
    long bytes = 0;
    for (Path file : disk.files("/log/0")) {
      bytes += disk.bytes(file).length;
    }
    return bytes;
  }

  @Test
  void aLogThatCannotDeleteItsOldestFileStaysWithinItsBoundAndTakesNoMore() throws IOException {
    log.close();
    log = SegmentLog.open("failing", dropsOldest(), disk, time, RunningTotal.NOTHING, meters);
    disk.fail((verb, file) -> verb.equals("delete"));
    assertThat(fill(2_000)).as("files").isLessThanOrEqualTo(64 << 10);
    assertThat(log.status().bytes()).isLessThanOrEqualTo(64 << 10);
    assertThat(log.status().reason()).contains("is full").contains("cannot be deleted");
    assertThat(append()).isEqualTo(SegmentLog.NO_ROOM);
    long held = log.status().units();

    disk.fail((verb, file) -> false);
    time.advance(Duration.ofSeconds(1));
    log.step();
    assertThat(log.status().writable()).isTrue();
    assertThat(append()).isPositive();
    log.step();
    assertThat(log.status().units()).isEqualTo(held + 1);
    assertThat(reported.stream().filter(each -> each.startsWith("synced")).count())
        .as("no record that failed counts")
        .isEqualTo(log.status().units());
  }

  @Test
  void aFileThatCannotBeDeletedCostsNoOtherFile() throws IOException {
    log.close();
    log = SegmentLog.open("failing", dropsOldest(), disk, time, RunningTotal.NOTHING, meters);
    log.feed("slow", Start.OLDEST).close();
    disk.fail((verb, file) -> verb.equals("delete"));
    fill(2_000);
    for (int i = 0; i < 20; i++) {
      time.advance(Duration.ofSeconds(1));
      log.step();
    }
    List<Long> offsets = offsets();
    assertThat(offsets.size() * 10L)
        .as("most is still there")
        .isGreaterThan(log.status().units() * 5);
    assertThat(log.status().units() - offsets.size())
        .as("what is gone is one file")
        .isEqualTo(log.droppedWhole())
        .isPositive();
  }

  @Test
  void aFreeSpaceThatIsNotKnownIsNoFullDisk() throws IOException {
    for (boolean answers : new boolean[] {true, false}) {
      FileSystem chroot =
          new ForwardingFiles(disk) {
            @Override
            public long usableSpace(Path directory) throws IOException {
              if (answers) {
                return FileSystem.UNKNOWN_SPACE;
              }
              throw new IOException("Mount point not found");
            }
          };
      log = SegmentLog.open("chroot", options(), chroot, time, RunningTotal.NOTHING, meters);
      append();
      int[] strikes = {1};
      disk.fail((verb, file) -> verb.equals("force") && strikes[0]-- > 0);
      log.step();
      assertThat(log.status().writable()).isFalse();
      time.advance(Duration.ofSeconds(1));
      log.step();
      assertThat(log.status().writable()).isTrue();
    }
  }

  @Test
  void aLogThatStaysStoppedSaysWhyOnce() throws IOException {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger logger = (Logger) LoggerFactory.getLogger(Writer.class);
    logger.addAppender(lines);
    try {
      disk.fillUpTo(50);
      for (int i = 0; i < 100; i++) {
        append();
        log.step();
        disk.fillUpTo(50 + i);
        time.advance(Duration.ofSeconds(1));
      }
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(line -> line.contains("stopped"))
        .singleElement()
        .asString()
        .contains("failing", "no records are accepted", "the disk is full");
  }

  @Test
  void aTailThatLostItsNameAcknowledgesNothing() throws IOException {
    append();
    log.step();
    disk.remove(Path.of("/log/00000000000000000000.seg"));
    append();
    log.step();
    assertThat(reported).containsExactly("synced 0", "failed 1");
    log.step();
    append();
    log.step();
    assertThat(reported).endsWith("synced 2");
    disk.crash();
    open();
    assertThat(offsets()).containsExactly(2L);
  }

  @Test
  void aSyncReportsWhatFailedSinceTheLastOne() throws IOException {
    long first = append();
    int[] strikes = {1};
    disk.fail((verb, file) -> verb.equals("write") && strikes[0]-- > 0);
    log.step();
    log.step();
    long second = append();
    assertThatThrownBy(() -> log.sync(first))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("failing");
    assertThatCode(() -> log.sync(second)).doesNotThrowAnyException();
    assertThatCode(() -> log.sync()).doesNotThrowAnyException();
    assertThat(offsets()).containsExactly(second);
  }

  @Test
  void aDiskThatFailsEveryTimeIsTriedOnceASecond() throws IOException {
    append();
    log.step();
    disk.fail((verb, file) -> verb.equals("write") && file.toString().endsWith(".seg"));
    for (int i = 0; i < 50; i++) {
      append();
      log.step();
      time.advance(Duration.ofMillis(100));
    }
    assertThat(log.status().segments()).isBetween(5, 8);
  }

  @Test
  void aCallbackThatThrowsHidesNothingFromTheOthers() throws IOException {
    log.append(
        1,
        1,
        1,
        ByteBuffer.allocate(8),
        new Synced() {
          @Override
          public void synced(long offset) {
            throw new IllegalStateException("a fault of its owner");
          }

          @Override
          public void failed(long offset, Throwable cause) {
            reported.add("failed");
          }
        });
    append();
    log.step();
    assertThat(reported).containsExactly("synced 1");
  }

  @Test
  void closingSyncsWhatWasAppendedAndThenTakesNothing() throws IOException {
    append();
    log.close();
    assertThat(reported).containsExactly("synced 0");
    assertThat(append()).isEqualTo(SegmentLog.NO_ROOM);
    disk.crash();
    open();
    assertThat(offsets()).containsExactly(0L);
    assertThat(log.lastReceiveTimeNs()).isEqualTo(time.wallNs());
  }
}
