package io.weir.sim.expected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import io.weir.sim.plant.Plant;
import io.weir.sim.plant.PlantLayout;
import io.weir.sim.plant.Shifts;
import io.weir.sim.plant.SimulatedState;
import io.weir.sim.plant.Truth;
import io.weir.sim.plant.Truth.MachineShift;
import io.weir.sim.scenario.Play;
import io.weir.sim.scenario.Scenario;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected figures, compared with the plant that was played. */
@Tag("slow")
class ExpectedFiguresTest {

  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
  private static final MachinePath PRESS = new MachinePath("a", "b", "c", "press");
  private static final long START = Instant.parse("2026-03-28T19:45:00Z").toEpochMilli();
  private static final long AUTUMN = Instant.parse("2026-10-24T18:45:00Z").toEpochMilli();
  private static final long HOUR = 3_600_000;

  /** Without micro-stops, each state has a field of its own. */
  private static final GatewayRules WITHOUT_MICRO_STOPS =
      new GatewayRules(ZONE, 60_000, 0, 600_000, Set.of("jam", "lubrication"));

  private static final List<String> USES =
      List.of(
          "energy_run_kwh",
          "energy_setup_kwh",
          "energy_stop_kwh",
          "energy_unknown_kwh",
          "energy_planned_stop_kwh");

