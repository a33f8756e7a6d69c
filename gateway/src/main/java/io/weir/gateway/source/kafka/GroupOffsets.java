package io.weir.gateway.source.kafka;

import io.micrometer.core.instrument.Counter;
import io.weir.gateway.log.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what is durable, and says where a partition begins that has no offset. One commit is
 * under way at a time; the next one covers what became durable meanwhile. Used by the source's
 * thread.
 */
final class GroupOffsets {

  private static final Logger LOG = LoggerFactory.getLogger(GroupOffsets.class);

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final long COMMIT_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(200);

  private final KafkaSourceConfig config;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, PartitionWindow> windows;
  private final TopicIds ids;
  private final Time time;
  private final Counter acknowledged;

  private boolean committing;
  private long commitAtNs;
  private @Nullable RuntimeException fatal;
  private long failedSinceNs;
  private String failure = "";

  /**
   * @param windows of the partitions that are read now; belong to the caller
   */
  GroupOffsets(
      KafkaSourceConfig config,
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, PartitionWindow> windows,
      TopicIds ids,
      Time time,
      Counter acknowledged) {
    this.config = config;
    this.consumer = consumer;
    this.windows = windows;
    this.ids = ids;
    this.time = time;
    this.acknowledged = acknowledged;
    this.commitAtNs = time.elapsedNs();
  }

  /** What is to be committed of one partition. */
  private record Sent(TopicPartition partition, PartitionWindow window, PartitionWindow.Due due) {}

  private List<Sent> due(Collection<TopicPartition> partitions) {
    List<Sent> all = new ArrayList<>();
    for (TopicPartition each : partitions) {
      PartitionWindow window = windows.get(each);
      PartitionWindow.Due due = window == null ? null : window.due();
      if (window != null && due != null) {
        all.add(new Sent(each, window, due));
      }
    }
    return all;
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(List<Sent> all) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    all.forEach(each -> offsets.put(each.partition(), each.due().offset()));
    return offsets;
  }

  /** Sends a commit, if one is due and none is under way. */
  void commit() {
    if (committing || time.elapsedNs() - commitAtNs < 0) {
      return;
    }
    List<Sent> all = due(windows.keySet());
    if (all.isEmpty()) {
      return;
    }
    committing = true;
    consumer.commitAsync(
        offsets(all),
        (offsets, cause) -> {
          committing = false;
          if (cause == null) {
            committed(all);
          } else {
            notCommitted(cause);
          }
        });
  }

  private void committed(List<Sent> all) {
    failure = "";
    for (Sent each : all) {
      acknowledged.increment(each.window().committed(each.due()));
    }
  }

  private void notCommitted(Exception cause) {
    commitAtNs = time.elapsedNs() + COMMIT_AGAIN_NS;
    if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
      fatal = (RuntimeException) cause;
    }
    if (failure.isEmpty()) {
      failedSinceNs = time.elapsedNs();
    }
    failure = "offsets cannot be committed: " + Reasons.of(cause, config);
    LOG.debug("{}: {}", config.name(), failure);
  }

  /** Commits and waits for the answer, at most a few seconds. */
  void commitNow(Collection<TopicPartition> partitions) {
    List<Sent> all = due(partitions);
    if (all.isEmpty()) {
      return;
    }
    try {
      try {
        consumer.commitSync(offsets(all), ANSWER_LIMIT);
      } catch (WakeupException e) {
        consumer.commitSync(offsets(all), ANSWER_LIMIT); // the wake-up was for a wait before
      }
      committed(all);
    } catch (KafkaException e) {
      LOG.warn(
          "{}: some offsets could not be committed, so their records are read again: {}",
          config.name(),
          Reasons.of(e, config));
    }
  }

  /**
   * Decides where to begin: the group has no offset of these partitions yet.
   *
   * @param partitions that are read
   */
  void begin(Collection<TopicPartition> partitions) {
    if (config.start() == KafkaSourceConfig.Start.OLDEST) {
      consumer.seekToBeginning(partitions);
      return;
    }
    // committed at once: else after a restart the end would be a later one
    consumer.seekToEnd(partitions);
    Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
    for (TopicPartition each : partitions) {
      long end = consumer.position(each, ANSWER_LIMIT);
      ends.put(each, new OffsetAndMetadata(end, ids.label(each)));
    }
    consumer.commitSync(ends, ANSWER_LIMIT);
  }

  /**
   * Begins partitions again whose offsets to go on from are not there any more.
   *
   * @param wanted these offsets
   * @return what was lost, in words, for each partition
   */
  List<String> beginAgain(Map<TopicPartition, Long> wanted) {
    Map<TopicPartition, Long> first = consumer.beginningOffsets(wanted.keySet(), ANSWER_LIMIT);
    List<String> losses = new ArrayList<>();
    wanted.forEach(
        (partition, offset) ->
            losses.add(loss(partition, offset, first.getOrDefault(partition, 0L))));
    consumer.seekToBeginning(wanted.keySet());
    ids.forget(wanted.keySet());
    return losses;
  }

  /**
   * Begins partitions at their first record whose topic was made anew.
   *
   * @return what was lost, in words, for each topic
   */
  List<String> beginAnew() {
    Set<TopicPartition> anew = ids.madeAnew(consumer.assignment());
    if (anew.isEmpty()) {
      return List.of();
    }
    consumer.seekToBeginning(anew);
    return anew.stream()
        .map(TopicPartition::topic)
        .sorted()
        .distinct()
        .map(
            topic ->
                "topic "
                    + topic
                    + " was deleted and made anew: it is read from its beginning, and what was"
                    + " not yet read of the one before is lost")
        .toList();
  }

  private static String loss(TopicPartition partition, long offset, long begins) {
    String place = "partition " + partition.partition() + " of topic " + partition.topic();
    return begins > offset
        ? place
            + ": "
            + (begins - offset)
            + " records were deleted before they were read; check its retention"
        : place
            + " ends before offset "
            + offset
            + ", which the group has read: it was made anew or has lost records, and is read from"
            + " its beginning";
  }

  /** Why this membership is at its end, {@code null} if it is not. */
  @Nullable RuntimeException fatal() {
    return fatal;
  }

  boolean isCommitting() {
    return committing;
  }

  /** Why commits fail, for so long at least; "" if they do not. */
  String failureOf(long atLeastNs) {
    return !failure.isEmpty() && time.elapsedNs() - failedSinceNs > atLeastNs ? failure : "";
  }
}
