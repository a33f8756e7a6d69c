package io.weir.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.settings.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every block of YAML in the documents is one that a gateway takes, once the rest is there. */
class ConfigurationBlocksTest {

  private static final YAMLMapper YAML = new YAMLMapper();

  private static final Pattern BLOCK =
      Pattern.compile("^( *)```yaml\\n(.*?)^ *```", Pattern.DOTALL | Pattern.MULTILINE);

  private static final List<String> SECTIONS =
      List.of(
          "gateway",
          "sources",
          "routes",
          "buffer",
          "sinks",
          "efficiency",
          "notify",
          "http",
          "metrics",
          "fleet");

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z0-9_]+)}");

  /** Blocks that are not of the configuration of a gateway, by how they begin. */
  private static final List<String> OTHERS =
      List.of("jsonData:", "scrape_configs:", "# reasons.yaml", "about: ");

  /** What a reader brings along: files beside the configuration, and the hash of a password. */
  private static final Pattern BROUGHT =
      Pattern.compile("there is no readable file '.*|is no hash by bcrypt; .*");

  private static final String REST =
      """
      gateway: { id: page }
      sources: [ { name: plant, type: mqtt, url: "tcp://broker:1883" } ]
      routes: [ { topic: "a/{machine}", format: json } ]
      efficiency:
        shifts: [ { name: night, start: "22:00", end: "06:00" } ]
        defaults: { state: { metric: state, running: [RUNNING] } }
        signals: [ { metric: temperature } ]
      """;

  @TempDir Path folder;

  @Test
  void aGatewayTakesEveryBlock() throws IOException {
    Path file = folder.resolve("gateway.yaml");
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (Path document : documents()) {
      for (MatchResult fence : BLOCK.matcher(Files.readString(document)).results().toList()) {
        String block = fence.group(2);
        if (OTHERS.stream().noneMatch(block.strip()::startsWith)) {
          seen++;
          YAML.writeValue(file.toFile(), whole(YAML.readTree(block)));
          problems(file, block).forEach(each -> wrong.add(document + ": " + each));
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(100);
  }

  private static List<String> problems(Path file, String block) {
    Map<String, String> environment = new HashMap<>();
    VARIABLE
        .matcher(block)
        .results()
        .forEach(name -> environment.put(name.group(1), "http://host/secret"));
    try {
      ConfigLoader.load(file, environment);
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream()
          .filter(each -> !BROUGHT.matcher(each.message()).matches())
          .map(each -> each.key() + ": " + each.message())
          .toList();
    }
  }

  /** The block with what it leaves to the reader: sections, or where it stands in one. */
  private static JsonNode whole(JsonNode block) throws IOException {
    ObjectNode whole = (ObjectNode) YAML.readTree(REST);
    boolean sections = block.isObject() && SECTIONS.stream().anyMatch(block::has);
    if (sections && !block.path("metrics").isArray()) {
      block.fields().forEachRemaining(each -> merge(whole, each.getKey(), each.getValue()));
    } else if (block.isArray()) {
      whole.set("routes", block);
    } else if (block.has("state")) {
      merge((ObjectNode) whole.path("efficiency"), "defaults", block);
    } else {
      ObjectNode route = (ObjectNode) whole.path("routes").path(0);
      route.put("format", block.has("jsonata") ? "jsonata" : "json");
      route.setAll((ObjectNode) block);
    }
    return whole;
  }

  private static void merge(ObjectNode into, String key, JsonNode value) {
    if (into.get(key) instanceof ObjectNode group && value instanceof ObjectNode given) {
      given.fields().forEachRemaining(each -> merge(group, each.getKey(), each.getValue()));
    } else {
      into.set(key, value);
    }
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(Path.of("../README.md")));
    for (String folder : List.of("../docs", "src/main/resources")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
      }
    }
    return documents;
  }
}
