package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.SessionStore.LastConnection;
import io.weir.gateway.source.SourceConnection;
import io.weir.gateway.source.SparkplugConfig;
import io.weir.gateway.source.SubscribeRequest;
import io.weir.gateway.source.mqtt.SessionCommand.Abandon;
import io.weir.gateway.source.mqtt.SessionCommand.Complete;
import io.weir.gateway.source.mqtt.SessionCommand.Connect;
import io.weir.gateway.source.mqtt.SessionCommand.CountBroken;
import io.weir.gateway.source.mqtt.SessionCommand.CountConnect;
import io.weir.gateway.source.mqtt.SessionCommand.Disconnect;
import io.weir.gateway.source.mqtt.SessionCommand.Load;
import io.weir.gateway.source.mqtt.SessionCommand.Save;
import io.weir.gateway.source.mqtt.SessionCommand.SaveConnection;
import io.weir.gateway.source.mqtt.SessionCommand.Subscribe;
import io.weir.gateway.source.mqtt.SessionCommand.Unsubscribe;
import io.weir.gateway.source.mqtt.Subscriptions.Target;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The state of a session alone: events in, commands out. */
class MqttSessionTest {

  private static final Ending BROKEN =
      new Ending(
          Ending.Kind.BROKEN_PACKET, "connection lost: the broker sent a broken packet: QoS 3");
  private static final Ending TAKEN_OVER = new Ending(Ending.Kind.TAKEN_OVER, "taken over");

  private static final SubscribeRequest A = new SubscribeRequest("a", 1);
  private static final SubscribeRequest B = new SubscribeRequest("b", 1);

  private long nowNs;
  private final InflightWindow window = new InflightWindow(2, Long.MAX_VALUE, 2);
  private final Target target = target(A);
  private final MqttSession session =
      new MqttSession(
          new MqttConfig(
              "plant",
              URI.create("tcp://broker:1883"),
              "weir",
              null,
              null,
              311,
              2,
              1 << 20,
              1 << 20,
              Duration.ofDays(1),
              Duration.ofSeconds(20),
              Duration.ofSeconds(5),
              null,
              null,
              SparkplugConfig.DEFAULT),
          target,
          window,
          new Time() {
            @Override
            public long wallNs() {
              return nowNs;
            }

            @Override
            public long elapsedNs() {
              return nowNs;
            }
          },
          new SplittableRandom(1));

  private static Target target(SubscribeRequest... subscriptions) {
    return new Target(List.of(subscriptions), new CompletableFuture<>());
  }

  private List<SessionCommand> commands() {
    List<SessionCommand> commands = new ArrayList<>();
    SessionCommand next = session.poll();
    while (next != null) {
      commands.add(next);
      next = session.poll();
    }
    return commands;
  }

  private final Set<String> stored = Set.of();
  private final LastConnection last = new LastConnection(7, false);

  private void later(Duration by) {
    nowNs += by.toNanos();
    session.advance(-1, -1);
  }

  private void connected(int epoch) {
    later(Duration.ofMinutes(1));
    session.loaded(stored, last);
    session.connected(epoch, true);
    session.subscribed(epoch, List.of());
    session.subscribed(epoch, List.of()); // to what the broker drops
    commands();
    assertThat(session.phase().isReady()).isTrue();
  }

  @Test
  void aFilterIsStoredBeforeItIsSubscribedAndRemovedAfterItIsUnsubscribed() {
    session.advance(-1, -1);
    assertThat(commands()).containsExactly(new Load());
    session.loaded(Set.of("old"), last);
    assertThat(commands())
        .containsExactly(new SaveConnection(new LastConnection(7, true)), connect(1, 8, 7, 8, 8));
    session.connected(1, false);
    assertThat(commands())
        .containsExactly(
            new CountConnect(true, false),
            new SaveConnection(new LastConnection(8, false)),
            new Save(Set.of("a", "old")),
            new Subscribe(List.of(A)));
    session.subscribed(1, List.of());
    assertThat(commands()).containsExactly(new Unsubscribe(Set.of("old"), false));
    session.unsubscribed(1);
    assertThat(commands())
        .containsExactly(
            new Save(Set.of("a")),
            new Complete(target.done()),
            new Subscribe(List.of(BrokerDrops.SUBSCRIPTION)));
    assertThat(session.phase().isReady()).isTrue();
  }

  @Test
  void aChangeWhileAnAnswerIsAwaitedFollowsIt() {
    session.advance(-1, -1);
    session.loaded(stored, last);
    session.connected(1, true);
    commands();
    Target next = target(B);
    session.want(next);
    session.advance(-1, -1);
    assertThat(commands()).isEmpty();
    session.subscribed(1, List.of());
    session.subscribed(1, List.of());
    session.advance(-1, -1);
    assertThat(commands())
        .containsExactly(
            new Complete(target.done()),
            new Subscribe(List.of(BrokerDrops.SUBSCRIPTION)),
            new Save(Set.of("a", "b")),
            new Subscribe(List.of(B)));
  }

