package io.weir.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.SegmentLog.Start;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a consumer and an appender see of a log on a real disk. */
class SegmentLogTest {

  @TempDir Path directory;

  private SegmentLog open(WhenFull whenFull) throws IOException {
    return SegmentLog.open(
            "test",
            new LogOptions(directory, 16 << 10, 96 << 10, whenFull, Duration.ZERO, 4 << 10),
            FileSystem.DISK,
            Time.SYSTEM,
            RunningTotal.NOTHING,
            new SimpleMeterRegistry())
        .start(Threads.SYSTEM);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static List<String> drain(Feed feed) throws IOException {
    List<String> all = new ArrayList<>();
    for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
      all.add(UTF_8.decode(entry.payload()).toString());
    }
    return all;
  }

  @Test
  void whatWasSyncedIsReadInOrderByEveryConsumer() throws Exception {
    try (SegmentLog log = open(WhenFull.BLOCK)) {
      for (int i = 0; i < 100; i++) {
        assertThat(log.append(1, 1_000 + i, 3, bytes("record " + i), null)).isEqualTo(i);
      }
      log.sync();
      assertThat(log.syncedOffset()).isEqualTo(100);
      assertThat(log.lastReceiveTimeNs()).isEqualTo(1_099);
      try (Feed one = log.feed("one", Start.OLDEST);
          Feed two = log.feed("sink two/x", Start.OLDEST)) {
        assertThat(drain(one)).hasSize(100).startsWith("record 0").endsWith("record 99");
        assertThat(drain(two)).hasSize(100);
        assertThat(one.pendingUnits()).isEqualTo(300);
        one.commit(50, new byte[] {7});
        assertThat(one.pendingUnits()).isEqualTo(150);
      }
    }
    try (SegmentLog log = open(WhenFull.BLOCK)) {
      assertThat(log.cursorNames()).containsExactly("one", "sink two/x");
      Feed one = log.feed("one", Start.NOW);
      assertThat(one.state()).containsExactly(7);
      assertThat(drain(one)).hasSize(50).startsWith("record 50");
      one.seek(98);
      assertThat(drain(one)).containsExactly("record 98", "record 99");
      assertThat(log.endOffset()).isEqualTo(100);
      assertThat(log.removeCursor("sink two/x")).isEqualTo(300);
    }
  }

  @Test
  void rangesThatAreDoneAboveThePositionAreKeptWithIt() throws Exception {
    List<OffsetRange> done = List.of(new OffsetRange(20, 30), new OffsetRange(60, 90));
    try (SegmentLog log = open(WhenFull.BLOCK)) {
      for (int i = 0; i < 100; i++) {
        log.append(1, 1_000 + i, 3, bytes("record " + i), null);
      }
      log.sync();
      try (RangeFeed feed = log.feed("sink", Start.OLDEST)) {
        drain(feed);
        assertThatThrownBy(() -> feed.commit(20, done, new byte[0]))
            .isInstanceOf(IllegalArgumentException.class);
        feed.commit(10, done, new byte[] {7});
        assertThat(feed.doneAbove()).isEqualTo(done);
      }
    }
    try (SegmentLog log = open(WhenFull.BLOCK);
        RangeFeed feed = log.feed("sink", Start.OLDEST)) {
      assertThat(feed.committed()).isEqualTo(10);
      assertThat(feed.doneAbove()).isEqualTo(done);
      assertThat(feed.state()).containsExactly(7);
      assertThat(feed.committedUnits()).isEqualTo(30);
      assertThat(feed.syncedUnits()).isEqualTo(300);
      assertThat(drain(feed)).as("all above the position is read").hasSize(90);
      try (Feed tail = feed.tail()) {
        assertThat(tail.committed()).isEqualTo(100);
        log.append(1, 2_000, 3, bytes("new"), null);
        log.sync();
        assertThat(drain(tail)).containsExactly("new");
      }
      feed.commit(95, new byte[0]);
      assertThat(feed.doneAbove()).isEmpty();
    }
  }

