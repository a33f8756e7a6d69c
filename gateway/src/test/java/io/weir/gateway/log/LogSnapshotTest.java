package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.SegmentLog.Start;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A copy of a log that is being written. */
class LogSnapshotTest {

  private static final Path DIRECTORY = Path.of("/log");

  private final MemoryDisk disk = new MemoryDisk(new Random(1));

  /** The log is just being made when the backup begins, and goes through segments meanwhile. */
  @Test
  void aCopyBegunBeforeTheFirstSegmentMissesNoneThatItsCursorsNeed() throws IOException {
    SegmentLog log =
        SegmentLog.open(
            "copied",
            new LogOptions(DIRECTORY, 12 << 10, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 1 << 10),
            disk,
            new ManualTime(),
            RunningTotal.NOTHING,
            new SimpleMeterRegistry());
    Feed feed = log.feed("sink", Start.OLDEST);
    LogSnapshot snapshot = LogSnapshot.open(DIRECTORY, disk);
    snapshot.copyCursors(Path.of("/copy"));
    for (int i = 0; i < 60; i++) {
      log.append(1, i, 1, ByteBuffer.allocate(500), null);
      log.step();
      feed.next();
    }
    feed.commit(60, new byte[0]);
    log.step();
    assertThat(log.firstOffset()).as("the first segments are deleted").isPositive();

    assertThat(snapshot.extend()).as("a copy that is whole").isFalse();
    snapshot.close();
    LogSnapshot next = LogSnapshot.open(DIRECTORY, disk);
    assertThat(next.extend()).isTrue();
    next.close();
    feed.close();
    log.close();
  }

  @Test
  void aCopyMayBeginBeforeTheFirstSegment() throws IOException {
    LogSnapshot snapshot = LogSnapshot.open(DIRECTORY, disk);
    SegmentLog log =
        SegmentLog.open(
            "copied",
            new LogOptions(DIRECTORY, 12 << 10, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 1 << 10),
            disk,
            new ManualTime(),
            RunningTotal.NOTHING,
            new SimpleMeterRegistry());
    log.append(1, 1, 1, ByteBuffer.allocate(500), null);
    log.step();
    assertThat(snapshot.extend()).isTrue();
    snapshot.close();
    log.close();
  }
}
