package io.weir.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveTest {

  @TempDir Path home;

  private SegmentLog open() throws IOException {
    return SegmentLog.open(
            "readings",
            new LogOptions(
                home, 1 << 20, 4 << 20, LogOptions.WhenFull.BLOCK, Duration.ZERO, 100_000),
            FileSystem.DISK,
            Time.SYSTEM,
            RunningTotal.NOTHING,
            new SimpleMeterRegistry())
        .start(Threads.SYSTEM);
  }

  private static ByteBuffer message(String machine) {
    long now = Time.SYSTEM.wallNs();
    Series series = new Series("telemetry", new Asset(null, null, null, machine), Map.of());
    Reading reading = new Reading(series, "a", new Value.Real(1), now, Quality.GOOD, null);
    return new MessageCodec()
        .encode(
            new Message("s", "t", now, 0, 0, 1, 0, 0, List.of(reading), List.of(), new byte[0]));
  }

  @Test
  void whatIsSyncedIsShownAndNothingThatIsNoMessageStopsIt() throws IOException {
    try (SegmentLog log = open();
        Live live = new Live(log.tail(), Time.SYSTEM, 10 << 20)) {
      live.follower().start(Threads.SYSTEM);
      log.append(0, 1, 1, message("m1"), null);
      log.append(0, 1, 1, ByteBuffer.wrap(new byte[] {99, 1, 2}), null);
      log.append(0, 1, 1, message("m2"), null);
      await()
          .untilAsserted(
              () ->
                  assertThat(live.assets())
                      .extracting(AssetNode::name)
                      .containsExactly("m1", "m2"));
    }
  }
}
