package io.weir.gateway.bench;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.e2e.GatewayProcess;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a gateway writes to the disk of its data directory with {@code storage: disk} and {@code
 * storage: flash}, at a steady rate of messages: by its own meters, and by the kernel's count of
 * the device. The device's count holds what everything else on the machine writes there too, so the
 * folder should be on a file system of its own; {@code scripts/bench wear} makes one where it may.
 *
 * <pre>WearBench FOLDER [messages a second, default 20] [seconds, default 60]</pre>
 */
public final class WearBench {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TOPICS = 20;
  private static final int WARM_UP_S = 5;
  private static final int SECTOR = 512;
  private static final double DAY_S = 86_400;
  private static final double GB = 1e9;

  private static final Pattern SYNCS =
      Pattern.compile("(?m)^weir_disk_syncs_total\\{files=\"(\\w+)\"} (\\S+)$");

  /** What was written at one moment, by each count. */
  private record Written(double bytes, Map<String, Double> syncsOf, long deviceBytes, long atNs) {

    double syncs() {
      return syncsOf.values().stream().mapToDouble(each -> each).sum();
    }
  }

  private final Path folder;
  private final int rate;
  private final int seconds;

  private WearBench(Path folder, int rate, int seconds) {
    this.folder = folder;
    this.rate = rate;
    this.seconds = seconds;
  }

  public static void main(String[] args) throws Exception {
    int rate = args.length > 1 ? Integer.parseInt(args[1]) : 20;
    int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 60;
    new WearBench(Path.of(args[0]).toAbsolutePath(), rate, seconds).run();
  }

  private void run() throws Exception {
    System.out.printf(
        "%d messages/s of 136 bytes from %d machines, with figures, into InfluxDB, %d s each; per"
            + " day:%n",
        rate, TOPICS, seconds);
    System.out.printf(
        "  %-8s %12s %12s %14s %16s%n",
        "storage", "syncs", "GB by Weir", "GB by device", "KiB more a sync");
    for (String storage : new String[] {"disk", "flash"}) {
      measure(storage);
    }
  }

  private void measure(String storage) throws Exception {
    Path home = Files.createTempDirectory("weir-wear");
    try (Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"));
        InfluxDb store = new InfluxDb(home.resolve("influx"));
        GatewayProcess gateway =
            new GatewayProcess(
                home.resolve("gateway"),
                folder.resolve("data-" + storage),
                Map.of(),
                """
                sources: [ { name: plant, type: mqtt, url: "%s" } ]
                routes:
                  - { topic: "factory/{site}/{area}/{line}/{machine}/telemetry", format: json }
                sinks:
                  - { name: history, type: influxdb, version: 1, url: "%s", database: bench }
                efficiency:
                  defaults: { state: { metric: state, running: [RUNNING] } }
                """
                    .formatted(broker.url(), store.url()),
                "-Xmx160m",
                GatewayProcess.OPTIMIZED)) {
      String yaml = Files.readString(gateway.configFile());
      Files.writeString(
          gateway.configFile(),
          yaml.replace("gateway: { ", "gateway: { storage: " + storage + ", "));
      store.start();
      store.createDatabase("bench");
      gateway.start();
      while (!JSON.readTree(gateway.get("/api/v1/status")).at("/sources/0/ready").asBoolean()) {
        Thread.sleep(50);
      }
      publish(broker, WARM_UP_S); // segments, cursors and pins are made
      Written before = written(gateway);
      publish(broker, seconds);
      Written after = written(gateway);
      print(storage, before, after);
      requireStored(gateway);
    }
  }

  private void publish(Mosquitto broker, int forSeconds) {
    Load.run(broker.url(), (long) rate * forSeconds, 1, TOPICS, rate);
  }

  private static void requireStored(GatewayProcess gateway) throws IOException {
    JsonNode sink = JSON.readTree(gateway.get("/api/v1/ledger")).at("/sinks/0");
    if (sink.path("unexplained").asLong() != 0) {
      throw new IllegalStateException("the ledger does not add up: " + sink);
    }
  }

  private static void print(String storage, Written before, Written after) {
    double days = (after.atNs - before.atNs) / 1e9 / DAY_S;
    double bytes = after.bytes - before.bytes;
    double syncs = after.syncs() - before.syncs();
    double device = after.deviceBytes - before.deviceBytes;
    System.out.printf(
        "  %-8s %,12.0f %12.2f %14.2f %16.1f%n",
        storage,
        syncs / days,
        bytes / days / GB,
        device / days / GB,
        (device - bytes) / syncs / 1024);
    after.syncsOf.forEach(
        (files, count) ->
            System.out.printf(
                "    %-20s %,10.0f%n", files, (count - before.syncsOf.get(files)) / days));
  }

  private Written written(GatewayProcess gateway) throws IOException, InterruptedException {
    String meters = gateway.get("/metrics");
    long now = System.nanoTime();
    new ProcessBuilder("sync", "-f", folder.toString()).inheritIO().start().waitFor();
    return new Written(
        sum(meters, "weir_disk_written_bytes_total"),
        SYNCS
            .matcher(meters)
            .results()
            .collect(
                toMap(
                    found -> found.group(1),
                    found -> Double.valueOf(found.group(2)),
                    Double::sum,
                    TreeMap::new)),
        deviceBytes(),
        now);
  }

  private static double sum(String meters, String name) {
    return meters
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Bytes written to the device of the folder since the machine started, as Linux counts them. */
  private long deviceBytes() throws IOException {
    long device = (Long) Files.getAttribute(folder, "unix:dev");
    long major = device >> 8 & 0xfff;
    long minor = device & 0xff | device >> 12 & 0xfff00;
    String stat = Files.readString(Path.of("/sys/dev/block/" + major + ":" + minor + "/stat"));
    return Long.parseLong(stat.strip().split("\\s+")[6]) * SECTOR;
  }
}
