package io.weir.gateway.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.RangeFeed;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Synced;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Drain;
import io.weir.gateway.sink.Rejects;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.StoreConfig;
import io.weir.gateway.sink.influx.InfluxConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToLongFunction;

/** A log full of lines of six fields, and drains that carry it to a store. */
final class BenchLog implements AutoCloseable {

  static final int LINES_A_BATCH = 5_000;

  /** The time of the first line, where it has to be none of today. */
  static final long START_NS = 1_700_000_000_000_000_000L;

  private static final int MACHINES = 100;
  private static final String[] METRICS = {
    "temperature", "vibration", "power", "energy", "speed", "pressure"
  };

  /** How many fields a line has. */
  static final int FIELDS = METRICS.length;

  private final SegmentLog log;
  private final int lines;

  private BenchLog(SegmentLog log, int lines) {
    this.log = log;
    this.lines = lines;
  }

  /**
   * Writes a log.
   *
   * @param consumers who will drain it: a cursor holds what it has still to read
   * @param timeNs the event time of each line
   */
  static BenchLog filled(Path folder, int lines, List<String> consumers, IntToLongFunction timeNs)
      throws IOException {
    return filled(folder, lines, consumers, "telemetry", timeNs);
  }

  /** The same, of a measurement of its own. */
  static BenchLog filled(
      Path folder, int lines, List<String> consumers, String measurement, IntToLongFunction timeNs)
      throws IOException {
    LogOptions options =
        new LogOptions(
            folder.resolve("log"),
            64 << 20,
            10L << 30,
            LogOptions.WhenFull.BLOCK,
            Duration.ofMillis(2),
            8 << 20);
    SegmentLog log =
        SegmentLog.open(
                "readings",
                options,
                FileSystem.DISK,
                Time.SYSTEM,
                RunningTotal.NOTHING,
                new SimpleMeterRegistry())
            .start(Threads.SYSTEM);
    for (String consumer : consumers) {
      log.feed(consumer, SegmentLog.Start.OLDEST).close();
    }
    BenchLog filled = new BenchLog(log, lines);
    filled.fill(measurement, timeNs);
    return filled;
  }

  private void fill(String measurement, IntToLongFunction timeNs) throws IOException {
    MessageCodec codec = new MessageCodec();
    Random random = new Random(1);
    Series[] series = new Series[MACHINES];
    for (int i = 0; i < MACHINES; i++) {
      Asset asset = new Asset("plant-a", "press-shop", "line-" + i % 3, "press-" + i);
      series[i] = new Series(measurement, asset, Map.of());
    }
    for (int i = 0; i < lines; i++) {
      List<Reading> readings = new ArrayList<>(METRICS.length);
      long time = timeNs.applyAsLong(i);
      for (String metric : METRICS) {
        double value = Math.round(random.nextDouble() * 100_000) / 1_000.0;
        readings.add(
            new Reading(
                series[i % MACHINES], metric, new Value.Real(value), time, Quality.GOOD, null));
      }
      Message message =
          new Message(
              "plant",
              "factory/" + i % MACHINES,
              time,
              1,
              i,
              METRICS.length,
              0,
              0,
              readings,
              List.of(),
              new byte[0]);
      ByteBuffer bytes = codec.encode(message);
      while (log.append(1, time, METRICS.length, bytes, IGNORED) == SegmentLog.NO_ROOM) {
        log.sync();
      }
    }
    log.sync();
  }

  private static final Synced IGNORED =
      new Synced() {
        @Override
        public void synced(long offset) {
          // the bench waits for all of them at once
        }

        @Override
        public void failed(long offset, Throwable cause) {
          throw new IllegalStateException(cause);
        }
      };

  /** A sink into a database of InfluxDB 1. */
  static InfluxConfig sink(String url, String database) {
    return StoreConfig.of(1, URI.create(url), database)
        .name("bench")
        .maxLines(LINES_A_BATCH)
        .timeout(Duration.ofSeconds(30))
        .make();
  }

  /** Lines a second that a drain carries to a store, over the whole log. */
  double drain(String consumer, SinkConfig config, Sink sink, Rejects rejects) throws IOException {
    try (RangeFeed feed = log.feed(consumer, SegmentLog.Start.OLDEST)) {
      Drain drain =
          new Drain(
              config,
              sink,
              "readings",
              feed,
              rejects,
              Time.SYSTEM,
              Duration.ofSeconds(1),
              new SimpleMeterRegistry());
      long start = System.nanoTime();
      drain.start(
          (name, loop) -> {
            Thread thread = new Thread(loop, name);
            thread.setDaemon(true);
            thread.start();
            return thread;
          });
      if (!drain.stop(Duration.ofMinutes(10))) {
        throw new IllegalStateException("not drained: " + drain.condition());
      }
      return lines / ((System.nanoTime() - start) / 1e9);
    }
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
