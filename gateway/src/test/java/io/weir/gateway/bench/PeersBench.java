package io.weir.gateway.bench;

import static io.weir.gateway.bench.Medians.median;

import io.weir.gateway.peers.Brought;
import io.weir.peers.Mosquitto;
import io.weir.peers.Peer;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Weir beside programs that do the same work: messages a second from Mosquitto into a store, all at
 * QoS 1, processor time of a message and memory. Each has the same broker, publisher, load and
 * store, in turns, in processes of their own; each round begins with a warm-up that is not counted.
 * At the end of a round the store must have a point of each message. What the others are told is
 * explained in docs/reference/performance.md.
 *
 * <pre>PeersBench [messages a round, default 150000] [rounds, default 3] [of {@link Against}...]
 * </pre>
 */
public final class PeersBench {

  static final int TOPICS = 100;

  private enum Store {
    INFLUXDB_1("InfluxDB 1.6.7"),
    INFLUXDB_2("InfluxDB 2.8");

    final String text;

    Store(String text) {
      this.text = text;
    }

    BenchStore started(Path home) throws IOException {
      return this == INFLUXDB_1
          ? BenchStore.Influx1.started(home)
          : BenchStore.Influx2.started(home);
    }

    Optional<String> missing() {
      return this == INFLUXDB_1 ? Optional.empty() : Brought.influxDb2().missing();
    }
  }

  /** What Weir is measured beside. */
  private enum Against {
    TELEGRAF(Carrier.TELEGRAF, Store.INFLUXDB_1, "Telegraf with its memory buffer", "1.0", "1.15"),
    TELEGRAF_DISK(
        Carrier.TELEGRAF_DISK, Store.INFLUXDB_1, "Telegraf with its disk buffer", "7.5", "8.5"),
    NODE_RED(Carrier.NODE_RED, Store.INFLUXDB_1, "Node-RED, batched", "1.24", "1.4"),
    TELEGRAF_INFLUXDB2(
        Carrier.TELEGRAF, Store.INFLUXDB_2, "Telegraf with its memory buffer", "", "");

    final Carrier carrier;
    final Store store;
    final String text;
    final String before;
    final String goal;

    Against(Carrier carrier, Store store, String text, String before, String goal) {
      this.carrier = carrier;
      this.store = store;
      this.text = text;
      this.before = before;
      this.goal = goal;
    }

