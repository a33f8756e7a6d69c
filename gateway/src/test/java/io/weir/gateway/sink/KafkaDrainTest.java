package io.weir.gateway.sink;

import static io.weir.gateway.sink.KafkaTopics.firstOfEach;
import static io.weir.gateway.sink.KafkaTopics.header;
import static io.weir.gateway.sink.KafkaTopics.identity;
import static io.weir.gateway.sink.KafkaTopics.key;
import static io.weir.gateway.sink.KafkaTopics.value;
import static io.weir.gateway.sink.MemoryFeed.reading;
import static io.weir.gateway.sink.MemoryFeed.series;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Condition.State;
import io.weir.gateway.sink.KafkaTopics.Settings;
import io.weir.gateway.sink.kafka.KafkaConfig.Format;
import io.weir.gateway.sink.kafka.KafkaConfig.Timestamp;
import io.weir.peers.Kafka;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A drain into a real broker of Apache Kafka. */
@Tag("server")
@Timeout(240)
class KafkaDrainTest {

  private static final long T0 = 1_700_000_000_000_000_000L;

  @TempDir static Path folder;
  private static Kafka kafka;

  private String topic = "";
  private final List<StreamSink> sinks = new ArrayList<>();
  private MemoryFeed feed = new MemoryFeed();
  private MemoryRejects rejects = new MemoryRejects();
  private @Nullable Bench bench;

