package io.weir.gateway.grafana;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.log.Soak;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.peers.VictoriaMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboards of VictoriaMetrics show the numbers that those of InfluxDB show. */
@Tag("server")
class VictoriaMetricsDashboardsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant BEGIN = Instant.parse("2026-03-02T00:00:00Z");
  private static final Instant END = BEGIN.plus(Duration.ofDays(3));

  /** Of which InfluxDB too asks for hours, or for the chosen shifts. */
  private static final Duration RANGE = Duration.ofDays(2).minusMinutes(1);

  /** Drawn from readings, windows or states: as many points as the picture has room for. */
  private static final String DRAWN =
      ".*(each window|over time, up to 7 days|Speed|Temperature|^Power).*";

  @TempDir static Path folder;

  private static InfluxDb influxDb;
  private static VictoriaMetrics victoriaMetrics;
  private static DataSources sources;

  @BeforeAll
  static void fill() throws Exception {
    influxDb = new InfluxDb(folder.resolve("influx"));
    influxDb.start();
    influxDb.createDatabase("factory");
    victoriaMetrics = new VictoriaMetrics(folder.resolve("victoria"));
    victoriaMetrics.start();
    URI one = URI.create(influxDb.url() + "/write?db=factory");
    URI other = URI.create(victoriaMetrics.url() + "/write");
    new PlantOfRows(6, BEGIN, 3, 1, Duration.ofMinutes(5), false)
        .write(
            batch -> {
              QueryTimes.post(one, String.join("\n", batch));
              QueryTimes.post(other, String.join("\n", batch));
            });
    victoriaMetrics.flush();
    sources = new DataSources(q -> influxDb.query("factory", q), null, null, BEGIN);
  }

  @AfterAll
  static void stop() throws Exception {
    victoriaMetrics.close();
    influxDb.close();
  }

  /** All, and with chosen shifts, in {@code make soak}; every third before each change. */
  static Stream<Arguments> dashboards() {
    List<Dashboard> all =
        Dashboard.all().stream()
            .filter(each -> each.hasTag("weir-victoriametrics") && each.variables().size() > 1)
            .toList();
    return all.stream()
        .filter(each -> Soak.ON || all.indexOf(each) % 3 == 0)
        .flatMap(each -> Stream.of(true, false).map(allShifts -> Arguments.of(each, allShifts)))
        .filter(each -> Soak.ON || each.get()[1].equals(true));
  }

  @ParameterizedTest(name = "{0}, all shifts: {1}")
  @MethodSource("dashboards")
  void theNumbersAreThoseOfInfluxDb(Dashboard dashboard, boolean allShifts) {
    String uid = dashboard.uid().replace("weir-victoriametrics-", "weir-");
    Dashboard other =
        Dashboard.all().stream().filter(each -> each.uid().equals(uid)).findFirst().orElseThrow();
    Map<String, Interpolation.Choice> chosen = new LinkedHashMap<>();
    Interpolation with = new Interpolation(chosen, END.minus(RANGE), END, Duration.ofHours(1));
    for (JsonNode variable : other.variables()) {
      chosen.put(variable.path("name").asText(), choice(variable, with, allShifts));
    }
    for (JsonNode variable : dashboard.variables()) {
      assertThat(labels(variable, with)).as("%s", variable).isNotEmpty();
    }
    marks(dashboard, with);
    assertThat(dashboard.panels()).isNotEmpty();
    for (JsonNode panel : dashboard.panels()) {
      if (panel.at("/datasource/uid").asText().equals("${datasource}")) {
        compare(panel, twin(panel, other), with);
      }
    }
  }

  /** Every mark is a 1: Grafana takes nothing else for one. */
  private static void marks(Dashboard dashboard, Interpolation with) {
    for (JsonNode mark : dashboard.json().at("/annotations/list")) {
      Interpolation by =
          new Interpolation(with.chosen(), with.from(), with.to(), Duration.ofMinutes(5));
      String query = URLEncoder.encode(by.promQl(mark.at("/target/expr").asText()), UTF_8);
      String path =
          "query_range?nocache=1&start=%d&end=%d&step=300&query="
              .formatted(with.from().getEpochSecond(), END.getEpochSecond());
      List<String> at = new ArrayList<>();
      for (JsonNode series : ask(path + query).at("/result")) {
        for (JsonNode point : series.path("values")) {
          assertThat(point.path(1).asText()).isEqualTo("1");
          at.add(point.path(0).asText() + " " + series.path("metric"));
        }
      }
      // of two days; a mark is in the interval behind its instant
      if (mark.path("name").asText().equals("Shifts")) {
        assertThat(at).as("%s", dashboard).hasSize(6);
      } else {
        assertThat(at).as("%s", dashboard).hasSizeGreaterThanOrEqualTo(2 * 4);
      }
    }
  }

  private static Interpolation.Choice choice(
      JsonNode variable, Interpolation with, boolean allShifts) {
    List<String> options = sources.options(variable, with);
    if (!variable.path("multi").asBoolean()) {
      return Interpolation.Choice.one(options.get(0));
    }
    return variable.path("name").asText().equals("shift") && !allShifts
        ? new Interpolation.Choice(options.subList(0, 2), null)
        : new Interpolation.Choice(options, variable.path("allValue").asText());
  }

  private static JsonNode twin(JsonNode panel, Dashboard other) {
    return other.panels().stream()
        .filter(each -> each.path("title").equals(panel.path("title")))
        .findFirst()
        .orElseThrow();
  }

  private static void compare(JsonNode panel, JsonNode twin, Interpolation with) {
    String title = panel.path("title").asText();
    List<Double> numbers = numbers(panel, with);
    assertThat(numbers).as(title).isNotEmpty();
    if (title.matches(DRAWN)) {
      return;
    }
    List<Double> wanted =
        Dashboard.list(twin.path("targets")).stream()
            .flatMap(target -> sources.ask(target, with).stream())
            .flatMap(frame -> frame.columnsOf(Number.class).stream().flatMap(frame::numbers))
            .filter(number -> number != 0)
            .sorted()
            .toList();
    assertThat(numbers)
        .as("%s: %s", title, panel.path("targets"))
        .usingElementComparator(
            (a, b) -> Math.abs(a - b) <= 1e-4 * Math.abs(a) ? 0 : Double.compare(a, b))
        .isEqualTo(wanted);
  }

  private static List<Double> numbers(JsonNode panel, Interpolation with) {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode target : panel.path("targets")) {
      boolean daily = target.path("interval").asText().equals("1d");
      Interpolation by =
          new Interpolation(
              with.chosen(), with.from(), with.to(), Duration.ofHours(daily ? 24 : 1));
      String query = URLEncoder.encode(by.promQl(target.path("expr").asText()), UTF_8);
      String path =
          target.path("instant").asBoolean()
              ? "query?time=" + END.getEpochSecond()
              : "query_range?start=%d&end=%d&step=%d"
                  .formatted(
                      END.minus(daily ? Duration.ofDays(1) : Duration.ofHours(47)).getEpochSecond(),
                      END.getEpochSecond(),
                      by.interval().toSeconds());
      for (JsonNode series : ask(path + "&nocache=1&query=" + query).at("/result")) {
        List<JsonNode> points =
            series.has("value")
                ? List.of(series.path("value"))
                : Dashboard.list(series.path("values"));
        points.forEach(
            point ->
                numbers.add(Double.valueOf(point.path(1).asText().replace("Inf", "Infinity"))));
      }
    }
    return numbers.stream().filter(each -> each != 0 && !each.isNaN()).sorted().toList();
  }

  private static List<String> labels(JsonNode variable, Interpolation with) {
    String query = Dashboard.query(variable);
    int comma = query.lastIndexOf(',');
    String series = with.promQl(query.substring("label_values(".length(), comma));
    String label = query.substring(comma + 1, query.length() - 1).strip();
    String path =
        "label/%s/values?start=%d&match%%5B%%5D=%s"
            .formatted(label, BEGIN.getEpochSecond(), URLEncoder.encode(series, UTF_8));
    return Dashboard.list(ask(path)).stream().map(JsonNode::asText).toList();
  }

  private static JsonNode ask(String path) {
    String text = victoriaMetrics.get("/api/v1/" + path);
    try {
      JsonNode answer = JSON.readTree(text);
      assertThat(answer.path("status").asText()).as(path + " -> " + text).isEqualTo("success");
      return answer.path("data");
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }
}
