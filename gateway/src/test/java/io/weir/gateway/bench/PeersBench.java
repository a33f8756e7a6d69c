package io.weir.gateway.bench;

import static io.weir.gateway.bench.Medians.median;

import io.weir.gateway.peers.Brought;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Weir beside programs that do the same work: messages a second from Mosquitto into a store, all at
 * QoS 1, processor time of a message and memory. Each has a broker and a store of its own, of the
 * same kinds, and gets the same load in turns with the others, after a warm-up that is not counted.
 * At the end of a round its store must have a point of each message. What the others are told is
 * explained in docs/reference/performance.md.
 *
 * <pre>PeersBench [messages a round, default 400000] [rounds, default 3] [of {@link Against}...]
 * </pre>
 */
public final class PeersBench {

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

  private final Path folder;
  private final int messages;
  private final Map<Store, List<Running.Round>> weir = new EnumMap<>(Store.class);
  private final Map<Against, List<Running.Round>> peers = new EnumMap<>(Against.class);
  private final Map<Against, String> failures = new EnumMap<>(Against.class);

  private PeersBench(Path folder, int messages) {
    this.folder = folder;
    this.messages = messages;
  }

  public static void main(String[] args) throws Exception {
    int messages = args.length > 0 ? Integer.parseInt(args[0]) : 400_000;
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
    for (Store store : Store.values()) {
      List<Against> here =
          all.stream().filter(each -> each.store == store && !failures.containsKey(each)).toList();
      if (!here.isEmpty()) {
        rounds(store, here, rounds);
      }
    }
    all.forEach(this::row);
    costs(all);
  }

  private void rounds(Store store, List<Against> here, int rounds) throws Exception {
    Map<Against, Running> theirs = new EnumMap<>(Against.class);
    try (Running ours = running(Carrier.WEIR, store)) {
      ours.warmUp();
      for (Against each : here) {
        Running running = running(each.carrier, store);
        theirs.put(each, running);
        attempt(each, running::warmUp);
      }
      for (int round = 0; round < rounds; round++) {
        keep(weir, store, "Weir to " + store.text, ours.round(messages));
        for (Against each : here) {
          String text = each.text + " to " + store.text;
          attempt(each, () -> keep(peers, each, text, theirs.get(each).round(messages)));
        }
      }
    } finally {
      theirs.values().forEach(Running::close);
    }
  }

  private Running running(Carrier carrier, Store store) throws Exception {
    return Running.started(carrier, store::started, folder.resolve(carrier + "-to-" + store));
  }

  private interface Step {
    void run() throws Exception;
  }

  /** A program that does not get all into the store has no further round. */
  private void attempt(Against against, Step step) throws Exception {
    if (failures.containsKey(against)) {
      return;
    }
    try {
      step.run();
    } catch (IllegalStateException e) {
      failures.put(against, e.getMessage());
    }
  }

  private static <T> void keep(
      Map<T, List<Running.Round>> all, T of, String text, Running.Round round) {
    all.computeIfAbsent(of, each -> new ArrayList<>()).add(round);
    System.out.printf(
        Locale.ROOT,
        "  %s: %,.0f messages/s, %.1f µs of a processor each, resident at most %d MB%n",
        text,
        round.perSecond(),
        round.cpuMicros(),
        round.residentMb());
  }

  // ---- Rows

  private void row(Against against) {
    List<Running.Round> theirs = peers.getOrDefault(against, List.of());
    if (failures.containsKey(against)) {
      notRun(against.figure(), against.text, against);
      return;
    }
    List<Running.Round> ours = weir.get(against.store);
    BenchRow.print(
        against.figure(),
        "%s: %,.0f/s".formatted(against.text, of(theirs, Running.Round::perSecond)),
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
    List<Running.Round> ours = weir.get(Store.INFLUXDB_1);
    List<Running.Round> theirs = peers.get(Against.TELEGRAF);
    BenchRow.print(
        figure,
        "Telegraf: %.1f".formatted(of(theirs, Running.Round::cpuMicros)),
        "%.1f".formatted(of(ours, Running.Round::cpuMicros)),
        "22",
        "14");
    BenchRow.print(
        "resident memory at that rate, %s, MB".formatted(MeasuredGateway.SMALL_HEAP),
        "Telegraf: %.0f".formatted(of(theirs, Running.Round::residentMb)),
        "%.0f".formatted(of(ours, Running.Round::residentMb)),
        "303",
        "");
  }

  private static double of(List<Running.Round> rounds, ToDoubleFunction<Running.Round> value) {
    return median(rounds.stream().mapToDouble(value).toArray());
  }

  private static double ratio(List<Running.Round> ours, List<Running.Round> theirs) {
    return Medians.ratio(
        ours.stream().map(Running.Round::perSecond).toList(),
        theirs.stream().map(Running.Round::perSecond).toList());
  }
}
