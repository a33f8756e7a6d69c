package io.weir.gateway.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.e2e.GatewayProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * A gateway that is measured, with the compilers as they are shipped: it reads the messages of six
 * readings that {@link io.weir.sim.load.Load} publishes, makes the figures of each machine and the
 * page, and stores all in a database {@code bench}.
 */
final class MeasuredGateway extends GatewayProcess {

  static final int READINGS_A_MESSAGE = 6;

  /** The compilers' part of its processor time once it is warm. */
  private static final double COMPILING = 0.05;

  /** Messages of a turn of its warm-up. */
  static final int WARM_UP = 300_000;

  /** The heap of a small gateway. */
  static final String SMALL_HEAP = "-Xmx160m";

  /** The heap of a machine of 512 MB, docs/guide/capacity.md, which bounds the C library too. */
  static final String SMALLEST_HEAP = "-Xmx96m";

  /** All flags of that page. */
  static final String SMALL_MACHINE =
      SMALLEST_HEAP
          + " -Xms64m -Xmn18m -XX:SurvivorRatio=2 -XX:TargetSurvivorRatio=90"
          + " -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=15 -XX:-ShrinkHeapInSteps"
          + " -XX:ReservedCodeCacheSize=64m -XX:MaxDirectMemorySize=32m -Xss512k"
          + " -XX:TieredStopAtLevel=1";

  /** The flags of the launcher, which says why. */
  private static final List<String> LAUNCHED =
      List.of(
          "-XX:PerMethodRecompilationCutoff=10000",
          "-XX:CompileThresholdScaling=4",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Asking takes time from what is measured. */
  private static final int ASK_EVERY_MS = 200;

  private static final Duration LIMIT = Duration.ofMinutes(5);

  private MeasuredGateway(Path home, String yaml, String heap) throws IOException {
    super(home, home.resolve("data"), environment(heap), yaml, flags(heap));
  }

  /** A heap may come with further flags, which win over the usual ones. */
  private static String[] flags(String heap) {
    return Stream.of(List.of(OPTIMIZED), LAUNCHED, List.of(heap.split(" ")))
        .flatMap(List::stream)
        .toArray(String[]::new);
  }

  private static Map<String, String> environment(String heap) {
    return heap.startsWith(SMALLEST_HEAP) ? Map.of("MALLOC_ARENA_MAX", "2") : Map.of();
  }

  /**
   * With a source and a sink of its own, and all else as usual. Of the six fields of a message one
   * is the state of its machine, one counts, and one is a power.
   */
  static MeasuredGateway of(Path home, String source, String sink, String heap) throws IOException {
    return new MeasuredGateway(
        home.resolve("gateway"),
        """
        sources: [ %s ]
        routes: [ { topic: "factory/{site}/{area}/{line}/{machine}/telemetry", format: json } ]
        sinks: [ %s ]
        efficiency:
          defaults:
            state: { metric: state, running: [RUNNING] }
            count: { total: seq }
            energy: { metric: power_kw, kind: power }
            ideal-cycle: 1s
        """
            .formatted(source, sink),
        heap);
  }

  /** The sink of an InfluxDB 1. */
  static String influx1(String url) {
    return "{ name: history, type: influxdb, version: 1, url: \"%s\", database: bench }"
        .formatted(url);
  }

  /** A subscriber of a broker, to an InfluxDB 1. */
  static MeasuredGateway subscribed(Path home, String broker, String store, int topics, String heap)
      throws IOException {
    return subscribedTo(home, broker, influx1(store), topics, heap);
  }

  /** A subscriber of a broker, to any sink. */
  static MeasuredGateway subscribedTo(
      Path home, String broker, String sink, int topics, String heap) throws IOException {
    String source =
        "{ name: plant, type: mqtt, url: \"%s\", limits: { machines: %d, series: %d } }";
    return of(home, source.formatted(broker, topics, topics), sink, heap);
  }

  /** An MQTT listener with a small heap. */
  static MeasuredGateway listening(Path home, int port, String store) throws IOException {
    String source = "{ name: direct, type: mqtt-listener, port: %d, receive-maximum: 1000 }";
    return of(home, source.formatted(port), influx1(store), SMALL_HEAP);
  }

  /** An MQTT listener for many topics. */
  static MeasuredGateway listening(Path home, int port, String store, int topics, String heap)
      throws IOException {
    String source =
        "{ name: direct, type: mqtt-listener, port: %d, receive-maximum: 1000,"
            + " limits: { machines: %d, series: %d } }";
    return of(home, source.formatted(port, topics, topics), influx1(store), heap);
  }

  /** Adds settings to its file, before it starts. */
  MeasuredGateway with(String yaml) throws IOException {
    Files.writeString(configFile(), yaml, StandardOpenOption.APPEND);
    return this;
  }

  /** Starts it, and waits until its source is ready. */
  void startConnected() throws IOException, InterruptedException {
    start();
    while (!json("/api/v1/status").at("/sources/0/ready").asBoolean()) {
      Thread.sleep(50);
    }
  }

  /** Sends it so many messages, and waits until they are where it brings them. */
  interface Load {
    void send(int messages) throws Exception;
  }

  /** Sends messages until Java's compilers have little left to do. */
  void warmUp(String name, Load load) throws Exception {
    ProcessHandle process = ProcessHandle.of(pid()).orElseThrow();
    WarmUp.of(process, name, WARM_UP, "messages", COMPILING, turn -> load.send(WARM_UP));
  }

  JsonNode json(String path) throws IOException {
    return read(get(path));
  }

  static JsonNode read(String json) throws IOException {
    return JSON.readTree(json);
  }

  /** Readings that the store has taken, as is on the disk of the gateway up to a second later. */
  long stored() {
    try {
      return json("/api/v1/ledger").at("/sinks/0/stored").asLong();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Lines that the store has taken, at once: one of each message, and now and then one of a device.
   */
  long storedLines() {
    return metric("weir_sink_stored_lines_total", "log=\"readings\"");
  }

  /** Messages whose PUBACK was sent. */
  long acknowledged() {
    return metric("weir_source_acknowledged_messages_total", "");
  }

  /** The sum of a meter over all series that have a label. */
  private long metric(String name, String label) {
    try {
      return get("/metrics")
          .lines()
          .filter(line -> line.startsWith(name) && line.contains(label))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the store has the readings of so many messages. */
  void awaitStored(long messages) throws InterruptedException {
    await(this::stored, messages * READINGS_A_MESSAGE);
  }

  /** Waits for a count; gives what it was then, which may be more. */
  static long await(LongSupplier count, long wanted) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    long now = count.getAsLong();
    while (now < wanted) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("only " + now + " of " + wanted + " came in five minutes");
      }
      Thread.sleep(ASK_EVERY_MS);
      now = count.getAsLong();
    }
    return now;
  }
}