  @Test
  void anEventOfAnOlderConnectionIsIgnored() {
    connected(1);
    session.closed(1, Ending.of("connection lost"));
    assertThat(commands()).containsExactly(new Abandon());
    connected(2);
    session.closed(1, Ending.of("late"));
    session.subscribed(1, List.of());
    session.full(1);
    assertThat(commands()).isEmpty();
    assertThat(session.phase().isReady()).isTrue();
  }

  @Test
  void aSessionIsInDoubtFromAConnectWithoutAnAnswerUntilTheNextAnswer() {
    later(Duration.ofMinutes(1));
    session.loaded(Set.of("a"), last);
    commands();
    later(Duration.ofSeconds(5)); // no CONNACK
    commands();
    later(Duration.ofMinutes(1));
    session.loaded(Set.of("a"), last);
    assertThat(commands()).contains(connect(2, number(), 0, number(), number()));
    session.connected(2, true);
    assertThat(commands())
        .startsWith(
            new CountConnect(true, true), new SaveConnection(new LastConnection(number(), false)));
  }

  @Test
  void aBrokerThatWasNotReachedKeepsTheSession() {
    later(Duration.ofMinutes(1));
    session.loaded(Set.of("a"), last);
    commands();
    session.notConnected(1, "refused");
    assertThat(commands())
        .containsExactly(new Abandon(), new SaveConnection(new LastConnection(7, false)));
    later(Duration.ofMinutes(1));
    session.loaded(Set.of("a"), last);
    assertThat(commands()).contains(connect(2, number(), 7, number(), number()));
    session.connected(2, true);
    assertThat(commands()).startsWith(new CountConnect(false, true));
  }

  @Test
  void aConnectionKnowsWhichOneBeganItsSession() {
    long[] numbers = new long[4];
    for (int epoch = 1; epoch <= 3; epoch++) {
      later(Duration.ofMinutes(1));
      session.loaded(Set.of("a"), last);
      numbers[epoch] = number();
      long before = epoch == 1 ? 7 : numbers[epoch - 1];
      assertThat(commands())
          .contains(connect(epoch, numbers[epoch], before, numbers[1], numbers[1]));
      session.connected(epoch, epoch < 3); // the broker has lost it by the third
      commands();
      session.closed(epoch, Ending.of("reset"));
      commands();
    }
    later(Duration.ofMinutes(1));
    session.loaded(Set.of("a"), last);
    assertThat(commands()).contains(connect(4, number(), numbers[3], numbers[3], numbers[3]));
  }

  @Test
  void aConnectionKnowsOfDoubtBeforeTheConnectionThatItResumes() {
    long[] numbers = new long[5];
    for (int epoch = 1; epoch <= 4; epoch++) {
      later(Duration.ofMinutes(1));
      session.loaded(Set.of("a"), last);
      numbers[epoch] = number();
      commands();
      if (epoch == 2) {
        later(Duration.ofSeconds(5)); // no CONNACK
      } else {
        session.connected(epoch, true);
        session.closed(epoch, Ending.of("reset")); // and nothing came by it
      }
      commands();
    }
    later(Duration.ofMinutes(1));
    session.loaded(Set.of("a"), last);
    assertThat(commands()).contains(connect(5, number(), numbers[4], numbers[1], numbers[3]));
  }

  @Test
  void aConnectThatAnEarlierProcessSentWithoutAnAnswerLeavesDoubt() {
    later(Duration.ofMinutes(1));
    session.loaded(Set.of("a"), new LastConnection(7, true));
    assertThat(commands()).containsExactly(new Load(), connect(1, number(), 0, number(), number()));
    session.connected(1, true);
    assertThat(commands()).startsWith(new CountConnect(true, true));
  }

  private static Connect connect(int epoch, long number, long resumed, long since, long sureSince) {
    return new Connect(epoch, new SourceConnection(number, resumed, since, sureSince), null);
  }

  /** Of a connection begun now: by the wall clock, so that a lost file repeats none. */
  private long number() {
    return Duration.ofNanos(nowNs).toMillis();
  }

  @Test
  void aSilentConnectionIsProbedOnce() {
    connected(1);
    later(Duration.ofSeconds(10));
    assertThat(commands()).containsExactly(new Unsubscribe(MqttSession.PROBE, true));
    session.unsubscribed(1);
    session.advance(-1, -1);
    assertThat(commands()).isEmpty();
    nowNs += Duration.ofSeconds(10).toNanos();
    session.advance(0, -1);
    assertThat(commands()).as("a message just came").isEmpty();
  }

  @Test
  void anAnswerBehindALongMessageIsAwaited() {
    connected(1);
    later(Duration.ofSeconds(10));
    assertThat(commands()).containsExactly(new Unsubscribe(MqttSession.PROBE, true));
    for (int i = 0; i < 10; i++) {
      nowNs += Duration.ofSeconds(10).toNanos();
      session.advance(-1, Duration.ofSeconds(2).toNanos());
      assertThat(commands()).as("the message still comes in").isEmpty();
    }
    nowNs += Duration.ofSeconds(17).toNanos();
    session.advance(0, Duration.ofSeconds(19).toNanos());
    assertThat(commands()).as("it has come in, and its answer is still due").isEmpty();
    nowNs += Duration.ofSeconds(2).toNanos();
    session.advance(0, Duration.ofSeconds(21).toNanos());
    assertThat(commands()).containsExactly(new Abandon());
  }

