package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static io.weir.gateway.sink.MemoryFeed.series;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Condition.State;
import io.weir.gateway.sink.MqttTopics.Ear;
import io.weir.gateway.sink.MqttTopics.Heard;
import io.weir.gateway.sink.MqttTopics.Settings;
import io.weir.peers.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A drain into a real Mosquitto, as a Unified Namespace. */
@Tag("server")
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MqttDrainTest {

  private static final long T0 = 1_700_000_000_000_000_000L;
  private static final long SECOND = 1_000_000_000L;

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

  private Mosquitto broker(String... extra) throws Exception {
    Mosquitto broker = Mosquitto.started(folder.resolve("broker"), extra);
    open.add(broker);
    return broker;
  }

  private Ear ear(Mosquitto broker, String... filters) throws Exception {
    Ear ear = new Ear(broker.url(), filters);
    open.add(ear);
    return ear;
  }

  private Bench bench(Mosquitto broker, Consumer<Settings> change) {
    Settings settings = new Settings(broker.url());
    change.accept(settings);
    StreamSink sink = settings.sink(folder);
    open.add(sink);
    return new Bench(sink, settings.config(), feed, rejects);
  }

  private void add(int from, int count) {
    for (int i = from; i < from + count; i++) {
      feed.add(reading("m" + i % 7, "t", i, T0 + i));
    }
  }

  private static List<Heard> awaitHeard(Ear ear, int count) {
    await().until(() -> ear.heard().size() >= count);
    return ear.heard();
  }

  /** The first of each position, by topic; repeats say the same. */
  private static Map<String, List<Long>> firsts(List<Heard> heard) {
    Map<String, List<Long>> firsts = new TreeMap<>();
    Map<String, String> texts = new HashMap<>();
    for (Heard each : heard) {
      String position = each.property("weir-position");
      String before = texts.putIfAbsent(position, each.text());
      if (before == null) {
        firsts
            .computeIfAbsent(each.topic(), topic -> new ArrayList<>())
            .add(Long.valueOf(position.split("/")[1]));
      } else {
        assertThat(each.text()).isEqualTo(before);
      }
    }
    return firsts;
  }

  private static void assertAllInOrder(List<Heard> heard, int count) {
    Map<String, List<Long>> firsts = firsts(heard);
    assertThat(firsts.values().stream().mapToInt(List::size).sum()).isEqualTo(count);
    firsts.forEach((topic, offsets) -> assertThat(offsets).as(topic).isSorted());
  }

  // ---- What is published

  @Test
  void aRowIsJsonOnTheTopicOfItsAssetAndSaysWhereItComesFrom() throws Exception {
    Mosquitto broker = broker();
    Ear ear = ear(broker, "weir/#");
    feed.add(
        reading(series("telemetry", "press"), "t", new Value.Real(21.5), T0),
        reading(series("telemetry", "press"), "n", new Value.Whole(7), T0));
    Bench bench = bench(broker, settings -> {});
    bench.settleAll();
    assertThat(awaitHeard(ear, 1))
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.topic()).isEqualTo("weir/s/_/_/press/telemetry");
              assertThat(message.text())
                  .isEqualTo(
                      "{\"version\":1,\"gateway\":\"gw\",\"measurement\":\"telemetry\","
                          + "\"site\":\"s\",\"machine\":\"press\","
                          + "\"time\":\"2023-11-14T22:13:20Z\",\"quality\":\"good\","
                          + "\"values\":{\"t\":21.5,\"n\":7}}");
              assertThat(message.properties())
                  .containsEntry("weir-gateway", "gw")
                  .containsEntry("weir-sink", "out")
                  .containsEntry("weir-incarnation", MqttTopics.INCARNATION)
                  .containsEntry("weir-position", "readings/0/0")
                  .containsEntry("weir-format", "json;version=1");
              assertThat(message.retained()).isFalse();
            });
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(2, 0, 0, 0, 0));
  }

  @Test
  void withTheMetricInTheTopicEachIsAMessageOfItsOwn() throws Exception {
    Mosquitto broker = broker();
    Ear ear = ear(broker, "uns/#");
    feed.add(
        reading(series("telemetry", "press"), "t", new Value.Real(21.5), T0),
        reading(series("telemetry", "press"), "state/now", new Value.Text("RUN"), T0));
    bench(broker, settings -> settings.topic = "uns/{machine}/{metric}").settleAll();
    List<Heard> heard = awaitHeard(ear, 2);
    assertThat(heard)
        .extracting(Heard::topic)
        .containsExactly("uns/press/t", "uns/press/state_now");
    assertThat(heard.get(1).text()).contains("\"values\":{\"state/now\":\"RUN\"}");
    assertThat(heard)
        .extracting(each -> each.property("weir-position"))
        .containsExactly("readings/0/0/0", "readings/0/0/1");
  }

  @Test
  void whatNoLevelOfATopicMayHoldBecomesALine() throws Exception {
    Mosquitto broker = broker();
    Ear ear = ear(broker, "#");
    List<String> names = List.of("a/b", "+", "#", "nul\0", "tab\t", "\uFFFF", "läuft 压机 😀", "$x");
    for (int i = 0; i < names.size(); i++) {
      Series series = new Series("telemetry", new Asset(names.get(i), null, "", null), Map.of());
      feed.add(reading(series, "t", new Value.Real(i), T0 + i));
    }
    Bench bench = bench(broker, settings -> settings.topic = "{site}/{line}/x{tag:none}");
    bench.settleAll();
    assertThat(awaitHeard(ear, names.size()))
        .extracting(Heard::topic)
        .containsExactly(
            "a_b/_/x_",
            "_/_/x_",
            "_/_/x_",
            "nul_/_/x_",
            "tab_/_/x_",
            "_/_/x_",
            "läuft 压机 😀/_/x_",
            "_x/_/x_");
    assertThat(rejects.synced.values()).isEmpty();
  }

  @Test
  void figuresHaveTopicsOfTheirOwnByBucket() throws Exception {
    Mosquitto broker = broker();
    Ear ear = ear(broker, "weir/#");
    Settings settings = new Settings(broker.url());
    StreamSink sink = settings.sink(folder);
    open.add(sink);
    Asset asset = new Asset("s", null, null, "press");
    for (String bucket : List.of("minute", "shift")) {
      Series series = new Series("efficiency", asset, Map.of("bucket", bucket));
      feed.add(reading(series, "oee", new Value.Real(0.5), T0));
    }
    StepTime time = new StepTime();
    Drain drain =
        new Drain(
            settings.config(),
            sink,
            "figures",
            feed,
            rejects,
            time,
            Bench.COMMIT_EVERY,
            new io.micrometer.core.instrument.simple.SimpleMeterRegistry());
    for (int i = 0; i < 5_000 && feed.pendingUnits() > 0; i++) {
      time.advance(Math.max(drain.step(), 1_000_000));
    }
    assertThat(awaitHeard(ear, 2))
        .extracting(Heard::topic)
        .containsExactlyInAnyOrder(
            "weir/s/_/_/press/efficiency/minute", "weir/s/_/_/press/efficiency/shift");
  }

  // ---- Confirmations

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void manyMessagesAreConfirmedWithinTheWindowOfTheBroker(int version) throws Exception {
    Mosquitto broker = broker("max_inflight_messages 5");
    Ear ear = ear(broker, "weir/#");
    add(0, 3_000);
    Bench bench = bench(broker, settings -> settings.version = version);
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(3_000, 0, 0, 0, 0));
    List<Heard> heard = awaitHeard(ear, 3_000);
    if (version == 5) {
      assertAllInOrder(heard, 3_000);
    }
    assertThat(heard).hasSize(3_000);
  }

  @Test
  void aBrokerThatIsKilledGetsTheRestInOrder() throws Exception {
    Mosquitto broker = broker();
    add(0, 20_000);
    Bench bench = bench(broker, settings -> {});
    List<Heard> all = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      try (Ear ear = new Ear(broker.url(), "weir/#")) {
        Thread killer =
            Bench.thread(
                "killer",
                () -> {
                  await().until(() -> ear.heard().size() > 2_000);
                  broker.kill();
                });
        while (killer.isAlive()) {
          bench.step();
        }
        bench.steps(20);
        await().until(() -> !ear.client().isConnected());
        all.addAll(ear.heard());
      }
      broker.start();
    }
    try (Ear ear = new Ear(broker.url(), "weir/#")) {
      bench.settleAll();
      Thread.sleep(500);
      all.addAll(ear.heard());
    }
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(20_000, 0, 0, 0, 0));
    firsts(all).forEach((topic, offsets) -> assertThat(offsets).as(topic).isSorted());
  }

  @Test
  void aMessageThatTheBrokerIsToldNotToTakeHoldsTheSinkUntilItIsAllowed() throws Exception {
    Path acl = folder.resolve("acl");
    Files.writeString(acl, "topic readwrite weir/s/_/_/m0/#\ntopic read #\n");
    // with a queue without bound, Mosquitto 2.0.11 ends the connection behind a refused message
    Mosquitto broker = broker("acl_file " + acl.toAbsolutePath(), "max_queued_messages 100000");
    Ear ear = ear(broker, "weir/#");
    add(0, 14);
    Bench bench = bench(broker, settings -> {});
    bench.steps(50);
    assertThat(bench.drain.condition().state()).isEqualTo(State.MISCONFIGURED);
    assertThat(bench.drain.condition().detail())
        .contains(
            "weir/s/_/_/m1/telemetry",
            "not authorised; check username, password and the broker's access rules (0x87)");
    assertThat(feed.pendingUnits()).isEqualTo(14);
    await().until(() -> ear.on("weir/s/_/_/m0/telemetry").size() >= 2);
    assertThat(ear.on("weir/s/_/_/m0/telemetry"))
        .as("what was acknowledged is not sent again at each try")
        .hasSize(2);
    Files.writeString(acl, "topic readwrite #\n");
    broker.kill();
    broker.start();
    try (Ear later = new Ear(broker.url(), "weir/#")) {
      bench.settleAll();
      awaitHeard(later, 12);
      assertThat(firsts(later.heard())).hasSize(6);
    }
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(14, 0, 0, 0, 0));
    assertThat(rejects.synced.values()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void aMessageLargerThanThePacketsOfTheBrokerGoesToTheQuarantineAlone(int version)
      throws Exception {
    Mosquitto broker = broker("max_packet_size 2000");
    Ear ear = ear(broker, "weir/#");
    feed.add(reading("m1", "t", 1, T0));
    feed.add(reading(series("telemetry", "m1"), "text", new Value.Text("x".repeat(3_000)), T0 + 1));
    feed.add(reading("m1", "t", 2, T0 + 2));
    Bench bench =
        bench(
            broker,
            settings -> {
              settings.version = version;
              settings.maxPacketSize = version == 5 ? settings.maxPacketSize : 2_000;
            });
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(2, 1, 0, 0, 0));
    assertThat(rejects.synced.values())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.reason()).isEqualTo(Reason.TOO_LARGE);
              assertThat(each.detail()).contains("the broker takes at most 2,000");
            });
    assertThat(awaitHeard(ear, 2)).hasSize(2);
  }

  @Test
  void aWrongPasswordHoldsTheSink() throws Exception {
    Path passwords = folder.resolve("passwords");
    Files.writeString(passwords, "");
    Mosquitto broker =
        broker("allow_anonymous false", "password_file " + passwords.toAbsolutePath());
    add(0, 1);
    Bench bench =
        bench(
            broker,
            settings -> {
              settings.username = "weir";
              settings.password = "wrong";
            });
    bench.steps(20);
    assertThat(bench.drain.condition().state()).isEqualTo(State.MISCONFIGURED);
    assertThat(bench.drain.condition().detail()).contains("the broker refuses the connection");
  }

  // ---- Retained messages

  @Test
  void theRetainedValueOfATopicNeverGoesBack() throws Exception {
    Mosquitto broker = broker();
    Bench first = bench(broker, settings -> settings.retained = true);
    feed.add(reading("m1", "t", 10, T0 + 10 * SECOND));
    feed.add(reading("m1", "t", 5, T0 + 5 * SECOND)); // late
    feed.add(reading("m2", "t", 1, T0));
    first.settleAll();
    assertThat(retained(broker)).containsEntry("m1", "10.0").containsEntry("m2", "1.0");

    // another process does not know what it has published before
    feed.add(reading("m1", "t", 7, T0 + 7 * SECOND));
    feed.add(reading("m2", "t", 2, T0 + SECOND));
    Bench second =
        bench(
            broker,
            settings -> {
              settings.retained = true;
              settings.clientId = "weir-gw-sink-next";
            });
    second.settleAll();
    assertThat(retained(broker)).containsEntry("m1", "10.0").containsEntry("m2", "2.0");
  }

  private static Map<String, String> retained(Mosquitto broker) throws Exception {
    Map<String, String> values = new TreeMap<>();
    try (Ear ear = new Ear(broker.url(), "weir/#")) {
      await().until(() -> ear.heard().size() >= 2);
      ear.each(
          each -> {
            assertThat(each.retained()).isTrue();
            values.put(
                each.topic().split("/")[4],
                each.text().replaceAll(".*\"values\":\\{\"t\":([^}]*)}}", "$1"));
          });
    }
    return values;
  }

  @Test
  void withoutRetainedNothingIsKept() throws Exception {
    Mosquitto broker = broker();
    add(0, 7);
    bench(broker, settings -> {}).settleAll();
    Ear ear = ear(broker, "weir/#");
    Thread.sleep(300);
    assertThat(ear.heard()).isEmpty();
  }

  // ---- The connection

  @Test
  void aConnectionWithNothingToSayStaysOpenByPings() throws Exception {
    Mosquitto broker = broker();
    Bench bench = bench(broker, settings -> settings.keepAlive = java.time.Duration.ofSeconds(1));
    add(0, 1);
    bench.settleAll();
    Thread.sleep(4_000);
    Set<String> threads = new HashSet<>();
    Thread.getAllStackTraces().keySet().forEach(each -> threads.add(each.getName()));
    assertThat(threads).contains("mqtt-out-out");
    add(1, 1);
    bench.settleAll();
    assertThat(bench.drain.condition().state()).isEqualTo(State.UP);
  }
}
