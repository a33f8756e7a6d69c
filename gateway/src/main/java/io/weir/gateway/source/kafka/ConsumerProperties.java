package io.weir.gateway.source.kafka;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;

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

  static Map<String, Object> of(KafkaSourceConfig config) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.brokers());
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
    properties.put(ConsumerConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
    properties.put(ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    secure(properties, config.tls(), config);
    return properties;
  }

  private static void secure(
      Map<String, Object> properties, @Nullable TlsFiles tls, KafkaSourceConfig config) {
    String username = config.username();
    Secret password = config.password();
    boolean login = username != null && password != null;
    String protocol = (login ? "SASL_" : "") + (tls == null ? "PLAINTEXT" : "SSL");
    properties.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol);
    if (tls != null) {
      properties.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, TlsEngines.class);
      properties.put(TlsEngines.FILES, tls);
    }
    if (username != null && password != null) {
      properties.put(SaslConfigs.SASL_MECHANISM, config.mechanism().sasl());
      properties.put(
          SaslConfigs.SASL_JAAS_CONFIG,
          "org.apache.kafka.common.security."
              + (config.mechanism() == KafkaSourceConfig.Mechanism.PLAIN
                  ? "plain.PlainLoginModule"
                  : "scram.ScramLoginModule")
              + String.format(
                  Locale.ROOT,
                  " required username=\"%s\" password=\"%s\";",
                  quoted(username),
                  quoted(password.value())));
    }
  }

  /** Within the quotes of a JAAS configuration. */
  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
