package io.weir.gateway.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
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

class DeviceWatchTest {

  @TempDir Path home;

  private final ManualTime time = new ManualTime();

  private ByteBuffer message(String machine) {
    long now = time.wallNs();
    Series series = new Series("telemetry", new Asset(null, null, null, machine), Map.of());
    Reading reading = new Reading(series, "a", new Value.Real(1), now, Quality.GOOD, null);
    return new MessageCodec()
        .encode(
            new Message(
                "plant", "t", now, 0, 0, 1, 0, 0, List.of(reading), List.of(), new byte[0]));
  }

  @Test
  void neitherBytesThatAreNoMessageNorADefectStopIt() throws IOException {
    Expected.OfTopic expected =
        (source, topic) -> {
          if (topic.equals("defect")) {
            throw new IllegalStateException("a defect");
          }
          return Expected.UNKNOWN;
        };
    try (SegmentLog log =
            SegmentLog.open(
                "readings",
                new LogOptions(
                    home, 1 << 20, 4 << 20, LogOptions.WhenFull.BLOCK, Duration.ZERO, 100_000),
                FileSystem.DISK,
                time,
                RunningTotal.NOTHING,
                new SimpleMeterRegistry());
        DeviceWatch watch =
            new DeviceWatch(
                log.feed("devices", SegmentLog.Start.NOW),
                List.of("plant"),
                expected,
                source -> true,
                1 << 20,
                1 << 20,
                new SimpleMeterRegistry(),
                time)) {
      log.append(0, 1, 1, message("m1"), null);
      log.append(0, 1, 1, ByteBuffer.wrap(new byte[] {99, 1, 2}), null);
      Message odd =
          new Message(
              "plant",
              "defect",
              time.wallNs(),
              0,
              0,
              1,
              0,
              0,
              new MessageCodec().decode(message("m3")).readings(),
              List.of(),
              new byte[0]);
      log.append(0, 1, 1, new MessageCodec().encode(odd), null);
      log.append(0, 1, 1, message("m2"), null);
      log.step();
      while (watch.follower().step()) {
        time.advance(Duration.ofMillis(1));
      }
      assertThat(watch.devices())
          .extracting(device -> device.asset().machine())
          .containsExactly("m1", "m2");
    }
  }
}
