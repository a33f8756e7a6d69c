package io.weir.gateway.source.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.peers.Kafka;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a record costs from the broker to the inbox and back, in bytes that the source's thread
 * allocates, Kafka's client included. A bound is a little above what was measured when it was set;
 * who makes the path cheaper lowers it.
 */
@Tag("server")
class KafkaHotPathTest {

  private static final int RECORDS = 100_000;
  private static final int ROUNDS = 4;
  private static final byte[] VALUE = "x".repeat(136).getBytes(UTF_8);

  @TempDir Path folder;

  /** Takes all, and has it on the disk at once. */
  private static final class Taking implements Inbox {
    private static final Receipt RECEIPT = new Receipt(1, 1, 0, List.of());
    final AtomicInteger taken = new AtomicInteger();

    @Override
    public Answer offer(Delivery delivery) {
      taken.incrementAndGet();
      delivery.settled().durable(RECEIPT);
      return Answer.TAKEN;
    }

    @Override
    public Answer note(String source, SessionEvent event, Delivery.Settled settled) {
      throw new AssertionError("no device has a session with Kafka");
    }

    @Override
    public void endLinger() {}

    @Override
    public void refused(Delivery delivery) {
      throw new AssertionError(delivery);
    }
  }

  @Test
  void aRecordAllocatesLittleOnItsWayToTheInboxAndBack() throws Exception {
    Taking inbox = new Taking();
    try (Kafka broker = Kafka.started(folder.resolve("kafka"));
        Records sent = new Records(broker.address(), Map.of("transactional.id", "load"))) {
      sent.producer().initTransactions();
      broker.createTopic("factory.plant-a", 3);
      KafkaSource source =
          new KafkaSource(
              new KafkaRig(broker.address(), "factory.plant-a").config(),
              inbox,
              Time.SYSTEM,
              new SimpleMeterRegistry(),
              KafkaSourceFactory.CONSUMERS);
      source.start(Threads.SYSTEM);
      try {
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) { // the first ones load and compile
          bytes = Math.min(bytes, read(sent, inbox) / RECORDS);
        }
        assertThat(bytes).as("bytes allocated for a record").isLessThan(960);
      } finally {
        source.close();
      }
    }
  }

  /** What is allocated for records that are all there at once, as those of a transaction are. */
  private static long read(Records sent, Taking inbox) {
    int before = inbox.taken.get();
    sent.producer().beginTransaction();
    for (int i = 0; i < RECORDS; i++) {
      byte[] key = ("machine-" + i % 100).getBytes(UTF_8);
      sent.producer().send(new ProducerRecord<>("factory.plant-a", key, VALUE));
    }
    sent.producer().flush();
    long allocated = allocated();
    sent.producer().commitTransaction();
    await().atMost(Duration.ofMinutes(1)).until(() -> inbox.taken.get() - before >= RECORDS);
    return allocated() - allocated;
  }

  private static long allocated() {
    long thread =
        Thread.getAllStackTraces().keySet().stream()
            .filter(each -> each.getName().equals("kafka-line"))
            .findFirst()
            .orElseThrow()
            .getId();
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getThreadAllocatedBytes(thread);
  }
}
