package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Shelf;
import io.weir.gateway.source.SubscribeRequest;
import io.weir.peers.Mosquitto;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a source owes, against a real broker. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("server")
class MqttSourceTest {

  @TempDir static Path home;
  private static Mosquitto broker;

  private final String topic = "plant/" + UUID.randomUUID();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Factory factory;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = Mosquitto.started(home.resolve("broker"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void startFactory() throws Exception {
    factory = new Factory(broker.url());
    open.add(factory);
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private Rig rig() {
    Rig rig = new Rig(broker.url(), topic);
    open.add(0, rig);
    return rig;
  }

  private Proxy proxy() throws Exception {
    Proxy proxy = new Proxy(broker.port());
    open.add(proxy);
    return proxy;
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(String::valueOf).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void messagesArriveInOrderAndAreAcknowledged(int version) throws Exception {
    Rig rig = rig();
    rig.version = version;
    rig.connected();

    factory.publishNumbers(topic, 0, 50);

    await().until(() -> rig.shelf.taken().size() == 50);
    assertThat(rig.shelf.texts()).isEqualTo(numbers(0, 50));
    await().until(() -> rig.meter(MeterNames.ACKNOWLEDGED) == 50);
    await().until(() -> rig.source.status().unacknowledged() == 0);
    Delivery first = rig.shelf.taken().get(0);
    assertThat(first.source()).isEqualTo("plant");
    assertThat(first.topic()).isEqualTo(topic);
    assertThat(first.qos()).isEqualTo(1);
    assertThat(first.packetId()).isPositive();
    assertThat(first.duplicate()).isFalse();
    assertThat(first.retained()).isFalse();
  }

  @Test
  void theContentTypeComesAlong() throws Exception {
    Rig rig = rig().connected();

    factory.publishTyped(topic, "{}", "application/json");

    await().until(() -> rig.shelf.taken().size() == 1);
    assertThat(rig.shelf.taken().get(0).contentType()).isEqualTo("application/json");
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void nothingIsAcknowledgedBeforeItIsDurable(int version) throws Exception {
    Proxy proxy = proxy();
    Rig rig = rig();
    rig.url = proxy.url();
    rig.version = version;
    rig.connected();
    rig.shelf.mode(Shelf.Mode.HOLD);
    factory.publishNumbers(topic, 0, 10);
    await().until(() -> rig.shelf.taken().size() == 10);
    assertThat(rig.meter(MeterNames.ACKNOWLEDGED)).isZero();
    assertThat(rig.source.status().unacknowledged()).isEqualTo(10);

    proxy.cut();

    await().until(() -> rig.shelf.taken().size() == 20);
    assertThat(rig.shelf.texts().subList(10, 20)).isEqualTo(numbers(0, 10));
    assertThat(rig.shelf.taken().subList(10, 20)).allMatch(Delivery::duplicate);
    assertThat(rig.source.status().sessionsLost()).isZero();
    assertThat(rig.source.status().connects()).isEqualTo(2);

    rig.shelf.settle();
    await().until(() -> rig.meter(MeterNames.ACKNOWLEDGED) == 10);
    assertThat(rig.source.status().unacknowledged()).isZero();
    proxy.cut();
    await().until(() -> rig.source.status().connects() == 3 && rig.source.status().ready());
    factory.publish(topic, "after");
    await().until(() -> rig.shelf.texts().contains("after"));
    // the cut may have taken acknowledgements that were on their way
    List<Delivery> late = rig.shelf.taken().subList(20, rig.shelf.taken().size());
    assertThat(late).filteredOn(each -> !each.duplicate()).hasSize(1);
  }

  @Test
  void acknowledgementsLeaveInOrderOfArrival() throws Exception {
    Rig rig = rig().connected();
    rig.shelf.mode(Shelf.Mode.HOLD);
    factory.publishNumbers(topic, 0, 3);
    await().until(() -> rig.shelf.taken().size() == 3);

    rig.shelf.settleLast();
    await().during(Duration.ofMillis(200)).until(() -> rig.meter(MeterNames.ACKNOWLEDGED) == 0);
    rig.shelf.settle();

    await().until(() -> rig.meter(MeterNames.ACKNOWLEDGED) == 3);
  }

  @Test
  void theBrokerHasNoMoreUnderWayThanTheReceiveMaximum() throws Exception {
    Rig rig = rig();
    rig.receiveMaximum = 7;
    rig.connected();
    rig.shelf.mode(Shelf.Mode.HOLD);

    factory.publishNumbers(topic, 0, 30);

    await().until(() -> rig.shelf.taken().size() == 7);
    await().during(Duration.ofMillis(300)).until(() -> rig.shelf.taken().size() == 7);
    rig.shelf.mode(Shelf.Mode.DURABLE);
    rig.shelf.settle();
    await().until(() -> rig.shelf.taken().size() == 30);
    assertThat(rig.shelf.texts()).isEqualTo(numbers(0, 30));
    assertThat(rig.source.status().connects()).isEqualTo(1);
  }

  @Test
  void withoutRoomMessagesWaitInOrderUntilThereIsRoom() throws Exception {
    Rig rig = rig().connected();
    rig.shelf.mode(Shelf.Mode.NO_ROOM);
    factory.publishNumbers(topic, 0, 20);
    await().until(() -> rig.source.status().unacknowledged() == 20);
    assertThat(rig.shelf.refused()).isEmpty();

    rig.shelf.mode(Shelf.Mode.DURABLE);
    factory.publishNumbers(topic, 20, 40);

    await().until(() -> rig.meter(MeterNames.ACKNOWLEDGED) == 40);
    assertThat(rig.shelf.texts()).isEqualTo(numbers(0, 40));
    assertThat(rig.source.status().connects()).isEqualTo(1);
  }

  @Test
  void newcomersQueueBehindWhatWaitsInsteadOfBeingOffered() throws Exception {
    Rig rig = rig().connected();
    rig.shelf.mode(Shelf.Mode.NO_ROOM);

    factory.publishNumbers(topic, 0, 60);

    await().until(() -> rig.source.status().unacknowledged() == 60);
    // one offer on arrival, then only the head, once in a while
    assertThat(rig.shelf.offers()).isLessThan(60);
  }

  @Test
  void afterAFailedSyncTheMessageIsOfferedAgain() throws Exception {
    Rig rig = rig().connected();
    rig.shelf.mode(Shelf.Mode.FAIL);
    factory.publishNumbers(topic, 0, 5);
    await().until(() -> rig.shelf.taken().size() >= 8);
    assertThat(rig.meter(MeterNames.ACKNOWLEDGED)).isZero();

    rig.shelf.mode(Shelf.Mode.DURABLE);

    await().until(() -> rig.meter(MeterNames.ACKNOWLEDGED) == 5);
    assertThat(rig.shelf.texts()).containsAll(numbers(0, 5));
    assertThat(rig.source.status().unacknowledged()).isZero();
    assertThat(rig.source.status().connects()).isEqualTo(1);
  }

  @Test
  void withoutRoomAQos0MessageIsRefusedAndAQos1MessageIsNot() throws Exception {
    Rig rig = rig().connected();
    rig.shelf.mode(Shelf.Mode.NO_ROOM);

    factory.publish(topic, "dear", 1, false);
    factory.publish(topic, "cheap", 0, false);

    await().until(() -> rig.shelf.refused().size() == 1);
    assertThat(rig.shelf.refused()).extracting(Shelf::text).containsExactly("cheap");
    assertThat(rig.source.status().unacknowledged()).isEqualTo(1);
  }

  @Test
  void whatCannotBeReadYetIsKeptAndOfferedAgainAtEachQos() throws Exception {
    for (int qos = 0; qos <= 1; qos++) {
      try (Rig rig = rig().connected()) {
        rig.shelf.notYet("first");
        factory.publish(topic, "first", qos, false);
        factory.publish(topic, "second", qos, false);
        await().until(() -> rig.shelf.offers() > 2);
        assertThat(rig.shelf.taken()).isEmpty();

        rig.shelf.notYet("");

        await().until(() -> rig.shelf.taken().size() == 2);
        assertThat(rig.shelf.texts()).containsExactly("first", "second");
        assertThat(rig.shelf.refused()).isEmpty();
      }
    }
  }

  @Test
  void aQos0MessageIsRefusedWhenItsSyncFails() throws Exception {
    Rig rig = rig().connected();
    rig.shelf.mode(Shelf.Mode.FAIL);

    factory.publish(topic, "cheap", 0, false);

    await().until(() -> rig.shelf.refused().size() == 1);
    assertThat(rig.shelf.taken()).hasSize(1);
    assertThat(rig.shelf.taken().get(0).packetId()).isZero();
  }

  @Test
  void aRetainedMessageIsMarkedAndNotSentAgainOnAReconnect() throws Exception {
    factory.publish(topic, "old", 1, true);
    Proxy proxy = proxy();
    Rig rig = rig();
    rig.url = proxy.url();
    rig.connected();
    await().until(() -> rig.shelf.taken().size() == 1);
    assertThat(rig.shelf.taken().get(0).retained()).isTrue();
    await().until(() -> rig.meter(MeterNames.ACKNOWLEDGED) == 1);

    proxy.cut();
    await().until(() -> rig.source.status().connects() == 2 && rig.source.status().ready());
    factory.publish(topic, "new");

    await().until(() -> rig.shelf.taken().size() == 2);
    assertThat(rig.shelf.texts()).containsExactly("old", "new");
    assertThat(rig.shelf.taken().get(1).retained()).isFalse();
  }

  @Test
  void aStopKeepsTheSessionAndWhatIsNotDurableComesAgain() throws Exception {
    Rig rig = rig().connected();
    rig.shelf.mode(Shelf.Mode.HOLD);
    factory.publishNumbers(topic, 0, 4);
    await().until(() -> rig.shelf.taken().size() == 4);
    rig.source.stopReceiving();
    rig.shelf.settle();
    await().until(() -> rig.meter(MeterNames.ACKNOWLEDGED) == 4);
    factory.publishNumbers(topic, 4, 6);
    rig.stop();
    assertThat(rig.source.status().state()).isEqualTo("stopped");
    assertThat(rig.shelf.texts()).isEqualTo(numbers(0, 4));
    factory.publishNumbers(topic, 6, 8);

    Rig next = rig();
    next.clientId = rig.clientId;
    next.store = rig.store;
    next.connected();

    await().until(() -> next.shelf.taken().size() == 4);
    assertThat(next.shelf.texts()).isEqualTo(numbers(4, 8));
    assertThat(next.source.status().sessionsLost()).isZero();
  }

  @Test
  void whatBecomesDurableWhileStoppingIsStillAcknowledged() throws Exception {
    Rig rig = rig().connected();
    rig.shelf.mode(Shelf.Mode.HOLD);
    factory.publishNumbers(topic, 0, 100);
    await().until(() -> rig.shelf.taken().size() == 100);

    rig.source.stopReceiving();
    rig.shelf.settle();
    await().until(() -> rig.source.status().unacknowledged() == 0);
    rig.source.close();

    Rig next = rig();
    next.clientId = rig.clientId;
    next.store = rig.store;
    next.connected();
    factory.publish(topic, "next");
    await().until(() -> next.shelf.taken().size() == 1);
    assertThat(next.shelf.texts()).containsExactly("next");
  }

  @Test
  void aFilterNoLongerWantedIsUnsubscribedAfterARestart() throws Exception {
    String stale = topic + "/stale";
    Rig rig = rig();
    rig.subscriptions = List.of(new SubscribeRequest(topic, 1), new SubscribeRequest(stale, 1));
    rig.connected();
    rig.stop();
    assertThat(rig.store.load()).containsExactlyInAnyOrder(topic, stale);

    Rig next = rig();
    next.clientId = rig.clientId;
    next.store = rig.store;
    next.connected();
    factory.publish(stale, "unwanted");
    factory.publish(topic, "wanted");

    await().until(() -> !next.shelf.taken().isEmpty());
    assertThat(next.shelf.texts()).containsExactly("wanted");
    assertThat(next.store.load()).isEqualTo(Set.of(topic));
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void subscriptionsChangeByDifferenceOnTheConnectionThereIs(int version) throws Exception {
    String gone = topic + "/gone";
    String added = topic + "/added";
    factory.publish(topic, "retained, sent before", 1, true);
    Rig rig = rig();
    rig.version = version;
    rig.subscriptions = List.of(new SubscribeRequest(topic, 1), new SubscribeRequest(gone, 1));
    rig.connected();
    await().until(() -> rig.shelf.taken().size() == 1);

    rig.source
        .subscribe(List.of(new SubscribeRequest(topic, 1), new SubscribeRequest(added, 1)))
        .get();
    factory.publish(gone, "unwanted");
    factory.publish(added, "wanted");
    factory.publish(topic, "as before");

    await().until(() -> rig.shelf.taken().size() == 3);
    assertThat(rig.shelf.texts()).containsExactly("retained, sent before", "wanted", "as before");
    assertThat(rig.store.load()).isEqualTo(Set.of(topic, added));
    assertThat(rig.source.status().connects()).isEqualTo(1);
    factory.publish(topic, "", 1, true);
  }

  @Test
  void aChangeOfSubscriptionsWhileTheBrokerIsAwayComesWithTheNextConnection() throws Exception {
    String added = topic + "/added";
    Proxy proxy = proxy();
    Rig rig = rig();
    rig.url = proxy.url();
    rig.connected();
    proxy.cut();
    CompletableFuture<Void> overtaken =
        rig.source.subscribe(List.of(new SubscribeRequest(topic + "/never", 1)));
    rig.source.subscribe(List.of(new SubscribeRequest(added, 1))).get();

    factory.publish(topic, "unwanted");
    factory.publish(added, "wanted");
    await().until(() -> !rig.shelf.taken().isEmpty());
    assertThat(rig.shelf.texts()).containsExactly("wanted");
    assertThat(rig.store.load()).isEqualTo(Set.of(added));
    assertThat(overtaken).isCompleted();
  }

  @Test
  void aSessionThatTheBrokerLostIsCountedAndWhatOnlyWaitedHereIsKept() throws Exception {
    Proxy proxy = proxy();
    Rig rig = rig();
    rig.url = proxy.url();
    rig.connected();
    assertThat(rig.source.status().sessionsLost()).isZero();
    rig.shelf.mode(Shelf.Mode.NO_ROOM);
    factory.publishNumbers(topic, 0, 3);
    await().until(() -> rig.source.status().unacknowledged() == 3);

    proxy.cut();
    endSession(rig.clientId);

    await().until(() -> rig.source.status().sessionsLost() == 1 && rig.source.status().ready());
    assertThat(rig.meter(MeterNames.SESSIONS_LOST)).isEqualTo(1);
    rig.shelf.mode(Shelf.Mode.DURABLE);
    factory.publish(topic, "new");
    await().until(() -> rig.shelf.taken().size() == 4);
    assertThat(rig.shelf.texts()).containsExactly("0", "1", "2", "new");
    await().until(() -> rig.source.status().unacknowledged() == 0);
    assertThat(rig.meter(MeterNames.ACKNOWLEDGED)).isEqualTo(1);
  }

  /** What a broker does that forgets: takes the client id over and lets the session go. */
  private static void endSession(String clientId) throws Exception {
    MqttClient client = new MqttClient(broker.url(), clientId, new MemoryPersistence());
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(true);
    options.setSessionExpiryInterval(0L);
    client.connect(options);
    client.disconnect();
    client.close();
  }

  @Test
  void whatWaitedComesAgainOnceWhenTheSessionWasKept() throws Exception {
    Proxy proxy = proxy();
    Rig rig = rig();
    rig.url = proxy.url();
    rig.connected();
    rig.shelf.mode(Shelf.Mode.NO_ROOM);
    factory.publishNumbers(topic, 0, 3);
    await().until(() -> rig.source.status().unacknowledged() == 3);

    proxy.cut();
    await().until(() -> rig.source.status().connects() == 2 && rig.source.status().ready());
    await().until(() -> rig.source.status().unacknowledged() == 3);
    rig.shelf.mode(Shelf.Mode.DURABLE);

    await().until(() -> rig.meter(MeterNames.ACKNOWLEDGED) == 3);
    assertThat(rig.shelf.texts()).containsExactly("0", "1", "2");
    assertThat(rig.shelf.taken()).allMatch(Delivery::duplicate);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void pastTheBoundTheConnectionIsClosedAndTheSessionKept(int version) throws Exception {
    Rig rig = rig();
    rig.version = version;
    if (version == 5) {
      rig.windowBytes = 10L * Delivery.bytes(topic, new byte[10], null);
    } else {
      rig.receiveMaximum = 10;
    }
    rig.connected();
    rig.shelf.mode(Shelf.Mode.NO_ROOM);

    factory.publishNumbers(topic, 0, 60);

    await().until(() -> !rig.source.status().ready());
    assertThat(rig.source.status().reason()).contains("window is full");
    assertThat(rig.source.status().unacknowledged()).isEqualTo(11);
    rig.shelf.mode(Shelf.Mode.DURABLE);
    await().until(() -> Set.copyOf(rig.shelf.texts()).equals(Set.copyOf(numbers(0, 60))));
    assertThat(rig.source.status().sessionsLost()).isZero();
  }

  @Test
  void aMessageLargerThanTheWholeWindowIsStillTaken() throws Exception {
    Rig rig = rig();
    rig.windowBytes = 1000;
    rig.connected();

    factory.publish(topic, "x".repeat(5000));
    factory.publish(topic, "small");

    await().until(() -> rig.shelf.texts().contains("small"));
    assertThat(rig.shelf.texts().get(0)).hasSize(5000);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void inASharedGroupEachMessageGoesToOneGateway(int version) throws Exception {
    List<Rig> rigs = List.of(rig(), rig());
    for (Rig rig : rigs) {
      rig.share = "gateways";
      rig.version = version;
      rig.connected();
    }
    assertThat(rigs.get(0).store.load()).containsExactly("$share/gateways/" + topic);

    factory.publishNumbers(topic, 0, 40);

    await().until(() -> texts(rigs).count() == 40);
    assertThat(texts(rigs)).containsExactlyInAnyOrderElementsOf(numbers(0, 40));
    assertThat(rigs).allMatch(rig -> !rig.shelf.taken().isEmpty());
  }

  private static Stream<String> texts(List<Rig> rigs) {
    return rigs.stream().flatMap(rig -> rig.shelf.texts().stream());
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void aConnectionThatOnlySeemsAliveIsFoundOutAndReplaced(int version) throws Exception {
    Proxy proxy = proxy();
    Rig rig = rig();
    rig.url = proxy.url();
    rig.version = version;
    rig.keepAlive = Duration.ofSeconds(2);
    rig.connectTimeout = Duration.ofSeconds(1);
    rig.connected();

    proxy.silenceOpenConnections();

    await().until(() -> rig.source.status().connects() == 2 && rig.source.status().ready());
    factory.publish(topic, "alive");
    await().until(() -> rig.shelf.texts().contains("alive"));
  }

  @Test
  void anIdleConnectionThatIsAliveIsLeftAlone() {
    Rig rig = rig();
    rig.keepAlive = Duration.ofSeconds(1);
    rig.connected();

    await()
        .during(Duration.ofMillis(2500))
        .until(() -> rig.source.status().ready() && rig.source.status().connects() == 1);
  }

  /** In MQTT 3.1.1 the broker gives no reason; Mosquitto 2.0.11 gives none in MQTT 5 either. */
  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void aSecondClientWithTheSameIdIsNamedAsTheReason(int version) {
    Rig first = rig();
    first.version = version;
    first.connected();
    Rig second = rig();
    second.version = version;
    second.clientId = first.clientId;

    second.start();

    await().until(() -> first.source.status().reason().contains("same client id"));
    await()
        .until(
            () ->
                first.source.troubles().stream()
                    .anyMatch(each -> each.kind() == AlarmKind.CLIENT_ID_SHARED));
    second.stop();
    await().until(() -> first.source.status().ready());
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void aConnectionClosedOnceSuspectsNoOtherClient(int version) throws Exception {
    Proxy proxy = proxy();
    Rig rig = rig();
    rig.url = proxy.url();
    rig.version = version;
    rig.connectTimeout = Duration.ofMinutes(2);
    rig.connected();

    proxy.hold(); // the reason stays while the next connection waits for its answer
    proxy.cut();

    await().until(() -> rig.source.status().reason().contains("closed the connection without"));
    assertThat(rig.source.status().reason()).doesNotContain("client id");
    proxy.release();
    await().until(() -> rig.source.status().ready());
  }

  @Test
  void aDefectBehindTheInboxKeepsTheMessageAndSaysSo() throws Exception {
    Rig rig = rig().connected();
    rig.shelf.mode(Shelf.Mode.BROKEN);
    factory.publish(topic, "kept");
    await().until(() -> rig.source.status().reason().contains("broken inside"));
    assertThat(rig.source.status().ready()).isFalse();

    rig.shelf.mode(Shelf.Mode.DURABLE);

    await().until(() -> rig.meter(MeterNames.ACKNOWLEDGED) == 1);
    assertThat(rig.source.status().ready()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void anUnknownHostIsNamed(int version) {
    Rig rig = rig();
    rig.version = version;
    rig.url = "tcp://no-such-host.invalid:1883";
    rig.start();

    await().until(() -> rig.source.status().reason().contains("unknown host no-such-host.invalid"));
    assertThat(rig.source.status().ready()).isFalse();
    assertThat(rig.meter(MeterNames.CONNECTED)).isZero();
  }

  @Test
  void theAgeOfTheLastMessageIsUnknownUntilOneCame() throws Exception {
    Rig rig = rig().connected();
    assertThat(rig.meter(MeterNames.LAST_MESSAGE_AGE)).isNaN();

    factory.publish(topic, "1");

    await().until(() -> rig.meter(MeterNames.ACKNOWLEDGED) == 1);
    assertThat(rig.meter(MeterNames.LAST_MESSAGE_AGE)).isBetween(0.0, 60.0);
    assertThat(rig.meter(MeterNames.CONNECTED)).isEqualTo(1);
    assertThat(rig.meter(MeterNames.CONNECTS)).isEqualTo(1);
    assertThat(rig.meter(MeterNames.UNACKNOWLEDGED)).isZero();
  }
}
