package io.weir.gateway.bench;

import static io.weir.gateway.bench.MeasuredGateway.READINGS_A_MESSAGE;
import static io.weir.gateway.bench.MeasuredGateway.WARM_UP;
import static io.weir.gateway.bench.Medians.median;

import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.peers.Peer;
import io.weir.peers.Ports;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * The whole gateway, as a process of its own, between a real Mosquitto and a real InfluxDB:
 * messages a second to disk and to the store, against a bare Paho subscriber with manual
 * acknowledgement on the same broker under the same load. Each message is a JSON object of 136
 * bytes with six readings. Rounds are interleaved, each begins with a warm-up that is not counted,
 * and medians are printed. Since publisher, broker, gateway and store share the machine, the
 * processor time of each is printed as well: it says who the rate waits for, and a busy machine
 * changes it little.
 *
 * <pre>
 * GatewayBench [messages a round, default 150000] [rounds, default 3] [topics, default 100]
 * </pre>
 *
 * Each topic is a machine of its own, with figures. With more than the defaults take, they are
 * allowed by limits, and the heap is 1 GiB.
 */
public final class GatewayBench {

  private static final String FILTER = "factory/#";

  /** What the memory of a small heap has room for. */
  private static final int FEW_TOPICS = 1_000;

  private final Path folder;
  private final int messages;
  private final int topics;
  private final Map<String, List<Double>> cpu = new LinkedHashMap<>();

  private GatewayBench(Path folder, int messages, int topics) {
    this.folder = folder;
    this.messages = messages;
    this.topics = topics;
  }

  public static void main(String[] args) throws Exception {
    int messages = args.length > 0 ? Integer.parseInt(args[0]) : 150_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    int topics = args.length > 2 ? Integer.parseInt(args[2]) : 100;
    Path folder = Files.createTempDirectory("weir-bench");
    new GatewayBench(folder, messages, topics).run(rounds);
  }

  private void run(int rounds) throws Exception {
    List<Double> bare = new ArrayList<>();
    List<Double> disk = new ArrayList<>();
    List<Double> store = new ArrayList<>();
    System.out.printf(
        "%,d messages a round, %,d topics; messages/s of a bare Paho subscriber, of the gateway to disk (store"
            + " away), to InfluxDB%n",
        messages, topics);
    for (int round = 0; round < rounds; round++) {
      bare.add(bare(folder.resolve("bare-" + round)));
      disk.add(toDisk(folder.resolve("disk-" + round)));
      store.add(toInflux(folder.resolve("influx-" + round)));
      System.out.printf(
          "  round %d: %,10.0f %,10.0f %,10.0f%n",
          round + 1, bare.get(round), disk.get(round), store.get(round));
    }
    System.out.printf(
        "  median:  %,10.0f %,10.0f %,10.0f%n", median(bare), median(disk), median(store));
    System.out.printf(
        "  ratio to bare: disk %.2f, InfluxDB %.2f (target 0.70)%n",
        Medians.ratio(disk, bare), Medians.ratio(store, bare));
    System.out.printf("  processor time, median microseconds a message:%n");
    cpu.forEach((of, micros) -> System.out.printf("    to %-28s %5.1f%n", of, median(micros)));
    BenchRow.print(
        "broker path to InfluxDB, QoS 1",
        "bare Paho, manual acknowledgement",
        "%.2f".formatted(Medians.ratio(store, bare)),
        "0.71",
        "0.85");
    processorRow("disk", "18", "11");
    processorRow("InfluxDB", "22", "14");
  }

  private void processorRow(String to, String before, String goal) {
    BenchRow.print(
        "processor of the gateway, broker path to " + to + ", microseconds a message",
        "",
        "%.1f".formatted(median(cpu.get(to + ", MeasuredGateway"))),
        before,
        goal);
  }

  private double bare(Path home) throws Exception {
    try (Mosquitto broker = Mosquitto.started(home)) {
      try (BarePaho warm = BarePaho.subscribe(broker.url(), FILTER, WARM_UP)) {
        Load.run(broker.url(), WARM_UP, 1, topics, 0);
        warm.rate();
      }
      try (BarePaho bare = BarePaho.subscribe(broker.url(), FILTER, messages)) {
        Load.run(broker.url(), messages, 1, topics, 0);
        return bare.rate();
      }
    }
  }

  /** From the first acknowledgement to the last, the store being away. */
  private double toDisk(Path home) throws Exception {
    try (Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"));
        MeasuredGateway gateway = gateway(home, broker, "http://127.0.0.1:" + Ports.free())) {
      gateway.startConnected();
      return rate("disk", broker, gateway, MeasuredGateway::acknowledged, 1, gateway, broker);
    }
  }

  /** From the first reading stored to the last. */
  private double toInflux(Path home) throws Exception {
    try (Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"));
        InfluxDb store = new InfluxDb(home.resolve("influx"));
        MeasuredGateway gateway = gateway(home, broker, store.url())) {
      store.start();
      store.createDatabase("bench");
      gateway.startConnected();
      return rate(
          "InfluxDB",
          broker,
          gateway,
          MeasuredGateway::stored,
          READINGS_A_MESSAGE,
          gateway,
          broker,
          store);
    }
  }

  private MeasuredGateway gateway(Path home, Mosquitto broker, String url) throws IOException {
    String heap = topics > FEW_TOPICS ? "-Xmx1g" : MeasuredGateway.SMALL_HEAP;
    return MeasuredGateway.subscribed(home, broker.url(), url, topics, heap);
  }

  private double rate(
      String to,
      Mosquitto broker,
      MeasuredGateway gateway,
      ToLongFunction<MeasuredGateway> count,
      int per,
      Peer... processes)
      throws Exception {
    LongSupplier now = () -> count.applyAsLong(gateway);
    Load.run(broker.url(), WARM_UP, 1, topics, 0);
    MeasuredGateway.await(now, (long) WARM_UP * per);
    CompletableFuture<Load.Result> load =
        CompletableFuture.supplyAsync(() -> Load.run(broker.url(), messages, 1, topics, 0));
    long before = MeasuredGateway.await(now, (long) WARM_UP * per + 1);
    long first = System.nanoTime();
    long[] cpuBefore = Stream.of(processes).mapToLong(Peer::cpuNs).toArray();
    long all = (long) (WARM_UP + messages) * per;
    MeasuredGateway.await(now, all);
    double counted = (all - before) / (double) per;
    double rate = counted / ((System.nanoTime() - first) / 1e9);
    for (int i = 0; i < processes.length; i++) {
      cpuOf(to, processes[i]).add((processes[i].cpuNs() - cpuBefore[i]) / 1e3 / counted);
    }
    load.get();
    return rate;
  }

  /** Microseconds a message of each round. */
  private List<Double> cpuOf(String to, Peer process) {
    return cpu.computeIfAbsent(
        to + ", " + process.getClass().getSimpleName(), key -> new ArrayList<>());
  }
}
