package io.weir.gateway.bench;

import static io.weir.gateway.bench.MeasuredGateway.READINGS_A_MESSAGE;
import static io.weir.gateway.bench.MeasuredGateway.WARM_UP;
import static io.weir.gateway.bench.MeasuredGateway.WARM_UP_ONCE;
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
    try (Mosquitto broker = Mosquitto.started(folder.resolve("bare"));
        Way toDisk = toDisk(folder.resolve("disk"));
        Way toInflux = toInflux(folder.resolve("influx"))) {
      bare(broker, WARM_UP);
      toDisk.round(WARM_UP_ONCE);
      toInflux.round(WARM_UP_ONCE);
      cpu.clear();
      for (int round = 0; round < rounds; round++) {
        bare.add(bare(broker, messages));
        disk.add(toDisk.round(messages));
        store.add(toInflux.round(messages));
        System.out.printf(
            "  round %d: %,10.0f %,10.0f %,10.0f%n",
            round + 1, bare.get(round), disk.get(round), store.get(round));
      }
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
    return new Way("disk", broker, gateway::acknowledged, List.of(gateway, broker));
  }

  private Way toInflux(Path home) throws Exception {
    Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"));
    InfluxDb store = new InfluxDb(home.resolve("influx"));
    store.start();
    store.createDatabase("bench");
    MeasuredGateway gateway = gateway(home, broker, store.url());
    gateway.startConnected();
    return new Way(
        "InfluxDB",
        broker,
        () -> gateway.stored() / READINGS_A_MESSAGE,
        List.of(gateway, broker, store));
  }

  private MeasuredGateway gateway(Path home, Mosquitto broker, String url) throws IOException {
    String heap = topics > FEW_TOPICS ? "-Xmx1g" : MeasuredGateway.SMALL_HEAP;
    return MeasuredGateway.subscribed(home, broker.url(), url, topics, heap);
  }

  /** A gateway between a broker and what it writes to, which waits for its next round. */
  private final class Way implements AutoCloseable {

    private final String to;
    private final Mosquitto broker;
    private final LongSupplier arrived;
    private final List<Peer> processes;
    private long sent;

    /**
     * @param arrived messages that came to where it leads
     * @param processes all of it, in the order in which they are ended
     */
    Way(String to, Mosquitto broker, LongSupplier arrived, List<Peer> processes) {
      this.to = to;
      this.broker = broker;
      this.arrived = arrived;
      this.processes = processes;
    }

    /** Messages a second, from the first that arrives to the last. */
    double round(int count) throws Exception {
      CompletableFuture<Load.Result> load =
          CompletableFuture.supplyAsync(() -> Load.run(broker.url(), count, 1, topics, 0));
      long before = MeasuredGateway.await(arrived, sent + 1);
      long first = System.nanoTime();
      long[] cpuBefore = processes.stream().mapToLong(Peer::cpuNs).toArray();
      sent += count;
      MeasuredGateway.await(arrived, sent);
      double counted = sent - before;
      double rate = counted / ((System.nanoTime() - first) / 1e9);
      for (int i = 0; i < cpuBefore.length; i++) {
        Peer process = processes.get(i);
        cpuOf(to, process).add((process.cpuNs() - cpuBefore[i]) / 1e3 / counted);
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
  private List<Double> cpuOf(String to, Peer process) {
    return cpu.computeIfAbsent(
        to + ", " + process.getClass().getSimpleName(), key -> new ArrayList<>());
  }
}
