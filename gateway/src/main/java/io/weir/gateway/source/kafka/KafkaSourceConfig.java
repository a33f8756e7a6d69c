package io.weir.gateway.source.kafka;

import io.weir.gateway.kafka.Brokers;
import io.weir.gateway.source.SourceConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Topics of a Kafka cluster, and the group in which they are read.
 *
 * @param brokers where the cluster is
 * @param topics their names
 * @param separator what is a '/' in the address of a record; "" for nothing
 * @param start where a partition begins of which the group has no offset
 * @param recordTime whether a record's time stands for that of a payload without one
 * @param receiveMaximum records that are taken before the first of their offsets is committed
 * @param windowBytes bytes of records that are held until they are durable
 * @param sessionTimeout silence after which the cluster gives the partitions to another member
 */
public record KafkaSourceConfig(
    String name,
    Brokers brokers,
    List<String> topics,
    String group,
    String clientId,
    String separator,
    Start start,
    boolean recordTime,
    int receiveMaximum,
    long windowBytes,
    Duration sessionTimeout)
    implements SourceConfig {

  /** Where reading begins. */
  public enum Start {
    OLDEST,
    NOW
  }

  @Override
  public String type() {
    return KafkaSourceFactory.NAME;
  }

  @Override
  public String address() {
    return brokers.address();
  }

  @Override
  public String summary() {
    return "Kafka at "
        + String.join(", ", brokers.addresses())
        + ", topics "
        + String.join(", ", topics)
        + " in group "
        + group;
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(brokers.warnings());
    if (start == Start.NOW) {
      warnings.add("with start: now what its topics hold when the group first reads them is left");
    }
    return warnings;
  }
}
