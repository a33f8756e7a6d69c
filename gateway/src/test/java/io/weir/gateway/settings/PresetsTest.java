package io.weir.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.decode.CsvOptions;
import io.weir.gateway.normalize.RouteConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PresetsTest {

  @TempDir Path folder;

  static Set<String> presets() {
    return Presets.names();
  }

  private Config load(String route) throws IOException, ConfigException {
    String text =
        """
        gateway: { id: a1 }
        sources: [ { name: plant, type: mqtt, url: tcp://localhost } ]
        routes: [ %s ]
        """;
    return ConfigLoader.load(
        Files.writeString(folder.resolve("gateway.yaml"), text.formatted(route)), Map.of());
  }

  @ParameterizedTest
  @MethodSource("presets")
  void aRouteIsOneLine(String preset) throws Exception {
    RouteConfig route = load("{ preset: " + preset + " }").routes().get(0);

    assertThat(route.topic()).isNotEmpty();
    assertThat(route.format()).isNotEmpty();
  }

  @Test
  void whatIsGivenBesideThePresetGoesBeforeIt() throws Exception {
    RouteConfig route =
        load("{ preset: tasmota, topic: 'hall/{machine}/tele/+', time: { zone: UTC } }")
            .routes()
            .get(0);

    assertThat(route.topic()).isEqualTo("hall/{machine}/tele/+");
    assertThat(route.format()).isEqualTo("tasmota");
    assertThat(route.time().zone()).hasToString("UTC");
  }

  @Test
  void aMisspeltPresetIsItsOnlyReportedProblem() {
    assertThatThrownBy(() -> load("{ preset: tasmotta }"))
        .hasMessageContaining("gateway.yaml:3: routes[0].preset")
        .hasMessageContaining("tasmota")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @Test
  void aPresetIsSubjectToTheRulesOfEveryRoute() {
    assertThatThrownBy(() -> load("{ preset: homie }, { topic: 'homie/#', format: scalar }"))
        .hasMessageContaining("is never used");
  }

  @Test
  void whatRowsLookLikeIsReadWithItsFormat() throws Exception {
    CsvOptions csv =
        (CsvOptions)
            load("{ topic: t, format: csv, csv: { columns: [ts, a], delimiter: tab, decimal: ',' }"
                    + " }")
                .routes()
                .get(0)
                .options();

    assertThat(csv.header()).isFalse();
    assertThat(csv.columns()).containsExactly("ts", "a");
    assertThat(csv.delimiter()).isEqualTo('\t');
    assertThat(csv.decimal()).isEqualTo(',');
  }

  @Test
  void rowsThatCannotBeReadSoAreRefused() {
    refused("json", "decimal: ','", "is only for the format csv");
    refused("csv", "header: false", "without a header the columns must be named");
    refused("csv", "columns: [a, a]", "two columns have one name");
    refused("csv", "columns: [at, b], time: ta", "there is no column 'ta'");
    refused("csv", "decimal: ',', delimiter: ','", "is the decimal mark too");
    refused("csv", "time-format: 'dd.QQQQQQ'", "cannot be read");
  }

  private void refused(String format, String csv, String why) {
    assertThatThrownBy(() -> load("{ topic: t, format: " + format + ", csv: { " + csv + " } }"))
        .hasMessageContaining(why);
  }
}
