package io.weir.gateway.bench;

import static io.weir.gateway.bench.Medians.median;

import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.peers.Peer;
import io.weir.peers.Ports;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/**
 * The MQTT listener, in a gateway that is a process of its own: messages a second whose PUBACK came
 * after the sync, against Mosquitto that accepts the same without a subscriber and without
 * persistence; the same on to InfluxDB; processor time of each; then the time from PUBLISH to
 * PUBACK of one client at 20,000 messages a second, against the median of a sync of the same disk,
 * and beside that of Mosquitto. The same publisher, messages of 136 bytes with six readings,
 * connections and window for both. Each server starts once, and is warmed up; rounds are
 * interleaved, and medians are printed.
 *
 * <pre>ListenerBench [messages a round, default 150000] [rounds, default 3] [disk]</pre>
 *
 * With the last argument only the rate to the disk is measured.
 */
public final class ListenerBench {

  private static final int TOPICS = LoadedLines.TOPICS;

  /**
   * In a round to InfluxDB: of seconds, as the last batch waits for 200 ms, and is seen as late.
   */
  private static final int STORED = 800_000;

  private static final int LATENCIES = 50_000;

  /** Half of the rate would be more than one publisher sends without a delay of its own. */
  private static final double PACE = 20_000;

  /** More than of other things: what is measured is one message in a hundred. */
  private static final int PACED_ROUNDS = 5;

  private static final double LINGER_MS = 2;
  private static final int SYNCS = 1_000;

  private final Path folder;
  private final int messages;
  private final int rounds;

  private ListenerBench(Path folder, int messages, int rounds) {
    this.folder = folder;
    this.messages = messages;
    this.rounds = rounds;
  }

  /** One round at one server. */
  private record Rate(double perSecond, double cpuMicros) {}

  public static void main(String[] args) throws Exception {
    int messages = args.length > 0 ? Integer.parseInt(args[0]) : 150_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    Path folder = Files.createTempDirectory("weir-bench");
    ListenerBench bench = new ListenerBench(folder, messages, rounds);
    boolean all = args.length < 3 || !args[2].equals("disk");
    bench.toDisk(all);
    if (all) {
      bench.toInflux();
    }
  }

  // ---- To disk

