package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandingShiftsTest {

  private static final long MONDAY = StoredRows.nanos("2026-03-02T06:00:00Z");
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final Asset MACHINE = machine("m");

  private StandingShifts shifts = new StandingShifts(1000);

  private static Asset machine(String name) {
    return new Asset("s", "a", "l", name);
  }

  private void row(Asset machine, String bucket, String shift, long start, double hours) {
    Series series =
        new Series(
            FigureRows.EFFICIENCY,
            machine,
            Map.of("bucket", bucket, "level", "machine", "shift", shift));
    read(series, "calendar_s", new Value.Real(hours * 3600), start);
  }

  private void product(String product, String shift, long start) {
    product(product, shift, start, 1);
  }

  private void product(String product, String shift, long start, double members) {
    Map<String, String> tags = Map.of("bucket", "shift", "product", product, "shift", shift);
    read(new Series(FigureRows.PRODUCT, MACHINE, tags), "members", new Value.Real(members), start);
  }

  private void read(Series series, String field, Value value, long at) {
    shifts.accept(new Reading(series, field, value, at, Quality.GOOD, null));
  }

  private static BucketKey key(BucketKind kind, String shift, long start, int hours) {
    return new BucketKey(kind, start, start + hours * HOUR, shift);
  }

  @Test
  void theRowsOfShiftsAndDaysStandWithTheirLastEndAndTheirProducts() {
    row(MACHINE, "shift", "early", MONDAY, 3.99);
    product("A", "early", MONDAY);
    row(MACHINE, "shift", "early", MONDAY, 8);
    product("B", "early", MONDAY);
    product("D", "early", MONDAY);
    product("D", "early", MONDAY, 0); // taken back
    product("C", "late", MONDAY);
    row(MACHINE, "day", "all", MONDAY, 24);
    row(MACHINE, "hour", "all", MONDAY, 1);
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

  /** It has 24 hours on the clock, and was first heard in one of the last of 25. */
  @Test
  void aShiftOfADayReachesToTheEndOfTheNightInWhichClocksGoBack() {
    row(MACHINE, "shift", "long", MONDAY, 0.5);
    row(MACHINE, "minute", "long", MONDAY + 23 * HOUR - ShiftCalendar.MINUTE, 1);
    row(MACHINE, "minute", "long", MONDAY + 25 * HOUR - ShiftCalendar.MINUTE, 1);
    assertThat(List.copyOf(shifts.of(MACHINE).keySet()).get(0).end()).isEqualTo(MONDAY + 25 * HOUR);
  }

  /** The first minute of the next one may come before its row. */
  @ParameterizedTest
  @ValueSource(ints = {23, 24, 25})
  void aShiftOfADayReachesOnlyToTheNextOne(int hours) {
    long next = MONDAY + hours * HOUR;
    row(MACHINE, "shift", "long", MONDAY, 0.5);
    row(MACHINE, "minute", "long", MONDAY + 23 * HOUR - ShiftCalendar.MINUTE, 1);
    row(MACHINE, "minute", "long", next - ShiftCalendar.MINUTE, 1);
    row(MACHINE, "minute", "long", next, 1);
    row(MACHINE, "shift", "long", next, 1.0 / 60);
    row(MACHINE, "minute", "long", next + ShiftCalendar.MINUTE, 1);
    assertThat(shifts.of(MACHINE).keySet())
        .extracting(BucketKey::end)
        .containsExactly(next, next + 2 * ShiftCalendar.MINUTE);
  }

  @Test
  void aShiftReachesAtLeastToTheEndOfItsLastMinute() {
    row(MACHINE, "shift", "early", MONDAY, 1); // first heard an hour before its end
    row(MACHINE, "day", "all", MONDAY, 1);
    row(MACHINE, "minute", "early", MONDAY + 7 * HOUR, 1);
    row(MACHINE, "minute", "late", MONDAY + 8 * HOUR, 1);
    long minute = ShiftCalendar.MINUTE;
    assertThat(shifts.of(MACHINE).keySet())
        .containsExactlyInAnyOrder(
            new BucketKey(BucketKind.SHIFT, MONDAY, MONDAY + 7 * HOUR + minute, "early"),
            new BucketKey(BucketKind.DAY, MONDAY, MONDAY + 8 * HOUR + minute, "all"));
  }

  /** A shift in which a machine is first heard has its row after those of its first minutes. */
  @Test
  void aShiftReachesToTheMinutesThatCameBeforeItsOwnRow() {
    long first = MONDAY + 7 * HOUR;
    row(MACHINE, "shift", "early", MONDAY, 0); // at its first reading
    row(MACHINE, "minute", "early", first, 40 / 3600.0);
    row(MACHINE, "minute", "early", first + ShiftCalendar.MINUTE, 60 / 3600.0);
    row(MACHINE, "shift", "early", MONDAY, 100 / 3600.0);
    row(MACHINE, "day", "all", MONDAY, 100 / 3600.0);
    row(MACHINE, "shift", "early", MONDAY, 0); // it was taken back
    long minute = ShiftCalendar.MINUTE;
    assertThat(shifts.of(MACHINE).keySet())
        .containsExactlyInAnyOrder(
            new BucketKey(BucketKind.MINUTE, MONDAY, first + 2 * minute, "early"),
            new BucketKey(BucketKind.DAY, MONDAY, MONDAY + 2 * minute, "all"));
    row(MACHINE, "shift", "early", MONDAY, 0.1);
    row(MACHINE, "minute", "early", first + 2 * minute, 60 / 3600.0);
    assertThat(shifts.of(MACHINE).keySet())
        .as("it covers them")
        .contains(new BucketKey(BucketKind.SHIFT, MONDAY, first + 3 * minute, "early"))
        .noneMatch(key -> key.kind() == BucketKind.MINUTE);
  }

  /** As that of a shift which ends with the change of a configuration. */
  @Test
  void aShiftReachesToItsMinutesAlsoWhereItsRowComesAfterTheLastOne() {
    long first = MONDAY + 7 * HOUR;
    row(MACHINE, "minute", "early", first, 40 / 3600.0);
    row(MACHINE, "minute", "early", first + ShiftCalendar.MINUTE, 60 / 3600.0);
    row(MACHINE, "shift", "early", MONDAY - 24 * HOUR, 1.0 / 60); // they are of a later one
    row(MACHINE, "shift", "none", MONDAY - HOUR, 1);
    row(MACHINE, "shift", "early", MONDAY - 2 * HOUR, 1); // a later one holds them
    row(MACHINE, "shift", "early", MONDAY, 100 / 3600.0);
    long minute = ShiftCalendar.MINUTE;
    assertThat(shifts.of(MACHINE).keySet())
        .containsExactlyInAnyOrder(
            new BucketKey(
                BucketKind.SHIFT, MONDAY - 24 * HOUR, MONDAY - 24 * HOUR + minute, "early"),
            key(BucketKind.SHIFT, "early", MONDAY - 2 * HOUR, 1),
            key(BucketKind.SHIFT, "none", MONDAY - HOUR, 1),
            new BucketKey(BucketKind.SHIFT, MONDAY, first + 2 * minute, "early"));
  }

  /** The row of a minute may come before that of its own shift. */
  @Test
  void aMinuteOfALaterShiftOfTheSameNameSaysNothingOfTheOneBefore() {
    row(MACHINE, "shift", "none", MONDAY, 6);
    row(MACHINE, "shift", "early", MONDAY + 6 * HOUR, 8);
    row(MACHINE, "minute", "none", MONDAY + 14 * HOUR, 1);
    row(MACHINE, "minute", "early", MONDAY + 30 * HOUR, 1);
    assertThat(shifts.of(MACHINE).keySet())
        .containsExactlyInAnyOrder(
            key(BucketKind.SHIFT, "none", MONDAY, 6),
            key(BucketKind.SHIFT, "early", MONDAY + 6 * HOUR, 8));
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
