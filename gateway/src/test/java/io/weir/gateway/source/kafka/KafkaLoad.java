package io.weir.gateway.source.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Devices that write to a topic: record {@code n} has the key of machine {@code n} modulo their
 * number, and each fiftieth cannot be decoded. What the broker has acknowledged is counted.
 */
final class KafkaLoad implements AutoCloseable {

  static final int MACHINES = 12;
  private static final int BROKEN_EACH = 50;
  private static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(1);

  private final String topic;
  private final boolean timed;
  private final KafkaProducer<byte[], byte[]> producer;
  private final BitSet acknowledged = new BitSet();
  private final AtomicInteger answered = new AtomicInteger();
  private final Thread thread = new Thread(this::run, "load");
  private volatile boolean enough;
  private volatile int sent;

  /**
   * @param timed whether each record has a time of its own
   */
  KafkaLoad(String brokers, String topic, boolean timed) {
    this.topic = topic;
    this.timed = timed;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", brokers,
                "acks", "all",
                "linger.ms", "5",
                "delivery.timeout.ms", "300000",
                "reconnect.backoff.max.ms", "500"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  static String machine(int number) {
    return "m-" + number % MACHINES;
  }

  static boolean isBroken(int number) {
    return number % BROKEN_EACH == BROKEN_EACH - 1;
  }

  KafkaLoad start() {
    thread.start();
    return this;
  }

  private void run() {
    long begun = System.currentTimeMillis();
    while (!enough) {
      int number = sent++;
      String time = timed ? "\"ts\":" + (begun - 100_000_000L + number) + "," : "";
      String value = isBroken(number) ? "broken " + number : "{" + time + "\"seq\":" + number + "}";
      producer.send(
          new ProducerRecord<>(topic, machine(number).getBytes(UTF_8), value.getBytes(UTF_8)),
          (at, failure) -> {
            if (failure == null) {
              synchronized (acknowledged) {
                acknowledged.set(number);
              }
              answered.incrementAndGet();
            }
          });
      LockSupport.parkNanos(PERIOD_NS);
    }
  }

  int answered() {
    return answered.get();
  }

  /** Ends it; the numbers that the brokers have acknowledged. */
  BitSet stop() throws InterruptedException {
    enough = true;
    thread.join();
    producer.flush();
    synchronized (acknowledged) {
      return (BitSet) acknowledged.clone();
    }
  }

  @Override
  public void close() {
    enough = true;
    producer.close();
  }
}
