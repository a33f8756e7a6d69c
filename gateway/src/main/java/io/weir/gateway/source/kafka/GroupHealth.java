package io.weir.gateway.source.kafka;

import io.weir.gateway.log.Time;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a membership receives, and how far it is behind. Kafka's client does not say when its
 * brokers are gone, so that is seen from its connections and from the bytes that come in. Written
 * by the source's thread; the answers are for any thread.
 */
final class GroupHealth {

  private static final Logger LOG = LoggerFactory.getLogger(GroupHealth.class);

  private static final long CHECK_TOPICS_NS = TimeUnit.SECONDS.toNanos(10);
  private static final long MEASURE_LAG_NS = TimeUnit.SECONDS.toNanos(1);

  /** A broker answers to fetches each half second, and to each heartbeat. */
  private static final long SILENT_NS = TimeUnit.SECONDS.toNanos(10);

  private static final long UNKNOWN_LAG = -1;

  private final KafkaSourceConfig config;
  private final Consumer<byte[], byte[]> consumer;
  private final Time time;
  private final WantedTopics topics;
  private final @Nullable Metric connections;
  private final @Nullable Metric incoming;
  private final long begunNs;

  private Set<String> missing = Set.of();
  private long topicsCheckedNs;
  private long lagMeasuredNs;
  private double heardBytes = -1;
  private long heardNs;
  private boolean joined;

  private volatile boolean beginning = true;
  private volatile boolean everReady;
  private volatile String trouble = "connecting";
  private volatile long lag = UNKNOWN_LAG;

  GroupHealth(KafkaSourceConfig config, Consumer<byte[], byte[]> consumer, Time time) {
    this.config = config;
    this.consumer = consumer;
    this.time = time;
    this.topics = new WantedTopics(config.topics());
    this.connections = metric("connection-count");
    this.incoming = metric("incoming-byte-total");
    this.begunNs = time.elapsedNs();
    this.heardNs = begunNs;
    this.lagMeasuredNs = begunNs;
  }

  private @Nullable Metric metric(String name) {
    for (Map.Entry<MetricName, ? extends Metric> each : consumer.metrics().entrySet()) {
      if (each.getKey().name().equals(name) && each.getKey().group().equals("consumer-metrics")) {
        return each.getValue();
      }
    }
    return null;
  }

  // ---- Any thread

  /** Why it does not receive; "" if it does. */
  String trouble() {
    return trouble;
  }

  /** Whether it has ever received. */
  boolean everReady() {
    return everReady;
  }

  /** Whether it only waits for its first partitions, which the group takes some seconds for. */
  boolean isBeginning() {
    return beginning;
  }

  /**
   * Records of its partitions that are not yet durable, read or not; negative while that is not
   * known.
   */
  long lag() {
    return lag;
  }

  // ---- The source's thread

  /** The group has given it partitions, or has said that there are none for it. */
  void joined() {
    joined = true;
  }

  /** Asks for the topics; what is missing is logged when it changes. */
  void checkTopics(Duration limit) {
    topicsCheckedNs = time.elapsedNs();
    Set<String> absent = topics.missing(topics.existing(consumer, limit));
    if (!absent.equals(missing) && !absent.isEmpty()) {
      LOG.warn("{}: {}", config.name(), missingWords(absent));
    }
    missing = absent;
  }

  private static String missingWords(Set<String> topics) {
    return (topics.size() == 1 ? "topic " : "topics ")
        + Reasons.words(topics)
        + (topics.size() == 1 ? " does not exist" : " do not exist");
  }

  /**
   * Looks after each poll.
   *
   * @param unsettled records that were read and are not yet durable
   * @param defect what the gateway itself does wrong; "" for nothing
   */
  void look(GroupOffsets offsets, int unsettled, String defect) {
    long now = time.elapsedNs();
    if (now - topicsCheckedNs >= CHECK_TOPICS_NS) {
      try {
        checkTopics(Duration.ofSeconds(1));
      } catch (TimeoutException e) {
        LOG.debug("{}: whether the topics exist is not known", config.name(), e);
      }
    }
    double bytes = incoming == null ? heardBytes + 1 : number(incoming);
    if (bytes != heardBytes) {
      heardBytes = bytes;
      heardNs = now;
    }
    beginning = !joined && missing.isEmpty() && now - begunNs < SILENT_NS;
    trouble = now(now, offsets, defect);
    everReady |= trouble.isEmpty();
    if (now - lagMeasuredNs >= MEASURE_LAG_NS) {
      lagMeasuredNs = now;
      lag = trouble.isEmpty() ? measured(unsettled) : UNKNOWN_LAG;
    }
  }

  private String now(long now, GroupOffsets offsets, String defect) {
    if (!missing.isEmpty()) {
      return missingWords(missing);
    }
    if (connections != null && number(connections) == 0) {
      return Reasons.noAnswer(config);
    }
    if (now - heardNs > SILENT_NS) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(now - heardNs);
      return Reasons.noAnswer(config) + ", since " + seconds + " s";
    }
    if (!joined) {
      return "waits for its partitions in group " + config.group();
    }
    String failure = offsets.failureOf(SILENT_NS);
    return failure.isEmpty() ? defect : failure;
  }

  /** The client knows the end of each partition from its last fetch of it, so nothing is asked. */
  private long measured(int unsettled) {
    long all = unsettled;
    for (TopicPartition each : consumer.assignment()) {
      OptionalLong behind = consumer.currentLag(each);
      if (behind.isEmpty()) {
        return UNKNOWN_LAG;
      }
      all += behind.getAsLong();
    }
    return all;
  }

  private static double number(Metric metric) {
    return metric.metricValue() instanceof Number number ? number.doubleValue() : 0;
  }
}
