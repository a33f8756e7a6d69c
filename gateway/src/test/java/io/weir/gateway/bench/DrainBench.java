package io.weir.gateway.bench;

import io.weir.gateway.model.Durable;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.Rejection;
import io.weir.gateway.sink.Rejects;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.influx.InfluxSinks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Lines a second that a drain carries from a full log into a real InfluxDB 1.x, against a raw
 * loader that posts the very same bodies, two in flight. Rounds alternate on the same server, each
 * into a database of its own. Prints each round, and the medians of both and of the rounds' ratios.
 *
 * <p>Arguments: lines a round (default 500000), rounds (default 5).
 */
public final class DrainBench {

  private static final long START_NS = 1_700_000_000_000_000_000L;
  private static final long APART_NS = 1_000_000;

  private final InfluxDb influx;
  private final BenchLog log;
  private final int lines;

  private DrainBench(InfluxDb influx, BenchLog log, int lines) {
    this.influx = influx;
    this.log = log;
    this.lines = lines;
  }

  public static void main(String[] arguments) throws Exception {
    int lines = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    Path folder = Files.createTempDirectory("drain-bench");
    List<String> consumers = new ArrayList<>(List.of("capture"));
    for (int round = -1; round < rounds; round++) {
      consumers.add("round" + (round + 1) + "d");
    }
    try (InfluxDb influx = new InfluxDb(folder.resolve("influx"));
        BenchLog log =
            BenchLog.filled(folder, lines, consumers, line -> START_NS + line * APART_NS)) {
      influx.start();
      new DrainBench(influx, log, lines).run(rounds);
    }
  }

  private void run(int rounds) throws Exception {
    List<byte[]> bodies = Collections.synchronizedList(new ArrayList<>());
    log.drain("capture", BenchLog.sink(influx.url(), "none"), new Capturing(bodies), new Nothing());
    System.out.printf(
        "%,d lines of %d fields in %d bodies of about %,d bytes%n",
        lines, BenchLog.FIELDS, bodies.size(), bodies.get(0).length);
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
          loaded = lines / RawLoader.seconds(influx.url(), database + "l", bodies);
        } else {
          drained = drain(database + "d");
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
        Medians.median(loader), Medians.median(drain), Medians.median(ratio));
    BenchRow.print(
        "drain of a full log into InfluxDB 1, lines/s",
        "raw loader, same bodies",
        "%.2f".formatted(Medians.median(ratio)),
        "0.79",
        "0.9");
  }

  private double drain(String database) throws Exception {
    SinkConfig config = BenchLog.sink(influx.url(), database);
    try (Sink sink = InfluxSinks.of(BenchLog.sink(influx.url(), database))) {
      return log.drain(database, config, sink, new Nothing());
    }
  }

  private void check(String database) {
    long count = influx.count(database, "telemetry", "energy");
    if (count != lines) {
      throw new IllegalStateException(database + " holds " + count + " lines of " + lines);
    }
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
      bodies.add(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
      return new Answer.Stored();
    }

    @Override
    public void close() {
      // nothing is held
    }
  }

  /** Nothing may be refused here. */
  private static final class Nothing implements Rejects {
    @Override
    public void reject(Rejection rejection) {
      throw new IllegalStateException(rejection.detail() + ": " + rejection.line());
    }

    @Override
    public Durable sync() throws java.io.IOException {
      return Durable.after(() -> {}); // nothing to keep
    }
  }
}
