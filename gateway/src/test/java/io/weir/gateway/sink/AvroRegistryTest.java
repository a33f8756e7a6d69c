package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.intake.Explain;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.peers.Apicurio;
import io.weir.gateway.registry.RegistryConfig;
import io.weir.gateway.settings.ConfigLoader;
import io.weir.gateway.sink.Condition.State;
import io.weir.gateway.sink.KafkaTopics.Settings;
import io.weir.gateway.sink.kafka.KafkaConfig.Format;
import io.weir.peers.Kafka;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Avro into a real broker, with the schema at a real registry, by both of its APIs. */
@Tag("server")
@Tag("soak")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AvroRegistryTest {

  private static final long T0 = 1_700_000_000_000_000_000L;

  @TempDir Path folder;

  private final MemoryFeed feed = new MemoryFeed();

  private Settings settings(
      Kafka kafka, String topic, String url, RegistryConfig.Api api, boolean register) {
    Settings settings = new Settings(kafka.address());
    settings.topic = topic;
    settings.format = Format.AVRO;
    settings.registry =
        new RegistryConfig(
            URI.create(url), api, "default", register, null, null, null, Duration.ofSeconds(10));
    return settings;
  }

  @Test
  void aReaderFindsTheSchemaByTheIdInFrontOfEachValue() throws Exception {
    try (Apicurio registry = new Apicurio(folder.resolve("registry"));
        Kafka kafka = Kafka.started(folder.resolve("kafka"), KafkaTopics.KEEP_ALL)) {
      registry.start();
      for (RegistryConfig.Api api : RegistryConfig.Api.values()) {
        String topic = "readings-" + api.name().toLowerCase(java.util.Locale.ROOT);
        kafka.createTopic(topic, 1);
        String url =
            api == RegistryConfig.Api.CONFLUENT ? registry.confluentUrl() : registry.ownUrl();
        Settings unknown = settings(kafka, topic, url, api, false);
        feed.add(reading("m1", "t", 21.5, T0));
        try (StreamSink sink = unknown.sink(folder)) {
          Bench bench = new Bench(sink, unknown.config(), feed, new MemoryRejects());
          for (int i = 0; i < 500 && bench.drain.condition().state() == State.UNKNOWN; i++) {
            bench.step();
          }
          assertThat(bench.drain.condition().state())
              .as("a schema that must be there, and is not: %s", bench.drain.condition())
              .isEqualTo(State.MISCONFIGURED);
        }
        feed.crash(); // and begins with what was held
        for (boolean register : new boolean[] {true, false}) {
          Settings settings = settings(kafka, topic, url, api, register);
          feed.add(reading("m1", "t", 22.5, T0 + 1));
          try (StreamSink sink = settings.sink(folder)) {
            new Bench(sink, settings.config(), feed, new MemoryRejects()).settleAll();
          }
        }
        List<ConsumerRecord<byte[], byte[]>> records =
            KafkaTopics.read(kafka.address(), topic, true);
        assertThat(records).hasSize(3);
        for (ConsumerRecord<byte[], byte[]> each : records) {
          ByteBuffer value = ByteBuffer.wrap(each.value());
          assertThat(value.get()).as("magic").isZero();
          int id = value.getInt();
          String schema =
              api == RegistryConfig.Api.CONFLUENT
                  ? new ObjectMapper()
                      .readTree(registry.get("/apis/ccompat/v7/schemas/ids/" + id))
                      .path("schema")
                      .asText()
                  : registry.get("/apis/registry/v3/ids/contentIds/" + id);
          GenericRecord read =
              new GenericDatumReader<GenericRecord>(new Schema.Parser().parse(schema))
                  .read(
                      null,
                      DecoderFactory.get()
                          .binaryDecoder(each.value(), 5, each.value().length - 5, null));
          assertThat(read.get("machine")).hasToString("m1");
          assertThat(readBack(each, url, api))
              .containsPattern(
                  "-> telemetry,site=s,machine=m1 values\\.t=2[12]\\.5 2023-11-14T22:13:20")
              .endsWith("rejected 0\n");
          assertThat(read.get("values")).asString().contains("t=2");
        }
        assertThat(new String(records.get(0).headers().lastHeader("weir-format").value(), UTF_8))
            .isEqualTo("avro;version=1;registry=" + api.name().toLowerCase(java.util.Locale.ROOT));
      }
    }
  }

  /** What the route of another gateway makes of it. */
  private String readBack(ConsumerRecord<byte[], byte[]> record, String url, RegistryConfig.Api api)
      throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("central.yaml"),
            """
            gateway: { id: central }
            sources: [ { name: edges, type: kafka, brokers: ["b:9092"], topics: [readings] } ]
            routes:
              - topic: "readings/#"
                format: avro
                avro: { registry: { url: "%s", api: %s, timeout: 30s } }
                time: { from: /timeNs, unit: ns }
                ignore: [gateway, measurement, "tags.*"]
                quality: { from: /quality, good: [GOOD], uncertain: [UNCERTAIN], bad: [BAD] }
            """
                .formatted(url, api.name().toLowerCase(java.util.Locale.ROOT)));
    return new Explain(ConfigLoader.load(file, Map.of()).routes(), Types.load(new Memory()))
        .text(null, "readings/m1", record.value(), false, T0);
  }
}
