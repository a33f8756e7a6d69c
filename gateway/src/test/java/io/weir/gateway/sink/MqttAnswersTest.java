package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Reason;
import io.weir.gateway.sink.Condition.State;
import io.weir.gateway.sink.MqttTopics.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each answer of a broker does to the drain. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MqttAnswersTest {

  private static final long T0 = 1_700_000_000_000_000_000L;
  private static final String M1 = "weir/s/_/_/m1/telemetry";
  private static final String M2 = "weir/s/_/_/m2/telemetry";

  @TempDir Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final MemoryFeed feed = new MemoryFeed();
  private final MemoryRejects rejects = new MemoryRejects();

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private AnsweringBroker broker(AnsweringBroker.Answers answers, int... properties)
      throws IOException {
    AnsweringBroker broker = new AnsweringBroker(answers, properties);
    open.add(broker);
    return broker;
  }

  private Bench bench(AnsweringBroker broker, Consumer<Settings> change) {
    Settings settings = new Settings(broker.url());
    settings.timeout = Duration.ofMillis(500);
    change.accept(settings);
    StreamSink sink = settings.sink(folder);
    open.add(sink);
    return new Bench(sink, settings.config(), feed, rejects);
  }

  /** Steps until the drain has an answer that puts it into this state. */
  private static void stepUntil(Bench bench, State state) {
    for (int i = 0; i < 2_000 && bench.drain.condition().state() != state; i++) {
      bench.step();
    }
    assertThat(bench.drain.condition().state()).as("%s", bench.drain.condition()).isEqualTo(state);
  }

  private void add(String... machines) {
    for (String machine : machines) {
      feed.add(reading(machine, "t", feed.size(), T0 + feed.size()));
    }
  }

  @Test
  void nobodyWhoSubscribesIsNoFailure() throws Exception {
    add("m1");
    Bench bench = bench(broker((topic, number) -> 0x10), settings -> {});
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1, 0, 0, 0, 0));
  }

  @Test
  void notAuthorisedHoldsTheSinkAndSaysWhichTopic() throws Exception {
    add("m1", "m2", "m1");
    AnsweringBroker broker = broker((topic, number) -> topic.equals(M2) ? 0x87 : 0);
    Bench bench = bench(broker, settings -> {});
    stepUntil(bench, State.MISCONFIGURED);
    assertThat(bench.drain.condition().detail())
        .isEqualTo(
            "the broker refuses messages on "
                + M2
                + ": not authorised; check username, password and the broker's access rules (0x87)");
    assertThat(feed.pendingUnits()).isEqualTo(3);
    broker.answer((topic, number) -> 0);
    bench.settleAll();
    assertThat(broker.topics().stream().filter(M1::equals))
        .as("what was acknowledged of a topic is not sent again")
        .hasSize(2);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(3, 0, 0, 0, 0));
  }

  @Test
  void aQuotaIsWaitedFor() throws Exception {
    add("m1");
    AnsweringBroker broker = broker((topic, number) -> number < 3 ? 0x97 : 0);
    Bench bench = bench(broker, settings -> {});
    stepUntil(bench, State.BUSY);
    assertThat(bench.drain.condition().detail()).contains("quota exceeded (0x97)");
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1, 0, 0, 0, 0));
  }

  @Test
  void aMessageThatTheBrokerFindsWrongGoesToTheQuarantineAlone() throws Exception {
    add("m1", "m2", "m3", "m1");
    Bench bench =
        bench(
            broker(
                (topic, number) ->
                    topic.equals(M2) ? 0x90 : topic.equals("weir/s/_/_/m3/telemetry") ? 0x99 : 0),
            settings -> {});
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(2, 2, 0, 0, 0));
    assertThat(rejects.synced.values())
        .extracting(MemoryRejects.Entry::reason)
        .containsExactly(Reason.BAD_NAME, Reason.STORE_REJECTED);
    assertThat(rejects.synced.values())
        .extracting(MemoryRejects.Entry::detail)
        .containsExactly(
            "the broker: topic name not valid (0x90)",
            "the broker: payload format not valid (0x99)");
  }

  @Test
  void aMessageThatFailsForAnotherReasonIsSentAgain() throws Exception {
    add("m1", "m1");
    AnsweringBroker broker = broker((topic, number) -> number < 2 ? 0x83 : 0);
    Bench bench = bench(broker, settings -> {});
    bench.settleAll();
    assertThat(broker.topics()).hasSize(4);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(2, 0, 0, 0, 0));
  }

  /** Of m1 the first is acknowledged, of m2 none: the second of m1 is sent behind the first. */
  @Test
  void aConnectionThatEndsInTheMiddleIsMadeAgainAndTheRestSentInOrder() throws Exception {
    add("m1", "m2", "m1", "m2", "m1");
    AnsweringBroker broker =
        broker(
            (topic, number) ->
                number == 1 ? AnsweringBroker.NONE : number == 4 ? AnsweringBroker.CLOSE : 0);
    Bench bench = bench(broker, settings -> {});
    bench.settleAll();
    assertThat(broker.topics().subList(0, 5)).containsExactly(M1, M2, M1, M2, M1);
    assertThat(broker.topics().subList(5, broker.topics().size()))
        .as("m2 from its first on, since that has no answer")
        .containsSubsequence(M2, M2, M1);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(5, 0, 0, 0, 0));
  }

  @Test
  void aBrokerThatConfirmsNothingIsLeft() throws Exception {
    add("m1");
    AnsweringBroker broker = broker((topic, number) -> AnsweringBroker.NONE);
    Bench bench = bench(broker, settings -> {});
    stepUntil(bench, State.DOWN);
    assertThat(bench.drain.condition().detail())
        .isEqualTo("the broker confirmed nothing for 500 ms");
    broker.answer((topic, number) -> 0);
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1, 0, 0, 0, 0));
  }

  @Test
  void noMoreAreUnderWayThanTheBrokerSays() throws Exception {
    add(Collections.nCopies(100, "m1").toArray(String[]::new));
    AnsweringBroker broker = broker((topic, number) -> 0, 0x21, 0, 3);
    broker.beSlow();
    Bench bench = bench(broker, settings -> {});
    bench.settleAll();
    assertThat(broker.mostAtOnce()).isBetween(2, 3);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(100, 0, 0, 0, 0));
  }

  @Test
  void aBrokerThatLacksWhatIsNeededIsSaid() throws Exception {
    add("m1");
    Bench bench = bench(broker((topic, number) -> 0, 0x24, 0), settings -> {});
    stepUntil(bench, State.MISCONFIGURED);
    assertThat(bench.drain.condition().detail())
        .isEqualTo("the broker takes messages at QoS 0 only");
  }

  @Test
  void aBrokerThatKeepsNothingIsSaidWhereValuesAreToBeRetained() throws Exception {
    add("m1");
    Bench retained =
        bench(broker((topic, number) -> 0, 0x25, 0), settings -> settings.retained = true);
    stepUntil(retained, State.MISCONFIGURED);
    assertThat(retained.drain.condition().detail())
        .isEqualTo("the broker keeps no retained messages; leave out retained");
  }

  @Test
  void aRefusedConnectionHoldsOrWaits() throws Exception {
    add("m1");
    AnsweringBroker broker = broker((topic, number) -> 0);
    broker.refuse(0x89);
    Bench bench = bench(broker, settings -> {});
    stepUntil(bench, State.BUSY);
    broker.refuse(0x86);
    stepUntil(bench, State.MISCONFIGURED);
    assertThat(bench.drain.condition().detail())
        .isEqualTo("the broker refuses the connection: bad user name or password (0x86)");
    broker.refuse(0);
    bench.settleAll();
  }
}
