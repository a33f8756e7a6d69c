package io.weir.gateway.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * compose.yaml as Docker Compose itself reads it, and the files it mounts as their readers do. No
 * container is started.
 */
@Tag("server")
class ComposeTest {

  private static final Path ROOT = Dashboard.GRAFANA.getParent();
  private static final Map<String, String> SECRETS =
      Map.of(
          "WEIR_TOKEN", "a", "INFLUX_PASSWORD", "b", "PG_PASSWORD", "c", "GRAFANA_PASSWORD", "d");
  private static final Tool COMPOSE = new Tool("docker-compose", "docker-compose");

  private static JsonNode compose;

  @BeforeAll
  static void readAsComposeDoes() throws Exception {
    Tool.Outcome outcome = COMPOSE.run(ROOT, SECRETS, "--profile", "demo", "config");
    assertThat(outcome.code()).as(outcome.output()).isZero();
    compose = new YAMLMapper().readTree(outcome.output());
  }

  private static List<JsonNode> services() {
    return Dashboard.list(compose.path("services"));
  }

  private static List<JsonNode> ofAll(String key) {
    return services().stream()
        .flatMap(service -> Dashboard.list(service.path(key)).stream())
        .toList();
  }

  /** Compose 2 writes a port as an object, 1.29 as {@code host:published:target/protocol}. */
  private static String host(JsonNode port) {
    return port.isTextual()
        ? port.asText().replaceFirst(":\\d+:\\d+/\\w+$", "")
        : port.path("host_ip").asText();
  }

  /** A file or folder of this machine in a container. */
  private record Bind(Path source, boolean readOnly) {

    /** Compose 2 writes a volume as an object, 1.29 as {@code source:target:mode}. */
    static Stream<Bind> of(JsonNode volume) {
      if (volume.isTextual()) {
        String[] parts = volume.asText().split(":");
        return parts[0].startsWith("/")
            ? Stream.of(new Bind(Path.of(parts[0]), parts[2].equals("ro")))
            : Stream.empty();
      }
      return volume.path("type").asText().equals("bind")
          ? Stream.of(
              new Bind(
                  Path.of(volume.path("source").asText()), volume.path("read_only").asBoolean()))
          : Stream.empty();
    }
  }

  @Test
  void onlyThisMachineReachesWhatIsPublished() {
    List<JsonNode> ports = ofAll("ports");
    assertThat(ports).hasSize(3);
    assertThat(ports).allSatisfy(port -> assertThat(host(port)).isEqualTo("127.0.0.1"));
  }

  /** So few files that dashboards over long ranges are quick. */
  @Test
  void theStoreKeepsAQuarterOfAYearTogether() {
    JsonNode store = compose.at("/services/influxdb/environment");
    assertThat(store.path("INFLUXDB_DB_RETENTION_POLICY").asText())
        .isEqualTo("WITH SHARD DURATION 13w");
  }

  @Test
  void imagesAreOfAVersion() {
    assertThat(services())
        .extracting(service -> service.path("image").asText())
        .allSatisfy(image -> assertThat(image).matches("\\S+:(v?\\d+(\\.\\d+)+|local)"));
  }

  @Test
  void whatIsMountedIsInTheRepositoryAndReadOnly() {
    List<Bind> binds = ofAll("volumes").stream().flatMap(Bind::of).toList();
    assertThat(binds).hasSize(6);
    assertThat(binds)
        .allSatisfy(
            bind -> {
              assertThat(bind.source()).exists().startsWith(ROOT);
              assertThat(bind.readOnly()).isTrue();
            });
  }

  @Test
  void itDoesNotStartWithoutSecretsAndTheExampleNamesThemAll() throws Exception {
    Map<String, String> none =
        SECRETS.keySet().stream().collect(Collectors.toMap(name -> name, name -> ""));
    assertThat(COMPOSE.run(ROOT, none, "config").output()).contains("see .env.example");
    assertThat(Files.readAllLines(ROOT.resolve(".env.example")))
        .filteredOn(line -> !line.startsWith("#"))
        .extracting(line -> line.replaceFirst("=.*", ""))
        .containsExactlyInAnyOrderElementsOf(SECRETS.keySet());
  }