    static Against of(String argument) {
      return valueOf(argument.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    Optional<String> missing() {
      return carrier.missing().or(store::missing);
    }

    String figure() {
      return "messages/s to " + store.text;
    }
  }

  /** One round of one program. */
  private record Round(double perSecond, double cpuMicros, long residentMb) {}

  private final Path folder;
  private final int messages;
  private final Map<Store, List<Round>> weir = new EnumMap<>(Store.class);
  private final Map<Against, List<Round>> peers = new EnumMap<>(Against.class);
  private final Map<Against, String> failures = new EnumMap<>(Against.class);

  private PeersBench(Path folder, int messages) {
    this.folder = folder;
    this.messages = messages;
  }

  public static void main(String[] args) throws Exception {
    int messages = args.length > 0 ? Integer.parseInt(args[0]) : 150_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    List<Against> all =
        args.length > 2
            ? Stream.of(args).skip(2).map(Against::of).toList()
            : List.of(Against.values());
    new PeersBench(Files.createTempDirectory("weir-bench"), messages).run(rounds, all);
  }

  private void run(int rounds, List<Against> all) throws Exception {
    for (Against each : all) {
      each.missing().ifPresent(why -> failures.put(each, why));
    }
    for (int round = 0; round < rounds; round++) {
      for (Store store : Store.values()) {
        List<Against> here = all.stream().filter(each -> each.store == store).toList();
        if (!failures.keySet().containsAll(here)) {
          Path home = folder.resolve("weir-" + store + "-" + round);
          keep(weir, store, "Weir to " + store.text, measured(Carrier.WEIR, store, home));
        }
        for (Against each : here) {
          beside(each, round);
        }
      }
    }
    all.forEach(this::row);
    costs(all);
  }

  /** One round. A program that does not get all into the store has no further round. */
  private void beside(Against against, int round) throws Exception {
    if (failures.containsKey(against)) {
      return;
    }
    try {
      Path home = folder.resolve(against + "-" + round);
      keep(
          peers,
          against,
          against.text + " to " + against.store.text,
          measured(against.carrier, against.store, home));
    } catch (IllegalStateException e) {
      failures.put(against, e.getMessage());
    }
  }

  private static <T> void keep(Map<T, List<Round>> all, T of, String text, Round round) {
    all.computeIfAbsent(of, each -> new ArrayList<>()).add(round);
    System.out.printf(
        Locale.ROOT,
        "  %s: %,.0f messages/s, %.1f µs of a processor each, resident at most %d MB%n",
        text,
        round.perSecond(),
        round.cpuMicros(),
        round.residentMb());
  }

  private Round measured(Carrier carrier, Store kind, Path home) throws Exception {
    try (Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"), "log_type subscribe");
        BenchStore store = kind.started(home.resolve("store"));
        Peer process = carrier.make(home.resolve("carrier"), broker, store)) {
      process.start();
      awaitSubscribed(broker);
      LongSupplier stored = carrier.stored(process, store);
      Load.run(broker.url(), carrier.warmUp, 1, TOPICS, 0);
      MeasuredGateway.await(stored, carrier.warmUp);
      int count = messages / carrier.part;
      CompletableFuture<Load.Result> load =
          CompletableFuture.supplyAsync(() -> Load.run(broker.url(), count, 1, TOPICS, 0));
      long before = MeasuredGateway.await(stored, carrier.warmUp + 1);
      long first = System.nanoTime();
      long cpu = process.cpuNs();
      long all = carrier.warmUp + count;
      MeasuredGateway.await(stored, all);
      double counted = all - before;
      double seconds = (System.nanoTime() - first) / 1e9;
      double micros = (process.cpuNs() - cpu) / 1e3 / counted;
      load.get();
      requireAll(all, stored.getAsLong(), store.distinct());
      return new Round(counted / seconds, micros, process.highestResidentMb());
    }
  }

  private static void awaitSubscribed(Mosquitto broker) throws IOException, InterruptedException {
    // What is published before it would go nowhere. The broker says who subscribes, and at which
    // QoS.
    while (!broker.output().contains(" 1 factory/")) {
      Thread.sleep(50);
    }
  }

  /** More taken than sent: some came twice, and cost twice. */
  private static void requireAll(long sent, long taken, long distinct) {
    if (taken != sent || distinct != sent) {
      throw new IllegalStateException(
          "of %,d messages %,d were taken and %,d are there".formatted(sent, taken, distinct));
    }
  }

  // ---- Rows

  private void row(Against against) {
    List<Round> theirs = peers.getOrDefault(against, List.of());
    if (failures.containsKey(against)) {
      notRun(against.figure(), against.text, against);
      return;
    }
    List<Round> ours = weir.get(against.store);
    BenchRow.print(
        against.figure(),
        "%s: %,.0f/s".formatted(against.text, of(theirs, Round::perSecond)),
        "%.2f".formatted(ratio(ours, theirs)),
        against.before,
        against.goal);
  }

  private void notRun(String figure, String yardstick, Against against) {
    BenchRow.print(
        figure, yardstick, "not run: " + failures.get(against), against.before, against.goal);
  }

  private void costs(List<Against> all) {
    if (!all.contains(Against.TELEGRAF)) {
      return;
    }
    String figure = "processor of the gateway alone to InfluxDB 1.6.7, microseconds a message";
    if (failures.containsKey(Against.TELEGRAF)) {
      BenchRow.print(figure, "Telegraf", "not run: " + failures.get(Against.TELEGRAF), "22", "14");
      return;
    }
    List<Round> ours = weir.get(Store.INFLUXDB_1);
    List<Round> theirs = peers.get(Against.TELEGRAF);
    BenchRow.print(
        figure,
        "Telegraf: %.1f".formatted(of(theirs, Round::cpuMicros)),
        "%.1f".formatted(of(ours, Round::cpuMicros)),
        "22",
        "14");
    BenchRow.print(
        "resident memory at that rate, %s, MB".formatted(MeasuredGateway.SMALL_HEAP),
        "Telegraf: %.0f".formatted(of(theirs, Round::residentMb)),
        "%.0f".formatted(of(ours, Round::residentMb)),
        "303",
        "");
  }

  private static double of(List<Round> rounds, ToDoubleFunction<Round> value) {
    return median(rounds.stream().mapToDouble(value).toArray());
  }

  private static double ratio(List<Round> ours, List<Round> theirs) {
    return Medians.ratio(
        ours.stream().map(Round::perSecond).toList(),
        theirs.stream().map(Round::perSecond).toList());
  }
}