  @BeforeAll
  static void start() throws IOException {
    kafka = Kafka.started(folder.resolve("kafka"), KafkaTopics.KEEP_ALL);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @BeforeEach
  void name(TestInfo test) {
    topic = test.getTestMethod().orElseThrow().getName();
  }

  @AfterEach
  void close() {
    sinks.forEach(Sink::close);
  }

  private Bench use(Consumer<Settings> change) {
    return use(change, KafkaTopics.INCARNATION);
  }

  private Bench use(Consumer<Settings> change, String incarnation) {
    Settings settings = new Settings(kafka.address());
    settings.topic = topic;
    settings.name = topic.length() > 30 ? topic.substring(0, 30) : topic;
    change.accept(settings);
    StreamSink sink = settings.sink(folder, incarnation);
    sinks.add(sink);
    Bench made = new Bench(sink, settings.config(), feed, rejects);
    bench = made;
    return made;
  }

  private StreamSink sink(Consumer<Settings> change) {
    use(change);
    return sinks.get(sinks.size() - 1);
  }

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      feed.add(reading("m" + i % 7, "t", i, T0 + i));
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> stored() {
    return KafkaTopics.read(kafka.address(), topic, true);
  }

  /** Each of the readings that {@link #add} made once, in the order of the log for each machine. */
  private static void assertInOrder(List<ConsumerRecord<byte[], byte[]>> records, int count) {
    Map<String, List<Long>> found = firstOfEach(records);
    assertThat(found.values().stream().mapToInt(List::size).sum()).isEqualTo(count);
    assertThat(found).hasSize(Math.min(7, count));
    found.forEach((machine, offsets) -> assertThat(offsets).as(machine).isSorted());
  }

  // ---- What is written

  @Test
  void aRecordHasTheMachineAsKeyTheRowAsJsonAndWhereItComesFrom() throws IOException {
    kafka.createTopic(topic, 3);
    feed.add(
        reading(series("telemetry", "press"), "t", new Value.Real(21.5), T0),
        reading(series("telemetry", "press"), "n", new Value.Whole(7), T0));
    use(settings -> {}).settleAll();
    assertThat(stored())
        .singleElement()
        .satisfies(
            record -> {
              assertThat(key(record)).isEqualTo("s/press");
              assertThat(value(record))
                  .isEqualTo(
                      "{\"version\":1,\"gateway\":\"gw\",\"measurement\":\"telemetry\","
                          + "\"site\":\"s\",\"machine\":\"press\","
                          + "\"time\":\"2023-11-14T22:13:20Z\",\"quality\":\"good\","
                          + "\"values\":{\"t\":21.5,\"n\":7}}");
              assertThat(header(record, "weir-gateway")).isEqualTo("gw");
              assertThat(header(record, "weir-incarnation")).isEqualTo(KafkaTopics.INCARNATION);
              assertThat(header(record, "weir-position")).isEqualTo("readings/0/0");
              assertThat(header(record, "weir-format")).isEqualTo("json;version=1");
              assertThat(record.timestamp()).isEqualTo(1_700_000_000_000L);
            });
  }

  @Test
  void aMachineHasTheOrderOfTheLogWhateverTheBatchesAre() throws IOException {
    kafka.createTopic(topic, 3);
    add(12_345);
    use(settings -> settings.maxLines = 3_000).settleAll();
    List<ConsumerRecord<byte[], byte[]>> records = stored();
    assertThat(records).as("none twice").hasSize(12_345);
    assertInOrder(records, 12_345);
  }

  @Test
  void theTopicIsMadeOfTheNamesOfTheRow() throws IOException {
    String name = "plant.s.Press_1.telemetry";
    kafka.createTopic(name, 1);
    feed.add(reading("Press 1", "t", 1, T0));
    use(settings -> {
          settings.topic = "plant.{site}.{machine}.{measurement}";
          settings.format = Format.INFLUX;
        })
        .settleAll();
    assertThat(KafkaTopics.read(kafka.address(), name))
        .singleElement()
        .satisfies(
            record ->
                assertThat(value(record))
                    .isEqualTo("telemetry,site=s,machine=Press\\ 1 t=1.0 " + T0));
  }

  @Test
  void whatAGatewaySendsAgainIsRecognised() throws IOException {
    kafka.createTopic(topic, 1);
    add(100);
    use(settings -> {}).settleAll();
    MemoryFeed same = new MemoryFeed();
    feed = same;
    add(100);
    use(settings -> {}).settleAll();
    List<ConsumerRecord<byte[], byte[]>> records = stored();
    assertThat(records).hasSize(200);
    assertThat(records.stream().map(KafkaTopics::identity).distinct()).hasSize(100);
  }

  // ---- One entry that is refused

  @Test
  void aRecordThatIsTooLargeForTheSinkGoesToTheQuarantineAlone() throws IOException {
    kafka.createTopic(topic, 1);
    add(10);
    feed.add(reading(series("telemetry", "m3"), "x", new Value.Text("x".repeat(20_000)), T0));
    add(10);
    use(settings -> settings.maxMessageSize = 10_000).settleAll();
    assertRefusedAlone(Reason.TOO_LARGE, 20);
  }

  @Test
  void aRecordThatIsTooLargeForTheTopicGoesToTheQuarantineAlone() throws IOException {
    kafka.createTopic(topic, 1, 1, Map.of("max.message.bytes", "10000"));
    add(10);
    java.util.Random random = new java.util.Random(1); // does not compress
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      text.append((char) ('!' + random.nextInt(90)));
    }
    feed.add(reading(series("telemetry", "m3"), "x", new Value.Text(text.toString()), T0));
    add(10);
    use(settings -> {}).settleAll();
    assertRefusedAlone(Reason.TOO_LARGE, 20);
  }

  @Test
  void batchesThatAreTooLargeForTheTopicAreSplit() throws IOException {
    kafka.createTopic(topic, 1, 1, Map.of("max.message.bytes", "2000"));
    add(5_000);
    use(settings -> settings.maxLines = 5_000).settleAll();
    assertThat(rejects.entries()).isEmpty();
    assertInOrder(stored(), 5_000);
  }

  @Test
  void aTimeThatTheTopicDoesNotTakeIsRefusedAloneAndTheOthersKeepTheirOrder() throws IOException {
    kafka.createTopic(topic, 1, 1, Map.of("message.timestamp.after.max.ms", "60000"));
    add(10);
    long ahead = System.currentTimeMillis() * 1_000_000L + Duration.ofDays(1).toNanos();
    feed.add(reading("m3", "t", 3, ahead));
    add(10);
    use(settings -> settings.timestamp = Timestamp.EVENT).settleAll();
    assertRefusedAlone(Reason.STORE_REJECTED, 20);
  }