  private static final Map<String, String> FIELDS =
      Map.of(
          "RUNNING", "run_s",
          "SETUP", "setup_s",
          "IDLE", "idle_s",
          "STARVED", "starved_s",
          "BLOCKED", "blocked_s",
          "DOWN", "down_s",
          "MAINTENANCE", "planned_stop_s");

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "breakdown",
        "slow-cycle",
        "scrap-burst",
        "changeover",
        "starved",
        "duplicate-data",
        "counter-reset",
        "counter-rollover",
        "poison",
        "dst-night",
        "dst-night-back"
      })
  void withoutLostMessagesTheFiguresOfAShiftAreWhatWasPlayed(String scenario) {
    Truth truth = new Truth(new Shifts(ZONE));
    long start = scenario.equals("dst-night-back") ? AUTUMN : START;
    ExpectedFigures figures = play(scenario, start, truth);
    Map<String, ExpectedFigures.EfficiencyRow> rows =
        machineRows(figures, BucketSize.SHIFT).stream()
            .collect(Collectors.toMap(row -> row.machine() + row.start(), Function.identity()));
    assertThat(rows).hasSameSizeAs(truth.all());
    for (MachineShift played : truth.all()) {
      Map<String, Double> fields = row(rows, played).fields();
      FIELDS.forEach(
          (state, field) ->
              assertThat(fields.get(field))
                  .as("%s of %s", field, played)
                  .isCloseTo(played.seconds().getOrDefault(state, 0.0), within(1e-6)));
      assertThat(fields.get("total")).as("%s", played).isEqualTo(played.total());
      assertThat(fields.get("good")).isEqualTo(played.good());
      assertThat(fields.get("scrap")).isEqualTo(played.scrap());
      assertThat(fields.get("failures")).isEqualTo(played.failures());
      assertThat(fields.get("energy_kwh")).isCloseTo(played.energyKwh(), within(1e-4));
      assertThat(USES.stream().mapToDouble(fields::get).sum())
          .as("energy by use of %s", played)
          .isCloseTo(fields.get("energy_kwh"), within(1e-4));
      assertThat(fields.get("energy_run_kwh")).isGreaterThan(fields.get("energy_stop_kwh"));
      assertThat(fields.get("uncoded_s"))
          .isBetween(
              fields.get("setup_s") + fields.get("starved_s") + fields.get("blocked_s") - 1e-6,
              fields.get("planned_busy_s") - fields.get("run_s") + 1e-6);
      assertThat(fields).containsEntry("implausible", 0.0).containsEntry("contradictory", 0.0);
      assertThat(fields.get("unknown_s")).isZero();
      assertThat(fields.get("gap_total")).isZero();
    }
  }

  private static ExpectedFigures.EfficiencyRow row(
      Map<String, ExpectedFigures.EfficiencyRow> rows, MachineShift played) {
    return rows.get(played.machine() + Instant.parse(played.start()));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"late-data", "dst-night-back"})
  void hoursAndShiftsAndDaysAddUpToTheSame(String scenario) {
    addUp(scenario);
  }

  @Tag("soak")
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"network-outage", "clock-skew"})
  void hoursAndShiftsAndDaysOfOthersAddUpToTheSame(String scenario) {
    addUp(scenario);
  }

  private static void addUp(String scenario) {
    ExpectedFigures figures = play(scenario, AUTUMN, new Truth(new Shifts(ZONE)));
    for (String field : List.of("run_s", "down_s", "unknown_s", "total", "energy_kwh")) {
      double hours = sum(figures, BucketSize.HOUR, field);
      assertThat(sum(figures, BucketSize.SHIFT, field)).isCloseTo(hours, within(1e-4));
      assertThat(sum(figures, BucketSize.DAY, field)).isCloseTo(hours, within(1e-4));
      assertThat(sum(figures, BucketSize.MINUTE, field)).isCloseTo(hours, within(1e-4));
    }
  }

  @Test
  void theNightOfSevenHoursAndTheNightOfNineHaveAsManyHours() {
    ExpectedFigures spring = play("dst-night", START, new Truth(new Shifts(ZONE)));
    assertThat(night(spring)).isEqualTo(7 * 3_600.0);
    ExpectedFigures autumn = play("dst-night-back", AUTUMN, new Truth(new Shifts(ZONE)));
    assertThat(night(autumn)).isEqualTo(9 * 3_600.0);
  }

  private static double night(ExpectedFigures figures) {
    return machineRows(figures, BucketSize.SHIFT).stream()
        .filter(row -> row.shift().equals("night") && row.whole())
        .findFirst()
        .orElseThrow()
        .fields()
        .get("calendar_s");
  }

  @Test
  void whatIsSilentTooLongIsUnknownBackToTheLastReadingAndItsPiecesBridgeAGap() {
    ExpectedFigures figures = figures();
    figures.receive(0, sample(SimulatedState.RUNNING, "", 0, 0));
    figures.receive(60_000, sample(SimulatedState.RUNNING, "", 30, 1));
    figures.receive(120_001, sample(SimulatedState.RUNNING, "", 60, 2));
    figures.receive(150_000, sample(SimulatedState.DOWN, "belt", 70, 3));
    figures.receive(600_000, sample(SimulatedState.RUNNING, "", 70, 3));
    figures.receive(630_000, sample(SimulatedState.RUNNING, "", 80, 3));
    figures.end();
    Map<String, Double> fields = machineRows(figures, BucketSize.HOUR).get(0).fields();
    assertThat(fields)
        .containsEntry("run_s", 119.999)
        .containsEntry("unknown_s", 510.001)
        .containsEntry("failures", 1.0)
        .containsEntry("total", 80.0)
        .containsEntry("gap_total", 30.0)
        .containsEntry("gap_good", 29.0)
        .containsEntry("ideal_total_s", 100.0)
        .containsEntry("known_s", 119.999);
    assertThat(figures.stops())
        .extracting(stop -> stop.category() + " " + stop.reason() + " " + stop.seconds())
        .containsExactly("unknown silent 60.001", "unknown silent 450.0");
  }

  @Test
  void aStopThatIsToldBeforeAndAfterASilenceIsOneStop() {
    ExpectedFigures figures = figures();
    figures.receive(0, sample(SimulatedState.RUNNING, "", 0, 0));
    figures.receive(10_000, sample(SimulatedState.BLOCKED, "", 5, 0));
    figures.receive(20_000, sample(SimulatedState.BLOCKED, "", 5, 0));
    figures.receive(220_000, sample(SimulatedState.BLOCKED, "", 5, 0));
    figures.receive(250_000, sample(SimulatedState.DOWN, "", 5, 0)); // has no time, and so no row
    figures.receive(450_000, sample(SimulatedState.DOWN, "", 5, 0));
    figures.receive(460_000, sample(SimulatedState.RUNNING, "", 5, 0));
    figures.end();
    assertThat(figures.stops())
        .extracting(stop -> stop.category() + " " + stop.seconds() + " " + stop.count())
        .containsExactly(
            "blocked 10.0 1",
            "unknown 200.0 1",
            "blocked 30.0 0",
            "unknown 200.0 1",
            "down 10.0 1");
  }

  @Test
  void whatACounterCountedBeforeARestartDuringSilenceIsUnknown() {
    ExpectedFigures figures = figures();
    figures.receive(0, sample(SimulatedState.RUNNING, "", 500, 9));
    figures.receive(60_000, sample(SimulatedState.RUNNING, "", 530, 9));
    figures.receive(900_000, sample(SimulatedState.RUNNING, "", 200, 3));
    figures.receive(930_000, sample(SimulatedState.RUNNING, "", 215, 4));
    figures.end();
    assertThat(machineRows(figures, BucketSize.HOUR).get(0).fields())
        .containsEntry("total", 30.0 + 200 + 15)
        .containsEntry("scrap", 3.0 + 1)
        .containsEntry("gap_total", 200.0)
        .containsEntry("gap_good", 197.0);
  }

  @Test
  void aWholeShortStopIsAMicroStopAndItsFirstReasonHolds() {
    ExpectedFigures figures = figures();
    figures.receive(0, sample(SimulatedState.RUNNING, "", 0, 0));
    figures.receive(30_000, sample(SimulatedState.DOWN, "", 10, 0));
    figures.receive(60_000, sample(SimulatedState.DOWN, "jam", 10, 0));
    figures.receive(90_000, sample(SimulatedState.DOWN, "other", 10, 0));
    figures.receive(149_999, sample(SimulatedState.RUNNING, "", 10, 0));
    figures.receive(160_000, sample(SimulatedState.IDLE, "", 12, 0));
    figures.end();
    assertThat(figures.stops())
        .extracting(stop -> stop.category() + " " + stop.reason() + " " + stop.seconds())
        .containsExactly("micro_stop jam 119.999");
    assertThat(machineRows(figures, BucketSize.DAY).get(0).fields())
        .containsEntry("micro_stops", 1.0)
        .containsEntry("failures", 0.0)
        .doesNotContainKey("mtbf_s");
  }

  @Test
  void aReadingTooFarBehindTheNewestDoesNotCountAndALateOneDoes() {
    ExpectedFigures figures = figures();
    figures.receive(0, sample(SimulatedState.RUNNING, "", 0, 0));
    for (long at = 50_000; at <= 700_000; at += 50_000) {
      if (at != 350_000) {
        figures.receive(at, sample(SimulatedState.RUNNING, "", at / 1_000, 0));
      }
    }
    figures.receive(350_000, sample(SimulatedState.RUNNING, "", 350, 0));
    figures.receive(99_999, sample(SimulatedState.DOWN, "", 50, 0));
    figures.end();
    assertThat(figures.late()).isEqualTo(1);
    assertThat(machineRows(figures, BucketSize.SHIFT).get(0).fields())
        .containsEntry("run_s", 700.0)
        .containsEntry("unknown_s", 0.0)
        .containsEntry("total", 700.0);
  }

  @Test
  void aLineHasTheTimesOfItsBottleneckAndThePiecesOfItsOutput() {
    MachinePath pack = new MachinePath("a", "b", "c", "pack");
    ExpectedFigures figures =
        new ExpectedFigures(List.of(PRESS, pack), GatewayRules.defaults(ZONE));
    figures.receive(0, sample(PRESS, SimulatedState.RUNNING, "", 0, 0, "2"));
    figures.receive(0, sample(pack, SimulatedState.RUNNING, "", 0, 0, "1"));
    figures.receive(50_000, sample(PRESS, SimulatedState.RUNNING, "", 20, 3, "2"));
    figures.receive(50_000, sample(pack, SimulatedState.IDLE, "", 16, 1, "1"));
    figures.end();
    Map<String, Double> line =
        figures.rows(BucketSize.HOUR).stream()
            .filter(row -> row.level().equals("line"))
            .findFirst()
            .orElseThrow()
            .fields();
    assertThat(line)
        .containsEntry("run_s", 50.0)
        .containsEntry("total", 16.0 + 3)
        .containsEntry("good", 15.0)
        .containsEntry("scrap", 4.0)
        .containsEntry("ideal_total_s", 38.0)
        .containsEntry("oee", 15 * 2 / 50.0)
        .containsEntry("members", 2.0);
  }

  @Test
  void theFileContainsRowsStopsAndStates() throws Exception {
    ExpectedFigures figures = play("breakdown", START, new Truth(new Shifts(ZONE)));
    StringWriter text = new StringWriter();
    figures.write(text);
    JsonNode root = new JsonMapper().readTree(text.toString());
    assertThat(root.at("/efficiency/0/fields/oee").isNumber()).isTrue();
    assertThat(root.at("/efficiency/0/start").textValue()).isEqualTo("2026-03-28T19:00:00Z");
    assertThat(root.path("stops"))
        .anyMatch(
            stop ->
                stop.path("reason").asText().equals("hydraulic leak")
                    && stop.path("machine").asText().equals("press-01")
                    && stop.path("start").asText().equals("2026-03-28T20:05:00Z")
                    && stop.path("seconds").asDouble() == 720);
    assertThat(root.path("machine_state").size()).isGreaterThan(50);
  }

  private static ExpectedFigures play(String scenario, long start, Truth truth) {
    Plant plant = new Plant(new PlantLayout("plant-a", 3, 2), 7, start, 10_000, truth);
    ExpectedFigures figures = new ExpectedFigures(plant.paths(), WITHOUT_MICRO_STOPS);
    Play.Outlet outlet =
        new Play.Outlet() {
          @Override
          public void arrives(MachineSample reported, MachineSample actual, MachineSample counted) {
            figures.receive(reported.at(), counted);
          }

          @Override
          public void broken(MachineSample reported) {}
        };
    new Play(Scenario.builtIn(scenario), plant, start, 7, outlet).to(start + 11 * HOUR);
    figures.end();
    return figures;
  }

  private static double sum(ExpectedFigures figures, BucketSize bucket, String field) {
    return machineRows(figures, bucket).stream().mapToDouble(row -> row.fields().get(field)).sum();
  }

  private static List<ExpectedFigures.EfficiencyRow> machineRows(
      ExpectedFigures figures, BucketSize bucket) {
    return figures.rows(bucket).stream().filter(row -> row.level().equals("machine")).toList();
  }

  private static ExpectedFigures figures() {
    return new ExpectedFigures(List.of(PRESS), GatewayRules.defaults(ZONE));
  }

  private static MachineSample sample(
      SimulatedState state, String reason, long total, long reject) {
    return sample(PRESS, state, reason, total, reject, "2");
  }

  private static MachineSample sample(
      MachinePath path,
      SimulatedState state,
      String reason,
      long total,
      long reject,
      String cycle) {
    return new MachineSample(
        path,
        0,
        state,
        reason,
        "P1",
        total,
        total - reject,
        reject,
        BigDecimal.ZERO,
        BigDecimal.ZERO,
        BigDecimal.ZERO,
        BigDecimal.ZERO,
        BigDecimal.ZERO,
        new BigDecimal(cycle),
        1);
  }
}
