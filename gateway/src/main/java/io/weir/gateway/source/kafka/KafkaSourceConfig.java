package io.weir.gateway.source.kafka;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.source.SourceConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Topics of a Kafka cluster, and the group in which they are read.
 *
 * @param brokers host:port of some of the cluster's brokers
 * @param topics their names
 * @param separator what is a '/' in the address of a record; "" for nothing
 * @param start where a partition begins of which the group has no offset
 * @param recordTime whether a record's time stands for that of a payload without one
 * @param receiveMaximum records that are taken before the first of their offsets is committed
 * @param windowBytes bytes of records that are held until they are durable
 * @param sessionTimeout silence after which the cluster gives the partitions to another member
 * @param mechanism of the login; used only with a username
 */
public record KafkaSourceConfig(
    String name,
    List<String> brokers,
    List<String> topics,
    String group,
    String clientId,
    String separator,
    Start start,
    boolean recordTime,
    int receiveMaximum,
    long windowBytes,
    Duration sessionTimeout,
    @Nullable String username,
    @Nullable Secret password,
    Mechanism mechanism,
    @Nullable TlsFiles tls)
    implements SourceConfig {

  /** Where reading begins. */
  public enum Start {
    OLDEST,
    NOW
  }

  /** A mechanism of SASL, by the words of the file. */
  public enum Mechanism {
    PLAIN("PLAIN"),
    SCRAM_SHA_256("SCRAM-SHA-256"),
    SCRAM_SHA_512("SCRAM-SHA-512");

    private final String sasl;

    Mechanism(String sasl) {
      this.sasl = sasl;
    }

    /** Its registered name. */
    String sasl() {
      return sasl;
    }
  }

  @Override
  public String type() {
    return KafkaSourceFactory.NAME;
  }

  @Override
  public String address() {
    return brokers.isEmpty() ? "" : "kafka://" + brokers.get(0);
  }

  @Override
  public String summary() {
    return "Kafka at "
        + String.join(", ", brokers)
        + ", topics "
        + String.join(", ", topics)
        + " in group "
        + group;
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (tls == null
        && password != null
        && mechanism == Mechanism.PLAIN
        && brokers.stream().anyMatch(each -> !Hosts.isLoopback(host(each)))) {
      warnings.add("its password crosses the network unencrypted");
    }
    if (start == Start.NOW) {
      warnings.add("with start: now what its topics hold when the group first reads them is left");
    }
    return warnings;
  }

  private static String host(String broker) {
    String host = broker.substring(0, broker.lastIndexOf(':'));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
