package io.weir.gateway.source.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes records for a test; each is at the broker when a method returns. */
final class Records implements AutoCloseable {

  private final KafkaProducer<byte[], byte[]> producer;

  Records(String brokers) {
    this(brokers, Map.of());
  }

  Records(String brokers, Map<String, Object> properties) {
    Map<String, Object> all = new HashMap<>(properties);
    all.put("bootstrap.servers", brokers);
    producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  KafkaProducer<byte[], byte[]> producer() {
    return producer;
  }

  void send(String topic, String key, String value) throws Exception {
    send(
        new ProducerRecord<>(
            topic,
            key == null ? null : key.getBytes(UTF_8),
            value == null ? null : value.getBytes(UTF_8)));
  }

  void send(ProducerRecord<byte[], byte[]> record) throws Exception {
    producer.send(record).get(1, TimeUnit.MINUTES);
  }

  /** Values {@code from} to {@code to - 1}, the first included, with one key. */
  void count(String topic, String key, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      byte[] value = String.valueOf(i).getBytes(UTF_8);
      producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
    }
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
