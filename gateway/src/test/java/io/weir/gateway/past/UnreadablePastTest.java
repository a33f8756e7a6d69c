package io.weir.gateway.past;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.efficiency.figure.StoredFigures;
import io.weir.gateway.live.Scope;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is answered of the past where a file of the gateway's own log cannot be read. */
class UnreadablePastTest {

  private static final long START_NS = 1_700_000_000_000_000_000L;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final int ROWS = 1_000;
  private static final Scope EVERY = new Scope(null, null, null, null);

  @TempDir Path directory;

  private SegmentLog written() throws IOException {
    SegmentLog log =
        SegmentLog.open(
            "figures",
            new LogOptions(
                directory, 64 << 10, 64 << 20, LogOptions.WhenFull.BLOCK, Duration.ZERO, 16 << 10),
            FileSystem.DISK,
            Time.SYSTEM,
            RunningTotal.NOTHING,
            new SimpleMeterRegistry());
    log.feed("sink", SegmentLog.Start.OLDEST).close(); // so that all is held
    MessageCodec codec = new MessageCodec();
    Series press = new Series(StoredFigures.STATES, new Asset("s", "a", "l", "press"), Map.of());
    for (int i = 0; i < ROWS; i++) {
      long at = START_NS + i * SECOND_NS;
      Value state = new Value.Text(i % 2 == 0 ? "running" : "down");
      Value reason = new Value.Text("");
      List<Reading> readings =
          List.of(
              new Reading(press, "state", state, at, Quality.GOOD, null),
              new Reading(press, "reason", reason, at, Quality.GOOD, null));
      log.append(
          1,
          at,
          2,
          codec.encode(
              new Message("figures", "f", at, 0, i, 2, 0, 0, readings, List.of(), new byte[0])),
          null);
      log.step();
    }
    return log;
  }

  @Test
  void theRestIsAnsweredAndTheFileIsNamed() throws Exception {
    try (SegmentLog log = written();
        Stream<Path> all = Files.list(directory)) {
      Past past = new Past(log::past, List.of(), Time.SYSTEM);
      long end = START_NS + ROWS * SECOND_NS;
      assertThat(past.states(EVERY, START_NS, end).rows()).hasSize(ROWS);
      assertThat(past.states(EVERY, START_NS, end).coverage().problem()).isEmpty();

      Path damaged = all.filter(each -> each.toString().endsWith(".seg")).sorted().toList().get(1);
      byte[] bytes = Files.readAllBytes(damaged);
      Arrays.fill(bytes, 0, 8192, (byte) 0);
      Files.write(damaged, bytes);

      Past.Answer<Past.StateRow> answer = past.states(EVERY, START_NS, end);
      assertThat(answer.rows()).hasSizeBetween(ROWS / 2, ROWS - 1);
      assertThat(answer.coverage().problem()).contains(damaged + " cannot be read");
      assertThat(past.states(EVERY, end - SECOND_NS, end).coverage().problem())
          .as("it is before that time")
          .isEmpty();
    }
  }
}
