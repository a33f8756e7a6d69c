package io.weir.gateway.sink.kafka;

import io.weir.gateway.config.Section;
import io.weir.gateway.kafka.Brokers;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.registry.RegistryConfig;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.stream.TopicTemplate;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads the keys of a Kafka sink. */
final class KafkaReader {

  private static final int MIB = 1 << 20;

  private KafkaReader() {}

  static KafkaConfig read(Section section, ReadContext context) {
    SinkCommon common = SinkCommon.read(section, false);
    boolean transactional = section.flag("transactional", false);
    if (section.has("replay") && common.replay().liveFirst()) {
      section.problem(
          "replay", "must be in-order: a topic keeps its records in the order of their writing");
    }
    if (section.has("backfill-share")) {
      section.problem("backfill-share", "does not belong to a topic, which is written in order");
    }
    if (section.hasSection("batch") && section.section("batch").has("gzip")) {
      section
          .section("batch")
          .problem("gzip", "does not belong to a topic; use compression beside batch");
    }
    if (transactional && common.maxLag() > 0) {
      section.problem("max-lag", "does not go with transactional, which gives nothing up");
    }
    return new KafkaConfig(
        common,
        context.gatewayId(),
        Brokers.read(section),
        topic(section),
        section.choice("format", KafkaConfig.Format.JSON),
        section.choice("compression", KafkaConfig.Compression.ZSTD),
        section.choice("timestamp", KafkaConfig.Timestamp.RECEIVED),
        transactional,
        section.duration(
            "timeout", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(10)),
        (int) section.bytes("max-message-size", MIB, 1024, 256L << 20),
        registry(section));
  }

  private static @Nullable RegistryConfig registry(Section section) {
    if (!section.has("registry")) {
      return null;
    }
    if (section.choice("format", KafkaConfig.Format.JSON) != KafkaConfig.Format.AVRO) {
      section.problem("registry", "needs format: avro");
    }
    return RegistryConfig.read(section.section("registry"), Duration.ofSeconds(10));
  }

  private static TopicTemplate topic(Section section) {
    TopicTemplate topic = TopicName.template(section.text("topic", TopicName.DEFAULT));
    String problem = topic.problem();
    if (problem != null) {
      section.problem("topic", problem);
    }
    return topic;
  }
}
