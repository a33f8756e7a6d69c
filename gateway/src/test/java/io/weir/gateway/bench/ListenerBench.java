package io.weir.gateway.bench;

import static io.weir.gateway.bench.MeasuredGateway.WARM_UP_ONCE;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The MQTT listener, in a gateway that is a process of its own: messages a second whose PUBACK came
 * after the sync, against Mosquitto that accepts the same without a subscriber and without
 * persistence; the same on to InfluxDB; processor time of each; then the time from PUBLISH to
 * PUBACK of one client at 20,000 messages a second, against the median of a sync of the same disk.
 * The same publisher, messages of 136 bytes with six readings, connections and window for both.
 * Each server starts once, and is warmed up; rounds are interleaved, and medians are printed.
 *
 * <pre>ListenerBench [messages a round, default 150000] [rounds, default 3]</pre>
 */
public final class ListenerBench {

  private static final int TOPICS = LoadedLines.TOPICS;
  private static final int LATENCIES = 50_000;

  /** Half of the rate would be more than one publisher sends without a delay of its own. */
  private static final double PACE = 20_000;

  private static final int SYNCS = 500;

  private final Path folder;
  private final int messages;

  private ListenerBench(Path folder, int messages) {
    this.folder = folder;
    this.messages = messages;
  }

  /** One round at one server. */
  private record Rate(double perSecond, double cpuMicros) {}

  public static void main(String[] args) throws Exception {
    int messages = args.length > 0 ? Integer.parseInt(args[0]) : 150_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    new ListenerBench(Files.createTempDirectory("weir-bench"), messages).run(rounds);
  }