  private void toDisk(boolean withLatency) throws Exception {
    List<Rate> mosquitto = new ArrayList<>();
    List<Rate> disk = new ArrayList<>();
    int port = Ports.free();
    String away = "http://127.0.0.1:" + Ports.free();
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"));
        MeasuredGateway gateway = MeasuredGateway.listening(folder.resolve("disk"), port, away)) {
      gateway.startConnected();
      Load.run(broker.url(), messages, 1, TOPICS, 0);
      gateway.warmUp("listener to disk", count -> Load.run(url(port), count, 1, TOPICS, 0));
      for (int round = 1; round <= rounds; round++) {
        Rate theirs = publish(broker.url(), broker);
        Rate ours = publish(url(port), gateway);
        mosquitto.add(theirs);
        disk.add(ours);
        System.out.printf(
            Locale.ROOT,
            "  round %d: Mosquitto %,.0f/s, %.1f µs of a processor each; listener to disk %,.0f/s, %.1f"
                + " µs%n",
            round,
            theirs.perSecond(),
            theirs.cpuMicros(),
            ours.perSecond(),
            ours.cpuMicros());
      }
      BenchRow.print(
          "listener, PUBACK after the sync, messages/s",
          "Mosquitto accepting the same: %,.0f/s".formatted(median(rates(mosquitto))),
          "%.2f".formatted(Medians.ratio(rates(disk), rates(mosquitto))),
          "",
          "1.5");
      BenchRow.print(
          "processor of the gateway, listener to disk, microseconds a message",
          "Mosquitto: %.1f".formatted(median(micros(mosquitto))),
          "%.1f".formatted(median(micros(disk))),
          "",
          "6");
      if (withLatency) {
        latency(broker, gateway, port);
      }
    }
  }

  /**
   * What is acknowledged: by Mosquitto, where nobody subscribes and nothing is kept, or by Weir.
   */
  private Rate publish(String url, Peer measured) {
    long before = measured.cpuNs();
    Load.Result result = Load.run(url, messages, 1, TOPICS, 0);
    return new Rate(result.rate(), (measured.cpuNs() - before) / 1e3 / messages);
  }

  // ---- To InfluxDB

  private void toInflux() throws Exception {
    List<Rate> store = new ArrayList<>();
    List<Double> loader = new ArrayList<>();
    LoadedLines lines = LoadedLines.of(folder.resolve("lines"), STORED);
    int port = Ports.free();
    try (InfluxDb influx = new InfluxDb(folder.resolve("influx"));
        MeasuredGateway gateway =
            MeasuredGateway.listening(folder.resolve("store"), port, influx.url())) {
      influx.start();
      influx.createDatabase("bench");
      gateway.startConnected();
      gateway.warmUp("listener to InfluxDB", count -> store(port, gateway, count));
      for (int round = 1; round <= rounds; round++) {
        Rate ours = store(port, gateway, STORED);
        store.add(ours);
        loader.add(lines.loaded(folder.resolve("loader-" + round)));
        System.out.printf(
            Locale.ROOT,
            "  round %d: listener to InfluxDB %,.0f/s, %.1f µs of a processor each; raw loader %,.0f/s%n",
            round,
            ours.perSecond(),
            ours.cpuMicros(),
            loader.get(loader.size() - 1));
      }
      BenchRow.print(
          "listener into InfluxDB 1, six fields, messages/s",
          "raw loader posting the same lines: %,.0f/s".formatted(median(loader)),
          "%.2f".formatted(Medians.ratio(rates(store), loader)),
          "",
          "0.35");
    }
  }

  /** Until the store has all that was ever published. */
  private static Rate store(int port, MeasuredGateway gateway, int count) throws Exception {
    long before = gateway.storedLines();
    long cpu = gateway.cpuNs();
    long began = System.nanoTime();
    Load.run(url(port), count, 1, TOPICS, 0);
    MeasuredGateway.await(gateway::storedLines, before + count);
    return new Rate(
        count / ((System.nanoTime() - began) / 1e9), (gateway.cpuNs() - cpu) / 1e3 / count);
  }

  private static List<Double> rates(List<Rate> rates) {
    return rates.stream().map(Rate::perSecond).toList();
  }

  private static List<Double> micros(List<Rate> rates) {
    return rates.stream().map(Rate::cpuMicros).toList();
  }

  private static String url(int port) {
    return "tcp://127.0.0.1:" + port;
  }

  // ---- From PUBLISH to PUBACK

  /** From when a message was due to its PUBACK, milliseconds. */
  private record Latency(double p50, double p99, double p999) {

    static Latency of(int port) throws Exception {
      double[] ms = paced(port, LATENCIES);
      return new Latency(
          Medians.percentile(ms, 0.5), Medians.percentile(ms, 0.99), Medians.percentile(ms, 0.999));
    }

    /** Of each figure the median of some rounds. */
    static Latency median(List<Latency> rounds) {
      return new Latency(
          median(rounds, Latency::p50),
          median(rounds, Latency::p99),
          median(rounds, Latency::p999));
    }

    private static double median(List<Latency> rounds, ToDoubleFunction<Latency> of) {
      return Medians.median(rounds.stream().mapToDouble(of).toArray());
    }

    @Override
    public String toString() {
      return "p50 %.2f, p99 %.2f, p99.9 %.2f ms".formatted(p50, p99, p999);
    }
  }

  private static double[] paced(int port, int count) throws Exception {
    try (PacedPublisher publisher = new PacedPublisher(port)) {
      return publisher.run(count, PACE);
    }
  }

  /**
   * Mosquitto, which syncs nothing, shows what the publisher and the machine have in it. At a pace
   * the gateway lingers, which it does not at full rate: it is warm for the one and not for the
   * other.
   */
  private void latency(Mosquitto broker, MeasuredGateway gateway, int port) throws Exception {
    gateway.warmUp("listener at a pace", count -> paced(port, count));
    List<Latency> mosquitto = new ArrayList<>();
    List<Latency> weir = new ArrayList<>();
    List<Double> syncs = new ArrayList<>();
    List<Double> slowSyncs = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < PACED_ROUNDS; round++) {
      double[] plain = syncsMs(folder.resolve("sync"));
      double sync = Medians.percentile(plain, 0.5);
      Latency theirs = Latency.of(broker.port());
      Latency ours = Latency.of(port);
      syncs.add(sync);
      slowSyncs.add(Medians.percentile(plain, 0.99));
      mosquitto.add(theirs);
      weir.add(ours);
      ratios.add((ours.p99() - LINGER_MS) / sync);
      System.out.printf(
          Locale.ROOT,
          "  PUBLISH to PUBACK at %,.0f messages/s: %s; at Mosquitto %s; a sync of 4 KiB %.2f ms%n",
          PACE,
          ours,
          theirs,
          sync);
    }
    System.out.printf(
        Locale.ROOT,
        "  medians: %s; at Mosquitto %s; p99 less the linger of %.0f ms is %.1f syncs%n",
        Latency.median(weir),
        Latency.median(mosquitto),
        LINGER_MS,
        median(ratios));
    BenchRow.print(
        "PUBLISH to PUBACK, one client at 20,000 messages/s: p99 less the linger, in syncs",
        "sync of 4 KiB: %.2f ms, p99 %.2f; p99 at Mosquitto: %.2f ms"
            .formatted(median(syncs), median(slowSyncs), Latency.median(mosquitto).p99()),
        "%.1f".formatted(median(ratios)),
        "",
        "10");
  }

  /** As often as a log syncs that lingers. */
  private static double[] syncsMs(Path home) throws IOException {
    double[] ms = new double[SYNCS];
    Path file = Files.createTempFile(Files.createDirectories(home), "sync", ".bin");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < SYNCS; i++) {
        channel.write(ByteBuffer.allocate(4096));
        long began = System.nanoTime();
        channel.force(false);
        ms[i] = (System.nanoTime() - began) / 1e6;
        LockSupport.parkNanos((long) (LINGER_MS * 1e6));
      }
    }
    return ms;
  }
}
