package io.weir.gateway.grafana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.peers.Brought;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every dashboard in the frontend libraries of Grafana, on data of the real stores. */
@Tag("server")
@Tag("soak")
class ScenesTest {

  @TempDir static Path folder;

  private static SceneStores stores;
  private static Scenes scenes;
  private static SceneCheck check;

  @BeforeAll
  static void begin() throws Exception {
    Path installed = Brought.grafanaScenes().orFail();
    stores = new SceneStores(folder);
    scenes = new Scenes(installed, folder, stores);
    check = new SceneCheck(scenes, Dashboard.all());
  }

  @AfterAll
  static void end() throws Exception {
    if (scenes != null) {
      scenes.close();
    }
    if (stores != null) {
      stores.close();
    }
  }

  /** Of InfluxDB 3 there is no server, and of the gateway no data. */
  static Stream<Dashboard> dashboards() {
    return Dashboard.all().stream()
        .filter(each -> each.uid().equals("weir-gateway") || !each.hasTag("weir-influxdb3"));
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void variablesRangesAndLinksOfEveryDashboardCanBeFollowed(Dashboard dashboard) throws Exception {
    boolean draws = dashboard.hasTag("weir-influxdb") || Boolean.getBoolean("weir.pictures");
    assertThat(check.faults(dashboard.json(), draws)).isEmpty();
  }

  /** On a page that is 1600 pixels wide: as soon as a curve would move by one. */
  @Test
  void theLongerTheRangeTheMoreSeldomADashboardAsksAgain() throws Exception {
    JsonNode overview = find("weir-overview").json();
    scenes.open(overview, "/d/weir-overview", false);
    assertThat(
            Stream.of("now-1h", "now-24h", "now-7d", "now-30d", "now-90d")
                .map(from -> scenes.range(from).path("refreshes").asText()))
        .containsExactly("5s", "1m", "5m", "30m", "1h");
  }

  @ParameterizedTest
  @ValueSource(strings = {"weir-", "weir-questdb-", "weir-victoriametrics-"})
  void theCumulativeShareIsInTheTimeOfAllReasonsOfTheTable(String store) throws Exception {
    Dashboard downtime = find(store + "downtime");
    JsonNode seen = scenes.open(downtime.json(), "/d/" + downtime.uid(), false);
    JsonNode cells =
        Dashboard.list(seen.path("panels")).stream()
            .filter(each -> each.path("title").asText().equals("Causes, with cumulative share"))
            .findFirst()
            .orElseThrow()
            .path("cells");
    double[] times = numbers(cells.path("Time"));
    double all = Arrays.stream(times).sum();
    assertThat(times.length).isGreaterThan(10);
    double above = 0;
    double[] shares = numbers(cells.path("Cumulative (%)"));
    for (int i = 0; i < times.length; i++) {
      assertThat(times[i]).isLessThanOrEqualTo(i == 0 ? all : times[i - 1]);
      above += times[i];
      assertThat(shares[i]).isCloseTo(above / all, within(1e-9));
    }
  }

  private static double[] numbers(JsonNode values) {
    return Dashboard.list(values).stream().mapToDouble(JsonNode::asDouble).toArray();
  }

  private static Dashboard find(String uid) {
    return Dashboard.all().stream()
        .filter(each -> each.uid().equals(uid))
        .findFirst()
        .orElseThrow();
  }

  /** What is replaced in a right file, and what is then said of it. */
  private static final List<List<String>> BROKEN =
      List.of(
          List.of("/d/weir-line\\?\\$\\{__url_time_range}&", "/d/weir-line?", "has not the range"),
          List.of("/d/weir-machine\\?", "/d/weir-machines?", "no dashboard for /d/weir-machines"),
          List.of("\\$\\{shift:queryparam}", "\\${shifts:queryparam}", "shifts:queryparam}"),
          List.of(
              "/d/weir-line\\?\\$\\{datasource:queryparam}",
              "$0&\\${line:queryparam}",
              "one line there"),
          List.of("/d/weir-wall\\?", "$0var-machine=press-01&", "no variable machine there"),
          List.of("&var-area=\\$\\{__data.fields.area:percentencode}", "", "not say which area"),
          List.of("=~ /\\^\\$\\{line:regex}", "=~ /^\\${lines:regex}", "asks with ${lines:regex"),
          List.of(
              "\"options\": \"Availability\"",
              "\"options\": \"Available\"",
              "where Availability (%) is named"),
          List.of("WITH KEY = \\\\\"area", "WITH KEY = \\\\\"hall", "variable area has"),
          List.of("sum\\(setup_s\\)", "summe(setup_s)", "panel Time lost, by kind: "));

  static Stream<Arguments> broken() {
    return BROKEN.stream().map(List::toArray).map(Arguments::of);
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("broken")
  void aFaultOfEachKindIsSeen(String right, String wrong, String said) throws Exception {
    String file = Files.readString(find("weir-overview").file());
    String broken = file.replaceAll(right, wrong);
    assertThat(broken.equals(file)).as("nothing is broken").isFalse();
    assertThat(check.faultsAtFirst(new ObjectMapper().readTree(broken), false))
        .anyMatch(fault -> fault.contains(said));
  }

  @Test
  void aTableThatIsWiderThanItsPanelIsSeen() throws Exception {
    String wide =
        Files.readString(find("weir-overview").file())
            .replace("\"minWidth\": 80", "\"minWidth\": 150");
    assertThat(check.faultsAtFirst(new ObjectMapper().readTree(wide), true))
        .anyMatch(fault -> fault.contains("columns cut off: Lines, current shift"));
  }
}