  private void run(int rounds) throws Exception {
    List<Rate> mosquitto = new ArrayList<>();
    List<Rate> disk = new ArrayList<>();
    List<Rate> store = new ArrayList<>();
    List<Double> loader = new ArrayList<>();
    LoadedLines lines = LoadedLines.of(folder.resolve("lines"), messages);
    int diskPort = Ports.free();
    int storePort = Ports.free();
    String away = "http://127.0.0.1:" + Ports.free();
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"));
        InfluxDb influx = new InfluxDb(folder.resolve("influx"));
        MeasuredGateway toDisk = MeasuredGateway.listening(folder.resolve("disk"), diskPort, away);
        MeasuredGateway toInflux =
            MeasuredGateway.listening(folder.resolve("store"), storePort, influx.url())) {
      influx.start();
      influx.createDatabase("bench");
      toDisk.startConnected();
      toInflux.startConnected();
      Load.run(broker.url(), messages, 1, TOPICS, 0);
      Load.run(url(diskPort), WARM_UP_ONCE, 1, TOPICS, 0);
      Load.run(url(storePort), WARM_UP_ONCE, 1, TOPICS, 0);
      toInflux.awaitStored(WARM_UP_ONCE);
      for (int round = 0; round < rounds; round++) {
        mosquitto.add(publish(broker.url(), broker));
        disk.add(publish(url(diskPort), toDisk));
        store.add(store(url(storePort), toInflux, WARM_UP_ONCE + (round + 1L) * messages));
        loader.add(lines.loaded(folder.resolve("loader-" + round)));
        print(round, mosquitto, disk, store, loader);
      }
      rows(mosquitto, disk, store, loader);
      latency(diskPort, PACE);
    }
  }

  private static String url(int port) {
    return "tcp://127.0.0.1:" + port;
  }

  private static void print(
      int round, List<Rate> mosquitto, List<Rate> disk, List<Rate> store, List<Double> loader) {
    System.out.printf(
        Locale.ROOT,
        "  round %d: Mosquitto %,.0f, listener to disk %,.0f, listener to InfluxDB %,.0f, raw loader"
            + " %,.0f%n",
        round + 1,
        mosquitto.get(round).perSecond(),
        disk.get(round).perSecond(),
        store.get(round).perSecond(),
        loader.get(round));
  }

  private static void rows(
      List<Rate> mosquitto, List<Rate> disk, List<Rate> store, List<Double> loader) {
    System.out.printf(
        Locale.ROOT,
        "  median ratio to Mosquitto: to disk %.2f, to InfluxDB %.2f%n",
        ratio(disk, mosquitto),
        ratio(store, mosquitto));
    System.out.printf(
        Locale.ROOT,
        "  processor, microseconds a message: Mosquitto %.1f, gateway to disk %.1f, to InfluxDB %.1f%n",
        median(mosquitto.stream().map(Rate::cpuMicros).toList()),
        median(disk.stream().map(Rate::cpuMicros).toList()),
        median(store.stream().map(Rate::cpuMicros).toList()));
    BenchRow.print(
        "listener, PUBACK after the sync, messages/s",
        "Mosquitto accepting the same",
        "%.2f".formatted(ratio(disk, mosquitto)),
        "",
        "1.5");
    BenchRow.print(
        "processor of the gateway, listener to disk, microseconds a message",
        "Mosquitto: %.1f".formatted(median(mosquitto.stream().map(Rate::cpuMicros).toList())),
        "%.1f".formatted(median(disk.stream().map(Rate::cpuMicros).toList())),
        "",
        "6");
    BenchRow.print(
        "listener into InfluxDB 1, six fields, messages/s",
        "raw loader posting the same lines",
        "%.2f".formatted(Medians.ratio(store.stream().map(Rate::perSecond).toList(), loader)),
        "",
        "0.35");
  }

  /**
   * What is acknowledged: by Mosquitto, where nobody subscribes and nothing is kept, or by Weir.
   */
  private Rate publish(String url, Peer measured) {
    long before = measured.cpuNs();
    Load.Result result = Load.run(url, messages, 1, TOPICS, 0);
    return new Rate(result.rate(), (measured.cpuNs() - before) / 1e3 / messages);
  }

  /** Until the store has all that was ever published. */
  private Rate store(String url, MeasuredGateway gateway, long published) throws Exception {
    long cpu = gateway.cpuNs();
    long began = System.nanoTime();
    Load.run(url, messages, 1, TOPICS, 0);
    gateway.awaitStored(published);
    return new Rate(
        messages / ((System.nanoTime() - began) / 1e9), (gateway.cpuNs() - cpu) / 1e3 / messages);
  }

  // ---- From PUBLISH to PUBACK

  private void latency(int port, double perSecond) throws Exception {
    double sync = medianSyncMs(folder.resolve("sync"));
    try (PacedPublisher warm = new PacedPublisher(port)) {
      warm.run(LATENCIES, perSecond);
    }
    try (PacedPublisher publisher = new PacedPublisher(port)) {
      double[] ms = publisher.run(LATENCIES, perSecond);
      Arrays.sort(ms);
      System.out.printf(
          Locale.ROOT,
          "PUBLISH to PUBACK at %,.0f messages/s: p50 %.2f, p99 %.2f, p99.9 %.2f ms;"
              + " a sync of 4 KiB %.2f ms; p99 less the linger of 2 ms is %.1f syncs%n",
          perSecond,
          ms[ms.length / 2],
          ms[ms.length * 99 / 100],
          ms[(int) (ms.length * 0.999)],
          sync,
          (ms[ms.length * 99 / 100] - 2) / sync);
      BenchRow.print(
          "PUBLISH to PUBACK, one client at 20,000 messages/s: p99 less the linger, in syncs",
          "sync of 4 KiB: %.2f ms".formatted(sync),
          "%.1f".formatted((ms[ms.length * 99 / 100] - 2) / sync),
          "",
          "10");
    }
  }

  private static double medianSyncMs(Path home) throws IOException {
    List<Double> ms = new ArrayList<>();
    Path file = Files.createTempFile(Files.createDirectories(home), "sync", ".bin");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < SYNCS; i++) {
        channel.write(ByteBuffer.allocate(4096));
        long began = System.nanoTime();
        channel.force(false);
        ms.add((System.nanoTime() - began) / 1e6);
      }
    }
    return median(ms);
  }

  private static double ratio(List<Rate> these, List<Rate> those) {
    return Medians.ratio(
        these.stream().map(Rate::perSecond).toList(), those.stream().map(Rate::perSecond).toList());
  }
}
