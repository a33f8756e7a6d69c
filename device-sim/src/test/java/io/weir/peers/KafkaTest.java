package io.weir.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class KafkaTest {

  @TempDir Path folder;

  @Test
  @Tag("soak")
  void whatItHasAcknowledgedIsThereAfterAKillAndAStartAtTheSamePort() throws Exception {
    try (Kafka broker = Kafka.started(folder)) {
      broker.createTopic("plant", 2, 1, Map.of("message.timestamp.type", "LogAppendTime"));
      send(Map.of("bootstrap.servers", broker.address()), "press-01", "1");
      broker.kill();
      broker.start();
      send(Map.of("bootstrap.servers", broker.address()), "press-01", "2");
      assertThat(read(Map.of("bootstrap.servers", broker.address()), 2)).containsExactly("1", "2");
    }
  }

  @Test
  @Tag("soak")
  void aListenerWithScramLetsInWhoHasThePassword() throws Exception {
    try (Kafka broker =
        new Kafka(
            folder,
            Kafka.Protocol.SASL_PLAINTEXT,
            "sasl.enabled.mechanisms=SCRAM-SHA-512",
            "listener.name.client.scram-sha-512.sasl.jaas.config="
                + "org.apache.kafka.common.security.scram.ScramLoginModule required;")) {
      broker.start();
      broker.createTopic("plant", 2);
      broker.addScramUser("SCRAM-SHA-512", "weir", "secret");
      Map<String, Object> login =
          Map.of(
              "bootstrap.servers",
              broker.address(),
              "security.protocol",
              "SASL_PLAINTEXT",
              "sasl.mechanism",
              "SCRAM-SHA-512",
              "sasl.jaas.config",
              "org.apache.kafka.common.security.scram.ScramLoginModule required"
                  + " username=\"weir\" password=\"secret\";");
      send(login, "press-01", "1");
      assertThat(read(login, 1)).containsExactly("1");
    }
    assertThat(Kafka.CLASSES).as("what the first one leaves to all others").exists();
  }

  @Test
  @Tag("soak")
  void aClusterGoesOnWithoutOneOfItsBrokers() throws Exception {
    List<Kafka> brokers = Kafka.cluster(folder, 3);
    try {
      Kafka first = brokers.get(0);
      first.createTopic("plant", 2, 3, Map.of("min.insync.replicas", "2"));
      Map<String, Object> all = Map.of("bootstrap.servers", Kafka.addresses(brokers));
      send(all, "press-01", "1");
      first.kill();
      send(all, "press-01", "2");
      assertThat(read(all, 2)).containsExactly("1", "2");
    } finally {
      brokers.forEach(Kafka::close);
    }
  }

  private static void send(Map<String, Object> connection, String key, String value)
      throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(connection, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("plant", key, value)).get(1, TimeUnit.MINUTES);
    }
  }

  private static List<String> read(Map<String, Object> connection, int count) {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(connection, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> all =
          List.of(new TopicPartition("plant", 0), new TopicPartition("plant", 1));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      while (values.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(200)).forEach(each -> values.add(each.value()));
      }
    }
    return values;
  }
}
