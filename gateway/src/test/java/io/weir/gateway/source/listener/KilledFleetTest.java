package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.e2e.GatewayProcess;
import io.weir.gateway.machine.FaultyDisk;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Ports;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet of devices publishes straight to a real gateway, which is killed again and again; each
 * time its disk loses what was not synced. In the end the store and the quarantine hold what was
 * acknowledged, and each message of QoS 2 once.
 *
 * <p>The load of the simulator sends QoS 1 over many connections; devices of the test's own send
 * QoS 1 and 2 by MQTT 3.1, 3.1.1 and 5, and broken messages among them.
 */
@Tag("server")
class KilledFleetTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int[] VERSIONS = {5, 4, 3};
  private static final int LOAD_PER_SECOND = 300;

  /** As on flash: so that a kill usually finds something written and not yet synced. */
  private static final Duration SYNC_TIME = Duration.ofMillis(10);

  private static final int MOST_LOAD = 1_000_000;

  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicBoolean enough = new AtomicBoolean();
  private final Random random = new Random(20261127);
  private final List<FleetDevice> devices = new ArrayList<>();
  private FaultyDisk disk;
  private long lostPages;

  @TempDir Path folder;

  @Test
  void whatIsAcknowledgedIsStoredThroughKills() throws Exception {
    play(2, 3);
  }

  @Test
  @Tag("soak")
  void whatIsAcknowledgedIsStoredThroughTwentyKills() throws Exception {
    play(20, 6);
    assertThat(lostPages).as("pages that the power cuts took").isPositive();
  }

  private void play(int kills, int count) throws Exception {
    int port = Ports.free();
    disk = new FaultyDisk(folder);
    disk.slowSyncs(SYNC_TIME);
    try (InfluxDb store = new InfluxDb(folder.resolve("influx"));
        GatewayProcess gateway = gateway(port, store)) {
      store.start();
      store.createDatabase("factory");
      gateway.start();
      CompletableFuture<Load.Result> load = CompletableFuture.supplyAsync(() -> load(port));
      for (int i = 0; i < count; i++) {
        int version = VERSIONS[i % VERSIONS.length];
        devices.add(new FleetDevice("d-" + i, version, port, answered::incrementAndGet));
      }
      kill(gateway, kills);
      awaitAnswers(200);
      enough.set(true);
      devices.forEach(FleetDevice::stop);
      for (FleetDevice each : devices) {
        each.join();
        assertThat(each.faults()).isEmpty();
      }
      BitSet loaded = load.get().sequences();
      assertThat((long) loaded.cardinality()).as("of the load").isEqualTo(load.get().published());
      assertAllIsStored(gateway, store, loaded, kills);
    } finally {
      enough.set(true);
      devices.forEach(FleetDevice::close);
    }
  }

  private GatewayProcess gateway(int port, InfluxDb store) throws IOException {
    return new GatewayProcess(
        folder.resolve("gateway"),
        disk.root().resolve("data"),
        disk.environment(),
        """
        sources: [ { name: direct, type: mqtt-listener, port: %d } ]
        routes:
          - topic: factory/{site}/{area}/{line}/{machine}/telemetry
            format: json
            metrics: [ { from: seq, type: integer } ]
        buffer: { segment-size: 1MiB }
        sinks:
          - { name: history, type: influxdb, version: 1, url: "%s", database: factory }
        """
            .formatted(port, store.url()));
  }

  private Load.Result load(int port) {
    Load.Options options =
        new Load.Options(
            URI.create("tcp://127.0.0.1:" + port),
            MOST_LOAD,
            1,
            LOAD_PER_SECOND,
            4,
            20,
            136,
            0,
            "plant-a",
            100,
            Duration.ofMinutes(2));
    return new Load(options, unused -> {}, note -> {}, enough::get).run();
  }

  /** Now and then twice, so that it dies while it starts. */
  private void kill(GatewayProcess gateway, int kills) throws Exception {
    for (int done = 0; done < kills; done++) {
      awaitAnswers(1 + random.nextInt(400));
      cutPower(gateway);
      if (done % 4 == 2) {
        gateway.launch();
        Thread.sleep(random.nextInt(1_500));
        cutPower(gateway);
        done++;
      }
      gateway.start();
    }
  }

  private void cutPower(GatewayProcess gateway) {
    gateway.kill();
    lostPages += disk.cutPower(random.nextLong()).pages();
  }

  private void awaitAnswers(int more) {
    int wanted = answered.get() + more;
    await()
        .atMost(Duration.ofMinutes(2))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              devices.forEach(each -> assertThat(each.faults()).isEmpty());
              return answered.get() >= wanted;
            });
  }

  // ---- The account

  private void assertAllIsStored(GatewayProcess gateway, InfluxDb store, BitSet loaded, int kills)
      throws IOException {
    await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(ledger(gateway).at("/sinks/0/pending").asText("none")).isEqualTo("0"));
    Map<String, List<Integer>> rows = rows(store);
    Map<String, List<Integer>> quarantined = quarantined(gateway);
    int accepted = loaded.cardinality();
    int stored = 0;
    int refused = 0;
    int inQuarantine = 0;
    for (FleetDevice each : devices) {
      List<Integer> own = rows.getOrDefault(each.name(), List.of());
      List<Integer> bad = quarantined.getOrDefault(each.topic(), List.of());
      assertMatches(each, own, bad);
      accepted += each.accepted().cardinality();
      refused += each.refused().cardinality();
      stored += own.size();
      inQuarantine += set(bad).cardinality();
      rows.remove(each.name());
    }
    BitSet ofLoad = new BitSet();
    rows.values().forEach(each -> ofLoad.or(set(each)));
    assertThat(ofLoad).isEqualTo(loaded);
    stored += rows.values().stream().mapToInt(List::size).sum();
    assertThat(accepted + refused).as("acknowledged").isEqualTo(stored + inQuarantine);
    assertLedgerAddsUp(ledger(gateway), stored, inQuarantine);
    System.out.printf(
        "kills %d (%d pages taken), acknowledged %d (of the load %d; refused %d), stored %d, quarantined %d,"
            + " connections of devices %d%n",
        kills,
        lostPages,
        accepted + refused,
        loaded.cardinality(),
        refused,
        stored,
        inQuarantine,
        devices.stream().mapToInt(FleetDevice::connections).sum());
  }

  private static void assertMatches(FleetDevice device, List<Integer> rows, List<Integer> bad) {
    BitSet good = new BitSet();
    BitSet broken = new BitSet();
    for (int i = 0; i < device.sent(); i++) {
      (FleetDevice.isBroken(i) ? broken : good).set(i);
    }
    BitSet acknowledged = device.accepted();
    acknowledged.or(device.refused());
    BitSet all = (BitSet) good.clone();
    all.or(broken);
    assertThat(acknowledged).as("answered of %s", device.name()).isEqualTo(all);
    assertThat(rows).as("rows of %s", device.name()).doesNotHaveDuplicates();
    assertThat(set(rows)).as("rows of %s", device.name()).isEqualTo(good);
    assertThat(set(bad)).as("quarantine of %s", device.name()).isEqualTo(broken);
    assertThat(bad.stream().filter(each -> FleetDevice.qos(each) == 2))
        .as("QoS 2 in the quarantine of %s", device.name())
        .doesNotHaveDuplicates();
  }

  private static BitSet set(List<Integer> numbers) {
    BitSet set = new BitSet();
    numbers.forEach(set::set);
    return set;
  }

  private static JsonNode ledger(GatewayProcess gateway) throws IOException {
    return JSON.readTree(gateway.get("/api/v1/ledger"));
  }

  private static void assertLedgerAddsUp(JsonNode ledger, int stored, int inQuarantine) {
    JsonNode source = ledger.at("/sources/0");
    long appended = source.path("appended").asLong();
    long explained = appended;
    for (String name : List.of("filtered", "rejected", "refused")) {
      explained += source.path(name).asLong();
    }
    assertThat(source.path("received").asLong()).as("%s", source).isEqualTo(explained);
    assertThat(source.path("unexplained").asLong()).as("%s", source).isZero();
    assertThat(source.path("refused").asLong()).as("%s", source).isZero();
    // A message of QoS 1 may have come twice: into one row, or into two entries.
    assertThat(appended).as("%s", source).isGreaterThanOrEqualTo(stored);
    assertThat(source.path("rejected").asInt())
        .as("%s", source)
        .isGreaterThanOrEqualTo(inQuarantine);
    JsonNode sink = ledger.at("/sinks/0");
    // What a power cut tore was acknowledged to no one; recovery cannot tell it from damage.
    long corrupt = sink.path("corrupt").asLong();
    assertThat(sink.path("offered").asLong()).as("%s", sink).isEqualTo(appended + corrupt);
    for (String name : List.of("unexplained", "pending", "quarantined", "dropped")) {
      assertThat(sink.path(name).asLong()).as("%s in %s", name, sink).isZero();
    }
  }

  /** The numbers of all rows by machine, as often as they are there, each with its own value. */
  private static Map<String, List<Integer>> rows(InfluxDb store) throws IOException {
    Map<String, List<Integer>> rows = new HashMap<>();
    String answer = store.query("factory", "SELECT seq, v, machine FROM telemetry");
    for (JsonNode row : JSON.readTree(answer).at("/results/0/series/0/values")) {
      int sequence = row.get(1).asInt();
      String machine = row.get(3).asText();
      rows.computeIfAbsent(machine, absent -> new ArrayList<>()).add(sequence);
      if (!row.get(2).isNull()) {
        assertThat(row.get(2).asDouble()).isEqualTo(FleetDevice.value(sequence));
      }
    }
    return rows;
  }

  /** The numbers in the quarantine by topic, as often as they are there. */
  private static Map<String, List<Integer>> quarantined(GatewayProcess gateway) throws IOException {
    Map<String, List<Integer>> found = new HashMap<>();
    String before = "";
    while (true) {
      JsonNode page = JSON.readTree(gateway.get("/api/v1/quarantine?limit=500" + before));
      for (JsonNode entry : page.path("entries")) {
        found
            .computeIfAbsent(entry.path("topic").asText(), absent -> new ArrayList<>())
            .add(FleetDevice.sequence(entry.path("preview").asText()));
      }
      if (!page.path("next").isNumber() || page.path("entries").isEmpty()) {
        return found;
      }
      before = "&before=" + page.path("next").asLong();
    }
  }
}
