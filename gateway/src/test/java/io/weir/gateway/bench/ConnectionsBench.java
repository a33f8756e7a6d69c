package io.weir.gateway.bench;

import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Ports;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a message costs the gateway where many devices are connected to its listener, against ten:
 * processor time of the gateway's process into InfluxDB 1, at the same steady rate, on the same
 * topics, which the connections take in turn. Rounds alternate, each after a warm-up.
 *
 * <pre>
 * ConnectionsBench [messages a second, default 10000] [seconds, default 20] [rounds, default 3]
 *     [connections, default 5000]</pre>
 */
public final class ConnectionsBench {

  private static final int FEW = 10;
  private static final int TOPICS = 5_000;
  private static final int WARM_UP_S = 5;

  /** Files beside the connections. */
  private static final int OTHER_FILES = 500;

  private final Path folder;
  private final double rate;
  private final int seconds;

  private ConnectionsBench(Path folder, double rate, int seconds) {
    this.folder = folder;
    this.rate = rate;
    this.seconds = seconds;
  }

  public static void main(String[] args) throws Exception {
    double rate = args.length > 0 ? Double.parseDouble(args[0]) : 10_000;
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 20;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    int many = args.length > 3 ? Integer.parseInt(args[3]) : 5_000;
    String figure = "processor a message at %,d connections, times that at %d".formatted(many, FEW);
    long files = openFiles();
    if (files < many + OTHER_FILES) {
      BenchRow.notRun(figure, "a process may open " + files + " files (ulimit -n)", "", "1.3");
      return;
    }
    ConnectionsBench bench =
        new ConnectionsBench(Files.createTempDirectory("weir-bench"), rate, seconds);
    bench.run(figure, rounds, many);
  }

  private static long openFiles() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/limits")).stream()
        .filter(line -> line.startsWith("Max open files"))
        .map(line -> line.trim().split("\\s+")[3])
        .mapToLong(limit -> limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit))
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  private void run(String figure, int rounds, int connections) throws Exception {
    try (Subject few = new Subject(folder.resolve("few"), FEW);
        Subject many = new Subject(folder.resolve("many"), connections)) {
      for (int round = 1; round <= rounds; round++) {
        few.round();
        many.round();
        System.out.printf(
            "round %d at %,.0f messages/s, microseconds a message: %d connections %.1f, %,d"
                + " connections %.1f%n",
            round, rate, FEW, few.newest(), connections, many.newest());
      }
      BenchRow.print(
          figure,
          "%d connections: %.1f microseconds".formatted(FEW, Medians.median(few.micros)),
          "%.2f".formatted(Medians.ratio(many.micros, few.micros)),
          "",
          "1.3");
    }
  }

  /** A gateway that is warm, with a store of its own and devices that are connected. */
  private final class Subject implements AutoCloseable {

    private final String url;
    private final InfluxDb store;
    private final MeasuredGateway gateway;
    private final PacedDevices devices;
    private final List<Double> micros = new ArrayList<>();
    private long sent;

    Subject(Path home, int connections) throws Exception {
      int port = Ports.free();
      url = "tcp://127.0.0.1:" + port;
      store = new InfluxDb(home.resolve("influx"));
      gateway = MeasuredGateway.listening(home, port, store.url(), TOPICS, "-Xmx1g");
      store.start();
      store.createDatabase("bench");
      gateway.startConnected();
      gateway.warmUp("%,d connections".formatted(connections), this::load);
      devices = new PacedDevices(port, connections, TOPICS);
      send(WARM_UP_S);
    }

    /** As fast as it can, over one connection. */
    private void load(int messages) throws Exception {
      Load.run(url, messages, 1, TOPICS, 0);
      sent += messages;
      gateway.awaitStored(sent);
    }

    private int send(int forSeconds) throws Exception {
      int messages = (int) (rate * forSeconds);
      devices.run(messages, rate);
      sent += messages;
      gateway.awaitStored(sent);
      return messages;
    }

    void round() throws Exception {
      long before = gateway.cpuNs();
      int messages = send(seconds);
      micros.add((gateway.cpuNs() - before) / 1e3 / messages);
    }

    double newest() {
      return micros.get(micros.size() - 1);
    }

    @Override
    public void close() throws IOException {
      devices.close();
      gateway.close();
      store.close();
    }
  }
}
