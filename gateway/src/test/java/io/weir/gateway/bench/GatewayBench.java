package io.weir.gateway.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.e2e.GatewayProcess;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.peers.Peer;
import io.weir.peers.Ports;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * The whole gateway, as a process of its own, between a real Mosquitto and a real InfluxDB:
 * messages a second to disk and to the store, against a bare Paho subscriber with manual
 * acknowledgement on the same broker under the same load; then its memory at a steady rate, and its
 * time from start to ready. Each message is a JSON object of 136 bytes with six readings. Rounds
 * are interleaved, each begins with a warm-up that is not counted, and medians are printed. Since
 * publisher, broker, gateway and store share the machine, the processor time of each is printed as
 * well: it says who the rate waits for, and a busy machine changes it little.
 *
 * <pre>
 * GatewayBench [messages a round, default 150000] [rounds, default 3] [topics, default 100]
 * </pre>
 *
 * Each topic is a machine of its own. With more than the defaults take, they are allowed by limits,
 * and the heap is 1 GiB.
 */
public final class GatewayBench {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILTER = "factory/#";

  /** What the memory of a small heap has room for. */
  private static final int FEW_TOPICS = 1_000;

  /** Enough for the compiler to be done: until then it takes half of the gateway's time. */
  private static final int WARM_UP = 300_000;

  /** Asking takes time from what is measured. */
  private static final int ASK_EVERY_MS = 200;

  private static final int STEADY_RATE = 5_000;
  private static final int STEADY_SECONDS = 20;
  private static final int STARTS = 5;

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
        median(ratios(disk, bare)), median(ratios(store, bare)));
    System.out.printf("  processor time, median microseconds a message:%n");
    cpu.forEach((of, micros) -> System.out.printf("    to %-28s %5.1f%n", of, median(micros)));
    BenchRow.print(
        "broker path to InfluxDB, QoS 1",
        "bare Paho, manual acknowledgement",
        "%.2f".formatted(median(ratios(store, bare))),
        "0.71",
        "0.85");
    processorRow("disk", "18", "11");
    processorRow("InfluxDB", "22", "14");
    steady();
    starts();
  }

  private void processorRow(String to, String before, String goal) {
    BenchRow.print(
        "processor of the gateway, broker path to " + to + ", microseconds a message",
        "",
        "%.1f".formatted(median(cpu.get(to + ", GatewayProcess"))),
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
        GatewayProcess gateway = gateway(home, broker, "http://127.0.0.1:" + Ports.free())) {
      gateway.start();
      return rate("disk", broker, gateway, GatewayBench::acknowledged, 1, gateway, broker);
    }
  }

  /** From the first reading stored to the last. */
  private double toInflux(Path home) throws Exception {
    try (Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"));
        InfluxDb store = new InfluxDb(home.resolve("influx"));
        GatewayProcess gateway = gateway(home, broker, store.url())) {
      store.start();
      store.createDatabase("bench");
      gateway.start();
      return rate(
          "InfluxDB",
          broker,
          gateway,
          GatewayBench::stored,
          READINGS_A_MESSAGE,
          gateway,
          broker,
          store);
    }
  }

  private static final int READINGS_A_MESSAGE = 6;

  private GatewayProcess gateway(Path home, Mosquitto broker, String url) throws IOException {
    return new GatewayProcess(
        home.resolve("gateway"),
        """
        sources:
          - { name: plant, type: mqtt, url: "%s", limits: { machines: %d, series: %d } }
        routes: [ { topic: "factory/{site}/{area}/{line}/{machine}/telemetry", format: json } ]
        sinks:
          - { name: history, type: influxdb, version: 1, url: "%s", database: bench }
        """
            .formatted(broker.url(), topics, topics, url),
        topics > FEW_TOPICS ? "-Xmx1g" : "-Xmx160m",
        GatewayProcess.OPTIMIZED);
  }

  private double rate(
      String to,
      Mosquitto broker,
      GatewayProcess gateway,
      ToLongFunction<GatewayProcess> count,
      int per,
      Peer... processes)
      throws Exception {
    awaitConnected(gateway);
    Load.run(broker.url(), WARM_UP, 1, topics, 0);
    await(gateway, count, (long) WARM_UP * per);
    CompletableFuture<Load.Result> load =
        CompletableFuture.supplyAsync(() -> Load.run(broker.url(), messages, 1, topics, 0));
    long before = await(gateway, count, (long) WARM_UP * per + 1);
    long first = System.nanoTime();
    long[] cpuBefore = Stream.of(processes).mapToLong(Peer::cpuNs).toArray();
    long all = (long) (WARM_UP + messages) * per;
    await(gateway, count, all);
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

  private static long await(
      GatewayProcess gateway, ToLongFunction<GatewayProcess> count, long wanted)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    long now = count.applyAsLong(gateway);
    while (now < wanted) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("only " + now + " of " + wanted + " came in five minutes");
      }
      Thread.sleep(ASK_EVERY_MS);
      now = count.applyAsLong(gateway);
    }
    return now;
  }

  private static void awaitConnected(GatewayProcess gateway) throws Exception {
    while (!JSON.readTree(gateway.get("/api/v1/status")).at("/sources/0/ready").asBoolean()) {
      Thread.sleep(50);
    }
  }

  private static long acknowledged(GatewayProcess gateway) {
    try {
      return gateway
          .get("/metrics")
          .lines()
          .filter(line -> line.startsWith("weir_source_acknowledged_messages_total"))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long stored(GatewayProcess gateway) {
    try {
      JsonNode ledger = JSON.readTree(gateway.get("/api/v1/ledger"));
      return ledger.at("/sinks/0/stored").asLong();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void steady() throws Exception {
    Path home = folder.resolve("steady");
    try (Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"));
        InfluxDb store = new InfluxDb(home.resolve("influx"));
        GatewayProcess gateway = gateway(home, broker, store.url())) {
      store.start();
      store.createDatabase("bench");
      gateway.start();
      awaitConnected(gateway);
      int count = STEADY_RATE * STEADY_SECONDS;
      Load.run(broker.url(), count, 1, topics, STEADY_RATE);
      await(gateway, GatewayBench::stored, (long) count * READINGS_A_MESSAGE);
      System.out.printf(
          "resident memory at %,d messages/s for %d s: highest %d MB (target 300)%n",
          STEADY_RATE, STEADY_SECONDS, highestResidentMb(gateway));
    }
  }

  private static long highestResidentMb(GatewayProcess gateway) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + gateway.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  /** From the start of the process to the first 200 of /health/ready. */
  private void starts() throws Exception {
    Path home = folder.resolve("starts");
    List<Double> seconds = new ArrayList<>();
    try (Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"))) {
      for (int i = 0; i < STARTS; i++) {
        String away = "http://127.0.0.1:" + Ports.free();
        try (GatewayProcess gateway = gateway(home, broker, away)) {
          long start = System.nanoTime();
          gateway.start();
          while (!JSON.readTree(gateway.get("/health/ready")).path("ready").asBoolean()) {
            Thread.sleep(10);
          }
          seconds.add((System.nanoTime() - start) / 1e9);
        }
      }
    }
    System.out.printf(
        "start to ready: median %.1f s of %s (target 3)%n",
        median(seconds), seconds.stream().map("%.1f"::formatted).toList());
  }

  private static List<Double> ratios(List<Double> these, List<Double> those) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < these.size(); i++) {
      ratios.add(these.get(i) / those.get(i));
    }
    return ratios;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
