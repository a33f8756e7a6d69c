package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.model.Asset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MissingTimesTest {

  private static final Asset PRESS = new Asset("s", "a", "l", "press");
  private static final MissingTimes.Sends ONE_SIGNAL = new MissingTimes.Sends(1, 0, 0);

  private final MissingTimes times = new MissingTimes();

  private void reads(int hour) {
    times.take(PRESS, hour * ShiftCalendar.HOUR, 1, ONE_SIGNAL);
  }

  private void lost(int fromHour, int toHour) {
    times.gap(fromHour * ShiftCalendar.HOUR, toHour * ShiftCalendar.HOUR);
    times.mayLack(PRESS);
  }

  private Map<Asset, List<MissingTimes.Span>> spans(int lateHours) {
    return times.spans(lateHours * ShiftCalendar.HOUR);
  }

  private static Map<Asset, List<MissingTimes.Span>> missing(int fromHour, int toHour) {
    return Map.of(
        PRESS,
        List.of(new MissingTimes.Span(fromHour * ShiftCalendar.HOUR, toHour * ShiftCalendar.HOUR)));
  }

  @Test
  void readingsAreMissingFromTheNewestOneBeforeAGapToTheFirstOneBehindIt() {
    reads(9);
    reads(10);
    lost(10, 12);
    reads(13);
    reads(14);
    assertThat(spans(1)).isEqualTo(missing(10 - 1, 13));
  }

  /** What was lost before it may be newer than all that was read before the gap. */
  @Test
  void aLateReadingIsNotTheFirstOneBehindAGap() {
    reads(9);
    reads(10);
    lost(10, 12);
    reads(8);
    reads(13);
    assertThat(spans(0)).isEqualTo(missing(10 - 2, 13));
  }

  @Test
  void nothingIsMissingOfAnAssetThatNeverLosesReadings() {
    reads(10);
    times.gap(10 * ShiftCalendar.HOUR, 12 * ShiftCalendar.HOUR);
    reads(13);
    assertThat(spans(1)).isEmpty();
  }
}
