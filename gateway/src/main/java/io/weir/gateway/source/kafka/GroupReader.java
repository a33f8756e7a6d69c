package io.weir.gateway.source.kafka;

import io.micrometer.core.instrument.Counter;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.Inbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One membership in the group, from the connection to its end: polls, offers, commits. Used by the
 * source's thread, which calls {@link #step} again and again; what others may ask of it says so.
 */
final class GroupReader implements ConsumerRebalanceListener {

  private static final Logger LOG = LoggerFactory.getLogger(GroupReader.class);

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final Duration IDLE = Duration.ofMillis(200);

  /** While the outcome of records is awaited, which no poll reports. */
  private static final Duration BUSY = Duration.ofMillis(5);

  private static final long SETTLE_LIMIT_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long SETTLE_CHECK_NS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long OFFER_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private final KafkaSourceConfig config;
  private final Consumer<byte[], byte[]> consumer;
  private final Inbox inbox;
  private final Time time;
  private final Map<TopicPartition, PartitionWindow> windows = new LinkedHashMap<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final RecordDeliveries deliveries;
  private final TopicIds ids;
  private final GroupOffsets offsets;
  private final GroupHealth health;

  private boolean waiting;
  private boolean paused;
  private long offerAtNs;
  private String defect = "";

  /** Why the offsets of partitions that were given are not known. */
  private @Nullable KafkaException notBegun;

  private volatile int unsettled;
  private volatile long receivedNs;
  private volatile boolean anyReceived;
  private volatile String loss = "";
  private volatile long lossNs;

  GroupReader(
      KafkaSourceConfig config,
      Consumer<byte[], byte[]> consumer,
      Inbox inbox,
      Time time,
      Counter acknowledged) {
    this.config = config;
    this.consumer = consumer;
    this.inbox = inbox;
    this.time = time;
    this.deliveries = new RecordDeliveries(config, failures);
    this.ids = new TopicIds(config, time);
    this.offsets = new GroupOffsets(config, consumer, windows, ids, time, acknowledged);
    this.health = new GroupHealth(config, consumer, time);
    this.offerAtNs = time.elapsedNs();
  }

  // ---- Any thread

  /** Whether it receives, and how far it is behind. */
  GroupHealth health() {
    return health;
  }

  /** Records that are not yet durable. */
  int unsettled() {
    return unsettled;
  }

  /** Nanoseconds since the last record, negative if there was none. */
  long silenceNs() {
    return anyReceived ? time.elapsedNs() - receivedNs : -1;
  }

  /** What the cluster has deleted before it was read; "" for nothing. */
  String loss() {
    return loss;
  }

  /** When that was found. */
  long lossNs() {
    return lossNs;
  }

  // ---- The source's thread

  /**
   * Finds the topics and joins the group.
   *
   * @throws KafkaException if no broker answers or lets the gateway in
   */
  void join() {
    health.checkTopics(ANSWER_LIMIT);
    new WantedTopics(config.topics()).subscribe(consumer, this);
  }

  /**
   * Does what is due, then waits a moment for records.
   *
   * @param receiving whether more records are wanted
   * @throws KafkaException if this membership is at its end
   */
  void step(boolean receiving) {
    RuntimeException fatal = offsets.fatal();
    if (fatal != null) {
      throw fatal;
    }
    checkBegun();
    boolean allTaken = offer();
    windows.values().forEach(PartitionWindow::collect);
    offsets.commit();
    boolean wanted = receiving && allTaken && hasRoom();
    if (wanted == paused) {
      paused = !wanted;
      if (paused) {
        consumer.pause(consumer.assignment());
      } else {
        consumer.resume(consumer.assignment());
      }
    }
    boolean busy = waiting || offsets.isCommitting() || uncommitted() > 0;
    try {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(busy ? BUSY : IDLE);
      checkBegun();
      take(records);
    } catch (NoOffsetForPartitionException e) {
      offsets.begin(e.partitions());
    } catch (OffsetOutOfRangeException e) {
      lost(offsets.beginAgain(e.offsetOutOfRangePartitions()));
    }
    lost(offsets.beginAnew());
    int open = 0;
    for (PartitionWindow each : windows.values()) {
      open += each.unsettled();
    }
    unsettled = open;
    health.look(offsets, open, defect);
  }

  private void checkBegun() {
    KafkaException failure = notBegun;
    if (failure != null) {
      throw failure;
    }
  }

  private void lost(List<String> losses) {
    for (String each : losses) {
      loss = each;
      lossNs = time.elapsedNs();
      LOG.error("{}: {}", config.name(), each);
    }
  }

