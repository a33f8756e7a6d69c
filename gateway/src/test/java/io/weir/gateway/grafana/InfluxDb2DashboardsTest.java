package io.weir.gateway.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.log.Soak;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.peers.InfluxDb2;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** InfluxDB 2 answers every query of the dashboards for InfluxDB as InfluxDB 1 does. */
@Tag("server")
@Tag("soak")
class InfluxDb2DashboardsTest {

  private static final Instant BEGIN = Instant.parse("2026-03-02T00:00:00Z");
  private static final int DAYS = 3;
  private static final Instant END = BEGIN.plus(Duration.ofDays(DAYS));

  /** Of which figures come from rows of minutes, hours, shifts, days. */
  private static final List<Duration> RANGES =
      Soak.ON
          ? List.of(
              Duration.ofHours(2),
              Duration.ofHours(5),
              Duration.ofDays(2),
              Duration.ofDays(20),
              Duration.ofDays(90))
          : List.of(Duration.ofHours(2), Duration.ofDays(20));

  @TempDir static Path folder;

  private static InfluxDb first;
  private static InfluxDb2 second;

  @BeforeAll
  static void fill() throws Exception {
    InfluxDb2.orFail();
    first = new InfluxDb(folder.resolve("first"));
    first.start();
    first.createDatabase("factory");
    second = new InfluxDb2(folder.resolve("second"));
    second.start("factory");
    URI one = URI.create(first.url() + "/write?db=factory");
    URI two = URI.create(second.url() + "/api/v2/write?bucket=factory&org=" + InfluxDb2.ORG);
    new PlantOfRows(Soak.count(6, 12), BEGIN, DAYS, 1, Duration.ofMinutes(5), false)
        .write(
            batch -> {
              QueryTimes.post(one, String.join("\n", batch));
              write(two, String.join("\n", batch));
            });
  }

  private static void write(URI uri, String lines) {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Token " + InfluxDb2.TOKEN)
            .POST(HttpRequest.BodyPublishers.ofString(lines))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString()).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
  }

  @AfterAll
  static void stop() throws Exception {
    if (second != null) {
      second.close();
    }
    if (first != null) {
      first.close();
    }
  }

  static Stream<Dashboard> dashboards() {
    return Dashboard.all().stream()
        .filter(each -> each.hasTag("weir-influxdb") && each.variables().size() > 1);
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void bothVersionsShowTheSame(Dashboard dashboard) {
    DataSources one = new DataSources(q -> first.query("factory", q), null, null, BEGIN);
    DataSources two = new DataSources(q -> second.query("factory", q), null, null, BEGIN);
    for (Duration range : RANGES) {
      Map<String, Interpolation.Choice> chosen = new LinkedHashMap<>();
      Interpolation with = new Interpolation(chosen, END.minus(range), END, Duration.ofMinutes(10));
      for (JsonNode variable : dashboard.variables()) {
        List<String> options = one.options(variable, with);
        assertThat(two.options(variable, with)).isNotEmpty().isEqualTo(options);
        chosen.put(
            variable.path("name").asText(),
            variable.path("multi").asBoolean()
                ? new Interpolation.Choice(options, variable.path("allValue").asText())
                : Interpolation.Choice.one(options.get(0)));
      }
      for (JsonNode panel : dashboard.panels()) {
        for (JsonNode target : panel.path("targets")) {
          if (target.at("/datasource/type").asText().equals("influxdb")) {
            assertThat(two.ask(target, with))
                .as("%s in %s", panel.path("title").asText(), range)
                .isEqualTo(one.ask(target, with));
          }
        }
      }
    }
  }
}
