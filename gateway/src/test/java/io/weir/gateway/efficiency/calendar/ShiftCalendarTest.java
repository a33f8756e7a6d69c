package io.weir.gateway.efficiency.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.FoldScenario;
import io.weir.gateway.efficiency.StoredRows;
import io.weir.gateway.efficiency.calendar.ShiftCalendar.Interval;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a calendar says of each instant. */
class ShiftCalendarTest {

  private static final Set<DayOfWeek> WORKDAYS = EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY);

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  private static long nanos(String instant) {
    return StoredRows.nanos(instant);
  }

  private ShiftCalendar calendar() {
    return new ShiftCalendar(ZoneId.of(config.zone), config.calendar());
  }

  /** What the minutes of a span are: "early WORK" and the like, each with how many they are. */
  private Map<String, Integer> minutes(String from, String to) {
    ShiftCalendar calendar = calendar();
    Map<String, Integer> minutes = new TreeMap<>();
    for (long at = nanos(from); at < nanos(to); at += ShiftCalendar.MINUTE) {
      CalendarSpan span = calendar.at(at);
      minutes.merge(span.shift() + " " + span.plan(), 1, Integer::sum);
    }
    return minutes;
  }

  @Test
  void aClosureThatBeginsInAShiftIsAPlannedStopAndTheShiftStaysWhole() {
    config.shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("10:00", 30));
    config.shift("late", "14:00", "22:00");
    config.closed("2026-03-04T09:00", "2026-03-04T15:00");
    assertThat(minutes("2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z"))
        .isEqualTo(
            Map.of(
                "none OFF",
                480,
                "early WORK",
                180,
                "early PAUSE",
                300,
                "late PAUSE",
                60,
                "late WORK",
                420));
    assertThat(calendar().at(nanos("2026-03-04T13:00:00Z")).whole())
        .isEqualTo(new Interval(nanos("2026-03-04T06:00:00Z"), nanos("2026-03-04T14:00:00Z")));
  }

  @Test
  void closuresThatMeetAreOne() {
    config.shift("early", "06:00", "14:00");
    config.closed("2026-03-04T08:00", "2026-03-04T10:00");
    config.closed("2026-03-04T07:00", "2026-03-04T09:00");
    assertThat(minutes("2026-03-04T06:00:00Z", "2026-03-04T14:00:00Z"))
        .isEqualTo(Map.of("early WORK", 300, "early PAUSE", 180));
  }

  @Test
  void aClosureOverSeveralDaysLeavesWhatIsOutsideShifts() {
    config.shift("early", "06:00", "14:00");
    config.closed("2026-08-03T00:00", "2026-08-17T00:00");
    assertThat(minutes("2026-08-01T00:00:00Z", "2026-08-18T00:00:00Z"))
        .isEqualTo(Map.of("early PAUSE", 14 * 480, "early WORK", 3 * 480, "none OFF", 17 * 960));
  }

  @Test
  void overtimeIsAShiftOfOneDate() {
    config.shift("early", WORKDAYS, "06:00", "14:00");
    config.overtime("overtime", "2026-03-07", "06:00", "12:00"); // a Saturday
    config.overtime("long", "2026-03-05", "14:00", "16:00"); // after the shift
    assertThat(minutes("2026-03-05T00:00:00Z", "2026-03-08T00:00:00Z"))
        .isEqualTo(
            Map.of(
                "early WORK",
                960,
                "long WORK",
                120,
                "overtime WORK",
                360,
                "none OFF",
                3 * 1440 - 960 - 120 - 360));
  }

  @Test
  void overtimeOnAHolidayReplacesTheShiftsThatItOverlaps() {
    config.shift("early", "06:00", "14:00").shift("late", "14:00", "22:00");
    config.holidays = Set.of(LocalDate.parse("2026-12-25"));
    config.overtime("urgent", "2026-12-25", "08:00", "12:00");
    assertThat(minutes("2026-12-25T00:00:00Z", "2026-12-26T00:00:00Z"))
        .isEqualTo(Map.of("urgent WORK", 240, "late PAUSE", 480, "none OFF", 720));
  }

  @Test
  void aProductionDayHasTheDateOnWhichItBegins() {
    config.productionDay = "06:00";
    config.shift("early", WORKDAYS, "06:00", "18:00").shift("night", WORKDAYS, "18:00", "02:00");
    config.shift("deep", WORKDAYS, "02:00", "06:00");
    config.holidays = Set.of(LocalDate.parse("2026-03-06")); // a Friday
    ShiftCalendar calendar = calendar();
    Interval friday = new Interval(nanos("2026-03-06T06:00:00Z"), nanos("2026-03-07T06:00:00Z"));
    for (String instant : List.of("2026-03-06T06:00:00Z", "2026-03-07T05:59:59Z")) {
      assertThat(calendar.day(nanos(instant))).isEqualTo(friday);
    }
    assertThat(minutes("2026-03-06T06:00:00Z", "2026-03-07T06:00:00Z")) // Saturday at 02:00 too
        .isEqualTo(Map.of("early PAUSE", 720, "night PAUSE", 480, "deep PAUSE", 240));
    assertThat(minutes("2026-03-06T02:00:00Z", "2026-03-06T06:00:00Z"))
        .isEqualTo(Map.of("deep WORK", 240));
    assertThat(minutes("2026-03-07T06:00:00Z", "2026-03-09T06:00:00Z"))
        .isEqualTo(Map.of("none OFF", 2880));
  }

  @Test
  void withoutShiftsTheShiftOfTheWholeDayBeginsWithTheProductionDay() {
    config.productionDay = "06:00";
    CalendarSpan span = calendar().at(nanos("2026-03-06T05:00:00Z"));
    assertThat(span.shift()).isEqualTo("all");
    assertThat(span.whole())
        .isEqualTo(new Interval(nanos("2026-03-05T06:00:00Z"), nanos("2026-03-06T06:00:00Z")));
  }

  @Test
  void aShiftHoldsFromItsFirstDateToItsLast() {
    valid("early", "06:00", "14:00", "2020-01-01", "2026-03-04");
    valid("early", "05:00", "13:00", "2026-03-05", "2026-03-06");
    assertThat(minutes("2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z"))
        .containsEntry("early WORK", 480);
    assertThat(calendar().at(nanos("2026-03-04T13:30:00Z")).shift()).isEqualTo("early");
    assertThat(calendar().at(nanos("2026-03-05T05:00:00Z")).shift()).isEqualTo("early");
    assertThat(calendar().at(nanos("2026-03-05T13:30:00Z")).shift()).isEqualTo("none");
    assertThat(calendar().at(nanos("2026-03-07T06:00:00Z")).shift()).isEqualTo("none");
  }

  private void valid(String name, String start, String end, String from, String to) {
    config.shifts.add(
        new EfficiencyConfig.Shift(
            name,
            Set.of(DayOfWeek.values()),
            LocalTime.parse(start),
            LocalTime.parse(end),
            List.of(),
            LocalDate.parse(from),
            LocalDate.parse(to),
            false));
  }

  @Test
  void aYearOfHolidaysIsAYearOfPlannedStops() {
    config.zone = "Europe/Berlin";
    config.productionDay = "06:00";
    config.shift("early", "06:00", "14:00").shift("late", "14:00", "22:00");
    config.shift("night", "22:00", "06:00");
    config.holidays =
        IntStream.rangeClosed(1, 365)
            .mapToObj(day -> LocalDate.ofYearDay(2026, day))
            .collect(Collectors.toSet());
    assertThat(minutes("2026-01-01T05:00:00Z", "2027-01-01T05:00:00Z").keySet())
        .isEqualTo(Set.of("early PAUSE", "late PAUSE", "night PAUSE"));
    assertThat(minutes("2025-12-31T05:00:00Z", "2026-01-01T05:00:00Z"))
        .isEqualTo(Map.of("early WORK", 480, "late WORK", 480, "night WORK", 480));
    assertThat(minutes("2026-03-28T05:00:00Z", "2026-03-29T04:00:00Z")) // clocks go forward
        .containsEntry("night PAUSE", 420);
    assertThat(minutes("2026-10-24T04:00:00Z", "2026-10-25T05:00:00Z")) // and back
        .containsEntry("night PAUSE", 540);
  }

  /**
   * Days have no gap and share nothing, and what is planned lies in them, whatever the calendar.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void eachInstantLiesInOneSpanOfOneDay(int seed) {
    Random random = new Random(seed);
    config.zone = List.of("Europe/Berlin", "America/New_York", "Asia/Kolkata").get(seed % 3);
    config.productionDay = String.format("%02d:%02d", random.nextInt(24), random.nextInt(2) * 30);
    TreeSet<Integer> bounds = new TreeSet<>();
    int count = 2 + random.nextInt(5);
    while (bounds.size() < count) {
      bounds.add(random.nextInt(1440));
    }
    List<Integer> ends = new ArrayList<>(bounds);
    for (int i = 0; i < count; i++) {
      if (random.nextInt(4) > 0) {
        String start = LocalTime.ofSecondOfDay(ends.get(i) * 60L).toString();
        String end = LocalTime.ofSecondOfDay(ends.get((i + 1) % count) * 60L).toString();
        config.shift("shift" + i, start, end);
      }
    }
    config.holidays = Set.of(LocalDate.of(2026, 3, 29), LocalDate.of(2026, 10, 25));
    for (int i = 0; i < 5; i++) {
      LocalDate date = LocalDate.of(2026, 3, 27).plusDays(random.nextInt(4));
      String from = date + "T" + LocalTime.ofSecondOfDay(random.nextInt(1440) * 60L);
      config.closed(from, date.plusDays(1) + "T" + LocalTime.NOON);
    }
    for (String from :
        List.of(
            "2026-03-06T00:00:00Z",
            "2026-03-27T00:00:00Z",
            "2026-10-23T00:00:00Z",
            "2026-10-31T00:00:00Z")) {
      long at = nanos(from);
      ShiftCalendar calendar = calendar();
      for (long end = at + 4 * 24 * ShiftCalendar.HOUR; at < end; ) {
        CalendarSpan span = calendar.at(at);
        Interval day = calendar.day(at);
        String when = Instant.ofEpochSecond(0, at).toString();
        assertThat(day.contains(at)).as(when).isTrue();
        assertThat(span.start()).as(when).isLessThanOrEqualTo(at);
        assertThat(span.end()).as(when).isGreaterThan(at).isLessThanOrEqualTo(day.end());
        assertThat(span.whole().start()).as(when).isLessThanOrEqualTo(span.start());
        assertThat(span.whole().end()).as(when).isGreaterThanOrEqualTo(span.end());
        assertThat(calendar().at(span.end() - 1)).as(when).isEqualTo(span);
        assertThat(calendar().at(span.start())).as(when).isEqualTo(span);
        assertThat(day.end() - day.start())
            .as(when)
            .isBetween(23 * ShiftCalendar.HOUR, 25 * ShiftCalendar.HOUR);
        at = span.end();
      }
    }
  }

  @Test
  void figuresOfAClosureThatBeginsInAShiftArePlannedStops() {
    config.productionDay = "06:00";
    config.shift("early", "06:00", "14:00");
    config.closed("2026-03-04T09:00", "2026-03-04T12:00");
    FoldScenario scenario = new FoldScenario(config);
    for (int hour = 5; hour < 16; hour++) {
      for (int minute = 0; minute < 60; minute++) {
        String instant = String.format("2026-03-04T%02d:%02d:00Z", hour, minute);
        scenario.read(instant, "state", hour == 10 ? "RUNNING" : "DOWN", "total", 0);
      }
    }
    scenario.flush();
    String early = "2026-03-04T06:00:00Z";
    assertThat(scenario.number("shift", "early", early, "planned_stop_s")).isEqualTo(2 * 3600);
    assertThat(scenario.number("shift", "early", early, "run_s")).isEqualTo(3600);
    assertThat(scenario.number("shift", "early", early, "down_s")).isEqualTo(5 * 3600);
    assertThat(scenario.number("shift", "early", early, "failures")).isEqualTo(1);
    assertThat(scenario.number("day", "all", early, "down_s")).isEqualTo(5 * 3600);
  }
}
