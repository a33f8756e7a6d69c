package io.weir.gateway.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.e2e.GatewayProcess;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What an operator sees when a store comes back after an outage: the real gateway between Mosquitto
 * and InfluxDB 1.x, which is away while a gap of so many bytes fills the log. Readings are posted
 * all the time, ten a second. Prints how long after the store's return, and after its first answer
 * of success, a reading of after the return can be queried; then how fast the gap is filled,
 * against a raw loader of lines of six fields on the same server, two in flight.
 *
 * <pre>ReturnBench [MiB of the gap, default 1 and 1024 ...]</pre>
 */
public final class ReturnBench {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TOPICS = 100;
  private static final int PUBLISHED_AT_ONCE = 50_000;
  private static final int LOADED_LINES = 500_000;
  private static final int LIVE_EVERY_MS = 100;
  private static final long MIB = 1 << 20;
  private static final long LIMIT_NS = 1_800_000_000_000L;

  private final GatewayProcess gateway;
  private final Mosquitto broker;
  private final InfluxDb store;

  private ReturnBench(GatewayProcess gateway, Mosquitto broker, InfluxDb store) {
    this.gateway = gateway;
    this.broker = broker;
    this.store = store;
  }

  public static void main(String[] args) throws Exception {
    List<Long> gaps = new ArrayList<>();
    for (String each : args.length == 0 ? new String[] {"1", "1024"} : args) {
      gaps.add(Long.parseLong(each) * MIB);
    }
    for (long gap : gaps) {
      Path home = Files.createTempDirectory("weir-return");
      try (Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"));
          InfluxDb store = new InfluxDb(home.resolve("influx"));
          GatewayProcess gateway =
              new GatewayProcess(
                  home.resolve("gateway"),
                  """
                  sources:
                    - { name: plant, type: mqtt, url: "%s" }
                    - { name: posts, type: http }
                  routes:
                    - { topic: "factory/{site}/{area}/{line}/{machine}/telemetry", format: json }
                    - { topic: "#", source: posts, format: json }
                  sinks:
                    - { name: history, type: influxdb, version: 1, url: "%s", database: bench }
                  """
                      .formatted(broker.url(), store.url()),
                  "-Xmx160m",
                  GatewayProcess.OPTIMIZED)) {
        store.start(); // once before, so that the database is there at the return
        store.createDatabase("bench");
        store.kill();
        gateway.start();
        new ReturnBench(gateway, broker, store).run(gap);
      }
    }
  }

  private void run(long gapBytes) throws Exception {
    while (!status().at("/sources/0/ready").asBoolean()) {
      Thread.sleep(50);
    }
    long messages = 0;
    while (status().at("/sinks/0/lagBytes").asLong() < gapBytes) {
      int more = gapBytes < 16 * MIB ? 1_000 : PUBLISHED_AT_ONCE;
      Load.run(broker.url(), more, 1, TOPICS, 0);
      messages += more;
    }
    AtomicInteger posted = new AtomicInteger();
    AtomicBoolean posting = new AtomicBoolean(true);
    CompletableFuture<Void> live = CompletableFuture.runAsync(() -> post(posted, posting));
    while (posted.get() < 10) {
      Thread.sleep(LIVE_EVERY_MS);
    }
    long gap = status().at("/sinks/0/lagBytes").asLong();
    store.start();
    long returned = System.nanoTime();
    int afterReturn = posted.get() + 1;
    while (storedLines() == 0) {
      require(returned);
    }
    long success = System.nanoTime();
    while (queried() < afterReturn) {
      require(returned);
    }
    long seen = System.nanoTime();
    System.out.printf(
        "gap %,d MiB, %,d messages: a new reading can be queried %.1f s after the store's return,"
            + " %.1f s after its first success%n",
        gap / MIB, messages, (seen - returned) / 1e9, (seen - success) / 1e9);
    double seconds = backfilled(success);
    posting.set(false);
    live.get();
    double raw = raw();
    double rate = messages / seconds;
    System.out.printf(
        "  backfill beside new readings: %,.0f lines/s in %.1f s, raw loader %,.0f lines/s, ratio"
            + " %.2f%n",
        rate, seconds, raw, rate / raw);
  }

  /** Seconds until nothing of the gap is left. */
  private double backfilled(long since) throws Exception {
    while (status().at("/sinks/0/ledger/pending").asLong() > 100) {
      Thread.sleep(100);
      require(since);
    }
    return (System.nanoTime() - since) / 1e9;
  }

  private static void require(long since) {
    if (System.nanoTime() - since > LIMIT_NS) {
      throw new IllegalStateException("not done in " + LIMIT_NS / 60e9 + " minutes");
    }
  }

  private void post(AtomicInteger posted, AtomicBoolean posting) {
    try {
      while (posting.get()) {
        int next = posted.get() + 1;
        int answer = gateway.post("/write", "live value=" + next).statusCode();
        if (answer != 204) {
          throw new IllegalStateException("the gateway answered " + answer);
        }
        posted.set(next);
        Thread.sleep(LIVE_EVERY_MS);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonNode status() throws IOException {
    return JSON.readTree(gateway.get("/api/v1/status"));
  }

  private double storedLines() throws IOException {
    return gateway
        .get("/metrics")
        .lines()
        .filter(line -> line.startsWith("weir_sink_stored_lines_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** The newest of the posted readings that the store gives. */
  private int queried() throws IOException {
    JsonNode answer = JSON.readTree(store.query("bench", "SELECT last(value) FROM live"));
    return answer.at("/results/0/series/0/values/0/1").asInt();
  }

  /** Lines a second of the raw loader. */
  private double raw() throws Exception {
    store.createDatabase("raw");
    Random random = new Random(1);
    List<byte[]> bodies = new ArrayList<>();
    StringBuilder body = new StringBuilder();
    long start = 1_700_000_000_000_000_000L;
    for (int i = 0; i < LOADED_LINES; i++) {
      body.append("telemetry,site=plant-a,area=press-shop,line=line-").append(i % 3);
      body.append(",machine=press-").append(i % TOPICS).append(' ');
      for (int field = 0; field < BenchLog.FIELDS; field++) {
        body.append(field == 0 ? "f" : ",f").append(field).append('=');
        body.append(random.nextInt(100_000) / 1e3);
      }
      body.append(' ').append(start + i * 1_000_000L).append('\n');
      if (i % BenchLog.LINES_A_BATCH == BenchLog.LINES_A_BATCH - 1) {
        bodies.add(body.toString().getBytes(StandardCharsets.UTF_8));
        body.setLength(0);
      }
    }
    return LOADED_LINES / RawLoader.seconds(RawLoader.Target.influx(store.url(), "raw"), bodies, 2);
  }
}
