package io.weir.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.figure.EfficiencySnapshot.ShiftFigures;
import io.weir.gateway.efficiency.figure.Figures;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresentShiftsTest {

  private static ShiftFigures shift(String name, int start, int end) {
    return new ShiftFigures(name, start, end, Figures.ofPlant(List.of()));
  }

  private static String asOne(ShiftFigures... shifts) {
    ShiftFigures one = PresentShifts.asOne(List.of(shifts));
    return one == null ? "" : one.name() + " " + one.start() + "-" + one.end();
  }

  @Test
  void linesOfOneCalendarAreInItsShift() {
    assertThat(asOne(shift("early", 6, 14), shift("early", 6, 14))).isEqualTo("early 6-14");
    assertThat(asOne()).isEmpty();
  }

  @Test
  void aLineThatHasBeenSilentSinceAnEarlierShiftIsLeftOut() {
    assertThat(asOne(shift("early", 6, 14), shift("late", 14, 22))).isEqualTo("late 14-22");
    assertThat(asOne(shift("early", 6, 14), shift("none", 14, 30))).isEqualTo("none 14-30");
  }

  @Test
  void shiftsOfDifferentCalendarsCountTogetherUnderTheirNames() {
    assertThat(asOne(shift("day", 8, 16), shift("early", 6, 14), shift("early", 6, 12)))
        .isEqualTo("early, day 6-16");
    assertThat(asOne(shift("late", 14, 22), shift("none", 16, 32))).isEqualTo("late 14-22");
    assertThat(asOne(shift("late", 14, 22), shift("none", 12, 32))).isEqualTo("late 14-22");
  }
}
