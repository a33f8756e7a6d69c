package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.alarm.Alarm;
import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.api.Status;
import io.weir.gateway.api.Status.LogStatus;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.sink.MemoryStores;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.http.HttpSource;
import io.weir.gateway.source.http.HttpSourceFactory;
import io.weir.gateway.source.http.Reply;
import io.weir.gateway.source.http.RequestHead;
import io.weir.gateway.source.mqtt.MqttFactory;
import io.weir.gateway.source.mqtt.SteppedBroker;
import io.weir.peers.Ports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A whole gateway on one thread, with a clock, a disk, a broker and a store of the test. What it
 * acknowledges is on the disk; a crash after that loses nothing.
 */
class SteppedGatewayTest {

  private static final int RECEIVE_MAXIMUM = 100;

  private static final int SETTLED = 60;

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final SteppedBroker broker = new SteppedBroker();
  private final Store store = new Store();
  private final List<String> threads = new ArrayList<>();
  private Executor expressions = Runnable::run;
  private Threads threadsOf =
      (name, loop) -> {
        threads.add(name);
        return new Thread(loop, name);
      };
  private ConfigFile file;

  @BeforeEach
  void configure() throws IOException {
    Path yaml = folder.resolve("weir.yaml");
    Files.writeString(
        yaml,
        """
        gateway: { id: stepped, data-dir: data }
        http: { port: %d }
        sources:
          - { name: plant, type: mqtt, url: "tcp://broker:1883", receive-maximum: %d }
          - { name: posts, type: http }
        routes:
          - topic: plant/{machine}
            format: jsonata
            jsonata: '{ "temperature": t + 0.5 }'
          - topic: weir/http/#
            format: json
        buffer: { segment-size: 1MiB, max-size: 4MiB, max-message-size: 16KiB }
        sinks:
          - { name: history, type: influxdb, version: 1, url: "http://store:8086", database: d }
        efficiency:
          defaults: { state: { metric: state, running: [RUNNING] } }
        """
            .formatted(Ports.free(), RECEIVE_MAXIMUM));
    file = new ConfigFile(yaml, Map.of(), List.of());
  }

  private Gateway build() throws Exception {
    GatewayParts parts =
        new GatewayParts(
            time,
            disk,
            threadsOf,
            type -> type.equals("mqtt") ? new MqttFactory(broker) : new HttpSourceFactory(),
            type -> new MemoryStores(store::write),
            expressions);
    return Gateway.build(file, file.load(), "test", parts);
  }

  /** The process is gone, and of its files what was not synced. */
  private void crash() {
    disk.crash();
    broker.link().drop("the gateway is gone");
  }

  private void settle(Gateway gateway) {
    for (int i = 0; i < SETTLED; i++) {
      gateway.step();
      broker.serve();
      time.advance(Duration.ofMillis(100));
    }
  }

  @Test
  void aDefectInADecoderIsQuarantinedAndDoesNotHoldItsSource() throws Exception {
    expressions =
        task -> {
          throw new NoClassDefFoundError("not in this jar");
        };
    try (Gateway gateway = build()) {
      settle(gateway);
      broker.publish("{\"t\": 1}", "plant/+");
      broker.publish("{\"t\": 2}", "plant/+");
      settle(gateway);
      assertThat(broker.acknowledged).hasSize(2);
      assertThat(alarms(gateway, "quarantine-growing"))
          .singleElement()
          .matches(alarm -> alarm.text().endsWith("internal"));
      assertThat(gateway.view().ledger().sources().get(0).rejected()).isEqualTo(2);
    }
  }

  @Test
  void aThreadThatEndsShowsInHealthAndAsAnAlarm() throws Exception {
    Map<String, Runnable> loops = new HashMap<>();
    threadsOf =
        (name, loop) -> {
          loops.put(name, loop);
          return new Thread(loop, name);
        };
    try (Gateway gateway = build()) {
      gateway.start();
      assertThat(alarms(gateway, "thread-ended")).isEmpty();
      Thread.currentThread().interrupt(); // the loop takes it for its end
      loops.get("history").run();
      assertThat(Thread.interrupted()).as("taken by the loop").isFalse();
      assertThat(alarms(gateway, "thread-ended"))
          .singleElement()
          .satisfies(alarm -> assertThat(alarm.subject()).isEqualTo("history"));
      assertThat(gateway.view().health().parts())
          .anyMatch(part -> part.name().equals("history") && !part.ready());
    }
  }

