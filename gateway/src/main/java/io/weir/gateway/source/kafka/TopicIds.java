package io.weir.gateway.source.kafka;

import io.weir.gateway.log.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which topics stand behind the names: one that is deleted and made anew has another id. A reader
 * is not told so by Kafka's client, so the ids are asked for, and each offset is committed with
 * that of its topic. Used by the source's thread.
 */
final class TopicIds implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopicIds.class);

  /** Stands before the id in the metadata of an offset. */
  private static final String WORD = "topic-id=";

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final long ASK_AGAIN_NS = TimeUnit.SECONDS.toNanos(10);

  private final KafkaSourceConfig config;
  private final Time time;

  /** Those whose records are read. */
  private final Map<TopicPartition, String> ids = new HashMap<>();

  private @Nullable Admin admin;
  private @Nullable Map<String, KafkaFuture<TopicDescription>> asked;
  private long askNs;

  TopicIds(KafkaSourceConfig config, Time time) {
    this.config = config;
    this.time = time;
    this.askNs = time.elapsedNs();
  }

  /**
   * What an offset is committed with: the topic that it was read of; "" where that is not known.
   */
  String label(TopicPartition partition) {
    String id = ids.get(partition);
    return id == null ? "" : WORD + id;
  }

  /**
   * Partitions are read from now on. Waits a moment, so that the first records have their topic.
   *
   * @param committed their offsets; {@code null} where there is none
   */
  void assigned(Map<TopicPartition, @Nullable OffsetAndMetadata> committed) {
    committed.forEach(
        (partition, offset) -> {
          if (offset != null && offset.metadata().startsWith(WORD)) {
            ids.put(partition, offset.metadata().substring(WORD.length()));
          }
        });
    ask(committed.keySet());
    Map<String, KafkaFuture<TopicDescription>> answers = asked;
    if (answers != null) {
      answers.values().forEach(each -> answer(each, ANSWER_LIMIT));
    }
  }

  /** Partitions are begun again, whatever stands behind their names. */
  void forget(Collection<TopicPartition> partitions) {
    ids.keySet().removeAll(partitions);
    asked = null;
    askNs = time.elapsedNs();
  }

  /**
   * Those partitions whose topic is another one than before; asks now and then, and waits for no
   * answer.
   *
   * @param partitions that are read
   */
  Set<TopicPartition> madeAnew(Set<TopicPartition> partitions) {
    Set<TopicPartition> anew = new HashSet<>();
    Map<String, KafkaFuture<TopicDescription>> answers = asked;
    if (answers == null) {
      if (!partitions.isEmpty() && time.elapsedNs() - askNs >= 0) {
        ask(partitions);
      }
    } else if (answers.values().stream().allMatch(KafkaFuture::isDone)) {
      asked = null;
      askNs = time.elapsedNs() + ASK_AGAIN_NS;
      for (TopicPartition each : partitions) {
        KafkaFuture<TopicDescription> of = answers.get(each.topic());
        TopicDescription topic = of == null ? null : answer(of, Duration.ZERO);
        if (topic != null && !topic.topicId().equals(Uuid.ZERO_UUID)) {
          String id = topic.topicId().toString();
          String before = ids.put(each, id);
          if (before != null && !before.equals(id)) {
            anew.add(each);
          }
        }
      }
    }
    return anew;
  }

  private void ask(Set<TopicPartition> partitions) {
    Set<String> topics =
        partitions.stream()
            .map(TopicPartition::topic)
            .collect(Collectors.toCollection(TreeSet::new));
    asked = admin().describeTopics(topics).topicNameValues();
  }

  private Admin admin() {
    Admin now = admin;
    if (now == null) {
      try {
        Map<String, Object> settings = config.brokers().settings();
        int limit = (int) ANSWER_LIMIT.toMillis();
        settings.put(AdminClientConfig.CLIENT_ID_CONFIG, config.clientId());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, limit);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, limit);
        now = Admin.create(settings);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      admin = now;
    }
    return now;
  }

  /** What is known of a topic; {@code null} where no broker says so in time. */
  private @Nullable TopicDescription answer(KafkaFuture<TopicDescription> asked, Duration limit) {
    try {
      return asked.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("{}: the id of a topic is not known", config.name(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
  }
}
