package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.Soak;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.SessionStore;
import io.weir.gateway.source.SparkplugConfig;
import io.weir.gateway.source.SubscribeRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A whole source on the test's own thread: clock, broker, inbox and store of filters do what the
 * test says, when it says so.
 */
class SteppedMqttSourceTest {

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final SubscribeRequest A = new SubscribeRequest("plant/a", 1);
  private static final SubscribeRequest B = new SubscribeRequest("plant/b", 1);

  private static final class ManualTime implements Time {
    private long ns = 1_700_000_000_000_000_000L;

    @Override
    public long wallNs() {
      return ns;
    }

    @Override
    public long elapsedNs() {
      return ns;
    }

    void advance(Duration by) {
      ns += by.toNanos();
    }
  }

  private static final class ManualInbox implements Inbox {
    final List<Delivery> unsettled = new ArrayList<>();
    final Set<String> durable = new LinkedHashSet<>();
    int refused;
    int lingersEnded;
    boolean room = true;
    @Nullable Error defect;

    @Override
    public Answer offer(Delivery delivery) {
      Error thrown = defect;
      if (thrown != null) {
        throw thrown;
      }
      if (!room) {
        return Answer.NO_ROOM;
      }
      unsettled.add(delivery);
      return Answer.TAKEN;
    }

    @Override
    public Answer note(String source, SessionEvent event, Delivery.Settled settled) {
      throw new AssertionError("a broker keeps the sessions of this source");
    }

    @Override
    public void endLinger() {
      lingersEnded++;
    }

    @Override
    public void refused(Delivery delivery) {
      refused++;
    }

    void settle(int index) {
      Delivery delivery = unsettled.remove(index);
      durable.add(new String(delivery.payload(), StandardCharsets.UTF_8));
      delivery.settled().durable(new Receipt(1, 1, 0, List.of()));
    }

    void settleAll() {
      while (!unsettled.isEmpty()) {
        settle(0);
      }
    }

    void fail(int index) {
      unsettled.remove(index).settled().failed(new IOException("disk gone"));
    }
  }

  private static final class ManualStore implements SessionStore {
    Set<String> filters = Set.of();
    LastConnection last = LastConnection.NONE;
    boolean fails;

    @Override
    public Set<String> load() throws IOException {
      check();
      return filters;
    }

    @Override
    public void save(Set<String> next) throws IOException {
      check();
      filters = new TreeSet<>(next);
    }

    @Override
    public LastConnection lastConnection() throws IOException {
      check();
      return last;
    }

    @Override
    public void save(LastConnection next) throws IOException {
      check();
      last = next;
    }

    private void check() throws IOException {
      if (fails) {
        throw new IOException("disk gone");
      }
    }
  }

  private final ManualTime time = new ManualTime();
  private final SteppedBroker broker = new SteppedBroker();
  private final ManualInbox inbox = new ManualInbox();
  private final ManualStore store = new ManualStore();
  private SparkplugConfig sparkplug = SparkplugConfig.DEFAULT;
  private int version = 5;
  private int receiveMaximum = 100;
  private MqttSource source;

  private void build(SubscribeRequest... subscriptions) {
    broker.receiveMaximum = version == 5 ? receiveMaximum : 65_535;
    source =
        new MqttSource(
            new MqttConfig(
                "plant",
                URI.create("tcp://broker:1883"),
                "weir",
                null,
                null,
                version,
                receiveMaximum,
                1 << 20,
                1 << 20,
                Duration.ofDays(1),
                KEEP_ALIVE,
                ANSWER_LIMIT,
                null,
                null,
                sparkplug),
            List.of(subscriptions),
            inbox,
            time,
            new SimpleMeterRegistry(),
            store,
            broker);
  }

  private void advance(Duration by) {
    time.advance(by);
    source.step();
  }

  /** Steps and answers until the source is ready. */
  private void connected(SubscribeRequest... subscriptions) {
    build(subscriptions);
    settleDown();
    assertThat(source.status().ready()).isTrue();
  }

