package io.weir.gateway.bench;

import io.weir.gateway.model.Durable;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.sink.Rejection;
import io.weir.gateway.sink.Rejects;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.sink.influx.InfluxSinks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lines a second that a drain carries into a real InfluxDB 1.x where one line in a thousand is one
 * that the store drops without naming it, so that the drain must find it by its age, against a log
 * without such lines. The bad lines are older than the retention policy: InfluxDB answers "partial
 * write: points beyond retention policy" and stores the others. Rounds alternate; each has a
 * database of its own. Prints the medians and their ratio, and checks the counts at the store.
 *
 * <p>Arguments: lines a round (default 200000), rounds (default 3).
 */
public final class PoisonBench {

  private static final int ONE_IN = 1_000;
  private static final long DAY_NS = 86_400_000_000_000L;
  private static final long APART_NS = 1_000_000;

  private final InfluxDb influx;
  private final int lines;

  private PoisonBench(InfluxDb influx, int lines) {
    this.influx = influx;
    this.lines = lines;
  }

  public static void main(String[] arguments) throws Exception {
    int lines = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    Path folder = Files.createTempDirectory("poison-bench");
    List<String> consumers =
        IntStream.range(0, rounds + 1).boxed().flatMap(PoisonBench::databases).toList();
    long start = System.currentTimeMillis() * 1_000_000 - DAY_NS;
    try (InfluxDb influx = new InfluxDb(folder.resolve("influx"));
        BenchLog good =
            BenchLog.filled(
                folder.resolve("good"), lines, consumers, line -> start + line * APART_NS);
        BenchLog bad =
            BenchLog.filled(
                folder.resolve("bad"),
                lines,
                consumers,
                line -> start + line * APART_NS - (isPoison(line) ? 365 * DAY_NS : 0))) {
      influx.start();
      new PoisonBench(influx, lines).run(rounds, good, bad);
    }
  }

  private static boolean isPoison(int line) {
    return line % ONE_IN == ONE_IN / 2;
  }

  private static Stream<String> databases(int round) {
    return Stream.of("good" + round, "bad" + round);
  }

  private void run(int rounds, BenchLog good, BenchLog bad) throws Exception {
    double[] without = new double[rounds];
    double[] with = new double[rounds];
    for (int round = 0; round <= rounds; round++) { // the first warms up
      double clean = drain(good, "good" + round, 0);
      double poisoned = drain(bad, "bad" + round, lines / ONE_IN);
      if (round > 0) {
        without[round - 1] = clean;
        with[round - 1] = poisoned;
        System.out.printf(
            "round %d: without %,9.0f lines/s, one in %,d poison %,9.0f lines/s%n",
            round, clean, ONE_IN, poisoned);
      }
    }
    double[] ratio = new double[rounds];
    Arrays.setAll(ratio, round -> with[round] / without[round]);
    System.out.printf(
        "medians: without %,9.0f lines/s, one in %,d poison %,9.0f lines/s, ratio of a round"
            + " %.2f%n",
        Medians.median(without), ONE_IN, Medians.median(with), Medians.median(ratio));
    BenchRow.print(
        "one line in a thousand that is too old for InfluxDB 1, lines/s",
        "the same log without, %,.0f/s".formatted(Medians.median(without)),
        "%.2f".formatted(Medians.median(ratio)),
        "",
        "0.4");
  }

  private double drain(BenchLog log, String database, int poison) throws Exception {
    influx.createDatabase(database);
    influx.query(
        database,
        "CREATE RETENTION POLICY month ON " + database + " DURATION 30d REPLICATION 1 DEFAULT");
    InfluxConfig config = BenchLog.sink(influx.url(), database);
    Counting refused = new Counting();
    double rate;
    try (Sink sink = InfluxSinks.of(config)) {
      rate = log.drain(database, config, sink, refused);
    }
    long stored = influx.count(database, "telemetry", "energy");
    if (stored != lines - poison || refused.lines != poison) {
      throw new IllegalStateException(
          "of %d lines %d are stored and %d refused; %d are poison"
              .formatted(lines, stored, refused.lines, poison));
    }
    return rate;
  }

  /** Counts what is set aside. Used by the drain's thread, read after its end. */
  private static final class Counting implements Rejects {
    private volatile int lines;

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void reject(Rejection rejection) {
      lines++;
    }

    @Override
    public Durable sync() throws IOException {
      return Durable.after(() -> {});
    }
  }
}
