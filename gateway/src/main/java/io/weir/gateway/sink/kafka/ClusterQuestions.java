package io.weir.gateway.sink.kafka;

import io.weir.gateway.sink.Sink.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/** What is asked of a cluster beside writing. Each question has a connection of its own. */
record ClusterQuestions(KafkaConfig config) {

  private static final String MIN_ISR = "min.insync.replicas";
  private static final String OLDEST = "message.timestamp.before.max.ms";

  /** A question does not hold a failing write up for longer. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** Whether the cluster lets us in, and has the topics, as far as they are known. */
  Answer wouldTake() {
    return wouldTake(
        config.topic().isFixed()
            ? Set.of(config.topic().of(config.gateway(), "readings"))
            : Set.of());
  }

  /** The same of given topics. */
  Answer wouldTake(Set<String> topics) {
    try (Admin admin = admin()) {
      answer(admin.describeCluster().nodes());
      for (TopicDescription each : described(admin, topics).values()) {
        Set<AclOperation> may = each.authorizedOperations(); // null where rights are not asked for
        if (may != null && !may.contains(AclOperation.WRITE)) {
          throw new TopicAuthorizationException(Set.of(each.name()));
        }
      }
      String sick = sick(admin, topics);
      return sick.isEmpty() ? new Answer.Stored() : new Answer.Down(sick);
    } catch (IOException e) {
      return Failures.answer(e);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      return away(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Down("interrupted");
    }
  }

  /**
   * Why the brokers do not confirm what was written to some topics: the client says only that they
   * do not.
   *
   * @param waitedMs for how long
   */
  Answer whyNothingIsConfirmed(Collection<String> topics, long waitedMs) {
    String waited = "nothing was confirmed for " + waitedMs + " ms";
    try (Admin admin = admin()) {
      answer(admin.describeCluster().nodes());
      String sick = sick(admin, topics);
      return new Answer.Down(waited + (sick.isEmpty() ? "" : ": " + sick));
    } catch (IOException e) {
      return Failures.answer(e);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      return away(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Down("interrupted");
    }
  }

  private Answer away(Exception e) {
    Answer answer = Failures.answer(e);
    return answer instanceof Answer.Down
        ? new Answer.Down("no broker answers at " + String.join(", ", config.brokers().addresses()))
        : answer;
  }

  /** Partitions without a leader, or with too few replicas in sync; "" where there are none. */
  private static String sick(Admin admin, Collection<String> topics)
      throws ExecutionException, TimeoutException, InterruptedException {
    if (topics.isEmpty()) {
      return "";
    }
    Map<String, TopicDescription> described = described(admin, topics);
    Map<String, String> least = settings(admin, topics, MIN_ISR);
    List<String> sick = new ArrayList<>();
    described.forEach(
        (topic, description) -> {
          for (TopicPartitionInfo each : description.partitions()) {
            int needed = Integer.parseInt(least.getOrDefault(topic, "1"));
            if (each.leader() == null) {
              sick.add("partition " + topic + "-" + each.partition() + " has no leader");
            } else if (each.isr().size() < needed) {
              sick.add(
                  "partition %s-%d has %d of the %d in-sync replicas that %s asks for"
                      .formatted(topic, each.partition(), each.isr().size(), needed, MIN_ISR));
            }
          }
        });
    return sick.isEmpty() ? "" : sick.get(0) + (sick.size() > 1 ? " (and others)" : "");
  }

  private static Map<String, TopicDescription> described(Admin admin, Collection<String> topics)
      throws ExecutionException, TimeoutException, InterruptedException {
    Map<String, TopicDescription> described = new TreeMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> each :
        admin
            .describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues()
            .entrySet()) {
      try {
        described.put(each.getKey(), answer(each.getValue()));
      } catch (ExecutionException e) { // which of them, its message does not say
        throw new ExecutionException("topic " + each.getKey(), e.getCause());
      }
    }
    return described;
  }

  /** How old a record of a topic may be, in milliseconds; empty where that is not known. */
  OptionalLong oldestMs(String topic) {
    try (Admin admin = admin()) {
      String oldest = settings(admin, List.of(topic), OLDEST).get(topic);
      return oldest == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(oldest));
    } catch (IOException | ExecutionException | TimeoutException | KafkaException e) {
      return OptionalLong.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
  }

  /** A setting of topics; nothing where we may not know. */
  private static Map<String, String> settings(Admin admin, Collection<String> topics, String key)
      throws ExecutionException, TimeoutException, InterruptedException {
    List<ConfigResource> resources =
        topics.stream().map(each -> new ConfigResource(ConfigResource.Type.TOPIC, each)).toList();
    Map<String, String> found = new HashMap<>();
    try {
      Map<ConfigResource, Config> configs = answer(admin.describeConfigs(resources).all());
      configs.forEach(
          (resource, settings) -> {
            ConfigEntry entry = settings.get(key);
            if (entry != null && entry.value() != null) {
              found.put(resource.name(), entry.value());
            }
          });
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof AuthorizationException)) {
        throw e;
      }
    }
    return found;
  }

  /**
   * The positions that transactions have committed in a group.
   *
   * @throws KafkaException if it is not known now
   */
  Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    try (Admin admin = admin()) {
      return answer(
          admin
              .listConsumerGroupOffsets(
                  Map.of(group, new ListConsumerGroupOffsetsSpec()),
                  new ListConsumerGroupOffsetsOptions().requireStable(true))
              .partitionsToOffsetAndMetadata(group));
    } catch (IOException | ExecutionException | TimeoutException e) {
      throw new KafkaException("the position of the last transaction is not known", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  private Admin admin() throws IOException {
    Map<String, Object> settings = ClientSettings.connection(config);
    int longest = (int) Math.min(LONGEST.toMillis(), config.timeout().toMillis());
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, longest);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, longest);
    return Admin.create(settings);
  }

  private static <T> T answer(KafkaFuture<T> future)
      throws ExecutionException, TimeoutException, InterruptedException {
    return future.get(2 * LONGEST.toMillis(), TimeUnit.MILLISECONDS);
  }
}
