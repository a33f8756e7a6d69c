package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.kafka.Brokers;
import io.weir.gateway.kafka.Login;
import io.weir.gateway.log.Time;
import io.weir.gateway.sink.kafka.KafkaConfig;
import io.weir.gateway.sink.kafka.KafkaConfig.Compression;
import io.weir.gateway.sink.kafka.KafkaConfig.Format;
import io.weir.gateway.sink.kafka.KafkaConfig.Timestamp;
import io.weir.gateway.sink.kafka.KafkaFactory;
import io.weir.gateway.sink.kafka.TopicName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** What stands in the topics of a cluster, and sinks that write to it. */
final class KafkaTopics {

  static final String INCARNATION = "4f0a8a1c-0000-4000-8000-000000000001";

  /** A configuration whose parts a test changes. */
  static final class Settings {
    final List<String> brokers;
    String topic = "weir.{log}";
    Format format = Format.JSON;
    Timestamp timestamp = Timestamp.RECEIVED;
    boolean transactional;
    io.weir.gateway.config.@Nullable TlsFiles tls;
    @Nullable Login login;
    Duration timeout = Duration.ofSeconds(10);
    int maxMessageSize = 1 << 20;
    io.weir.gateway.registry.@Nullable RegistryConfig registry;
    int maxLines = 500;
    String name = "stream";
    Time time = Time.SYSTEM;

    Settings(String brokers) {
      this.brokers = List.of(brokers.split(","));
    }

    Settings with(java.util.function.Consumer<Settings> change) {
      change.accept(this);
      return this;
    }

    KafkaConfig config() {
      return new KafkaConfig(
          new SinkCommon(
              name,
              new SinkConfig.Batch(maxLines, 4 << 20, Duration.ofMillis(200), false),
              SinkConfig.Start.OLDEST,
              0),
          "gw",
          new Brokers(brokers, login, tls),
          TopicName.template(topic),
          format,
          Compression.ZSTD,
          timestamp,
          transactional,
          timeout,
          maxMessageSize,
          registry);
    }

    StreamSink sink(Path folder) {
      return sink(folder, INCARNATION);
    }

    StreamSink sink(Path folder, String incarnation) {
      return (StreamSink)
          new KafkaFactory()
              .open(
                  config(),
                  new SinkContext(
                      folder,
                      io.weir.gateway.log.FileSystem.DISK,
                      time,
                      new io.micrometer.core.instrument.simple.SimpleMeterRegistry(),
                      () -> incarnation));
    }
  }

  /** The records of these tests are of 2023, and brokers would delete what is so old. */
  static final String KEEP_ALL = "log.retention.ms=-1";

  private KafkaTopics() {}

  /** All records of a topic, those of a partition in order. */
  static List<ConsumerRecord<byte[], byte[]>> read(String brokers, String topic) {
    return read(brokers, topic, false);
  }

  /**
   * Also behind what is committed: a broker marks a transaction as such a moment after it said so.
   */
  private static Map<TopicPartition, Long> ends(String brokers, List<TopicPartition> partitions) {
    try (KafkaConsumer<byte[], byte[]> all =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", brokers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      return all.endOffsets(partitions);
    }
  }

  /** The same; only those of committed transactions, if asked for. */
  static List<ConsumerRecord<byte[], byte[]>> read(
      String brokers, String topic, boolean committedOnly) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", brokers);
    settings.put("isolation.level", committedOnly ? "read_committed" : "read_uncommitted");
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = ends(brokers, partitions);
      long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))
          && System.nanoTime() - until < 0) { // a transaction may still be open
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  static String key(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), UTF_8);
  }

  static String value(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.value(), UTF_8);
  }

  static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(
        Objects.requireNonNull(record.headers().lastHeader(name), name).value(), UTF_8);
  }

  /** What names a record, however often it was written. */
  static String identity(ConsumerRecord<byte[], byte[]> record) {
    return header(record, "weir-incarnation") + " " + header(record, "weir-position");
  }

  /** The positions of each key without repeats, in the order in which they first came. */
  static Map<String, List<Long>> firstOfEach(List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, List<Long>> offsets = new LinkedHashMap<>();
    Set<String> seen = new TreeSet<>();
    for (ConsumerRecord<byte[], byte[]> each : records) {
      if (seen.add(identity(each))) {
        String position = header(each, "weir-position");
        offsets
            .computeIfAbsent(key(each), absent -> new ArrayList<>())
            .add(Long.valueOf(position.split("/")[1]));
      }
    }
    return offsets;
  }
}
