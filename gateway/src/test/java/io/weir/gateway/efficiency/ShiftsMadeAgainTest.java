package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.ShiftFigures;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShiftsMadeAgainTest {

  private static final long MONDAY = StoredRows.nanos("2026-03-02T06:00:00Z");
  private static final long DAY = 24 * ShiftCalendar.HOUR;
  private static final Asset MACHINE = new Asset("s", "a", "l", "m");
  private static final Asset LINE = new Asset("s", "a", "l", null);

  private final MemoryBook file = new MemoryBook();

  private static ShiftFigures shift(long start, Figures.Basis basis) {
    long[] sums = Sums.none();
    sums[Sums.RUN] = start;
    sums[Sums.MEMBERS] = 2;
    return new ShiftFigures(
        "early", start, start + 8 * ShiftCalendar.HOUR, new Figures(sums, basis, 3));
  }

  @Test
  void whatWasKeptIsThereAfterARestart() throws IOException {
    ShiftsMadeAgain shifts = new ShiftsMadeAgain(file);
    shifts.keep(Map.of(MACHINE, shift(MONDAY - DAY, Figures.Basis.MACHINE)));
    shifts.keep(Map.of(MACHINE, shift(MONDAY, Figures.Basis.MACHINE)));
    shifts.keep(Map.of(LINE, shift(MONDAY, Figures.Basis.BOTTLENECK)));
    Map<Asset, ShiftFigures> again = new ShiftsMadeAgain(file).all();
    assertThat(again).containsOnlyKeys(MACHINE, LINE);
    ShiftFigures line = again.get(LINE);
    assertThat(line.name()).isEqualTo("early");
    assertThat(line.start()).isEqualTo(MONDAY);
    assertThat(line.end()).isEqualTo(MONDAY + 8 * ShiftCalendar.HOUR);
    assertThat(line.figures().basis()).isEqualTo(Figures.Basis.BOTTLENECK);
    assertThat(line.figures().expected()).isEqualTo(3);
    assertThat(line.figures().members()).isEqualTo(2);
    assertThat(line.figures().run()).isEqualTo(MONDAY / 1e9);
    assertThat(again.get(MACHINE).start()).as("the newest").isEqualTo(MONDAY);
  }

  @Test
  void whatIsMoreThanAWeekOlderThanTheNewestIsForgotten() throws IOException {
    ShiftsMadeAgain shifts = new ShiftsMadeAgain(file);
    shifts.keep(Map.of(MACHINE, shift(MONDAY, Figures.Basis.MACHINE)));
    shifts.keep(Map.of(LINE, shift(MONDAY + 9 * DAY, Figures.Basis.SUM)));
    assertThat(new ShiftsMadeAgain(file).all()).containsOnlyKeys(LINE);
  }

  @Test
  void aFileThatCannotBeReadIsAsNone() throws IOException {
    file.saved = new byte[] {9, 1, 2};
    assertThat(new ShiftsMadeAgain(file).all()).isEmpty();
    file.saved = new byte[] {1, 4, 2};
    assertThat(new ShiftsMadeAgain(file).all()).isEmpty();
  }
}