  @Test
  void whatIsConfirmedIsNotWrittenAgainBecauseOfWhatIsRefusedBesideIt() throws IOException {
    String strict = topic + "-m0";
    topic += "-m1";
    kafka.createTopic(strict, 1, 1, Map.of("message.timestamp.after.max.ms", "60000"));
    kafka.createTopic(topic, 1);
    long ahead = System.currentTimeMillis() * 1_000_000L + Duration.ofDays(1).toNanos();
    for (int i = 0; i < 20; i++) {
      feed.add(reading("m0", "t", i, T0 + i));
      feed.add(reading("m1", "t", i, T0 + i));
    }
    feed.add(reading("m0", "t", 3, ahead));
    use(settings -> {
          settings.topic = strict.replace("m0", "{machine}");
          settings.timestamp = Timestamp.EVENT;
        })
        .settleAll();
    assertRefusedAlone(Reason.STORE_REJECTED, 20);
    assertThat(stored()).as("none twice").hasSize(20);
    topic = strict;
    assertRefusedAlone(Reason.STORE_REJECTED, 20);
  }

  /** The gateway's clock is moved, which is the same to both. */
  @ParameterizedTest
  @CsvSource({
    "behind, 60, message.timestamp.after.max.ms, 1000, 120000, 86400",
    "ahead, -600, message.timestamp.before.max.ms, 60000, 7000000, -7200"
  })
  void whatABrokerRefusesOnlyByItsClockIsHeldAndNotSetAside(
      String broker, int oursS, String setting, String strict, String enough, int otherS)
      throws IOException {
    topic += "-" + broker;
    kafka.createTopic(topic, 1, 1, Map.of(setting, strict));
    long now = Time.SYSTEM.wallNs() + Duration.ofSeconds(oursS).toNanos();
    for (int i = 0; i < 10; i++) {
      feed.add(reading("m" + i % 7, "t", i, now - 10 + i));
    }
    feed.add(reading("m3", "t", 3, now + Duration.ofSeconds(otherS).toNanos()));
    Bench held =
        use(
            settings -> {
              settings.timestamp = Timestamp.EVENT;
              settings.time = moved(Duration.ofSeconds(oursS));
            });
    held.steps(6);
    assertThat(held.drain.condition().state()).isEqualTo(State.MISCONFIGURED);
    assertThat(held.drain.condition().detail()).contains("compare the clocks");
    assertThat(rejects.entries()).isEmpty();
    kafka.configure(topic, setting, enough);
    held.settleAll();
    assertRefusedAlone(Reason.STORE_REJECTED, 10);
  }

  /** Else it would be held for ever, for a clock that is right. */
  @Test
  void aRowThatIsTooOldIsRefusedAloneWhereATimeAheadHasNoEnd() throws IOException {
    kafka.createTopic(
        topic,
        1,
        1,
        Map.of(
            "message.timestamp.before.max.ms",
            "60000",
            "message.timestamp.after.max.ms",
            Long.toString(Long.MAX_VALUE)));
    long now = Time.SYSTEM.wallNs();
    for (int i = 0; i < 10; i++) {
      feed.add(reading("m" + i % 7, "t", i, now - 10 + i));
    }
    feed.add(reading("m3", "t", 3, now - Duration.ofHours(2).toNanos()));
    use(settings -> settings.timestamp = Timestamp.EVENT).settleAll();
    assertRefusedAlone(Reason.STORE_REJECTED, 10);
  }

