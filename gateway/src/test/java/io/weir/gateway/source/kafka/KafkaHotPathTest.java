package io.weir.gateway.source.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weir.gateway.source.Inbox;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/**
 * What a record costs from Kafka's client to the inbox and back, in bytes that are allocated. A
 * bound is a little above what was measured when it was set; who makes the path cheaper lowers it.
 */
class KafkaHotPathTest {

  private static final int RECORDS = 20_000;
  private static final int AT_ONCE = 500;
  private static final int ROUNDS = 20;
  private static final byte[] KEY = "machine-7".getBytes(UTF_8);
  private static final byte[] VALUE = "x".repeat(136).getBytes(UTF_8);
  private static final Inbox.Receipt DURABLE = new Inbox.Receipt(1, 1, 0, List.of());

  private final RecordDeliveries deliveries =
      new RecordDeliveries(
          new KafkaRig("127.0.0.1:9092", "factory.plant-a").config(), new AtomicInteger());
  private final PartitionWindow window = new PartitionWindow();

  @Test
  void aRecordAllocatesLittleOnItsWayToTheInboxAndBack() {
    long bytes = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) { // the first ones load and compile
      long before = allocated();
      for (int i = 0; i < RECORDS; i++) {
        take(i);
      }
      bytes = Math.min(bytes, (allocated() - before) / RECORDS);
    }
    assertThat(bytes).as("bytes allocated for a record").isLessThan(340);
  }

  private void take(int offset) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("factory.plant-a", 0, offset, KEY, VALUE);
    HeldRecord held = deliveries.of(record, offset + 1, "label");
    window.add(held);
    held.offered();
    window.taken();
    held.durable(DURABLE);
    if (offset % AT_ONCE == 0) {
      window.collect();
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
