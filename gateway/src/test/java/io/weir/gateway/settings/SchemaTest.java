package io.weir.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.YamlNode;
import io.weir.gateway.decode.Decoders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema, the sample and the loader say the same. */
class SchemaTest {

  private static final Path CONFIG = Path.of("../config");

  private final JsonNode schema = read(CONFIG.resolve("weir.schema.json"));

  @TempDir Path folder;

  private static JsonNode read(Path file) {
    try {
      return file.toString().endsWith(".json")
          ? new ObjectMapper().readTree(file.toFile())
          : new YAMLMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyKeyOfTheSchemaStandsInTheSampleAndNoOther() throws IOException {
    Set<String> known = new TreeSet<>();
    walk("", schema, (path, rules) -> known.add(once(path)));
    Set<String> shown = new TreeSet<>();
    keys("", read(CONFIG.resolve("gateway.yaml")), shown);
    shown.removeIf(path -> path.startsWith("logging.loggers."));
    shown.removeIf(path -> path.startsWith("metrics.otlp.headers."));
    shown.removeIf(path -> path.startsWith("http.oidc.roles."));
    shown.removeIf(path -> path.startsWith("fleet.follow.headers."));
    shown.removeIf(path -> path.startsWith("notify.outlets.headers."));
    shown.removeIf(path -> path.startsWith("routes.tags."));
    shown.removeIf(path -> path.matches("routes\\.xml\\.(namespaces|values|units)\\..*"));
    shown.removeIf(path -> path.startsWith("routes.csv.where."));
    shown.removeIf(path -> path.startsWith("routes.expect."));
    shown.removeIf(path -> path.startsWith("routes.metrics.values."));
    assertThat(shown).contains("routes.asset.line.field"); // one of several that take the same
    Stream.of(known, shown).forEach(paths -> paths.removeIf(path -> path.endsWith(".field")));

    assertThat(shown).isEqualTo(known);
  }

  /** What a machine or a template may say over the defaults is shown once, in either place. */
  private static String once(String path) {
    return path.matches("efficiency\\.(machines\\.(asset|like)|templates\\.name)")
        ? path
        : path.replaceFirst("^efficiency\\.(machines|templates)\\.", "efficiency.defaults.");
  }

  /** Paths without places in lists and without the kinds of sources and sinks. */
  private static void keys(String parent, JsonNode node, Set<String> found) {
    node.elements()
        .forEachRemaining(
            item -> {
              if (node.isArray()) {
                keys(parent, item, found);
              }
            });
    node.fields()
        .forEachRemaining(
            field -> {
              String path = once(YamlNode.key(parent, field.getKey()));
              found.add(path);
              keys(path, field.getValue(), found);
            });
  }

  private void walk(String path, JsonNode rules, BiConsumer<String, JsonNode> visitor) {
    if (rules.has("$ref")) {
      walk(path, schema.at(rules.path("$ref").asText().substring(1)), visitor);
    }
    rules.path("allOf").forEach(kind -> walk(path, kind.path("then"), visitor));
    if (rules.has("items")) {
      walk(path, rules.path("items"), visitor);
    }
    rules
        .path("properties")
        .fields()
        .forEachRemaining(
            property -> {
              String key = YamlNode.key(path, property.getKey());
              visitor.accept(key, property.getValue());
              walk(key, property.getValue(), visitor);
            });
  }

  @Test
  void aDefaultOfTheSchemaIsTheDefaultOfTheLoader() throws Exception {
    Map<String, String> settings =
        Map.of("sources", "sources[m]", "routes", "routes[0]", "sinks", "sinks[i]");
    Map<String, String> below =
        Map.of(
            "efficiency.shifts.days",
            "efficiency.shifts[e].days",
            "efficiency.calendars.shifts.days",
            "efficiency.calendars[0].shifts[e].days");
    String small =
        """
        gateway: { id: a, group: { name: g, source: m } }
        sources:
          - { name: m, type: mqtt, url: tcp://h }
          - name: l
            type: mqtt-listener
            tls: { cert: s.pem, key: s.key, ca: s.pem }
            clients: { sessions: 20000 }
          - { name: k, type: kafka, brokers: ["h:9092"], topics: [t], username: u, password: p }
        routes:
          - { topic: t, format: json, metrics: [{ from: a, range: [0, 1] }] }
          - { topic: r, format: avro, avro: { registry: { url: http://h } } }
        sinks:
          - { name: i, type: influxdb, version: 1, url: http://h, database: d }
          - { name: e, type: embedded }
          - { name: k, type: kafka, brokers: ["h:1"], username: u, password: p }
          - { name: a, type: kafka, brokers: ["h:1"], format: avro, registry: { url: http://h } }
          - { name: q, type: mqtt, url: tcp://h }
        efficiency:
          shifts: [{ name: e, start: "06:00", end: "14:00" }]
          calendars: [{ asset: s, shifts: [{ name: e, start: "06:00", end: "14:00" }] }]
          defaults: { count: { total: n } }
        notify:
          outlets: [{ name: q, type: mqtt, url: tcp://h }]
          rules: [{ name: r, when: [uncoded-stops], to: [q] }]
          heartbeat: { to: [q] }
        metrics: { otlp: { url: http://h/v1/metrics } }
        fleet:
          report: {}
          receive: {}
          follow: { from: a.bundle, keys: ["ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="] }
        http:
          users: users.yaml
          public-url: https://h
          oidc: { issuer: https://h, client-id: weir, roles: { staff: viewer } }
        """;
    Files.writeString(folder.resolve("s.pem"), "");
    Files.writeString(folder.resolve("s.key"), "");
    Path file = Files.writeString(folder.resolve("small.yaml"), small);
    Config expected = ConfigLoader.load(file, Map.of());
    List<String> tried = new ArrayList<>();
    walk(
        "",
        schema,
        (path, rules) -> {
          JsonNode value =
              rules.has("default") ? rules.path("default") : resolve(rules).path("default");
          if (!value.isMissingNode()) {
            String top = path.contains(".") ? path.substring(0, path.indexOf('.')) : path;
            String key =
                below.getOrDefault(
                    path, settings.getOrDefault(top, top) + path.substring(top.length()));
            key = key.replace(".metrics.", ".metrics[0].");
            key = key.replace("notify.outlets.", "notify.outlets[q].");
            key = key.replace("notify.rules.", "notify.rules[r].");
            if (path.equals("sinks.port") || path.equals("sinks.reserve")) {
              key = path.replace("sinks", "sinks[e]");
            }
            // two kinds of source or sink may have one key, and each its own default
            boolean isDefault =
                holds(file, key, value, expected)
                    || holds(file, key.replace("sources[m]", "sources[l]"), value, expected)
                    || holds(file, key.replace("sources[m]", "sources[k]"), value, expected)
                    || holds(file, key.replace("routes[0]", "routes[1]"), value, expected)
                    || holds(file, key.replace("sinks[i]", "sinks[k]"), value, expected)
                    || holds(file, key.replace("sinks[i]", "sinks[q]"), value, expected)
                    || holds(file, key.replace("sinks[i]", "sinks[a]"), value, expected);
            assertThat(isDefault).as(key + "=" + value.asText()).isTrue();
            tried.add(key);
          }
        });
    assertThat(tried).hasSizeGreaterThan(25);
  }

  private static boolean holds(Path file, String key, JsonNode value, Config expected) {
    try {
      return ConfigLoader.load(file, Map.of(), List.of(key + "=" + value.asText()))
          .equals(expected);
    } catch (ConfigException e) {
      return false;
    }
  }

  @Test
  void everyValueIsDescribedForTheErrorsThatNameIt() {
    walk(
        "",
        schema,
        (path, rules) -> {
          JsonNode target = resolve(rules);
          assertThat(rules.isBoolean() || target.has("title") || target.has("enum"))
              .as(path)
              .isTrue();
        });
  }

  private JsonNode resolve(JsonNode rules) {
    String reference = rules.path("$ref").asText();
    return reference.isEmpty() ? rules : resolve(schema.at(reference.substring(1)));
  }

  @Test
  void theFormatsOfTheSchemaAreThoseThatHaveADecoder() {
    List<String> formats = new ArrayList<>();
    schema.at("/$defs/route/properties/format/enum").forEach(f -> formats.add(f.asText()));
    assertThat(formats).hasSameElementsAs(Decoders.names());
  }

  @Test
  void thePresetsOfTheSchemaAreThoseThereAre() {
    List<String> presets = new ArrayList<>();
    schema.at("/$defs/route/properties/preset/enum").forEach(p -> presets.add(p.asText()));
    assertThat(presets).containsExactlyElementsOf(Presets.names());
  }

  @Test
  void thePublishedSchemaIsTheGeneratedOne() throws IOException {
    assertThat(Files.readString(CONFIG.resolve("weir.schema.json")))
        .as("config/weir.schema.json, which 'make schema' writes")
        .isEqualTo(ConfigSchema.text());
  }
}
