package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold for the pieces of any shift, however often its counts are told. */
class PiecesPropertiesTest {

  private static final String START = "2026-03-02T06:00:00Z";
  private static final int STEPS = 3 * 60 * 2;
  private static final long STEP = 30 * ShiftCalendar.SECOND;

  /** A shift of half minutes: what the machine does, what can be seen of it, what it has made. */
  private static final class Shift {
    final String[] states = new String[STEPS + 1];
    final boolean[] silent = new boolean[STEPS + 1];
    final double[] total = new double[STEPS + 1];
    final double[] scrap = new double[STEPS + 1];

    /**
     * @param steady whether a piece is made each second, a fifth of them is scrap, and the machine
     *     runs wherever it is silent
     */
    Shift(Random random, boolean steady) {
      String state = "RUNNING";
      for (int i = 0; i <= STEPS; i++) {
        if (random.nextInt(15) == 0 && (!steady || i == 0 || !silent[i - 1])) {
          state = List.of("RUNNING", "RUNNING", "IDLE", "DOWN", "SETUP").get(random.nextInt(5));
        }
        states[i] = state;
        boolean runs = i > 0 && state.equals("RUNNING") && state.equals(states[i - 1]);
        boolean may = i > 0 && i < STEPS && (!steady || runs);
        silent[i] = may && (silent[i - 1] ? random.nextInt(6) > 0 : random.nextInt(40) == 0);
      }
      for (int i = 1; i <= STEPS; i++) {
        boolean ran = states[i - 1].equals("RUNNING");
        double made = !ran ? 0 : steady ? 30 : random.nextInt(31);
        double bad = steady ? made / 5 : made == 0 ? 0 : random.nextInt((int) made + 1) / 3;
        total[i] = total[i - 1] + made;
        scrap[i] = scrap[i - 1] + bad;
      }
    }

    /** The row of the shift, if each count is told once in so many half minutes. */
    Map<String, Object> told(Random random, int totalSeldom, int scrapSeldom, boolean together) {
      EfficiencyConfigBuilder config =
          new EfficiencyConfigBuilder().shift("early", "06:00", "09:00");
      config.counts =
          EfficiencyConfigBuilder.count(
              "total", null, "reject", EfficiencyConfig.CountKind.CUMULATIVE, 0);
      FoldScenario scenario = new FoldScenario(config);
      for (int i = 0; i <= STEPS; i++) {
        if (silent[i]) {
          continue;
        }
        boolean edge = i == 0 || i == STEPS;
        List<Object> fields = new ArrayList<>(List.of("state", states[i]));
        boolean tellsTotal = edge || random.nextInt(totalSeldom) == 0;
        if (tellsTotal) {
          fields.addAll(List.of("total", total[i]));
        }
        if (edge || (random.nextInt(scrapSeldom) == 0 && (tellsTotal || !together))) {
          fields.addAll(List.of("reject", scrap[i]));
        }
        scenario.from(FoldScenario.MACHINE, StoredRows.nanos(START) + i * STEP, fields.toArray());
      }
      scenario.alive("2026-03-02T09:00:30Z", "2026-03-02T09:15:00Z").flush();
      return scenario.store.efficiency(FoldScenario.MACHINE, "shift", "early", START);
    }
  }

  private static double number(Map<String, Object> row, String field) {
    return (Double) row.get(field);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void howOftenACountIsToldChangesNoFigure(int seed) {
    Random random = new Random(seed);
    Shift shift = new Shift(random, true);
    Map<String, Object> always = shift.told(random, 1, 1, true);
    for (int seldom : new int[] {20, 1_000_000}) {
      Map<String, Object> row = shift.told(random, random.nextInt(seldom) + 1, seldom, true);
      always.forEach(
          (field, value) -> {
            if (value instanceof Double number && !field.equals("implausible")) {
              assertThat(number(row, field)).as(field).isEqualTo(number, within(1e-3));
            }
          });
      // where scrap is told at other instants than the total, its part of a gap is less exact
      Map<String, Object> apart = shift.told(random, random.nextInt(20) + 1, seldom, false);
      assertThat(number(apart, "gap_total")).isEqualTo(number(always, "gap_total"), within(1e-3));
      assertThat(number(apart, "oee")).isEqualTo(number(always, "oee"), within(0.02));
    }
    assertThat(number(always, "gap_total")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void theCountsOfAShiftAreTheDifferencesOfItsCountersWhateverTheSilence(int seed) {
    Random random = new Random(seed);
    Shift shift = new Shift(random, false);
    for (int seldom : new int[] {1, 20, 1_000_000}) {
      Map<String, Object> row = shift.told(random, random.nextInt(seldom) + 1, seldom, true);
      assertThat(number(row, "total")).isEqualTo(shift.total[STEPS]);
      assertThat(number(row, "scrap")).isEqualTo(shift.scrap[STEPS]);
      assertThat(number(row, "good")).isEqualTo(shift.total[STEPS] - shift.scrap[STEPS]);
      double gapScrap = number(row, "gap_total") - number(row, "gap_good");
      assertThat(gapScrap).isBetween(-1e-3, shift.scrap[STEPS] + 1e-3);
      assertThat(number(row, "gap_good")).isBetween(-1e-3, number(row, "good") + 1e-3);
      assertThat(number(row, "oee")).isNotNegative();
      // the ideal cycle is a second
      assertThat(number(row, "ideal_total_s"))
          .isEqualTo(number(row, "total") - number(row, "gap_total"), within(1e-3));
      assertThat(number(row, "ideal_good_s"))
          .isEqualTo(number(row, "good") - number(row, "gap_good"), within(1e-3));
    }
  }

  /** The id of an order comes with its first count or before it, in between empty or again. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void theCountsOfAllOrdersAreTheTotalHoweverTheirCountersStand(int seed) {
    Random random = new Random(seed);
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.counts =
        new EfficiencyConfig.Counts(
            "total", null, "reject", null, EfficiencyConfig.CountKind.ORDER, 0, false, "order");
    FoldScenario scenario = new FoldScenario(config);
    scenario.read(START, "state", "RUNNING", "order", "0", "total", 0, "reject", 0);
    int made = 0;
    int bad = 0;
    int step = 0;
    for (int order = 1; order <= 12; order++) {
      int total = 0;
      int scrap = 0;
      boolean named = false;
      for (int told = 0; told <= 5; told++) {
        total += random.nextInt(told == 0 ? 400 : 30);
        scrap = total / 7;
        List<Object> fields = new ArrayList<>(List.of("state", "RUNNING"));
        if (!named || random.nextInt(3) == 0) {
          fields.addAll(List.of("order", String.valueOf(order)));
        } else if (random.nextInt(5) == 0) {
          fields.addAll(List.of("order", ""));
        }
        boolean last = told == 5;
        if (last || random.nextBoolean()) {
          fields.addAll(List.of("total", total, "reject", scrap));
        }
        named = true;
        step += told == 0 ? 8 : 1; // the first count can have been made since the last one
        scenario.from(
            FoldScenario.MACHINE, StoredRows.nanos(START) + step * STEP, fields.toArray());
      }
      made += total;
      bad += scrap;
    }
    Figures shift = scenario.now("2026-03-02T07:00:00Z").shift().figures();
    assertThat(shift.total()).isEqualTo(made);
    assertThat(shift.scrap()).isEqualTo(bad);
  }
}
