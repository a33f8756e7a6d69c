package io.weir.gateway.grafana;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.e2e.GatewayProcess;
import io.weir.gateway.log.Soak;
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
import java.net.http.HttpResponse;
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
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
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

  private static final int INTERVAL_MS = Soak.count(20_000, 10_000);

  private static final Instant NOTED = Instant.parse("2026-03-02T06:00:00Z");

  private static final String PRESS =
      "\"site\":\"plant-a\",\"area\":\"press-shop\",\"line\":\"line-1\",\"machine\":\"press-01\"";

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
        changeovers: changeovers.csv
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
          order: { id: order_id, product: product, quantity: order_quantity }
        signals:
          - { metric: temperature, window: 15m, lower: 20, upper: 90 }
          - { asset: plant-a/line-3/*, metric: temperature, window: 15m, lower: 20, upper: 90 }
        lines:
          - { asset: plant-a/press-shop/line-1, output: [pack-03] }
          - { asset: plant-a/press-shop/line 2 (O'Brien's) "b", output: [pack-06] }
          - { asset: plant-a/line-3, output: [pack-09] }
      """;

  private static final Truth TRUTH = new Truth(new Shifts(ZoneOffset.UTC));

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
        Files.createDirectories(folder.resolve("gateway")).resolve("changeovers.csv"),
        "from,to,seconds\n*,*,600\n");
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
    note("audit", "\"site\":\"plant-a\"");
    note("new roller", PRESS);
    await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(DashboardsTest::allIsStored);
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> allHave("sum by (%s) (increase(%s_count[5m])) > 0"));
    Properties login = new Properties();
    login.setProperty("user", "weir");
    login.setProperty("password", PASSWORD);
    sources =
        new DataSources(
            influxQl -> influxDb.query("factory", influxQl),
            DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + postgres + "/qdb", login),
            prometheus,
            begin);
  }

  /** What a person says of the first minute of the early shift. */
  private static void note(String comment, String asset) throws IOException {
    HttpResponse<String> answer =
        gateway.post(
            "/api/v1/corrections",
            "{\"kind\":\"annotated\",\"comment\":\"%s\",\"who\":\"anna\",%s,\"from\":\"%s\",\"to\":\"%s\"}"
                .formatted(comment, asset, NOTED, NOTED.plusSeconds(60)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  /** Plays in two parts: a counter must have been scraped before it rises, to have a rate. */
  private static void play() throws IOException {
    Plant plant =
        new Plant(
            new PlantLayout("plant-a", 3, 3), 20261124, START.toEpochMilli(), INTERVAL_MS, TRUTH);
    try (Publisher publisher = new Publisher(Publisher.Options.of(broker.url()))) {
      publisher.publish("factory/plant-a/press-shop/line-1/press-01/telemetry", new byte[] {'{'});
      play(plant, publisher, START.plus(Duration.ofHours(1)));
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(500))
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
      String topic =
          sample
              .path()
              .topic()
              .replace("/line-2/", "/" + ODD_LINE + "/")
              .replace("factory/plant-a/assembly/line-3/", "small/plant-a/line-3/");
      publisher.publish(topic, withOrder(sample).getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each hour another order, and another product. */
  private static String withOrder(MachineSample sample) {
    long hour = sample.at() / 3_600_000;
    return sample
        .json()
        .replaceFirst("\"product\":\"", "$0" + (hour % 2 == 0 ? "red " : "blue "))
        .replaceFirst("}$", ",\"order_id\":\"" + hour + "\",\"order_quantity\":500}");
  }

  /** The figures have caught up with the readings, and both stores with the figures. */
  private static boolean allIsStored() throws IOException {
    String meters = gateway.get("/metrics");
    boolean folded =
        meters.lines().anyMatch("weir_efficiency_pending_readings 0.0"::equals)
            && influxDb.count("factory", "stops", "count") > 0
            && influxDb.count("factory", "annotations", "text") == 2;
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
    ALL("line-1", Soak.ON ? LONGER : List.of()),
    /** The line whose name has spaces and quotes, one of everything else, each shift by name. */
    ODD_NAMES(ODD_LINE, List.of("20d")),
    /** A line of a plant without areas: its area is empty. */
    NO_AREA("line-3", List.of());

    private final String line;
    private final List<String> longer;

    Wish(String line, List<String> longer) {
      this.line = line;
      this.longer = longer;
    }
  }

  /**
   * Ranges of which figures come from rows of minutes, hours, shifts, days. Before each change only
   * hours, where the numbers of both stores are compared, beside the minutes of most dashboards.
   */
  private static final List<String> LONGER =
      Soak.ON ? List.of("5h", "60h", "20d", "90d") : List.of("60h");

  /**
   * With odd names before each change only what {@link #bothStoresShowTheSameNumbers} leaves out.
   */
  static Stream<Arguments> choices() {
    return Dashboard.ofStoresWithRows().stream()
        .flatMap(
            dashboard ->
                Stream.of(Wish.values())
                    .filter(
                        wish -> Soak.ON || wish != Wish.ODD_NAMES || dashboard.hasTag("gateway"))
                    .map(wish -> Arguments.of(dashboard, wish)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("choices")
  void everyQueryReturnsDataOfItsPanelsShape(Dashboard dashboard, Wish wish) {
    Map<String, Interpolation.Choice> chosen = choose(dashboard, wish);
    checkMarks(dashboard, chosen);
    assertThat(dashboard.panels()).isNotEmpty();
    checkPanels(dashboard, chosen, dashboard.json().at("/time/from").asText());
    wish.longer.forEach(range -> checkPanels(dashboard, chosen, range));
  }

  /** Of a mark in the charts: an instant and a word. */
  private static void checkMarks(Dashboard dashboard, Map<String, Interpolation.Choice> chosen) {
    for (JsonNode annotation : dashboard.json().at("/annotations/list")) {
      ObjectNode target = annotation.path("target").deepCopy();
      target.set("datasource", annotation.path("datasource"));
      Frame marks =
          sources
              .ask(
                  target,
                  new Interpolation(
                      chosen, START.minus(Duration.ofDays(1)), END, Duration.ofMinutes(1)))
              .get(0);
      String text = target.path("textColumn").asText("text");
      assertThat(marks.columnsOf(String.class)).as("%s: %s", dashboard, target).contains(text);
      assertThat(marks.columnsOf(Frame.Time.class)).hasSize(1);
      if (annotation.path("name").asText().equals("Notes")) {
        notes(marks, text, chosen);
      }
    }
  }

  /** What is said of the whole site is said of each of its lines and machines. */
  private static void notes(Frame marks, String text, Map<String, Interpolation.Choice> chosen) {
    assertThat(marks.values(text)).contains("audit");
    boolean hasPress =
        Stream.of("line", "machine")
            .map(chosen::get)
            .allMatch(
                each ->
                    each == null
                        || each.all() != null
                        || each.values().contains("press-01")
                        || each.values().contains("line-1"));
    assertThat(marks.values(text).contains("new roller")).as("%s", chosen).isEqualTo(hasPress);
    long until = NOTED.plusSeconds(60).toEpochMilli() - 1;
    assertThat(marks.columnsOf(Number.class))
        .singleElement()
        .satisfies(
            column ->
                assertThat(marks.numbers(column)).allMatch(number -> number.longValue() == until));
  }

  /** Nobody books scrap here; {@link VictoriaMetricsDashboardsTest} has rows of it. */
  private static boolean isOfBookings(JsonNode panel) {
    return panel.path("title").asText().startsWith("Scrap and rework that people booked");
  }

  /** Of a range that has the beginning of no day there is nothing to show. */
  private static boolean isByDay(JsonNode panel) {
    return panel.path("title").asText().contains(" by day");
  }

  /**
   * What asks for nothing in the range gets nothing; a panel of which no query asks stays empty.
   */
  private static void checkPanels(
      Dashboard dashboard, Map<String, Interpolation.Choice> chosen, String length) {
    for (JsonNode panel : dashboard.panels()) {
      Interpolation with = range(panel, chosen, length);
      if (isOfBookings(panel)
          || isByDay(panel) && Duration.between(with.from(), END).toDays() < 1) {
        continue;
      }
      List<List<Frame>> answers = new ArrayList<>();
      for (JsonNode target : panel.path("targets")) {
        List<Frame> answer = sources.ask(target, with);
        assertThat(answer.stream().mapToInt(Frame::rows).sum() > 0)
            .as(
                "rows in %s of %s, '%s': %s",
                length, dashboard, panel.path("title").asText(), Dashboard.text(target))
            .isEqualTo(with.asks(Dashboard.text(target)));
        if (with.asks(Dashboard.text(target))) {
          answers.add(answer);
        }
      }
      if (!answers.isEmpty()) {
        PanelShape.check(dashboard.toString(), panel, answers);
      }
    }
  }

  /** All in {@code make soak}, before each change those that show most. */
  static Stream<String> compared() {
    List<String> all =
        List.of(
            "overview",
            "line",
            "machine",
            "downtime",
            "report",
            "products",
            "changeover",
            "home",
            "compare",
            "spc",
            "energy",
            "quality",
            "wall");
    return all.stream().limit(Soak.count(5, all.size()));
  }

  /** What InfluxQL and SQL make of the same readings, panel by panel. */
  @ParameterizedTest
  @MethodSource("compared")
  void bothStoresShowTheSameNumbers(String name) {
    Dashboard one = find("weir-" + name);
    Dashboard other = find("weir-questdb-" + name);
    Map<String, Interpolation.Choice> chosen = choose(one, Wish.ODD_NAMES);
    Map<String, Interpolation.Choice> otherwise = choose(other, Wish.ODD_NAMES);
    assertThat(otherwise).isEqualTo(chosen);
    int shown =
        Stream.concat(Stream.of(one.json().at("/time/from").asText()), LONGER.stream())
            .mapToInt(length -> showTheSame(one, chosen, other, otherwise, length))
            .sum();
    assertThat(shown).as("numbers in %s", one).isGreaterThan(2);
  }

  /** How many numbers are the same. */
  private static int showTheSame(
      Dashboard one,
      Map<String, Interpolation.Choice> chosen,
      Dashboard other,
      Map<String, Interpolation.Choice> otherwise,
      String length) {
    int shown = 0;
    for (int i = 0; i < one.panels().size(); i++) {
      JsonNode panel = one.panels().get(i);
      if (panel.at("/datasource/type").asText().equals("influxdb") && !isOfBookings(panel)) {
        List<Double> numbers = numbers(panel, chosen, length);
        JsonNode same = other.panels().get(i);
        // QuestDB shows what it has taken a moment later.
        await()
            .untilAsserted(
                () ->
                    assertThat(numbers(same, otherwise, length))
                        .as("%s in the embedded store, %s", panel.path("title").asText(), length)
                        .usingElementComparator(
                            (a, b) ->
                                Math.abs(a - b) <= 1e-9 * Math.abs(a) ? 0 : Double.compare(a, b))
                        .isEqualTo(numbers));
        shown += numbers.size();
      }
    }
    return shown;
  }

  /** Pieces and energy of each machine, against the simulator's own account of them. */
  @Test
  void theReportShowsWhatTheFactoryMade() {
    Dashboard report = find("weir-report");
    JsonNode panel = titled(report, "Machines");
    Interpolation with = range(panel, choose(report, Wish.ALL), "now-24h");
    Frame shown = sources.ask(panel.path("targets").get(1), with).get(0);
    List<Object> machines = shown.values("machine");
    assertThat(machines).hasSize(9);
    for (int i = 0; i < machines.size(); i++) {
      Object machine = machines.get(i);
      List<Truth.MachineShift> truth =
          TRUTH.all().stream().filter(each -> each.machine().equals(machine)).toList();
      double pieces = truth.stream().mapToLong(Truth.MachineShift::total).sum();
      double energy = truth.stream().mapToDouble(Truth.MachineShift::energyKwh).sum();
      assertThat(number(shown, "Good", i) + number(shown, "Scrap", i))
          .as("pieces of %s", machine)
          .isCloseTo(pieces, within(3.0));
      assertThat(number(shown, "Energy", i))
          .as("energy of %s", machine)
          .isCloseTo(energy, within(0.01 * energy));
    }
  }

  static Stream<Arguments> ofTheReport() {
    return Stream.of("weir-report", "weir-questdb-report")
        .flatMap(
            uid -> Stream.of("Machines", "Lines").map(title -> Arguments.of(find(uid), title)));
  }

  /** What the live page shows of the same shifts. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("ofTheReport")
  void theReportShowsWhatTheApiAnswers(Dashboard report, String title) {
    await().untilAsserted(() -> checkReport(report, title)); // QuestDB shows late what it has
  }

  private static void checkReport(Dashboard report, String title) throws IOException {
    JsonNode panel = titled(report, title);
    Interpolation with = range(panel, choose(report, Wish.ALL), "now-24h");
    Frame ratios = sources.ask(panel.path("targets").get(0), with).get(0);
    Frame sums = sources.ask(panel.path("targets").get(1), with).get(0);
    boolean ofLines = title.equals("Lines");
    JsonNode answers = past("efficiency?bucket=shift").path(ofLines ? "lines" : "machines");
    assertThat(answers).hasSize(ofLines ? 3 : 9);
    for (JsonNode answer : answers) {
      String name = answer.path("path").get(answer.path("path").size() - 1).asText();
      JsonNode shift = answer.path("shift");
      for (Frame frame : List.of(ratios, sums)) {
        int row = frame.values(ofLines ? "line" : "machine").indexOf(name);
        assertThat(row).as(name).isNotNegative();
        COLUMNS
            .get(frame == ratios)
            .forEach(
                (column, value) ->
                    assertThat(number(frame, column, row))
                        .as("%s of %s", column, name)
                        .isCloseTo(value.applyAsDouble(shift), withinPercentage(1e-4)));
      }
    }
  }

  /**
   * The columns of the ratios, and those of the sums, each with what it is in the answer. Quality
   * is that of sums, weighted with ideal cycles.
   */
  private static final Map<Boolean, Map<String, ToDoubleFunction<JsonNode>>> COLUMNS =
      Map.of(
          true,
          Map.of(
              "OEE", shift -> shift.path("oee").asDouble(),
              "Availability", shift -> shift.path("availability").asDouble(),
              "Effectiveness", shift -> shift.path("effectiveness").asDouble(),
              "Quality",
                  shift ->
                      shift.path("idealGoodSeconds").asDouble()
                          / shift.path("idealTotalSeconds").asDouble()),
          false,
          Map.of(
              "Coverage", shift -> shift.path("coverage").asDouble(),
              "Good", shift -> shift.path("good").asDouble(),
              "Scrap", shift -> shift.path("scrap").asDouble(),
              "Failures", shift -> shift.path("failures").asDouble()));

  @ParameterizedTest
  @ValueSource(strings = {"weir-report", "weir-questdb-report"})
  void theTimeThatWasLostIsThatOfTheApi(String uid) {
    await().untilAsserted(() -> checkLosses(uid));
  }

  private static void checkLosses(String uid) throws IOException {
    JsonNode panel = titled(find(uid), "Time lost, by kind");
    Interpolation with = range(panel, choose(find(uid), Wish.ALL), "now-24h");
    Frame shown = sources.ask(panel.path("targets").get(0), with).get(0);
    Map<String, Double> lost = new TreeMap<>();
    for (JsonNode line : past("efficiency?bucket=shift").path("lines")) {
      JsonNode losses = line.at("/shift/losses");
      lost.merge("Unknown", losses.path("unknownSeconds").asDouble(), Double::sum);
      for (JsonNode stop : losses.path("stops")) {
        lost.merge(
            TITLES.get(stop.path("state").asText()), stop.path("seconds").asDouble(), Double::sum);
      }
    }
    assertThat(lost).hasSizeGreaterThan(4);
    lost.forEach(
        (kind, seconds) ->
            assertThat(number(shown, kind, 0)).as(kind).isCloseTo(seconds, within(1e-3)));
  }

  private static final Map<String, String> TITLES =
      Map.of(
          "setup", "Setup",
          "micro_stop", "Micro stops",
          "starved", "Starved",
          "blocked", "Blocked",
          "down", "Down",
          "idle", "Idle");

  /** Of the day that ends with the play. */
  private static JsonNode past(String question) throws IOException {
    Instant from = END.minus(Duration.ofDays(1));
    String span = "&fromMs=" + from.toEpochMilli() + "&toMs=" + END.toEpochMilli();
    return JSON.readTree(gateway.get("/api/v1/past/" + question + span)).path("answer");
  }

  private static JsonNode titled(Dashboard dashboard, String title) {
    return dashboard.panels().stream()
        .filter(each -> each.path("title").asText().equals(title))
        .findFirst()
        .orElseThrow();
  }

  private static double number(Frame frame, String column, int row) {
    return ((Number) frame.values(column).get(row)).doubleValue();
  }

  private static Dashboard find(String uid) {
    return Dashboard.ofStoresWithRows().stream()
        .filter(each -> each.uid().equals(uid))
        .findFirst()
        .orElseThrow();
  }

  /**
   * All numbers of a panel in order of size, without 0, which InfluxQL gives for a division by 0.
   */
  private static List<Double> numbers(
      JsonNode panel, Map<String, Interpolation.Choice> chosen, String length) {
    Interpolation with = range(panel, chosen, length);
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
    if (name.equals("shift") || name.equals("category")) {
      return new Interpolation.Choice(options, null);
    }
    if (name.equals("area") && wish == Wish.NO_AREA) {
      return Interpolation.Choice.one("");
    }
    return Interpolation.Choice.one(options.contains(wish.line) ? wish.line : options.get(0));
  }

  /**
   * The range and interval of a panel, as if now were the end of the play. A panel that shows an
   * earlier time asks the same of it, which here has no rows, so it is asked for this one.
   */
  private static Interpolation range(
      JsonNode panel, Map<String, Interpolation.Choice> chosen, String length) {
    Duration range = duration(panel.path("timeFrom").asText(length).replace("now-", ""));
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
    wanted.put("weir-machine-silent", 9);
    wanted.put("weir-stops-uncoded", 9);
    wanted.put("weir-source-away", 1);
    wanted.put("weir-figures-dropped", 1);
    wanted.put("weir-not-storing", 2);
    wanted.put("weir-buffer-filling", 1);
    for (AlarmKind kind : AlarmKind.values()) {
      wanted.put("weir-alarm-" + kind.id(), 1);
    }
    assertThat(series).containsExactlyInAnyOrderEntriesOf(wanted);
  }
}
