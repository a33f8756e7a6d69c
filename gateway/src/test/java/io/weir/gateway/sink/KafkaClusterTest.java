package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.sink.Condition.State;
import io.weir.gateway.sink.KafkaTopics.Settings;
import io.weir.peers.Kafka;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A drain into a cluster of three brokers, some of which are away. */
@Tag("server")
@Tag("soak")
@Timeout(300)
class KafkaClusterTest {

  private static final String TOPIC = "weir.readings";

  @TempDir Path folder;

  @Test
  void tooFewReplicasInSyncAreNamedAndWaitedForAndALostLeaderIsReplaced() throws Exception {
    List<Kafka> brokers = Kafka.cluster(folder, 3, KafkaTopics.KEEP_ALL);
    MemoryFeed feed = new MemoryFeed();
    Settings settings = new Settings(Kafka.addresses(brokers));
    settings.timeout = Duration.ofSeconds(4);
    try (StreamSink sink = settings.sink(folder)) {
      brokers.get(0).createTopic(TOPIC, 2, 3, Map.of("min.insync.replicas", "3"));
      Bench bench = new Bench(sink, settings.config(), feed, new MemoryRejects());
      add(feed, 1_000);
      bench.settleAll();

      brokers.get(2).kill();
      add(feed, 1_000);
      await()
          .atMost(Duration.ofMinutes(2))
          .pollDelay(Duration.ZERO)
          .untilAsserted(
              () -> {
                bench.steps(2);
                assertThat(bench.drain.condition().state()).isEqualTo(State.DOWN);
                assertThat(bench.drain.condition().detail())
                    .contains("has 2 of the 3 in-sync replicas that min.insync.replicas asks for");
              });
      assertThat(feed.pendingUnits()).isPositive();

      brokers.get(2).start();
      bench.settleAll();
      List<ConsumerRecord<byte[], byte[]>> records =
          KafkaTopics.read(brokers.get(0).address(), TOPIC);
      Map<String, List<Long>> found = KafkaTopics.firstOfEach(records);
      assertThat(found.values().stream().mapToInt(List::size).sum()).isEqualTo(2_000);
      found.forEach((machine, offsets) -> assertThat(offsets).as(machine).isSorted());
    } finally {
      brokers.forEach(Kafka::close);
    }
  }

  /** One of two partitions has a replica at the broker that is away, and asks for both. */
  @Test
  void whatIsConfirmedOfABatchIsNotWrittenAgainWhileTheRestOfItWaits() throws Exception {
    List<Kafka> brokers = Kafka.cluster(folder, 3, KafkaTopics.KEEP_ALL);
    MemoryFeed feed = new MemoryFeed();
    Settings settings = new Settings(Kafka.addresses(brokers));
    settings.timeout = Duration.ofSeconds(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (StreamSink sink = settings.sink(folder);
        Admin admin = brokers.get(0).admin()) {
      NewTopic topic = new NewTopic(TOPIC, Map.of(0, List.of(1, 2), 1, List.of(1, 3)));
      Kafka.answer(
          admin.createTopics(List.of(topic.configs(Map.of("min.insync.replicas", "2")))).all());
      Bench bench = new Bench(sink, settings.config(), feed, new MemoryRejects());
      add(feed, 100);
      bench.settleAll();

      brokers.get(2).kill();
      await().atMost(Duration.ofMinutes(1)).until(() -> inSync(admin, 1) == 1);
      add(feed, 1_000);
      stepUntil(
          bench, threads, () -> bench.meters.get(MeterNames.SINK_RETRIES).counter().count() >= 3);
      assertThat(bench.drain.condition().state()).isEqualTo(State.DOWN);

      brokers.get(2).start();
      stepUntil(bench, threads, () -> feed.pendingUnits() == 0);
      List<ConsumerRecord<byte[], byte[]>> records =
          KafkaTopics.read(brokers.get(0).address(), TOPIC);
      KafkaTopics.firstOfEach(records)
          .forEach((machine, offsets) -> assertThat(offsets).as(machine).isSorted());
      assertThat(records.stream().map(KafkaTopics::identity))
          .hasSize(1_100)
          .doesNotHaveDuplicates();
      assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1_100, 0, 0, 0, 0));
    } finally {
      threads.shutdown();
      brokers.forEach(Kafka::close);
    }
  }

  private static int inSync(Admin admin, int partition) throws IOException {
    return Kafka.answer(admin.describeTopics(List.of(TOPIC)).allTopicNames())
        .get(TOPIC)
        .partitions()
        .get(partition)
        .isr()
        .size();
  }

  /** Its writes are made by the threads, one behind another. */
  private static void stepUntil(Bench bench, ExecutorService threads, BooleanSupplier done) {
    long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!done.getAsBoolean()) {
      bench.time.advance(Math.max(1_000, bench.drain.step(threads)));
      assertThat(System.nanoTime() - until).as("%s", bench.drain.condition()).isNegative();
    }
  }

  private static void add(MemoryFeed feed, int count) {
    for (int i = 0; i < count; i++) {
      feed.add(reading("m" + i % 7, "t", i, 1_700_000_000_000_000_000L + feed.size()));
    }
  }
}
