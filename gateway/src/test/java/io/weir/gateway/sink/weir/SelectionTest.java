package io.weir.gateway.sink.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Series;
import io.weir.gateway.sink.weir.Selection.What;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {

  private static Series series(String measurement, String path) {
    String[] levels = path.split("/", -1);
    return new Series(
        measurement,
        new Asset(
            levels[0],
            levels.length > 1 ? levels[1] : null,
            levels.length > 2 ? levels[2] : null,
            levels.length > 3 ? levels[3] : null),
        Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "#, a/b/c/d, true",
    "a/#, a/b/c/d, true",
    "a/#, a, true",
    "a/#, ab/c, false",
    "a/+/c/d, a/b/c/d, true",
    "a/+/d, a/b/c/d, false",
    "+/+/+/test-*, a/b/c/test-7, true",
    "+/+/+/test-*, a/b/c/press, false",
    "a/b/c/d, a/b/c/d, true",
    "a.b/c, axb/c, false"
  })
  void aPatternFitsWholeAssets(String pattern, String path, boolean fits) {
    Selection selection = new Selection(EnumSet.allOf(What.class), List.of(pattern), List.of());
    assertThat(selection.takes(series("telemetry", path))).isEqualTo(fits);
    selection = new Selection(EnumSet.allOf(What.class), List.of(), List.of(pattern));
    assertThat(selection.takes(series("telemetry", path))).isEqualTo(!fits);
  }

  @Test
  void theKindOfASeriesIsThatOfItsMeasurement() {
    Map<String, What> kinds =
        Map.of(
            "telemetry", What.READINGS,
            "efficiency", What.FIGURES,
            "stops", What.FIGURES,
            "annotations", What.CORRECTIONS);
    kinds.forEach(
        (measurement, kind) -> {
          for (What what : What.values()) {
            Selection selection = new Selection(Set.of(what), List.of(), List.of());
            assertThat(selection.takes(series(measurement, "a")))
                .as(measurement + " of " + what)
                .isEqualTo(what == kind);
          }
        });
  }

  @Test
  void theReportOfAGatewayGoesWhateverElseIsLeftOut() {
    Selection readings = new Selection(Set.of(What.READINGS), List.of("plant-a/#"), List.of());
    Series report = new Series("gateway_report", Asset.NONE, Map.of());
    assertThat(readings.takes(report)).isTrue();
    assertThat(readings.takes(series("telemetry", "plant-a/hall/line-1/press-01"))).isTrue();
    assertThat(readings.takes(series("efficiency", "plant-a/hall/line-1/press-01"))).isFalse();
    assertThat(readings.takes(new Series("telemetry", Asset.NONE, Map.of()))).isFalse();
  }
}
