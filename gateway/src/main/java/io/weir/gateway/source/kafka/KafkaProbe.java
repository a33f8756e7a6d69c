package io.weir.gateway.source.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Asks a cluster about the topics and the group of a source, and joins nothing. */
public final class KafkaProbe {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private KafkaProbe() {}

  /**
   * What the cluster says.
   *
   * @param missing topics that do not exist
   * @param partitions of those that do
   * @param begun partitions of which the group has an offset
   * @param behind records from these offsets to the ends
   */
  public record Found(List<String> missing, int partitions, int begun, long behind) {}

  /**
   * @throws IOException if no broker answers or lets the gateway in; its message says what to check
   */
  public static Found ask(KafkaSourceConfig config) throws IOException {
    try (Consumer<byte[], byte[]> consumer = KafkaSourceFactory.CONSUMERS.apply(config)) {
      WantedTopics topics = new WantedTopics(config.topics());
      Set<String> existing = topics.existing(consumer, LIMIT);
      Set<TopicPartition> partitions = new HashSet<>();
      for (String topic : existing) {
        for (PartitionInfo each : consumer.partitionsFor(topic, LIMIT)) {
          partitions.add(new TopicPartition(topic, each.partition()));
        }
      }
      Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions, LIMIT);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LIMIT);
      int begun = 0;
      long behind = 0;
      for (TopicPartition each : partitions) {
        OffsetAndMetadata offset = committed.get(each);
        if (offset != null) {
          begun++;
          behind += Math.max(0, ends.getOrDefault(each, 0L) - offset.offset());
        }
      }
      return new Found(List.copyOf(topics.missing(existing)), partitions.size(), begun, behind);
    } catch (KafkaException | UncheckedIOException e) {
      throw new IOException(Reasons.of(e, config), e);
    }
  }
}
