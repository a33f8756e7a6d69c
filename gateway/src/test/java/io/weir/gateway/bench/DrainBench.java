package io.weir.gateway.bench;

import io.weir.gateway.model.Durable;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.LineTexts;
import io.weir.gateway.sink.Rejection;
import io.weir.gateway.sink.Rejects;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Lines a second that a drain carries from a full log into a real store, against a raw loader that
 * posts the very same bodies to the same store with 1, 2 or 4 requests in flight, whichever has the
 * best median. Turns alternate, each writes a measurement of its own, and the next one waits until
 * all of a turn can be asked for. Before the first turn it drains until Java's compilers have
 * little left to do. Prints each round, and the medians of both and of the rounds' ratios.
 *
 * <pre>DrainBench [lines a round, default 500000] [rounds, default 5] [store...]</pre>
 *
 * The stores are {@code influxdb} (1.x), {@code victoriametrics} and {@code questdb} (the one
 * inside the gateway, over its own HTTP, as the gateway writes to it); all where none is named.
 */
public final class DrainBench {

  /** The compilers' part of the processor's time once a drain is warm: it does little else. */
  private static final double COMPILING = 0.03;

  private static final long APART_NS = 1_000_000;
  private static final String[] STORES = {"influxdb", "victoriametrics", "questdb"};
  private static final String GOAL = "0.9";
  private static final Map<String, String> BEFORE = Map.of("influxdb", "0.79");

  private final String name;
  private final FilledStore store;
  private final List<BenchLog> logs;
  private final int lines;
  private final List<byte[]> bodies = Collections.synchronizedList(new ArrayList<>());
  private int loads;

  /** Lines a second of the loader in each round, by its requests in flight. */
  private final Map<Integer, double[]> loaded = new TreeMap<>();

  private DrainBench(String name, FilledStore store, List<BenchLog> logs, int lines) {
    this.name = name;
    this.store = store;
    this.logs = logs;
    this.lines = lines;
  }

  public static void main(String[] arguments) throws Exception {
    int lines = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    String[] stores =
        arguments.length > 2 ? Arrays.copyOfRange(arguments, 2, arguments.length) : STORES;
    Path folder = Files.createTempDirectory("drain-bench");
    List<String> consumers = new ArrayList<>(List.of(stores));
    for (String each : stores) {
      consumers.add(capture(each));
      for (int turn = 0; turn < WarmUp.MOST_TURNS; turn++) {
        consumers.add(warmUp(each, turn));
      }
    }
    List<BenchLog> logs = new ArrayList<>();
    try {
      for (int i = 0; i <= rounds; i++) { // the first is of the warm-up
        logs.add(
            BenchLog.filled(
                folder.resolve(measurement(i)),
                lines,
                consumers,
                measurement(i),
                line -> BenchLog.START_NS + line * APART_NS));
      }
      for (String each : stores) {
        try (FilledStore store = FilledStore.of(each, folder)) {
          new DrainBench(each, store, logs, lines).run(rounds);
        } catch (AssertionError e) { // its program is not installed
          String figure = "drain of a full log into " + each + ", lines/s";
          BenchRow.notRun(figure, e.getMessage(), BEFORE.getOrDefault(each, ""), GOAL);
        }
      }
    } finally {
      for (BenchLog log : logs) {
        log.close();
      }
    }
  }

  /** What a log holds. A measurement of its own for each turn, so that each fills a new table. */
  private static String measurement(int log) {
    return "drained" + log;
  }

  private static String capture(String store) {
    return store + "-capture";
  }

  private static String warmUp(String store, int turn) {
    return store + "-warm-up-" + turn;
  }

