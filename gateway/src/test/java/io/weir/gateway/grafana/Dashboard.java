package io.weir.gateway.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A dashboard file. */
record Dashboard(Path file, JsonNode json) {

  /** The folder of everything for Grafana; tests run in the module's folder. */
  static final Path GRAFANA = Path.of("..", "grafana").toAbsolutePath().normalize();

  private static final ObjectMapper JSON = new ObjectMapper();

  static List<Dashboard> all() {
    try (Stream<Path> files = Files.walk(GRAFANA.resolve("dashboards"))) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(Dashboard::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those that {@link DashboardsTest} asks; VictoriaMetrics has a test of its own. */
  static List<Dashboard> ofStoresWithRows() {
    return all().stream()
        .filter(
            each ->
                each.hasTag("gateway")
                    || !each.hasTag("weir-victoriametrics") && !each.hasTag("weir-influxdb3"))
        .toList();
  }

  private static Dashboard read(Path file) {
    try {
      return new Dashboard(file, JSON.readTree(Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  String uid() {
    return json.path("uid").asText();
  }

  boolean hasTag(String tag) {
    return list(json.path("tags")).stream().anyMatch(each -> each.asText().equals(tag));
  }

  /** The variables that a data source answers. */
  List<JsonNode> variables() {
    return variables("query");
  }

  /** The variables that say which data source is asked. */
  List<JsonNode> sources() {
    return variables("datasource");
  }

  private List<JsonNode> variables(String type) {
    return list(json.at("/templating/list")).stream()
        .filter(variable -> variable.path("type").asText().equals(type))
        .toList();
  }

  /** Those in rows too. */
  List<JsonNode> panels() {
    List<JsonNode> panels = new ArrayList<>();
    for (JsonNode panel : json.path("panels")) {
      panels.add(panel);
      panels.addAll(list(panel.path("panels")));
    }
    return panels.stream().filter(panel -> !panel.path("type").asText().equals("row")).toList();
  }

  /** The text of a query to any of the three data sources. */
  static String text(JsonNode target) {
    return Stream.of("query", "rawSql", "expr")
        .map(key -> target.path(key).asText())
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no query in " + target));
  }

  /** The query of a variable, which is text or an object around it. */
  static String query(JsonNode variable) {
    JsonNode query = variable.path("query");
    return query.isTextual() ? query.asText() : query.path("query").asText();
  }

  static List<JsonNode> list(JsonNode array) {
    List<JsonNode> list = new ArrayList<>();
    array.forEach(list::add);
    return list;
  }

  @Override
  public String toString() {
    return GRAFANA.relativize(file).toString();
  }
}
