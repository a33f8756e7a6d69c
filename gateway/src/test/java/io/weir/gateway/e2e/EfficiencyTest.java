package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.log.Soak;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.sim.expected.BucketSize;
import io.weir.sim.expected.ExpectedFigures;
import io.weir.sim.mqtt.Publisher;
import io.weir.sim.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The figures in the store are those of the factories that were played, each by a scenario of its
 * own, all through one gateway that is killed in the middle. {@code make soak} plays every built-in
 * scenario. With the property {@code weir.test.group}, through so many gateways of a group, each of
 * which is killed once and returns.
 */
@Tag("server")
class EfficiencyTest {

  /** Before each change, products, data that come late, and poison. */
  static final List<String> SCENARIOS =
      Soak.ON ? Scenario.BUILT_IN : List.of("changeover", "late-data", "poison");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DATABASE = "factory";

  /** State, reason, product, total, reject, ideal cycle and energy. */
  private static final int READINGS_A_MESSAGE = 7;

  /** How long the kind of a stop may be unknown. */
  private static final Duration MICRO_STOP = Duration.ofMinutes(2);

  /** Of a row that is not final, more may come. */
  private static final Duration SETTLES_AFTER = Duration.ofMinutes(14);

  /** How many gateways; more than one are a group. */
  private static final int GATEWAYS = Integer.getInteger("weir.test.group", 1);

  @TempDir static Path folder;
  private static Mosquitto broker;
  private static InfluxDb store;
  private static final List<GatewayProcess> GROUP = new ArrayList<>();
  private static GatewayProcess gateway;
  private static PlayedSites played;
  private static long published;

