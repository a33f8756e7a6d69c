package io.weir.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.peers.Mosquitto;
import io.weir.sim.Publisher;
import io.weir.sim.plant.Layout;
import io.weir.sim.plant.Plant;
import io.weir.sim.plant.Sample;
import io.weir.sim.plant.Shifts;
import io.weir.sim.plant.Truth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The figures in the store are those of the factory that was played: whatever is killed on the way.
 */
class EfficiencyTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** An hour of the night shift, the early shift, and enough of the late one to settle it. */
  private static final Instant START = Instant.parse("2026-03-02T05:00:00Z");

  private static final Instant END = Instant.parse("2026-03-02T14:15:00Z");
  private static final long INTERVAL_MS = 10_000;
  private static final int LINES = 2;
  private static final int MACHINES_PER_LINE = 3;
  private static final int MACHINES = LINES * MACHINES_PER_LINE;

  /** Without micro-stops, every state of the simulator has a field of its own. */
  private static final String CONFIG =
      """
      sources: [ { name: plant, type: mqtt, url: "%s" } ]
      routes:
        - topic: factory/{site}/{area}/{line}/{machine}/telemetry
          format: json
      sinks:
        - { name: history, type: influxdb, version: 1, url: "%s", database: factory }
      efficiency:
        zone: UTC
        shifts:
          - { name: early, start: "06:00", end: "14:00" }
          - { name: late, start: "14:00", end: "22:00" }
          - { name: night, start: "22:00", end: "06:00" }
        defaults:
          micro-stop: 0s
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
          - asset: plant-a/press-shop/line-2
            machines: [press-04, robot-05, pack-06]
            output: [pack-06]
          - { asset: plant-a/press-shop/line-1, output: [pack-03] }
      """;

  private static final Map<String, String> FIELDS =
      Map.of(
          "RUNNING", "run_s",
          "SETUP", "setup_s",
          "IDLE", "idle_s",
          "STARVED", "starved_s",
          "BLOCKED", "blocked_s",
          "DOWN", "down_s",
          "MAINTENANCE", "planned_stop_s");

  @TempDir Path folder;

  @Test
  void theStoreHoldsTheTruthOfEveryMachineAndShiftThoughTheGatewayIsKilled() throws Exception {
    Truth truth = new Truth(new Shifts(ZoneOffset.UTC));
    try (Mosquitto broker = new Mosquitto(folder.resolve("mosquitto"));
        InfluxDb store = new InfluxDb(folder.resolve("influx"));
        GatewayProcess gateway =
            new GatewayProcess(
                folder.resolve("gateway"), CONFIG.formatted(broker.url(), store.url()))) {
      broker.start();
      store.start();
      store.createDatabase("factory");
      gateway.start();
      DurabilityTest.awaitConnected(gateway);

      CompletableFuture<Long> play = CompletableFuture.supplyAsync(() -> play(broker.url(), truth));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> store.count("factory", "telemetry", "total") > 3_000);
      gateway.kill();
      gateway.start();
      assertThat(play.get()).as("messages played").isGreaterThan(20_000);
      await()
          .atMost(Duration.ofSeconds(120))
          .until(
              () ->
                  shifts(store, "machine", "early").values().stream().filter(this::isFinal).count()
                      == MACHINES);

      assertMachines(truth, store);
      assertLines(truth, store);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> efficiency(gateway).at("/lines/0/shift/name").asText().equals("late"));
      JsonNode now = efficiency(gateway);
      assertThat(now.path("lines").findValues("path"))
          .extracting(path -> path.path(2).asText())
          .as("lines in the order of the configuration")
          .containsExactly("line-2", "line-1");
      assertThat(now.path("machines").findValues("path"))
          .extracting(path -> path.path(3).asText())
          .as("machines in the direction of flow")
          .startsWith("press-04", "robot-05", "pack-06")
          .hasSize(MACHINES);
      assertLedgerOfFiguresAddsUp(gateway);
    }
  }

  private static JsonNode efficiency(GatewayProcess gateway) throws IOException {
    return JSON.readTree(gateway.get("/api/v1/efficiency"));
  }

  private static long play(String url, Truth truth) {
    Plant plant =
        new Plant(
            new Layout("plant-a", LINES, MACHINES_PER_LINE),
            20261124,
            START.toEpochMilli(),
            INTERVAL_MS,
            truth);
    try (Publisher publisher = new Publisher(Publisher.Options.of(url))) {
      plant.play(END.toEpochMilli(), sample -> publish(publisher, sample));
      assertThat(publisher.drain(Duration.ofSeconds(60))).isTrue();
      return publisher.acknowledged();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void publish(Publisher publisher, Sample sample) {
    try {
      publisher.publish(sample.place().topic(), sample.json().getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isFinal(JsonNode row) {
    return row.path("final").asBoolean();
  }

  private void assertMachines(Truth truth, InfluxDb store) throws IOException {
    Map<String, JsonNode> stored = new HashMap<>(shifts(store, "machine", "night"));
    stored.putAll(shifts(store, "machine", "early"));
    assertThat(stored).hasSize(2 * MACHINES);
    for (Truth.MachineShift played : truth.all()) {
      if (played.shift().equals("late")) {
        continue; // in course
      }
      JsonNode row = stored.get(played.machine() + " " + Instant.parse(played.start()));
      assertThat(row).as("%s", played).isNotNull();
      assertThat(isFinal(row)).isTrue();
      FIELDS.forEach(
          (state, field) ->
              assertThat(row.path(field).asDouble())
                  .as("%s of %s", field, played)
                  .isCloseTo(played.seconds().getOrDefault(state, 0.0), within(1e-6)));
      assertThat(row.path("unknown_s").asDouble()).as("%s", played).isZero();
      assertThat(row.path("total").asLong()).as("%s", played).isEqualTo(played.total());
      assertThat(row.path("good").asLong()).as("%s", played).isEqualTo(played.good());
      assertThat(row.path("scrap").asLong()).as("%s", played).isEqualTo(played.scrap());
      assertThat(row.path("failures").asInt()).as("%s", played).isEqualTo(played.failures());
      // the simulator says it in steps of 0.0001
      assertThat(row.path("energy_kwh").asDouble())
          .as("energy of %s", played)
          .isCloseTo(played.energyKwh(), within(1e-4));
    }
  }

  /** A line makes what its last machine makes, and loses what any of them scraps. */
  private static void assertLines(Truth truth, InfluxDb store) throws IOException {
    Map<String, JsonNode> stored = shifts(store, "line", "early");
    assertThat(stored).hasSize(LINES);
    for (JsonNode row : stored.values()) {
      List<Truth.MachineShift> members =
          truth.all().stream()
              .filter(played -> played.shift().equals("early"))
              .filter(played -> played.line().equals(row.path("line").asText()))
              .toList();
      Truth.MachineShift last = members.get(members.size() - 1);
      long scrap = members.stream().mapToLong(Truth.MachineShift::scrap).sum();
      assertThat(row.path("basis").asText()).isEqualTo("bottleneck");
      assertThat(row.path("good").asLong()).isEqualTo(last.good());
      assertThat(row.path("scrap").asLong()).isEqualTo(scrap);
      assertThat(row.path("total").asLong()).isEqualTo(last.good() + scrap);
      assertThat(isBetween(row.path("oee").asDouble())).isTrue();
    }
  }

  private static boolean isBetween(double oee) {
    return oee > 0.3 && oee < 1;
  }

  /** Rows of a shift by name of the level and start. */
  private static Map<String, JsonNode> shifts(InfluxDb store, String level, String shift)
      throws IOException {
    JsonNode answer =
        JSON.readTree(
            store.query(
                "factory",
                "SELECT * FROM efficiency WHERE bucket = 'shift' AND level = '%s' AND shift = '%s'"
                    .formatted(level, shift)));
    Map<String, JsonNode> rows = new HashMap<>();
    JsonNode series = answer.at("/results/0/series/0");
    for (JsonNode values : series.path("values")) {
      var row = JSON.createObjectNode();
      for (int i = 0; i < values.size(); i++) {
        row.set(series.at("/columns/" + i).asText(), values.get(i));
      }
      Instant start = Instant.ofEpochSecond(0, row.path("time").asLong());
      rows.put(row.path(level).asText() + " " + start, row);
    }
    return rows;
  }

  private static void assertLedgerOfFiguresAddsUp(GatewayProcess gateway) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              JsonNode sink = JSON.readTree(gateway.get("/api/v1/ledger")).at("/sinks/1");
              assertThat(sink.path("log").asText()).isEqualTo("figures");
              assertThat(sink.path("pending").asLong()).isZero();
              assertThat(sink.path("unexplained").asLong()).isZero();
              assertThat(sink.path("quarantined").asLong()).isZero();
              assertThat(sink.path("stored").asLong()).isPositive();
            });
  }
}
