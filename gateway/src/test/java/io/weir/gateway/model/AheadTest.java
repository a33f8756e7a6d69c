package io.weir.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.SegmentLog.Start;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AheadTest {

  /** More than those that are not looked at. */
  private static final int RECORDS = 4 * Ahead.FEW_SERIES;

  private final Random random = new Random(5);
  private final List<byte[]> payloads = new ArrayList<>();
  private SegmentLog log;

  /** Of each series a message; every fourth record is cut, none at all, large, or of any bytes. */
  @BeforeEach
  void fill() throws IOException {
    LogOptions options =
        new LogOptions(
            Path.of("/log"), 512 << 10, 256 << 20, WhenFull.BLOCK, Duration.ZERO, 1 << 20);
    log =
        SegmentLog.open(
            "readings",
            options,
            new MemoryDisk(random),
            new ManualTime(),
            RunningTotal.NOTHING,
            new SimpleMeterRegistry());
    MessageCodec codec = new MessageCodec();
    for (int i = 0; i < RECORDS; i++) {
      byte[] whole = bytes(codec.encode(message(i)));
      codec.decode(ByteBuffer.wrap(whole));
      byte[] payload =
          switch (random.nextInt(20)) {
            case 0 -> Arrays.copyOf(whole, random.nextInt(whole.length));
            case 1 -> new byte[0];
            case 2 -> Arrays.copyOf(whole, 1 << (8 + random.nextInt(10)));
            case 3 -> any();
            default -> whole;
          };
      payloads.add(payload);
      log.append(1, i, 1, ByteBuffer.wrap(payload), null);
      if (random.nextInt(100) == 0) {
        log.step();
      }
    }
    log.step();
  }

  private byte[] any() {
    byte[] bytes = new byte[random.nextInt(600)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static Message message(int number) {
    Asset asset = new Asset("plant-a", "hall-1", "line-1", "machine-" + number);
    Series series = new Series("telemetry", asset, Map.of());
    Reading reading =
        new Reading(series, "speed", new Value.Real(number), number, Quality.GOOD, null);
    return new Message(
        "plant",
        "factory/" + number,
        number,
        1,
        number,
        1,
        0,
        0,
        List.of(reading),
        List.of(),
        new byte[0]);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  @Test
  void whoLooksAheadReadsTheSameRecords() throws IOException {
    try (Feed feed = log.feed("sink", Start.OLDEST)) {
      Ahead ahead = new Ahead(feed);
      for (int i = 0; i < RECORDS; i++) {
        Feed.Entry entry = ahead.next();
        assertThat(entry.offset()).isEqualTo(i);
        assertThat(bytes(entry.payload())).isEqualTo(payloads.get(i));
      }
      assertThat(ahead.next()).isNull();
    }
  }

  @Test
  void whoKeepsMuchOfSeriesIsShownThoseOfTheRecordsThatFollow() throws IOException {
    Set<Series> shown = new HashSet<>();
    Ahead.Kept kept =
        (series, count) -> {
          for (int i = 0; i < count; i++) {
            if (series[i] != null) {
              shown.add(series[i]);
            }
          }
          return 0;
        };
    try (Feed feed = log.feed("sink", Start.OLDEST)) {
      Ahead ahead = new Ahead(feed, kept);
      while (ahead.next() != null) {
        // the look is what counts
      }
    }
    assertThat(shown).hasSizeGreaterThan(RECORDS / 2);
    assertThat(shown).allMatch(series -> series.measurement().equals("telemetry"));
  }

  @Test
  void whatAFeedShowsIsWhatItGivesThen() throws IOException {
    try (Feed feed = log.feed("sink", Start.OLDEST)) {
      int seen = 0;
      for (int i = 0; i < RECORDS; i++) {
        List<byte[]> shown = new ArrayList<>();
        feed.ahead(5, payload -> shown.add(bytes(payload)));
        assertThat(shown.size()).isLessThanOrEqualTo(5);
        for (int k = 0; k < shown.size(); k++) {
          assertThat(shown.get(k)).isEqualTo(payloads.get(i + k));
        }
        seen += shown.size();
        feed.next();
      }
      assertThat(seen).isGreaterThan(3 * RECORDS);
    }
  }
}
