package io.weir.gateway.efficiency.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The best demonstrated cycle, from quarter-hours on. */
class LearnedCycleTest {

  private final LearnedCycle lids = new LearnedCycle();

  /** A day of quarter-hours, each at one cycle, configured as 12 s. */
  private void day(long day, double... cyclesS) {
    for (double cycleS : cyclesS) {
      double pieces = 900 / cycleS;
      lids.take(new Stretch("lid", 0, LearnedCycle.QUARTER, pieces, 12 * pieces, Double.NaN));
    }
    lids.endDay(day, true);
  }

  /** A day of ten quarter-hours of one cycle and two faster ones. */
  private void even(long day, double cycleS) {
    day(day, 5, 5, cycleS, cycleS, cycleS, cycleS, cycleS, cycleS, cycleS, cycleS, cycleS, cycleS);
  }

  /** The example of docs/reference/efficiency.md. */
  @Test
  void theExampleOfThePage() {
    day(1, 11.2, 8.2, 12, 12, 10.9, 13, 11.1, 12, 12.5, 8.4, 11.1, 13);
    even(2, 11.3);
    assertThat(lids.best(2)).isNaN();
    even(3, 11.0);
    even(4, 11.8);
    assertThat(lids.best(4)).isCloseTo(11.3, within(1e-5));
    assertThat(lids.configured()).isCloseTo(12, within(1e-9));
  }

  @Test
  void aDayOfFewerQuarterHoursDemonstratesNothing() {
    for (int day = 1; day < 9; day++) {
      day(day, 5, 5, 5, 5, 5, 5, 5, 5, 5);
    }
    assertThat(lids.best(9)).isNaN();
  }

  @Test
  void whatWasDemonstratedIsForgottenAfterFiveWeeks() {
    even(1, 11);
    even(2, 11);
    even(3, 11);
    assertThat(lids.best(35)).isCloseTo(11, within(1e-5));
    assertThat(lids.best(36)).isNaN();
  }
}