  @Test
  void whatComesBehindARowThatIsHeldForAClockWaitsToo() throws IOException {
    kafka.createTopic(topic, 1, 1, Map.of("message.timestamp.after.max.ms", "1000"));
    StreamSink sink =
        sink(
            settings -> {
              settings.timestamp = Timestamp.EVENT;
              settings.time = moved(Duration.ofMinutes(1));
            });
    long ours = Time.SYSTEM.wallNs() + Duration.ofSeconds(59).toNanos();
    Begun first = sink.begin("readings", List.of(entry(sink, 0, "m0", ours)), null);
    assertThat(first.answer()).isInstanceOf(Sink.Answer.Misconfigured.class);
    Begun second = sink.begin("readings", entries(sink, 1, "m0"), first);
    assertThat(second.answer()).isNull();
    assertThat(stored()).isEmpty();
  }

  static Time moved(Duration by) {
    return new Time() {
      @Override
      public long wallNs() {
        return SYSTEM.wallNs() + by.toNanos();
      }

      @Override
      public long elapsedNs() {
        return SYSTEM.elapsedNs();
      }
    };
  }

  @Test
  void whatWasReceivedBeforeOurClockWentBackHasNoTimeAhead() throws IOException {
    kafka.createTopic(topic, 1);
    Duration back = Duration.ofNanos(T0 - Time.SYSTEM.wallNs()).minusDays(1);
    add(1);
    use(settings -> settings.time = moved(back)).settleAll();
    assertThat(stored())
        .singleElement()
        .satisfies(
            record -> assertThat(record.timestamp()).isLessThan(Duration.ofNanos(T0).toMillis()));
  }

  @Test
  void aNameThatNoTopicCanHaveIsRefusedAlone() throws IOException {
    kafka.createTopic("s." + "m0", 1);
    feed.add(reading("m0", "t", 1, T0));
    feed.add(reading("m".repeat(300), "t", 2, T0));
    feed.add(reading("m0", "t", 3, T0));
    use(settings -> settings.topic = "{site}.{machine}").settleAll();
    topic = "s.m0";
    assertRefusedAlone(Reason.BAD_NAME, 2);
  }

