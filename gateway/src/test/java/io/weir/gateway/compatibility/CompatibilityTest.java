package io.weir.gateway.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.micrometer.core.instrument.Meter;
import io.weir.gateway.Gateway;
import io.weir.gateway.SteppedParts;
import io.weir.gateway.api.GatewayServer;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigLoader;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.mqtt.SteppedBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What users built on an earlier version still works: their configuration files, the programs that
 * read the API, the dashboards that ask the stores, the rules over meters. The data directory has
 * its own test, {@code EarlierVersionsTest}.
 *
 * <p>There is a folder for each released version. A test writes the shapes of this version to
 * {@code target/compatibility}; with a release they are copied into a new folder. {@code
 * docs/reference/compatibility.md} says what may change.
 */
class CompatibilityTest {

  private static final Path KEPT = Path.of("src/test/resources/io/weir/gateway/compatibility");
  private static final Path NOW = Path.of("target/compatibility");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "MQTT_PASSWORD", "m",
          "INFLUX_TOKEN", "i",
          "INFLUX_PASSWORD", "p",
          "PG_PASSWORD", "g",
          "WEIR_TOKEN", "t");

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private final SteppedBroker broker = new SteppedBroker();
  private final Shapes stored = new Shapes();

  /** The released versions, and the one to come. */
  static List<String> versions() throws IOException {
    try (Stream<Path> folders = Files.list(KEPT).filter(Files::isDirectory)) {
      return folders.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void everyKeyOfItsConfigurationIsStillRead(String version) throws Exception {
    Path files = KEPT.resolve(version).resolve("config");
    Config config = ConfigLoader.load(files.resolve("gateway.yaml"), ENVIRONMENT, List.of());

    assertThat(config.sources()).hasSizeGreaterThanOrEqualTo(4);
    assertThat(config.routes()).hasSizeGreaterThanOrEqualTo(10);
    assertThat(config.sinks()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(config.efficiency()).isNotNull();
    assertThat(config.buffer().maxSize()).isEqualTo(10L << 30);
    assertThat(config.http().timeout()).isEqualTo(Duration.ofSeconds(30));
    ConfigLoader.load(files.resolve("demo.yaml"), Map.of());
  }

  /** A key that is gone, a value that is not taken, a new duty, another default. */
  @ParameterizedTest
  @MethodSource("versions")
  void everyKeyOfItsSchemaTakesItsValuesAndHasItsDefault(String version) throws Exception {
    SortedMap<String, Set<String>> before =
        Schemas.facts(JSON.readTree(KEPT.resolve(version + "/config/weir.schema.json").toFile()));
    SortedMap<String, Set<String>> now =
        Schemas.facts(JSON.readTree(Path.of("../config/weir.schema.json").toFile()));

    assertThat(before).hasSizeGreaterThan(150);
    assertThat(Schemas.broken(before, now)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void everyPathOfItsApiTakesWhatItTook(String version) throws Exception {
    YAMLMapper yaml = new YAMLMapper();
    SortedMap<String, Set<String>> before =
        Schemas.factsOfApi(yaml.readTree(KEPT.resolve(version + "/openapi.yaml").toFile()));
    SortedMap<String, Set<String>> now =
        Schemas.factsOfApi(
            yaml.readTree(Path.of("src/main/resources/io/weir/gateway/api/openapi.yaml").toFile()));

    assertThat(before.keySet()).contains("get /api/v1/status", "post /api/v1/readings");
    assertThat(before.get("get /api/v1/stops")).contains("query parameter hours", "status 200");
    assertThat(before).hasSizeGreaterThan(100);
    assertThat(Schemas.broken(before, now)).isEmpty();
  }

  @Test
  void whatASchemaBreaksIsFound() throws Exception {
    SortedMap<String, Set<String>> before = facts("{'a': {'enum': ['x', 'y'], 'default': 'x'}}");
    assertThat(Schemas.broken(before, before)).isEmpty();
    assertThat(Schemas.broken(before, facts("{'b': {}}"))).containsExactly("a is gone");
    assertThat(Schemas.broken(before, facts("{'a': {'enum': ['x'], 'default': 'x'}}")))
        .containsExactly("a has no more: value y");
    assertThat(Schemas.broken(before, facts("{'a': {'enum': ['y', 'x'], 'default': 'y'}}")))
        .containsExactly("a has no more: default x");
    assertThat(Schemas.broken(facts("{'a': {}}"), facts("{'a': {'required': ['c']}}")))
        .containsExactly("a newly needs c");
    assertThat(
            Schemas.broken(
                facts("{'a': {}, 'b': {'items': {}}}"),
                facts(
                    "{'a': {'items': {'required': ['c']}}, 'b': {'items': {'required': ['c']}}}")))
        .as("a list that a key may be now takes nothing away")
        .containsExactly("b[] newly needs c");
    String kinds =
        "{'type': {'enum': ['x', 'y']}}, 'allOf': [{'if': {'properties': {'type': {'const': '%s'}}},"
            + " 'then': {'required': ['c']}}]";
    SortedMap<String, Set<String>> oneKind =
        facts("{'a': {'properties': {'type': {'enum': ['x']}}}}");
    assertThat(
            Schemas.broken(oneKind, facts("{'a': {'properties': " + kinds.formatted("x") + "}}")))
        .containsExactly("a newly needs c where type is x");
    assertThat(
            Schemas.broken(oneKind, facts("{'a': {'properties': " + kinds.formatted("y") + "}}")))
        .as("a kind that is new may need what it likes")
        .isEmpty();
  }

  private static SortedMap<String, Set<String>> facts(String properties) throws IOException {
    String schema = "{'properties': " + properties + "}";
    return Schemas.facts(JSON.readTree(schema.replace('\'', '"')));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void theStoresGetTheSameTagsAndFieldsOfTheSameTypes(String version) throws Exception {
    try (Gateway gateway = open()) {
      play(gateway);
    }
    write("stores.txt", stored);
    assertKept(version, "stores.txt", stored);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void theApiAnswersWithTheSameMembersOfTheSameTypes(String version) throws Exception {
    Shapes shapes = new Shapes();
    Config.Http http = new Config.Http("127.0.0.1", 0, null, null, 10_000, Duration.ofSeconds(20));
    try (Gateway gateway = open()) {
      play(gateway);
      try (Meters meters = new Meters("plant-7", "test");
          GatewayServer server =
              GatewayServer.start(http, gateway.view(), meters.registry(), List.of())) {
        String of = "http://127.0.0.1:" + server.port();
        for (String path :
            List.of(
                "/api/v1/status",
                "/api/v1/ledger",
                "/api/v1/assets",
                "/api/v1/efficiency",
                "/api/v1/history?hours=24",
                "/api/v1/stops?hours=24",
                "/api/v1/signals?site=s&area=a&line=l&machine=m1&minutes=60",
                "/api/v1/quality",
                "/api/v1/quarantine?limit=50",
                "/api/v1/nothing",
                "/health/ready",
                "/health/live")) {
          JsonNode answer = get(of + path);
          shapes.addJson(path.replaceFirst("\\?.*", ""), answer);
          JsonNode id = answer.path("entries").path(0).path("id");
          if (!id.isMissingNode()) {
            shapes.addJson("/api/v1/quarantine/ID", get(of + "/api/v1/quarantine/" + id.asText()));
          }
        }
      }
    }
    write("api.txt", shapes);
    assertKept(version, "api.txt", shapes);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void theMetersHaveTheSameNamesKindsUnitsAndTags(String version) throws Exception {
    Shapes shapes = new Shapes();
    for (MeterNames.Described meter : MeterNames.all().values()) {
      shapes
          .types()
          .put(
              meter.name() + " " + String.join(",", meter.tags()),
              meter.kind().name().toLowerCase(Locale.ROOT) + ":" + meter.unit());
    }
    try (Meters meters = new Meters("plant-7", "test")) {
      meters.start();
      for (Meter meter : meters.registry().getMeters()) {
        Meter.Id id = meter.getId();
        if (!MeterNames.all().containsKey(id.getName())) {
          shapes.types().put(id.getName(), id.getType().name().toLowerCase(Locale.ROOT));
        }
      }
    }
    write("meters.txt", shapes);
    assertKept(version, "meters.txt", shapes);
  }

  @Test
  void aMemberThatIsGoneAndATypeThatChangedAreFound() throws Exception {
    Shapes shapes = new Shapes();
    shapes.addJson("/a", JSON.readTree("{\"list\": [{\"n\": null}, {\"n\": 1}], \"t\": \"x\"}"));
    assertThat(shapes.types())
        .containsExactly(
            Map.entry("/a", "object"),
            Map.entry("/a list", "list"),
            Map.entry("/a list[]", "object"),
            Map.entry("/a list[].n", "number"),
            Map.entry("/a t", "string"));
    shapes = new Shapes();
    shapes.addLine("stops,machine=m,shift=a count=1.0,n=2i,f=true,why=\"a b,c\" 17");
    assertThat(shapes.types())
        .containsOnlyKeys(
            "stops tag machine",
            "stops tag shift",
            "stops field count",
            "stops field n",
            "stops field f",
            "stops field why")
        .containsEntry("stops field count", "float")
        .containsEntry("stops field n", "integer")
        .containsEntry("stops field why", "text");
    assertThat(missing(new TreeMap<>(Map.of("a", "text", "b", "text", "c", "null")), shapes))
        .containsExactly("a text", "b text", "c null");
    assertThat(missing(new TreeMap<>(Map.of("stops field n", "float")), shapes))
        .containsExactly("stops field n float, now integer");
  }

  private static void write(String name, Shapes shapes) throws IOException {
    StringBuilder text = new StringBuilder();
    shapes.types().forEach((shape, type) -> text.append(shape + " " + type + "\n"));
    Files.createDirectories(NOW);
    Files.writeString(NOW.resolve(name), text);
  }

  private static void assertKept(String version, String name, Shapes shapes) throws IOException {
    SortedMap<String, String> kept = new TreeMap<>();
    for (String line : Files.readAllLines(KEPT.resolve(version).resolve(name))) {
      int space = line.lastIndexOf(' ');
      kept.put(line.substring(0, space), line.substring(space + 1));
    }
    assertThat(kept).hasSizeGreaterThan(40);
    assertThat(missing(kept, shapes)).as("what %s has and this version has not", version).isEmpty();
  }

  private static List<String> missing(SortedMap<String, String> kept, Shapes shapes) {
    return kept.entrySet().stream()
        .filter(each -> !agrees(each.getValue(), shapes.types().get(each.getKey())))
        .map(
            each -> {
              String now = shapes.types().get(each.getKey());
              String was = each.getKey() + " " + each.getValue();
              return now == null ? was : was + ", now " + now;
            })
        .toList();
  }

  private static boolean agrees(String before, @org.jspecify.annotations.Nullable String now) {
    return now != null && (before.equals(now) || before.equals(Shapes.NULL));
  }

  private static JsonNode get(String url) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString());
    return JSON.readTree(answer.body());
  }

  private Gateway open() throws Exception {
    String yaml = Files.readString(KEPT.resolve("plant.yaml"));
    Path file = folder.resolve("plant.yaml");
    Files.writeString(file, yaml);
    Files.writeString(folder.resolve("cycles.csv"), "product,seconds\nA,10\nB,12\n");
    return SteppedParts.build(file, SteppedParts.of(time, FileSystem.DISK, broker, this::store));
  }

  private Answer store(String sink, List<String> lines) {
    lines.forEach(stored::addLine);
    return new Answer.Stored();
  }

  /** Thirteen hours in which machines run, stop, make scrap, are silent, and send nonsense. */
  private void play(Gateway gateway) {
    settle(gateway);
    int pieces = 0;
    for (int minute = 0; minute < 13 * 60; minute += 10) {
      pieces += 50;
      String state = minute % 60 < 40 ? "RUNNING" : minute % 120 < 60 ? "DOWN" : "IDLE";
      String text =
          "{\"state\": \"%s\", \"why\": \"jam\", \"total\": %d, \"scrap\": %d, \"rework\": %d,"
              + " \"kwh\": %d.5, \"temp\": %d.25, \"product\": \"%s\", \"on\": true, \"text\": \"x\", \"q\": \"%s\"}";
      if (minute < 600 || minute > 660) {
        String quality = minute % 70 == 0 ? "bad" : "good";
        for (String machine : List.of("m1", "m2")) {
          broker.publish(
              "plant/s/a/l/" + machine,
              text.formatted(
                  state,
                  pieces,
                  pieces / 10,
                  pieces / 50,
                  minute,
                  20 + minute % 5,
                  minute < 300 ? "A" : "B",
                  quality),
              "plant/+/+/+/+");
        }
      }
      if (minute % 100 == 0) {
        broker.publish("plant/s/a/l/m1", "{nonsense", "plant/+/+/+/+");
      }
      turn(gateway);
      time.advance(Duration.ofSeconds(10 * 60 - 5));
    }
    settle(gateway);
  }

  private void settle(Gateway gateway) {
    for (int i = 0; i < 30; i++) {
      turn(gateway);
      time.advance(Duration.ofMillis(500));
    }
  }

  private void turn(Gateway gateway) {
    for (int i = 0; i < 3; i++) {
      gateway.step();
      broker.link().answerAll();
      broker.link().sendAll();
    }
    time.advance(Duration.ofSeconds(5));
    gateway.step();
  }
}
