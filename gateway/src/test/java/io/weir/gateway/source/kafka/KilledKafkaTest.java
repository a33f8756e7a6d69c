package io.weir.gateway.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.e2e.GatewayProcess;
import io.weir.gateway.machine.FaultyDisk;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Kafka;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Devices write to topics of Kafka while gateways, their disks and brokers are killed. In the end
 * the store and the quarantine hold what the brokers acknowledged.
 */
@Tag("server")
class KilledKafkaTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOPIC = "factory.plant-a.area.line-1";
  private static final int PARTITIONS = 6;

  /** As on flash: so that a kill usually finds something written and not yet synced. */
  private static final Duration SYNC_TIME = Duration.ofMillis(10);

  private static final long FORGOTTEN = 20;
  private static final int SHORT_PLAY = 2_000;
  private static final int LONG_PLAY = 12;

  private final Random random = new Random(20261128);
  private final List<Kafka> brokers = new ArrayList<>();
  private final List<GatewayProcess> gateways = new ArrayList<>();
  private final Map<GatewayProcess, FaultyDisk> disks = new HashMap<>();
  private InfluxDb store;
  private KafkaLoad load;

  @TempDir Path folder;

  /** Readings without a time get that of their arrival: one that is taken twice is two rows. */
  @Test
  @Tag("soak")
  void eachRecordIsStoredOnceAndInOrderWhenTheGatewayAndTheBrokerAreKilled() throws Exception {
    try {
      start(1, 1, false);
      awaitAnswers(SHORT_PLAY / 4);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> committed().values().stream().mapToLong(each -> each).sum() > 500);
      cutPower(gateways.get(0));
      long again = forgetCommits();
      gateways.get(0).start();
      awaitAnswers(SHORT_PLAY / 4);
      brokers.get(0).kill();
      brokers.get(0).start();
      awaitAnswers(SHORT_PLAY / 2);
      assertThat(again).isPositive();
      assertThat(assertAllIsStored(true)).isGreaterThanOrEqualTo(again);
    } finally {
      close();
    }
  }

  /**
   * Three brokers, one stopped or killed in turn; three gateways, of which one is stopped or killed
   * every ten seconds, so that partitions move; a record that two gateways took is one row.
   */
  @Test
  @Tag("soak")
  void whatThreeBrokersAcknowledgedIsStoredByThreeGatewaysThroughKills() throws Exception {
    try {
      start(3, 3, true);
      for (int round = 0; round < LONG_PLAY; round++) {
        GatewayProcess gateway = gateways.get(round % gateways.size());
        if (round % 2 == 0) {
          cutPower(gateway);
        } else {
          gateway.stop();
        }
        Kafka broker = brokers.get(round % brokers.size());
        if (round % 3 == 1) {
          broker.kill();
        } else if (round % 3 == 2) {
          broker.stop();
        }
        Thread.sleep(5_000);
        gateway.start();
        if (!broker.isAlive()) {
          broker.start();
        }
        Thread.sleep(5_000);
        awaitAnswers(1);
      }
      assertAllIsStored(false);
    } finally {
      close();
    }
  }

  private void start(int brokerCount, int gatewayCount, boolean timed) throws Exception {
    store = new InfluxDb(folder.resolve("influx"));
    store.start();
    store.createDatabase("factory");
    if (brokerCount == 1) {
      brokers.add(Kafka.started(folder.resolve("kafka")));
    } else {
      brokers.addAll(Kafka.cluster(folder.resolve("kafka"), brokerCount));
    }
    int inSync = brokerCount == 1 ? 1 : 2;
    brokers
        .get(0)
        .createTopic(
            TOPIC, PARTITIONS, brokerCount, Map.of("min.insync.replicas", String.valueOf(inSync)));
    for (int i = 0; i < gatewayCount; i++) {
      Path home = folder.resolve("gateway-" + i);
      FaultyDisk disk = new FaultyDisk(home);
      disk.slowSyncs(SYNC_TIME);
      GatewayProcess gateway =
          new GatewayProcess(
              home, disk.root().resolve("data"), disk.environment(), configuration());
      disks.put(gateway, disk);
      gateways.add(gateway);
      gateway.launch();
    }
    for (GatewayProcess each : gateways) {
      each.awaitReady();
    }
    load = new KafkaLoad(Kafka.addresses(brokers), TOPIC, timed).start();
  }

  private String configuration() {
    return """
        sources:
          - name: line
            type: kafka
            brokers: [%s]
            topics: [%s]
            group: weir
            session-timeout: 3s
        routes:
          - topic: factory/{site}/{area}/{line}/{machine}
            format: json
            metrics: [ { from: seq, type: integer } ]
        buffer: { segment-size: 1MiB }
        sinks:
          - { name: history, type: influxdb, version: 1, url: "%s", database: factory }
        """
        .formatted(Kafka.addresses(brokers), TOPIC, store.url());
  }

  private void close() {
    if (load != null) {
      load.close();
    }
    gateways.forEach(GatewayProcess::close);
    brokers.forEach(Kafka::close);
    if (store != null) {
      store.close();
    }
  }

  private void cutPower(GatewayProcess gateway) throws IOException {
    gateway.kill();
    disks.get(gateway).cutPower(random.nextLong());
  }

  private void awaitAnswers(int more) {
    int wanted = load.answered() + more;
    await().atMost(Duration.ofMinutes(3)).until(() -> load.answered() >= wanted);
  }

  // ---- The account

  /** Returns how many records were read again and recognised. */
  private long assertAllIsStored(boolean once) throws Exception {
    BitSet acknowledged = load.stop();
    await()
        .atMost(Duration.ofMinutes(5))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(committed()).isEqualTo(ends()));
    await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              for (GatewayProcess each : gateways) {
                assertThat(ledger(each).at("/sinks/0/pending").asText("none")).isEqualTo("0");
              }
            });
    Map<String, List<Integer>> rows = rows();
    BitSet stored = new BitSet();
    int count = 0;
    for (List<Integer> each : rows.values()) {
      assertThat(each).isSorted();
      each.forEach(stored::set);
      count += each.size();
    }
    assertThat(count).as("rows, each of another record").isEqualTo(stored.cardinality());
    BitSet quarantined = new BitSet();
    int entries = 0;
    for (GatewayProcess each : gateways) {
      for (int number : quarantined(each)) {
        quarantined.set(number);
        entries++;
      }
    }
    BitSet broken = new BitSet();
    acknowledged.stream().filter(KafkaLoad::isBroken).forEach(broken::set);
    assertThat(quarantined).isEqualTo(broken);
    BitSet all = (BitSet) stored.clone();
    all.or(quarantined);
    assertThat(all).as("stored and quarantined").isEqualTo(acknowledged);
    long duplicates = assertLedgersAddUp(once ? stored.cardinality() : -1);
    if (once) {
      assertThat(entries).isEqualTo(broken.cardinality());
    }
    System.out.printf(
        "acknowledged %d, stored %d, quarantined %d, read again and recognised %d%n",
        acknowledged.cardinality(), count, entries, duplicates);
    return duplicates;
  }

  /**
   * Each source: received = appended + filtered + rejected + refused.
   *
   * @param appended in all, or -1 for any
   * @return filtered in all: what was read again and recognised
   */
  private long assertLedgersAddUp(int appended) throws IOException {
    long filtered = 0;
    long all = 0;
    for (GatewayProcess gateway : gateways) {
      JsonNode ledger = ledger(gateway);
      JsonNode source = ledger.at("/sources/0");
      all += source.path("appended").asLong();
      filtered += source.path("filtered").asLong();
      assertThat(source.path("received").asLong())
          .as("%s", source)
          .isEqualTo(
              source.path("appended").asLong()
                  + source.path("filtered").asLong()
                  + source.path("rejected").asLong()
                  + source.path("refused").asLong());
      assertThat(source.path("unexplained").asLong()).isZero();
      assertThat(source.path("refused").asLong()).isZero();
      JsonNode sink = ledger.at("/sinks/0");
      for (String name : List.of("unexplained", "quarantined", "dropped")) {
        assertThat(sink.path(name).asLong()).as("%s in %s", name, sink).isZero();
      }
    }
    if (appended >= 0) {
      assertThat(all).as("appended").isEqualTo(appended);
    }
    return filtered;
  }

  /**
   * Sets the offsets of the group back, as if its last commits had not come through. Waits until
   * the group has noticed that its member is gone.
   *
   * @return how many records are read again
   */
  private long forgetCommits() throws IOException {
    Map<TopicPartition, Long> committed = committed();
    Map<TopicPartition, OffsetAndMetadata> before = new HashMap<>();
    committed.forEach(
        (partition, offset) ->
            before.put(partition, new OffsetAndMetadata(Math.max(0, offset - FORGOTTEN))));
    try (Admin admin = brokers.get(0).admin()) {
      await()
          .ignoreExceptions()
          .until(
              () -> {
                Kafka.answer(admin.alterConsumerGroupOffsets("weir", before).all());
                return true;
              });
    }
    return committed.values().stream().mapToLong(each -> Math.min(each, FORGOTTEN)).sum();
  }

  private Map<TopicPartition, Long> committed() throws IOException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    try (Admin admin = brokers.get(0).admin()) {
      Kafka.answer(admin.listConsumerGroupOffsets("weir").partitionsToOffsetAndMetadata())
          .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
    }
    return offsets;
  }

  private Map<TopicPartition, Long> ends() throws IOException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    for (int i = 0; i < PARTITIONS; i++) {
      wanted.put(new TopicPartition(TOPIC, i), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    try (Admin admin = brokers.get(0).admin()) {
      Kafka.answer(admin.listOffsets(wanted).all())
          .forEach((partition, end) -> ends.put(partition, end.offset()));
    }
    ends.values().removeIf(end -> end == 0);
    return ends;
  }

  private static JsonNode ledger(GatewayProcess gateway) throws IOException {
    return JSON.readTree(gateway.get("/api/v1/ledger"));
  }

  /** The numbers of all rows by machine, in the order of their times. */
  private Map<String, List<Integer>> rows() throws IOException {
    Map<String, List<Integer>> rows = new HashMap<>();
    String answer = store.query("factory", "SELECT seq, machine FROM telemetry");
    for (JsonNode row : JSON.readTree(answer).at("/results/0/series/0/values")) {
      int number = row.get(1).asInt();
      assertThat(row.get(2).asText()).isEqualTo(KafkaLoad.machine(number));
      rows.computeIfAbsent(row.get(2).asText(), absent -> new ArrayList<>()).add(number);
    }
    return rows;
  }

  private static List<Integer> quarantined(GatewayProcess gateway) throws IOException {
    List<Integer> found = new ArrayList<>();
    String before = "";
    while (true) {
      JsonNode page = JSON.readTree(gateway.get("/api/v1/quarantine?limit=500" + before));
      for (JsonNode entry : page.path("entries")) {
        assertThat(entry.toString()).contains("topic " + TOPIC + ", partition ");
        found.add(Integer.parseInt(entry.path("preview").asText().replaceAll("[^0-9]", "")));
      }
      if (!page.path("next").isNumber() || page.path("entries").isEmpty()) {
        return found;
      }
      before = "&before=" + page.path("next").asLong();
    }
  }
}