  private void run(int rounds) throws Exception {
    store.begin(measurement(0));
    Capturing capturing = new Capturing(store.sink(), bodies);
    logs.get(0).drain(capture(name), store.config(), capturing, new Nothing());
    warmUp();
    System.out.printf(
        "%s: %,d lines of %d fields in %d bodies of about %,d bytes%n",
        store.title(), lines, BenchLog.FIELDS, bodies.size(), bodies.get(0).length);
    double[] drain = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      if (round % 2 == 0) {
        load(round, rounds);
        drain[round] = drain(name, round + 1);
      } else {
        drain[round] = drain(name, round + 1);
        load(round, rounds);
      }
      System.out.printf(
          "round %d: raw loader %s lines/s, drain %,.0f lines/s%n",
          round + 1, of(round), drain[round]);
    }
    int best = Collections.max(loaded.keySet(), Comparator.comparing(each -> median(each)));
    double[] loader = loaded.get(best);
    double[] ratio = new double[rounds];
    Arrays.setAll(ratio, round -> drain[round] / loader[round]);
    System.out.printf(
        "medians: raw loader %,9.0f lines/s, drain %,9.0f lines/s, ratio of a round %.2f;"
            + " best with %d in flight%n",
        Medians.median(loader), Medians.median(drain), Medians.median(ratio), best);
    BenchRow.print(
        "drain of a full log into " + store.title() + ", lines/s",
        "raw loader, same bodies",
        "%.2f".formatted(Medians.median(ratio)),
        BEFORE.getOrDefault(name, ""),
        GOAL);
  }

  /**
   * Drains until Java's compilers have little left to do, as in a gateway that has run for long.
   */
  private void warmUp() throws Exception {
    load(0, 1);
    loaded.clear();
    WarmUp.of(
        ProcessHandle.current(),
        store.title(),
        lines,
        "lines",
        COMPILING,
        turn -> drain(warmUp(name, turn), 0));
  }

  private double median(int inFlight) {
    return Medians.median(loaded.get(inFlight));
  }

  private String of(int round) {
    return loaded.entrySet().stream()
        .map(each -> "%,.0f (%d)".formatted(each.getValue()[round], each.getKey()))
        .collect(Collectors.joining(", "));
  }

  private void load(int round, int rounds) throws Exception {
    for (int inFlight : RawLoader.IN_FLIGHT) {
      String measurement = "loaded" + loads++;
      List<byte[]> renamed = bodies.stream().map(body -> renamed(body, measurement)).toList();
      store.begin(measurement);
      loaded.computeIfAbsent(inFlight, absent -> new double[rounds])[round] =
          lines / RawLoader.seconds(store.target(), renamed, inFlight);
      awaitAll(measurement);
    }
  }

  private static byte[] renamed(byte[] body, String measurement) {
    String text = new String(body, StandardCharsets.UTF_8);
    return text.replace(measurement(0) + ",", measurement + ",").getBytes(StandardCharsets.UTF_8);
  }

  private double drain(String consumer, int log) throws Exception {
    store.begin(measurement(log));
    double rate = logs.get(log).drain(consumer, store.config(), store.sink(), new Nothing());
    awaitAll(measurement(log));
    return rate;
  }

  /** What a store has taken it may show later; it shall not be busy with it in the next turn. */
  private void awaitAll(String measurement) throws Exception {
    long deadline = System.nanoTime() + 120_000_000_000L;
    long count = store.lines(measurement);
    while (count != lines) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(store.title() + " holds " + count + " of " + lines);
      }
      Thread.sleep(100);
      count = store.lines(measurement);
    }
  }

  /** Keeps the bodies that a drain would send. */
  private record Capturing(LineSink store, List<byte[]> bodies) implements LineSink {
    @Override
    public String name() {
      return "capture";
    }

    @Override
    public Dialect dialect() {
      return store.dialect();
    }

    @Override
    public int writesAtOnce() {
      return store.writesAtOnce();
    }

    @Override
    public Answer write(LineTexts lines) {
      bodies.add(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
      return new Answer.Stored();
    }

    @Override
    public void close() {
      // nothing is held
    }
  }

  /** Nothing may be refused here. */
  private static final class Nothing implements Rejects {
    @Override
    public void reject(Rejection rejection) {
      throw new IllegalStateException(rejection.detail() + ": " + rejection.line());
    }

    @Override
    public Durable sync() throws java.io.IOException {
      return Durable.after(() -> {}); // nothing to keep
    }
  }
}