  @Test
  void aDamagedFileOfPinsIsAnAlarm() throws Exception {
    Gateway first = build();
    settle(first);
    broker.publish("{\"t\": 1}", "plant/+");
    settle(first);
    crash();
    for (String generation : List.of("types.0", "types.1")) {
      Path path = folder.resolve("data").resolve(generation);
      try (FileSystem.Handle handle = disk.open(path, FileSystem.Mode.WRITE)) {
        handle.write(ByteBuffer.allocate(64), 0);
        handle.force();
      }
    }
    try (Gateway second = build()) {
      settle(second);
      assertThat(alarms(second, "file-damaged"))
          .singleElement()
          .matches(alarm -> alarm.subject().equals("types"));
    }
  }

  @Test
  void aClockThatWentBackIsAnAlarm() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      time.jump(Duration.ofDays(365));
      broker.publish("{\"t\": 1}", "plant/+");
      settle(gateway);
      time.jump(Duration.ofDays(-365));
      assertThat(alarms(gateway, "clock-rebased")).isEmpty();
      broker.publish("{\"t\": 2}", "plant/+");
      settle(gateway);
      assertThat(alarms(gateway, "clock-rebased")).hasSize(1);
    }
  }

  @Test
  void aMessageIsSteppedFromItsTopicToTheStore() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      broker.publish("{\"t\": 20}", "plant/+");
      settle(gateway);

      assertThat(broker.acknowledged).containsExactly("{\"t\": 20}");
      assertThat(store.lines)
          .singleElement()
          .asString()
          .startsWith("telemetry,machine=a temperature=20.5 ");
      LedgerResponse ledger = gateway.view().ledger();
      assertThat(ledger.sinks().get(0).stored()).isEqualTo(1);
      assertThat(ledger.sinks()).allMatch(sink -> sink.pending() == 0);
      assertThat(threads).as("threads that were started").isEmpty();
    }
  }

  @Test
  void aReloadIsSteppedAndWaitsForNobody() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      Files.writeString(
          file.path(), Files.readString(file.path()).replace("plant/{machine}", "hall/{machine}"));
      gateway.reload().begin("a test");
      broker.publish("{\"t\": 1}", "plant/+"); // the broker does not know yet
      broker.link().sendAll();
      settle(gateway);
      assertThat(gateway.view().ledger().sources().get(0).filtered()).isEqualTo(1);

      broker.publish("{\"t\": 2}", "hall/+"); // of before, though it said that it sends no more
      broker.publish("hall/a", "{\"t\": 3}", "hall/+");
      settle(gateway);
      assertThat(gateway.view().ledger().sources().get(0).rejected()).isEqualTo(1);
      assertThat(store.lines).singleElement().asString().contains("machine=a temperature=3.5 ");
      assertThat(threads).as("threads that were started").isEmpty();
    }
  }

  @Test
  void aReloadWithAMistakeChangesNothing() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      String mistaken = Files.readString(file.path()).replace("plant/{machine}", "hall/{machine}");
      Files.writeString(file.path(), mistaken.replace("database: d", "databases: d"));
      assertThatThrownBy(() -> gateway.reload().begin("a test"))
          .isInstanceOf(ConfigException.class);
      settle(gateway);
      broker.publish("{\"t\": 1}", "plant/+");
      settle(gateway);
      assertThat(store.lines).hasSize(1);
    }
  }

  @Test
  void nothingIsAcknowledgedThatTheDiskHasNotForced() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      disk.fail((verb, path) -> verb.equals("force") && path.toString().contains("readings"));
      broker.publish("{\"t\": 1}", "plant/+");
      settle(gateway);
      assertThat(broker.acknowledged).isEmpty();
      assertThat(store.lines).isEmpty();

      disk.heal();
      settle(gateway);
      assertThat(broker.acknowledged).containsExactly("{\"t\": 1}");
      assertThat(store.lines).hasSize(1);
    }
  }

  private static boolean isSyncOfNames(String verb, Path path) {
    return verb.equals("force") && path.getFileName().toString().startsWith("names");
  }

  /** Else a site of thousands of machines waits for as many syncs when it first sends. */
  @Test
  void newMachinesThatComeTogetherAreDurableByOneSync() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      broker.publish("plant/first", "{\"t\": 1}", "plant/+");
      settle(gateway);
      AtomicInteger syncs = new AtomicInteger();
      disk.fail((verb, path) -> isSyncOfNames(verb, path) && syncs.getAndIncrement() < 0);
      for (int i = 0; i < RECEIVE_MAXIMUM; i++) {
        broker.publish("plant/m" + i, "{\"t\": 1}", "plant/+");
      }
      settle(gateway);
      assertThat(broker.acknowledged).hasSize(1 + RECEIVE_MAXIMUM);
      assertThat(syncs.get()).as("syncs of the names").isBetween(1, 3);
    }
  }

  @Test
  void noMessageOfANewMachineIsAcknowledgedBeforeItsNameIsDurable() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      broker.publish("plant/first", "{\"t\": 1}", "plant/+");
      settle(gateway);
      disk.fail(SteppedGatewayTest::isSyncOfNames);
      broker.publish("plant/new", "{\"t\": 2}", "plant/+");
      settle(gateway);
      assertThat(broker.acknowledged).containsExactly("{\"t\": 1}");
      assertThat(store.lines).hasSize(1);

      disk.heal();
      settle(gateway);
      assertThat(broker.acknowledged).containsExactly("{\"t\": 1}", "{\"t\": 2}");
      assertThat(store.lines).hasSize(2);
    }
  }

  @Test
  void whatWasAcknowledgedReachesTheStoreAfterACrash() throws Exception {
    store.up = false;
    Gateway first = build();
    settle(first);
    for (int i = 0; i < 20; i++) {
      broker.publish("{\"t\": " + i + "}", "plant/+");
    }
    settle(first);
    assertThat(broker.acknowledged).hasSize(20);
    assertThat(store.lines).isEmpty();

    crash();
    store.up = true;
    time.advance(Duration.ofMinutes(1));
    try (Gateway second = build()) {
      settle(second);
      assertThat(store.lines).hasSize(20);
    }
  }

  /** What a failed sync loses is written again, on the side of the sinks and of the sources. */
  @Test
  void whatWasRejectedIsInTheQuarantineAfterOneFailedSync() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      store.refused = line -> line.contains("=1.5 ");
      AtomicInteger failures = new AtomicInteger();
      disk.fail(
          (verb, path) ->
              verb.equals("force")
                  && path.toString().contains("quarantine")
                  && path.toString().endsWith(".seg")
                  && failures.getAndIncrement() == 0);
      broker.publish("{\"t\": 1}", "plant/+");
      settle(gateway);
      assertThat(failures.get()).isPositive();
      failures.set(0);
      broker.publish("not JSON", "plant/+");
      settle(gateway);
      assertThat(failures.get()).isPositive();
      disk.heal();
      settle(gateway);
    }
    crash();
    time.advance(Duration.ofMinutes(1));
    try (Gateway again = build()) {
      assertThat(again.view().status().quarantine().newest())
          .extracting(Status.Recent::reason)
          .containsExactlyInAnyOrder("store-rejected", "malformed");
      LedgerResponse.Sink sink = again.view().ledger().sinks().get(0);
      assertThat(sink.quarantined()).isEqualTo(1);
      assertThat(sink.getUnexplained()).isZero();
    }
  }

  // ---- What is sent again, and what only looks like it

  /** The gateway dies; another one starts on its disk and takes what the broker has. */
  private void restart() throws Exception {
    crash();
    time.advance(Duration.ofMinutes(1));
    try (Gateway next = build()) {
      settle(next);
    }
  }

  /** The next connection, up to its CONNECT. */
  private void connect(Gateway gateway) {
    gateway.step();
    time.advance(Duration.ofMinutes(1));
    gateway.step();
  }

  /** So many messages, without readings, that it is sure that ids count up; the next id is 1. */
  private Gateway withIdsThatCountUp() throws Exception {
    Gateway gateway = build();
    settle(gateway);
    int marks = 2 * RECEIVE_MAXIMUM;
    broker.countFrom(SteppedBroker.LAST_PACKET_ID - marks + 1);
    for (int i = 0; i < marks; i++) {
      broker.publish("plant/z", "{}", "plant/+");
    }
    settle(gateway);
    assertThat(broker.acknowledged).hasSize(marks);
    broker.acknowledged.clear();
    return gateway;
  }

  private Gateway withOneReadingOfA() throws Exception {
    Gateway gateway = withIdsThatCountUp();
    broker.publish("plant/a", "{\"t\": 1}", "plant/+");
    settle(gateway);
    assertThat(store.lines).hasSize(1);
    return gateway;
  }

  @Test
  void aMessageOfANewSessionIsNotTakenForOneOfTheSessionThatWasLost() throws Exception {
    Gateway gateway = withOneReadingOfA();
    broker.loseSession();
    settle(gateway);
    broker.publish("plant/a", "{\"t\": 1}", "plant/+"); // the same bytes, again packet id 1
    broker.link().sendIntoTheVoid();
    restart();
    assertThat(store.lines).hasSize(2);
  }

  @Test
  void aMessageOfAnotherTopicIsNotTakenForARepetition() throws Exception {
    Gateway gateway = withOneReadingOfA();
    broker.comeBackWith(new SteppedBroker.Snapshot(Set.of("plant/+"), List.of(), List.of(), 1));
    broker.publish("plant/b", "{\"t\": 1}", "plant/+");
    connect(gateway);
    broker.link().answerAll();
    broker.link().sendIntoTheVoid();
    restart();
    assertThat(store.lines).hasSize(2);
  }

  @Test
  void aMessageThatABrokerSendsAgainIsNotTakenForOneOfAnotherTopicUnderItsPacketId()
      throws Exception {
    Gateway gateway = withOneReadingOfA();
    SteppedBroker.Sent sent = new SteppedBroker.Sent("plant/b", "{\"t\": 1}", 1);
    broker.comeBackWith(new SteppedBroker.Snapshot(Set.of("plant/+"), List.of(), List.of(sent), 2));
    settle(gateway);
    assertThat(store.lines).hasSize(2);
  }

  @Test
  void aMessageOfABrokerWithAnOlderSnapshotIsNotTakenForOneThatItHasForgotten() throws Exception {
    Gateway gateway = withIdsThatCountUp();
    SteppedBroker.Snapshot saved = broker.snapshot();
    broker.publish("plant/a", "{\"t\": 1}", "plant/+");
    settle(gateway);
    broker.comeBackWith(saved);
    broker.publish("plant/a", "{\"t\": 1}", "plant/+");
    connect(gateway);
    broker.link().answerAll();
    broker.link().sendIntoTheVoid();
    restart();
    assertThat(store.lines).hasSize(2);
  }

  @Test
  void aMessageUnderAPacketIdThatWasGivenAgainIsNotTakenForARepetition() throws Exception {
    Gateway gateway = withOneReadingOfA();
    broker.reusesPacketIds = true;
    broker.publish("plant/a", "{\"t\": 1}", "plant/+");
    settle(gateway);
    broker.publish("plant/a", "{\"t\": 1}", "plant/+");
    broker.link().sendIntoTheVoid();
    restart();
    assertThat(store.lines).hasSize(3);
  }

  @Test
  void theFirstPacketIdThatABrokerEverGivesAgainIsNotTakenForARepetition() throws Exception {
    broker.reusesPacketIds = true;
    Gateway gateway = build();
    settle(gateway);
    broker.publish("plant/a", "{\"t\": 1}", "plant/+");
    settle(gateway);
    broker.publish("plant/a", "{\"t\": 1}", "plant/+"); // the same bytes, again packet id 1
    broker.link().sendIntoTheVoid();
    restart();
    assertThat(store.lines).hasSize(2);
  }

  @Test
  void aMessageAfterALateConnackIsNotTakenForOneOfTheSessionThatWasLost() throws Exception {
    Gateway gateway = withOneReadingOfA();
    broker.loseSession();
    connect(gateway);
    broker.link().loseConnack();
    time.advance(Duration.ofMinutes(1));
    settle(gateway);
    settle(gateway);
    assertThat(alarms(gateway, "session-lost")).hasSize(1);
    broker.publish("plant/a", "{\"t\": 1}", "plant/+");
    broker.link().sendIntoTheVoid();
    restart();
    assertThat(store.lines).hasSize(2);
  }

  @Test
  void whatWasStoredAndNotAcknowledgedIsStoredOnce() throws Exception {
    Gateway gateway = withIdsThatCountUp();
    broker.publish("plant/a", "{\"t\": 1}", "plant/+");
    broker.link().send();
    broker.link().failsToSend = true; // the acknowledgement
    gateway.step();
    gateway.step();
    assertThat(broker.acknowledged).isEmpty();
    restart();
    assertThat(broker.acknowledged).hasSize(1);
    assertThat(store.lines).hasSize(1);
  }

  @Test
  void aPostIsAnsweredOnlyOnceItIsOnTheDisk() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      List<Reply> replies = post(gateway, "telemetry,machine=b speed=3 1");
      assertThat(replies).isEmpty();
      settle(gateway);
      assertThat(replies).singleElement().matches(reply -> reply.status() == 204);
    }
  }

  /** Nobody else would answer it, and the clock of a test stands still. */
  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aSteppedGatewayClosesWhileAPostIsUnderWay() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      posted(gateway, "telemetry,machine=b speed=3 1");
      disk.fail((verb, path) -> path.toString().contains("log/readings"));
      assertThat(post(gateway, "telemetry,machine=b speed=3 2")).isEmpty();
    }
  }

  private static List<Reply> post(Gateway gateway, String lines) throws IOException {
    HttpSource posts = (HttpSource) gateway.sources().get(1);
    List<Reply> replies = new ArrayList<>();
    posts.receive(
        new RequestHead("POST", "/write", null, null, -1),
        lines.getBytes(StandardCharsets.UTF_8),
        replies::add);
    return replies;
  }

  private void posted(Gateway gateway, String lines) throws IOException {
    List<Reply> replies = post(gateway, lines);
    gateway.step();
    assertThat(replies).singleElement().matches(reply -> reply.status() == 204);
  }

  @Test
  void samplesOfADeviceWithAWrongClockDoNotOverwriteEachOther() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      StringBuilder samples = new StringBuilder("[");
      for (int i = 0; i < 10; i++) {
        samples.append(i == 0 ? "" : ",").append("{\"ts\":1").append(i).append(",\"T1\":9}");
      }
      postJson(gateway, samples + "]");
      postJson(gateway, samples + "]");
      postJson(gateway, "[{\"T1\":1},{\"T1\":2},{\"ts\":5,\"T1\":3},{\"ts\":5,\"T1\":4}]");
      settle(gateway);

      assertThat(store.lines).hasSize(22);
      assertThat(store.lines.stream().map(line -> line.replaceFirst(" T1=\\S+", "")))
          .doesNotHaveDuplicates();
      LedgerResponse ledger = gateway.view().ledger();
      assertThat(ledger.sinks().get(0).stored()).isEqualTo(22);
      assertThat(ledger.sources().get(1).rejected()).isEqualTo(2);
    }
  }

  private void postJson(Gateway gateway, String json) {
    time.advance(Duration.ofMillis(100));
    ((HttpSource) gateway.sources().get(1))
        .receive(
            new RequestHead("POST", "/api/v1/readings", "application/json", null, -1),
            json.getBytes(StandardCharsets.UTF_8),
            reply -> assertThat(reply.status()).isEqualTo(200));
  }

  @Test
  void anAlarmIsRaisedWithoutARequestAndClearedWithItsCondition() throws Exception {
    store.up = false;
    try (Gateway gateway = build()) {
      settle(gateway);
      broker.publish("{\"t\": 1}", "plant/+");
      settle(gateway);
      settle(gateway);
      assertThat(alarms(gateway, "sink-down"))
          .singleElement()
          .satisfies(
              alarm -> {
                assertThat(alarm.subject()).isEqualTo("history");
                assertThat(alarm.text()).contains("the store is down");
                assertThat(alarm.since())
                    .isBefore(Time.instant(time.wallNs()).minus(Duration.ofSeconds(5)));
              });

      store.up = true;
      time.advance(Duration.ofMinutes(1));
      settle(gateway);
      assertThat(alarms(gateway, "sink-down")).isEmpty();
    }
  }

  @Test
  void theAlarmOfTheQuarantineEndsFiveMinutesAfterTheLastEntry() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      assertThat(alarms(gateway, "quarantine-growing")).isEmpty();
      broker.publish("not JSON", "plant/+");
      settle(gateway);
      assertThat(alarms(gateway, "quarantine-growing")).hasSize(1);
      time.advance(Duration.ofMinutes(5));
      settle(gateway);
      assertThat(alarms(gateway, "quarantine-growing")).isEmpty();
    }
  }

  @Test
  void theAlarmOfTheQuarantineDoesNotStayUntilAClockThatWasSetBackIsThereAgain() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      broker.publish("not JSON", "plant/+");
      settle(gateway);
      assertThat(alarms(gateway, "quarantine-growing")).hasSize(1);
      time.jump(Duration.ofDays(-365));
      time.advance(Duration.ofMinutes(5));
      settle(gateway);
      assertThat(alarms(gateway, "quarantine-growing")).isEmpty();
    }
  }

  @Test
  void aSourceIsDownOnlyAfterSomeSeconds() throws Exception {
    try (Gateway gateway = build()) {
      gateway.step();
      assertThat(sourcesDown(gateway)).isEmpty();
      time.advance(Duration.ofSeconds(5));
      gateway.step();
      assertThat(sourcesDown(gateway)).contains("plant");
      settle(gateway);
      assertThat(sourcesDown(gateway)).doesNotContain("plant");
    }
  }

  private static List<String> sourcesDown(Gateway gateway) {
    return alarms(gateway, "source-down").stream().map(Alarm::subject).toList();
  }

  @Test
  void aSessionThatTheBrokerHasLostIsAnAlarmForAnHour() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      assertThat(alarms(gateway, "session-lost")).isEmpty();
      broker.loseSession();
      time.advance(Duration.ofMinutes(1));
      settle(gateway);
      assertThat(alarms(gateway, "session-lost"))
          .singleElement()
          .satisfies(alarm -> assertThat(alarm.subject()).isEqualTo("plant"));
      time.advance(Duration.ofHours(1));
      settle(gateway);
      assertThat(alarms(gateway, "session-lost")).isEmpty();
    }
  }

  @Test
  void aDeviceClockThatIsWrongIsAnAlarmForFiveMinutes() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      posted(gateway, "telemetry,machine=b speed=3 4102444800000000000"); // the year 2100
      assertThat(alarms(gateway, "clock-skewed"))
          .singleElement()
          .satisfies(alarm -> assertThat(alarm.subject()).isEqualTo("posts"));
      time.advance(Duration.ofMinutes(5));
      settle(gateway);
      assertThat(alarms(gateway, "clock-skewed")).isEmpty();
    }
  }

  @Test
  void aLogThatFillsUpIsAnAlarmBeforeItIsFull() throws Exception {
    store.up = false;
    try (Gateway gateway = build()) {
      settle(gateway);
      String line = "telemetry,machine=b text=\"" + "x".repeat(10_000) + "\" ";
      for (int i = 1; alarms(gateway, "log-filling").isEmpty(); i++) {
        assertThat(alarms(gateway, "log-full")).isEmpty();
        posted(gateway, line + i);
      }
      LogStatus log = gateway.view().status().log();
      assertThat((double) log.bytes()).isBetween(0.8 * log.maxBytes(), (double) log.maxBytes());
    }
  }

  /** Each file that is packed makes the log smaller for a moment. */
  @ParameterizedTest
  @ValueSource(strings = "2MiB")
  void aLogThatFillsUpIsOneAlarmUntilItIsFull(String size) throws Exception {
    isOneAlarmUntilItIsFull(size);
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(strings = {"8MiB", "12MiB", "24MiB"})
  void aLargerLogThatFillsUpIsOneAlarmUntilItIsFull(String size) throws Exception {
    isOneAlarmUntilItIsFull(size);
  }

  private void isOneAlarmUntilItIsFull(String size) throws Exception {
    file =
        new ConfigFile(folder.resolve("weir.yaml"), Map.of(), List.of("buffer.max-size=" + size));
    store.up = false;
    Random random = new Random(11);
    int raised = 0;
    boolean before = false;
    try (Gateway gateway = build()) {
      settle(gateway);
      List<Alarm> full = List.of();
      for (int i = 1; full.isEmpty(); i++) {
        StringBuilder lines = new StringBuilder();
        for (int at = 0; at < 10; at++) {
          lines.append("telemetry,machine=b text=\"");
          for (int part = 0; part < 12; part++) { // a few long texts cost less than many short ones
            lines.append(random.nextLong()).append("xxxx".repeat(20));
          }
          lines.append("\" ").append(10 * i + at).append('\n');
        }
        posted(gateway, lines.toString());
        time.advance(Duration.ofMillis(500));
        boolean now = !alarms(gateway, "log-filling").isEmpty();
        raised += now && !before ? 1 : 0;
        before = now;
        full = alarms(gateway, "log-full");
      }
      assertThat(full.get(0).text()).startsWith("log readings is full: ");
    }
    assertThat(raised).isEqualTo(1);
  }

  @Test
  void noDeviceIsSilentWhileTheFullLogTakesNothingFromIt() throws Exception {
    Path yaml = folder.resolve("weir.yaml");
    String route = "topic: plant/{machine}";
    Files.writeString(
        yaml, Files.readString(yaml).replace(route, route + "\n    silent-after: 1m"));
    try (Gateway gateway = build()) {
      settle(gateway);
      broker.publish("{\"t\": 1}", "plant/+");
      settle(gateway);
      store.up = false;
      String line = "telemetry,machine=b text=\"" + "x".repeat(10_000) + "\" ";
      for (int i = 1; alarms(gateway, "log-full").isEmpty(); i++) {
        posted(gateway, line + i);
      }
      time.advance(Duration.ofMinutes(2));
      settle(gateway);
      assertThat(alarms(gateway, "devices-silent")).isEmpty();
      store.up = true;
      time.advance(Duration.ofMinutes(1));
      settle(gateway);
      time.advance(Duration.ofMinutes(2));
      settle(gateway);
      assertThat(alarms(gateway, "devices-silent")).isNotEmpty();
    }
  }

  /** Three posts are answered, the power fails, and a bit flips in the log at a place of it. */
  private void crashWithDamage(ToIntFunction<String> place) throws Exception {
    store.up = false;
    Gateway first = build();
    settle(first);
    for (int i = 1; i <= 3; i++) {
      posted(first, "telemetry,machine=b speed=3 " + i);
    }
    crash();
    Path readings = folder.resolve("data/log/readings");
    Path segment = readings.resolve(disk.list(readings).get(0));
    byte[] bytes = disk.bytes(segment);
    bytes[place.applyAsInt(new String(bytes, StandardCharsets.ISO_8859_1))] ^= 1;
    disk.put(segment, bytes);
  }

  @Test
  void aRecordThatTheDiskHasDamagedIsAnAlarm() throws Exception {
    crashWithDamage(log -> log.indexOf("speed"));
    try (Gateway second = build()) {
      store.up = true;
      settle(second);
      assertThat(alarms(second, "log-corrupt"))
          .singleElement()
          .satisfies(
              alarm -> {
                assertThat(alarm.subject()).isEqualTo("readings");
                assertThat(alarm.text()).contains("1 readings destroyed");
              });
    }
  }

  /** Nothing later proves that its sync had ended, but its post was answered. */
  @Test
  void aDamagedRecordAtTheEndOfTheLogIsInTheLedgerBeforeAnythingFollowsIt() throws Exception {
    crashWithDamage(log -> log.lastIndexOf("speed"));
    store.up = true;
    for (int start = 0; start < 3; start++) {
      Gateway next = build();
      settle(next);
      assertThat(alarms(next, "log-corrupt"))
          .singleElement()
          .satisfies(
              alarm -> assertThat(alarm.text()).contains("1 of them stood at the end of the log"));
      LedgerResponse.Sink sink = next.view().ledger().sinks().get(0);
      assertThat(sink.offered()).isEqualTo(3);
      assertThat(sink.stored()).isEqualTo(2);
      assertThat(sink.corrupt()).isEqualTo(1);
      assertThat(sink.pending()).isZero();
      next.close();
    }
  }

  @Test
  void aLogThatCannotBeWrittenRaisesAnAlarmWhicheverLogItIs() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      disk.fail((verb, path) -> verb.equals("write") && path.toString().contains("quarantine/"));
      broker.publish("not JSON", "plant/+");
      settle(gateway);
      assertThat(alarms(gateway, "log-unwritable"))
          .singleElement()
          .satisfies(alarm -> assertThat(alarm.subject()).isEqualTo("quarantine"));

      disk.heal();
      settle(gateway);
      assertThat(alarms(gateway, "log-unwritable")).isEmpty();
    }
  }

  @Test
  void aReplacedDataDirectoryEndsAcknowledgementsUntilARestart() throws Exception {
    Gateway gateway = build();
    settle(gateway);
    broker.publish("{\"t\": 1}", "plant/+");
    settle(gateway);
    assertThat(broker.acknowledged).hasSize(1);

    disk.replaceDirectory(folder.resolve("data"));
    settle(gateway);
    assertThat(alarms(gateway, "data-directory-lost")).as("noticed without a message").hasSize(1);
    assertThat(gateway.view().health().isReady()).isFalse();
    broker.publish("{\"t\": 2}", "plant/+");
    settle(gateway);
    time.advance(Duration.ofMinutes(5));
    settle(gateway);
    assertThat(broker.acknowledged).hasSize(1);
    assertThat(alarms(gateway, "log-unwritable"))
        .allSatisfy(alarm -> assertThat(alarm.text()).contains("moved, deleted or replaced"));
    assertThat(disk.files("/data/")).as("nothing is begun in the new directory").isEmpty();

    crash();
    time.advance(Duration.ofMinutes(1));
    try (Gateway second = build()) {
      settle(second);
      assertThat(broker.acknowledged).hasSize(2);
    }
  }

  @Test
  void aDataDirectoryThatWasMovedAndIsBackIsWrittenAgain() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      broker.publish("{\"t\": 1}", "plant/+");
      settle(gateway);

      Runnable putBack = disk.moveDirectory(folder.resolve("data"));
      broker.publish("{\"t\": 2}", "plant/+");
      settle(gateway);
      time.advance(Duration.ofMinutes(5));
      settle(gateway);
      assertThat(broker.acknowledged).hasSize(1);
      assertThat(disk.files("/data/")).as("nothing is begun in another directory").isEmpty();

      putBack.run();
      settle(gateway);
      assertThat(alarms(gateway, "data-directory-lost")).isEmpty();
      broker.publish("{\"t\": 3}", "plant/+");
      settle(gateway);
      time.advance(Duration.ofMinutes(1));
      settle(gateway);
      assertThat(alarms(gateway, "log-unwritable")).isEmpty();
      assertThat(broker.acknowledged).hasSize(3);
    }
    crash();
    time.advance(Duration.ofMinutes(1));
    try (Gateway second = build()) {
      settle(second);
      assertThat(store.lines).hasSize(3);
      assertThat(second.view().status().alarms())
          .as("nothing is damaged")
          .allMatch(alarm -> alarm.id().equals("source-down"));
    }
  }

  @Test
  void aReplacedLockEndsAcknowledgementsAtOnce() throws Exception {
    Gateway gateway = build();
    settle(gateway);
    broker.publish("{\"t\": 1}", "plant/+");
    settle(gateway);
    disk.replaceDirectory(folder.resolve("data/lock"));
    broker.publish("{\"t\": 2}", "plant/+");
    settle(gateway);
    assertThat(broker.acknowledged).hasSize(1);
    assertThat(alarms(gateway, "data-directory-lost")).hasSize(1);
  }

  /** The log writes, the store takes: only the file of the position has a bad block. */
  @Test
  void aPositionThatCannotBeKeptIsAnAlarm() throws Exception {
    try (Gateway gateway = build()) {
      settle(gateway);
      disk.fail((verb, path) -> verb.equals("write") && path.toString().contains("sink-history"));
      broker.publish("{\"t\": 1}", "plant/+");
      settle(gateway);
      assertThat(broker.acknowledged).hasSize(1);
      assertThat(alarms(gateway, "sink-held"))
          .singleElement()
          .matches(alarm -> alarm.text().contains("how far it is in the log cannot be kept"));
      disk.heal();
      settle(gateway);
      assertThat(alarms(gateway, "sink-held")).isEmpty();
    }
  }

  private static List<Alarm> alarms(Gateway gateway, String id) {
    return gateway.view().status().alarms().stream().filter(each -> each.id().equals(id)).toList();
  }

  @Test
  void whatIsOpenIsClosedAgainIfAPartCannotBeBuilt() throws Exception {
    disk.fail((verb, path) -> path.toString().contains("quarantine"));
    assertThatThrownBy(this::build).isInstanceOf(IOException.class);
    disk.heal();
    build().close(); // the lock is free
  }

  /** A store that keeps lines, refuses some, or is down. */
  private static final class Store {

    final List<String> lines = new ArrayList<>();
    boolean up = true;
    Predicate<String> refused = line -> false;

    Answer write(String sink, List<String> batch) {
      if (!up) {
        return new Answer.Down("the store is down");
      }
      List<Answer.RefusedLine> named = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        if (refused.test(batch.get(i))) {
          named.add(new Answer.RefusedLine(i, "no"));
        } else if (batch.get(i).startsWith("telemetry")) {
          lines.add(batch.get(i));
        }
      }
      return named.isEmpty() ? new Answer.Stored() : new Answer.Refused(true, named, "no");
    }
  }
}