  private boolean hasRoom() {
    long bytes = 0;
    for (PartitionWindow each : windows.values()) {
      bytes += each.bytes();
    }
    return bytes < config.windowBytes()
        && uncommitted() + ConsumerProperties.mostPolled(config) <= config.receiveMaximum();
  }

  private long uncommitted() {
    long all = 0;
    for (PartitionWindow each : windows.values()) {
      all += each.uncommitted();
    }
    return all;
  }

  // ---- Records

  private void take(ConsumerRecords<byte[], byte[]> records) {
    if (records.isEmpty()) {
      return;
    }
    receivedNs = time.elapsedNs();
    anyReceived = true;
    for (TopicPartition partition : records.partitions()) {
      PartitionWindow window = windows.computeIfAbsent(partition, first -> new PartitionWindow());
      // behind the last record it may know of places without one, such as ends of transactions
      OffsetAndMetadata behind = records.nextOffsets().get(partition);
      String label = ids.label(partition); // the topic may be another one when it is committed
      List<ConsumerRecord<byte[], byte[]>> all = records.records(partition);
      for (int i = 0; i < all.size(); i++) {
        ConsumerRecord<byte[], byte[]> record = all.get(i);
        boolean last = i == all.size() - 1;
        long next = last && behind != null ? behind.offset() : record.offset() + 1;
        window.add(deliveries.of(record, next, label));
      }
    }
    waiting = true;
    offer();
  }

  /** Offers what waits, and again what failed; false if some of it still waits. */
  private boolean offer() {
    if (!waiting && failures.get() == 0) {
      return true;
    }
    if (time.elapsedNs() - offerAtNs < 0) {
      return false;
    }
    waiting = true;
    // set to 0 before the records are looked at: one that fails now is found next time
    if (failures.getAndSet(0) > 0) {
      windows.values().forEach(PartitionWindow::offerAgain);
    }
    for (PartitionWindow window : windows.values()) {
      HeldRecord record = window.waiting();
      while (record != null) {
        if (!offer(record)) {
          offerAtNs = time.elapsedNs() + OFFER_AGAIN_NS;
          return false;
        }
        window.taken();
        record = window.waiting();
      }
    }
    waiting = false;
    return true;
  }

  private boolean offer(HeldRecord record) {
    record.offered();
    Inbox.Answer answer;
    try {
      answer = inbox.offer(record.delivery());
    } catch (RuntimeException e) {
      if (defect.isEmpty()) {
        LOG.error("{}: internal error on a record, which is offered again", config.name(), e);
      }
      defect = "internal error: " + e;
      record.refused();
      return false;
    }
    defect = "";
    if (answer != Inbox.Answer.TAKEN) {
      record.refused();
      return false;
    }
    return true;
  }

  // ---- The group

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    health.joined();
    if (paused) {
      consumer.pause(partitions);
    }
    LOG.info("{}: reads {}", config.name(), consumer.assignment());
    if (!partitions.isEmpty()) {
      try {
        ids.assigned(consumer.committed(Set.copyOf(partitions), ANSWER_LIMIT));
        lost(offsets.beginAnew());
      } catch (KafkaException e) { // thrown from here, the client would log it as a defect of ours
        notBegun = e;
      }
    }
  }

  /** Waits for what the log has of them, so that the next reader goes on behind it. */
  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    settle(partitions);
    offsets.commitNow(partitions);
    partitions.forEach(windows::remove);
  }

  private void settle(Collection<TopicPartition> partitions) {
    List<PartitionWindow> leaving = new ArrayList<>();
    partitions.forEach(each -> leaving.add(windows.getOrDefault(each, new PartitionWindow())));
    long deadline = time.elapsedNs() + SETTLE_LIMIT_NS;
    while (leaving.stream().anyMatch(PartitionWindow::isUnderWay)
        && time.elapsedNs() - deadline < 0) {
      LockSupport.parkNanos(this, SETTLE_CHECK_NS);
    }
    leaving.forEach(PartitionWindow::collect);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    partitions.forEach(windows::remove);
  }

  /**
   * Leaves the group, behind what is durable.
   *
   * @param failed whether the connection is of no more use
   */
  void leave(boolean failed) {
    if (!failed) {
      settle(windows.keySet());
      offsets.commitNow(List.copyOf(windows.keySet()));
    }
    windows.clear();
    ids.close();
    consumer.close(CloseOptions.timeout(failed ? Duration.ZERO : ANSWER_LIMIT));
  }
}
