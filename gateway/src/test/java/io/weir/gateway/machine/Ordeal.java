package io.weir.gateway.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.e2e.GatewayProcess;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.peers.VictoriaMetrics;
import io.weir.peers.Mosquitto;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real gateway between a real broker and two real stores, under load, on a disk and on lines that
 * fail. Outside the gateway stands an account of what it acknowledged: the PUBACKs seen on the line
 * and the answers 200. In the end each of these messages stands in both stores or in the
 * quarantine.
 */
final class Ordeal implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST_STANDSTILL = Duration.ofMinutes(2);

  /** As on flash: so that a kill usually finds something written and not yet synced. */
  private static final Duration SYNC_TIME = Duration.ofMillis(10);

  final FaultyDisk disk;
  final Mosquitto broker;
  final InfluxDb store;
  final VictoriaMetrics victoria;
  final WatchedLine brokerLine;
  final WatchedLine storeLine;
  final GatewayProcess gateway;

  private final Senders senders;
  private final BitSet pubacked = new BitSet();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> struck = new TreeMap<>();
  private int kills;

  /**
   * Readings of batches that a power cut tore before their sync returned: they were acknowledged to
   * no one and were sent again. Recovery cannot tell such a hole from damage and counts it.
   */
  private long corrupt;

  private int lost;

  /** Rows of one message beyond its first, in one store or the other. */
  private long doubled;

  private long lostPages;
  private int lostNames;

  /**
   * @param messagesPerSecond over MQTT
   */
  Ordeal(Path folder, int messagesPerSecond) throws IOException {
    disk = new FaultyDisk(folder);
    broker = new Mosquitto(folder.resolve("mosquitto"));
    store = new InfluxDb(folder.resolve("influx"));
    victoria = new VictoriaMetrics(folder.resolve("victoria"));
    broker.start();
    store.start();
    victoria.start();
    store.createDatabase("factory");
    brokerLine =
        new WatchedLine(broker.port(), () -> new MqttWitness(this::acknowledged, faults::add));
    storeLine = new WatchedLine(store.port(), () -> WatchedLine.Witness.NONE);
    gateway =
        new GatewayProcess(
            folder.resolve("gateway"),
            disk.root().resolve("var/lib/weir/data"),
            disk.environment(),
            """
            sources:
              - { name: plant, type: mqtt, url: "tcp://127.0.0.1:%d", keep-alive: 5s, connect-timeout: 3s, receive-maximum: 200 }
              - { name: http-in, type: http }
            routes:
              - topic: factory/{site}/{area}/{line}/{machine}/telemetry
                format: json
                metrics: [ { from: seq, type: integer } ]
              - { topic: "#", source: http-in, format: json, metrics: [ { from: seq, type: integer } ] }
            buffer: { segment-size: 1MiB, max-size: 64MiB, max-message-size: 16KiB }
            sinks:
              - { name: history, type: influxdb, version: 1, url: "http://127.0.0.1:%d", database: factory }
              - { name: metrics, type: influxdb, version: 2, url: "%s", org: o, bucket: b, text: false, precision: ms }
            """
                .formatted(brokerLine.port(), storeLine.port(), victoria.url()),
            "-Xmx160m");
    disk.slowSyncs(SYNC_TIME);
    gateway.start();
    senders = new Senders(broker.url(), gateway.url(), messagesPerSecond);
    awaitProgress();
  }

  private void acknowledged(String payload) {
    synchronized (pubacked) {
      pubacked.set(Senders.sequence(payload));
    }
  }

  private BitSet acknowledged() {
    BitSet all = senders.posted();
    synchronized (pubacked) {
      all.or(pubacked);
    }
    return all;
  }

  /** Says in the output when a trouble begins, by the number of the next message. */
  void note(String kind) {
    System.out.printf("from message %,d on: %s%n", senders.sent(), kind);
  }

  /** One trouble of a kind was struck, and has ended. */
  void struck(String kind) {
    struck.merge(kind, 1, Integer::sum);
  }

  int kills() {
    return kills;
  }

  /** Kills the gateway and takes what it had not synced. */
  void cutPower(long seed) {
    gateway.kill();
    PowerCut.Loss loss = disk.cutPower(seed);
    kills++;
    lostPages += loss.pages();
    lostNames += loss.names();
  }

  /** Waits until the gateway acknowledges over both ways again. */
  void awaitProgress() {
    int mqtt = count(pubacked());
    int http = count(senders.posted());
    await("acknowledgements after " + struck.keySet())
        .atMost(LONGEST_STANDSTILL)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              assertThat(senders.failure()).isEmpty();
              return count(pubacked()) > mqtt + 20 && count(senders.posted()) > http + 5;
            });
    assertThat(gateway.isAlive()).as("the gateway runs").isTrue();
  }

  private BitSet pubacked() {
    synchronized (pubacked) {
      return (BitSet) pubacked.clone();
    }
  }

  private static int count(BitSet set) {
    return set.cardinality();
  }

  /** Stops the load, waits until all is drained, and compares. */
  void settle() throws IOException {
    senders.stop();
    awaitDrained();
    // Before the stores are asked: the broker may still deliver, and what comes is stored later.
    BitSet acknowledged = acknowledged();
    await("everything stored")
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .untilAsserted(this::assertLedgerBalances);
    doubled = 0;
    BitSet stored = stored();
    BitSet storedInVictoria = storedInVictoria();
    BitSet quarantined = quarantined();
    BitSet missing = missing(acknowledged, stored, quarantined);
    BitSet missingInVictoria = missing(acknowledged, storedInVictoria, quarantined);
    lost = Math.max(missing.cardinality(), missingInVictoria.cardinality());
    assertThat(missing)
        .as("acknowledged, and neither in InfluxDB nor quarantined")
        .isEqualTo(new BitSet());
    assertThat(missingInVictoria)
        .as("acknowledged, and neither in VictoriaMetrics nor quarantined")
        .isEqualTo(new BitSet());
    BitSet good = new BitSet();
    BitSet broken = new BitSet();
    for (int i = 0; i < senders.sent(); i++) {
      (Senders.isBroken(i) ? broken : good).set(i);
    }
    quarantined.andNot(broken);
    assertThat(quarantined).as("good messages in the quarantine").isEqualTo(new BitSet());
    stored.andNot(good);
    assertThat(stored).as("stored, and never sent").isEqualTo(new BitSet());
    assertThat(faults).isEmpty();
    assertThat(lostPages).as("pages that the power cuts took").isPositive();
  }

  /** Until nothing is acknowledged any more: the broker has delivered what it held. */
  private void awaitDrained() {
    AtomicInteger before = new AtomicInteger(-1);
    await("the broker has delivered what it held")
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(500))
        .during(Duration.ofSeconds(2))
        .until(
            () -> {
              int now = count(acknowledged());
              return before.getAndSet(now) == now;
            });
  }

  private static BitSet missing(BitSet acknowledged, BitSet stored, BitSet quarantined) {
    BitSet missing = (BitSet) acknowledged.clone();
    missing.andNot(stored);
    missing.andNot(quarantined);
    return missing;
  }

  private void assertLedgerBalances() throws IOException {
    JsonNode ledger = JSON.readTree(gateway.get("/api/v1/ledger"));
    long appended = 0;
    for (JsonNode line : ledger.path("sources")) {
      assertThat(line.path("unexplained").asLong()).as("%s", line).isZero();
      appended += line.path("appended").asLong();
    }
    assertThat(ledger.path("sinks")).isNotEmpty();
    for (JsonNode line : ledger.path("sinks")) {
      for (String name : List.of("unexplained", "pending", "quarantined", "dropped")) {
        assertThat(line.path(name).asLong()).as("%s in %s", name, line).isZero();
      }
      corrupt = line.path("corrupt").asLong();
      assertThat(line.path("offered").asLong()).as("%s", line).isEqualTo(appended + corrupt);
      assertThat(line.path("stored").asLong() + line.path("withheld").asLong())
          .as("%s", line)
          .isEqualTo(appended);
    }
  }

  /** The numbers in InfluxDB. No row may hold the value of another. */
  private BitSet stored() throws IOException {
    BitSet found = new BitSet();
    String rows = store.query("factory", "SELECT seq, v FROM telemetry");
    for (JsonNode row : JSON.readTree(rows).at("/results/0/series/0/values")) {
      int sequence = row.get(1).asInt();
      assertThat(row.get(2).asDouble()).as("v of %d", sequence).isEqualTo(Senders.value(sequence));
      note(found, sequence);
    }
    return found;
  }

  /**
   * The numbers in VictoriaMetrics, also those of a clock that was ahead. It keeps a sample that is
   * sent again twice, with one time; to a query that is one.
   */
  private BitSet storedInVictoria() throws IOException {
    victoria.flush();
    BitSet found = new BitSet();
    Set<String> samples = new HashSet<>();
    String series = victoria.get("/api/v1/export?match[]=telemetry_seq&start=0&end=4000000000");
    for (String line : series.lines().toList()) {
      JsonNode values = JSON.readTree(line).path("values");
      JsonNode times = JSON.readTree(line).path("timestamps");
      for (int i = 0; i < values.size(); i++) {
        if (samples.add(values.get(i).asInt() + " at " + times.get(i).asLong())) {
          note(found, values.get(i).asInt());
        }
      }
    }
    return found;
  }

  /** A message with a time of its own has one row, however often it was sent. */
  private void note(BitSet found, int sequence) {
    if (found.get(sequence)) {
      assertThat(Senders.isTimeless(sequence)).as("row of %d comes twice", sequence).isTrue();
      doubled++;
    }
    found.set(sequence);
  }

  private BitSet quarantined() throws IOException {
    BitSet found = new BitSet();
    String before = "";
    while (true) {
      JsonNode page = JSON.readTree(gateway.get("/api/v1/quarantine?limit=500" + before));
      for (JsonNode entry : page.path("entries")) {
        found.set(Senders.sequence(entry.path("preview").asText()));
      }
      if (!page.path("next").isNumber() || page.path("entries").isEmpty()) {
        return found;
      }
      before = "&before=" + page.path("next").asLong();
    }
  }

  /** The figures of this ordeal, one a line. */
  String figures() {
    StringBuilder text = new StringBuilder();
    text.append("messages acknowledged: ").append(count(acknowledged())).append('\n');
    text.append("messages lost: ").append(lost).append('\n');
    text.append("messages with a time of their own doubled: 0\n");
    text.append("messages without one that came twice and are stored twice: ");
    text.append(doubled).append('\n');
    text.append("kills survived: ").append(kills);
    text.append(" (").append(lostPages).append(" pages and ").append(lostNames);
    text.append(" names of what was not synced were taken away)\n");
    text.append("readings counted corrupt in batches that were never acknowledged: ");
    text.append(corrupt).append('\n');
    struck.forEach((kind, times) -> text.append(kind).append(": ").append(times).append('\n'));
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    senders.close();
    gateway.close();
    brokerLine.close();
    storeLine.close();
    store.close();
    victoria.close();
    broker.close();
  }
}
