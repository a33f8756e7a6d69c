package io.weir.gateway.efficiency.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.FoldScenario;
import io.weir.gateway.efficiency.StoredRows;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.MachineState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which stop has which reason. */
class ReasonsTest {

  private static final long START = StoredRows.nanos("2026-03-02T06:00:00Z");

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  ReasonsTest() {
    config.microStop = Duration.ZERO;
    config.silentAfter = Duration.ofHours(1);
    config.state = reasonOf("why");
  }

  private static EfficiencyConfig.StateMapping reasonOf(String metric) {
    return new EfficiencyConfig.StateMapping(
        List.of(new EfficiencyConfig.Signal("state", EfficiencyConfigBuilder.WORDS, null)), metric);
  }

  private static FoldScenario read(FoldScenario scenario, long second, Object... fields) {
    return scenario.from(FoldScenario.MACHINE, START + second * ShiftCalendar.SECOND, fields);
  }

  /** The reasons of the stops that are over, in the order of time. */
  private static List<String> reasons(FoldScenario scenario) {
    return scenario.flush().store.stops(FoldScenario.MACHINE).stream()
        .filter(stop -> stop.endsWith("x1.0"))
        .map(stop -> stop.replaceAll(".*reason=(.*), shift.*", "$1"))
        .toList();
  }

  @Test
  void aReasonThatEachMessageRepeatsBelongsToTheStopInWhichItCameAndToNoOther() {
    FoldScenario scenario = new FoldScenario(config);
    read(scenario, 0, "state", "RUNNING", "why", "");
    read(scenario, 60, "state", "DOWN", "why", "jam");
    read(scenario, 90, "state", "DOWN", "why", "jam");
    for (int second = 120; second < 600; second += 10) {
      read(scenario, second, "state", "RUNNING", "why", "jam");
    }
    read(scenario, 600, "state", "IDLE", "why", "jam");
    read(scenario, 700, "state", "RUNNING", "why", "jam");
    read(scenario, 800, "state", "DOWN", "why", "leak");
    read(scenario, 900, "state", "RUNNING", "why", "leak");
    assertThat(reasons(scenario)).containsExactly("jam", "IDLE", "leak");
  }

  @Test
  void theSameReasonIsReportedAgainWhereItWasAbsentAfterAStop() {
    FoldScenario scenario = new FoldScenario(config);
    read(scenario, 0, "state", "RUNNING");
    read(scenario, 60, "state", "DOWN", "why", "jam");
    read(scenario, 120, "state", "RUNNING");
    read(scenario, 180, "state", "DOWN");
    read(scenario, 185, "why", "jam");
    read(scenario, 240, "state", "RUNNING").restart();
    read(scenario, 300, "state", "DOWN");
    read(scenario, 360, "state", "RUNNING");
    assertThat(reasons(scenario)).containsExactly("jam", "jam", "DOWN");
  }

  @Test
  void aReasonShortlyBeforeAStopIsThatStopsAndIsUsedOnce() {
    FoldScenario scenario = new FoldScenario(config);
    read(scenario, 0, "state", "RUNNING");
    read(scenario, 100, "why", "door");
    read(scenario, 160, "state", "IDLE");
    read(scenario, 200, "state", "RUNNING");
    read(scenario, 201, "state", "IDLE");
    read(scenario, 300, "state", "RUNNING", "why", "");
    read(scenario, 400, "why", "door");
    read(scenario, 461, "state", "IDLE");
    read(scenario, 500, "state", "RUNNING");
    read(scenario, 501, "why", "lunch");
    read(scenario, 502, "why", "");
    read(scenario, 503, "state", "IDLE");
    read(scenario, 600, "state", "RUNNING");
    assertThat(reasons(scenario)).containsExactly("door", "IDLE", "IDLE", "IDLE");
    config.reasonBefore = Duration.ofSeconds(61);
    FoldScenario longer = new FoldScenario(config);
    read(longer, 0, "state", "RUNNING");
    read(longer, 400, "why", "door");
    read(longer, 461, "state", "IDLE");
    read(longer, 500, "state", "RUNNING");
    assertThat(reasons(longer)).containsExactly("door");
  }

  @Test
  void eachStateSignalMayHaveAReasonOfItsOwn() {
    config.state =
        new EfficiencyConfig.StateMapping(
            List.of(
                new EfficiencyConfig.Signal(
                    "alarm", Map.of("true", MachineState.DOWN), null, "alarm_text"),
                new EfficiencyConfig.Signal("state", EfficiencyConfigBuilder.WORDS, null, "why")));
    FoldScenario scenario = new FoldScenario(config);
    Object[] running = {"alarm", false, "state", "RUNNING", "alarm_text", "", "why", "shift begin"};
    read(scenario, 0, running);
    read(scenario, 200, "alarm", true, "state", "IDLE", "alarm_text", "E12", "why", "lunch");
    read(scenario, 300, running);
    read(scenario, 500, "alarm", false, "state", "IDLE", "alarm_text", "E13", "why", "meeting");
    read(scenario, 600, running);
    read(
        scenario,
        900,
        "alarm",
        true,
        "state",
        "RUNNING",
        "alarm_text",
        "E13",
        "why",
        "shift begin");
    read(scenario, 950, running);
    read(scenario, 1020, running);
    assertThat(reasons(scenario)).containsExactly("E12", "meeting", "E13");
  }

