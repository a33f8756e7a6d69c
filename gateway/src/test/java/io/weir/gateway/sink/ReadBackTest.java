package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.Case;
import io.weir.gateway.intake.Decoded;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.sink.influx.InfluxSinks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever line protocol is written, a real InfluxDB 1.6.7 gives it back as it was sent. */
@Tag("server")
class ReadBackTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long NOW = 1_772_366_400_000_000_000L;

  /** What a name or text is made of: all that means something in line protocol or InfluxQL. */
  private static final String[] SCRAPS = {
    " ", ",", "=", "\"", "'", "\\", "\\\\", "\\n", "\\ ", "\\,", "\\=", "\\\"", "ö", "压机", "😀",
    "#", "_", "a", "Z", "7", "%", "/", ".", ":", "+", "$", "{}", "//", "--", ";", "é", "time",
    "\u00a0", "\u2028", "\ufeff"
  };

  /** What a text may have besides, and a name never. */
  private static final String[] CONTROLS = {"\n", "\r\n", "\t", "\0", "\u0001", "\u007f", "\u0085"};

  @TempDir static Path folder;
  private static InfluxDb influx;
  private static LineSink sink;

  @BeforeAll
  static void start() throws IOException {
    influx = new InfluxDb(folder.resolve("influx"));
    influx.start();
    influx.createDatabase("d");
    sink = InfluxSinks.of(StoreConfig.of(1, URI.create(influx.url()), "d").make());
  }

  @AfterAll
  static void stop() {
    sink.close();
    influx.close();
  }

  /** A line as the store has it: what names it, and its fields. */
  private record Point(String measurement, Map<String, String> tags, long timeNs) {}

  @Test
  void whatTheGatewayLetsThroughComesBackExactly() throws IOException {
    List<Reading> readings = new ArrayList<>();
    int refused = 0;
    for (int seed = 0; seed < 1_500; seed++) {
      Random random = new Random(seed);
      String metric = scraps(random, 4);
      ObjectNode payload = JSON.createObjectNode();
      for (int i = random.nextInt(5); i >= 0; i--) {
        String name = scraps(random, 4);
        switch (random.nextInt(4)) {
          case 0 -> payload.put(name, text(random));
          case 1 -> payload.put(name, number(random));
          case 2 -> payload.put(name, random.nextBoolean());
          default -> payload.putObject(name).put(scraps(random, 2), random.nextInt());
        }
      }
      payload.put("machine", scraps(random, 3));
      String topic = level(random) + "/" + level(random) + "/" + level(random);
      RouteConfig route =
          new RouteConfig(
              random.nextBoolean() ? "{site}/{order}/{line}" : "{order-2}/{line}/{metric}",
              null,
              "json",
              1,
              "m" + seed + ":" + metric,
              new EventTime(null, null, null, Duration.ofMinutes(10)),
              List.of(),
              RouteConfig.Unlisted.KEEP);
      Decoded decoded =
          new Decoding(List.of(route), Types.load(new Memory()))
              .decode("", topic, JSON.writeValueAsBytes(payload), false, null, NOW + seed);
      readings.addAll(decoded.readings());
      refused += decoded.rejected().size();
    }
    assertThat(readings.size()).isGreaterThan(500);
    assertThat(refused).isPositive();

    assertComesBackAs(points(readings), readings);
  }

  @Test
  void theReadingsOfEveryCaseComeBackExactly() throws IOException {
    List<Reading> readings = new ArrayList<>();
    List<String> cases = Case.names();
    for (int i = 0; i < cases.size(); i++) {
      for (Reading reading : Case.load(cases.get(i)).decode().readings()) {
        Series series = reading.series();
        readings.add(
            new Reading(
                new Series("c" + i + ":" + series.measurement(), series.asset(), series.tags()),
                reading.metric(),
                reading.value(),
                reading.timeNs(),
                reading.quality(),
                reading.reason()));
      }
    }
    assertThat(readings.size()).isGreaterThan(300);

    assertComesBackAs(points(readings), readings);
  }

  /** The encoder alone, with names that normalizing would have refused. */
  @Test
  void aNameThatTheProtocolCannotSayComesBackAsNearAsItCanBeAndHarmsNoOther() throws IOException {
    List<Reading> readings = new ArrayList<>();
    List<Reading> expected = new ArrayList<>();
    for (int seed = 0; seed < 600; seed++) {
      Random random = new Random(seed);
      String measurement = "n" + seed + ":" + any(random);
      String site = any(random);
      String line = any(random);
      Map<String, String> tags = new TreeMap<>();
      Map<String, String> expectedTags = new TreeMap<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        String key = "k" + i + any(random);
        String value = any(random);
        tags.put(key, value);
        expectedTags.put(near(key), near(value));
      }
      Series series = new Series(measurement, new Asset(site, null, line, null), tags);
      Series near =
          new Series(
              near(measurement), new Asset(near(site), null, near(line), null), expectedTags);
      for (int i = random.nextInt(3); i >= 0; i--) {
        String metric = "f" + i + any(random);
        Value value = new Value.Text(any(random));
        readings.add(new Reading(series, metric, value, NOW + seed, Quality.GOOD, null));
        expected.add(new Reading(near, near(metric), value, NOW + seed, Quality.GOOD, null));
      }
    }

    assertComesBackAs(points(expected), readings);
  }

  private static String near(String text) {
    return text.replace("\n", "\\n")
        .replace("\r", "\\r")
        .replaceAll("\\\\(?=\\\\*([ ,=\"]|\\z))", "/");
  }

  @Test
  void numbersComeBackToTheLastBit() throws IOException {
    Random random = new Random(7);
    List<Double> reals =
        new ArrayList<>(
            List.of(
                0.0,
                -0.0,
                Double.MIN_VALUE,
                -Double.MIN_VALUE,
                Double.MIN_NORMAL,
                Math.nextDown(Double.MIN_NORMAL),
                Double.MAX_VALUE,
                -Double.MAX_VALUE,
                1e308,
                0.1,
                1e21,
                1e-7,
                0x1p53,
                0x1p63));
    List<Long> wholes =
        new ArrayList<>(List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1));
    for (int i = 0; i < 2_000; i++) {
      double real = Double.longBitsToDouble(random.nextLong());
      reals.add(Double.isFinite(real) ? real : 1.5);
      wholes.add(random.nextLong() >> random.nextInt(64));
    }
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < reals.size(); i++) {
      readings.add(of("reals", new Value.Real(reals.get(i)), NOW + i));
    }
    for (int i = 0; i < wholes.size(); i++) {
      readings.add(of("wholes", new Value.Whole(wholes.get(i)), NOW + i));
    }
    write(readings);

    assertThat(written("reals").stream().map(Double::parseDouble).map(Double::doubleToRawLongBits))
        .isEqualTo(reals.stream().map(Double::doubleToRawLongBits).toList());
    assertThat(written("wholes").stream().map(Long::parseLong)).isEqualTo(wholes);
  }

  private static Reading of(String measurement, Value value, long timeNs) {
    return new Reading(
        new Series(measurement, Asset.NONE, Map.of()), "v", value, timeNs, Quality.GOOD, null);
  }

  /** The numbers of {@code v} in order of their times, as the store writes them. */
  private static List<String> written(String measurement) throws IOException {
    List<String> numbers = new ArrayList<>();
    String answer = influx.query("d", "SELECT v FROM " + measurement);
    try (JsonParser in = JSON.createParser(answer.substring(answer.indexOf("\"values\":") + 9))) {
      boolean time = true;
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        if (token.isNumeric()) {
          if (!time) {
            numbers.add(in.getText());
          }
          time = !time;
        } else if (token == JsonToken.END_ARRAY && in.getParsingContext().inRoot()) {
          return numbers;
        }
      }
    }
    throw new AssertionError("the answer breaks off");
  }

  private static void assertComesBackAs(
      Map<Point, Map<String, Object>> expected, List<Reading> readings) throws IOException {
    influx.query("", "DROP DATABASE d");
    influx.createDatabase("d");
    write(readings);
    Map<Point, Map<String, Object>> stored = stored(readings);
    List<String> differences = new ArrayList<>();
    expected.forEach(
        (point, fields) -> {
          Map<String, Object> found = stored.remove(point);
          if (!fields.equals(found) && differences.size() < 5) {
            differences.add(point + " was sent with " + fields + ", and has " + found);
          }
        });
    assertThat(differences).isEmpty();
    assertThat(stored.keySet()).as("what was never sent").isEmpty();
  }

  private static void write(List<Reading> readings) {
    List<String> lines = new ArrayList<>();
    SinkForm.of(sink)
        .encoder()
        .write(
            readings,
            new Outbound.Origin(0, "", 0),
            new ReadingEncoder.Out() {
              @Override
              public void line(Outbound line) {
                lines.add(line.line());
              }

              @Override
              public void withheld(int count) {
                throw new AssertionError("InfluxDB keeps text");
              }

              @Override
              public void unwritable(
                  String text, int count, int index, Reason reason, String detail) {
                throw new AssertionError(detail);
              }
            });
    assertThat(sink.write(lines)).isEqualTo(new Sink.Answer.Stored());
  }

  /**
   * Everything that stands in the store. Each measurement is asked for alone, by what its name
   * begins with: together, a field that is text in one and a number in another is lost.
   */
  private static Map<Point, Map<String, Object>> stored(List<Reading> readings) throws IOException {
    Map<Point, Map<String, Object>> points = new HashMap<>();
    String queries =
        readings.stream()
            .map(reading -> reading.series().measurement())
            .map(
                name -> "SELECT * FROM /^" + name.substring(0, name.indexOf(':')) + ":/ GROUP BY *")
            .distinct()
            .collect(Collectors.joining(";"));
    for (JsonNode result : JSON.readTree(influx.query("d", queries)).path("results")) {
      add(result, points);
    }
    return points;
  }

  private static void add(JsonNode result, Map<Point, Map<String, Object>> points) {
    for (JsonNode series : result.path("series")) {
      Map<String, String> tags = new TreeMap<>();
      series
          .path("tags")
          .properties()
          .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
      tags.values().removeIf(String::isEmpty); // a tag of another series of the measurement
      for (JsonNode row : series.path("values")) {
        Map<String, Object> fields = new TreeMap<>();
        for (int i = 1; i < row.size(); i++) {
          JsonNode value = row.get(i);
          if (!value.isNull()) {
            fields.put(
                series.path("columns").get(i).asText(),
                value.isTextual()
                    ? value.asText()
                    : value.isBoolean() ? (Object) value.asBoolean() : value.asDouble());
          }
        }
        points.put(new Point(series.path("name").asText(), tags, row.get(0).asLong()), fields);
      }
    }
  }

  /** What the store should have of the readings: a later one of a place and instant counts. */
  private static Map<Point, Map<String, Object>> points(List<Reading> readings) {
    Map<Point, Map<String, Object>> points = new HashMap<>();
    for (Reading reading : readings) {
      Series series = reading.series();
      Map<String, String> tags = new TreeMap<>(series.tags());
      tags.values().removeIf(String::isEmpty);
      put(tags, "site", series.asset().site());
      put(tags, "area", series.asset().area());
      put(tags, "line", series.asset().line());
      put(tags, "machine", series.asset().machine());
      put(tags, "quality", reading.quality() == Quality.UNCERTAIN ? "uncertain" : null);
      String bad = reading.quality() == Quality.BAD ? "_bad" : "";
      points
          .computeIfAbsent(
              new Point(series.measurement() + bad, tags, reading.timeNs()),
              unused -> new TreeMap<>())
          .put(reading.metric(), value(reading.value()));
    }
    return points;
  }

  private static void put(Map<String, String> tags, String key, String value) {
    if (value != null && !value.isEmpty()) {
      tags.put(key, value);
    }
  }

  private static Object value(Value value) {
    if (value instanceof Value.Real real) {
      return real.value() + 0.0; // -0 is an integer to the parser of answers, and has no sign there
    }
    if (value instanceof Value.Whole whole) {
      return (double) whole.value(); // to the last bit in a test of its own
    }
    return value instanceof Value.Flag flag ? flag.value() : ((Value.Text) value).value();
  }

  private static String level(Random random) {
    return scraps(random, 4).replaceAll("[/#+$]", "-");
  }

  private static String text(Random random) {
    return random.nextInt(100) == 0 ? "x".repeat(60_000) : any(random);
  }

  private static double number(Random random) {
    return random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300);
  }

  private static String scraps(Random random, int most) {
    return of(random, most, false);
  }

  /** Control characters too. */
  private static String any(Random random) {
    return of(random, 5, true);
  }

  private static String of(Random random, int most, boolean controls) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      String[] some = controls && random.nextInt(4) == 0 ? CONTROLS : SCRAPS;
      text.append(some[random.nextInt(some.length)]);
    }
    if (random.nextInt(40) == 0) {
      text.append("long".repeat(60));
    }
    assertThat(text.toString().getBytes(UTF_8)).hasSizeLessThan(65_536);
    return text.toString();
  }
}
