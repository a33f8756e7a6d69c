package io.weir.gateway.bench;

import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The most memory that a small gateway ever has resident at a steady rate into InfluxDB 1, by the
 * broker path and by the listener: the flags for a machine of 512 MB in docs/guide/capacity.md,
 * among them a heap of 96 MiB, and messages of at most 256 KiB. Each topic is a series of its own,
 * with six fields.
 *
 * <pre>MemoryBench [messages a second, default 10000] [topics, default 10000] [seconds, default 30]
 * </pre>
 */
public final class MemoryBench {

  private static final String HEAP = MeasuredGateway.SMALL_MACHINE;
  private static final String SMALL = "buffer: { max-message-size: 256KiB }\n";

  private final Path folder;
  private final int rate;
  private final int topics;
  private final int seconds;

  private MemoryBench(Path folder, int rate, int topics, int seconds) {
    this.folder = folder;
    this.rate = rate;
    this.topics = topics;
    this.seconds = seconds;
  }

  public static void main(String[] args) throws Exception {
    int rate = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    int topics = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
    int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 30;
    MemoryBench bench =
        new MemoryBench(Files.createTempDirectory("weir-bench"), rate, topics, seconds);
    bench.brokerPath();
    bench.listener();
  }

  private void brokerPath() throws Exception {
    Path home = folder.resolve("broker");
    try (Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"));
        InfluxDb store = new InfluxDb(home.resolve("influx"));
        MeasuredGateway gateway =
            MeasuredGateway.subscribed(home, broker.url(), store.url(), topics, HEAP)) {
      measure("broker path", "215 at 5,000 messages/s", broker.url(), store, gateway);
    }
  }

  private void listener() throws Exception {
    Path home = folder.resolve("listener");
    int port = Ports.free();
    try (InfluxDb store = new InfluxDb(home.resolve("influx"));
        MeasuredGateway gateway =
            MeasuredGateway.listening(home, port, store.url(), topics, HEAP)) {
      measure("listener", "", "tcp://127.0.0.1:" + port, store, gateway);
    }
  }

  private void measure(
      String path, String before, String url, InfluxDb store, MeasuredGateway gateway)
      throws IOException, InterruptedException {
    store.start();
    store.createDatabase("bench");
    gateway.with(SMALL).startConnected();
    int count = rate * seconds;
    double reached = Load.run(url, count, 1, topics, rate).rate();
    gateway.awaitStored(count);
    System.out.printf(
        "%s, %,d series, %,.0f messages/s for %d s, %s: highest %d MB resident%n",
        path, topics, reached, seconds, HEAP, gateway.highestResidentMb());
    BenchRow.print(
        "resident memory, %s, %,d messages/s, %,d series, flags of a small machine, MB"
            .formatted(path, rate, topics),
        "",
        gateway.highestResidentMb()
            + (reached < 0.95 * rate ? " (only at %,.0f)".formatted(reached) : ""),
        before,
        "180");
  }
}
