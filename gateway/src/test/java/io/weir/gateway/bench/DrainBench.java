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
import io.weir.gateway.model.Durable;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.sink.Drain;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.Rejection;
import io.weir.gateway.sink.Rejects;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.sink.influx.InfluxSinks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Lines a second that a drain carries from a full log into a real InfluxDB 1.x, against a raw
 * loader that posts the very same bodies, two in flight. Rounds alternate on the same server, each
 * into a database of its own. Prints each round, and the medians of both and of the rounds' ratios.
 *
 * <p>Arguments: lines a round (default 500000), rounds (default 5).
 */
public final class DrainBench {

  private static final int LINES_A_BATCH = 5_000;
  private static final int MACHINES = 100;
  private static final String[] METRICS = {
    "temperature", "vibration", "power", "energy", "speed", "pressure"
  };

  private final InfluxDb influx;
  private final SegmentLog log;
  private final int lines;

  private DrainBench(InfluxDb influx, SegmentLog log, int lines) {
    this.influx = influx;
    this.log = log;
    this.lines = lines;
  }

  public static void main(String[] arguments) throws Exception {
    int lines = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    Path folder = Files.createTempDirectory("drain-bench");
    LogOptions options =
        new LogOptions(
            folder.resolve("log"),
            64 << 20,
            10L << 30,
            LogOptions.WhenFull.BLOCK,
            Duration.ofMillis(2),
            8 << 20);
    try (InfluxDb influx = new InfluxDb(folder.resolve("influx"));
        SegmentLog log =
            SegmentLog.open(
                    "readings",
                    options,
                    FileSystem.DISK,
                    Time.SYSTEM,
                    RunningTotal.NOTHING,
                    new SimpleMeterRegistry())
                .start(Threads.SYSTEM)) {
      influx.start();
      new DrainBench(influx, log, lines).run(rounds);
    }
  }

  private void run(int rounds) throws Exception {
    for (int round = -1; round < rounds; round++) { // a cursor holds what it has still to read
      log.feed("round" + (round + 1), SegmentLog.Start.OLDEST).close();
    }
    fillLog();
    List<byte[]> bodies = Collections.synchronizedList(new ArrayList<>());
    drain("capture", new Capturing(bodies));
    System.out.printf(
        "%,d lines of %d fields in %d bodies of about %,d bytes%n",
        lines, METRICS.length, bodies.size(), bodies.get(0).length);
    double[] loader = new double[rounds];
    double[] drain = new double[rounds];
    for (int round = -1; round < rounds; round++) { // the first warms up
      String database = "round" + (round + 1);
      influx.createDatabase(database + "l");
      influx.createDatabase(database + "d");
      double loaded = 0;
      double drained = 0;
      for (int turn = 0; turn < 2; turn++) {
        if ((turn + round & 1) == 0) {
          loaded = lines / load(database + "l", bodies);
        } else {
          try (Sink sink = InfluxSinks.of(config(database + "d"))) {
            drained = lines / drain(database, sink);
          }
        }
      }
      check(database + "l");
      check(database + "d");
      if (round >= 0) {
        loader[round] = loaded;
        drain[round] = drained;
        System.out.printf(
            "round %d: raw loader %,9.0f lines/s, drain %,9.0f lines/s%n",
            round + 1, loaded, drained);
      }
    }
    double[] ratio = new double[rounds];
    Arrays.setAll(ratio, round -> drain[round] / loader[round]);
    System.out.printf(
        "medians: raw loader %,9.0f lines/s, drain %,9.0f lines/s, ratio of a round %.2f%n",
        median(loader), median(drain), median(ratio));
  }

  private void fillLog() throws IOException {
    MessageCodec codec = new MessageCodec();
    Random random = new Random(1);
    Series[] series = new Series[MACHINES];
    for (int i = 0; i < MACHINES; i++) {
      Asset asset = new Asset("plant-a", "press-shop", "line-" + i % 3, "press-" + i);
      series[i] = new Series("telemetry", asset, Map.of());
    }
    long start = 1_700_000_000_000_000_000L;
    for (int i = 0; i < lines; i++) {
      List<Reading> readings = new ArrayList<>(METRICS.length);
      for (String metric : METRICS) {
        double value = Math.round(random.nextDouble() * 100_000) / 1_000.0;
        readings.add(
            new Reading(
                series[i % MACHINES],
                metric,
                new Value.Real(value),
                start + i * 1_000_000L,
                Quality.GOOD,
                null));
      }
      Message message =
          new Message(
              "plant",
              "factory/" + i % MACHINES,
              start + i,
              1,
              i,
              METRICS.length,
              0,
              0,
              readings,
              List.of(),
              new byte[0]);
      ByteBuffer bytes = codec.encode(message);
      while (log.append(1, start + i, METRICS.length, bytes, IGNORED) == SegmentLog.NO_ROOM) {
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

  private InfluxConfig config(String database) {
    return new InfluxConfig(
        "bench",
        1,
        URI.create(influx.url()),
        null,
        null,
        null,
        database,
        null,
        null,
        null,
        SinkConfig.Precision.NS,
        true,
        Duration.ofSeconds(30),
        new SinkConfig.Batch(LINES_A_BATCH, 4 << 20, Duration.ofMillis(200), false),
        SinkConfig.Start.OLDEST,
        0);
  }

  /** Seconds that a drain takes for the whole log. */
  private double drain(String consumer, Sink sink) throws IOException {
    try (RangeFeed feed = log.feed(consumer, SegmentLog.Start.OLDEST)) {
      Drain drain =
          new Drain(
              config(consumer),
              sink,
              "readings",
              feed,
              new NoRejects(),
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
      return (System.nanoTime() - start) / 1e9;
    }
  }

  /** Seconds that the raw loader takes for all bodies. */
  private double load(String database, List<byte[]> bodies) throws Exception {
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    URI url = URI.create(influx.url() + "/write?db=" + database);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      long start = System.nanoTime();
      List<Future<Integer>> answers = new ArrayList<>();
      for (byte[] body : bodies) {
        answers.add(
            threads.submit(
                () ->
                    http.send(
                            HttpRequest.newBuilder(url)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                            HttpResponse.BodyHandlers.discarding())
                        .statusCode()));
      }
      for (Future<Integer> answer : answers) {
        if (answer.get() != 204) {
          throw new IllegalStateException("the store answered " + answer.get());
        }
      }
      return (System.nanoTime() - start) / 1e9;
    } finally {
      threads.shutdown();
    }
  }

  private void check(String database) {
    long count = influx.count(database, "telemetry", "energy");
    if (count != lines) {
      throw new IllegalStateException(database + " holds " + count + " lines of " + lines);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Keeps the bodies that a drain would send. */
  private record Capturing(List<byte[]> bodies) implements LineSink {
    @Override
    public String name() {
      return "capture";
    }

    @Override
    public Dialect dialect() {
      return new Dialect(SinkConfig.Precision.NS, true, false);
    }

    @Override
    public Answer write(List<String> lines) {
      bodies.add(String.join("\n", lines).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return new Answer.Stored();
    }

    @Override
    public void close() {
      // nothing is held
    }
  }

  /** Nothing may be refused here. */
  private static final class NoRejects implements Rejects {
    @Override
    public void reject(Rejection rejection) {
      throw new IllegalStateException(rejection.detail() + ": " + rejection.line());
    }

    @Override
    public Durable sync() throws IOException {
      return Durable.after(() -> {}); // nothing to keep
    }
  }
}
