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
  private static final Tool NODE = new Tool("node", "nodejs");
  private static final String BUILD = "src/build.mjs";

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
  void everyFileIsWhatItsSourceMakes() throws Exception {
    NODE.accepts(folder, Map.of(), BUILD, "--check");
  }

  @Test
  void filesForImportingByHandAskForEveryDataSource() throws Exception {
    NODE.accepts(folder, Map.of(), BUILD, "--import", folder.resolve("by-hand").toString());
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
  void aFileChangedByHandIsFound() throws Exception {
    Path file = folder.resolve("dashboards/influxdb/overview.json");
    String right = Files.readString(file);
    try {
      Files.writeString(file, loud(right));
      Tool.Outcome changed = NODE.run(folder, Map.of(), BUILD, "--check");
      assertThat(changed.code()).isNotZero();
      assertThat(changed.output()).contains("influxdb/overview.json", "npm run build");
    } finally {
      Files.writeString(file, right);
    }
  }

  /** The compiler finds the error of one file, and none in any other. */
  @Tag("soak")
  @Test
  void everyFileFitsTheTypesOfGrafanaAndAnOptionThatGrafanaDoesNotKnowIsFound() throws Exception {
    Path file = folder.resolve("dashboards/influxdb/overview.json");
    Path wrong = folder.resolve("dashboards/influxdb/loud.json");
    try {
      Files.writeString(wrong, loud(Files.readString(file)));
      Tool.Outcome mistyped = NPM.run(folder, Map.of(), "run", "types");
      assertThat(mistyped.code()).isNotZero();
      assertThat(mistyped.output().lines().filter(line -> line.contains("error TS")))
          .as(mistyped.output())
          .isNotEmpty()
          .allMatch(line -> line.startsWith("target/types/influxdb-loud-json.ts("));
      assertThat(mistyped.output()).contains("\"loud\"");
    } finally {
      Files.deleteIfExists(wrong);
    }
  }

  private static String loud(String dashboard) {
    return dashboard.replaceFirst("\"colorMode\": \"background\"", "\"colorMode\": \"loud\"");
  }
}
