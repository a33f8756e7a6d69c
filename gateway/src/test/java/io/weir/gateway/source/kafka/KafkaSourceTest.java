package io.weir.gateway.source.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.log.Soak;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Reason;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Shelf;
import io.weir.peers.Kafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What becomes of the records of a real broker. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("server")
class KafkaSourceTest {

  @TempDir static Path home;
  private static Kafka broker;
  private static Records records;
  private static Admin admin;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = Kafka.started(home.resolve("kafka"), "message.max.bytes=20000000");
    records = new Records(broker.address(), Map.of("max.request.size", 20_000_000));
    admin = broker.admin();
  }

  @AfterAll
  static void stopBroker() {
    admin.close();
    records.close();
    broker.close();
  }

  private static KafkaRig rig(String... topics) throws IOException {
    for (String topic : topics) {
      broker.createTopic(topic, 1);
    }
    return new KafkaRig(broker.address(), topics);
  }

  private static long committed(String group, String topic) {
    try {
      var offsets =
          Kafka.answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
      var offset = offsets.get(new TopicPartition(topic, 0));
      return offset == null ? -1 : offset.offset();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(String::valueOf).toList();
  }

  // ---- Offsets

  @Test
  void anOffsetIsCommittedOnceTheRecordIsDurableAndNotBefore() throws Exception {
    try (KafkaRig rig = rig("offsets").connected()) {
      rig.shelf.mode(Shelf.Mode.HOLD);
      records.count("offsets", "a", 0, 3);
      await().until(() -> rig.shelf.taken().size() == 3);
      rig.shelf.settleLast();
      await()
          .during(Duration.ofMillis(500))
          .until(() -> committed(rig.group, "offsets") == -1 && rig.source.status().ready());
      assertThat(rig.source.status().unacknowledged()).isEqualTo(3);

      rig.shelf.settle();
      await().until(() -> committed(rig.group, "offsets") == 3);
      await().until(() -> rig.meter(MeterNames.ACKNOWLEDGED) == 3);
      assertThat(rig.source.status().unacknowledged()).isZero();
    }
  }

  @Test
  void theLagCountsWhatIsNotDurableReadOrNot() throws Exception {
    KafkaRig rig = rig("lag");
    rig.receiveMaximum = 4;
    try (rig) {
      rig.shelf.mode(Shelf.Mode.HOLD);
      records.count("lag", "a", 0, 30);
      rig.connected();
      await().until(() -> rig.meter(MeterNames.SOURCE_LAG) == 30);
      records.count("lag", "a", 30, 35);
      rig.shelf.mode(Shelf.Mode.DURABLE);
      rig.shelf.settle();
      await().until(() -> committed(rig.group, "lag") == 35);
      await().until(() -> rig.meter(MeterNames.SOURCE_LAG) == 0);
    }
    assertThat(rig.registry.find(MeterNames.SOURCE_LAG).meter()).isNull();
  }

  @Test
  @Tag("soak")
  void aStarStandsForTopicsOfNowAndLaterAndForNoOther() throws Exception {
    for (String topic : List.of("star.a", "star.b.c", "starless", "x.star.a")) {
      broker.createTopic(topic, 1);
      records.count(topic, "k", 0, 1);
    }
    try (KafkaRig rig = new KafkaRig(broker.address(), "star.*", "starl*s")) {
      rig.group = "stars";
      rig.connected();
      await().until(() -> rig.shelf.taken().size() == 3);
      broker.createTopic("star.later", 1);
      records.count("star.later", "k", 0, 2);
      await().until(() -> rig.shelf.taken().size() == 5);
      assertThat(rig.shelf.taken().stream().map(Delivery::topic).distinct())
          .containsExactlyInAnyOrder("star/a/k", "star/b/c/k", "starless/k", "star/later/k");
    }
  }

  @Test
  @Tag("soak")
  void aStarThatMatchesNothingIsSaid() throws Exception {
    try (KafkaRig rig = new KafkaRig(broker.address(), "nowhere.*").start()) {
      assertThat(rig.reason("does not exist")).contains("topic nowhere.*");
      broker.createTopic("nowhere.now", 1);
      records.count("nowhere.now", "k", 0, 1);
      await().until(() -> rig.shelf.taken().size() == 1);
    }
  }

  @Test
  void whatASyncFailedForIsOfferedAgainAndThenCommitted() throws Exception {
    try (KafkaRig rig = rig("failing").connected()) {
      rig.shelf.mode(Shelf.Mode.HOLD);
      records.count("failing", "a", 0, 3);
      await().until(() -> rig.shelf.taken().size() == 3);
      rig.shelf.mode(Shelf.Mode.DURABLE);
      rig.shelf.failAll();
      await().until(() -> committed(rig.group, "failing") == 3);
      assertThat(rig.shelf.texts()).containsExactly("0", "1", "2", "0", "1", "2");
    }
  }

  @Test
  void aStopCommitsWhatIsDurableAndTheNextStartGoesOnBehindIt() throws Exception {
    KafkaRig first = rig("stopped").connected();
    records.count("stopped", "a", 0, 50);
    await().until(() -> first.shelf.taken().size() == 50);
    first.stop();
    assertThat(first.source.status().state()).isEqualTo("stopped");
    assertThat(committed(first.group, "stopped")).isEqualTo(50);
    first.close();
    records.count("stopped", "a", 50, 60);
    try (KafkaRig second = new KafkaRig(broker.address(), "stopped").connected()) {
      await().until(() -> second.shelf.texts().size() == 10);
      assertThat(second.shelf.texts()).isEqualTo(numbers(50, 60));
    }
  }

  @Test
  void withoutRoomNothingIsFetchedTheMembershipStaysAndTheOrderToo() throws Exception {
    KafkaRig rig = rig("full");
    rig.receiveMaximum = 100;
    rig.shelf.mode(Shelf.Mode.NO_ROOM);
    try (rig) {
      rig.connected();
      records.count("full", "a", 0, 1000);
      await()
          .pollDelay(Duration.ofSeconds(5)) // longer than its session
          .until(() -> rig.source.status().ready());
      assertThat(rig.shelf.taken()).isEmpty();
      assertThat(rig.source.status().unacknowledged()).isLessThanOrEqualTo(100);
      rig.shelf.mode(Shelf.Mode.DURABLE);
      await().until(() -> committed(rig.group, "full") == 1000);
      assertThat(rig.shelf.texts()).isEqualTo(numbers(0, 1000));
      assertThat(rig.meter(MeterNames.CONNECTS)).isEqualTo(1);
    }
  }

  @Test
  void whileNothingIsDurableItHoldsNoMoreThanTheBound() throws Exception {
    KafkaRig rig = rig("bound");
    rig.receiveMaximum = 100;
    rig.shelf.mode(Shelf.Mode.HOLD);
    try (rig) {
      rig.connected();
      records.count("bound", "a", 0, 1000);
      await()
          .during(Duration.ofSeconds(1))
          .until(() -> rig.shelf.taken().size() <= 100 && rig.source.status().ready());
      rig.shelf.mode(Shelf.Mode.DURABLE);
      rig.shelf.settle();
      await().until(() -> committed(rig.group, "bound") == 1000);
      assertThat(rig.shelf.texts()).isEqualTo(numbers(0, 1000));
    }
  }

  @Test
  void theBytesThatWaitHaveABoundToo() throws Exception {
    KafkaRig rig = rig("bytes");
    rig.windowBytes = 64 << 10;
    rig.shelf.mode(Shelf.Mode.HOLD);
    try (rig) {
      rig.connected();
      String large = "x".repeat(50_000);
      for (int i = 0; i < 20; i++) {
        records.send("bytes", "a", large);
      }
      await()
          .during(Duration.ofSeconds(1))
          .until(() -> rig.shelf.taken().size() <= 4 && rig.source.status().ready());
      rig.shelf.mode(Shelf.Mode.DURABLE);
      rig.shelf.settle();
      await().until(() -> committed(rig.group, "bytes") == 20);
    }
  }

  @Test
  void aTransactionIsReadOnceItIsCommittedAndNeverIfItIsAborted() throws Exception {
    KafkaRig rig = rig("transactions");
    try (rig;
        Records transactions = new Records(broker.address(), Map.of("transactional.id", "t"))) {
      transactions.producer().initTransactions();
      transactions.producer().beginTransaction();
      transactions.count("transactions", "a", 0, 3);
      rig.connected();
      transactions.producer().abortTransaction();
      transactions.producer().beginTransaction();
      transactions.count("transactions", "a", 3, 5);
      await().during(Duration.ofMillis(500)).until(() -> rig.shelf.taken().isEmpty());
      transactions.producer().commitTransaction();
      await().until(() -> rig.shelf.taken().size() == 2);
      assertThat(rig.shelf.texts()).containsExactly("3", "4");
      await().until(() -> committed(rig.group, "transactions") >= 6);
    }
  }

  // ---- Records

  @Test
  void topicAndKeyAreTheAddress() throws Exception {
    try (KafkaRig rig = rig("plant.area-1").connected()) {
      records.send("plant.area-1", "line-1.press-01", "1");
      records.send("plant.area-1", "line-1/press-02", "2");
      records.send("plant.area-1", null, "3");
      records.send("plant.area-1", "", "4");
      await().until(() -> rig.shelf.taken().size() == 4);
      assertThat(rig.shelf.taken())
          .extracting(Delivery::topic)
          .containsExactly(
              "plant/area-1/line-1/press-01",
              "plant/area-1/line-1/press-02",
              "plant/area-1",
              "plant/area-1");
    }
  }

  @Test
  @Tag("soak")
  void withoutASeparatorPointsStay() throws Exception {
    KafkaRig rig = rig("plant.area-2");
    rig.separator = "";
    try (rig) {
      rig.connected();
      records.send("plant.area-2", "10.0.0.1", "1");
      await().until(() -> rig.shelf.taken().size() == 1);
      assertThat(rig.shelf.taken().get(0).topic()).isEqualTo("plant.area-2/10.0.0.1");
    }
  }

  @Test
  void aKeyThatIsNoTextIsSetAsideWithItsPlace() throws Exception {
    try (KafkaRig rig = rig("odd-keys").connected()) {
      records.send("odd-keys", "a", "1");
      records.send(
          new ProducerRecord<>("odd-keys", new byte[] {(byte) 0xff, 1}, "2".getBytes(UTF_8)));
      records.send("odd-keys", "a", "3");
      await().until(() -> committed(rig.group, "odd-keys") == 3);
      Delivery odd = rig.shelf.taken().get(1);
      assertThat(odd.rejected().reason()).isEqualTo(Reason.BAD_NAME);
      assertThat(odd.rejected().detail()).contains("not UTF-8").contains("ff01");
      assertThat(odd.topic()).isEqualTo("odd-keys");
      assertThat(odd.stream().where()).isEqualTo("topic odd-keys, partition 0, offset 1");
    }
  }

  @Test
  void aNullValueIsADeletionAndAnEmptyOneIsAPayload() throws Exception {
    try (KafkaRig rig = rig("tombstones").connected()) {
      records.send("tombstones", "a", null);
      records.send("tombstones", "a", "");
      await().until(() -> committed(rig.group, "tombstones") == 2);
      assertThat(rig.shelf.taken())
          .extracting(each -> each.stream().deletion())
          .containsExactly(true, false);
    }
  }

  @Test
  void theHeaderContentTypeIsThatOfTheDelivery() throws Exception {
    try (KafkaRig rig = rig("headers").connected()) {
      var record = new ProducerRecord<>("headers", "a".getBytes(UTF_8), "{}".getBytes(UTF_8));
      record.headers().add("content-type", "application/json".getBytes(UTF_8)).add("x", null);
      records.send(record);
      records.send("headers", "a", "1");
      await().until(() -> rig.shelf.taken().size() == 2);
      assertThat(rig.shelf.taken())
          .extracting(Delivery::contentType)
          .containsExactly("application/json", null);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CreateTime", "LogAppendTime"})
  void theTimeOfARecordGoesWithItWhereTheFileSaysSo(String type) throws Exception {
    String topic = "times-" + type;
    broker.createTopic(topic, 1, 1, Map.of("message.timestamp.type", type));
    KafkaRig rig = new KafkaRig(broker.address(), topic);
    rig.recordTime = true;
    try (rig) {
      rig.connected();
      long before = System.currentTimeMillis();
      records.send(new ProducerRecord<>(topic, 0, before - 60_000, null, "1".getBytes(UTF_8)));
      await().until(() -> rig.shelf.taken().size() == 1);
      assertThat(rig.shelf.taken().get(0).stream().timed()).isTrue();
      long time = rig.shelf.taken().get(0).stream().timeMs();
      if (type.equals("CreateTime")) {
        assertThat(time).isEqualTo(before - 60_000);
      } else {
        assertThat(time).isBetween(before, System.currentTimeMillis());
      }
    }
  }

  /** Before each change the two whose code is native. */
  static Stream<String> codecs() {
    return Stream.of("snappy", "zstd", "gzip", "lz4").limit(Soak.count(2, 4));
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void everyCodecIsRead(String codec) throws Exception {
    try (KafkaRig rig = rig("codec-" + codec).connected();
        Records packed = new Records(broker.address(), Map.of("compression.type", codec))) {
      packed.count("codec-" + codec, "a", 0, 100);
      await().until(() -> rig.shelf.taken().size() == 100);
      assertThat(rig.shelf.texts()).isEqualTo(numbers(0, 100));
    }
  }

  @Test
  void aRecordBeyondEveryBoundComesWhole() throws Exception {
    KafkaRig rig = rig("large");
    rig.windowBytes = 64 << 10;
    try (rig) {
      rig.connected();
      records.send("large", "a", "x".repeat(12_000_000));
      records.send("large", "a", "1");
      await().until(() -> committed(rig.group, "large") == 2);
      assertThat(rig.shelf.taken().get(0).payload()).hasSize(12_000_000);
    }
  }

  // ---- Where it begins

  @Test
  void startNowLeavesWhatIsThereAlsoAfterARestartThatNothingCameBefore() throws Exception {
    KafkaRig first = rig("now");
    first.start = KafkaSourceConfig.Start.NOW;
    records.count("now", "a", 0, 5);
    first.connected();
    await().until(() -> committed(first.group, "now") == 5);
    first.close();
    records.count("now", "a", 5, 8);
    KafkaRig second = new KafkaRig(broker.address(), "now");
    second.start = KafkaSourceConfig.Start.NOW;
    try (second) {
      second.connected();
      await().until(() -> second.shelf.taken().size() == 3);
      assertThat(second.shelf.texts()).isEqualTo(numbers(5, 8));
    }
  }

  @Test
  void recordsThatWereDeletedUnreadAreCountedAndAnAlarm() throws Exception {
    KafkaRig first = rig("deleted").connected();
    records.count("deleted", "a", 0, 3);
    await().until(() -> first.shelf.taken().size() == 3);
    first.close();
    records.count("deleted", "a", 3, 20);
    Kafka.answer(
        admin
            .deleteRecords(
                Map.of(new TopicPartition("deleted", 0), RecordsToDelete.beforeOffset(10)))
            .all());
    try (KafkaRig second = new KafkaRig(broker.address(), "deleted").connected()) {
      await().until(() -> second.shelf.taken().size() == 10);
      assertThat(second.shelf.texts()).isEqualTo(numbers(10, 20));
      assertThat(second.source.troubles())
          .singleElement()
          .satisfies(
              trouble -> {
                assertThat(trouble.kind()).isEqualTo(AlarmKind.LOSS_UPSTREAM);
                assertThat(trouble.reason())
                    .contains("7 records were deleted before they were read");
              });
    }
  }

  @Test
  @Tag("soak")
  void aTopicThatWasMadeAnewIsReadFromItsBeginning() throws Exception {
    KafkaRig first = rig("anew").connected();
    records.count("anew", "a", 0, 30);
    await().until(() -> first.shelf.taken().size() == 30);
    first.close();
    makeAnew("anew");
    records.count("anew", "a", 100, 103);
    try (KafkaRig second = new KafkaRig(broker.address(), "anew").start()) {
      await().until(() -> second.shelf.taken().size() == 3);
      assertThat(second.shelf.texts()).isEqualTo(numbers(100, 103));
    }
  }

  private static void makeAnew(String topic) throws Exception {
    Kafka.answer(admin.deleteTopics(List.of(topic)).all());
    await()
        .ignoreExceptions()
        .until(
            () -> {
              broker.createTopic(topic, 1);
              return true;
            });
  }

  @Test
  void aTopicThatIsMadeAnewAndOutgrowsTheReaderUnnoticedIsReadFromItsBeginning() throws Exception {
    try (KafkaRig rig = rig("outgrown").connected()) {
      records.count("outgrown", "a", 0, 3);
      await().until(() -> committed(rig.group, "outgrown") == 3);
      synchronized (rig.shelf) { // its thread waits, and sees nothing of what happens
        records.count("outgrown", "a", 3, 4);
        Thread.sleep(1000);
        makeAnew("outgrown");
        records.count("outgrown", "a", 100, 130);
      }
      await().until(() -> rig.shelf.texts().containsAll(numbers(100, 130)));
      await().until(() -> committed(rig.group, "outgrown") == 30);
      assertThat(rig.shelf.texts()).startsWith("0", "1", "2", "3");
      assertThat(rig.source.troubles())
          .singleElement()
          .satisfies(
              trouble -> {
                assertThat(trouble.kind()).isEqualTo(AlarmKind.LOSS_UPSTREAM);
                assertThat(trouble.reason()).contains("topic outgrown was deleted and made anew");
              });
    }
  }

  @ParameterizedTest
  @CsvSource({"topic-id=AAAAAAAAAAAAAAAAAAAAAQ, 0", "'', 3", "by hand, 3"})
  void anOffsetOfAnotherTopicOfThatNameIsNotGoneOnFrom(String metadata, int first)
      throws Exception {
    String topic = "other" + Math.abs(metadata.hashCode());
    KafkaRig rig = rig(topic);
    records.count(topic, "a", 0, 10);
    Kafka.answer(
        admin
            .alterConsumerGroupOffsets(
                rig.group,
                Map.of(
                    new TopicPartition(topic, 0),
                    new OffsetAndMetadata(3, Optional.empty(), metadata)))
            .all());
    try (rig) {
      rig.connected();
      await().until(() -> committed(rig.group, topic) == 10);
      assertThat(rig.shelf.texts()).isEqualTo(numbers(first, 10));
      assertThat(rig.source.troubles()).hasSize(first == 0 ? 1 : 0);
    }
  }

  // ---- What is not there

  @Test
  void aTopicThatIsNotThereIsNamedTheOthersAreReadAndItIsReadOnceItIsThere() throws Exception {
    broker.createTopic("present", 1);
    try (KafkaRig rig = new KafkaRig(broker.address(), "present", "absent").start()) {
      rig.reason("topic absent does not exist");
      records.count("present", "a", 0, 1);
      await().until(() -> rig.shelf.taken().size() == 1);
      assertThat(rig.source.status().ready()).isFalse();
      assertThat(rig.source.troubles()).hasSize(1);
      broker.createTopic("absent", 1);
      records.count("absent", "a", 1, 2);
      await().atMost(Duration.ofMinutes(2)).until(() -> rig.source.status().ready());
      await().atMost(Duration.ofMinutes(2)).until(() -> rig.shelf.taken().size() == 2);
    }
  }

  @Test
  void anUnknownHostIsNamed() throws Exception {
    try (KafkaRig rig = new KafkaRig("nowhere.invalid:9092", "t").start()) {
      rig.reason("nowhere.invalid:9092");
      assertThat(rig.source.status().state()).isEqualTo("down");
    }
  }

  @Test
  @Tag("soak")
  void aBrokerThatIsGoneAtTheStartOrInTheMiddleIsTriedAgainWithoutEnd(@TempDir Path folder)
      throws Exception {
    try (Kafka other = new Kafka(folder);
        KafkaRig rig = new KafkaRig(other.address(), "outages").start()) {
      rig.reason("no broker answers at " + other.address());
      assertThat(rig.source.status().ready()).isFalse();
      other.start();
      other.createTopic("outages", 1);
      try (Records sent = new Records(other.address())) {
        sent.count("outages", "a", 0, 10);
      }
      await().atMost(Duration.ofMinutes(2)).until(() -> rig.source.status().ready());
      await().until(() -> rig.shelf.taken().size() >= 10);
      other.kill();
      rig.reason("no broker answers");
      other.start();
      try (Records sent = new Records(other.address())) {
        sent.count("outages", "a", 10, 20);
      }
      await().atMost(Duration.ofMinutes(2)).until(() -> rig.source.status().ready());
      await().until(() -> rig.shelf.texts().containsAll(numbers(0, 20)));
      other.freeze();
      rig.reason("no broker answers");
      other.thaw();
      await().atMost(Duration.ofMinutes(2)).until(() -> rig.source.status().ready());
    }
  }

  @Test
  @Tag("soak")
  void aProbeSaysWhatTheClusterHasAndHowFarTheGroupIsBehind() throws Exception {
    broker.createTopic("probed", 3);
    KafkaRig rig = new KafkaRig(broker.address(), "probed", "not-there");
    assertThat(KafkaProbe.ask(rig.config()))
        .isEqualTo(new KafkaProbe.Found(List.of("not-there"), 3, 0, 0));
    try (rig) {
      rig.start();
      records.count("probed", "a", 0, 5);
      await().until(() -> rig.shelf.taken().size() == 5);
      await().until(() -> rig.meter(MeterNames.ACKNOWLEDGED) == 5);
    }
    records.count("probed", "a", 5, 7);
    assertThat(KafkaProbe.ask(rig.config()))
        .isEqualTo(new KafkaProbe.Found(List.of("not-there"), 3, 1, 2));
    assertThatThrownBy(() -> KafkaProbe.ask(new KafkaRig("127.0.0.1:1", "t").config()))
        .isInstanceOf(IOException.class)
        .hasMessage("no broker answers at 127.0.0.1:1");
  }

  @Test
  void aSourceWithoutABrokerStopsNoOther() throws Exception {
    try (KafkaRig sick = new KafkaRig("127.0.0.1:1", "t").start();
        KafkaRig rig = rig("neighbour").connected()) {
      records.count("neighbour", "a", 0, 10);
      await().until(() -> committed(rig.group, "neighbour") == 10);
      sick.reason("no broker answers at 127.0.0.1:1");
    }
  }

  // ---- The group

  @Test
  void partitionsGoToAnotherMemberBehindWhatIsDurableAndComeBack() throws Exception {
    broker.createTopic("shared", 4);
    KafkaRig first = new KafkaRig(broker.address(), "shared");
    try (first;
        Records sent = new Records(broker.address())) {
      first.connected();
      int count = 0;
      List<KafkaRig> others = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        KafkaRig other = new KafkaRig(broker.address(), "shared").start();
        others.add(other);
        for (int i = 0; i < 20; i++) {
          for (int key = 0; key < 10; key++) {
            sent.send("shared", "k" + key, String.valueOf(count++));
          }
        }
        await().until(() -> other.source.status().ready());
        await().until(() -> !other.shelf.taken().isEmpty() || !first.shelf.taken().isEmpty());
        other.stop();
      }
      int expected = count;
      await()
          .until(
              () ->
                  first.shelf.texts().size()
                          + others.stream().mapToInt(each -> each.shelf.texts().size()).sum()
                      >= expected);
      List<String> all = new ArrayList<>(first.shelf.texts());
      others.forEach(each -> all.addAll(each.shelf.texts()));
      assertThat(all).containsExactlyInAnyOrderElementsOf(numbers(0, expected));
      others.forEach(KafkaRig::close);
    }
  }

  /** The coordinator is silent from when it has given the partitions on, for eight seconds. */
  @Test
  @Tag("soak")
  void aCoordinatorThatFallsSilentAsPartitionsAreGivenIsWaitedFor() throws Exception {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    List<Logger> loggers =
        Stream.of(KafkaSource.class.getPackageName(), "org.apache.kafka")
            .map(name -> (Logger) LoggerFactory.getLogger(name))
            .toList();
    loggers.forEach(each -> each.addAppender(lines));
    AtomicInteger assignments = new AtomicInteger();
    try (Kafka silent = Kafka.started(home.resolve("silent"));
        KafkaRig first = new KafkaRig(silent.address(), "silent");
        KafkaRig second = new KafkaRig(silent.address(), "silent");
        Records sent = new Records(silent.address())) {
      silent.createTopic("silent", 4);
      first.atAssignment = assignments::incrementAndGet;
      first.connected();
      sendTens(sent, 0, 5);
      AtomicBoolean isFrozen = new AtomicBoolean();
      second.atAssignment =
          () -> {
            assignments.incrementAndGet();
            if (isFrozen.compareAndSet(false, true)) {
              freeze(silent, Duration.ofSeconds(8));
            }
          };
      second.start();
      await().untilTrue(isFrozen);
      sendTens(sent, 5, 10);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> first.source.status().ready() && second.source.status().ready());
      sendTens(sent, 10, 15);
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> {
                Set<String> all = new HashSet<>(first.shelf.texts()); // some perhaps again
                all.addAll(second.shelf.texts());
                assertThat(all).containsExactlyInAnyOrderElementsOf(numbers(0, 150));
              });
      assertThat(second.shelf.texts()).isNotEmpty();
      assertThat(second.source.status().connects())
          .as("one that failed, one that stays")
          .isEqualTo(2);
      assertThat(assignments).as("no storm of them").hasValueLessThan(8);
      assertThat(lines.list)
          .as("none is a defect")
          .allMatch(line -> line.getThrowableProxy() == null);
      assertThat(lines.list)
          .filteredOn(line -> line.getLoggerName().startsWith("io.weir"))
          .singleElement()
          .satisfies(line -> assertThat(line.getFormattedMessage()).contains("no broker answers"));
    } finally {
      loggers.forEach(each -> each.detachAppender(lines));
    }
  }

  /** Ten records for each number, of ten keys. */
  private static void sendTens(Records sent, int from, int to) throws Exception {
    for (int i = 10 * from; i < 10 * to; i++) {
      sent.send("silent", "k" + i % 10, String.valueOf(i));
    }
  }

  private static void freeze(Kafka broker, Duration length) {
    try {
      broker.freeze();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CompletableFuture.delayedExecutor(length.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              try {
                broker.thaw();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }
}
