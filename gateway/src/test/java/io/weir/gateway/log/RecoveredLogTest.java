package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogOptions.WhenFull;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds once a log was opened again: what it served stays, what it gave out is not reused. */
class RecoveredLogTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final int RECORDS = 20;

  private static final int RUNS = 30;

  private final Random random = new Random(1);

  private static SegmentLog open(MemoryDisk disk) throws IOException {
    LogOptions options =
        new LogOptions(DIRECTORY, 64 << 10, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 4 << 10);
    return SegmentLog.open(
        "recovered",
        options,
        disk,
        new ManualTime(),
        RunningTotal.NOTHING,
        new SimpleMeterRegistry());
  }

  private static long append(SegmentLog log) {
    return log.append(1, 1, 1, ByteBuffer.allocate(300), null);
  }

  /** A log of one segment, on a disk of its own. */
  private static MemoryDisk written() throws IOException {
    MemoryDisk disk = new MemoryDisk(new Random(1));
    SegmentLog log = open(disk);
    for (int i = 0; i < RECORDS; i++) {
      append(log);
      log.step();
    }
    log.close();
    return disk;
  }

  private static List<Long> offsets(SegmentLog log) throws IOException {
    List<Long> offsets = new ArrayList<>();
    try (Feed feed = log.scan(0)) {
      for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
        offsets.add(entry.offset());
      }
    }
    return offsets;
  }

  /** The process was killed before its force; the machine loses power after the next start. */
  @Test
  void whatRecoveryServesSurvivesTheNextCrash() throws IOException {
    MemoryDisk before = written();
    for (int run = 0; run < RUNS; run++) {
      MemoryDisk disk = new MemoryDisk(new Random(random.nextLong()));
      for (String name : before.list(DIRECTORY)) {
        Path file = DIRECTORY.resolve(name);
        try (FileSystem.Handle handle = disk.open(file, FileSystem.Mode.WRITE)) {
          handle.write(ByteBuffer.wrap(before.bytes(file)), 0); // in the memory of the machine
        }
      }
      List<Long> served = offsets(open(disk));
      assertThat(served).hasSize(RECORDS);
      disk.crash();
      assertThat(offsets(open(disk))).as("run %d", run).isEqualTo(served);
    }
  }

  @Test
  void aRecordThatFailedIsNotServedAfterACrashBeforeTheNextSegment() throws IOException {
    for (int run = 0; run < RUNS; run++) {
      MemoryDisk disk = new MemoryDisk(new Random(random.nextLong()));
      SegmentLog log = open(disk);
      append(log);
      log.step();
      append(log);
      int[] strikes = {1};
      disk.fail((verb, file) -> verb.equals("force") && strikes[0]-- > 0);
      log.step();
      disk.crash();
      assertThat(offsets(open(disk))).as("run %d", run).containsExactly(0L);
    }
  }

  @Test
  void theOffsetsOfASegmentOfWhichNothingIsLeftAreNotGivenAgain() throws IOException {
    MemoryDisk disk = written();
    Path segment = DIRECTORY.resolve(Segment.fileName(0));
    byte[] garbage = disk.bytes(segment);
    random.nextBytes(garbage);
    disk.put(segment, garbage);
    assertThat(append(open(disk))).isGreaterThanOrEqualTo(RECORDS);
  }
}