  @Test
  void offsetsThatACursorSaysAreDoneAreNotGivenAgain() throws Exception {
    try (SegmentLog log = open(WhenFull.BLOCK)) {
      log.append(1, 1_000, 1, bytes("record"), null);
      log.sync();
      try (RangeFeed feed = log.feed("sink", Start.OLDEST)) {
        feed.commit(0, List.of(new OffsetRange(5, 9)), new byte[0]);
      }
    }
    try (SegmentLog log = open(WhenFull.BLOCK)) {
      assertThat(log.append(1, 1_001, 1, bytes("new"), null)).isGreaterThanOrEqualTo(9);
    }
  }

  @Test
  void aCallbackRunsOnceTheRecordIsSynced() throws Exception {
    try (SegmentLog log = open(WhenFull.BLOCK)) {
      CountDownLatch synced = new CountDownLatch(1);
      long offset =
          log.append(
              1,
              1,
              1,
              bytes("x"),
              new Synced() {
                @Override
                public void synced(long at) {
                  if (log.syncedOffset() > at) {
                    synced.countDown();
                  }
                }

                @Override
                public void failed(long at, Throwable cause) {}
              });
      assertThat(offset).isZero();
      assertThat(synced.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aFullLogBlocksUntilItsConsumersHaveCommitted() throws Exception {
    try (SegmentLog log = open(WhenFull.BLOCK);
        Feed feed = log.feed("sink", Start.OLDEST)) {
      assertThat(fill(log)).isEqualTo(SegmentLog.NO_ROOM);
      assertThat(log.status().bytes()).isLessThanOrEqualTo(96 << 10);
      List<String> read = drain(feed);
      feed.commit(log.syncedOffset(), new byte[0]);
      Awaitility.await()
          .until(() -> log.append(1, 1, 1, bytes("more"), null) != SegmentLog.NO_ROOM);
      log.sync();
      assertThat(read).isNotEmpty();
      assertThat(feed.next()).isNotNull();
    }
  }

  @Test
  void aLogThatDropsItsOldestNeverBlocksAndReportsWhatIsGone() throws Exception {
    try (SegmentLog log = open(WhenFull.DROP_OLDEST);
        Feed feed = log.feed("sink", Start.OLDEST)) {
      long units = 0;
      for (int i = 0; i < 400; i++) {
        if (log.append(1, 1, 2, ByteBuffer.allocate(1000), null) != SegmentLog.NO_ROOM) {
          units += 2;
        }
        log.sync();
      }
      assertThat(units).isEqualTo(800);
      Feed.@Nullable Entry first = feed.next();
      assertThat(first).isNotNull();
      long seen = first.dropped() + first.units();
      for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
        assertThat(entry.dropped()).isZero();
        seen += entry.units();
      }
      assertThat(seen).isEqualTo(800);
      assertThat(log.status().droppedUnits()).isEqualTo(first.dropped()).isPositive();
    }
  }

  private static long fill(SegmentLog log) throws IOException {
    long answer = 0;
    while (answer != SegmentLog.NO_ROOM) {
      answer = log.append(1, 1, 1, ByteBuffer.allocate(1000), null);
      log.sync();
    }
    return answer;
  }

  @Test
  void aFeedIsOpenOnceAtATime() throws Exception {
    try (SegmentLog log = open(WhenFull.BLOCK);
        Feed feed = log.feed("sink", Start.OLDEST)) {
      assertThatThrownBy(() -> log.feed("sink", Start.OLDEST))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("sink");
      assertThat(feed.next()).isNull();
    }
  }

  @Test
  void aRecordThatWillNeverFitIsRefusedAtOnce() throws Exception {
    try (SegmentLog log = open(WhenFull.BLOCK)) {
      assertThatThrownBy(() -> log.append(1, 1, 1, ByteBuffer.allocate(5000), null))
          .isInstanceOf(RecordTooLargeException.class);
    }
  }

  @Test
  void aTailSeesWhatComesFromNowOnAndHoldsNoSpace() throws Exception {
    try (SegmentLog log = open(WhenFull.BLOCK);
        Feed sink = log.feed("sink", Start.OLDEST)) {
      log.append(1, 1, 1, bytes("before"), null);
      log.sync();
      Feed tail = log.tail();
      assertThat(tail.next()).isNull();
      log.append(1, 1, 1, bytes("after"), null);
      tail.await(10_000_000_000L);
      assertThat(drain(tail)).containsExactly("after");
      fill(log);
      drain(sink);
      sink.commit(log.syncedOffset(), new byte[0]);
      Awaitility.await().until(() -> log.status().segments() == 1);
      log.append(1, 1, 1, bytes("last"), null);
      log.sync();
      assertThat(drain(tail)).endsWith("last");
      assertThat(log.cursorNames()).containsExactly("sink");
    }
  }

  @Test
  void aFaultInTheOwnersTotalStopsAppendsAndIsReported() throws Exception {
    RunningTotal faulty =
        new RunningTotal() {
          @Override
          public byte[] snapshot() {
            return new byte[0];
          }

          @Override
          public void restore(byte[] snapshot) {}

          @Override
          public void add(int kind, ByteBuffer payload) {
            throw new IllegalStateException("cannot count kind " + kind);
          }
        };
    LogOptions options =
        new LogOptions(directory, 16 << 10, 96 << 10, WhenFull.BLOCK, Duration.ZERO, 4 << 10);
    try (SegmentLog log =
        SegmentLog.open(
                "faulty", options, FileSystem.DISK, Time.SYSTEM, faulty, new SimpleMeterRegistry())
            .start(Threads.SYSTEM)) {
      log.append(9, 1, 1, bytes("x"), null);
      assertThatThrownBy(log::sync).isInstanceOf(IOException.class).hasMessageContaining("kind 9");
      assertThat(log.append(9, 1, 1, bytes("y"), null)).isEqualTo(SegmentLog.NO_ROOM);
      assertThat(log.status().reason()).contains("cannot count kind 9");
    }
  }

  @Test
  void aBoundTooSmallForTheLargestRecordIsRefused() {
    LogOptions options =
        new LogOptions(directory, 16 << 10, 96 << 10, WhenFull.BLOCK, Duration.ZERO, 64 << 10);
    assertThatThrownBy(
            () ->
                SegmentLog.open(
                    "small",
                    options,
                    FileSystem.DISK,
                    Time.SYSTEM,
                    RunningTotal.NOTHING,
                    new SimpleMeterRegistry()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too small");
  }

  @Test
  void aRunningTotalMayBeOfAnySizeAndIsRestored() throws IOException {
    byte[] large = new byte[3 << 20];
    new java.util.Random(1).nextBytes(large);
    byte[][] restored = new byte[1][];
    RunningTotal total =
        new RunningTotal() {
          @Override
          public byte[] snapshot() {
            return large;
          }

          @Override
          public void restore(byte[] snapshot) {
            restored[0] = snapshot;
          }

          @Override
          public void add(int kind, ByteBuffer payload) {
            // constant
          }
        };
    LogOptions options =
        new LogOptions(directory, 64 << 10, 128 << 20, WhenFull.BLOCK, Duration.ZERO, 4 << 10);
    for (int start = 0; start < 2; start++) {
      try (SegmentLog log =
          SegmentLog.open(
              "large", options, FileSystem.DISK, Time.SYSTEM, total, new SimpleMeterRegistry())) {
        for (int i = 0; i < 60; i++) {
          assertThat(log.append(1, 1, 1, ByteBuffer.allocate(4_000), null)).isNotNegative();
          log.step();
        }
        LogStatus status = log.status();
        assertThat(status.writable()).isTrue();
        assertThat(status.segments()).as("a segment holds many records").isEqualTo(5 + 4 * start);
        assertThat(status.bytes()).isLessThanOrEqualTo(options.maxBytes());
      }
    }
    assertThat(restored[0]).isEqualTo(large);
  }
}
