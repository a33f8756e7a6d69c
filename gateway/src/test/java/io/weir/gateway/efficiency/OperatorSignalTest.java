package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator tells hours later, as a state signal that stands before the machine's own. */
class OperatorSignalTest {

  private static final long HOUR_NS = Duration.ofHours(1).toNanos();

  private static final String SIX = "2026-03-02T06:00:00Z";
  private static final String EIGHT = "2026-03-02T08:00:00Z";
  private static final String FORTY_LATER = "2026-03-02T08:40:00Z";
  private static final String ONE = "2026-03-02T13:00:00Z";

  private final EfficiencyConfigBuilder config =
      new EfficiencyConfigBuilder().shift("early", "06:00", "14:00");

  /** A machine that was down for 40 minutes; five hours later an operator says more about it. */
  private FoldScenario told(Duration lateness) {
    config.lateness = lateness;
    config.state =
        new EfficiencyConfig.StateMapping(
            List.of(
                new EfficiencyConfig.Signal(
                    "operator_state", Map.of("NO_ORDER", MachineState.IDLE), null, "why"),
                new EfficiencyConfig.Signal("state", EfficiencyConfigBuilder.WORDS, null)));
    FoldScenario scenario =
        new FoldScenario(config)
            .read(SIX, "state", "RUNNING")
            .alive(SIX, EIGHT)
            .read(EIGHT, "state", "DOWN")
            .alive(EIGHT, FORTY_LATER)
            .read(FORTY_LATER, "state", "RUNNING")
            .alive(FORTY_LATER, ONE)
            .flush();
    assertThat(shift(scenario)).containsEntry("down_s", 2400.0).containsEntry("failures", 1.0);
    return scenario
        .read(EIGHT, "operator_state", "NO_ORDER", "why", "no material")
        .read(FORTY_LATER, "operator_state", "")
        .alive(ONE, "2026-03-02T13:02:00Z")
        .flush();
  }

  private static Map<String, Object> shift(FoldScenario scenario) {
    return scenario.store.efficiency(FoldScenario.MACHINE, "shift", "early", SIX);
  }

  @Test
  void withinTheAllowedLatenessItTakesItsPlaceAndEndsWithAnEmptyText() {
    FoldScenario scenario = told(Duration.ofHours(8));
    assertThat(shift(scenario))
        .containsEntry("idle_s", 2400.0)
        .containsEntry("down_s", 0.0)
        .containsEntry("failures", 0.0)
        .containsEntry("unknown_s", 0.0)
        .containsEntry("final", false);
    assertThat(
            scenario.store.row(
                "stops s/a/l/m {category=idle, reason=no material, shift=early}",
                StoredRows.nanos(EIGHT)))
        .containsEntry("duration_s", 2400.0);
    assertThat(
            scenario.store.row(
                "stops s/a/l/m {category=down, reason=DOWN, shift=early}", StoredRows.nanos(EIGHT)))
        .as("the stop that the machine told of is taken back")
        .containsEntry("duration_s", 0.0);
  }

  /**
   * Its state may hold for hours, so not only the hour in which it began is made again; and what is
   * told at a full hour may be of the hour before, as a count is.
   */
  @Test
  void beyondItTheRowsStayUntilAllFromThereOnIsMadeAgain() {
    FoldScenario scenario = told(Duration.ofMinutes(10));
    assertThat(scenario.fold.takeMarks())
        .singleElement()
        .satisfies(
            mark -> {
              assertThat(mark.asset()).isEqualTo(new Asset("s", "a", "l", "m"));
              assertThat(mark.from()).isEqualTo(StoredRows.nanos(EIGHT) - HOUR_NS);
              assertThat(mark.to()).isGreaterThanOrEqualTo(StoredRows.nanos(ONE));
            });
    assertThat(shift(scenario)).containsEntry("down_s", 2400.0).containsEntry("idle_s", 0.0);
    assertThat(scenario.fold.snapshot(StoredRows.nanos(ONE)).late()).isEqualTo(3);
  }
}
