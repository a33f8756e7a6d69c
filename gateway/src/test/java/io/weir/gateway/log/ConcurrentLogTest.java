package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.SegmentLog.Start;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several appenders and consumers at once on a real disk, in a log far smaller than the data. */
class ConcurrentLogTest {

  private static final int APPENDERS = 3;
  private static final int CONSUMERS = 3;
  private static final int EACH = 20_000;

  @TempDir Path directory;

  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong lastAcknowledged = new AtomicLong(-1);

  private final Synced counting =
      new Synced() {
        @Override
        public void synced(long offset) {
          if (lastAcknowledged.getAndSet(offset) < offset) {
            acknowledged.incrementAndGet();
          }
        }

        @Override
        public void failed(long offset, Throwable cause) {
          throw new AssertionError(cause);
        }
      };

  @Test
  @Timeout(120)
  void everyConsumerSeesEveryRecordInEachAppendersOrder() throws Exception {
    LogOptions options =
        new LogOptions(
            directory, 256 << 10, 1 << 20, WhenFull.BLOCK, Duration.ofMillis(1), 1 << 10);
    ExecutorService threads = Executors.newFixedThreadPool(APPENDERS + CONSUMERS);
    try (SegmentLog log =
        SegmentLog.open(
                "busy",
                options,
                FileSystem.DISK,
                Time.SYSTEM,
                RunningTotal.NOTHING,
                new SimpleMeterRegistry())
            .start(Threads.SYSTEM)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CONSUMERS; i++) {
        Feed feed = log.feed("consumer " + i, Start.OLDEST);
        all.add(threads.submit(() -> consume(feed)));
      }
      for (int i = 0; i < APPENDERS; i++) {
        int id = i;
        all.add(threads.submit(() -> append(log, id)));
      }
      for (Future<?> one : all) {
        one.get();
      }
      assertThat(acknowledged.get()).isEqualTo((long) APPENDERS * EACH);
      assertThat(log.status().firstOffset()).as("space was given back").isPositive();
      assertThat(log.status().units()).isEqualTo((long) APPENDERS * EACH);
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Void append(SegmentLog log, int id) {
    ByteBuffer record = ByteBuffer.allocate(40 + id).order(ByteOrder.BIG_ENDIAN);
    for (int i = 0; i < EACH; i++) {
      record.putInt(0, id).putInt(4, i);
      while (log.append(1, i, 1, record, counting) == SegmentLog.NO_ROOM) {
        LockSupport.parkNanos(200_000);
      }
    }
    return null;
  }

  private static Void consume(Feed feed) throws Exception {
    int[] next = new int[APPENDERS];
    long seen = 0;
    while (seen < (long) APPENDERS * EACH) {
      Feed.Entry entry = feed.next();
      if (entry == null) {
        feed.await(1_000_000_000L);
        continue;
      }
      ByteBuffer record = entry.payload().duplicate().order(ByteOrder.BIG_ENDIAN);
      int id = record.getInt();
      assertThat(record.getInt()).isEqualTo(next[id]++);
      assertThat(entry.dropped() + entry.corrupt()).isZero();
      if (++seen % 1_000 == 0 || seen == (long) APPENDERS * EACH) {
        feed.commit(entry.offset() + 1, new byte[] {1});
      }
    }
    feed.close();
    return null;
  }
}
