package io.weir.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of the versions tried says what the build and compose.yaml really name. */
class VersionsTest {

  private static final Path ROOT = Path.of("..");
  private static final Path PAGE = ROOT.resolve("docs/reference/versions.md");

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  private static String pom(String property) throws IOException {
    Matcher matcher =
        Pattern.compile("<" + Pattern.quote(property) + ">([^<]+)<")
            .matcher(Files.readString(ROOT.resolve("pom.xml")));
    assertThat(matcher.find()).as("pom.xml has no property " + property).isTrue();
    return matcher.group(1);
  }

  @Test
  void theVersionsOfTheBuildStandThere() throws Exception {
    assertThat(page())
        .contains("| QuestDB | " + pom("questdb.version") + " |")
        .contains("| Apache Artemis | " + pom("artemis.version") + " |")
        .contains("| Apache Kafka | " + pom("kafka.version") + " |")
        .contains("| Java | " + pom("maven.compiler.release") + " |");
    JsonNode node = new ObjectMapper().readTree(ROOT.resolve("grafana/package.json").toFile());
    String types = node.at("/devDependencies/@grafana~1schema").asText();
    assertThat(page()).contains("| Types of Grafana | " + types + " |");
    JsonNode scenes =
        new ObjectMapper().readTree(ROOT.resolve("grafana/scenes/package.json").toFile());
    String libraries = scenes.at("/dependencies/@grafana~1ui").asText();
    assertThat(page()).contains("| Frontend libraries of Grafana | " + libraries + " |");
    JsonNode npm = new ObjectMapper().readTree(new File("src/test/mqtt-of-npm/package.json"));
    assertThat(page())
        .contains("| Paho for Java | " + pom("paho.version") + " |")
        .contains("| HiveMQ client | " + pom("hivemq-client.version") + " |")
        .contains("| mqtt of npm | " + npm.at("/dependencies/mqtt").asText() + " |");
    assertThat(page())
        .contains("| InfluxDB 2 | " + built("influxd2") + " |")
        .contains("| Mosquitto | " + built("mosquitto-sequences") + " |");
  }

  private static String built(String script) throws IOException {
    Matcher version =
        Pattern.compile("^version=(.+)$", Pattern.MULTILINE)
            .matcher(Files.readString(ROOT.resolve("scripts").resolve(script)));
    assertThat(version.find()).isTrue();
    return version.group(1);
  }

  @Test
  void imagesThatNoTestStartsAreNamedAsSuch() throws Exception {
    String[] halves = page().split("Not tried:");
    assertThat(halves).hasSize(2);
    JsonNode services =
        new YAMLMapper().readTree(ROOT.resolve("compose.yaml").toFile()).path("services");
    for (List<String> image :
        List.of(List.of("influxdb", "InfluxDB "), List.of("broker", "Mosquitto "))) {
      String name = services.path(image.get(0)).path("image").asText();
      String version = name.substring(name.indexOf(':') + 1);
      assertThat(halves[0] + halves[1]).contains(version);
      if (!halves[0].contains("| " + image.get(1).strip() + " | " + version)) {
        assertThat(halves[1]).contains(image.get(1) + version);
      }
    }
  }

  @Test
  void everyScriptThatItNamesExists() throws Exception {
    Matcher scripts = Pattern.compile("scripts/[a-z0-9-]+").matcher(page());
    assertThat(scripts.results().map(found -> ROOT.resolve(found.group())).toList())
        .hasSizeGreaterThan(5)
        .allSatisfy(script -> assertThat(Files.isExecutable(script)).as("%s", script).isTrue());
  }
}
