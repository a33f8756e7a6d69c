package io.weir.gateway.bench;

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

/**
 * The whole gateway, as a process of its own, between a real Mosquitto and a real InfluxDB:
 * messages a second to disk and to the store, against a bare Paho subscriber with manual
 * acknowledgement on the same broker under the same load. Each message is a JSON object of 136
 * bytes with six readings. Rounds are interleaved, after one warm-up that is not counted, and
 * medians are printed. Since publisher, broker, gateway and store share the machine, the processor
 * time of each is printed as well: it says who the rate waits for, and a busy machine changes it
 * little.
 *
 * <pre>
 * GatewayBench [messages a round, default 150000] [rounds, default 3] [topics, default 100]
 *     [influxdb]
 * </pre>
 *
 * With the last argument the way to disk alone is left out.
 *
 * <p>Each topic is a machine of its own, with figures. With more than the defaults take, they are
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
    boolean toDisk = args.length < 4 || !args[3].equals("influxdb");
    Path folder = Files.createTempDirectory("weir-bench");
    GatewayBench bench = new GatewayBench(folder, messages, topics);
    System.out.printf("%,d messages a round, %,d topics%n", messages, topics);
    try (Mosquitto broker = Mosquitto.started(folder.resolve("bare"))) {
      bench.bare(broker, WARM_UP);
      if (toDisk) {
        bench.measure(broker, bench.toDisk(folder.resolve("disk")), rounds);
        bench.processorRow("disk", "18", "11");
      }
      double ratio = bench.measure(broker, bench.toInflux(folder.resolve("influx")), rounds);
      BenchRow.print(
          "broker path to InfluxDB, QoS 1",
          "bare Paho, manual acknowledgement",
          "%.2f".formatted(ratio),
          "0.71",
          "0.85");
      bench.processorRow("InfluxDB", "22", "14");
    }
  }

  /** A way beside a bare subscriber, in turns: the ratio of their rates. */
  private double measure(Mosquitto broker, Way measured, int rounds) throws Exception {
    List<Double> bare = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    try (Way way = measured) {
      way.warmUp();
      for (int round = 1; round <= rounds; round++) {
        bare.add(bare(broker, messages));
        rates.add(way.round(messages));
        System.out.printf(
            "  round %d: bare Paho %,.0f/s, gateway to %s %,.0f/s%n",
            round, bare.get(round - 1), way.to, rates.get(round - 1));
      }
    }
    double ratio = Medians.ratio(rates, bare);
    System.out.printf(
        "  medians: bare Paho %,.0f/s, gateway to %s %,.0f/s, ratio %.2f; processor time a message:%n",
        median(bare), measured.to, median(rates), ratio);
    cpu.forEach((of, micros) -> System.out.printf("    %-16s %5.1f µs%n", of, median(micros)));
    return ratio;
  }

  private void processorRow(String to, String before, String goal) {
    BenchRow.print(
        "processor of the gateway, broker path to " + to + ", microseconds a message",
        "",
        "%.1f".formatted(median(cpu.get(MeasuredGateway.class.getSimpleName()))),
        before,
        goal);
  }

  private double bare(Mosquitto broker, int count) throws Exception {
    try (BarePaho bare = BarePaho.subscribe(broker.url(), FILTER, count)) {
      Load.run(broker.url(), count, 1, topics, 0);
      return bare.rate();
    }
  }

  /** Counts what is acknowledged; the store is away. */
  private Way toDisk(Path home) throws Exception {
    Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"));
    MeasuredGateway gateway = gateway(home, broker, "http://127.0.0.1:" + Ports.free());
    gateway.startConnected();
    return new Way("disk", gateway, broker, gateway::acknowledged, List.of(gateway, broker));
  }

  private Way toInflux(Path home) throws Exception {
    Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"));
    InfluxDb store = new InfluxDb(home.resolve("influx"));
    store.start();
    store.createDatabase("bench");
    MeasuredGateway gateway = gateway(home, broker, store.url());
    gateway.startConnected();
    return new Way(
        "InfluxDB", gateway, broker, gateway::storedLines, List.of(gateway, broker, store));
  }

  private MeasuredGateway gateway(Path home, Mosquitto broker, String url) throws IOException {
    String heap = topics > FEW_TOPICS ? "-Xmx1g" : MeasuredGateway.SMALL_HEAP;
    return MeasuredGateway.subscribed(home, broker.url(), url, topics, heap);
  }

  /** A gateway between a broker and what it writes to, which waits for its next round. */
  private final class Way implements AutoCloseable {

    private final String to;
    private final MeasuredGateway gateway;
    private final Mosquitto broker;
    private final LongSupplier arrived;
    private final List<Peer> processes;

    /**
     * @param arrived messages that came to where it leads
     * @param processes all of it, in the order in which they are ended
     */
    Way(
        String to,
        MeasuredGateway gateway,
        Mosquitto broker,
        LongSupplier arrived,
        List<Peer> processes) {
      this.to = to;
      this.gateway = gateway;
      this.broker = broker;
      this.arrived = arrived;
      this.processes = processes;
    }

    void warmUp() throws Exception {
      gateway.warmUp("to " + to, this::round);
      cpu.clear();
    }

    /** Messages a second, from the first that arrives to the last. */
    double round(int count) throws Exception {
      long atFirst = arrived.getAsLong();
      CompletableFuture<Load.Result> load =
          CompletableFuture.supplyAsync(() -> Load.run(broker.url(), count, 1, topics, 0));
      long before = MeasuredGateway.await(arrived, atFirst + 1);
      long first = System.nanoTime();
      long[] cpuBefore = processes.stream().mapToLong(Peer::cpuNs).toArray();
      MeasuredGateway.await(arrived, atFirst + count);
      double counted = atFirst + count - before;
      double rate = counted / ((System.nanoTime() - first) / 1e9);
      for (int i = 0; i < cpuBefore.length; i++) {
        Peer process = processes.get(i);
        cpuOf(process).add((process.cpuNs() - cpuBefore[i]) / 1e3 / counted);
      }
      load.get();
      return rate;
    }

    @Override
    public void close() {
      processes.forEach(Peer::close);
    }
  }

  /** Microseconds a message of each round. */
  private List<Double> cpuOf(Peer process) {
    return cpu.computeIfAbsent(process.getClass().getSimpleName(), name -> new ArrayList<>());
  }
}
