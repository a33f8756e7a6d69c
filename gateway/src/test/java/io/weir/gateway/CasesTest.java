package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.config.Config;
import io.weir.gateway.config.ConfigLoader;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.Types;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A case is a folder {@code cases/<format>/<case>}: {@code case.yaml} with topic and route, and
 * what came before where the format has sessions, as text ({@code before}) or as files beside it
 * ({@code earlier}); {@code payload.*} as it arrives, {@code expected.txt} with what becomes of it,
 * as {@link Explain} says it. A report of a payload that went wrong becomes a folder.
 */
class CasesTest {

  private static final Path CASES = Path.of("src/test/resources/cases");
  private static final String RECEIVED = "2026-03-01T12:00:00Z";
  private static final YAMLMapper YAML = new YAMLMapper();

  @TempDir Path folder;

  static Stream<String> cases() throws IOException {
    try (Stream<Path> files = Files.walk(CASES)) {
      List<String> folders =
          files
              .filter(file -> file.endsWith("case.yaml"))
              .map(file -> CASES.relativize(file.getParent()).toString())
              .sorted()
              .toList();
      return folders.stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void aPayloadBecomesWhatItsCaseSays(String name) throws Exception {
    Path home = CASES.resolve(name);
    JsonNode given = YAML.readTree(home.resolve("case.yaml").toFile());
    String format = name.substring(0, name.indexOf('/'));
    Config.Route route = route(home, (ObjectNode) given.path("route"), format);

    Explain explain = new Explain(List.of(route), Types.load(new Memory()));
    long received = ns(Instant.parse(given.path("received").asText(RECEIVED)));
    for (JsonNode before : given.path("before")) {
      byte[] payload = before.path("payload").asText().getBytes(UTF_8);
      explain.text(null, before.path("topic").asText(), payload, true, received);
    }
    for (JsonNode earlier : given.path("earlier")) {
      byte[] payload = Files.readAllBytes(home.resolve(earlier.path("payload").asText()));
      explain.text(null, earlier.path("topic").asText(), payload, false, received);
    }
    String told =
        explain.text(
            null,
            given.path("topic").asText(),
            payload(home),
            given.path("retained").asBoolean(),
            received);

    assertThat(told).isEqualTo(Files.readString(home.resolve("expected.txt")));
  }

  @Test
  void everyPresetHasACaseInWhichItsOneLineGivesReadingsOfAMachine() throws IOException {
    Set<String> shown = new TreeSet<>();
    for (String name : cases().toList()) {
      Path home = CASES.resolve(name);
      JsonNode preset = YAML.readTree(home.resolve("case.yaml").toFile()).at("/route/preset");
      String expected = Files.readString(home.resolve("expected.txt"));
      // a device alone says no name; only its credentials do, and those stay with the broker
      boolean named = expected.contains("machine=") || preset.asText().endsWith("-device");
      if (named && expected.contains(" -> telemetry")) {
        shown.add(preset.asText());
      }
    }
    JsonNode schema = YAML.readTree(Path.of("../config/weir.schema.json").toFile());

    assertThat(shown)
        .containsAll(texts(schema.at("/$defs/route/properties/preset/enum")))
        .hasSizeGreaterThan(8);
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  private static byte[] payload(Path home) throws IOException {
    try (Stream<Path> files = Files.list(home)) {
      Path payload =
          files
              .filter(file -> file.getFileName().toString().startsWith("payload"))
              .findFirst()
              .orElseThrow();
      return Files.readAllBytes(payload);
    }
  }

  /** The route as the configuration file has it; files that it names lie beside the case. */
  private Config.Route route(Path home, ObjectNode route, String format) throws Exception {
    if (!route.has("format") && !route.has("preset")) {
      route.put("format", format);
    }
    try (Stream<Path> files = Files.list(home)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    ObjectNode config = YAML.createObjectNode();
    config.putObject("gateway").put("id", "case");
    config.putArray("sources").addObject().put("name", "http-in").put("type", "http");
    config.putArray("routes").add(route);
    Path file = folder.resolve("config.yaml");
    YAML.writeValue(file.toFile(), config);
    return ConfigLoader.load(file, Map.of()).routes().get(0);
  }

  private static long ns(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
  }
}
