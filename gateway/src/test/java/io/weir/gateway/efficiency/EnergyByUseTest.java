package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Asset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a machine did with its energy. */
class EnergyByUseTest {

  private static final String DAY = "2026-03-02T";

  private final EfficiencyConfigBuilder config =
      new EfficiencyConfigBuilder()
          .shift("early", "06:00", "07:00", EfficiencyConfigBuilder.pause("06:50", 10));

  private static double kwh(Map<String, Object> row, String use) {
    return (Double) row.get("energy_" + use + "kwh");
  }

  /** A shift of ten minutes in each state, read each {@code step} seconds. */
  private Map<String, Object> shift(int step, double[] kilowatts, String... states) {
    FoldScenario scenario = new FoldScenario(config);
    double energy = 100;
    for (int second = 0; second <= 4800; second += step) {
      int at = Math.min(second / 600, states.length - 1);
      long time = StoredRows.nanos(DAY + "06:00:00Z") + second * ShiftCalendar.SECOND;
      boolean power =
          config.energy != null && config.energy.kind() == EfficiencyConfig.EnergyKind.POWER;
      if (!states[at].equals("SILENT")) {
        scenario.from(
            FoldScenario.MACHINE,
            time,
            "state",
            states[at],
            "energy",
            power ? kilowatts[at] : energy);
      }
      energy += kilowatts[at] * step / 3600;
    }
    return scenario
        .flush()
        .store
        .efficiency(FoldScenario.MACHINE, "shift", "early", DAY + "06:00:00Z");
  }

  private static final String[] STATES = {
    "SETUP", "RUNNING", "DOWN", "SILENT", "RUNNING", "IDLE", "IDLE"
  };

  @Test
  void powerIsThatOfTheStateInWhichItWasUsed() {
    config.energy = new EfficiencyConfig.Energy("energy", EfficiencyConfig.EnergyKind.POWER);
    Map<String, Object> row = shift(15, new double[] {12, 60, 6, 6, 60, 3, 3}, STATES);
    assertThat(kwh(row, "setup_")).isEqualTo(2, within(1e-6));
    assertThat(kwh(row, "run_")).isEqualTo(20, within(1e-6));
    // the power is not known after the last reading before a silence
    assertThat(kwh(row, "stop_")).isEqualTo(1 - 6 * 15 / 3600.0, within(1e-6));
    assertThat(kwh(row, "unknown_")).isZero();
    assertThat(kwh(row, "planned_stop_")).isEqualTo(0.5, within(1e-6));
    FigureIdentitiesTest.hold(row);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 15, 50})
  void aMeterIsDividedByTheTimeBetweenItsReadings(int step) {
    Map<String, Object> row = shift(step, new double[] {12, 60, 6, 6, 60, 3, 3}, STATES);
    assertThat(kwh(row, "setup_")).isEqualTo(2, within(1e-6));
    assertThat(kwh(row, "run_")).isEqualTo(20, within(1e-6));
    assertThat(kwh(row, "stop_")).isEqualTo(1 - 6 * step / 3600.0, within(1e-6));
    assertThat(kwh(row, "unknown_")).isEqualTo(1 + 6 * step / 3600.0, within(1e-6));
    assertThat(kwh(row, "planned_stop_")).isEqualTo(0.5, within(1e-6));
    assertThat(kwh(row, "")).isEqualTo(24.5, within(1e-6));
    FigureIdentitiesTest.hold(row);
  }

  @Test
  void aMeterThatIsReadSeldomIsDividedByTheTimeOfEachUse() {
    FoldScenario scenario = new FoldScenario(config);
    scenario.read(DAY + "06:00:00Z", "state", "RUNNING", "energy", 0);
    scenario.alive(DAY + "06:00:30Z", DAY + "06:30:00Z");
    scenario.read(DAY + "06:30:00Z", "state", "DOWN");
    scenario.alive(DAY + "06:30:30Z", DAY + "06:40:00Z");
    scenario.read(DAY + "06:40:00Z", "energy", 40);
    scenario.alive(DAY + "06:40:30Z", DAY + "07:02:00Z").flush();
    Map<String, Object> row =
        scenario.store.efficiency(FoldScenario.MACHINE, "shift", "early", DAY + "06:00:00Z");
    assertThat(kwh(row, "run_")).isEqualTo(30);
    assertThat(kwh(row, "stop_")).isEqualTo(10);
  }

  /** Half of the time down was planned, so half of what it used then was used in planned stops. */
  @Test
  void energyGoesWithTheTimeThatACorrectionMoves() {
    FoldScenario scenario = new FoldScenario(config);
    scenario.read(DAY + "06:00:00Z", "state", "RUNNING", "energy", 0);
    scenario.alive(DAY + "06:00:30Z", DAY + "06:30:00Z");
    scenario.read(DAY + "06:30:00Z", "state", "DOWN");
    scenario.alive(DAY + "06:30:30Z", DAY + "06:40:00Z");
    scenario.read(DAY + "06:40:00Z", "state", "RUNNING", "energy", 40);
    scenario.alive(DAY + "06:40:30Z", DAY + "07:02:00Z");
    long from = StoredRows.nanos(DAY + "06:30:00Z");
    long to = StoredRows.nanos(DAY + "06:35:00Z");
    Origin origin = new Origin("anna", to, "");
    Change planned = new Change.ReasonGiven(new Change.Why("", "meeting", "", true));
    Asset machine = new Asset("s", "a", "l", "m");
    scenario.fold.correct(
        new Correction(0, machine, from, to, false, planned, "", List.of(), origin));
    Map<String, Object> row =
        scenario
            .flush()
            .store
            .efficiency(FoldScenario.MACHINE, "shift", "early", DAY + "06:00:00Z");
    assertThat(kwh(row, "run_")).isEqualTo(30);
    assertThat(kwh(row, "stop_")).isEqualTo(5);
    assertThat(kwh(row, "planned_stop_")).isEqualTo(5);
    FigureIdentitiesTest.hold(row);
    scenario.fold.correct(new Undo(1, 0, "", origin));
    scenario.flush();
    assertThat(
            kwh(
                scenario.store.efficiency(
                    FoldScenario.MACHINE, "shift", "early", DAY + "06:00:00Z"),
                "stop_"))
        .isEqualTo(10);
  }

  @Test
  void withoutAMeterNothingIsSaid() {
    FoldScenario scenario = new FoldScenario(config);
    scenario.read(DAY + "06:00:00Z", "state", "RUNNING");
    scenario.alive(DAY + "06:00:30Z", DAY + "07:02:00Z").flush();
    assertThat(scenario.store.efficiency(FoldScenario.MACHINE, "shift", "early", DAY + "06:00:00Z"))
        .doesNotContainKeys("energy_run_kwh", "energy_stop_kwh", "energy_planned_stop_kwh");
  }
}
