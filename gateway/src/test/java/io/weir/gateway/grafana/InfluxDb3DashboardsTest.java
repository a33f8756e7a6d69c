package io.weir.gateway.grafana;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.log.Soak;
import io.weir.gateway.peers.Brought;
import io.weir.gateway.peers.InfluxDb;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The dashboards of InfluxDB 3 show the numbers that those of InfluxDB 1 show. Their SQL is asked
 * of DataFusion, the engine of InfluxDB 3, which stands in for the server.
 */
@Tag("server")
class InfluxDb3DashboardsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant BEGIN = Instant.parse("2026-03-02T00:00:00Z");
  private static final int DAYS = 3;
  private static final Instant END = BEGIN.plus(Duration.ofDays(DAYS));

  /** Of which figures come from rows of minutes, hours, shifts. */
  private static final List<Duration> RANGES =
      Soak.ON
          ? List.of(Duration.ofMinutes(110), Duration.ofHours(30), Duration.ofDays(20))
          : List.of(Duration.ofHours(30));

  /** Grafana fills the interval in; here the bins begin elsewhere. */
  private static final String BY_INTERVAL = "$__dateBin";

  @TempDir static Path folder;

  private static InfluxDb first;
  private static Process engine;
  private static BufferedWriter questions;
  private static BufferedReader answers;

  @BeforeAll
  static void fill() throws Exception {
    Path python = Brought.dataFusion().orFail();
    first = new InfluxDb(folder.resolve("first"));
    first.start();
    first.createDatabase("factory");
    URI one = URI.create(first.url() + "/write?db=factory");
    Path rows = folder.resolve("rows");
    try (BufferedWriter file = Files.newBufferedWriter(rows)) {
      new PlantOfRows(Soak.count(6, 12), BEGIN, DAYS, 1, Duration.ofMinutes(5), false)
          .write(
              batch -> {
                QueryTimes.post(one, String.join("\n", batch));
                append(file, batch);
              });
    }
    Path program = folder.resolve("store.py");
    try (InputStream script = InfluxDb3DashboardsTest.class.getResourceAsStream("store.py")) {
      Files.copy(Objects.requireNonNull(script), program);
    }
    engine =
        new ProcessBuilder(python.toString(), program.toString(), rows.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    questions = engine.outputWriter(UTF_8);
    answers = engine.inputReader(UTF_8);
  }

  private static void append(BufferedWriter file, List<String> batch) {
    try {
      for (String line : batch) {
        file.write(line + "\n");
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (engine != null) {
      questions.close();
      assertThat(engine.waitFor()).isZero();
    }
    if (first != null) {
      first.close();
    }
  }

  /** All in {@code make soak}, every sixth before each change. */
  static Stream<Dashboard> dashboards() {
    List<Dashboard> all =
        Dashboard.all().stream()
            .filter(each -> each.hasTag("weir-influxdb3") && each.variables().size() > 1)
            .toList();
    return all.stream().filter(each -> Soak.ON || all.indexOf(each) % 6 == 0);
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void theNumbersAreThoseOfInfluxDb1(Dashboard dashboard) throws IOException {
    String uid = dashboard.uid().replace("weir-influxdb3-", "weir-");
    Dashboard other =
        Dashboard.all().stream().filter(each -> each.uid().equals(uid)).findFirst().orElseThrow();
    DataSources one = new DataSources(q -> first.query("factory", q), null, null, BEGIN);
    for (Duration range : RANGES) {
      Map<String, Interpolation.Choice> chosen = new LinkedHashMap<>();
      Map<String, Interpolation.Choice> otherwise = new LinkedHashMap<>();
      Interpolation sql = new Interpolation(chosen, END.minus(range), END, Duration.ofMinutes(10));
      Interpolation influxQl =
          new Interpolation(otherwise, END.minus(range), END, Duration.ofMinutes(10));
      for (int i = 0; i < dashboard.variables().size(); i++) {
        choose(dashboard.variables().get(i), sql, other.variables().get(i), influxQl, one);
      }
      for (JsonNode mark : dashboard.json().at("/annotations/list")) {
        assertThat(ask(sql.sql(mark.at("/target/rawSql").asText())).path("columns").toString())
            .contains("\"time\"", "\"text\"");
      }
      for (int i = 0; i < dashboard.panels().size(); i++) {
        compare(dashboard.panels().get(i), sql, other.panels().get(i), influxQl, one);
      }
    }
  }

  private static void choose(
      JsonNode variable, Interpolation sql, JsonNode other, Interpolation influxQl, DataSources one)
      throws IOException {
    List<String> options = one.options(other, influxQl);
    List<String> offered = new ArrayList<>();
    ask(sql.sql(Dashboard.query(variable)))
        .path("rows")
        .forEach(row -> offered.add(row.path(0).asText()));
    assertThat(offered).as("%s", variable).containsExactlyInAnyOrderElementsOf(options);
    String name = variable.path("name").asText();
    boolean several = variable.path("multi").asBoolean();
    sql.chosen().put(name, choice(options, several ? variable : null));
    influxQl.chosen().put(name, choice(options, several ? other : null));
  }

  private static Interpolation.Choice choice(List<String> options, @Nullable JsonNode several) {
    return several == null
        ? Interpolation.Choice.one(options.get(0))
        : new Interpolation.Choice(options, several.path("allValue").asText());
  }

  private static void compare(
      JsonNode panel, Interpolation sql, JsonNode twin, Interpolation influxQl, DataSources one)
      throws IOException {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode target : panel.path("targets")) {
      if (target.has("rawSql")) {
        numbers.addAll(numbers(target, sql));
      }
    }
    if (panel.path("targets").toString().contains(BY_INTERVAL)) {
      assertThat(numbers).as(panel.path("title").asText()).isNotEmpty();
      return;
    }
    List<Double> wanted =
        Dashboard.list(twin.path("targets")).stream()
            .filter(target -> target.at("/datasource/type").asText().equals("influxdb"))
            .flatMap(target -> one.ask(target, influxQl).stream())
            .flatMap(frame -> frame.columnsOf(Number.class).stream().flatMap(frame::numbers))
            .filter(number -> number != 0)
            .sorted()
            .toList();
    if (panel.path("targets").toString().contains(" LIMIT ")) { // of several at one instant, any
      assertThat(numbers).as(panel.path("title").asText()).hasSameSizeAs(wanted);
      return;
    }
    assertThat(numbers.stream().filter(number -> number != 0).sorted().toList())
        .as("%s: %s", panel.path("title").asText(), panel.path("targets"))
        .usingElementComparator(
            (a, b) -> Math.abs(a - b) <= 1e-6 * Math.abs(a) ? 0 : Double.compare(a, b))
        .isEqualTo(wanted);
  }

  private static List<Double> numbers(JsonNode target, Interpolation sql) throws IOException {
    String query = target.path("rawSql").asText().replace(BY_INTERVAL + "(time)", "time");
    List<Double> numbers = new ArrayList<>();
    for (JsonNode row : ask(sql.sql(query)).path("rows")) {
      row.forEach(
          cell -> {
            if (cell.isNumber()) {
              numbers.add(cell.asDouble());
            }
          });
    }
    return numbers;
  }

  private static JsonNode ask(String sql) throws IOException {
    questions.write(
        JSON.writeValueAsString(sql.replaceAll("'([^']*)'::timestamp", "timestamp '$1'")));
    questions.newLine();
    questions.flush();
    JsonNode answer = JSON.readTree(answers.readLine());
    assertThat(answer.has("error")).as("%s: %s", sql, answer.path("error").asText()).isFalse();
    return answer;
  }
}
