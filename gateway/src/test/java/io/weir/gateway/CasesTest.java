package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.config.Config;
import io.weir.gateway.model.Sample.TimeUnit;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.Types;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A case is a folder {@code cases/<format>/<case>}: {@code case.yaml} with topic and route, {@code
 * payload.*} as it arrives, {@code expected.txt} with what becomes of it, as {@link Explain} says
 * it. Of a format that has sessions the case may name messages that came {@code earlier}. A report
 * of a payload that went wrong becomes a folder.
 */
class CasesTest {

  private static final Path CASES = Path.of("src/test/resources/cases");
  private static final String RECEIVED = "2026-03-01T12:00:00Z";

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
  void aPayloadBecomesWhatItsCaseSays(String folder) throws IOException {
    Path home = CASES.resolve(folder);
    JsonNode given = new YAMLMapper().readTree(home.resolve("case.yaml").toFile());
    String format = folder.substring(0, folder.indexOf('/'));
    Config.Route route = route(given.path("route"), format);

    long received = ns(Instant.parse(given.path("received").asText(RECEIVED)));
    Explain explain = new Explain(List.of(route), Types.load(new Memory()));
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

  private static Config.Route route(JsonNode route, String format) {
    JsonNode time = route.path("time");
    String unit = text(time, "unit");
    String zone = text(time, "zone");
    List<Config.Metric> metrics = new ArrayList<>();
    for (JsonNode metric : route.path("metrics")) {
      String type = text(metric, "type");
      metrics.add(
          new Config.Metric(
              metric.path("from").asText(),
              text(metric, "to"),
              type == null ? null : Value.Type.valueOf(type.toUpperCase(Locale.ROOT))));
    }
    return new Config.Route(
        route.path("topic").asText(),
        null,
        route.path("format").asText(format),
        1,
        route.path("measurement").asText("telemetry"),
        new Config.EventTime(
            text(time, "from"),
            unit == null ? null : TimeUnit.valueOf(unit.toUpperCase(Locale.ROOT)),
            zone == null ? null : ZoneId.of(zone),
            Duration.parse(time.path("max-future").asText("PT10M"))),
        metrics,
        Config.Unlisted.valueOf(route.path("unlisted").asText("keep").toUpperCase(Locale.ROOT)));
  }

  private static @Nullable String text(JsonNode node, String key) {
    return node.has(key) ? node.path(key).asText() : null;
  }

  private static long ns(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
  }
}
