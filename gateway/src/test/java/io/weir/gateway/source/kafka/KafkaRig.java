package io.weir.gateway.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.kafka.Brokers;
import io.weir.gateway.kafka.Login;
import io.weir.gateway.kafka.Login.Mechanism;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.Shelf;
import io.weir.gateway.source.kafka.KafkaSourceConfig.Start;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A source in front of a {@link Shelf}, built as the test says. */
final class KafkaRig implements AutoCloseable {

  private final String brokers;
  private final List<String> topics;
  String group;
  String separator = ".";
  Start start = Start.OLDEST;
  boolean recordTime;
  int receiveMaximum = 1000;
  long windowBytes = 64 << 20;
  String username;
  Secret password;
  Mechanism mechanism = Mechanism.PLAIN;
  TlsFiles tls;

  final Shelf shelf = new Shelf();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  KafkaSource source;

  KafkaRig(String brokers, String... topics) {
    this.brokers = brokers;
    this.topics = List.of(topics);
    this.group = "g-" + topics[0];
  }

  KafkaSourceConfig config() {
    return new KafkaSourceConfig(
        "line",
        new Brokers(
            List.of(brokers.split(",")),
            username == null ? null : new Login(mechanism, username, password),
            tls),
        topics,
        group,
        "weir",
        separator,
        start,
        recordTime,
        receiveMaximum,
        windowBytes,
        Duration.ofSeconds(3));
  }

  /** Done when partitions are given, before their offsets are asked for. */
  Runnable atAssignment = () -> {};

  /** As the source's own, but it looks for new topics all the time. */
  private Consumer<byte[], byte[]> consumer(KafkaSourceConfig config) {
    try {
      Map<String, Object> properties = new HashMap<>(ConsumerProperties.of(config));
      properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 500);
      return new KafkaConsumer<>(
          properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
        @Override
        public Map<TopicPartition, OffsetAndMetadata> committed(
            Set<TopicPartition> partitions, Duration limit) {
          atAssignment.run();
          return super.committed(partitions, limit);
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  KafkaRig start() {
    source = new KafkaSource(config(), shelf, Time.SYSTEM, registry, this::consumer);
    source.start(Threads.SYSTEM);
    return this;
  }

  /** Starts and waits until it receives. */
  KafkaRig connected() {
    start();
    await().until(() -> source.status().ready());
    return this;
  }

  /**
   * Why it does not receive, once that contains the words; a silent broker is given ten seconds.
   */
  String reason(String words) {
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(source.status().reason()).contains(words));
    return source.status().reason();
  }

  double meter(String name) {
    return registry.get(name).tag("source", "line").meter().measure().iterator().next().getValue();
  }

  /** A clean stop, as the gateway does it. */
  void stop() {
    source.stopReceiving();
    source.close();
  }

  @Override
  public void close() {
    source.close();
    shelf.close();
  }
}
