package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** A gateway that is started again with other shifts while a shift runs. */
@Tag("slow")
class MovedShiftTest {

  private static final long BEGIN = StoredRows.nanos("2026-03-02T05:00:00Z");
  private static final long STEP = 40 * ShiftCalendar.SECOND;
  private static final String LINE = "s/a/l";
  private static final String OTHER = "s/a/l/n";

  private static EfficiencyConfigBuilder shifts(String... namesAndStarts) {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    for (int i = 0; i < namesAndStarts.length; i += 2) {
      String end = i + 3 < namesAndStarts.length ? namesAndStarts[i + 3] : namesAndStarts[1];
      config.shift(namesAndStarts[i], namesAndStarts[i + 1], end);
    }
    return config;
  }

  /** Two machines that run and now and then stand, from 05:00 on, up to an instant. */
  private static final class Plant {
    private final Random random;
    private long at = BEGIN;
    private int total;

    Plant(int seed) {
      random = new Random(seed);
    }

    void runTo(long end, FoldScenario... gateways) {
      for (; at < end; at += STEP) {
        String state = random.nextInt(12) == 0 ? "DOWN" : "RUNNING";
        total += random.nextInt(30);
        for (FoldScenario gateway : gateways) {
          gateway.from(
              FoldScenario.MACHINE, at, "state", state, "total", total, "reject", total / 9);
          gateway.from(OTHER, at, "state", state, "total", total, "reject", total / 7);
        }
      }
    }
  }

  /** Those of the second day. */
  private static Map<String, Map<String, Object>> figures(FoldScenario gateway) {
    Map<String, Map<String, Object>> figures = new TreeMap<>(gateway.store.content());
    figures
        .keySet()
        .removeIf(row -> !row.startsWith("efficiency ") || row.contains(" 2026-03-01T"));
    return figures;
  }

  @Test
  void aShiftThatIsMadeLongerKeepsWhatWasMade() {
    FoldScenario moved = new FoldScenario(shifts("early", "06:00", "late", "14:00"));
    EfficiencyConfigBuilder longer = shifts("early", "06:00", "late", "15:00");
    FoldScenario always = new FoldScenario(longer);
    Plant plant = new Plant(1);
    plant.runTo(StoredRows.nanos("2026-03-02T12:00:30Z"), moved, always);
    moved.restart(longer);
    plant.runTo(StoredRows.nanos("2026-03-02T16:00:00Z"), moved, always);
    assertThat(moved.number("shift", "early", "2026-03-02T06:00:00Z", "calendar_s"))
        .isEqualTo(9 * 3600);
    assertThat(StoredRows.differences(figures(moved.flush()), figures(always.flush()))).isEmpty();
  }

  @Test
  void aShiftThatIsMadeShorterEndsThere() {
    FoldScenario moved = new FoldScenario(shifts("early", "06:00", "late", "14:00"));
    EfficiencyConfigBuilder shorter = shifts("early", "06:00", "late", "13:00");
    FoldScenario always = new FoldScenario(shorter);
    Plant plant = new Plant(2);
    plant.runTo(StoredRows.nanos("2026-03-02T12:00:30Z"), moved, always);
    moved.restart(shorter);
    plant.runTo(StoredRows.nanos("2026-03-02T16:00:00Z"), moved, always);
    assertThat(StoredRows.differences(figures(moved.flush()), figures(always.flush()))).isEmpty();
  }

  @Test
  void aShiftThatIsMadeLongerAfterItsEndTakesInWhatTheNextOneHas() {
    FoldScenario moved = new FoldScenario(shifts("early", "06:00", "late", "14:00"));
    EfficiencyConfigBuilder longer = shifts("early", "06:00", "late", "15:00");
    FoldScenario always = new FoldScenario(longer);
    Plant plant = new Plant(3);
    plant.runTo(StoredRows.nanos("2026-03-02T14:05:10Z"), moved, always);
    moved.restart(longer);
    plant.runTo(StoredRows.nanos("2026-03-02T16:00:00Z"), moved, always);
    Map<String, Map<String, Object>> figures = figures(moved.flush());
    for (String level : List.of(FoldScenario.MACHINE, OTHER, LINE, "s/a", "s")) {
      Map<String, Object> late =
          moved.store.efficiency(level, "shift", "late", "2026-03-02T14:00:00Z");
      assertThat(late).as(level).containsEntry("calendar_s", 0.0).containsEntry("run_s", 0.0);
    }
    figures.keySet().removeIf(row -> row.contains("late} 2026-03-02T14:0"));
    assertThat(StoredRows.differences(figures, figures(always.flush()))).isEmpty();
  }

