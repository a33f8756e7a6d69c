package io.weir.gateway.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.Secret;
import io.weir.gateway.kafka.Login;
import io.weir.gateway.kafka.Login.Mechanism;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.settings.ConfigLoader;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.StreamSink;
import io.weir.gateway.sink.kafka.KafkaConfig.Compression;
import io.weir.gateway.sink.kafka.KafkaConfig.Format;
import io.weir.gateway.sink.kafka.KafkaConfig.Timestamp;
import io.weir.gateway.sink.stream.TopicTemplate;
import io.weir.gateway.sink.stream.Written;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of the sink, and what the client gets of them. */
class KafkaConfigTest {

  @TempDir Path folder;

  private KafkaConfig load(String keys) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            gateway: { id: plant-a-1 }
            sources: [ { name: plant, type: mqtt, url: tcp://localhost } ]
            routes: [ { topic: "factory/{machine}", format: json } ]
            sinks:
              - { name: stream, type: kafka, %s }
            """
                .formatted(keys));
    return (KafkaConfig) ConfigLoader.load(file, Map.of(), List.of()).sinks().get(0);
  }

  @Test
  void aBrokerIsEnough() throws Exception {
    KafkaConfig config = load("brokers: [\"localhost:9092\"]");
    assertThat(config.brokers().addresses()).containsExactly("localhost:9092");
    assertThat(config.topic()).hasToString("weir.{log}");
    assertThat(config.format()).isEqualTo(Format.JSON);
    assertThat(config.compression()).isEqualTo(Compression.ZSTD);
    assertThat(config.timestamp()).isEqualTo(Timestamp.RECEIVED);
    assertThat(config.transactional()).isFalse();
    assertThat(config.brokers().login()).isNull();
    assertThat(config.brokers().tls()).isNull();
    assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.maxMessageSize()).isEqualTo(1 << 20);
    assertThat(config.warnings()).isEmpty();
    assertThat(config.summary()).isEqualTo("Kafka at localhost:9092, topic weir.{log}");
    assertThat(config.address()).isEqualTo("kafka://localhost:9092");
  }

  @Test
  void allKeys() throws Exception {
    KafkaConfig config =
        load(
            """
            brokers: ["a:9092", "[::1]:9093"], topic: "w-{gateway}.{site}.{area}.{line}.{machine}.{measurement}",
            format: avro, compression: lz4, timestamp: event, transactional: true, tls: {},
            username: weir, password: "it's \\"secret\\"", mechanism: scram-sha-256,
            timeout: 5s, max-message-size: 2MiB, replay: in-order, batch: { max-lines: 10 }""");
    assertThat(config.format()).isEqualTo(Format.AVRO);
    assertThat(config.compression()).isEqualTo(Compression.LZ4);
    assertThat(config.timestamp()).isEqualTo(Timestamp.EVENT);
    assertThat(config.transactional()).isTrue();
    assertThat(config.brokers().tls()).isNotNull();
    assertThat(config.brokers().login())
        .isEqualTo(new Login(Mechanism.SCRAM_SHA_256, "weir", new Secret("it's \"secret\"")));
    assertThat(config.batch().maxLines()).isEqualTo(10);
    assertThat(config.toString()).doesNotContain("secret");

    Map<String, Object> client = ClientSettings.producer(config, "readings");
    assertThat(client)
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "SCRAM-SHA-256")
        .containsEntry(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required"
                + " username=\"weir\" password=\"it's \\\"secret\\\"\";")
        .containsEntry("transactional.id", "weir-plant-a-1-stream-readings")
        .containsEntry("compression.type", "lz4")
        .containsEntry("max.request.size", 2 << 20);
  }

  /** Without these, a retry may reorder or repeat unseen, or an unsynced replica confirm. */
  @Test
  void theClientIsIdempotentWaitsForAllReplicasAndGivesNothingUp() throws Exception {
    Map<String, Object> client =
        ClientSettings.producer(load("brokers: [\"localhost:9092\"]"), "readings");
    assertThat(client)
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("max.in.flight.requests.per.connection", 1)
        .containsEntry("retries", Integer.MAX_VALUE)
        .containsEntry("delivery.timeout.ms", Integer.MAX_VALUE)
        .containsEntry("compression.type", "zstd")
        .containsEntry("security.protocol", "PLAINTEXT");
  }

  @Test
  void makingASinkReadsAndOpensNothing() throws Exception {
    KafkaConfig config = load("brokers: [\"kafka.invalid:9092\"], transactional: true");
    SinkContext context =
        new SinkContext(
            folder.resolve("none"),
            io.weir.gateway.log.FileSystem.DISK,
            Time.SYSTEM,
            new SimpleMeterRegistry(),
            () -> {
              throw new IOException("nothing is to be read yet");
            });
    try (Sink sink = new KafkaFactory().open(config, context)) {
      assertThat(sink.name()).isEqualTo("stream");
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(each -> each.getName().contains("weir-plant-a-1-stream"));
      assertThat(folder.resolve("none")).doesNotExist();
      StreamSink stream = (StreamSink) sink;
      Written entry = Written.of(Asset.NONE, "telemetry");
      assertThat(stream.write("readings", List.of(entry)))
          .as("without knowing which logs these are, nothing is written")
          .isEqualTo(new Sink.Answer.Down("nothing is to be read yet"));
    }
  }

  @Test
  void aPasswordWithoutTlsIsWarnedOf() throws Exception {
    String login = "brokers: [\"kafka:9092\"], username: u, password: p, mechanism: ";
    assertThat(load(login + "plain").warnings())
        .containsExactly("its password crosses the network unencrypted");
    assertThat(load(login + "scram-sha-512").warnings()).isEmpty();
    assertThat(load(login + "plain, tls: {}").warnings()).isEmpty();
    String registry = ", tls: {}, format: avro, registry: { username: u, password: p, url: ";
    assertThat(load(login + "plain" + registry + "\"http://r\" }").warnings())
        .containsExactly("the password of its schema registry crosses the network unencrypted");
    assertThat(load(login + "plain" + registry + "\"https://r\" }").warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "topic: x | sinks[stream].brokers: is missing",
        "brokers: [kafka] | 'kafka' must be host:port, such as kafka-1:9092",
        "brokers: [\"kafka:70000\"] | 'kafka:70000' must be host:port",
        "brokers: [\"http://kafka:9092\"] | is a URL, but a broker is written host:port",
        "brokers: [\"a:1\"], topic: \"weir/{log}\" | must hold only letters, digits",
        "brokers: [\"a:1\"], topic: \"weir.{sensor}\" | must not hold {sensor}; there are {area}, {gateway}",
        "brokers: [\"a:1\"], replay: live-first | must be in-order",
        "brokers: [\"a:1\"], backfill-share: 0.3 | does not belong to a topic",
        "brokers: [\"a:1\"], batch: { gzip: true } | use compression beside batch",
        "brokers: [\"a:1\"], transactional: true, max-lag: 1GiB | does not go with transactional",
        "brokers: [\"a:1\"], username: weir | sinks[stream].password: is missing",
        "brokers: [\"a:1\"], password: x | sinks[stream].username: is missing",
        "brokers: [\"a:1\"], mechanism: plain | username and password must be set too",
        "brokers: [\"a:1\"], tls: { cert: c.pem } | cert and key belong together",
        "brokers: [\"a:1\"], format: xml | must be json, influx, sparkplug or avro"
      })
  void whatIsWrongIsNamed(String keys, String words) {
    ConfigException wrong = catchThrowableOfType(ConfigException.class, () -> load(keys));
    assertThat(wrong).isNotNull();
    assertThat(wrong.problems().toString()).contains(words);
  }

  @ParameterizedTest
  @CsvSource({
    "weir.{log}, weir.readings",
    "{gateway}-{site}-{area}-{line}-{machine}, plant-a-1-Werk_S_d-_-L.1-press_02_a",
    "x, x"
  })
  void aTopicIsFilledWithNamesThatKafkaAllows(String template, String topic) {
    Written entry = Written.of(new Asset("Werk Süd", null, "L.1", "press 02/a"), "telemetry");
    TopicTemplate made = TopicName.template(template);
    assertThat(made.problem()).isNull();
    assertThat(made.of("plant-a-1", "readings", entry.series())).isEqualTo(topic);
  }
}
