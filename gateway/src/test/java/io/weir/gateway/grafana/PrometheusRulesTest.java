package io.weir.gateway.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alert rules for a Prometheus, as Prometheus and VictoriaMetrics themselves read them. */
@Tag("server")
class PrometheusRulesTest {

  private static final Path RULES = Dashboard.GRAFANA.resolve("prometheus/weir.rules.yml");
  private static final Tool PROMTOOL = new Tool("promtool", "prometheus");

  @TempDir Path folder;

  @Test
  void prometheusAndVictoriaMetricsTakeTheRules() throws Exception {
    PROMTOOL.accepts(folder, Map.of(), "check", "rules", "--lint-fatal", RULES.toString());
    new Tool("vmalert", "victoria-metrics").accepts(folder, Map.of(), "-dryRun", "-rule=" + RULES);
  }

  @Test
  void eachFiresForWhatItIsAboutAndNotForAQuietGateway() throws Exception {
    Files.copy(RULES, folder.resolve("weir.rules.yml"));
    try (InputStream tests =
        Objects.requireNonNull(getClass().getResourceAsStream("weir.rules.test.yml"))) {
      Files.copy(tests, folder.resolve("test.yml"));
    }
    PROMTOOL.accepts(folder, Map.of(), "test", "rules", "test.yml");
  }

  @Test
  void everyMeterAndEveryPageOfTheRunbookThatIsNamedIsThere() throws Exception {
    Path docs = Dashboard.GRAFANA.resolveSibling("docs");
    String meters = Files.readString(docs.resolve("reference/metrics.md"));
    String rules = Files.readString(RULES);
    List<String> named = all("\\bweir_\\w+", rules);
    assertThat(named).isNotEmpty().allSatisfy(meter -> assertThat(meters).contains("`" + meter));
    assertThat(all("(?<=alarm: )[a-z][a-z-]+(?= })", rules))
        .isNotEmpty()
        .allSatisfy(alarm -> assertThat(docs.resolve("runbook/" + alarm + ".md")).exists());
  }

  private static List<String> all(String regex, String text) {
    return Pattern.compile(regex).matcher(text).results().map(MatchResult::group).toList();
  }
}
