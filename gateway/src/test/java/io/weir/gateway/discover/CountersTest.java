package io.weir.gateway.discover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.settings.TriedRoutes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Which fields are counters, and that they are proposed as whole numbers. */
class CountersTest {

  private final Findings findings = new Findings(16 << 20);

  private CountersTest hear(String topic, IntFunction<String> payload) {
    for (int i = 0; i < 5; i++) {
      findings.heard(topic, payload.apply(i).getBytes(UTF_8), false);
    }
    return this;
  }

  private List<Finding> proposed() throws IOException {
    return findings.proposed(TriedRoutes::parse, 1_772_438_400_000_000_000L);
  }

  private Finding only() throws IOException {
    List<Finding> all = proposed();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @Test
  void whatIsCalledLikeACountAndGrowsIsAWholeNumber() throws IOException {
    Finding finding =
        hear(
                "shop/press-01/data",
                i -> "{\"good\":%d,\"scrap_count\":%d,\"temp\":%d}".formatted(70 + 3 * i, i / 2, i))
            .only();
    assertThat(finding.text())
        .contains("metrics: [{ from: good, type: integer }, { from: scrap_count, type: integer }]");
    assertThat(finding.remarks()).noneMatch(each -> each.contains("count"));
  }

  @Test
  void aTotalThatGrowsInWholeStepsIsOneWithARemark() throws IOException {
    Finding finding =
        hear("shop/press-01/data", i -> "{\"total\":%d,\"temp\":21.5}".formatted(70 + 3 * i))
            .only();
    assertThat(finding.text()).contains("metrics: [{ from: total, type: integer }]");
    assertThat(finding.remarks())
        .contains(
            "total is taken to be a count, for it only grew by whole numbers: see whether it is one");
  }

  @Test
  void whatHasAUnitOrFractionsOrFallsOrStaysIsNone() throws IOException {
    Finding finding =
        hear(
                "shop/press-01/data",
                i ->
                    ("{\"energy_total_kwh\":%d,\"total_hours\":%d,\"good\":%d.5,\"bad\":%d,"
                            + "\"parts\":7,\"speed\":%d}")
                        .formatted(i, i, i, 9 - i, i))
            .only();
    assertThat(finding.text()).doesNotContain("integer");
  }

  @Test
  void rowsAndBareValuesAndLongFormHaveThemToo() throws IOException {
    hear("csv/press-01/data", i -> "state;parts\nRUN;%d\n".formatted(i));
    hear("bare/press-01/good", i -> "%d".formatted(40 + i));
    hear(
        "long/press-01/tags",
        i ->
            "{\"tags\":[{\"tag\":\"strokes\",\"value\":%d},{\"tag\":\"temp\",\"value\":2.5}]}"
                .formatted(i));
    assertThat(proposed().stream().map(Finding::text))
        .hasSize(3)
        .anyMatch(each -> each.contains("{ from: parts, type: integer }"))
        .anyMatch(each -> each.contains("{ from: good, type: integer }"))
        .anyMatch(each -> each.contains("{ from: strokes, type: integer }"));
  }

  @Test
  void aCountThatHasFractionsElsewhereIsNoneSoThatBothFitInAMeasurement() throws IOException {
    hear("shop/press-01/data", i -> "{\"good\":%d,\"bad\":%d}".formatted(i, i));
    hear("yard/crane-1/status", i -> "{\"good\":7.5,\"load\":%d.5}".formatted(i));
    hear("a/oven-1/data", i -> "{\"bad\":7.5,\"heat\":%d.5}".formatted(i));
    List<String> texts = new ArrayList<>();
    for (Finding each : proposed()) {
      texts.add(each.text() + each.remarks());
    }
    assertThat(texts)
        .hasSize(3)
        .noneMatch(each -> each.contains("measurement"))
        .noneMatch(each -> each.contains("integer"));
  }
}
