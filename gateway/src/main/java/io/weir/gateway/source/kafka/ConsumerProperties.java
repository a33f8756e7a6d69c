package io.weir.gateway.source.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;

/** What the client of Kafka is told. */
final class ConsumerProperties {

  private static final int MOST_POLLED = 500;
  private static final int LARGEST_FETCH = 50 << 20;
  private static final int LARGEST_PARTITION_FETCH = 1 << 20;
  private static final int PARTS_OF_WINDOW = 4;

  /** Beats in a session timeout, as Kafka's own defaults have it. */
  private static final int BEATS = 15;

  private ConsumerProperties() {}

  /** Records that one poll gives at most. */
  static int mostPolled(KafkaSourceConfig config) {
    return Math.max(1, Math.min(MOST_POLLED, config.receiveMaximum() / 2));
  }

  /**
   * The settings of a client.
   *
   * @throws IOException if a file of TLS cannot be used
   */
  static Map<String, Object> of(KafkaSourceConfig config) throws IOException {
    Map<String, Object> properties = config.brokers().settings();
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, config.clientId());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, config.group());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // the source decides itself, so that it sees where records were deleted before it read them
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, mostPolled(config));
    int fetch = (int) Math.min(LARGEST_FETCH, config.windowBytes() / PARTS_OF_WINDOW);
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetch);
    properties.put(
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Math.min(LARGEST_PARTITION_FETCH, fetch));
    int session = (int) config.sessionTimeout().toMillis();
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, session);
    properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, Math.max(100, session / BEATS));
    // a topic or a partition that is new is found within this time
    properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, (int) Duration.ofSeconds(30).toMillis());
    properties.put(
        ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, (int) Duration.ofSeconds(5).toMillis());
    return properties;
  }
}
