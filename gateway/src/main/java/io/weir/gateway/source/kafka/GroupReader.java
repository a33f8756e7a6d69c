package io.weir.gateway.source.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Counter;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.StreamRecord;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
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
  private static final long COMMIT_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long CHECK_TOPICS_NS = TimeUnit.SECONDS.toNanos(10);

  /** A broker answers to fetches each half second, and to each heartbeat. */
  private static final long SILENT_NS = TimeUnit.SECONDS.toNanos(10);

  /** What a record takes beside key and value, in bytes, estimated. */
  private static final int OVERHEAD = 256;

  private static final int LONGEST_CONTENT_TYPE = 256;
  private static final byte[] NO_BYTES = {};

  private final KafkaSourceConfig config;
  private final Consumer<byte[], byte[]> consumer;
  private final Inbox inbox;
  private final Time time;
  private final Counter acknowledged;
  private final RecordAddress addresses;
  private final Map<TopicPartition, PartitionWindow> windows = new LinkedHashMap<>();
  private final AtomicInteger failures = new AtomicInteger();

  private boolean waiting;
  private boolean paused;
  private boolean joined;
  private long offerAtNs;
  private boolean committing;
  private long commitAtNs;
  private @Nullable RuntimeException fatal;
  private long commitFailedSinceNs;
  private String commitFailure = "";
  private String defect = "";
  private Set<String> missing = Set.of();
  private long topicsCheckedNs;
  private double heardBytes = -1;
  private long heardNs;
  private final @Nullable Metric connections;
  private final @Nullable Metric incoming;

  private final long begunNs;
  private volatile boolean beginning = true;
  private volatile boolean everReady;
  private volatile String trouble = "connecting";
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
    this.acknowledged = acknowledged;
    this.addresses = new RecordAddress(config.separator());
    this.connections = metric("connection-count");
    this.incoming = metric("incoming-byte-total");
    this.offerAtNs = time.elapsedNs();
    this.commitAtNs = offerAtNs;
    this.heardNs = offerAtNs;
    this.begunNs = offerAtNs;
  }

  private @Nullable Metric metric(String name) {
    for (Map.Entry<MetricName, ? extends Metric> each : consumer.metrics().entrySet()) {
      if (each.getKey().name().equals(name) && each.getKey().group().equals("consumer-metrics")) {
        return each.getValue();
      }
    }
    return null;
  }

  // ---- Any thread

  /** Why it does not receive; "" if it does. */
  String trouble() {
    return trouble;
  }

  /** Whether it has ever received. */
  boolean everReady() {
    return everReady;
  }

  /** Whether it only waits for its first partitions, which the group takes some seconds for. */
  boolean isBeginning() {
    return beginning;
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
    checkTopics(ANSWER_LIMIT);
    consumer.subscribe(config.topics(), this);
  }

  private void checkTopics(Duration limit) {
    topicsCheckedNs = time.elapsedNs();
    Set<String> absent = new TreeSet<>();
    for (String topic : config.topics()) {
      if (consumer.partitionsFor(topic, limit).isEmpty()) {
        absent.add(topic);
      }
    }
    if (!absent.equals(missing) && !absent.isEmpty()) {
      LOG.warn("{}: {}", config.name(), missingWords(absent));
    }
    missing = absent;
  }

  private static String missingWords(Set<String> topics) {
    return (topics.size() == 1 ? "topic " : "topics ")
        + Reasons.words(topics)
        + (topics.size() == 1 ? " does not exist" : " do not exist");
  }

  /**
   * Does what is due, then waits a moment for records.
   *
   * @param receiving whether more records are wanted
   * @throws KafkaException if this membership is at its end
   */
  void step(boolean receiving) {
    if (fatal != null) {
      throw fatal;
    }
    boolean allTaken = offer();
    windows.values().forEach(PartitionWindow::collect);
    commit();
    boolean wanted = receiving && allTaken && hasRoom();
    if (wanted == paused) {
      paused = !wanted;
      if (paused) {
        consumer.pause(consumer.assignment());
      } else {
        consumer.resume(consumer.assignment());
      }
    }
    boolean busy = waiting || committing || uncommitted() > 0;
    try {
      take(consumer.poll(busy ? BUSY : IDLE));
    } catch (NoOffsetForPartitionException e) {
      begin(e.partitions());
    } catch (OffsetOutOfRangeException e) {
      beginAgain(e.offsetOutOfRangePartitions());
    }
    look();
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
      List<ConsumerRecord<byte[], byte[]>> all = records.records(partition);
      for (int i = 0; i < all.size(); i++) {
        ConsumerRecord<byte[], byte[]> record = all.get(i);
        boolean last = i == all.size() - 1;
        window.add(held(record, last && behind != null ? behind : after(record)));
      }
    }
    waiting = true;
    offer();
  }

  private static OffsetAndMetadata after(ConsumerRecord<byte[], byte[]> record) {
    return new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), "");
  }

  private HeldRecord held(ConsumerRecord<byte[], byte[]> record, OffsetAndMetadata next) {
    byte[] key = record.key();
    byte[] value = record.value() == null ? NO_BYTES : record.value();
    String address;
    Rejected rejected = null;
    try {
      address = addresses.of(record.topic(), key);
    } catch (CharacterCodingException e) {
      address = addresses.of(record.topic());
      String hex = HexFormat.of().formatHex(key);
      rejected =
          new Rejected(
              Reason.BAD_NAME,
              "the key is not UTF-8, so it cannot be a part of an address: " + Excerpt.of(hex));
    }
    boolean hasTime = record.timestampType() != TimestampType.NO_TIMESTAMP_TYPE;
    StreamRecord stream =
        new StreamRecord(
            record.topic(),
            record.partition(),
            record.offset(),
            hasTime ? record.timestamp() : -1,
            config.recordTime(),
            record.value() == null);
    String topic = address;
    Rejected why = rejected;
    return new HeldRecord(
        settled ->
            new Delivery(config.name(), topic, value, contentType(record), why, stream, settled),
        next,
        OVERHEAD + value.length + (key == null ? 0 : key.length),
        failures);
  }

  private static @Nullable String contentType(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader("content-type");
    return header == null || header.value() == null || header.value().length > LONGEST_CONTENT_TYPE
        ? null
        : new String(header.value(), UTF_8);
  }

  /** Offers what waits, and again what failed; false if some of it still waits. */
  private boolean offer() {
    if (!waiting && failures.get() == 0) {
      return true;
    }
    if (time.elapsedNs() - offerAtNs < 0) {
      return false;
    }
    failures.set(0); // before the records are looked at: one that fails now is found next time
    waiting = true;
    for (PartitionWindow window : windows.values()) {
      for (HeldRecord record : window.held()) {
        HeldRecord.State state = record.state();
        boolean due = state == HeldRecord.State.WAITING || state == HeldRecord.State.FAILED;
        if (due && !offer(record)) {
          offerAtNs = time.elapsedNs() + OFFER_AGAIN_NS;
          return false;
        }
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
    if (answer == Inbox.Answer.NO_ROOM) {
      record.refused();
      return false;
    }
    return true;
  }

  // ---- Offsets

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

  /** One commit is under way at a time; the next one covers what became durable meanwhile. */
  private void commit() {
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
        (offsets, failure) -> {
          committing = false;
          if (failure == null) {
            committed(all);
          } else {
            notCommitted(failure);
          }
        });
  }

  private void committed(List<Sent> all) {
    commitFailure = "";
    for (Sent each : all) {
      acknowledged.increment(each.window().committed(each.due()));
    }
  }

  private void notCommitted(Exception failure) {
    commitAtNs = time.elapsedNs() + COMMIT_AGAIN_NS;
    if (failure instanceof AuthorizationException || failure instanceof AuthenticationException) {
      fatal = (RuntimeException) failure;
    }
    if (commitFailure.isEmpty()) {
      commitFailedSinceNs = time.elapsedNs();
    }
    commitFailure = "offsets cannot be committed: " + Reasons.of(failure, config);
    LOG.debug("{}: {}", config.name(), commitFailure);
  }

  /** Commits and waits for the answer, at most a few seconds. */
  private void commitNow(Collection<TopicPartition> partitions) {
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

  /** The group has no offset of these partitions yet. */
  private void begin(Collection<TopicPartition> partitions) {
    if (config.start() == KafkaSourceConfig.Start.OLDEST) {
      consumer.seekToBeginning(partitions);
      return;
    }
    // committed at once: else after a restart the end would be a later one
    consumer.seekToEnd(partitions);
    Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
    for (TopicPartition each : partitions) {
      ends.put(each, new OffsetAndMetadata(consumer.position(each, ANSWER_LIMIT)));
    }
    consumer.commitSync(ends, ANSWER_LIMIT);
  }

  /** The offsets to go on from are not there any more. */
  private void beginAgain(Map<TopicPartition, Long> wanted) {
    Map<TopicPartition, Long> first = consumer.beginningOffsets(wanted.keySet(), ANSWER_LIMIT);
    wanted.forEach(
        (partition, offset) -> {
          long begins = first.getOrDefault(partition, 0L);
          String place = "partition " + partition.partition() + " of topic " + partition.topic();
          loss =
              begins > offset
                  ? place
                      + ": "
                      + (begins - offset)
                      + " records were deleted before they were read; check its retention"
                  : place
                      + " ends before offset "
                      + offset
                      + ", which the group has read: it was made anew or has lost records, and is"
                      + " read from its beginning";
          lossNs = time.elapsedNs();
          LOG.error("{}: {}", config.name(), loss);
        });
    consumer.seekToBeginning(wanted.keySet());
  }

  // ---- The group

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    joined = true;
    if (paused) {
      consumer.pause(partitions);
    }
    LOG.info("{}: reads {}", config.name(), consumer.assignment());
  }

  /** Waits for what the log has of them, so that the next reader goes on behind it. */
  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    settle(partitions);
    commitNow(partitions);
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
      commitNow(List.copyOf(windows.keySet()));
    }
    windows.clear();
    consumer.close(CloseOptions.timeout(failed ? Duration.ZERO : ANSWER_LIMIT));
  }

  // ---- Its state

  private void look() {
    long now = time.elapsedNs();
    if (now - topicsCheckedNs >= CHECK_TOPICS_NS) {
      try {
        checkTopics(Duration.ofSeconds(1));
      } catch (TimeoutException e) {
        LOG.debug("{}: whether the topics exist is not known", config.name(), e);
      }
    }
    double bytes = incoming == null ? heardBytes + 1 : number(incoming);
    if (bytes != heardBytes) {
      heardBytes = bytes;
      heardNs = now;
    }
    int open = 0;
    for (PartitionWindow each : windows.values()) {
      open += each.unsettled();
    }
    unsettled = open;
    beginning = !joined && missing.isEmpty() && now - begunNs < SILENT_NS;
    trouble = now(now);
    everReady |= trouble.isEmpty();
  }

  private String now(long now) {
    if (!missing.isEmpty()) {
      return missingWords(missing);
    }
    if (connections != null && number(connections) == 0) {
      return Reasons.noAnswer(config);
    }
    if (now - heardNs > SILENT_NS) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(now - heardNs);
      return Reasons.noAnswer(config) + ", since " + seconds + " s";
    }
    if (!joined) {
      return "waits for its partitions in group " + config.group();
    }
    if (!commitFailure.isEmpty() && now - commitFailedSinceNs > SILENT_NS) {
      return commitFailure;
    }
    return defect;
  }

  private static double number(Metric metric) {
    return metric.metricValue() instanceof Number number ? number.doubleValue() : 0;
  }
}
