package io.weir.gateway.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Ports;
import io.weir.sim.load.Load;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * How long after a device's clock a reading can be asked of the store: a publisher sends messages
 * of six readings to the listener at a steady rate, with the moment at which each was due as its
 * time, and InfluxDB 1 is asked again and again for one machine's new values. A value is as old as
 * its time tells at the first answer that holds it, so the time of asking is in it. The machine is
 * one of a hundred.
 *
 * <pre>VisibleBench [messages a second, default 5000] [seconds, default 30]</pre>
 */
public final class VisibleBench {

  private static final int TOPICS = 100;
  private static final String FIRST_MACHINE = "machine-00001";

  /** Of a batch, where the configuration names none. */
  private static final int LINGER_MS = 200;

  private static final int ASK_EVERY_MS = 2;
  private static final long LIMIT_MS = 60_000;

  private final InfluxDb influx;
  private final double rate;
  private final int messages;

  private VisibleBench(InfluxDb influx, double rate, int messages) {
    this.influx = influx;
    this.rate = rate;
    this.messages = messages;
  }

  public static void main(String[] args) throws Exception {
    double rate = args.length > 0 ? Double.parseDouble(args[0]) : 5_000;
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 30;
    Path folder = Files.createTempDirectory("weir-bench");
    int port = Ports.free();
    try (InfluxDb influx = new InfluxDb(folder.resolve("influx"));
        MeasuredGateway gateway = MeasuredGateway.listening(folder, port, influx.url())) {
      influx.start();
      influx.createDatabase("bench");
      gateway.startConnected();
      gateway.warmUp("listener to InfluxDB", count -> send(gateway, port, count));
      int messages = (int) (rate * seconds);
      new VisibleBench(influx, rate, messages).run(port);
    }
  }

  private static void send(MeasuredGateway gateway, int port, int count) throws Exception {
    long before = gateway.storedLines();
    Load.run("tcp://127.0.0.1:" + port, count, 1, TOPICS, 0);
    MeasuredGateway.await(gateway::storedLines, before + count);
  }

  private void run(int port) throws Exception {
    influx.query("bench", "DROP MEASUREMENT telemetry"); // the warm-up is of the same machines
    long fromMs = System.currentTimeMillis() - 1;
    try (PacedPublisher publisher = new PacedPublisher(port)) {
      CompletableFuture<Void> published =
          CompletableFuture.runAsync(
              () -> {
                try {
                  publisher.run(messages, rate);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      double[] ms = ages(messages / TOPICS, fromMs);
      published.get();
      print(ms);
    }
  }

  /** The age in ms of each value of the first machine when it was first seen. */
  private double[] ages(int count, long fromMs) throws Exception {
    double[] ages = new double[count];
    long[] timesNs = new long[count];
    BitSet seen = new BitSet(count);
    long lastSeenMs = System.currentTimeMillis();
    while (seen.cardinality() < count) {
      int missing = seen.nextClearBit(0);
      JsonNode values = newerThan(missing == 0 ? fromMs * 1_000_000 : timesNs[missing - 1]);
      long nowMs = System.currentTimeMillis();
      for (JsonNode value : values) {
        int index = value.get(1).asInt() / TOPICS;
        if (!seen.get(index)) {
          seen.set(index);
          timesNs[index] = value.get(0).asLong();
          ages[index] = nowMs - timesNs[index] / 1e6;
          lastSeenMs = nowMs;
        }
      }
      if (nowMs - lastSeenMs > LIMIT_MS) {
        throw new IllegalStateException(seen.cardinality() + " of " + count + " values came");
      }
      Thread.sleep(ASK_EVERY_MS);
    }
    return ages;
  }

  private JsonNode newerThan(long timeNs) throws Exception {
    String query =
        "SELECT seq FROM telemetry WHERE machine = '" + FIRST_MACHINE + "' AND time > " + timeNs;
    return MeasuredGateway.read(influx.query("bench", query)).at("/results/0/series/0/values");
  }

  private void print(double[] ms) {
    Arrays.sort(ms);
    double p99 = Medians.percentile(ms, 0.99);
    System.out.printf(
        Locale.ROOT,
        "device to visible in InfluxDB at %,.0f messages/s, %,d values: p50 %.0f, p99 %.0f, highest"
            + " %.0f ms; a batch waits %d ms%n",
        rate,
        ms.length,
        Medians.percentile(ms, 0.5),
        p99,
        ms[ms.length - 1],
        LINGER_MS);
    BenchRow.print(
        "device to visible in the store at %,.0f messages/s, p99, ms".formatted(rate),
        "linger of a batch: " + LINGER_MS + " ms",
        "%.0f".formatted(p99),
        "",
        String.valueOf(LINGER_MS + 100));
  }
}