  // ---- the rule once more, with all readings known

  private record Told(long second, @Nullable String state, @Nullable String why) {}

  private record Stop(long start, long end, String word) {}

  private static List<Stop> stops(List<Told> told) {
    List<Stop> stops = new ArrayList<>();
    String state = "RUNNING";
    long since = 0;
    for (Told each : told) {
      if (each.state != null && !each.state.equals(state)) {
        if (!state.equals("RUNNING")) {
          stops.add(new Stop(since, each.second, state));
        }
        state = each.state;
        since = each.second;
      }
    }
    return stops;
  }

  /** The readings that report a reason. */
  private static List<Told> reports(List<Told> told, List<Stop> stops) {
    List<Told> reports = new ArrayList<>();
    String before = "";
    long reportedAt = -1;
    for (Told each : told) {
      if (each.why == null) {
        continue;
      }
      long after = reportedAt;
      boolean absent =
          told.stream()
              .anyMatch(
                  other ->
                      other.second < each.second
                          && other.state != null
                          && other.why == null
                          && stops.stream()
                              .anyMatch(stop -> stop.end > after && stop.end <= other.second));
      if (!each.why.isEmpty() && (!each.why.equals(before) || absent)) {
        reports.add(each);
        reportedAt = each.second;
      }
      before = each.why;
    }
    return reports;
  }

  private static List<String> expected(List<Told> told) {
    List<Stop> stops = stops(told);
    List<Told> reports = reports(told, stops);
    List<String> reasons = new ArrayList<>();
    for (Stop stop : stops) {
      Told in =
          reports.stream()
              .filter(report -> report.second >= stop.start && report.second < stop.end)
              .findFirst()
              .orElse(null);
      Told before = null;
      for (Told each : told) {
        boolean inAnother =
            stops.stream().anyMatch(s -> each.second >= s.start && each.second < s.end);
        boolean stopBetween =
            stops.stream().anyMatch(s -> s.start > each.second && s.start < stop.start);
        if (each.second < stop.start && !inAnother && !stopBetween) {
          before = "".equals(each.why) ? null : reports.contains(each) ? each : before;
        }
      }
      boolean cleared = told.stream().anyMatch(t -> t.second == stop.start && "".equals(t.why));
      boolean near = before != null && !cleared && stop.start - before.second <= 60;
      reasons.add(in != null ? in.why : near && before != null ? before.why : stop.word);
    }
    return reasons;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void everyStopHasTheReasonOfTheRuleForAnyReadingsAlsoAfterRestarts(int seed) {
    Random random = new Random(seed);
    String[] states = {"RUNNING", "RUNNING", "DOWN", "IDLE"};
    String[] whys = {"jam", "leak", ""};
    boolean whole = random.nextBoolean(); // whether each message tells the reason
    List<Told> told = new ArrayList<>(List.of(new Told(0, "RUNNING", null)));
    FoldScenario scenario = new FoldScenario(config);
    read(scenario, 0, "state", "RUNNING");
    String why = "";
    for (long second = 1; told.size() < 300; second += 1 + random.nextInt(40)) {
      String state = random.nextInt(3) == 0 ? null : states[random.nextInt(states.length)];
      boolean changes = random.nextInt(whole ? 12 : 4) == 0;
      why = changes ? whys[random.nextInt(whys.length)] : why;
      boolean tells = whole ? random.nextInt(20) > 0 : changes;
      if (state != null || tells) {
        told.add(new Told(second, state, tells ? why : null));
        List<Object> fields = new ArrayList<>();
        if (state != null) {
          fields.addAll(List.of("state", state));
        }
        if (tells) {
          fields.addAll(List.of("why", why));
        }
        read(scenario, second, fields.toArray());
        if (random.nextInt(50) == 0) {
          scenario.restart();
        }
      }
    }
    long end = told.get(told.size() - 1).second + 30;
    told.add(new Told(end, "RUNNING", null));
    read(scenario, end, "state", "RUNNING");
    read(scenario, end + 60, "state", "RUNNING");
    List<String> expected = expected(told);
    assertThat(expected).hasSizeGreaterThan(40).contains("jam", "DOWN");
    assertThat(reasons(scenario)).isEqualTo(expected);
  }
}
