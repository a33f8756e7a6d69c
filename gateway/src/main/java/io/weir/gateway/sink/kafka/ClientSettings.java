package io.weir.gateway.sink.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;

/** What Kafka's clients are configured with. */
final class ClientSettings {

  /** Kafka's own default, for the answers to questions and requests. */
  private static final long LONGEST_REQUEST_MS = 30_000;

  /** Kafka keeps a connection without use for so long by default; firewalls mostly less. */
  private static final int IDLE_MS = 180_000;

  private static final int BATCH_BYTES = 256 << 10;

  /** The drain has waited for company already; what is given meanwhile goes in one request. */
  private static final int LINGER_MS = 1;

  /** Brokers allow 15 minutes by default. */
  private static final long LONGEST_TRANSACTION_MS = Duration.ofMinutes(15).toMillis();

  private ClientSettings() {}

  /**
   * Of each client: where the brokers are, and who we are.
   *
   * @throws IOException if a file of TLS cannot be used; the client would not say which
   */
  static Map<String, Object> connection(KafkaConfig config) throws IOException {
    Map<String, Object> settings = config.brokers().settings();
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId(config));
    settings.put(CommonClientConfigs.CONNECTIONS_MAX_IDLE_MS_CONFIG, IDLE_MS);
    settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
    return settings;
  }

  /** Names us to the brokers, in their logs and quotas. */
  static String clientId(KafkaConfig config) {
    return "weir-" + config.gateway() + "-" + config.name();
  }

  /**
   * Of the producer of a log. It tries a request again without end, in order, and gives nothing up
   * by itself: it is closed where that takes too long. So of the records of a partition those
   * stored are a beginning of those given.
   */
  static Map<String, Object> producer(KafkaConfig config, String log) throws IOException {
    Map<String, Object> settings = connection(config);
    long timeout = config.timeout().toMillis();
    int maxBytes = config.batch().maxBytes();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    settings.put(
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) Math.min(LONGEST_REQUEST_MS, timeout));
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, Math.min(BATCH_BYTES, config.maxMessageSize()));
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, config.maxMessageSize());
    settings.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(4L * maxBytes, 2L * config.maxMessageSize()));
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, config.compression().word());
    if (config.transactional()) {
      settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, groupOf(config, log));
      settings.put(
          ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
          (int) Math.min(LONGEST_TRANSACTION_MS, Math.max(60_000, 5 * timeout)));
    }
    return settings;
  }

  /** The id of transactions of a log, and the group in which their positions stand. */
  static String groupOf(KafkaConfig config, String log) {
    return clientId(config) + "-" + log;
  }
}