  private void settleDown() {
    for (int i = 0; i < 5; i++) {
      source.step();
      broker.link().answerAll();
    }
    source.step();
  }

  private String reason() {
    return source.status().reason();
  }

  @Test
  void aMessageIsSteppedFromTheBrokerToItsAcknowledgement() {
    build(A);
    assertThat(broker.links).isEmpty();
    assertThat(source.status().state()).isEqualTo("down");

    source.step();
    assertThat(source.status().state()).isEqualTo("connecting");
    broker.link().answer(); // CONNACK
    source.step();
    assertThat(broker.filters).containsExactly("plant/a");
    assertThat(source.status().ready()).isFalse();
    broker.link().answer(); // SUBACK
    source.step();
    assertThat(source.status().ready()).isTrue();

    broker.publish("1", "plant/a");
    broker.publish("2", "plant/a");
    broker.link().sendAll();
    source.step();
    assertThat(inbox.unsettled).hasSize(2);
    assertThat(broker.acknowledged).isEmpty();

    inbox.settle(1);
    source.step();
    assertThat(broker.acknowledged).as("the first is not durable yet").isEmpty();
    inbox.settle(0);
    source.step();
    assertThat(broker.acknowledged).containsExactly("1", "2");
    assertThat(source.status().unacknowledged()).isZero();
  }

  @Test
  void whatWasDurableOnALostConnectionIsNotAcknowledgedOnTheNext() {
    connected(A);
    broker.publish("1", "plant/a");
    broker.link().sendAll();
    source.step();
    broker.link().drop("connection lost");
    source.step();
    assertThat(reason()).isEqualTo("connection lost");
    inbox.settleAll();

    advance(Duration.ofSeconds(1));
    settleDown();
    assertThat(source.status().connects()).isEqualTo(2);
    assertThat(broker.acknowledged).isEmpty();
    broker.link().sendAll();
    source.step();
    assertThat(inbox.unsettled).hasSize(1).allMatch(Delivery::duplicate);
    inbox.settleAll();
    source.step();
    assertThat(broker.acknowledged).containsExactly("1");
  }

  @Test
  void whatFoundNoRoomIsOfferedAgain() {
    connected(A);
    inbox.room = false;
    broker.publish("1", "plant/a");
    broker.link().sendAll();
    source.step();
    inbox.room = true;
    assertThat(inbox.unsettled).isEmpty();

    advance(Duration.ofMillis(50));
    assertThat(inbox.unsettled).hasSize(1);
    inbox.fail(0);
    advance(Duration.ofMillis(50));
    inbox.settleAll();
    source.step();
    assertThat(broker.acknowledged).containsExactly("1");
  }

