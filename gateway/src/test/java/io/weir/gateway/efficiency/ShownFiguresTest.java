package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.AssetFigures;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.ReasonTree;
import io.weir.gateway.efficiency.figure.FigureNames;
import io.weir.gateway.model.Asset;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the API says of a shift is what stands in its row in the store, to the last field. */
class ShownFiguresTest {

  private static final String MORNING = "2026-03-02T06:00:00Z";
  private static final long START = StoredRows.nanos(MORNING);
  private static final Asset MACHINE = new Asset("s", "a", "l", "m");
  private static final Asset LINE = new Asset("s", "a", "l", null);

  private final EfficiencyConfigBuilder config =
      new EfficiencyConfigBuilder().shift("early", "06:00", "14:00");

  /** A machine that ran, stood, ran on; with scrap, energy and a stop without a reason. */
  private FoldScenario played() {
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(3));
    config.silentAfter = Duration.ofHours(1);
    FoldScenario scenario = new FoldScenario(config);
    read(scenario, 0, "state", "RUNNING", "total", 0, "good", 0, "rework", 0, "energy", 0);
    read(scenario, 30, "state", "DOWN", "total", 500, "good", 480, "rework", 5, "energy", 12);
    read(scenario, 50, "state", "SETUP", "total", 500, "good", 480, "rework", 5, "energy", 14);
    read(scenario, 60, "state", "RUNNING", "total", 500, "good", 480, "rework", 5, "energy", 15);
    read(scenario, 90, "state", "RUNNING", "total", 900, "good", 870, "rework", 9, "energy", 25);
    return scenario.flush();
  }

  private static void read(FoldScenario scenario, int minute, Object... fields) {
    scenario.from(FoldScenario.MACHINE, START + minute * ShiftCalendar.MINUTE, fields);
  }

  private @Nullable AssetFigures shown(FoldScenario scenario, Asset asset) {
    long now = START + 90 * ShiftCalendar.MINUTE;
    return AssetFigures.of(scenario.fold.snapshot(now), asset, !config.reasons.isEmpty());
  }

  private static Map<String, Double> figures(@Nullable AssetFigures shown) {
    return Objects.requireNonNull(Objects.requireNonNull(shown).shift()).figures();
  }

  /** The numbers of a row, without what is about its writing. */
  private static Map<String, Double> stored(FoldScenario scenario, Asset asset) {
    Map<String, Double> numbers = new HashMap<>();
    scenario
        .store
        .efficiency(asset.path(), "shift", "early", MORNING)
        .forEach(
            (field, value) -> {
              boolean isFigure = !field.equals(FigureNames.REACH); // it says how a row was written
              if (isFigure && value instanceof Double number) {
                numbers.put(field, number);
              }
            });
    return numbers;
  }

  @Test
  void theFiguresOfAMachineAndOfItsLineAreThoseOfTheirRows() {
    FoldScenario scenario = played();
    for (Asset asset : List.of(MACHINE, LINE)) {
      assertThat(figures(shown(scenario, asset)))
          .as(asset.path())
          .hasSizeGreaterThan(30)
          .isEqualTo(stored(scenario, asset));
    }
    assertThat(figures(shown(scenario, MACHINE)))
        .containsKeys("rework_ratio", "energy_stop_kwh", "implausible", "technical_efficiency")
        .doesNotContainKey("uncoded_s");
  }

  @Test
  void stopsWithoutAReasonAreSaidWhereThereIsATreeOfReasons() {
    ReasonTree.Node jam =
        new ReasonTree.Node("Jam", "Jam", "Jam", false, false, List.of(), List.of(), List.of());
    config.reasons = new ReasonTree(List.of(jam));
    FoldScenario scenario = played();
    assertThat(figures(shown(scenario, MACHINE)))
        .isEqualTo(stored(scenario, MACHINE))
        .containsEntry("uncoded_s", 1800.0);
  }

  @Test
  void anAreaASiteAndThePlantAreTheirLinesAsOne() {
    FoldScenario scenario = played();
    scenario.from("s/a/k/n", START, "state", "RUNNING");
    scenario.from("s/a/k/n", START + 90 * ShiftCalendar.MINUTE, "state", "RUNNING");
    scenario.flush();
    for (Asset place :
        List.of(new Asset("s", "a", null, null), new Asset("s", null, null, null), Asset.NONE)) {
      AssetFigures shown = Objects.requireNonNull(shown(scenario, place));
      assertThat(shown.place().asset()).isEqualTo(place);
      assertThat(figures(shown)).containsEntry("members", 2.0).containsEntry("down_s", 1200.0);
      assertThat(shown.last()).isNull();
    }
    assertThat(shown(scenario, new Asset("s", "b", null, null))).isNull();
    assertThat(shown(scenario, new Asset("s", "a", "x", null))).isNull();
    assertThat(shown(scenario, new Asset("s", "a", "l", "x"))).isNull();
  }

  @Test
  void beforeTheFirstReadingThePlantHasNoShift() {
    AssetFigures plant = shown(new FoldScenario(config), Asset.NONE);
    assertThat(Objects.requireNonNull(plant).shift()).isNull();
  }
}
