package io.weir.gateway.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each dashboard file is what its source makes, and of the types of Grafana's own schema. */
@Tag("server")
class DashboardTypesTest {

  private static final Tool NPM = new Tool("npm", "npm");

  @TempDir static Path folder;

  /** A copy, so that nothing is written beside the sources. */
  @BeforeAll
  static void install() throws Exception {
    for (String part :
        List.of("package.json", "package-lock.json", "tsconfig.json", "src", "dashboards")) {
      copy(Dashboard.GRAFANA.resolve(part), folder.resolve(part));
    }
    NPM.accepts(folder, Map.of(), "ci", "--prefer-offline", "--no-audit", "--no-fund");
  }

  private static void copy(Path from, Path to) throws Exception {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  void everyFileIsWhatItsSourceMakesAndFitsTheTypesOfGrafana() throws Exception {
    NPM.accepts(folder, Map.of(), "run", "check");
  }

  @Test
  void filesForImportingByHandAskForEveryDataSource() throws Exception {
    new Tool("node", "nodejs")
        .accepts(
            folder, Map.of(), "src/build.mjs", "--import", folder.resolve("by-hand").toString());
    for (Dashboard dashboard : Dashboard.all()) {
      String name = Dashboard.GRAFANA.resolve("dashboards").relativize(dashboard.file()).toString();
      JsonNode file = new ObjectMapper().readTree(folder.resolve("by-hand/" + name).toFile());
      List<String> inputs = file.path("__inputs").findValuesAsText("name");
      List<String> chosen = new ArrayList<>();
      for (JsonNode variable : file.at("/templating/list")) {
        if (variable.path("type").asText().equals("datasource")) {
          chosen.add(variable.at("/current/value").asText());
        }
      }
      assertThat(chosen)
          .as(name)
          .isNotEmpty()
          .containsExactlyElementsOf(inputs.stream().map(input -> "${" + input + "}").toList());
      assertThat(file.path("__inputs").findValuesAsText("pluginId"))
          .containsExactlyElementsOf(
              dashboard.sources().stream().map(each -> each.path("query").asText()).toList());
      assertThat(file.path("panels")).isEqualTo(dashboard.json().path("panels"));
    }
  }

  @Test
  void aFileChangedByHandOrWithAnOptionThatGrafanaDoesNotKnowIsFound() throws Exception {
    Path file = folder.resolve("dashboards/influxdb/overview.json");
    String right = Files.readString(file);
    try {
      Files.writeString(
          file, right.replaceFirst("\"colorMode\": \"background\"", "\"colorMode\": \"loud\""));
      Tool.Outcome changed = NPM.run(folder, Map.of(), "run", "check");
      assertThat(changed.code()).isNotZero();
      assertThat(changed.output()).contains("influxdb/overview.json", "npm run build");

      Tool.Outcome mistyped = NPM.run(folder, Map.of(), "run", "types");
      assertThat(mistyped.code()).isNotZero();
      assertThat(mistyped.output()).contains("influxdb-overview-json.ts", "\"loud\"");
    } finally {
      Files.writeString(file, right);
    }
  }
}
