package io.weir.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
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
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveTest {

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long HOUR_NS = 3_600_000_000_000L;

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
    return message(machine, "a", Time.SYSTEM.wallNs(), 1);
  }

  private static ByteBuffer message(String machine, String metric, long now, double value) {
    Series series = new Series("telemetry", new Asset(null, null, null, machine), Map.of());
    Reading reading = new Reading(series, metric, new Value.Real(value), now, Quality.GOOD, null);
    return new MessageCodec()
        .encode(
            new Message("s", "t", now, 0, 0, 1, 0, 0, List.of(reading), List.of(), new byte[0]));
  }

  @Test
  void signalsFromBeforeTheStartAreReadBackAfterWhatIsNewAndOnce() throws IOException {
    long now = Time.SYSTEM.wallNs() / SECOND_NS * SECOND_NS - SECOND_NS / 2; // amid a second
    try (SegmentLog log = open()) {
      log.append(0, now - 9 * HOUR_NS, 1, message("m", "old", now - 9 * HOUR_NS, 1), null);
      log.append(0, now - HOUR_NS, 1, message("m", "a", now - HOUR_NS, 40), null);
      log.append(0, now - HOUR_NS, 1, ByteBuffer.wrap(new byte[] {99, 1, 2}), null);
      log.append(0, now, 1, message("m", "a", now - 1_000_000, 41), null);
      log.sync();
    }
    try (SegmentLog log = open();
        Live live = new Live(log.tail(), log::past, Time.SYSTEM, 10 << 20)) {
      log.append(0, now, 1, message("m", "a", now, 42), null);
      log.sync();
      live.follower().step();
      assertThat(signal(live)).extracting(SignalList.Point::last).containsExactly(42.0);
      live.follower().step(10);
      assertThat(signal(live)).extracting(SignalList.Point::last).containsExactly(40.0, 42.0);
      assertThat(signals(live).signals()).hasSize(1);
      assertThat(signals(live).keptSinceMs())
          .isCloseTo((now - 8 * HOUR_NS) / 1_000_000, within(60_000L));
      assertThat(live.assets()).as("the newest values are those since the start").hasSize(1);
      assertThat(live.follower().step()).isFalse();
    }
  }

  @Test
  void aShiftThatWasReceivedBeforeTheStartIsReadBackAndIsNoReading() throws IOException {
    long now = Time.SYSTEM.wallNs();
    Series shift =
        new Series(
            "efficiency",
            new Asset(null, null, null, "m"),
            Map.of("bucket", "shift", "level", "machine", "shift", "early"));
    Reading oee = new Reading(shift, "oee", new Value.Real(0.5), now - HOUR_NS, Quality.GOOD, null);
    Message message =
        new Message("s", "t", now, 0, 0, 1, 0, 0, List.of(oee), List.of(), new byte[0]);
    try (SegmentLog log = open()) {
      log.append(0, now, 1, new MessageCodec().encode(message), null);
      log.sync();
    }
    try (SegmentLog log = open();
        Live live = new Live(log.tail(), log::past, Time.SYSTEM, 10 << 20)) {
      live.follower().step(10);
      assertThat(live.received()).extracting(ReceivedShift::oee).containsExactly(0.5);
      assertThat(live.assets()).isEmpty();
      assertThat(signals(live).signals()).isEmpty();
    }
  }

  /** After a start there is more urgent work than what a page may want to show. */
  @Test
  void whatIsReadBackLeavesMostOfTheTimeToOthers() throws IOException {
    long anHourAgo = Time.SYSTEM.wallNs() - HOUR_NS;
    try (SegmentLog log = open()) {
      for (int i = 0; i < 400; i++) {
        log.append(0, anHourAgo, 1, message("m", "a", anHourAgo + i, i), null);
      }
      log.sync();
    }
    Slow clock = new Slow();
    try (SegmentLog log = open();
        Live live = new Live(log.tail(), log::past, clock, 10 << 20)) {
      long begun = clock.nowNs;
      int worked = 0;
      for (int i = 0; i < 200 && signals(live).keptSinceMs() > anHourAgo / 1_000_000; i++) {
        worked += live.follower().step() ? 1 : 0;
      }
      assertThat(signal(live)).hasSize(1);
      assertThat(worked).isGreaterThan(5);
      assertThat(clock.nowNs - begun)
          .isBetween(4 * worked * Slow.STEP_NS, 9 * worked * Slow.STEP_NS);
    }
  }

  /** A clock on which everything takes some time. */
  private static final class Slow implements Time {
    static final long STEP_NS = SECOND_NS / 40;

    private long nowNs = Time.SYSTEM.wallNs();

    @Override
    public long wallNs() {
      return nowNs;
    }

    @Override
    public long elapsedNs() {
      nowNs += STEP_NS;
      return nowNs;
    }
  }

  private static SignalList signals(Live live) {
    return live.signals(
        new SignalQuery(new Asset(null, null, null, "m"), Set.of(), null, 480, 100));
  }

  private static List<SignalList.Point> signal(Live live) {
    return signals(live).signals().get(0).points();
  }

  @Test
  void whatIsSyncedIsShownAndNothingThatIsNoMessageStopsIt() throws IOException {
    try (SegmentLog log = open();
        Live live = new Live(log.tail(), log::past, Time.SYSTEM, 10 << 20)) {
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

  @Test
  void aMessageOfWhatIsKnownAllocatesLittleWhileNobodyLooks() throws IOException {
    int series = 100;
    int messages = 100 * series;
    try (SegmentLog log = open();
        Live live = new Live(log.tail(), log::past, Time.SYSTEM, 32 << 20)) {
      live.follower().step(10);
      long start = Time.SYSTEM.wallNs() / SECOND_NS * SECOND_NS;
      for (int i = 0; i < messages; i++) {
        log.append(0, start + i, 6, sixReadings("machine-" + i % series, start + i, i), null);
      }
      log.sync();
      live.follower().step(messages / 2);
      long before = allocated();
      live.follower().step(messages / 2);
      long bytes = (allocated() - before) / (messages / 2);
      assertThat(live.heard()).hasSize(series);
      assertThat(bytes).as("bytes a message").isLessThan(250);
    }
  }

  /** Bytes that this thread has allocated so far. */
  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static ByteBuffer sixReadings(String machine, long now, int number) {
    Asset asset = new Asset("plant", "hall", "line", machine);
    Series series = new Series("telemetry", asset, Map.of());
    List<Reading> readings =
        Stream.of("cycle", "energy", "good", "speed", "temperature", "vibration")
            .map(
                metric ->
                    new Reading(series, metric, new Value.Real(number), now, Quality.GOOD, null))
            .toList();
    return new MessageCodec()
        .encode(
            new Message(
                "plant",
                "factory/plant/hall/line/" + machine + "/telemetry",
                now,
                0,
                0,
                6,
                0,
                0,
                readings,
                List.of(),
                new byte[0]));
  }
}
