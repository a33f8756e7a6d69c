package io.weir.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.log.Soak;
import io.weir.peers.Kafka;
import io.weir.peers.Mosquitto;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every acknowledged reading stands in the topic, whatever is killed: the gateway or brokers. Each
 * reading carries a sequence number, and a consumer counts. What came first of each machine has the
 * order of the log.
 */
@Tag("server")
class KafkaDurabilityTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  static final String TOPIC = "weir.readings";
  private static final Random RANDOM = new Random(20261128);

  @TempDir Path folder;

  private static String config(Mosquitto broker, String brokers, boolean transactional) {
    return """
    sources: [ { name: plant, type: mqtt, url: "%s" } ]
    routes:
      - topic: factory/{site}/{area}/{line}/{machine}/telemetry
        format: json
        metrics: [ { from: seq, type: integer } ]
    sinks:
      - { name: stream, type: kafka, brokers: [%s], timeout: 5s, transactional: %s, batch: { max-lines: 200 } }
    """
        .formatted(broker.url(), brokers, transactional);
  }

  @Test
  void eachReadingStandsInTheTopicOnceThroughKillsOfGatewayAndBroker() throws Exception {
    kills(true);
  }

  @Test
  @Tag("soak")
  void whatIsAcknowledgedStandsInTheTopicThroughKillsOfGatewayAndBroker() throws Exception {
    kills(false);
  }

  private void kills(boolean transactional) throws Exception {
    int messages = Soak.count(1_500, 4_000);
    try (Kafka kafka = Kafka.started(folder.resolve("kafka"));
        Mosquitto broker = new Mosquitto(folder.resolve("mosquitto"));
        GatewayProcess gateway =
            new GatewayProcess(
                folder.resolve("gateway"), config(broker, kafka.address(), transactional))) {
      kafka.createTopic(TOPIC, 3);
      broker.start();
      gateway.start();
      DurabilityTest.awaitConnected(gateway);
      CompletableFuture<Load.Result> load =
          CompletableFuture.supplyAsync(() -> Load.run(broker.url(), messages, 1, 20, 400));
      pause(1_000, 2_000);
      kafka.kill();
      pause(200, 1_500);
      killAndStart(gateway);
      kafka.start();
      if (Soak.ON) {
        pause(500, 2_500);
        killAndStart(gateway);
      }
      BitSet acknowledged = load.get().sequences();
      assertThat(acknowledged.cardinality()).isEqualTo(messages);
      assertStands(gateway, kafka.address(), acknowledged, transactional);
    }
  }

  @Test
  @Tag("soak")
  void whatIsAcknowledgedStandsInTheTopicWhileThreeBrokersAreStoppedInTurn() throws Exception {
    soak(false);
  }

  @Test
  @Tag("soak")
  void eachReadingStandsInTheTopicOnceWhileThreeBrokersAreStoppedInTurn() throws Exception {
    soak(true);
  }

  private void soak(boolean transactional) throws Exception {
    int messages = 60_000;
    int rounds = 12;
    List<Kafka> brokers = Kafka.cluster(folder.resolve("kafka"), 3);
    try (Mosquitto broker = new Mosquitto(folder.resolve("mosquitto"));
        GatewayProcess gateway =
            new GatewayProcess(
                folder.resolve("gateway"),
                config(broker, Kafka.addresses(brokers), transactional))) {
      brokers.get(0).createTopic(TOPIC, 6, 3, Map.of("min.insync.replicas", "2"));
      broker.start();
      gateway.start();
      DurabilityTest.awaitConnected(gateway);
      CompletableFuture<Load.Result> load =
          CompletableFuture.supplyAsync(() -> Load.run(broker.url(), messages, 1, 50, 500));
      for (int round = 0; round < rounds; round++) {
        Kafka one = brokers.get(round % brokers.size());
        one.kill();
        pause(500, 6_000);
        if (round % 3 == 2) {
          killAndStart(gateway);
        }
        one.start();
        pause(2_000, 6_000);
      }
      BitSet acknowledged = load.get().sequences();
      assertThat(acknowledged.cardinality()).isEqualTo(messages);
      assertStands(gateway, Kafka.addresses(brokers), acknowledged, transactional);
    } finally {
      brokers.forEach(Kafka::close);
    }
  }

  private static void assertStands(
      GatewayProcess gateway, String brokers, BitSet acknowledged, boolean once) {
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              JsonNode sink = JSON.readTree(gateway.get("/api/v1/ledger")).at("/sinks/0");
              assertThat(sink.path("pending").asLong()).as("%s", sink).isZero();
              assertThat(sink.path("unexplained").asLong()).as("%s", sink).isZero();
              assertThat(sink.path("quarantined").asLong()).as("%s", sink).isZero();
            });
    List<ConsumerRecord<byte[], byte[]>> records = read(brokers);
    BitSet stored = new BitSet();
    Map<String, Integer> sequences = new HashMap<>();
    Map<String, List<Long>> firsts = new LinkedHashMap<>();
    Set<String> incarnations = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> each : records) {
      int sequence = sequence(each);
      stored.set(sequence);
      String position = header(each, "weir-position");
      incarnations.add(header(each, "weir-incarnation"));
      Integer before = sequences.putIfAbsent(position, sequence);
      if (before == null) {
        firsts
            .computeIfAbsent(new String(each.key(), UTF_8), machine -> new ArrayList<>())
            .add(Long.valueOf(position.split("/")[1]));
      } else {
        assertThat(sequence).as("what is at %s, again", position).isEqualTo(before);
      }
    }
    assertThat(stored).isEqualTo(acknowledged);
    assertThat(incarnations).hasSize(1);
    firsts.forEach((machine, offsets) -> assertThat(offsets).as(machine).isSorted());
    if (once) {
      assertThat(records).as("none twice").hasSize(sequences.size());
    }
  }

  private static int sequence(ConsumerRecord<byte[], byte[]> record) {
    try {
      return JSON.readTree(record.value()).at("/values/seq").asInt();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(Objects.requireNonNull(record.headers().lastHeader(name)).value(), UTF_8);
  }

  static List<ConsumerRecord<byte[], byte[]>> read(String brokers) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Map<String, Object> settings =
        Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(TOPIC).stream()
              .map(each -> new TopicPartition(TOPIC, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private static void killAndStart(GatewayProcess gateway) throws IOException {
    gateway.kill();
    gateway.start();
  }

  private static void pause(int atLeastMs, int belowMs) throws InterruptedException {
    Thread.sleep(RANDOM.nextInt(atLeastMs, belowMs));
  }
}
