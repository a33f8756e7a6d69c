package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.series;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.decode.DecodeLimits;
import io.weir.gateway.decode.Decoder;
import io.weir.gateway.decode.FormatContext;
import io.weir.gateway.decode.sparkplug.SparkplugDecoder;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Condition.State;
import io.weir.gateway.sink.MqttTopics.Ear;
import io.weir.gateway.sink.MqttTopics.Heard;
import io.weir.gateway.sink.MqttTopics.Settings;
import io.weir.gateway.sink.mqtt.MqttSinkConfig;
import io.weir.peers.Mosquitto;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.tahu.message.SparkplugBPayloadDecoder;
import org.eclipse.tahu.message.model.SparkplugBPayload;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Metric;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A drain into a real Mosquitto, as an edge node of Sparkplug B. */
@Tag("server")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SparkplugEdgeTest {

  /** As the receive times of the feed. */
  private static final long T0 = 1_700_000_000_000_000_000L;

  private static final long MS = 1_000_000L;

  @TempDir Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final MemoryFeed feed = new MemoryFeed();
  private final MemoryRejects rejects = new MemoryRejects();
  private @Nullable Duration deviceTimeout;
  private Mosquitto broker;
  private Ear ear;

  @BeforeEach
  void start() throws Exception {
    broker = Mosquitto.started(folder.resolve("broker"));
    open.add(broker);
    ear = new Ear(broker.url(), "spBv1.0/#");
    open.add(ear);
  }

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private Bench bench(@Nullable String host, Consumer<Settings> change) {
    Settings settings = new Settings(broker.url());
    settings.edge = new MqttSinkConfig.Edge("plant", "gw", host, deviceTimeout);
    change.accept(settings);
    StreamSink sink = settings.sink(folder);
    open.add(sink);
    return new Bench(sink, settings.config(), feed, rejects);
  }

  private static Reading of(String machine, String metric, Value value, long timeMs) {
    return new Reading(
        series("telemetry", machine), metric, value, T0 + timeMs * MS, Quality.GOOD, null);
  }

  private void add(String machine, String metric, Value value, long timeMs) {
    feed.add(of(machine, metric, value, timeMs));
  }

  private List<String> topics() {
    return ear.heard().stream().map(Heard::topic).toList();
  }

  private static Payload payload(Heard heard) {
    try {
      return Payload.parseFrom(heard.payload());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitMessages(int count) {
    await().untilAsserted(() -> assertThat(topics()).hasSizeGreaterThanOrEqualTo(count));
  }

  private void settle(Bench bench) throws InterruptedException {
    for (int i = 0; i < 2_000 && feed.pendingUnits() > 0; i++) {
      bench.step();
      Thread.sleep(1);
    }
    assertThat(feed.pendingUnits()).as("%s", bench.drain.condition()).isZero();
  }

  // ---- Births and data

  @Test
  void aNodeIsBornThenItsDevicesThenDataComesByAliasInSequence() throws Exception {
    Bench bench = bench(null, settings -> {});
    feed.add(of("press", "t", new Value.Real(21.5), 1), of("press", "n", new Value.Whole(7), 1));
    add("oven", "on", new Value.Flag(true), 2);
    add("press", "t", new Value.Real(22.5), 3);
    add("press", "state", new Value.Text("RUN"), 4);
    settle(bench);
    awaitMessages(8);
    assertThat(topics())
        .containsExactly(
            "spBv1.0/plant/NBIRTH/gw",
            "spBv1.0/plant/DBIRTH/gw/s:press",
            "spBv1.0/plant/DDATA/gw/s:press",
            "spBv1.0/plant/DBIRTH/gw/s:oven",
            "spBv1.0/plant/DDATA/gw/s:oven",
            "spBv1.0/plant/DDATA/gw/s:press",
            "spBv1.0/plant/DBIRTH/gw/s:press",
            "spBv1.0/plant/DDATA/gw/s:press");
    List<Heard> heard = ear.heard();
    for (int i = 0; i < heard.size(); i++) {
      assertThat(payload(heard.get(i)).getSeq()).isEqualTo(i);
      assertThat(heard.get(i).retained()).isFalse();
    }
    Payload node = payload(heard.get(0));
    assertThat(node.getMetricsList())
        .extracting(Metric::getName)
        .containsExactly("bdSeq", "Node Control/Rebirth");
    assertThat(node.getMetrics(0).getLongValue()).isZero();
    assertThat(node.getMetricsList()).noneMatch(Metric::hasAlias);
    Payload again = payload(heard.get(6));
    assertThat(again.getMetricsList())
        .extracting(Metric::getName)
        .as("the new metric is born with those before, which have their last values")
        .containsExactly("t", "n", "state");
    assertThat(again.getMetrics(0).getDoubleValue()).isEqualTo(22.5);
    assertThat(again.getMetrics(1).getLongValue()).isEqualTo(7);
    assertThat(again.getMetrics(2).getIsNull()).isTrue();
    assertThat(again.getMetrics(2).getDatatype()).isEqualTo(DataType.String_VALUE);
    Set<Long> aliases = new HashSet<>();
    again.getMetricsList().forEach(each -> assertThat(aliases.add(each.getAlias())).isTrue());
    assertThat(payload(heard.get(3)).getMetrics(0).getAlias()).isNotIn(aliases);
    assertThat(bench.drain.ledger())
        .as("nobody confirms what has QoS 0")
        .isEqualTo(new SinkTotals(0, 0, 0, 0, 0, 5));
  }

  @Test
  void machinesOfOnePathAreTwoDevices() throws Exception {
    Bench bench = bench(null, settings -> {});
    Asset ofLine = new Asset("a", null, "b", "m");
    Asset ofArea = new Asset("a", "b", null, "m");
    Asset masked = new Asset("a", null, "b", "m+");
    for (Asset asset : List.of(ofLine, ofArea, masked, new Asset("a", null, "b", "m#"))) {
      Series series = new Series("telemetry", asset, Map.of());
      feed.add(new Reading(series, "t", new Value.Whole(1), T0, Quality.GOOD, null));
    }
    settle(bench);
    awaitMessages(9);
    assertThat(topics())
        .filteredOn(topic -> topic.contains("DBIRTH"))
        .containsExactly(
            "spBv1.0/plant/DBIRTH/gw/a:b:m",
            "spBv1.0/plant/DBIRTH/gw/a:b::m",
            "spBv1.0/plant/DBIRTH/gw/a:b:m_",
            "spBv1.0/plant/DBIRTH/gw/a::b:m_");
  }

  @Test
  void ourOwnDecoderAndThatOfTahuReadEqualReadings() throws Exception {
    Bench bench = bench(null, settings -> {});
    List<String> written = new ArrayList<>();
    List<Value> values =
        List.of(
            new Value.Real(-1.25e-300),
            new Value.Whole(Long.MIN_VALUE),
            new Value.Flag(false),
            new Value.Text("läuft\n压机 😀"),
            new Value.Real(3),
            new Value.Whole(Long.MAX_VALUE));
    int at = 0;
    for (Quality quality : Quality.values()) {
      for (Value value : values) {
        String metric = "v" + (at % values.size());
        Reading reading =
            new Reading(series("telemetry", "press"), metric, value, T0 + ++at * MS, quality, null);
        feed.add(reading);
        written.add(said("press", metric, value, reading.timeNs(), quality));
      }
    }
    settle(bench);
    List<String> read = new ArrayList<>();
    Decoder decoder =
        new SparkplugDecoder.Format()
            .decoder(
                new FormatContext(
                    new EventTime(null, null, null, Duration.ofDays(1)),
                    Set.of(),
                    DecodeLimits.DEFAULT));
    await()
        .until(
            () ->
                ear.heard().stream().filter(each -> each.topic().contains("DDATA")).count() == 18);
    for (Heard each : ear.heard()) {
      boolean data = each.topic().contains("DDATA");
      decoder.decode(
          new Decoder.Payload("mqtt", each.topic(), each.payload(), 0),
          new Decoder.Output() {
            @Override
            public void sample(Sample sample) {
              if (data) {
                read.add(
                    said("press", sample.name(), sample.value(), timeNs(sample), sample.quality()));
              }
            }

            @Override
            public void rejected(Rejected part) {
              throw new AssertionError(part);
            }

            @Override
            public void filtered(String part, String why) {}
          });
      SparkplugBPayload tahu =
          new SparkplugBPayloadDecoder().buildFromByteArray(each.payload(), null);
      Payload own = payload(each);
      assertThat(tahu.getSeq()).isEqualTo(own.getSeq());
      assertThat(tahu.getMetrics()).hasSize(own.getMetricsCount());
      for (int i = 0; i < own.getMetricsCount(); i++) {
        assertThat(tahu.getMetrics().get(i).getDataType().toIntValue())
            .isEqualTo(own.getMetrics(i).getDatatype());
        if (data) {
          assertThat(tahu.getMetrics().get(i).getValue()).isNotNull();
        }
      }
    }
    assertThat(read).containsExactlyElementsOf(written);
  }

  private static long timeNs(Sample sample) {
    return ((Value.Whole) Objects.requireNonNull(sample.time())).value() * MS;
  }

  private static String said(
      String machine, String metric, Value value, long timeNs, Quality quality) {
    return machine + " " + metric + " " + value + " " + timeNs + " " + quality;
  }

  private static byte[] rebirth() {
    return Payload.newBuilder()
        .addMetrics(
            Metric.newBuilder()
                .setName("Node Control/Rebirth")
                .setDatatype(DataType.Boolean_VALUE)
                .setBooleanValue(true))
        .build()
        .toByteArray();
  }

  @Test
  void aHostAsksForTheBirthsAndGetsThem() throws Exception {
    Bench bench = bench(null, settings -> {});
    add("press", "t", new Value.Real(21.5), 1);
    settle(bench);
    awaitMessages(3);
    ear.client().publish("spBv1.0/plant/NCMD/gw", rebirth(), 0, false);
    await().until(() -> topics().stream().filter("spBv1.0/plant/NBIRTH/gw"::equals).count() == 2);
    await()
        .until(
            () -> topics().stream().filter("spBv1.0/plant/DBIRTH/gw/s:press"::equals).count() == 2);
    Heard again = ear.on("spBv1.0/plant/NBIRTH/gw").get(1);
    assertThat(payload(again).getSeq()).isZero();
    assertThat(payload(again).getMetrics(0).getLongValue()).as("bdSeq").isZero();
    assertThat(payload(ear.on("spBv1.0/plant/DBIRTH/gw/s:press").get(1)).getMetrics(0))
        .satisfies(metric -> assertThat(metric.getDoubleValue()).isEqualTo(21.5));
  }

  @Test
  void aDeviceThatIsSilentForTooLongDiesAndIsBornAgainWithItsNextValue() throws Exception {
    deviceTimeout = Duration.ofSeconds(1);
    Bench bench = bench(null, settings -> {});
    add("press", "t", new Value.Real(21.5), 1);
    settle(bench);
    await().until(() -> !ear.on("spBv1.0/plant/DDEATH/gw/s:press").isEmpty());
    Payload death = payload(ear.on("spBv1.0/plant/DDEATH/gw/s:press").get(0));
    assertThat(death.getSeq()).isEqualTo(3);
    assertThat(death.hasTimestamp()).isTrue();
    assertThat(death.getMetricsCount()).isZero();

    ear.client().publish("spBv1.0/plant/NCMD/gw", rebirth(), 0, false);
    await().until(() -> ear.on("spBv1.0/plant/NBIRTH/gw").size() == 2);
    add("oven", "t", new Value.Real(200), 2);
    settle(bench);
    await().until(() -> !ear.on("spBv1.0/plant/DDATA/gw/s:oven").isEmpty());
    assertThat(ear.on("spBv1.0/plant/DBIRTH/gw/s:press")).as("the dead are not born").hasSize(1);

    add("press", "t", new Value.Real(22.5), 3);
    settle(bench);
    await().until(() -> ear.on("spBv1.0/plant/DDATA/gw/s:press").size() == 2);
    assertThat(ear.on("spBv1.0/plant/DBIRTH/gw/s:press")).hasSize(2);
  }

  @Test
  void theSequenceBeginsAgainBehind255() throws Exception {
    Bench bench = bench(null, settings -> {});
    for (int i = 0; i < 600; i++) {
      add("press", "t", new Value.Real(i), i);
    }
    settle(bench);
    awaitMessages(602);
    List<Heard> heard = ear.heard();
    for (int i = 0; i < heard.size(); i++) {
      assertThat(payload(heard.get(i)).getSeq()).isEqualTo(i % 256);
    }
  }

  @Test
  void eachConnectionHasTheNextBirthNumberAlsoOverARestart() throws Exception {
    for (int i = 0; i < 3; i++) {
      Bench bench = bench(null, settings -> {});
      add("press", "t", new Value.Real(i), i);
      settle(bench);
      open.remove(open.size() - 1).close();
      int connections = i + 1;
      await().until(() -> ear.on("spBv1.0/plant/NDEATH/gw").size() == connections);
      assertThat(payload(ear.on("spBv1.0/plant/NBIRTH/gw").get(i)).getMetrics(0).getLongValue())
          .isEqualTo(i);
      Payload death = payload(ear.on("spBv1.0/plant/NDEATH/gw").get(i));
      assertThat(death.getMetrics(0).getName()).isEqualTo("bdSeq");
      assertThat(death.getMetrics(0).getLongValue()).isEqualTo(i);
      assertThat(death.hasSeq()).isFalse();
    }
  }

  // ---- The primary host

  private void say(String topic, String text) throws Exception {
    ear.client().publish(topic, text.getBytes(UTF_8), 1, true);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsPublishedWhileThePrimaryHostIsAwayAndThenAllAsHistorical(boolean old)
      throws Exception {
    String topic = old ? "STATE/scada" : "spBv1.0/STATE/scada";
    String offline = old ? "OFFLINE" : "{\"online\":false,\"timestamp\":1000}";
    String online = old ? "ONLINE" : "{\"online\":true,\"timestamp\":2000}";
    say(topic, offline);
    Bench bench = bench("scada", settings -> {});
    add("press", "t", new Value.Real(1), 1);
    bench.steps(20);
    assertThat(bench.drain.condition().state()).isEqualTo(State.BUSY);
    assertThat(bench.drain.condition().detail()).isEqualTo("the primary host scada is not online");
    assertThat(topics()).noneMatch(each -> each.contains("/plant/"));
    say(topic, online);
    await().until(() -> !ear.on("spBv1.0/plant/NBIRTH/gw").isEmpty());
    settle(bench);
    await().until(() -> ear.on("spBv1.0/plant/DDATA/gw/s:press").size() == 1);
    assertThat(payload(ear.on("spBv1.0/plant/DDATA/gw/s:press").get(0)).getMetrics(0))
        .satisfies(metric -> assertThat(metric.getIsHistorical()).isTrue());

    say(topic, old ? "OFFLINE" : "{\"online\":false,\"timestamp\":3000}");
    await().until(() -> !ear.on("spBv1.0/plant/NDEATH/gw").isEmpty());
    add("press", "t", new Value.Real(2), 2);
    bench.steps(20);
    assertThat(feed.pendingUnits()).isEqualTo(1);
    assertThat(ear.on("spBv1.0/plant/DDATA/gw/s:press")).hasSize(1);
    if (!old) {
      say(topic, "{\"online\":true,\"timestamp\":2500}"); // of before
      bench.steps(20);
      assertThat(feed.pendingUnits()).isEqualTo(1);
    }
    say(topic, old ? "ONLINE" : "{\"online\":true,\"timestamp\":4000}");
    await().until(() -> ear.on("spBv1.0/plant/NBIRTH/gw").size() == 2);
    settle(bench);
    await().until(() -> ear.on("spBv1.0/plant/DDATA/gw/s:press").size() == 2);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(0, 0, 0, 0, 0, 2));
  }

  // ---- The broker

  @Test
  void whatABrokenConnectionHasSwallowedIsSentAgain() throws Exception {
    Bench bench = bench(null, settings -> {});
    for (int i = 0; i < 10_000; i++) {
      add("press", "t", new Value.Real(i), i);
    }
    Set<Double> seen = new HashSet<>();
    for (int round = 0; round < 3; round++) {
      Ear listening = ear;
      Thread killer =
          Bench.thread(
              "killer",
              () -> {
                await().until(() -> listening.heard().size() > 1_000);
                broker.kill();
              });
      while (killer.isAlive()) {
        bench.step();
      }
      bench.steps(20);
      note(ear, seen);
      broker.start();
      ear = new Ear(broker.url(), "spBv1.0/#");
      open.add(ear);
      for (int i = 0; i < 4_000; i++) {
        add("press", "t", new Value.Real(10_000 + round * 4_000 + i), 10_000 + i);
      }
    }
    settle(bench);
    await()
        .untilAsserted(
            () -> {
              note(ear, seen);
              assertThat(seen).as("of those sent while somebody listened").contains(21_999.0);
            });
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(0, 0, 0, 0, 0, 22_000));
  }

  private static void note(Ear of, Set<Double> seen) {
    for (Heard each : of.heard()) {
      if (each.topic().contains("DDATA")) {
        payload(each).getMetricsList().forEach(metric -> seen.add(metric.getDoubleValue()));
      }
    }
  }
}
