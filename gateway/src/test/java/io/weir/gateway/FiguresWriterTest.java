package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.model.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FiguresWriterTest {

  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final ManualTime time = new ManualTime();

  private SegmentLog open() throws IOException {
    LogOptions options =
        new LogOptions(
            Path.of("/figures"),
            64 << 10,
            1 << 20,
            LogOptions.WhenFull.DROP_OLDEST,
            Duration.ZERO,
            4 << 10);
    return SegmentLog.open(
        "figures", options, disk, time, RunningTotal.NOTHING, new SimpleMeterRegistry());
  }

  private static Message message(long stampNs) {
    return new Message(
        "efficiency", "efficiency", stampNs, 0, 0, 0, 0, 0, List.of(), List.of(), new byte[0]);
  }

  @Test
  void afterOneFailedSyncTheFiguresAppendedAgainAreSynced() throws IOException {
    SegmentLog log = open();
    FiguresWriter writer = new FiguresWriter(log, () -> false);
    writer.append(message(1));
    int[] strikes = {1};
    disk.fail((verb, file) -> verb.equals("force") && strikes[0]-- > 0);
    assertThatThrownBy(writer::sync).isInstanceOf(IOException.class);

    time.advance(Duration.ofSeconds(1));
    log.step();
    writer.append(message(2));
    writer.sync();
    disk.crash();
    List<Long> durable = new ArrayList<>();
    try (Feed feed = open().scan(0)) {
      for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
        durable.add(entry.receiveTimeNs());
      }
    }
    assertThat(durable).containsExactly(2L);
  }
}
