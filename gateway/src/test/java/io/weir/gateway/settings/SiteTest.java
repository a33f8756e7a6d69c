package io.weir.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.Problem;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code site.yaml} in the data directory does with the configuration. */
class SiteTest {

  private static final String MAIN =
      """
      gateway: { id: g, data-dir: data }
      sources: [ { name: plant, type: mqtt, url: "tcp://127.0.0.1:1" } ]
      routes: [ { topic: "a/{machine}", format: json } ]
      efficiency:
        zone: UTC
        shifts: [ { name: early, start: "06:00", end: "14:00" } ]
        target: { oee: 0.7 }
        reasons: reasons.yaml
        defaults: { state: { metric: state, running: [RUNNING] } }
        templates: [ { name: press, micro-stop: 10s } ]
        labels: [ { asset: s/a/l/m, label: M } ]
        machines:
          - { asset: s/a/l/m, micro-stop: 1m, silent-after: 5s }
          - { asset: "s/a/l/*", micro-stop: 2m }
      """;

  @TempDir Path home;

  private Path site;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(home.resolve("weir.yaml"), MAIN);
    Files.writeString(home.resolve("reasons.yaml"), "reasons: [ { name: Jam, codes: [007] } ]");
    site = Files.createDirectory(home.resolve("data")).resolve("site.yaml");
  }

  private ConfigFile file(String... settings) {
    return new ConfigFile(home.resolve("weir.yaml"), Map.of("X", "x"), List.of(settings));
  }

  private Config with(String text, String... settings) throws IOException, ConfigException {
    Files.writeString(site, text);
    return file(settings).load();
  }

  private List<Problem> refused(String text) throws IOException {
    Files.writeString(site, text);
    ConfigException wrong = catchThrowableOfType(ConfigException.class, () -> file().load());
    return wrong == null ? List.of() : wrong.problems();
  }

  private static EfficiencyConfig.Machine machine(Config config, String asset) {
    return config.efficiency().machines().stream()
        .filter(each -> asset.equals(each.asset()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void withoutItTheMainFileHolds() throws Exception {
    assertThat(file().load().efficiency().targetOee()).isEqualTo(0.7);
    assertThat(with("# nothing yet\n\n").efficiency().targetOee()).isEqualTo(0.7);
  }

  @Test
  void aKeyTakesThePlaceOfTheMainFilesAndTheOthersStay() throws Exception {
    Config config =
        with(
            """
            efficiency:
              target: { oee: 0.8 }
              reasons: [ { name: Mechanical, reasons: [ { name: Stuck } ] } ]
            """);
    assertThat(config.efficiency().targetOee()).isEqualTo(0.8);
    assertThat(config.efficiency().reasons().toString()).contains("Stuck").doesNotContain("Jam");
    assertThat(config.efficiency().calendar().shifts()).hasSize(1);
  }

  @Test
  void itsRoutesComeBehindTheOthers() throws Exception {
    assertThat(with("routes: [ { topic: \"b/{machine}\", format: scalar } ]").routes())
        .extracting(route -> route.topic())
        .containsExactly("a/{machine}", "b/{machine}");
  }

  @Test
  void itsMachinesComeFirstAndTakeThePlaceOfThoseOfTheSameAsset() throws Exception {
    Config config =
        with(
            "efficiency: { machines: [ { asset: s/a/l/m, micro-stop: 3m }, { asset: s/a/l/n } ] }");
    assertThat(config.efficiency().machines())
        .extracting(EfficiencyConfig.Machine::asset)
        .containsExactly("s/a/l/m", "s/a/l/n", "s/a/l/*");
    assertThat(machine(config, "s/a/l/m").microStop()).isEqualTo(Duration.ofMinutes(3));
    assertThat(machine(config, "s/a/l/m").silentAfter()).isNull();
  }

  @Test
  void aMachineIsLikeItsTemplateWhereItSaysNothingItself() throws Exception {
    Config config =
        with(
            """
            efficiency:
              templates:
                - { name: press, micro-stop: 20s, ideal-cycle: 2s }
              machines:
                - { asset: s/a/l/p1, like: press }
                - { asset: s/a/l/p2, like: press, micro-stop: 5s }
            """);
    assertThat(machine(config, "s/a/l/p1").microStop()).isEqualTo(Duration.ofSeconds(20));
    assertThat(machine(config, "s/a/l/p2").microStop()).isEqualTo(Duration.ofSeconds(5));
    assertThat(machine(config, "s/a/l/p2").idealCycle()).isNotNull();
  }

  @Test
  void cyclesOfProductsAreListedWhereNoFileMayBeNamed() throws Exception {
    EfficiencyConfig.ProductCycle always =
        cycle("[ { product: lid, seconds: 0.8 }, { product: 12, seconds: 2 } ]");
    assertThat(always.table())
        .isEqualTo(Map.of("lid", Duration.ofMillis(800), "12", Duration.ofSeconds(2)));
    assertThat(always.dated()).isEmpty();

    assertThat(
            cycle(
                    """
                    [ { product: lid, seconds: 1 },
                      { product: lid, seconds: 2, machine: press-*, valid-from: 2026-03-01 } ]
                    """)
                .dated())
        .containsExactly(
            new EfficiencyConfig.CycleSpan(
                "*", "lid", Duration.ofSeconds(1), LocalDate.MIN, LocalDate.MAX),
            new EfficiencyConfig.CycleSpan(
                "press-*", "lid", Duration.ofSeconds(2), LocalDate.of(2026, 3, 1), LocalDate.MAX));
  }

  private EfficiencyConfig.ProductCycle cycle(String table) throws Exception {
    Config config =
        with(
            "efficiency: { machines: [ { asset: s/a/l/p, ideal-cycle: { product: p, table: %s } } ] }"
                .formatted(table.strip()));
    return (EfficiencyConfig.ProductCycle) machine(config, "s/a/l/p").idealCycle();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [ { product: lid, seconds: 1 }, { product: lid, seconds: 2 } ] | [1].product | holds at the same time
          [ { product: lid, seconds: 1, valid-from: 2026-03-02, valid-to: 2026-03-01 } ] | [0].valid-to | is before valid-from
          [ { product: lid, seconds: 1, valid-from: 2026-02-30 } ] | [0].valid-from | there is no date '2026-02-30'
          [ { product: lid, seconds: 0 } ] | [0].seconds | above 0 and at most 604800
          [ { product: lid } ] | [0].seconds | is missing
          [] | '' | not an empty list
          cycles.csv | '' | names a file
          """)
  void aListOfCyclesThatCannotHoldIsRefused(String table, String key, String message)
      throws IOException {
    String text = "efficiency: { machines: [ { asset: s/a/l/x, ideal-cycle: { product: p, table: ";
    assertThat(refused(text + table + " } } ] }"))
        .anySatisfy(
            problem -> {
              assertThat(problem.key()).isEqualTo("efficiency.machines[0].ideal-cycle.table" + key);
              assertThat(problem.message()).contains(message);
            });
  }

  @Test
  void eachOfTwoMachinesOnOneLineIsToldThatItsTemplateIsMissing() throws IOException {
    assertThat(
            refused("efficiency: { machines: [ { asset: a, like: x }, { asset: a, like: x } ] }"))
        .extracting(Problem::key)
        .contains("efficiency.machines[0].like", "efficiency.machines[1].like");
  }

  @Test
  void labelsAreForEveryLanguageOrForSome() throws Exception {
    Config config =
        with(
            """
            efficiency:
              labels:
                - { asset: s/a/l/p1, label: Press 1 }
                - { asset: s/a, label: { de: Halle A, zh: 甲厂 } }
            """);
    assertThat(config.efficiency().assetLabels())
        .isEqualTo(
            Map.of(
                "s/a/l/m", Map.of("", "M"),
                "s/a/l/p1", Map.of("", "Press 1"),
                "s/a", Map.of("de", "Halle A", "zh", "甲厂")));
  }

  @Test
  void theCommandLineGoesOverIt() throws Exception {
    assertThat(
            with("efficiency: { target: { oee: 0.8 } }", "efficiency.target.oee=0.9")
                .efficiency()
                .targetOee())
        .isEqualTo(0.9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http: { token: a }                                    | 1 | http                          | main configuration file only
          efficiency: { zone: UTC }                             | 1 | efficiency.zone               | main configuration file only
          efficiency: { shift: [] }                             | 1 | efficiency.shift              | unknown key
          efficiency: { target: { oee: 2 } }                    | 1 | efficiency.target.oee         | must be a number from 0 to 1
          efficiency: { labels: [ { asset: 'a/*', label: b } ] } | 1 | efficiency.labels[0].asset    | without a star
          efficiency: { labels: [ { asset: '${X}', label: b } ] } | 1 | efficiency.labels[0].asset    | has ${...}
          efficiency: { reasons: reasons.yaml }                 | 1 | efficiency.reasons            | names a file
          routes: [ { topic: b, format: jsonata, jsonata: { file: weir.yaml } } ] | 1 | routes[1].jsonata.file | names a file
          efficiency: { machines: [ { asset: s/a/l/x, like: pres } ] } | 1 | efficiency.machines[0].like | there is no template
          efficiency: { reasons: [ { nam: a } ] }               | 1 | efficiency.reasons[0].nam     | unknown key
          - 1                                                   | 1 | ''                            | must be
          """)
  void everythingElseIsRefusedWithLineAndKey(String text, int line, String key, String message)
      throws IOException {
    assertThat(refused(text))
        .anySatisfy(
            problem -> {
              assertThat(problem.file()).isEqualTo(site.toString());
              assertThat(problem.line()).isEqualTo(line);
              assertThat(problem.key()).isEqualTo(key);
              assertThat(problem.message()).contains(message);
            });
  }

  @Test
  void aListThatIsTooLongIsToldItsLengthAndTheMost() throws IOException {
    String item = "{ from: 2026-03-04T10:00, to: 2026-03-04T12:00 }, ";
    assertThat(refused("efficiency: { closures: [ " + item.repeat(1001) + " ] }"))
        .extracting(Problem::message)
        .containsExactly("has 1001 items; it may have 1000 at most");
    assertThat(refused("efficiency: { reasons: [] }"))
        .extracting(Problem::message)
        .singleElement()
        .asString()
        .endsWith("not an empty list");
  }

  @Test
  void anotherTextCanBeTriedInItsPlace() throws Exception {
    Files.writeString(site, "efficiency: { target: { oee: 0.8 } }");
    Config tried = file().loadWithSite("efficiency: { target: { oee: 0.6 } }");
    assertThat(tried.efficiency().targetOee()).isEqualTo(0.6);
    assertThat(file().load().efficiency().targetOee()).isEqualTo(0.8);
  }

  @Test
  void whatTheMainFileSaysOfTheSamePartsIsShownAndNothingElse() throws Exception {
    assertThat(file().parts().fieldNames()).toIterable().containsExactly("routes", "efficiency");
    assertThat(file().parts().at("/efficiency/target/oee").asDouble()).isEqualTo(0.7);
    assertThat(file().parts().path("efficiency").has("zone")).isFalse();
    assertThat(file().parts().at("/efficiency/reasons/0/codes/0"))
        .isEqualTo(TextNode.valueOf("007"));
  }

  @Test
  void aTableOfTheMainFileIsShownAsTheListThatCanTakeItsPlace() throws Exception {
    Files.writeString(
        home.resolve("weir.yaml"),
        MAIN.replace(
            "micro-stop: 10s", "ideal-cycle: { product: p, table: cycles.csv }, micro-stop: 10s"));
    Path table = home.resolve("cycles.csv");
    Files.writeString(
        table, "product,machine,seconds,valid-from\n\"lid, 1\",,0.8,\n007,m-*,2,2026-03-01\n");
    JsonNode template = file().parts().at("/efficiency/templates/0");
    assertThat(template.at("/ideal-cycle/table").toString())
        .isEqualTo(
            "[{'product':'lid, 1','seconds':0.8},{'product':'007','seconds':2.0,'machine':'m-*','valid-from':'2026-03-01'}]"
                .replace('\'', '"'));
    Config before = file().load();
    String site = "efficiency: { templates: [ " + template + " ] }";
    assertThat(file().loadWithSite(site).efficiency()).isEqualTo(before.efficiency());

    Files.writeString(table, "product,seconds\nlid,0.8\n");
    assertThat(file().parts().at("/efficiency/templates/0/ideal-cycle/table").toString())
        .isEqualTo("[{\"product\":\"lid\",\"seconds\":0.8}]");
    Files.writeString(table, "product,seconds\nlid,fast\n");
    assertThat(file().parts().at("/efficiency/templates/0/ideal-cycle/table").asText())
        .isEqualTo("cycles.csv");
  }

  @Test
  void itIsOneOfTheFilesWhoseChangesAreNoticed() throws Exception {
    assertThat(file().files()).contains(site);
  }
}
