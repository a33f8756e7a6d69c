package io.weir.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Kafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A topic of Kafka into InfluxDB 1 through a gateway, beside a loader that posts the same lines to
 * a store of its own. The records of a round are one transaction: the gateway sees none of them
 * before it is committed, and then all of them. One broker, which takes its part of the same cores.
 *
 * <pre>KafkaSourceBench [messages a round, default 800000] [rounds, default 3]</pre>
 */
public final class KafkaSourceBench {

  private static final int PARTITIONS = 3;
  private static final String TOPIC = "factory.plant-a.load.line-1";

  private final int messages;
  private final KafkaProducer<byte[], byte[]> producer;
  private final LoadMessages load =
      new LoadMessages(LoadedLines.TOPICS, System.currentTimeMillis());
  private long sent;

  private KafkaSourceBench(int messages, Kafka kafka) {
    this.messages = messages;
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            kafka.address(),
            "transactional.id",
            "bench",
            "compression.type",
            "zstd",
            "batch.size",
            256 << 10,
            "linger.ms",
            5);
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
  }

  public static void main(String[] args) throws Exception {
    int messages = args.length > 0 ? Integer.parseInt(args[0]) : 800_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    Path folder = Files.createTempDirectory("kafka-source-bench");
    LoadedLines lines = LoadedLines.of(folder.resolve("lines"), messages);
    try (Kafka kafka = Kafka.started(folder.resolve("kafka"), "log.retention.ms=-1");
        InfluxDb influx = new InfluxDb(folder.resolve("influx"));
        MeasuredGateway gateway =
            MeasuredGateway.of(
                folder,
                "{ name: line, type: kafka, brokers: [\"%s\"], topics: [%s] }"
                    .formatted(kafka.address(), TOPIC),
                MeasuredGateway.influx1(influx.url()),
                MeasuredGateway.SMALL_HEAP)) {
      kafka.createTopic(TOPIC, PARTITIONS);
      influx.start();
      influx.createDatabase("bench");
      gateway.startConnected();
      KafkaSourceBench bench = new KafkaSourceBench(messages, kafka);
      bench.run(gateway, lines, folder, rounds);
      bench.producer.close();
    }
  }

  private void run(MeasuredGateway gateway, LoadedLines lines, Path folder, int rounds)
      throws Exception {
    gateway.warmUp("topic into InfluxDB", count -> read(gateway, count));
    List<Double> source = new ArrayList<>();
    List<Double> loader = new ArrayList<>();
    List<Double> micros = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      long cpu = gateway.cpuNs();
      source.add(read(gateway, messages));
      micros.add((gateway.cpuNs() - cpu) / 1e3 / messages);
      loader.add(lines.loaded(folder.resolve("loader-" + round)));
      System.out.printf(
          Locale.ROOT,
          "  round %d: topic into InfluxDB %,.0f messages/s, %.1f us of the gateway each,"
              + " raw loader %,.0f%n",
          round + 1,
          source.get(round),
          micros.get(round),
          loader.get(round));
    }
    BenchRow.print(
        "topic of Kafka into InfluxDB 1, six fields, messages/s",
        "raw loader posting the same lines",
        "%.2f".formatted(Medians.ratio(source, loader)),
        "",
        "0.35");
  }

  /** Messages a second, from the commit of the transaction until all are stored. */
  private double read(MeasuredGateway gateway, int count) throws Exception {
    producer.beginTransaction();
    for (int i = 0; i < count; i++) {
      byte[] value = LoadMessages.blank();
      load.write(sent, value);
      String[] levels = load.topic(sent).split("/");
      byte[] key = (levels[4] + "." + levels[5]).getBytes(UTF_8);
      producer.send(new ProducerRecord<>(TOPIC, key, value));
      sent++;
    }
    producer.flush();
    long before = gateway.storedLines();
    long began = System.nanoTime();
    producer.commitTransaction();
    MeasuredGateway.await(gateway::storedLines, before + count);
    return count / ((System.nanoTime() - began) / 1e9);
  }
}