  @Test
  void theGatewaysFileIsRightAndGoesToTheServicesThatAreThere() throws Exception {
    Config config =
        new ConfigFile(ROOT.resolve("packaging/compose/gateway.yaml"), SECRETS, List.of()).load();
    assertThat(config.sinks()).hasSize(2);
    String text = Files.readString(ROOT.resolve("packaging/compose/gateway.yaml"));
    assertThat(text).contains("http://influxdb:8086", "tcp://broker:1883");
    assertThat(compose.path("services").has("influxdb")).isTrue();
    assertThat(compose.path("services").has("broker")).isTrue();
    YAMLMapper yaml = new YAMLMapper();
    assertThat(yaml.readTree(text).at("/efficiency/defaults"))
        .as("the factory is that of the demo")
        .isEqualTo(
            yaml.readTree(ROOT.resolve("config/demo.yaml").toFile()).at("/efficiency/defaults"));
    // Grafana reaches the store's loopback port because it lives in the gateway's network.
    assertThat(compose.at("/services/grafana/network_mode").asText()).isEqualTo("service:gateway");
    assertThat(text).contains("pg-port: 8812");
  }

  @Test
  void grafanaIsGivenEveryVariableThatItsDataSourcesName() throws Exception {
    Set<String> named = new TreeSet<>();
    for (String line :
        Files.readAllLines(Dashboard.GRAFANA.resolve("provisioning/datasources/weir.yaml"))) {
      if (!line.strip().startsWith("#")) {
        Pattern.compile("\\$(WEIR_\\w+)")
            .matcher(line)
            .results()
            .forEach(m -> named.add(m.group(1)));
      }
    }
    Set<String> given = new TreeSet<>();
    compose.at("/services/grafana/environment").fieldNames().forEachRemaining(given::add);
    assertThat(named).isNotEmpty();
    assertThat(given).containsAll(named);
  }

  @Test
  void prometheusTakesItsFile() throws Exception {
    new Tool("promtool", "prometheus")
        .accepts(
            ROOT, Map.of(), "check", "config", "--syntax-only", "packaging/compose/prometheus.yml");
  }

  @Test
  void ourContainersWriteNothingButTheirVolumesAndHaveNoRights() {
    for (String name : List.of("gateway", "simulator")) {
      JsonNode service = compose.path("services").path(name);
      assertThat(service.path("read_only").asBoolean()).as(name).isTrue();
      assertThat(service.at("/cap_drop/0").asText()).as(name).isEqualTo("ALL");
      assertThat(service.at("/security_opt/0").asText())
          .as(name)
          .isEqualTo("no-new-privileges:true");
      // Native libraries unpack there; without exec the embedded store does not start.
      assertThat(service.at("/tmpfs/0").asText()).as(name).isEqualTo("/tmp:exec");
    }
  }

  @Test
  void theImageIsMadeOfWhatIsThere() throws Exception {
    List<String> copied;
    try (Stream<String> lines = Files.lines(ROOT.resolve("packaging/Dockerfile"))) {
      copied =
          lines
              .filter(line -> line.startsWith("COPY ") && !line.contains("--from"))
              .map(line -> line.split(" ")[1])
              .toList();
    }
    assertThat(copied).contains("pom.xml", "gateway", "device-sim");
    assertThat(copied).allSatisfy(path -> assertThat(ROOT.resolve(path)).exists());
    assertThat(Files.readAllLines(ROOT.resolve(".dockerignore")))
        .doesNotContainAnyElementsOf(copied);
    assertThat(Files.readString(ROOT.resolve("packaging/Dockerfile")))
        .contains("\nUSER 10001:10001\n", "\nVOLUME /var/lib/weir\n");
  }
}