  /** Publishes so many messages and gives them to the source. */
  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      broker.publish("message", "plant/a");
    }
    broker.link().sendAll();
    source.step();
  }

  @Test
  void theLogWaitsForMoreWhileTheBrokerMaySendMore() {
    receiveMaximum = 3;
    connected(A);
    publish(2);
    assertThat(inbox.unsettled).hasSize(2);
    assertThat(inbox.lingersEnded).isZero();
  }

  @Test
  void theLogWaitsForNoMoreWhenReceiveMaximumIsReached() {
    receiveMaximum = 3;
    connected(A);
    publish(3);
    assertThat(inbox.lingersEnded).isEqualTo(1);

    publish(2); // which the broker keeps
    assertThat(inbox.unsettled).hasSize(3);
    assertThat(inbox.lingersEnded).as("nothing came since").isEqualTo(1);

    inbox.settleAll();
    source.step();
    broker.link().sendAll();
    source.step();
    assertThat(inbox.unsettled).hasSize(2);
    assertThat(inbox.lingersEnded).as("one more may come").isEqualTo(1);
  }

  @Test
  void theLogIsNotHurriedWhileItHasNoRoomForAllThatCame() {
    receiveMaximum = 3;
    connected(A);
    inbox.room = false;
    publish(3);
    assertThat(inbox.lingersEnded).isZero();
    inbox.room = true;
    advance(Duration.ofMillis(50));
    assertThat(inbox.unsettled).hasSize(3);
    assertThat(inbox.lingersEnded).isEqualTo(1);
  }

  /** Brokers have bounds of their own that they do not tell: 20 in Mosquitto for MQTT 3.1.1. */
  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void aBoundOfTheBrokersOwnIsLearnedFromWhereItStops(int mqtt) {
    version = mqtt;
    connected(A);
    broker.receiveMaximum = 2;
    for (int i = 0; i < 3; i++) {
      publish(i == 0 ? 20 : 0);
      assertThat(inbox.unsettled).hasSize(2);
      assertThat(inbox.lingersEnded).isZero();
      inbox.settleAll();
      source.step();
    }
    publish(0);
    assertThat(inbox.unsettled).hasSize(2);
    assertThat(inbox.lingersEnded).isEqualTo(1);

    broker.receiveMaximum = 100;
    publish(0);
    assertThat(inbox.unsettled).as("more came than the bound that was assumed").hasSize(14);
    assertThat(inbox.lingersEnded).isEqualTo(1);
  }

  @Test
  void overTheBoundTheConnectionIsClosedUntilThereIsRoom() {
    version = 311;
    receiveMaximum = 4;
    connected(A);
    inbox.room = false;
    for (int i = 0; i < 6; i++) {
      broker.publish(String.valueOf(i), "plant/a");
    }
    broker.link().sendAll();
    source.step();
    advance(Duration.ofSeconds(1));
    assertThat(broker.link().gone).isTrue();
    assertThat(reason()).contains("window is full");
    assertThat(source.status().unacknowledged()).isEqualTo(5);
    advance(Duration.ofMinutes(1));
    assertThat(broker.links).hasSize(1);

    // each connection brings more at once than the window holds, and still acknowledges some
    inbox.room = true;
    for (int i = 0; i < 10; i++) {
      advance(Duration.ofMillis(50));
      broker.link().answerAll();
      broker.link().sendAll();
      source.step();
      inbox.settleAll();
    }
    assertThat(source.status().connects()).isEqualTo(3);
    assertThat(inbox.durable).containsExactly("0", "1", "2", "3", "4", "5");
    assertThat(broker.unacknowledged()).isZero();
  }

  @Test
  void anAnswerThatDoesNotComeEndsTheConnection() {
    build(A);
    source.step();
    advance(ANSWER_LIMIT);
    assertThat(reason()).isEqualTo("cannot connect: no answer from tcp://broker:1883 within 5 s");
    assertThat(broker.link().gone).isTrue();

    advance(Duration.ofSeconds(1));
    broker.link().answer();
    source.step();
    advance(ANSWER_LIMIT);
    assertThat(reason()).startsWith("cannot subscribe: no answer");

    advance(Duration.ofSeconds(5));
    settleDown();
    assertThat(source.status().ready()).isTrue();
    advance(KEEP_ALIVE.dividedBy(2)); // silent: a probe is sent
    assertThat(source.status().ready()).isTrue();
    advance(ANSWER_LIMIT);
    assertThat(reason()).startsWith("the connection is dead: no answer");
  }

  @Test
  void theBackOffGrowsAndStartsAgainAfterASteadyConnection() {
    build(A);
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      source.step();
      broker.link().drop("refused");
      waits.add(source.step());
      time.advance(Duration.ofSeconds(30));
    }
    assertThat(waits.get(0)).isBetween(250_000_000L, 750_000_000L);
    assertThat(waits.get(8)).isBetween(15_000_000_000L, 30_000_000_000L);

    settleDown();
    time.advance(Duration.ofSeconds(31));
    broker.link().answerAll();
    broker.link().drop("connection lost");
    assertThat(source.step()).isLessThanOrEqualTo(750_000_000L);
  }

  @Test
  void aRefusedSubscriptionIsTheReasonAndIsAskedForAgain() {
    broker.refusedFilters.add("plant/b");
    build(A, B);
    settleDown();
    assertThat(source.status().state()).isEqualTo("connected");
    assertThat(source.status().ready()).isFalse();
    assertThat(reason()).isEqualTo("plant/b refused: not authorised");

    broker.refusedFilters.clear();
    advance(KEEP_ALIVE.dividedBy(2));
    settleDown();
    assertThat(source.status().ready()).isTrue();
    assertThat(broker.filters).containsExactly("plant/a", "plant/b");
  }

  @Test
  void aSubscriptionThatIsGrantedAtALowerQosIsAnAlarmAndTheSourceIsNotReady() {
    broker.loweredFilters.add("plant/a");
    build(A);
    settleDown();
    assertThat(source.status().ready()).isFalse();
    assertThat(reason()).isEqualTo("plant/a granted at QoS 0 instead of 1");
    assertThat(source.troubles())
        .containsExactly(new Trouble(AlarmKind.QOS_LOWERED, "plant", "plant/a"));

    broker.loweredFilters.clear();
    advance(KEEP_ALIVE.dividedBy(2));
    settleDown();
    assertThat(source.status().ready()).isTrue();
    assertThat(source.troubles()).isEmpty();
  }

  @Test
  void aRouteThatAsksForQos0IsServedByABrokerWithoutQos1() {
    broker.loweredFilters.add("plant/a");
    connected(new SubscribeRequest("plant/a", 0));
    assertThat(source.troubles()).isEmpty();
  }

  @Test
  void whatTheBrokerDropsIsAnAlarmForAnHour() {
    broker.hasStatistics = true;
    connected(A);
    broker.link().sendDropped("500"); // from before
    assertThat(source.troubles()).isEmpty();
    broker.link().sendDropped("507");
    assertThat(source.troubles())
        .containsExactly(
            new Trouble(
                AlarmKind.LOSS_UPSTREAM,
                "plant",
                "7 messages since the gateway started, of all clients of the broker"));
    time.advance(Duration.ofHours(1));
    assertThat(source.troubles()).isEmpty();
    broker.link().sendDropped("3"); // it was restarted
    assertThat(source.troubles()).singleElement().matches(each -> each.reason().startsWith("10 "));
    broker.link().sendDropped("many");
    assertThat(source.troubles()).hasSize(1);
  }

  @Test
  void anErrorInTheInboxIsShownAndTheMessageIsOfferedAgain() {
    connected(A);
    inbox.defect = new StackOverflowError("deep");
    broker.publish("1", "plant/a");
    broker.publish("2", "plant/a");
    broker.link().sendAll();
    source.step();
    assertThat(source.status().ready()).isFalse();
    assertThat(source.troubles()).singleElement().matches(each -> each.reason().contains("deep"));

    inbox.defect = null;
    advance(Duration.ofMillis(50));
    inbox.settleAll();
    source.step();
    assertThat(source.troubles()).isEmpty();
    assertThat(broker.acknowledged).containsExactly("1", "2");
  }

  @Test
  void aChangeOfSubscriptionsIsCompleteWhenTheBrokerHasAnsweredToAll() {
    connected(A);
    CompletableFuture<Void> done = source.subscribe(List.of(B));
    source.step();
    assertThat(broker.filters).containsExactly("plant/a", "plant/b");
    assertThat(store.filters).containsExactly("plant/a", "plant/b");
    broker.link().answer(); // SUBACK
    source.step();
    assertThat(broker.filters).containsExactly("plant/b");
    assertThat(store.filters).containsExactly("plant/a", "plant/b");
    assertThat(done).isNotDone();
    broker.link().answer(); // UNSUBACK
    source.step();
    assertThat(done).isCompleted();
    assertThat(store.filters).containsExactly("plant/b");
  }

  @Test
  void withoutAStoreOfFiltersNothingIsSubscribed() {
    store.fails = true;
    build(A);
    source.step();
    assertThat(reason()).startsWith("cannot read the stored subscriptions");
    assertThat(broker.filters).isEmpty();
    store.fails = false;
    advance(Duration.ofSeconds(1));
    broker.link().answer();
    store.fails = true;
    source.step();
    assertThat(reason()).startsWith("cannot store");
    assertThat(broker.filters).isEmpty();
  }

  @Test
  void aStopSendsWhatIsDueAndThenDisconnects() {
    sparkplug = new SparkplugConfig("weir", true, Duration.ofSeconds(5));
    connected(A);
    assertThat(broker.published).hasSize(1);
    broker.publish("1", "plant/a");
    broker.publish("2", "plant/a");
    broker.link().send();
    source.step();
    source.stopReceiving();
    broker.link().send();
    source.step();
    assertThat(inbox.unsettled).as("no more is received").hasSize(1);
    inbox.settleAll();

    source.close();

    assertThat(broker.acknowledged).containsExactly("1");
    assertThat(broker.published).hasSize(2);
    assertThat(new String(broker.published.get(1).payload(), StandardCharsets.UTF_8))
        .contains("\"online\":false");
    assertThat(source.status().state()).isEqualTo("stopped");
    assertThat(broker.unacknowledged()).isEqualTo(1);
  }

  @Test
  void aSourceThatWasNeverStartedClosesWithoutConnecting() {
    build(A);
    source.close();
    assertThat(broker.links).isEmpty();
    assertThat(source.status().state()).isEqualTo("stopped");
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void nothingIsLostWhateverTheBrokerDoes(int mqtt) {
    for (long seed = 0; seed < Soak.count(30, 500); seed++) {
      SteppedMqttSourceTest world = new SteppedMqttSourceTest();
      world.version = mqtt;
      world.receiveMaximum = 6;
      try {
        world.live(new Random(seed));
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private void live(Random random) {
    build(A);
    source.step();
    int messages = 0;
    for (int i = 0; i < 400; i++) {
      switch (random.nextInt(24)) {
        case 0 -> inbox.room = !inbox.room;
        case 1 -> broker.link().drop(random.nextBoolean() ? null : "connection lost");
        case 2 -> broker.link().failsToSend = random.nextInt(4) == 0;
        case 3 -> store.fails = random.nextInt(4) == 0;
        case 4 -> source.subscribe(random.nextBoolean() ? List.of(A) : List.of(A, B));
        case 5 -> broker.links.forEach(SteppedBroker.Link::reportLate);
        case 6 -> time.advance(Duration.ofMillis(random.nextInt(30_000)));
        case 7 -> {
          if (random.nextInt(8) == 0) {
            broker.loseSession();
          }
        }
        case 8 -> {
          if (!inbox.unsettled.isEmpty()) {
            inbox.fail(random.nextInt(inbox.unsettled.size()));
          }
        }
        case 9, 10, 11 -> {
          if (!inbox.unsettled.isEmpty()) {
            inbox.settle(random.nextInt(inbox.unsettled.size()));
          }
        }
        case 12, 13, 14 -> broker.publish(String.valueOf(messages++), "plant/a");
        case 15, 16, 17 -> broker.link().send();
        case 18, 19 -> broker.link().answer();
        default -> advance(Duration.ofMillis(random.nextInt(100)));
      }
      check();
    }
    store.fails = false;
    inbox.room = true;
    for (int i = 0; i < 400 && !isQuiet(); i++) {
      advance(Duration.ofMillis(500));
      broker.link().failsToSend = false;
      broker.link().answerAll();
      broker.link().sendAll();
      inbox.settleAll();
      check();
    }
    assertThat(isQuiet()).as("all is acknowledged in the end: %s", source.status()).isTrue();
    for (int message = 0; message < messages; message++) {
      String text = String.valueOf(message);
      assertThat(inbox.durable.contains(text) || broker.lost.contains(text))
          .as("message %s is durable or was lost by the broker", text)
          .isTrue();
    }
  }

  private boolean isQuiet() {
    return source.status().ready()
        && source.status().unacknowledged() == 0
        && broker.unacknowledged() == 0
        && !broker.hasMessages();
  }

  private void check() {
    assertThat(inbox.durable).as("acknowledged is durable").containsAll(broker.acknowledged);
    assertThat(store.filters)
        .as("each filter that the broker holds is stored")
        .containsAll(broker.filters);
    assertThat(inbox.refused).as("a QoS 1 message is never refused").isZero();
  }
}
