package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of one plant that work in different shifts. */
@Tag("slow")
class LineCalendarsTest {

  private static final long BEGIN = StoredRows.nanos("2026-03-02T03:00:00Z");
  private static final List<String> LINES = List.of("s/a/l", "s/a/k", "s/b/j");
  private static final List<String> MACHINES =
      List.of("s/a/l/m", "s/a/l/n", "s/a/k/o", "s/b/j/p", "s/b/j/q");

  /** Fields that an area has of its lines by adding them up. */
  private static final List<String> SUMS =
      List.of(
          "calendar_s",
          "planned_busy_s",
          "planned_stop_s",
          "run_s",
          "down_s",
          "unknown_s",
          "failures",
          "members",
          "expected");

  private static EfficiencyConfigBuilder threeShifts() {
    return new EfficiencyConfigBuilder()
        .shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("09:00", 30))
        .shift("late", "14:00", "22:00")
        .shift("night", "22:00", "06:00");
  }

  /** Of the same name as that of the others, from the same time on, and shorter. */
  private static EfficiencyConfigBuilder twoShifts() {
    EfficiencyConfigBuilder calendar = new EfficiencyConfigBuilder();
    calendar.productionDay = "06:00";
    return calendar.shift("early", "06:00", "12:00").shift("day", "12:00", "20:00");
  }

  private static EfficiencyConfigBuilder oneShift() {
    return new EfficiencyConfigBuilder().shift("day", "08:00", "16:30");
  }

  private static EfficiencyConfigBuilder mixed() {
    return threeShifts().calendarOf("s/a/k", twoShifts()).calendarOf("*/b", oneShift());
  }

  private static List<Message> readings(Random random, int hours) {
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    List<Message> messages = new ArrayList<>();
    int[] totals = new int[MACHINES.size()];
    for (long at = BEGIN; at < BEGIN + hours * ShiftCalendar.HOUR; at += 100 * 1_000_000_000L) {
      for (int i = 0; i < totals.length; i++) {
        totals[i] += random.nextInt(40);
        String state = random.nextInt(8) == 0 ? "DOWN" : "RUNNING";
        if (random.nextInt(30) > 0) {
          messages.add(
              scenario.message(
                  MACHINES.get(i),
                  at,
                  at,
                  Quality.GOOD,
                  "state",
                  state,
                  "total",
                  totals[i],
                  "reject",
                  totals[i] / 9));
        }
      }
    }
    return messages;
  }

  private static StoredRows rows(EfficiencyConfigBuilder config, List<Message> messages) {
    FoldScenario scenario = new FoldScenario(config);
    for (int i = 0; i < messages.size(); i++) {
      scenario.accept(messages.get(i));
      if (i % 900 == 0) {
        scenario.flush();
      }
    }
    return scenario.flush().store;
  }

  /** Of a machine or a line, and all machines of it. */
  private static Map<String, Map<String, Object>> of(StoredRows store, String line) {
    Map<String, Map<String, Object>> rows = new TreeMap<>(store.content());
    rows.keySet().removeIf(name -> !name.contains(" " + line + " ") && !name.contains(line + "/"));
    return rows;
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(ints = {1})
  void eachLineHasTheRowsOfAPlantThatAllWorksInItsShifts(int seed) {
    List<Message> messages = readings(new Random(seed), 20);
    StoredRows store = rows(mixed(), messages);
    List<EfficiencyConfigBuilder> alone = List.of(threeShifts(), twoShifts(), oneShift());
    for (int i = 0; i < LINES.size(); i++) {
      String line = LINES.get(i);
      StoredRows uniform = rows(alone.get(i), messages);
      assertThat(of(store, line)).hasSizeGreaterThan(1000);
      assertThat(StoredRows.differences(of(store, line), of(uniform, line))).isEmpty();
    }
  }

  private static double number(Map<String, Object> row, String field) {
    return row.get(field) instanceof Double value ? value : 0;
  }

  /** Every row of a line is in one row of its area and one of its site, and nothing else is. */
  private static void assertThatLevelsAreSumsOfTheirLines(StoredRows store) {
    for (String level : List.of("s/a", "s/b", "s")) {
      Map<String, Map<String, Double>> expected = new TreeMap<>();
      for (String line : LINES) {
        if (line.startsWith(level + "/")) {
          store
              .rows("efficiency " + line + " {")
              .forEach(
                  (name, row) -> {
                    String bucket = name.substring(name.indexOf('{')).replace("level=line, ", "");
                    Map<String, Double> sums =
                        expected.computeIfAbsent(bucket, absent -> new TreeMap<>());
                    boolean isTakenBack = number(row, "members") == 0;
                    SUMS.forEach(
                        field ->
                            sums.merge(field, isTakenBack ? 0 : number(row, field), Double::sum));
                  });
        }
      }
      Map<String, Map<String, Double>> found = new TreeMap<>();
      store
          .rows("efficiency " + level + " {")
          .forEach(
              (name, row) -> {
                Map<String, Double> sums = new TreeMap<>();
                SUMS.forEach(field -> sums.put(field, number(row, field)));
                String bucket = name.substring(name.indexOf('{'));
                found.put(bucket.replaceAll("level=[a-z]*, ", ""), sums);
              });
      assertThat(found.keySet()).isEqualTo(expected.keySet());
      TreeSet<String> wrong = new TreeSet<>(found.keySet());
      wrong.removeIf(
          name ->
              SUMS.stream()
                  .allMatch(
                      field ->
                          Math.abs(
                                  Objects.requireNonNull(found.get(name)).get(field)
                                      - Objects.requireNonNull(expected.get(name)).get(field))
                              < 1e-6));
      assertThat(wrong).as(level).isEmpty();
    }
  }

  @Test
  void eachRowOfALineIsInOneRowOfItsAreaAndOneOfItsSite() {
    StoredRows store = rows(mixed(), readings(new Random(3), 30));
    assertThatLevelsAreSumsOfTheirLines(store);
    String begin = "2026-03-02T06:00:00Z";
    Map<String, Object> area = store.efficiency("s/a", "shift", "early", begin);
    assertThat(area).containsEntry("calendar_s", 2 * 8 * 3600.0 + 6 * 3600);
    assertThat(area).containsEntry("members", 3.0).containsEntry("expected", 3.0);
    assertThat(area).containsEntry("final", true);
    assertThat(store.efficiency("s/a", "shift", "day", "2026-03-02T12:00:00Z"))
        .containsEntry("members", 1.0)
        .containsEntry("expected", 1.0)
        .containsEntry("final", true);
    assertThat(store.efficiency("s", "day", "all", "2026-03-02T00:00:00Z"))
        .containsEntry("expected", 4.0);
    assertThat(store.efficiency("s", "day", "all", "2026-03-02T06:00:00Z"))
        .containsEntry("expected", 1.0);
    assertThat(store.efficiency("s", "hour", "all", "2026-03-02T07:00:00Z"))
        .containsEntry("expected", 5.0);
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(ints = {4})
  void aRestartChangesNothing(int seed) {
    Random random = new Random(seed);
    List<Message> messages = readings(random, 20);
    FoldScenario restarted = new FoldScenario(mixed());
    for (Message message : messages) {
      restarted.accept(message);
      if (random.nextInt(1500) == 0) {
        restarted.restart();
      }
    }
    StoredRows store = restarted.flush().store;
    assertThat(StoredRows.differences(store, rows(mixed(), messages))).isEmpty();
  }

  /** The revision of a row never falls, although a part of it leaves. */
  @Test
  void aLineThatGetsOtherShiftsLeavesThoseOfItsAreaToTheOthers() {
    List<Message> messages = readings(new Random(6), 13);
    FoldScenario scenario = new FoldScenario(threeShifts());
    boolean changed = false;
    for (Message message : messages) {
      if (!changed && message.receiveTimeNs() > StoredRows.nanos("2026-03-02T06:40:00Z")) {
        changed = true;
        EfficiencyConfigBuilder other = threeShifts();
        other.calendarOf("s/a/k", new EfficiencyConfigBuilder().shift("x", "06:00", "12:00"));
        scenario.restart(other);
      }
      scenario.accept(message);
    }
    scenario.flush();
    assertThat(scenario.revisions.fell).isEmpty();
    String begin = "2026-03-02T06:00:00Z";
    assertThat(scenario.store.efficiency("s/a/k", "shift", "early", begin))
        .containsEntry("members", 0.0)
        .containsEntry("calendar_s", 0.0);
    assertThat(scenario.store.efficiency("s/a", "shift", "early", begin))
        .containsEntry("members", 2.0)
        .containsEntry("expected", 2.0)
        .containsEntry("calendar_s", 2 * 8 * 3600.0);
    assertThat(scenario.store.efficiency("s/a", "shift", "x", begin))
        .containsEntry("calendar_s", 6 * 3600.0);
    assertThatLevelsAreSumsOfTheirLines(scenario.store);
  }
}
