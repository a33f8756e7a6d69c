package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogOptions.WhenFull;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long records wait for others, to be synced with them at once. */
@Timeout(30)
class LingerTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final Duration LINGER = Duration.ofHours(1);

  private final ManualTime time = new ManualTime();
  private final MemoryDisk disk = new MemoryDisk(new Random(7));

  private AppendBuffer buffer() throws IOException {
    Recovered found = Recovery.run("lingering", disk, DIRECTORY, RunningTotal.NOTHING);
    return new AppendBuffer(time, Long.MAX_VALUE, 1 << 20, found);
  }

  private static void append(AppendBuffer buffer) {
    assertThat(buffer.append(1, 1, 1, ByteBuffer.allocate(100), null)).isNotNegative();
  }

  private static long left(AppendBuffer buffer) {
    return buffer.lingerLeftNs(LINGER.toNanos());
  }

  @Test
  void recordsWaitForOthersUntilTheLingerIsOver() throws IOException {
    AppendBuffer buffer = buffer();
    append(buffer);
    time.advance(Duration.ofMinutes(20));
    append(buffer);
    assertThat(left(buffer)).isEqualTo(Duration.ofMinutes(40).toNanos());
    time.advance(Duration.ofMinutes(40));
    assertThat(left(buffer)).isNotPositive();
  }

  @Test
  void theLingerEndsForThoseWhoGetNothingMoreToAppend() throws IOException {
    AppendBuffer buffer = buffer();
    append(buffer);
    buffer.endLinger();
    assertThat(left(buffer)).isNotPositive();
  }

  @Test
  void theLingerOfTheNextBatchIsItsOwn() throws IOException {
    AppendBuffer buffer = buffer();
    append(buffer);
    buffer.endLinger();
    buffer.release(buffer.take());
    append(buffer);
    assertThat(left(buffer)).isEqualTo(LINGER.toNanos());
  }

  @Test
  void anEndWithoutRecordsChangesNothing() throws IOException {
    AppendBuffer buffer = buffer();
    buffer.endLinger();
    append(buffer);
    assertThat(left(buffer)).isEqualTo(LINGER.toNanos());
  }

  /** With a linger of an hour this returns only where the end of the linger wakes log-sync. */
  @Test
  void theThreadThatSyncsIsWoken() throws IOException {
    LogOptions options =
        new LogOptions(DIRECTORY, 64 << 10, 1 << 20, WhenFull.BLOCK, LINGER, 4 << 10);
    SegmentLog log =
        SegmentLog.open(
            "lingering", options, disk, time, RunningTotal.NOTHING, new SimpleMeterRegistry());
    try (log) {
      log.start(Threads.SYSTEM);
      CompletableFuture<Long> synced = new CompletableFuture<>();
      log.append(
          1,
          1,
          1,
          ByteBuffer.allocate(100),
          new Synced() {
            @Override
            public void synced(long offset) {
              synced.complete(offset);
            }

            @Override
            public void failed(long offset, Throwable cause) {
              synced.completeExceptionally(cause);
            }
          });
      log.endLinger();
      assertThatCode(() -> synced.get(20, TimeUnit.SECONDS)).doesNotThrowAnyException();
    }
  }
}
