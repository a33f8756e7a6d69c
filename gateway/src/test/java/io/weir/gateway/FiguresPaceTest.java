package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.RangeFeed;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When figures wait for the stores. */
class FiguresPaceTest {

  private static final int BYTES = 1 << 20;

  private final ManualTime time = new ManualTime();
  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private SegmentLog figures;
  private SegmentLog readings;
  private RangeFeed fast;
  private RangeFeed slow;
  private FiguresPace pace;

  @BeforeEach
  void open() throws IOException {
    figures = open("figures", LogOptions.WhenFull.DROP_OLDEST);
    readings = open("readings", LogOptions.WhenFull.BLOCK);
    fast = figures.feed("sink-fast", SegmentLog.Start.OLDEST);
    slow = figures.feed("sink-slow", SegmentLog.Start.OLDEST);
    pace = new FiguresPace(figures, readings, List.of(fast, slow), Duration.ofSeconds(1), time);
  }

  private SegmentLog open(String name, LogOptions.WhenFull whenFull) throws IOException {
    LogOptions options =
        new LogOptions(Path.of("/" + name), 64 << 10, BYTES, whenFull, Duration.ZERO, 8 << 10);
    return SegmentLog.open(
        name, options, disk, time, RunningTotal.NOTHING, new SimpleMeterRegistry());
  }

  private static void fill(SegmentLog log, double share) {
    while (log.status().bytes() < share * BYTES) {
      log.append(1, 1, 1, ByteBuffer.allocate(4 << 10), null);
      log.step();
    }
  }

  private void takes(RangeFeed store, int records) throws IOException {
    long next = 0;
    for (int i = 0; i < records; i++) {
      next = store.next().offset() + 1;
    }
    store.commit(next, new byte[0]);
    time.advance(Duration.ofSeconds(1));
  }

  @Test
  void figuresWaitWhileTheSlowestStoreTakesThem() throws IOException {
    fill(figures, 0.7);
    assertThat(pace.waits()).as("no store has taken anything yet").isFalse();
    takes(fast, 2);
    assertThat(pace.waits()).as("the slowest has not").isFalse();
    takes(slow, 1);
    assertThat(pace.waits()).isTrue();
    time.advance(Duration.ofSeconds(11));
    assertThat(pace.waits()).as("it has taken nothing for long").isFalse();
  }

  @Test
  void figuresDoNotWaitWhileTheirLogHasRoom() throws IOException {
    fill(figures, 0.5);
    takes(fast, 2);
    takes(slow, 1);
    assertThat(pace.waits()).isFalse();
  }

  @Test
  void figuresDoNotWaitWhereTheReadingsWouldFillTheirLog() throws IOException {
    fill(figures, 0.7);
    takes(fast, 2);
    takes(slow, 1);
    assertThat(pace.waits()).isTrue();
    fill(readings, 0.5);
    time.advance(Duration.ofSeconds(1));
    assertThat(pace.waits()).isFalse();
  }
}