  @Test
  void aPacketThatIsBrokenAtEachConnectionIsCountedAndSaid() {
    for (int i = 1; i <= 3; i++) {
      connected(i);
      session.closed(i, BROKEN);
      assertThat(commands()).containsExactly(new Abandon(), new CountBroken());
    }
    assertThat(session.phase().reason())
        .startsWith("connection lost: the broker sent a broken packet: QoS 3, 3 times in a row: ");
    connected(4);
    session.closed(4, Ending.of("connection lost"));
    assertThat(commands()).containsExactly(new Abandon());
    connected(5);
    session.closed(5, BROKEN);
    assertThat(session.phase().reason()).isEqualTo(BROKEN.reason());
  }

  @Test
  void aConnectionWithAFullWindowEndsWhenTheInboxHasSettledWhatItTook() {
    connected(1);
    InflightDelivery first =
        new InflightDelivery(
            new ConnectionId(1, new SourceConnection(8, 7, 7, 7)),
            new Publish("a", new byte[0], 1, false, false, 1, null));
    window.add(first);
    window.taken(Objects.requireNonNull(window.next()));
    session.full(1);
    session.advance(-1, -1);
    assertThat(commands()).isEmpty();
    assertThat(session.phase().reason()).contains("window is full");
    window.durable(first);
    assertThat(window.due()).containsExactly(first.publish.packetId());
    session.advance(-1, -1);
    assertThat(commands()).containsExactly(new Abandon());
    session.advance(-1, -1);
    assertThat(commands()).as("there is room").containsExactly(new Load());
  }

  @Test
  void closedTwiceSoonWithoutAReasonSuspectsASecondClientOfTheId() {
    connected(1);
    session.closed(1, Ending.UNSAID);
    assertThat(session.phase().reason()).isEqualTo(Ending.UNSAID.reason());
    connected(2);
    session.closed(2, Ending.UNSAID);
    assertThat(session.phase().reason()).contains("same client id (weir)");
    connected(3);
    session.closed(3, Ending.of("connection lost"));
    connected(4);
    session.closed(4, Ending.UNSAID);
    assertThat(session.phase().reason()).isEqualTo(Ending.UNSAID.reason());
  }

  @Test
  void aSessionThatIsTakenAgainAndAgainIsAnAlarmUntilAConnectionLasts() {
    for (int epoch = 1; epoch <= 3; epoch++) {
      assertThat(session.troubles()).noneMatch(each -> each.kind() == AlarmKind.CLIENT_ID_SHARED);
      connected(epoch);
      session.closed(epoch, epoch == 2 ? TAKEN_OVER : Ending.UNSAID);
    }
    assertThat(session.troubles())
        .contains(
            new Trouble(AlarmKind.CLIENT_ID_SHARED, "plant", "client id weir, 3 times in a row"));
    connected(4);
    assertThat(session.troubles()).as("ready, and taken again soon").hasSize(1);
    later(Duration.ofSeconds(61));
    assertThat(session.troubles()).isEmpty();
  }

  @Test
  void aConnectionThatIsClosedBeforeItIsAcceptedIsNotTaken() {
    for (int epoch = 1; epoch <= 4; epoch++) {
      later(Duration.ofMinutes(1));
      session.loaded(stored, last);
      session.closed(epoch, Ending.UNSAID);
    }
    assertThat(session.troubles()).extracting(Trouble::kind).containsExactly(AlarmKind.SOURCE_DOWN);
  }

  @Test
  void aBrokerThatClosesTheConnectionForItsStatisticsIsNotAskedAgain() {
    later(Duration.ofMinutes(1));
    session.loaded(stored, last);
    session.connected(1, true);
    session.subscribed(1, List.of());
    session.closed(1, Ending.UNSAID);
    commands();
    later(Duration.ofMinutes(1));
    session.loaded(stored, last);
    session.connected(2, true);
    session.subscribed(2, List.of());
    assertThat(commands()).doesNotContain(new Subscribe(List.of(BrokerDrops.SUBSCRIPTION)));
    assertThat(session.troubles()).isEmpty();
  }

  @Test
  void aStopDisconnectsOnceAndDoesNotWaitForEver() {
    connected(1);
    session.stop();
    session.stop();
    assertThat(commands()).containsExactly(new Disconnect());
    assertThat(session.isStopped()).isFalse();
    later(Duration.ofSeconds(4));
    assertThat(commands()).containsExactly(new Abandon());
    assertThat(session.isStopped()).isTrue();
    later(Duration.ofMinutes(1));
    assertThat(commands()).isEmpty();
  }
}
