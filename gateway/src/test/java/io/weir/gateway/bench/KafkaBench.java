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
import java.util.Locale;
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
 * flight. Turns alternate, each with a topic of three partitions of its own, after both were
 * compiled.
 *
 * <pre>KafkaBench [rows a round, default 1000000] [rounds, default 3] [transactional]</pre>
 */
public final class KafkaBench {

  private static final int PARTITIONS = 3;

  /** The bare producer sends these again and again; more do not fit into the heap. */
  private static final int MOST_RECORDS = 200_000;

  /** The compilers' part of the processor's time once both are warm. */
  private static final double COMPILING = 0.03;

  private final Kafka kafka;
  private final Path folder;
  private final boolean transactional;

  /** What the last turn of each took of the processor, beside what the broker took for it. */
  private String bareCost = "";

  private String drainCost = "";

  private KafkaBench(Kafka kafka, Path folder, boolean transactional) {
    this.kafka = kafka;
    this.folder = folder;
    this.transactional = transactional;
  }

  public static void main(String[] arguments) throws Exception {
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
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
    drained(MOST_RECORDS, "records");
    List<ConsumerRecord<byte[], byte[]>> records = read("records", MOST_RECORDS);
    warmUp(records, rows);
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < 2; turn++) {
        if ((turn + round) % 2 == 0) {
          bare[round] = sent(records, rows, "sent" + round);
        } else {
          drain[round] = drained(rows, "drained" + round);
        }
      }
      System.out.printf(
          Locale.ROOT,
          "round %d: bare producer %,9.0f records/s (%s), drain %,9.0f rows/s (%s)%n",
          round + 1,
          bare[round],
          bareCost,
          drain[round],
          drainCost);
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

  /**
   * Both go on until Java's compilers have little left to do, as in a gateway that runs for long.
   */
  private void warmUp(List<ConsumerRecord<byte[], byte[]>> records, int rows) throws Exception {
    WarmUp.of(
        ProcessHandle.current(),
        "drain and bare producer",
        2 * rows,
        "rows",
        COMPILING,
        turn -> {
          sent(records, rows, "warm-sent" + turn);
          drained(rows, "warm-drained" + turn);
        });
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
      Cost cost = new Cost();
      double rate = log.drain(topic, config, sink, new Nothing());
      drainCost = cost.of(rows);
      return rate;
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

  private double sent(List<ConsumerRecord<byte[], byte[]>> records, int rows, String topic)
      throws Exception {
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
      for (int i = 0; i < PARTITIONS; i++) { // several in flight to a new one may never be taken
        producer.send(new ProducerRecord<>(topic, i, null, new byte[0])).get();
      }
      Cost cost = new Cost();
      long start = System.nanoTime();
      for (int i = 0; i < rows; i++) {
        ConsumerRecord<byte[], byte[]> each = records.get(i % records.size());
        producer.send(
            new ProducerRecord<>(
                topic, null, each.timestamp(), each.key(), each.value(), each.headers()));
      }
      producer.flush();
      double seconds = (System.nanoTime() - start) / 1e9;
      bareCost = cost.of(rows);
      return rows / seconds;
    }
  }

  /** Processor time since it was made. */
  private final class Cost {
    private final long own = ownNs();
    private final long brokers = kafka.cpuNs();

    private static long ownNs() {
      return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    String of(int rows) {
      return String.format(
          Locale.ROOT,
          "%.1f us each, broker %.1f",
          (ownNs() - own) / 1e3 / rows,
          (kafka.cpuNs() - brokers) / 1e3 / rows);
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
