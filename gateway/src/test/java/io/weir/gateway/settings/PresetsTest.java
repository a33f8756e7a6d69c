package io.weir.gateway.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.decode.CsvOptions;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.Preset;
import io.weir.gateway.normalize.RouteConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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
    String zone = preset.equals("wincc") ? ", time: { zone: UTC }" : "";
    RouteConfig route = load("{ preset: " + preset + zone + " }").routes().get(0);

    assertThat(route.topic()).isNotEmpty();
    assertThat(route.format()).isNotEmpty();
  }

  @Test
  void oneWithTheDaysOfAClockOnTheWallAsksForItsZone() {
    assertThatThrownBy(() -> load("{ preset: wincc }"))
        .hasMessageContaining("routes[0].time.unit")
        .hasMessageContaining("needs zone beside it");
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
  void groupsOfAPresetAreFilledUp() throws Exception {
    RouteConfig route =
        load("{ preset: chirpstack, topic: 'lora/+/{cell}/up', time: { zone: UTC }, tags: { hall: /hall } }")
            .routes()
            .get(0);

    assertThat(route.topic()).isEqualTo("lora/+/{cell}/up");
    assertThat(route.time().from()).isEqualTo("/time");
    assertThat(route.time().zone()).hasToString("UTC");
    assertThat(route.fields().tags()).containsOnlyKeys("dev_eui", "hall");
  }

  @Test
  void whatIsExpectedIsOneStatement() throws Exception {
    RouteConfig own = load("{ preset: chirpstack, expect: [/object] }").routes().get(0);
    RouteConfig same = load("{ preset: chirpstack, expect: { /object: any } }").routes().get(0);

    assertThat(own.options()).isEqualTo(same.options());
  }

  @Test
  void anotherFormatIsReadWithItsOwnKeys() throws Exception {
    RouteConfig route =
        load("{ preset: chirpstack, format: jsonata, jsonata: object }").routes().get(0);

    assertThat(route.format()).isEqualTo("jsonata");
    assertThat(route.time().from()).isEqualTo("/time");
  }

  @Test
  void aKeyOfAPresetThatDoesNotGoWithTheRestIsReportedWhereThePresetStands() {
    assertThatThrownBy(() -> load("{ preset: chirpstack, format: scalar }"))
        .hasMessageContaining("gateway.yaml:3: routes[0].expect")
        .hasMessageContaining("is for formats with named fields, which scalar is not");
  }

  @Test
  void everyPresetThatIsAFileIsListed() throws IOException {
    Path files = Path.of("src/main/resources/io/weir/gateway/decode/presets");
    try (Stream<Path> all = Files.list(files)) {
      assertThat(all.map(file -> file.getFileName().toString()).sorted())
          .containsExactlyElementsOf(
              Stream.concat(
                      Stream.of("index.txt"),
                      Files.readAllLines(files.resolve("index.txt")).stream()
                          .map(name -> name + ".yaml"))
                  .sorted()
                  .toList());
    }
  }

  @Test
  void aPresetKnowsThePayloadsOfItsKind() {
    String up =
        "{\"time\":\"2026-03-01T12:00:00Z\",\"deviceInfo\":{\"devEui\":\"01\",\"deviceName\":\"a\"}%s}";
    Preset preset = Decoders.presets().get("chirpstack");

    assertThat(preset.fits(up.formatted(",\"object\":{}").getBytes(UTF_8))).isTrue();
    assertThat(preset.fits(up.formatted("").getBytes(UTF_8))).isFalse();
    assertThat(preset.fits("no JSON".getBytes(UTF_8))).isFalse();
    assertThat(Decoders.presets().get("sitewise").fits("{\"propertyValues\":[]}".getBytes(UTF_8)))
        .isTrue();
    assertThat(Decoders.presets().get("sitewise").fits("{\"a\":1}".getBytes(UTF_8))).isFalse();
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
