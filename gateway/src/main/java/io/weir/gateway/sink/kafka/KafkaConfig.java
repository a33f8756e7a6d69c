package io.weir.gateway.sink.kafka;

import io.weir.gateway.kafka.Brokers;
import io.weir.gateway.registry.RegistryConfig;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.stream.TopicTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Topics of Apache Kafka.
 *
 * @param gateway the gateway's name among others
 * @param brokers where the cluster is
 * @param topic names the topic of a row
 * @param transactional whether each record is written exactly once, for readers of committed ones
 * @param timeout how long brokers may confirm nothing
 * @param maxMessageSize bytes of a record at most, before compression
 * @param registry where the schema of Avro is registered, or {@code null} for values without an id
 */
public record KafkaConfig(
    SinkCommon common,
    String gateway,
    Brokers brokers,
    TopicTemplate topic,
    Format format,
    Compression compression,
    Timestamp timestamp,
    boolean transactional,
    Duration timeout,
    int maxMessageSize,
    @Nullable RegistryConfig registry)
    implements SinkConfig {

  /** What a record's value is. */
  public enum Format {
    JSON,
    INFLUX,
    SPARKPLUG,
    AVRO
  }

  /** How the client compresses batches. */
  public enum Compression {
    ZSTD,
    LZ4,
    SNAPPY,
    GZIP,
    NONE;

    /** Kafka's own word. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Which time a record has, by which brokers delete old ones. */
  public enum Timestamp {
    /** When the message was received. */
    RECEIVED,
    /** When it was measured. */
    EVENT
  }

  @Override
  public boolean writesOnce() {
    return transactional;
  }

  @Override
  public String type() {
    return KafkaFactory.NAME;
  }

  @Override
  public String address() {
    return brokers.address();
  }

  @Override
  public String summary() {
    return "Kafka at "
        + String.join(", ", brokers.addresses())
        + ", topic "
        + topic
        + (transactional ? ", exactly once" : "");
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(brokers.warnings());
    if (registry != null) {
      warnings.addAll(registry.warnings());
    }
    return warnings;
  }
}
