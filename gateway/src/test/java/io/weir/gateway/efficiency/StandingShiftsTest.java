package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateDecoder;
import io.weir.gateway.efficiency.codec.StateEncoder;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.FigureNames;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StandingShiftsTest {

  private static final long MONDAY = StoredRows.nanos("2026-03-02T06:00:00Z");
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final Asset MACHINE = machine("m");

  private StandingShifts shifts = new StandingShifts(1000);

  private static Asset machine(String name) {
    return new Asset("s", "a", "l", name);
  }

  /** A row that reaches so far, though the machine was not known for so long. */
  private void row(
      Asset machine, String bucket, String shift, long start, double known, double hours) {
    Series series = series(machine, bucket, shift);
    read(series, "calendar_s", new Value.Real(known * 3600), start);
    read(series, FigureNames.REACH, new Value.Real(hours * 3600), start);
  }

  private void row(Asset machine, String bucket, String shift, long start, double hours) {
    row(machine, bucket, shift, start, hours, hours);
  }

  private void minute(String shift, long start) {
    read(series(MACHINE, "minute", shift), "calendar_s", new Value.Real(40), start);
  }

  private static Series series(Asset machine, String bucket, String shift) {
    return new Series(
        FigureNames.EFFICIENCY,
        machine,
        Map.of("bucket", bucket, "level", "machine", "shift", shift));
  }

  private void product(String product, String shift, long start) {
    product(product, shift, start, 1);
  }

  private void product(String product, String shift, long start, double members) {
    Map<String, String> tags = Map.of("bucket", "shift", "product", product, "shift", shift);
    read(new Series(FigureNames.PRODUCT, MACHINE, tags), "members", new Value.Real(members), start);
  }

  private void read(Series series, String field, Value value, long at) {
    shifts.accept(new Reading(series, field, value, at, Quality.GOOD, null));
  }

  private static BucketKey key(BucketKind kind, String shift, long start, int hours) {
    return new BucketKey(kind, start, start + hours * HOUR, shift);
  }

  @Test
  void theRowsOfShiftsAndDaysStandWithTheirLastEndAndTheirProducts() {
    row(MACHINE, "shift", "early", MONDAY, 3.99, 7);
    product("A", "early", MONDAY);
    row(MACHINE, "shift", "early", MONDAY, 4, 8);
    product("B", "early", MONDAY);
    product("D", "early", MONDAY);
    product("D", "early", MONDAY, 0); // taken back
    product("C", "late", MONDAY);
    row(MACHINE, "day", "all", MONDAY, 24);
    read(series(MACHINE, "hour", "all"), "calendar_s", new Value.Real(3600), MONDAY);
    row(new Asset("s", "a", "l", null), "shift", "early", MONDAY, 8);
    Map<BucketKey, Set<String>> expected =
        Map.of(
            key(BucketKind.SHIFT, "early", MONDAY, 8),
            Set.of("A", "B"),
            key(BucketKind.DAY, "all", MONDAY, 24),
            Set.of());
    assertThat(shifts.of(MACHINE)).isEqualTo(expected);
    assertThat(shifts.machines()).containsExactly(MACHINE);
    StateEncoder out = new StateEncoder();
    shifts.exchange(out);
    shifts = new StandingShifts(1000);
    shifts.exchange(new StateDecoder(out.toBytes()));
    assertThat(shifts.of(MACHINE)).isEqualTo(expected);
  }

  @Test
  void ofAShiftThatWasTakenBackOnlyItsMinutesMayStand() {
    row(MACHINE, "shift", "early", MONDAY, 8);
    row(MACHINE, "shift", "early", MONDAY, 0);
    row(MACHINE, "day", "all", MONDAY, 24);
    row(MACHINE, "day", "all", MONDAY, 0);
    Set<BucketKey> expected = Set.of(key(BucketKind.MINUTE, "early", MONDAY, 8));
    assertThat(shifts.of(MACHINE).keySet()).isEqualTo(expected);
    StateEncoder out = new StateEncoder();
    shifts.exchange(out);
    shifts = new StandingShifts(1000);
    shifts.exchange(new StateDecoder(out.toBytes()));
    assertThat(shifts.of(MACHINE).keySet()).isEqualTo(expected);
  }

  @Test
  void ofAShiftThatWasTakenBackTwiceItsLastMinutesMayStand() {
    row(MACHINE, "shift", "early", MONDAY, 1);
    row(MACHINE, "shift", "early", MONDAY, 0);
    row(MACHINE, "shift", "early", MONDAY, 3);
    row(MACHINE, "shift", "early", MONDAY, 0);
    row(MACHINE, "shift", "early", MONDAY, 2);
    row(MACHINE, "shift", "early", MONDAY, 0);
    assertThat(shifts.of(MACHINE).keySet())
        .isEqualTo(Set.of(key(BucketKind.MINUTE, "early", MONDAY, 3)));
  }

  /** As with the first reading of the machine. */
  @Test
  void aRowReachesAsFarAsItSaysAlsoWhereAllItsSumsAreZero() {
    row(MACHINE, "shift", "early", MONDAY, 0, 7);
    row(MACHINE, "day", "all", MONDAY, 0, 7);
    assertThat(shifts.of(MACHINE).keySet())
        .isEqualTo(
            Set.of(
                key(BucketKind.SHIFT, "early", MONDAY, 7), key(BucketKind.DAY, "all", MONDAY, 7)));
  }

  /** Rows of its minutes may stand up to there. */
  @Test
  void aShiftThatIsMadeShorterReachesAsFarAsBefore() {
    row(MACHINE, "shift", "early", MONDAY, 1, 8);
    row(MACHINE, "shift", "early", MONDAY, 2, 5);
    assertThat(shifts.of(MACHINE).keySet())
        .isEqualTo(Set.of(key(BucketKind.SHIFT, "early", MONDAY, 8)));
    row(MACHINE, "shift", "early", MONDAY, 0, 0);
    assertThat(shifts.of(MACHINE).keySet())
        .isEqualTo(Set.of(key(BucketKind.MINUTE, "early", MONDAY, 8)));
  }

  @Test
  void rowsThatAnEarlierVersionWroteReachAsFarAsTheirTime() {
    read(series(MACHINE, "shift", "early"), "calendar_s", new Value.Real(3600), MONDAY);
    assertThat(shifts.of(MACHINE).keySet())
        .isEqualTo(Set.of(key(BucketKind.SHIFT, "early", MONDAY, 1)));
    row(MACHINE, "shift", "early", MONDAY, 2, 8);
    assertThat(shifts.of(MACHINE).keySet())
        .isEqualTo(Set.of(key(BucketKind.SHIFT, "early", MONDAY, 8)));
  }

  /** Such as where a change of the calendar has left only a part of the shift. */
  @Test
  void minutesOfAShiftWithoutARowStand() {
    long minute = ShiftCalendar.MINUTE;
    row(MACHINE, "shift", "early", MONDAY, 8);
    minute("early", MONDAY + 8 * HOUR - minute); // it is of the row
    minute("early", MONDAY + 9 * HOUR);
    minute("early", MONDAY + 9 * HOUR + minute);
    minute("late", MONDAY + 9 * HOUR + 2 * minute);
    minute("early", MONDAY + 10 * HOUR);
    assertThat(shifts.of(MACHINE).keySet())
        .containsExactlyInAnyOrder(
            key(BucketKind.SHIFT, "early", MONDAY, 8),
            ofMinutes("early", MONDAY + 9 * HOUR, 2),
            ofMinutes("late", MONDAY + 9 * HOUR + 2 * minute, 1),
            ofMinutes("early", MONDAY + 10 * HOUR, 1));
    row(MACHINE, "shift", "early", MONDAY + 9 * HOUR, 1);
    assertThat(shifts.of(MACHINE).keySet())
        .as("now it covers them")
        .containsExactlyInAnyOrder(
            key(BucketKind.SHIFT, "early", MONDAY, 8),
            key(BucketKind.SHIFT, "early", MONDAY + 9 * HOUR, 1),
            ofMinutes("late", MONDAY + 9 * HOUR + 2 * minute, 1),
            ofMinutes("early", MONDAY + 10 * HOUR, 1));
  }

  private static BucketKey ofMinutes(String shift, long start, int minutes) {
    return new BucketKey(BucketKind.MINUTE, start, start + minutes * ShiftCalendar.MINUTE, shift);
  }

  @Test
  void whatIsOldOrTooMuchIsForgotten() {
    row(MACHINE, "shift", "early", MONDAY, 8);
    row(MACHINE, "shift", "early", MONDAY + 63 * 24 * HOUR, 8);
    assertThat(shifts.of(MACHINE)).hasSize(1);
    shifts = new StandingShifts(20);
    for (int i = 0; i < 40; i++) {
      row(MACHINE, "shift", "s", MONDAY + i * HOUR, 1);
    }
    assertThat(shifts.of(MACHINE)).hasSize(20);
    row(machine("n"), "shift", "s", MONDAY, 1);
    row(machine("o"), "shift", "s", MONDAY, 1);
    row(MACHINE, "shift", "s", MONDAY + 40 * HOUR, 1);
    assertThat(shifts.of(MACHINE))
        .hasSize(10)
        .containsKey(key(BucketKind.SHIFT, "s", MONDAY + 40 * HOUR, 1));
    assertThat(shifts.machines()).as("two with room").containsExactly(MACHINE, machine("n"));
  }
}