  private void assertRefusedAlone(Reason reason, int others) {
    assertThat(rejects.entries())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.reason()).isEqualTo(reason);
              assertThat(entry.detail()).isNotBlank();
            });
    List<ConsumerRecord<byte[], byte[]>> records = stored();
    firstOfEach(records).forEach((machine, offsets) -> assertThat(offsets).as(machine).isSorted());
    assertThat(records.stream().map(KafkaTopics::identity).distinct()).hasSize(others);
    assertThat(drained().ledger().settled()).isEqualTo(feed.offered());
    assertThat(drained().ledger().quarantined()).isEqualTo(1);
  }

  private Drain drained() {
    if (bench == null) {
      throw new AssertionError("nothing was drained");
    }
    return bench.drain;
  }

  // ---- What holds all

  @Test
  void aTopicThatDoesNotExistHoldsTheSinkUntilItIsMade() throws IOException {
    add(100);
    Bench held = use(settings -> settings.timeout = Duration.ofSeconds(1));
    held.steps(6);
    assertThat(held.drain.condition().state()).isEqualTo(State.MISCONFIGURED);
    assertThat(held.drain.condition().detail()).contains(topic, "does not exist");
    kafka.createTopic(topic, 1);
    held.settleAll();
    assertInOrder(stored(), 100);
    assertThat(rejects.entries()).isEmpty();
  }

  /**
   * The first second of a quota is free; then the broker delays the client for longer than it
   * waits.
   */
  @Test
  void aQuotaDelaysAndLosesNothing() throws Exception {
    kafka.createTopic(topic, 1);
    Bench slow =
        use(
            settings -> {
              settings.timeout = Duration.ofSeconds(1);
              settings.format = Format.INFLUX;
            });
    try (Admin admin = kafka.admin()) {
      admin
          .alterClientQuotas(
              List.of(
                  new ClientQuotaAlteration(
                      new ClientQuotaEntity(
                          Map.of(ClientQuotaEntity.CLIENT_ID, "weir-gw-" + topic)),
                      List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 2_000.0)))))
          .all()
          .get();
    }
    add(4_000);
    slow.settleAll();
    List<ConsumerRecord<byte[], byte[]>> records = stored();
    assertInOrder(records, 4_000);
    assertThat(records).as("nothing had to be sent again").hasSize(4_000);
    assertThat(rejects.entries()).isEmpty();
  }

  // ---- Writes behind each other

  /** Some batches hold what the topic refuses, so that all that is under way fails with them. */
  @Test
  void whateverIsRefusedOfBatchesThatAreUnderWayTogetherTheOthersKeepTheirOrder() throws Exception {
    kafka.createTopic(topic, 3, 1, Map.of("message.timestamp.after.max.ms", "60000"));
    long ahead = System.currentTimeMillis() * 1_000_000L + Duration.ofDays(1).toNanos();
    for (int i = 0; i < 20; i++) {
      add(170);
      feed.add(reading("m3", "t", 3, ahead + i));
    }
    Bench fast =
        use(
            settings -> {
              settings.timestamp = Timestamp.EVENT;
              settings.maxLines = 50;
            });
    ExecutorService threads = Executors.newFixedThreadPool(2);
    Set<State> states = new HashSet<>();
    try {
      while (feed.pendingUnits() > 0) {
        fast.time.advance(Math.max(1_000, fast.drain.step(threads)));
        states.add(fast.drain.condition().state());
      }
    } finally {
      threads.shutdown();
    }
    assertThat(rejects.entries()).hasSize(20);
    assertThat(rejects.entries()).allMatch(each -> each.reason() == Reason.STORE_REJECTED);
    assertInOrder(stored(), 3_400);
    assertThat(states).as("nobody waits for a refused row").isSubsetOf(State.UNKNOWN, State.UP);
  }

  @Test
  void aWriteBehindAnotherIsConfirmedBehindIt() throws IOException {
    kafka.createTopic(topic, 1);
    StreamSink sink = sink(settings -> {});
    Begun first = sink.begin("readings", entries(sink, 0, "m0"), null);
    Begun second = sink.begin("readings", entries(sink, 1, "m0"), first);
    assertThat(second.answer()).isEqualTo(new Sink.Answer.Stored());
    assertThat(first.answer()).isEqualTo(new Sink.Answer.Stored());
    assertThat(stored().stream().map(each -> header(each, "weir-position")))
        .containsExactly("readings/0/0", "readings/1/0");
  }

  @Test
  void aWriteThatIsDoneIsNotKeptByThoseThatWereBegunBehindIt() throws IOException {
    kafka.createTopic(topic, 1);
    StreamSink sink = sink(settings -> {});
    Begun last = sink.begin("readings", entries(sink, 0, "m0"), null);
    WeakReference<Begun> first = new WeakReference<>(last);
    for (int i = 1; i < 4; i++) {
      Begun next = sink.begin("readings", entries(sink, i, "m0"), last);
      assertThat(last.answer()).isEqualTo(new Sink.Answer.Stored());
      last = next;
    }
    await()
        .until(
            () -> {
              System.gc();
              return first.get() == null;
            });
    assertThat(last.answer()).isEqualTo(new Sink.Answer.Stored());
  }

  @Test
  void aWriteIsNotGivenBehindOneThatCouldNotBegin() throws IOException {
    kafka.createTopic(topic + "-there", 1);
    StreamSink sink =
        sink(
            settings -> {
              settings.topic = topic + "-{machine}";
              settings.timeout = Duration.ofSeconds(1);
            });
    Begun first = sink.begin("readings", entries(sink, 0, "missing"), null);
    Begun second = sink.begin("readings", entries(sink, 1, "there"), first);
    assertThat(second.answer()).isNull();
    assertThat(first.answer()).isInstanceOf(Sink.Answer.Misconfigured.class);
    assertThat(KafkaTopics.read(kafka.address(), topic + "-there")).isEmpty();
  }

  @Test
  void aWriteIsNotStoredBehindOneThatFailed() throws IOException {
    kafka.createTopic(topic, 1, 1, Map.of("message.timestamp.after.max.ms", "1000"));
    StreamSink sink = sink(settings -> settings.timestamp = Timestamp.EVENT);
    List<OutboundRow> entries = entries(sink, 0, "m0", "m0");
    long ahead = System.currentTimeMillis() * 1_000_000L + Duration.ofDays(1).toNanos();
    entries.add(entry(sink, 2, "m0", ahead));
    Begun first = sink.begin("readings", entries, null);
    Sink.Answer failed = first.answer(); // which the drain has not taken yet
    assertThat(failed).isInstanceOf(Sink.Answer.Refused.class);
    Begun second = sink.begin("readings", entries(sink, 3, "m0"), first);
    assertThat(second.answer()).isNull();
    assertThat(stored()).isEmpty();
    assertThat(sink.write("readings", entries(sink, 0, "m0")))
        .isInstanceOf(Sink.Answer.Stored.class);
  }

  @Test
  void aTopicThatIsMissingForTheSecondWriteLeavesTheFirstAlone() throws IOException {
    kafka.createTopic(topic + "-there", 1);
    StreamSink sink =
        sink(
            settings -> {
              settings.topic = topic + "-{machine}";
              settings.timeout = Duration.ofSeconds(1);
            });
    Begun first = sink.begin("readings", entries(sink, 0, "there"), null);
    Begun second = sink.begin("readings", entries(sink, 1, "missing"), first);
    assertThat(second.answer()).isInstanceOf(Sink.Answer.Misconfigured.class);
    assertThat(first.answer()).isEqualTo(new Sink.Answer.Stored());
  }

  /** One for each machine, from an offset on. */
  private static List<OutboundRow> entries(StreamSink sink, long offset, String... machines) {
    List<OutboundRow> entries = new ArrayList<>();
    for (String machine : machines) {
      entries.add(entry(sink, offset + entries.size(), machine, T0));
    }
    return entries;
  }

  private static OutboundRow entry(StreamSink sink, long offset, String machine, long timeNs) {
    List<OutboundRow> made = new ArrayList<>();
    SinkForm.of(sink)
        .encoder()
        .write(
            List.of(reading(machine, "t", 1, timeNs)),
            new Outbound.Origin(offset, "t", timeNs),
            new ReadingEncoder.Out() {
              @Override
              public void line(Outbound line) {
                made.add((OutboundRow) line);
              }

              @Override
              public void withheld(int readings) {
                throw new AssertionError();
              }

              @Override
              public void unwritable(
                  String text, int readings, int index, Reason reason, String detail) {
                throw new AssertionError(detail);
              }
            });
    return made.get(0);
  }

  // ---- Exactly once

  @Test
  void whatATransactionHasCommittedIsNotWrittenAgainAfterACrash() throws IOException {
    kafka.createTopic(topic, 3);
    add(700);
    feed.add(reading(series("telemetry", "m3"), "x", new Value.Text("x".repeat(20_000)), T0));
    add(700);
    Consumer<Settings> once =
        settings -> {
          settings.transactional = true;
          settings.maxMessageSize = 10_000;
          settings.maxLines = 100;
        };
    Bench first = use(once);
    feed.failCommit = new IOException("the disk is gone"); // the position is never stored
    first.steps(60);
    assertThat(stored()).hasSizeGreaterThan(100);
    rejects.crash();
    feed.crash();
    feed.failCommit = null;
    use(once).settleAll();

    List<ConsumerRecord<byte[], byte[]>> records = stored();
    assertThat(records).hasSize(1_400);
    assertInOrder(records, 1_400);
    assertThat(rejects.entries()).as("refused again, where it is not kept yet").hasSize(1);
    assertThat(drained().ledger()).isEqualTo(new SinkTotals(1_400, 1, 0, 0, 0));
  }

  @Test
  void aProducerThatAnotherOneFencesGoesOnOnceBehindWhatIsCommitted() throws Exception {
    kafka.createTopic(topic, 3);
    Consumer<Settings> once =
        settings -> {
          settings.transactional = true;
          settings.name = "fenced";
          settings.maxLines = 20;
        };
    Bench fenced = use(once);
    Map<String, Object> other =
        Map.of("bootstrap.servers", kafka.address(), "transactional.id", "weir-gw-fenced-readings");
    for (int round = 0; round < 3; round++) {
      add(100);
      fenced.steps(3);
      try (KafkaProducer<byte[], byte[]> newer =
          new KafkaProducer<>(other, new ByteArraySerializer(), new ByteArraySerializer())) {
        newer.initTransactions();
      }
    }
    fenced.settleAll();
    List<ConsumerRecord<byte[], byte[]>> records = stored();
    assertThat(records).hasSize(300);
    assertInOrder(records, 300);
    assertThat(rejects.entries()).isEmpty();
    assertThat(drained().ledger()).isEqualTo(new SinkTotals(300, 0, 0, 0, 0));
  }

  @Test
  void afterARestoreAnIncarnationKnowsNothingOfTheOneBefore() throws IOException {
    kafka.createTopic(topic, 1);
    add(50);
    use(settings -> settings.transactional = true).settleAll();
    feed = new MemoryFeed();
    add(50);
    use(settings -> settings.transactional = true, "another").settleAll();
    List<ConsumerRecord<byte[], byte[]>> records = stored();
    assertThat(records).hasSize(100);
    assertThat(new HashSet<>(records.stream().map(each -> identity(each)).toList())).hasSize(100);
  }

  @Test
  void whatIsAskedForAgainIsWrittenAgainAlsoByTransactions() throws IOException {
    kafka.createTopic(topic, 1);
    add(50);
    use(settings -> settings.transactional = true).settleAll();
    Settings settings = new Settings(kafka.address());
    settings.topic = topic;
    settings.transactional = true;
    Resender resender =
        new Resender(
            sinks.get(0), "readings", settings.config().batch(), pause -> {}, refused -> {});
    resender.add(List.of(reading("m0", "t", 0, T0)), 0, "t/0", T0);
    resender.flush();
    assertThat(resender.stored()).isEqualTo(1);
    List<ConsumerRecord<byte[], byte[]>> records = stored();
    assertThat(records).hasSize(51);
    assertThat(records.stream().map(KafkaTopics::identity).distinct()).hasSize(50);
  }

  // ---- The contract

  @Test
  void aNameThatIsNotKnownNowIsWaitedForAndIsNoMistakeOfTheFile() {
    Settings settings = new Settings("kafka.invalid:9092");
    StreamSink sink = settings.sink(folder);
    sinks.add(sink);
    add(1);
    Bench down = new Bench(sink, settings.config(), feed, rejects);
    down.steps(6);
    assertThat(down.drain.condition().state()).isEqualTo(State.DOWN);
    assertThat(down.drain.condition().detail())
        .isEqualTo("no address is known of any of the brokers");
  }

  @Test
  void aSinkThatIsClosedOrHasNoBrokerIsDownWithAReason() {
    Settings settings = new Settings("127.0.0.1:1");
    settings.timeout = Duration.ofSeconds(1);
    StreamSink away = settings.sink(folder);
    sinks.add(away);
    add(10);
    Bench down = new Bench(away, settings.config(), feed, rejects);
    down.steps(4);
    assertThat(down.drain.condition().state()).isEqualTo(State.DOWN);
    assertThat(down.drain.condition().detail()).isEqualTo("no broker answers at 127.0.0.1:1");
    away.close();
    down.steps(4);
    assertThat(down.drain.condition().state()).isEqualTo(State.DOWN);
    assertThat(feed.pendingUnits()).isEqualTo(10);
  }
}