  @Test
  void aShiftWithAnotherNameIsNotCountedTwice() {
    FoldScenario moved = new FoldScenario(shifts("early", "06:00", "late", "14:00"));
    EfficiencyConfigBuilder named = shifts("morning", "06:00", "late", "14:00");
    FoldScenario always = new FoldScenario(named);
    Plant plant = new Plant(4);
    plant.runTo(StoredRows.nanos("2026-03-02T12:00:30Z"), moved, always);
    moved.restart(named);
    plant.runTo(StoredRows.nanos("2026-03-02T16:00:00Z"), moved, always);
    assertThat(moved.flush().number("shift", "early", "2026-03-02T06:00:00Z", "calendar_s"))
        .isZero();
    Map<String, Map<String, Object>> figures = figures(moved);
    figures.keySet().removeIf(row -> row.contains("shift=early}"));
    Map<String, Map<String, Object>> right = figures(always.flush());
    for (Map<String, Map<String, Object>> each : List.of(figures, right)) {
      each.keySet().removeIf(row -> row.contains("bucket=minute")); // final under the old name
    }
    assertThat(StoredRows.differences(figures, right)).isEmpty();
  }

  /**
   * Whatever moves, and whenever: a row is that of a gateway that always had these shifts, or it
   * stays as it stood at the restart. So no row is replaced by a part of itself.
   */
  @ParameterizedTest
  @Seeds(few = 1, all = 8)
  void noRowIsReplacedByAPartOfItself(int seed) {
    Random random = new Random(seed);
    FoldScenario moved = new FoldScenario(anyShifts(random));
    EfficiencyConfigBuilder changed = anyShifts(random);
    FoldScenario always = new FoldScenario(changed);
    Plant plant = new Plant(seed);
    long restart = BEGIN + (long) (random.nextDouble() * 14 * ShiftCalendar.HOUR);
    plant.runTo(restart, moved, always);
    Map<String, Map<String, Object>> stood = figures(moved.flush());
    moved.restart(changed);
    plant.runTo(BEGIN + 24 * ShiftCalendar.HOUR, moved, always);
    Map<String, Map<String, Object>> right = figures(always.flush());
    List<String> wrong = new ArrayList<>();
    Map<String, Map<String, Object>> is = figures(moved.flush());
    is.forEach(
        (row, fields) -> {
          boolean takenBack = Double.valueOf(0).equals(fields.get("calendar_s"));
          if (!takenBack && !fields.equals(right.get(row)) && !fields.equals(stood.get(row))) {
            wrong.addAll(
                StoredRows.differences(
                    Map.of(row, fields), Map.of(row, right.getOrDefault(row, Map.of()))));
          }
        });
    assertThat(wrong).isEmpty();
    long end = BEGIN + 23 * ShiftCalendar.HOUR;
    ShiftCalendar calendar = new ShiftCalendar(ZoneOffset.UTC, changed.calendar());
    long next = calendar.at(restart).whole().end();
    right.forEach(
        (row, fields) -> {
          long start = StoredRows.nanos(row.substring(row.lastIndexOf(' ') + 1));
          if (row.startsWith("efficiency ") && start >= next && start < end - ShiftCalendar.HOUR) {
            assertThat(is).as("what begins later").containsKey(row);
          }
        });
  }

  private static EfficiencyConfigBuilder anyShifts(Random random) {
    int count = 1 + random.nextInt(3);
    int first = random.nextInt(3) == 0 ? 5 * 60 + random.nextInt(120) : 360;
    List<String> shifts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int minute = (first + i * 24 * 60 / count + (i == 0 ? 0 : random.nextInt(240) - 120)) % 1440;
      shifts.add((random.nextInt(4) == 0 ? "other" : "shift") + i);
      shifts.add(LocalTime.ofSecondOfDay(minute * 60L).toString());
    }
    return shifts(shifts.toArray(String[]::new));
  }
}
