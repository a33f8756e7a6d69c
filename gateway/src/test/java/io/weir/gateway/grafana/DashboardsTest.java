package io.weir.gateway.grafana;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.e2e.GatewayProcess;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.peers.Prometheus;
import io.weir.peers.Mosquitto;
import io.weir.peers.Peer;
import io.weir.peers.Ports;
import io.weir.sim.mqtt.Publisher;
import io.weir.sim.plant.MachineSample;
import io.weir.sim.plant.Plant;
import io.weir.sim.plant.PlantLayout;
import io.weir.sim.plant.Shifts;
import io.weir.sim.plant.Truth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every query of every panel, variable and alert rule, with the macros and variables filled in,
 * against a real InfluxDB, the embedded QuestDB over the PostgreSQL wire, and a real Prometheus,
 * all filled through a gateway by the simulated factory.
 */
@Tag("server")
class DashboardsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Some of the night shift, three hours of the early one. */
  private static final Instant START = Instant.parse("2026-03-02T05:30:00Z");

  private static final Instant END = Instant.parse("2026-03-02T09:00:00Z");

  /** A machine says nothing for a while. */
  private static final String SILENT = "pack-06";

  private static final Instant SILENT_FROM = Instant.parse("2026-03-02T07:10:00Z");
  private static final Instant SILENT_TO = Instant.parse("2026-03-02T07:25:00Z");

  /** What a name may hold that means something to a query. */
  private static final String ODD_LINE = "line 2 (O'Brien's) \"b\"";

  /** Timers of which a mean is shown, and by what. */
  private static final Map<String, String> TIMERS =
      Map.of(
          "weir_intake_time_seconds", "source",
          "weir_log_sync_time_seconds", "log",
          "weir_sink_write_time_seconds", "sink");

  /** Comes with the first rejected message. */
  private static final String QUARANTINED = "weir_quarantine_entries_total";

  private static final String PASSWORD = "a 'pass' word";

  private static final String CONFIG =
      """
      sources: [ { name: plant, type: mqtt, url: "%s" } ]
      routes:
        - topic: factory/{site}/{area}/{line}/{machine}/telemetry
          format: json
        - topic: small/{site}/{line}/{machine}/telemetry
          format: json
      sinks:
        - { name: history, type: influxdb, version: 1, url: "%s", database: factory }
        - { name: local, type: embedded, port: %d, pg-port: %d, pg-password: "%s" }
      efficiency:
        reasons: reasons.yaml
        zone: UTC
        shifts:
          - { name: early, start: "06:00", end: "14:00" }
          - { name: late, start: "14:00", end: "22:00" }
          - { name: night, start: "22:00", end: "06:00" }
        defaults:
          state:
            metric: state
            running: [RUNNING]
            setup: [SETUP]
            planned: [MAINTENANCE]
            idle: [IDLE]
            starved: [STARVED]
            blocked: [BLOCKED]
            down: [DOWN]
          count: { total: total, scrap: reject }
          ideal-cycle: { metric: ideal_cycle }
          energy: { metric: energy_kwh }
        lines:
          - { asset: plant-a/press-shop/line-1, output: [pack-03] }
          - { asset: plant-a/press-shop/line 2 (O'Brien's) "b", output: [pack-06] }
          - { asset: plant-a/line-3, output: [pack-09] }
      """;

  @TempDir static Path folder;

  private static Mosquitto broker;
  private static InfluxDb influxDb;
  private static GatewayProcess gateway;
  private static Prometheus prometheus;
  private static DataSources sources;

  @BeforeAll
  static void fill() throws Exception {
    broker = new Mosquitto(folder.resolve("mosquitto"));
    influxDb = new InfluxDb(folder.resolve("influx"));
    broker.start();
    influxDb.start();
    influxDb.createDatabase("factory");
    int postgres = Ports.free();
    Files.writeString(
        Files.createDirectories(folder.resolve("gateway")).resolve("reasons.yaml"),
        "reasons: [ { name: Broken, codes: [down] } ]");
    gateway =
        new GatewayProcess(
            folder.resolve("gateway"),
            CONFIG.formatted(broker.url(), influxDb.url(), Ports.free(), postgres, PASSWORD));
    gateway.start();
    prometheus =
        new Prometheus(
            folder.resolve("prometheus"),
            "- { job_name: weir, static_configs: [ { targets: [ '127.0.0.1:%d' ] } ] }"
                .formatted(gateway.port()));
    prometheus.start();
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(
            () -> JSON.readTree(gateway.get("/api/v1/status")).at("/sources/0/ready").asBoolean());
    Instant begin = Instant.now();
    play();
    await().atMost(Duration.ofSeconds(90)).ignoreExceptions().until(DashboardsTest::allIsStored);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> allHave("sum by (%s) (increase(%s_count[5m])) > 0"));
    Properties login = new Properties();
    login.setProperty("user", "weir");
    login.setProperty("password", PASSWORD);
    sources =
        new DataSources(
            influxDb,
            DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + postgres + "/qdb", login),
            prometheus,
            begin);
  }

  /** Plays in two parts: a counter must have been scraped before it rises, to have a rate. */
  private static void play() throws IOException {
    Plant plant =
        new Plant(
            new PlantLayout("plant-a", 3, 3),
            20261124,
            START.toEpochMilli(),
            10_000,
            new Truth(new Shifts(ZoneOffset.UTC)));
    try (Publisher publisher = new Publisher(Publisher.Options.of(broker.url()))) {
      publisher.publish("factory/plant-a/press-shop/line-1/press-01/telemetry", new byte[] {'{'});
      play(plant, publisher, START.plus(Duration.ofHours(1)));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> allHave("count by (%s) (%s_count)") && isScraped(QUARANTINED));
      play(plant, publisher, END);
    }
  }

  private static void play(Plant plant, Publisher publisher, Instant until) throws IOException {
    plant.play(until.toEpochMilli(), sample -> publish(publisher, sample));
    assertThat(publisher.drain(Duration.ofSeconds(60))).isTrue();
  }

  private static void publish(Publisher publisher, MachineSample sample) {
    if (sample.path().machine().equals(SILENT)
        && sample.at() >= SILENT_FROM.toEpochMilli()
        && sample.at() < SILENT_TO.toEpochMilli()) {
      return;
    }
    try {
      String topic = sample.path().topic();
      publisher.publish(
          topic
              .replace("/line-2/", "/" + ODD_LINE + "/")
              .replace("factory/plant-a/assembly/line-3/", "small/plant-a/line-3/"),
          sample.json().getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The figures have caught up with the readings, and both stores with the figures. */
  private static boolean allIsStored() throws IOException {
    String meters = gateway.get("/metrics");
    boolean folded =
        meters.lines().anyMatch("weir_efficiency_pending_readings 0.0"::equals)
            && influxDb.count("factory", "stops", "count") > 0;
    JsonNode sinks = JSON.readTree(gateway.get("/api/v1/ledger")).path("sinks");
    return folded
        && sinks.size() == 4
        && Dashboard.list(sinks).stream().allMatch(sink -> sink.path("pending").asLong() == 0)
        && Dashboard.list(sinks).stream().allMatch(sink -> sink.path("stored").asLong() > 0);
  }

  /** Of each timer, something for each of what it is shown by. */
  private static boolean allHave(String query) throws IOException {
    for (Map.Entry<String, String> timer : TIMERS.entrySet()) {
      JsonNode series = scraped(query.formatted(timer.getValue(), timer.getKey()));
      if (series.size() < (timer.getValue().equals("sink") ? 2 : 1)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isScraped(String query) throws IOException {
    return !scraped(query).isEmpty();
  }

  private static JsonNode scraped(String query) throws IOException {
    return JSON.readTree(prometheus.api("query", "query", query)).at("/data/result");
  }

  @AfterAll
  static void stop() throws Exception {
    if (sources != null) {
      sources.questDb().close();
    }
    for (Peer peer : new Peer[] {prometheus, gateway, influxDb, broker}) {
      if (peer != null) {
        peer.close();
      }
    }
  }

  /** What a user chooses of the variables. */
  private enum Wish {
    /** "All" wherever it is offered. */
    ALL("line-1"),
    /** The line whose name has spaces and quotes, one of everything else, each shift by name. */
    ODD_NAMES(ODD_LINE),
    /** A line of a plant without areas: its area is empty. */
    NO_AREA("line-3");

    private final String line;

    Wish(String line) {
      this.line = line;
    }
  }

  static Stream<Arguments> choices() {
    return Dashboard.all().stream()
        .flatMap(dashboard -> Stream.of(Wish.values()).map(wish -> Arguments.of(dashboard, wish)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("choices")
  void everyQueryReturnsDataOfItsPanelsShape(Dashboard dashboard, Wish wish) {
    checkPanels(dashboard, choose(dashboard, wish));
  }

  private static void checkPanels(Dashboard dashboard, Map<String, Interpolation.Choice> chosen) {
    assertThat(dashboard.panels()).isNotEmpty();
    for (JsonNode panel : dashboard.panels()) {
      Interpolation with = range(dashboard, panel, chosen);
      List<List<Frame>> answers = new ArrayList<>();
      for (JsonNode target : panel.path("targets")) {
        answers.add(sources.ask(target, with));
      }
      PanelShape.check(dashboard.toString(), panel, answers);
    }
  }

  /** What InfluxQL and SQL make of the same readings, panel by panel. */
  @ParameterizedTest
  @ValueSource(strings = {"overview", "line", "machine", "downtime", "energy", "quality"})
  void bothStoresShowTheSameNumbers(String name) {
    Dashboard one = find("weir-" + name);
    Dashboard other = find("weir-questdb-" + name);
    Map<String, Interpolation.Choice> chosen = choose(one, Wish.ODD_NAMES);
    Map<String, Interpolation.Choice> otherwise = choose(other, Wish.ODD_NAMES);
    assertThat(otherwise).isEqualTo(chosen);
    for (int i = 0; i < one.panels().size(); i++) {
      JsonNode panel = one.panels().get(i);
      if (panel.at("/datasource/type").asText().equals("influxdb")) {
        List<Double> numbers = numbers(one, panel, chosen);
        assertThat(numbers).as(panel.path("title").asText()).isNotEmpty();
        JsonNode same = other.panels().get(i);
        // QuestDB shows what it has taken a moment later.
        await()
            .untilAsserted(
                () ->
                    assertThat(numbers(other, same, chosen))
                        .as("%s in the embedded store", panel.path("title").asText())
                        .usingElementComparator(
                            (a, b) ->
                                Math.abs(a - b) <= 1e-9 * Math.abs(a) ? 0 : Double.compare(a, b))
                        .isEqualTo(numbers));
      }
    }
  }

  private static Dashboard find(String uid) {
    return Dashboard.all().stream()
        .filter(each -> each.uid().equals(uid))
        .findFirst()
        .orElseThrow();
  }

  /**
   * All numbers of a panel in order of size, without 0, which InfluxQL gives for a division by 0.
   */
  private static List<Double> numbers(
      Dashboard dashboard, JsonNode panel, Map<String, Interpolation.Choice> chosen) {
    Interpolation with = range(dashboard, panel, chosen);
    return Dashboard.list(panel.path("targets")).stream()
        .flatMap(target -> sources.ask(target, with).stream())
        .flatMap(frame -> frame.columnsOf(Number.class).stream().flatMap(frame::numbers))
        .filter(number -> number != 0)
        .sorted()
        .toList();
  }

  /** Goes through the variables in their order, each offering what those before it leave. */
  private static Map<String, Interpolation.Choice> choose(Dashboard dashboard, Wish wish) {
    Map<String, Interpolation.Choice> chosen = new LinkedHashMap<>();
    Interpolation with = new Interpolation(chosen, START, END, Duration.ofMinutes(1));
    for (JsonNode variable : dashboard.variables()) {
      String name = variable.path("name").asText();
      // QuestDB shows what it has taken a moment later.
      List<String> options =
          await().until(() -> sources.options(variable, with), each -> !each.isEmpty());
      assertThat(options).as("options of %s in %s", name, dashboard).isNotEmpty();
      chosen.put(name, choice(variable, options, wish));
    }
    if (chosen.containsKey("shift")) {
      assertThat(chosen.get("shift").values()).containsExactlyInAnyOrder("night", "early");
    }
    if (chosen.containsKey("line")) {
      assertThat(chosen.get("line").values()).contains(wish.line);
    }
    return chosen;
  }

  private static Interpolation.Choice choice(JsonNode variable, List<String> options, Wish wish) {
    String name = variable.path("name").asText();
    boolean several = variable.path("multi").asBoolean();
    if (several && wish == Wish.ALL) {
      return new Interpolation.Choice(options, variable.path("allValue").asText(null));
    }
    if (name.equals("shift")) {
      return new Interpolation.Choice(options, null);
    }
    if (name.equals("area") && wish == Wish.NO_AREA) {
      return Interpolation.Choice.one("");
    }
    return Interpolation.Choice.one(options.contains(wish.line) ? wish.line : options.get(0));
  }

  /** The range and interval of a panel, as if now were the end of the play. */
  private static Interpolation range(
      Dashboard dashboard, JsonNode panel, Map<String, Interpolation.Choice> chosen) {
    String back =
        panel
            .path("timeFrom")
            .asText(dashboard.json().at("/time/from").asText())
            .replace("now-", "");
    Duration range = duration(back);
    Duration least = duration(panel.path("interval").asText("1m"));
    Duration tenths = Duration.ofMinutes(range.toMinutes() / 1000);
    return new Interpolation(
        chosen, END.minus(range), END, tenths.compareTo(least) > 0 ? tenths : least);
  }

  private static Duration duration(String text) {
    return text.endsWith("d") ? Duration.parse("P" + text) : Duration.parse("PT" + text);
  }

  @Test
  void theQueryOfEveryAlertRuleReturnsOneSeriesForEachThingItWatches() throws Exception {
    JsonNode file =
        new YAMLMapper()
            .readTree(Dashboard.GRAFANA.resolve("provisioning/alerting/weir.yaml").toFile());
    Map<String, Integer> series = new LinkedHashMap<>();
    for (JsonNode rule :
        file.findValues("rules").stream().flatMap(r -> Dashboard.list(r).stream()).toList()) {
      for (JsonNode query : rule.path("data")) {
        if (!query.path("datasourceUid").asText().equals("__expr__")) {
          Duration back = Duration.ofSeconds(query.at("/relativeTimeRange/from").asLong());
          Interpolation with =
              new Interpolation(Map.of(), END.minus(back), END, Duration.ofMinutes(1));
          List<Frame> frames = sources.ask(query.path("model"), with);
          assertThat(frames)
              .as("%s", rule.path("uid"))
              .allSatisfy(frame -> assertThat(frame.columnsOf(Number.class)).isNotEmpty());
          series.put(rule.path("uid").asText(), frames.size());
        }
      }
    }
    Map<String, Integer> wanted = new LinkedHashMap<>();
    wanted.put("weir-machine-down", 9);
    wanted.put("weir-oee-under-target", 3);
    wanted.put("weir-not-storing", 2);
    wanted.put("weir-buffer-filling", 1);
    for (AlarmKind kind : AlarmKind.values()) {
      wanted.put("weir-alarm-" + kind.id(), 1);
    }
    assertThat(series).containsExactlyInAnyOrderEntriesOf(wanted);
  }
}
