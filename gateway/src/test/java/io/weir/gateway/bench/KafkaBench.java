package io.weir.gateway.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.kafka.Brokers;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Durable;
import io.weir.gateway.sink.Rejection;
import io.weir.gateway.sink.Rejects;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.kafka.KafkaConfig;
import io.weir.gateway.sink.kafka.KafkaFactory;
import io.weir.gateway.sink.kafka.TopicName;
import io.weir.peers.Kafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Rows a second that a drain carries from a full log into a real broker as JSON, against a bare
 * idempotent producer that is given the very same records, with zstd too and five requests in
 * flight. Turns alternate, each with a topic of three partitions of its own.
 *
 * <pre>KafkaBench [rows a round, default 300000] [rounds, default 3] [transactional]</pre>
 */
public final class KafkaBench {

  private static final int PARTITIONS = 3;

  private final Kafka kafka;
  private final Path folder;
  private final boolean transactional;

  private KafkaBench(Kafka kafka, Path folder, boolean transactional) {
    this.kafka = kafka;
    this.folder = folder;
    this.transactional = transactional;
  }

  public static void main(String[] arguments) throws Exception {
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    boolean transactional = arguments.length > 2 && arguments[2].equals("transactional");
    Path folder = Files.createTempDirectory("kafka-bench");
    try (Kafka kafka = Kafka.started(folder.resolve("kafka"), "log.retention.ms=-1")) {
      new KafkaBench(kafka, folder, transactional).run(rows, rounds);
    }
  }

  private void run(int rows, int rounds) throws Exception {
    double[] bare = new double[rounds];
    double[] drain = new double[rounds];
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int round = -1; round < rounds; round++) { // the first warms up
      double drained = 0;
      double sent = 0;
      for (int turn = 0; turn < 2; turn++) {
        if ((turn + round & 1) == 1 || records.isEmpty()) {
          drained = drained(rows, "drained" + round);
          if (records.isEmpty()) {
            records.addAll(read("drained" + round, rows));
          }
        }
        if ((turn + round & 1) == 0 || round == -1) {
          sent = sent(records, "sent" + round + "-" + turn);
        }
      }
      if (round >= 0) {
        bare[round] = sent;
        drain[round] = drained;
        System.out.printf(
            "round %d: bare producer %,9.0f records/s, drain %,9.0f rows/s%n",
            round + 1, sent, drained);
      }
    }
    double[] ratio = new double[rounds];
    Arrays.setAll(ratio, round -> drain[round] / bare[round]);
    System.out.printf(
        "medians: bare producer %,9.0f records/s, drain %,9.0f rows/s, ratio of a round %.2f%n",
        Medians.median(bare), Medians.median(drain), Medians.median(ratio));
    BenchRow.print(
        "drain of a full log into Kafka" + (transactional ? " by transactions" : "") + ", rows/s",
        "bare producer, same records",
        "%.2f".formatted(Medians.median(ratio)),
        "",
        "");
  }

  private double drained(int rows, String topic) throws Exception {
    kafka.createTopic(topic, PARTITIONS);
    KafkaConfig config =
        new KafkaConfig(
            new SinkCommon(
                topic,
                new SinkConfig.Batch(
                    BenchLog.LINES_A_BATCH, 4 << 20, Duration.ofMillis(200), false),
                SinkConfig.Start.OLDEST,
                0),
            "bench",
            new Brokers(List.of(kafka.address()), null, null),
            TopicName.template(topic),
            KafkaConfig.Format.JSON,
            KafkaConfig.Compression.ZSTD,
            KafkaConfig.Timestamp.RECEIVED,
            transactional,
            Duration.ofSeconds(30),
            1 << 20,
            null);
    SinkContext context =
        new SinkContext(
            folder,
            io.weir.gateway.log.FileSystem.DISK,
            Time.SYSTEM,
            new SimpleMeterRegistry(),
            () -> "bench");
    try (BenchLog log =
            BenchLog.filled(
                folder.resolve(topic), rows, List.of(topic), line -> BenchLog.START_NS + line);
        Sink sink = new KafkaFactory().open(config, context)) {
      return log.drain(topic, config, sink, new Nothing());
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.address()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (int i = 0; i < PARTITIONS; i++) {
        partitions.add(new TopicPartition(topic, i));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      while (records.size() < count) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(topic + " holds " + records.size() + " of " + count);
        }
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private double sent(List<ConsumerRecord<byte[], byte[]>> records, String topic)
      throws IOException {
    kafka.createTopic(topic, PARTITIONS);
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            kafka.address(),
            "acks",
            "all",
            "enable.idempotence",
            true,
            "compression.type",
            "zstd",
            "batch.size",
            256 << 10,
            "linger.ms",
            5);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.partitionsFor(topic);
      long start = System.nanoTime();
      for (ConsumerRecord<byte[], byte[]> each : records) {
        producer.send(
            new ProducerRecord<>(
                topic, null, each.timestamp(), each.key(), each.value(), each.headers()));
      }
      producer.flush();
      return records.size() / ((System.nanoTime() - start) / 1e9);
    }
  }

  /** Nothing may be refused here. */
  private static final class Nothing implements Rejects {
    @Override
    public void reject(Rejection rejection) {
      throw new IllegalStateException(rejection.detail() + ": " + rejection.line());
    }

    @Override
    public Durable sync() throws IOException {
      return Durable.after(() -> {}); // nothing to keep
    }
  }
}
