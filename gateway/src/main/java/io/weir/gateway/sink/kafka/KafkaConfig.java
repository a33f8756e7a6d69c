package io.weir.gateway.sink.kafka;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Topics of Apache Kafka.
 *
 * @param gateway the gateway's name among others
 * @param brokers some brokers of the cluster, each as host and port
 * @param topic names the topic of a row
 * @param transactional whether each record is written exactly once, for readers of committed ones
 * @param tls files for TLS, or {@code null} for connections without
 * @param login who we are, or {@code null}
 * @param timeout how long brokers may confirm nothing
 * @param maxMessageSize bytes of a record at most, before compression
 */
public record KafkaConfig(
    SinkCommon common,
    String gateway,
    List<String> brokers,
    TopicTemplate topic,
    Format format,
    Compression compression,
    Timestamp timestamp,
    boolean transactional,
    @Nullable TlsFiles tls,
    @Nullable Login login,
    Duration timeout,
    int maxMessageSize)
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

  /** How a password is shown to a broker. */
  public enum Mechanism {
    PLAIN,
    SCRAM_SHA_256,
    SCRAM_SHA_512;

    /** Kafka's own word. */
    String word() {
      return name().replace('_', '-');
    }
  }

  /** User and password. */
  public record Login(Mechanism mechanism, String username, Secret password) {}

  public KafkaConfig {
    brokers = List.copyOf(brokers);
  }

  @Override
  public String type() {
    return KafkaFactory.NAME;
  }

  @Override
  public String address() {
    return brokers.isEmpty() ? "" : "kafka://" + brokers.get(0);
  }

  @Override
  public String summary() {
    return "Kafka at "
        + String.join(", ", brokers)
        + ", topic "
        + topic
        + (transactional ? ", exactly once" : "");
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    boolean beyond = brokers.stream().anyMatch(each -> !Hosts.isLoopback(host(each)));
    if (login != null && tls == null && beyond) {
      warnings.add(
          login.mechanism() == Mechanism.PLAIN
              ? "its secret crosses the network unencrypted"
              : "what it sends crosses the network unencrypted");
    }
    return List.copyOf(warnings);
  }

  private static String host(String broker) {
    return broker.substring(0, Math.max(0, broker.lastIndexOf(':')));
  }
}
