package io.weir.gateway.sink.kafka;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.sink.SinkCommon;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the keys of a Kafka sink. */
final class KafkaReader {

  private static final Pattern BROKER =
      Pattern.compile("(?:\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+):([0-9]{1,5})");

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
        brokers(section),
        topic(section),
        section.choice("format", KafkaConfig.Format.JSON),
        section.choice("compression", KafkaConfig.Compression.ZSTD),
        section.choice("timestamp", KafkaConfig.Timestamp.RECEIVED),
        transactional,
        TlsFiles.read(section),
        login(section),
        section.duration(
            "timeout", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(10)),
        (int) section.bytes("max-message-size", MIB, 1024, 256L << 20));
  }

  private static List<String> brokers(Section section) {
    List<String> brokers = new ArrayList<>();
    for (String each : section.texts("brokers")) {
      var broker = BROKER.matcher(each);
      if (!broker.matches()
          || Integer.parseInt(broker.group(1)) > 65535
          || Integer.parseInt(broker.group(1)) == 0) {
        section.problem("brokers", "'" + each + "' is not a host and a port, such as broker:9092");
      } else {
        brokers.add(each);
      }
    }
    return brokers;
  }

  private static TopicTemplate topic(Section section) {
    TopicTemplate topic = new TopicTemplate(section.text("topic", TopicTemplate.DEFAULT));
    String problem = topic.problem();
    if (problem != null) {
      section.problem("topic", problem);
    }
    return topic;
  }

  private static KafkaConfig.@Nullable Login login(Section section) {
    if (section.has("username") != section.has("password")) {
      boolean user = section.has("username");
      section.problem(
          user ? "username" : "password", "needs a " + (user ? "password" : "username") + " too");
    }
    if (!section.has("username")) {
      if (section.has("mechanism")) {
        section.problem("mechanism", "needs a username and a password");
      }
      return null;
    }
    return new KafkaConfig.Login(
        section.choice("mechanism", KafkaConfig.Mechanism.PLAIN),
        section.text("username", ""),
        Objects.requireNonNullElse(section.secret("password"), new Secret("")));
  }
}