  @BeforeAll
  static void playEveryScenarioAndKillTheGatewayInTheMiddle() throws Exception {
    broker = new Mosquitto(folder.resolve("mosquitto"));
    store = new InfluxDb(folder.resolve("influx"));
    broker.start();
    store.start();
    store.createDatabase(DATABASE);
    try (Publisher publisher = new Publisher(Publisher.Options.of(broker.url()))) {
      played = new PlayedSites(SCENARIOS, publisher);
      for (int i = 0; i < GATEWAYS; i++) {
        GROUP.add(started("gateway-" + i));
      }
      gateway = GROUP.get(0);
      CompletableFuture<Void> play = CompletableFuture.runAsync(played::play);
      await()
          .atMost(Duration.ofSeconds(120))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> store.count(DATABASE, "telemetry", "total") > 1_300L * SCENARIOS.size());
      for (GatewayProcess each : GROUP) {
        each.kill();
        if (GATEWAYS > 1) {
          Thread.sleep(10_000); // the others take over
        }
        each.start();
        DurabilityTest.awaitConnected(each);
      }
      play.get();
      assertThat(publisher.drain(Duration.ofSeconds(60))).isTrue();
      published = publisher.published();
      assertThat(published).isGreaterThan(2_500L * SCENARIOS.size());
      awaitAllStored();
    }
  }

  private static GatewayProcess started(String id) throws Exception {
    GatewayProcess made =
        new GatewayProcess(folder.resolve(id), played.config(broker.url(), store.url(), DATABASE));
    if (GATEWAYS > 1) {
      String group = "id: " + id + ", group: { name: g, source: plant, mode: spread },";
      Path file = made.configFile();
      Files.writeString(file, Files.readString(file).replace("id: e2e,", group));
    }
    PlayedSites.writeFiles(folder.resolve(id));
    made.start();
    DurabilityTest.awaitConnected(made);
    return made;
  }

  /**
   * All that was published is received and folded, and all that came of it is in the store. The
   * figures come first: what a sink has to do counts only the rows that are made already.
   */
  private static void awaitAllStored() {
    await()
        .atMost(Duration.ofSeconds(180))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              assertThat(store.count(DATABASE, "telemetry", "total"))
                  .isEqualTo(SCENARIOS.stream().mapToInt(each -> played.site(each).points()).sum());
              for (GatewayProcess each : GROUP) {
                assertThat(each.get("/metrics").lines())
                    .contains("weir_efficiency_pending_readings 0.0");
                JsonNode sinks = JSON.readTree(each.get("/api/v1/ledger")).path("sinks");
                assertThat(sinks).allMatch(sink -> sink.path("pending").asLong() == 0);
              }
              assertThat(
                      StoredRows.of(
                          store,
                          DATABASE,
                          "SELECT final FROM efficiency WHERE level = 'site' AND bucket = 'day'"
                              + " AND final = true"))
                  .as("sites of which a day is final")
                  .hasSize(SCENARIOS.size());
            });
  }

  @AfterAll
  static void stop() {
    List<AutoCloseable> all = new ArrayList<>(GROUP);
    all.add(store);
    all.add(broker);
    for (AutoCloseable each : all) {
      if (each != null) {
        try {
          each.close();
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("SCENARIOS")
  void everyFigureOfMachinesLinesAreasAndSitesIsTheTruth(String scenario) {
    ExpectedFigures truth = played.site(scenario).figures();
    Instant decided = lastToldByAll(scenario).minus(MICRO_STOP);
    Map<String, JsonNode> stored = new TreeMap<>();
    for (JsonNode row : select("efficiency", scenario)) {
      assertThat(stored.put(key(row), row)).as("two rows of %s", key(row)).isNull();
    }
    List<String> wrong = new ArrayList<>();
    int rows = 0;
    for (BucketSize bucket : BucketSize.values()) {
      for (ExpectedFigures.EfficiencyRow row : truth.rows(bucket)) {
        if (row.whole() && !row.end().isAfter(decided)) {
          rows++;
          compare(row, stored.remove(key(row)), wrong);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(rows).isGreaterThan(2_000);
    assertThat(stored.values())
        .as("rows that the truth has not")
        .noneMatch(row -> row.path("final").asBoolean());
  }

  @Test
  void everyFigureOfAProductIsTheTruth() {
    Map<String, JsonNode> stored = new TreeMap<>();
    for (JsonNode row : select("efficiency_product", "changeover")) {
      if (row.path("bucket").asText().equals("day")) {
        continue; // the truth has shifts
      }
      stored.put(
          row.path("machine").asText()
              + row.path("product").asText()
              + row.path("shift").asText()
              + StoredRows.time(row),
          row);
    }
    List<String> wrong = new ArrayList<>();
    Set<String> products = new TreeSet<>();
    for (ExpectedFigures.ProductRow row : played.site("changeover").figures().products()) {
      if (row.whole()) {
        String key = row.path().machine() + row.product() + row.shift() + row.start();
        compare(key, row.fields(), stored.get(key), wrong);
        products.add(row.product());
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(products).containsExactly("P1", "P1-XL", "P2", "P2-S", "P3");
  }

  private static void compare(
      ExpectedFigures.EfficiencyRow row, JsonNode stored, List<String> wrong) {
    compare(key(row), row.fields(), stored, wrong);
    String basis = row.level().equals("machine") ? "machine" : "bottleneck";
    if (stored != null && !stored.path("basis").asText().equals(basis)) {
      wrong.add(key(row) + " has the basis " + stored.path("basis"));
    }
  }

  /** Names what differs; rounding is a millionth of the figure. */
  private static void compare(
      String key, Map<String, Double> fields, JsonNode stored, List<String> wrong) {
    if (stored == null) {
      wrong.add(key + " is not stored");
      return;
    }
    fields.forEach(
        (field, value) -> {
          double found = stored.path(field).asDouble(Double.NaN);
          if (!(Math.abs(found - value) <= 1e-6 * Math.max(1, Math.abs(value)))) {
            wrong.add("%s: %s is %s and not %s".formatted(key, field, found, value));
          }
        });
  }

  private static String key(ExpectedFigures.EfficiencyRow row) {
    return String.join(
        " ",
        row.bucket(),
        row.shift(),
        row.start().toString(),
        String.valueOf(row.area()),
        String.valueOf(row.line()),
        String.valueOf(row.machine()));
  }

  private static String key(JsonNode row) {
    return String.join(
        " ",
        row.path("bucket").asText(),
        row.path("shift").asText(),
        StoredRows.time(row).toString(),
        name(row, "area"),
        name(row, "line"),
        name(row, "machine"));
  }

  private static String name(JsonNode row, String tag) {
    String name = row.path(tag).asText();
    return name.isEmpty() ? "null" : name;
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("SCENARIOS")
  void everyHourShiftAndDayThatIsOverIsFinal(String scenario) {
    ExpectedFigures truth = played.site(scenario).figures();
    Instant last = lastToldByAll(scenario);
    Set<String> settled = new TreeSet<>();
    for (BucketSize bucket : List.of(BucketSize.HOUR, BucketSize.SHIFT, BucketSize.DAY)) {
      truth.rows(bucket).stream()
          .filter(row -> row.end().plus(SETTLES_AFTER).isBefore(last))
          .forEach(row -> settled.add(key(row)));
    }
    assertThat(settled).hasSizeGreaterThan(4 * 12);
    Set<String> isFinal = new TreeSet<>();
    StoredRows.of(
            store,
            DATABASE,
            "SELECT final, bucket, shift, area, line, machine FROM efficiency"
                + " WHERE site = '%s' AND final = true".formatted(scenario))
        .forEach(row -> isFinal.add(key(row)));
    assertThat(isFinal).containsAll(settled);
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("SCENARIOS")
  void everyStopIsTheTruth(String scenario) {
    Instant last = lastToldByAll(scenario);
    Set<String> truth = new TreeSet<>();
    for (ExpectedFigures.StopRow stop : played.site(scenario).figures().stops()) {
      if (stop.start().plusMillis(Math.round(stop.seconds() * 1000)).isBefore(last)) {
        truth.add(
            "%s %s %s %s %s %.3f %d"
                .formatted(
                    stop.path().machine(),
                    stop.start(),
                    stop.shift(),
                    stop.category(),
                    stop.reason(),
                    stop.seconds(),
                    stop.count()));
      }
    }
    Set<String> stored = new TreeSet<>();
    for (JsonNode row : select("stops", scenario)) {
      double seconds = row.path("duration_s").asDouble();
      Instant end = StoredRows.time(row).plusMillis(Math.round(seconds * 1000));
      if (seconds > 0 && end.isBefore(last)) {
        stored.add(
            "%s %s %s %s %s %.3f %d"
                .formatted(
                    row.path("machine").asText(),
                    StoredRows.time(row),
                    row.path("shift").asText(),
                    row.path("category").asText(),
                    row.path("reason").asText(),
                    seconds,
                    row.path("count").asInt()));
      }
    }
    assertThat(truth).hasSizeGreaterThan(10);
    assertThat(without(truth, stored)).as("stops that are not stored").isEmpty();
    assertThat(without(stored, truth)).as("stored stops that never were").isEmpty();
  }

  /** What of these the others have not, so that a report shows that alone. */
  private static Set<String> without(Set<String> these, Set<String> others) {
    Set<String> rest = new TreeSet<>(these);
    rest.removeAll(others);
    return rest;
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("SCENARIOS")
  void everyStateIsTheTruthFromItsFirstInstantOn(String scenario) {
    Instant last = lastToldByAll(scenario);
    Map<String, NavigableMap<Instant, ExpectedFigures.StateRow>> truth = new TreeMap<>();
    for (ExpectedFigures.StateRow change : played.site(scenario).figures().changes()) {
      truth
          .computeIfAbsent(change.path().machine(), machine -> new TreeMap<>())
          .put(change.at(), change);
    }
    Map<String, Set<Instant>> stored = new TreeMap<>();
    for (JsonNode row : select("machine_state", scenario)) {
      String machine = row.path("machine").asText();
      Instant at = StoredRows.time(row);
      if (at.isBefore(last)) {
        ExpectedFigures.StateRow holds = truth.get(machine).floorEntry(at).getValue();
        assertThat(row.path("state").asText()).as("%s at %s", machine, at).isEqualTo(holds.state());
        assertThat(row.path("code").asInt()).isEqualTo(holds.code());
        assertThat(row.path("reason").asText())
            .as("why %s is %s at %s", machine, holds.state(), at)
            .isEqualTo(holds.reason());
        stored.computeIfAbsent(machine, absent -> new TreeSet<>()).add(at);
      }
    }
    truth.forEach(
        (machine, changes) ->
            assertThat(stored.get(machine))
                .as("changes of %s", machine)
                .containsAll(changes.headMap(last).keySet()));
  }

  /** Since then a machine may be silent to the gateway, which then says so. */
  private static Instant lastToldByAll(String scenario) {
    return played.site(scenario).lastToldByAll();
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("SCENARIOS")
  void everyReadingIsStoredOnceHoweverOftenAndLateItCame(String scenario) {
    List<JsonNode> counts =
        StoredRows.of(
            store,
            DATABASE,
            "SELECT count(total) AS total FROM telemetry WHERE site = '" + scenario + "'");
    assertThat(counts.get(0).path("total").asInt()).isEqualTo(played.site(scenario).points());
  }

  @Test
  void whatIsBrokenStandsInTheQuarantineAndNothingElse() throws Exception {
    long broken = played.site("poison").broken();
    assertThat(broken).isGreaterThan(30);
    JsonNode source = JSON.readTree(gateway.get("/api/v1/ledger")).at("/sources/0");
    assertThat(source.path("rejected").asLong()).isEqualTo(broken);
    JsonNode entries = JSON.readTree(gateway.get("/api/v1/quarantine?limit=100")).path("entries");
    assertThat(entries).hasSize((int) broken);
    assertThat(entries).allMatch(each -> each.path("topic").asText().startsWith("factory/poison/"));
  }

  /** What the broker gave again after the kill may be late too; a broken message is one reading. */
  @Test
  void readingsThatCameTooLateAreCounted() throws Exception {
    long late = SCENARIOS.stream().mapToLong(each -> played.site(each).figures().late()).sum();
    assertThat(late).isGreaterThan(20);
    long broken = SCENARIOS.stream().mapToLong(each -> played.site(each).broken()).sum();
    long sent = (published - broken) * READINGS_A_MESSAGE + broken;
    JsonNode source = JSON.readTree(gateway.get("/api/v1/ledger")).at("/sources/0");
    long again = source.path("appended").asLong() + source.path("rejected").asLong() - sent;
    assertThat(again).isNotNegative();
    assertThat(gateway.get("/metrics").lines())
        .filteredOn(line -> line.startsWith("weir_efficiency_late_readings"))
        .singleElement()
        .satisfies(
            line ->
                assertThat(Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .isBetween(
                        (double) late * READINGS_A_MESSAGE,
                        (double) late * READINGS_A_MESSAGE + again));
  }

  @Test
  void thePageShowsLinesInTheOrderOfTheConfigurationAndMachinesInThatOfTheFlow() throws Exception {
    JsonNode now = JSON.readTree(gateway.get("/api/v1/efficiency"));
    List<String> lines = new ArrayList<>();
    now.path("lines").forEach(line -> lines.add(path(line)));
    List<String> machines = new ArrayList<>();
    now.path("machines").forEach(machine -> machines.add(path(machine)));
    List<String> flow = new ArrayList<>();
    List<String> order = new ArrayList<>();
    for (String scenario : SCENARIOS) {
      for (var place : played.site(scenario).places()) {
        flow.add(place.toString());
        String line = place.site() + "/" + place.area() + "/" + place.line();
        if (!order.contains(line)) {
          order.add(line);
        }
      }
    }
    assertThat(lines).isEqualTo(order);
    assertThat(machines).isEqualTo(flow);
  }

  @Test
  void thePlantIsTheLinesOfTheNewestShiftAsOne() throws Exception {
    JsonNode now = JSON.readTree(gateway.get("/api/v1/efficiency"));
    JsonNode plant = now.at("/plant/shift");
    String newest = plant.path("start").asText();
    List<JsonNode> shifts = new ArrayList<>();
    for (JsonNode line : now.path("lines")) {
      JsonNode shift = line.path("shift");
      assertThat(shift.path("start").asText()).isLessThanOrEqualTo(newest);
      if (shift.path("start").asText().equals(newest)) {
        shifts.add(shift);
      }
    }
    assertThat(shifts).isNotEmpty();
    for (String sum :
        List.of("/plannedBusySeconds", "/knownSeconds", "/failures", "/losses/unknownSeconds")) {
      assertThat(plant.at(sum).asDouble())
          .as(sum)
          .isCloseTo(shifts.stream().mapToDouble(s -> s.at(sum).asDouble()).sum(), within(1e-3));
    }
    for (String sum : List.of("/good", "/plan")) {
      boolean all = shifts.stream().noneMatch(shift -> shift.at(sum).isNull());
      assertThat(plant.at(sum).isNull()).as(sum).isEqualTo(!all);
      if (all) {
        assertThat(plant.at(sum).asDouble())
            .as(sum)
            .isCloseTo(shifts.stream().mapToDouble(s -> s.at(sum).asDouble()).sum(), within(1e-3));
      }
    }
  }

  private static String path(JsonNode of) {
    List<String> levels = new ArrayList<>();
    of.path("path").forEach(level -> levels.add(level.asText()));
    return String.join("/", levels);
  }

  @Test
  void theLedgerOfFiguresAddsUp() throws IOException {
    JsonNode sink = JSON.readTree(gateway.get("/api/v1/ledger")).at("/sinks/1");
    assertThat(sink.path("log").asText()).isEqualTo("figures");
    assertThat(sink.path("unexplained").asLong()).isZero();
    assertThat(sink.path("quarantined").asLong()).isZero();
    assertThat(sink.path("stored").asLong()).isPositive();
  }

  private static List<JsonNode> select(String measurement, String site) {
    return StoredRows.of(
        store, DATABASE, "SELECT * FROM %s WHERE site = '%s'".formatted(measurement, site));
  }
}
