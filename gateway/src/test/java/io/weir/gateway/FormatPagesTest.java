package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.intake.Explain;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the page of a format shows is what comes of it. An example is a block behind "Published to"
 * a topic, or a row of a table that begins so, sent through the routes of the page; each reading
 * and instant named behind it must be among what it becomes. The pages of {@code sparkplug-b} and
 * {@code siemens-databus}, which need births and metadata before, and that of {@code scalar}, a
 * list of spellings, have cases of their own.
 */
class FormatPagesTest {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final long RECEIVED_NS = 1_772_366_400_000_000_000L;

  private static final Pattern TOPIC = Pattern.compile("[Pp]ublished to `([^`]+)`");
  private static final Pattern QUOTED = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern INSTANT =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?Z");
  private static final Pattern HEX = Pattern.compile("(?m)^((?:[0-9a-f]{2} ?)+)(?: {2}.*)?$");

  /** Their pages show payloads in hexadecimal digits. */
  private static final Set<String> BINARY =
      Set.of("avro", "cbor", "msgpack", "protobuf", "raw", "senml-cbor");

  @TempDir private Path folder;

  /**
   * @param readings as {@code name=value}, some with the series and a blank before
   */
  private record Example(
      String topic, String payload, List<String> readings, List<String> instants, String claim) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "avro",
        "cbor",
        "csv",
        "edgex",
        "hivemq-edge",
        "homie",
        "influx-line",
        "json",
        "jsonata",
        "kepware",
        "msgpack",
        "ndjson",
        "neuron",
        "opcua-pubsub",
        "protobuf",
        "raw",
        "senml-cbor",
        "senml-json",
        "shelly",
        "sitewise",
        "tasmota",
        "thingsboard",
        "umh",
        "weir",
        "xml",
        "zigbee2mqtt"
      })
  void whatAPageShowsIsWhatComesOfIt(String format) throws Exception {
    String page = Objects.requireNonNull(Objects.requireNonNull(Decoders.format(format)).page());
    List<RouteConfig> routes = routes(page);
    List<Example> examples = new ArrayList<>(blocks(page));
    examples.addAll(rows(page));

    assertThat(examples).isNotEmpty();
    for (Example example : examples) {
      byte[] payload =
          BINARY.contains(format) ? hex(example.payload()) : example.payload().getBytes(UTF_8);
      String explanation =
          new Explain(routes, Types.load(new Memory()))
              .text(null, example.topic(), payload, false, RECEIVED_NS);
      for (String reading : example.readings()) {
        assertThat(explanation).as(example.payload()).containsPattern(spelled(reading));
      }
      for (String instant : example.instants()) {
        assertThat(explanation).as(example.payload()).contains(instant);
      }
      if (example.claim().startsWith("filtered")) {
        assertThat(explanation).contains("-> filtered").doesNotContain("-> telemetry");
      }
      if (example.claim().startsWith("quarantined")) {
        assertThat(explanation).contains("-> rejected").doesNotContain("-> telemetry");
      }
    }
  }

  /** The routes of the first block in YAML, and those in the text. */
  private List<RouteConfig> routes(String page) throws Exception {
    ObjectNode config = YAML.createObjectNode();
    config.putObject("gateway").put("id", "page");
    config.putArray("sources").addObject().put("name", "http-in").put("type", "http");
    ArrayNode routes = config.putArray("routes");
    YAML.readTree(between(page, "```yaml\n", "```")).path("routes").forEach(routes::add);
    for (String quoted : quoted(page)) {
      if (quoted.startsWith("{ topic:")) {
        JsonNode route = YAML.readTree(quoted);
        routes.add(route);
      }
    }
    Files.copy(Path.of("../config/plant.desc"), folder.resolve("plant.desc"));
    Path file = folder.resolve("page.yaml");
    YAML.writeValue(file.toFile(), config);
    return ConfigLoader.load(file, Map.of()).routes();
  }

  private static List<Example> blocks(String page) {
    List<Example> examples = new ArrayList<>();
    String[] parts = page.split("(?m)^(?=[Pp]ublished to `[^`]+`[^|\\n]*:$)", -1);
    for (int i = 1; i < parts.length; i++) {
      String topic = TOPIC.matcher(parts[i]).results().findFirst().orElseThrow().group(1);
      String[] fences = parts[i].split("(?m)^```(?:json)?\\n", -1);
      String claim = parts[i].substring(parts[i].indexOf(fences[1]) + fences[1].length());
      claim = claim.split("(?m)^(?:## |- \\*\\*|\\| )", 2)[0];
      List<String> readings = new ArrayList<>();
      for (String line : claim.lines().toList()) {
        if (line.matches("\\w+,\\S+ \\S+=.* \\d{4}-.*")) {
          String[] words = INSTANT.split(line)[0].strip().split(" +");
          for (int word = 1; word < words.length; word++) {
            readings.add(words[0] + " " + words[word]);
          }
        }
      }
      readings.addAll(readings(claim));
      examples.add(new Example(topic, fences[1].stripTrailing(), readings, instants(claim), ""));
    }
    return examples;
  }

  private static List<Example> rows(String page) {
    List<Example> examples = new ArrayList<>();
    String topic = null;
    String base = "";
    for (String line : page.lines().toList()) {
      if (line.startsWith("| Published")) {
        List<String> to = quoted(line);
        topic = to.isEmpty() ? "" : to.get(0);
        base = topic.endsWith("/") ? topic : "";
      } else if (line.isBlank()) {
        topic = null;
      } else if (topic != null && line.startsWith("| ") && !line.contains("with topic")) {
        String[] cells = line.split("(?<=`[^`]{0,200}`[^`]{0,40}) \\| ", 2);
        List<String> sent = quoted(cells[0]);
        topic = sent.size() > 1 ? base + sent.get(0) : topic;
        if (!sent.isEmpty() && cells.length == 2 && !cells[0].endsWith("...")) {
          String payload =
              sent.get(sent.size() - 1)
                  .replace("\"...\"", "\"2026-03-01T12:59:30\"")
                  .replace(":...", ":1772366390.5");
          examples.add(
              new Example(topic, payload, readings(cells[1]), instants(cells[1]), cells[1]));
        }
      }
    }
    return examples;
  }

  private static List<String> readings(String claim) {
    return quoted(claim).stream().filter(each -> each.matches("[^{}:,]+=\\S.*")).toList();
  }

  private static List<String> instants(String claim) {
    return INSTANT.matcher(claim).results().map(MatchResult::group).toList();
  }

  private static List<String> quoted(String text) {
    return QUOTED.matcher(text).results().map(each -> each.group(1)).toList();
  }

  /**
   * As it is printed, where a float has a fraction, an integer is marked, and bad quality stands
   * behind a reading, not in the name of its measurement.
   */
  private static Pattern spelled(String reading) {
    String good = reading.replaceFirst("^telemetry_bad,", "telemetry,");
    String end = good.equals(reading) ? " " : " .* BAD";
    return Pattern.compile(" " + Pattern.quote(good) + "(?:\\.0|i)?" + end);
  }

  private static byte[] hex(String dump) {
    StringBuilder hex = new StringBuilder();
    HEX.matcher(dump).results().forEach(line -> hex.append(line.group(1).replace(" ", "")));
    return HexFormat.of().parseHex(hex);
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf(end, from));
  }
}
