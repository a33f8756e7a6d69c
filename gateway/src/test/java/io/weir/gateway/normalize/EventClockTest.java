package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Sample.TimeUnit;
import io.weir.gateway.model.Value;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventClockTest {

  private static final long NOW = ns("2026-03-01T12:00:00Z");

  private static long ns(String instant) {
    Instant at = Instant.parse(instant);
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }

  private static EventClock clock(@Nullable TimeUnit unit, @Nullable String zone) {
    return new EventClock(
        new EventTime(null, unit, zone == null ? null : ZoneId.of(zone), Duration.ofMinutes(10)));
  }

  private static EventClock.Stamp read(Value time) throws Unfit {
    return clock(null, null).read(time, null, NOW);
  }

  @ParameterizedTest
  @CsvSource({
    "1772366399, 2026-03-01T11:59:59Z",
    "1772366399123, 2026-03-01T11:59:59.123Z",
    "1772366399123456, 2026-03-01T11:59:59.123456Z",
    "1772366399123456789, 2026-03-01T11:59:59.123456789Z",
    "1460000000, 2016-04-07T03:33:20Z",
    "134168399991234567, 2026-03-01T11:59:59.123456700Z",
    "639079631991234567, 2026-03-01T11:59:59.123456700Z",
  })
  void aNumberIsReadByItsMagnitude(long number, String instant) throws Unfit {
    assertThat(read(new Value.Whole(number))).isEqualTo(new EventClock.Stamp(ns(instant), null));
    assertThat(read(new Value.Text(Long.toString(number))).ns()).isEqualTo(ns(instant));
  }

  @ParameterizedTest
  @CsvSource({
    "1772366399.123456, 2026-03-01T11:59:59.123456Z",
    "1772366399.1, 2026-03-01T11:59:59.1Z",
    "1.772366399123E12, 2026-03-01T11:59:59.123Z",
    "1772366399123.5, 2026-03-01T11:59:59.123500Z",
  })
  void aFractionIsKeptAsItIsWritten(String number, String instant) throws Unfit {
    assertThat(read(new Value.Real(Double.parseDouble(number))).ns()).isEqualTo(ns(instant));
    assertThat(read(new Value.Text(number)).ns()).isEqualTo(ns(instant));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-01T11:59:59Z, 2026-03-01T11:59:59Z",
    "2026-03-01T11:59Z, 2026-03-01T11:59:00Z",
    "2026-03-01 11:59:59Z, 2026-03-01T11:59:59Z",
    "2026-03-01t11:59:59z, 2026-03-01T11:59:59Z",
    "2026-03-01T11:59:59.1Z, 2026-03-01T11:59:59.1Z",
    "2026-03-01T11:59:59.1234567Z, 2026-03-01T11:59:59.123456700Z",
    "2026-03-01T11:59:59.123456789Z, 2026-03-01T11:59:59.123456789Z",
    "2026-03-01T11:59:59.123456789012Z, 2026-03-01T11:59:59.123456789Z",
    "2016-12-31T23:59:60Z, 2017-01-01T00:00:00Z",
    "2017-01-01 05:29:60.5 +0530, 2017-01-01T00:00:00.5Z",
    "2026-03-01T12:59:59+01:00, 2026-03-01T11:59:59Z",
    "2026-03-01T12:59:59+0100, 2026-03-01T11:59:59Z",
    "2026-03-01T12:59:59+01, 2026-03-01T11:59:59Z",
    "2026-03-01 12:59:59 +0100, 2026-03-01T11:59:59Z",
    "2026/03/01 11:59:59.5Z, 2026-03-01T11:59:59.500Z",
    "2026.03.01 11:59:59Z, 2026-03-01T11:59:59Z",
    "2026-03-01T06:29:59-05:30, 2026-03-01T11:59:59Z",
    "'2026-03-01T11:59:59,5Z', 2026-03-01T11:59:59.5Z",
    "' 2026-03-01T11:59:59Z ', 2026-03-01T11:59:59Z",
  })
  void aTextIsReadAsIso8601(String text, String instant) throws Unfit {
    assertThat(read(new Value.Text(text))).isEqualTo(new EventClock.Stamp(ns(instant), null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026-03-01",
        "2026-03-01T25:00:00Z",
        "2026-02-29T00:00:00Z",
        "12:00:00",
        "2026-03-01T12:00:60Z",
        "2026-03-01T12:00:00",
        "01.03.2026 12:00:00",
        "NaN",
        "99999999999999999999999999",
        "1e99",
        "2400-01-01T00:00:00Z",
        "-",
        "."
      })
  void whatIsNoTimeIsRefusedWithASentence(String text) {
    assertThatThrownBy(() -> read(new Value.Text(text)))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("cannot be read as a time");
  }

  @Test
  void neitherIsTruthOrWhatIsNotFinite() {
    assertThatThrownBy(() -> read(new Value.Flag(true))).isInstanceOf(Unfit.class);
    assertThatThrownBy(() -> read(new Value.Real(Double.NaN))).isInstanceOf(Unfit.class);
  }

  @Test
  void theRoutesUnitGoesBeforeMagnitudeAndTheFormatsUnitBeforeBoth() throws Unfit {
    EventClock inMs = clock(TimeUnit.MS, null);
    Value number =
        new Value.Whole(600_000_000_000L); // in ms of 1989, in s of no year, in us of 1970

    assertThat(inMs.read(number, null, NOW).ns()).isEqualTo(ns("1989-01-05T10:40:00Z"));
    assertThat(inMs.ofAnyAge(number, TimeUnit.US, NOW).ns()).isEqualTo(ns("1970-01-07T22:40:00Z"));
    assertThat(inMs.read(number, TimeUnit.US, NOW).doubt()).isEqualTo(EventClock.NOT_SET);
  }

  @ParameterizedTest
  @CsvSource({
    "MS, 1772366399, 'time in s, not ms'",
    "S, 1772366399000, 'time in ms, not s'",
    "NS, 1772366399000, 'time in ms, not ns'",
    "US, 1772366399.0, 'time in s, not us'",
  })
  void aTimeInAnotherUnitThanItShouldBeIsKnownByItsMagnitude(
      TimeUnit unit, String number, String doubt) throws Unfit {
    Value sent = new Value.Text(number);

    EventClock.Stamp byRoute = clock(unit, null).read(sent, null, NOW);
    EventClock.Stamp byFormat = clock(null, null).read(sent, unit, NOW);

    assertThat(byRoute).isEqualTo(new EventClock.Stamp(ns("2026-03-01T11:59:59Z"), doubt));
    assertThat(byRoute.misread()).isTrue();
    assertThat(byFormat).isEqualTo(byRoute);
  }

  @ParameterizedTest
  @CsvSource({
    "MS, 500000000", // in s of 1985: six days since the device was switched on
    "MS, 1738000000", // in s of more than a year ago
    "MS, 1772367001", // in s further ahead than a time may be
  })
  void aTimeThatIsNotRecentInAnyUnitIsNotCorrected(TimeUnit unit, long number) throws Unfit {
    EventClock.Stamp stamp = clock(unit, null).read(new Value.Whole(number), null, NOW);

    assertThat(stamp.doubt()).isEqualTo(EventClock.NOT_SET);
    assertThat(stamp.ns()).isEqualTo(NOW);
  }

  @ParameterizedTest
  @CsvSource({
    "EARLIER, 2025-10-26T02:30:00, 2025-10-26T00:30:00Z",
    "LATER, 2025-10-26T02:30:00, 2025-10-26T01:30:00Z",
    "LATER, 2025-10-26T03:30:00, 2025-10-26T02:30:00Z",
  })
  void theRouteSaysWhichOfTheRepeatedHoursItIs(
      EventTime.RepeatedHour which, String text, String instant) throws Unfit {
    EventTime rule =
        new EventTime(null, null, null, ZoneId.of("Europe/Berlin"), which, Duration.ofMinutes(10));

    assertThat(new EventClock(rule).read(new Value.Text(text), null, NOW).ns())
        .isEqualTo(ns(instant));
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2026-01-15T12:00:00, 2026-01-15T11:00:00Z,",
    "Asia/Shanghai, 2026-03-01 19:59:59, 2026-03-01T11:59:59Z,",
    "Europe/Berlin, 2025-10-26T02:30:00, 2025-10-26T00:30:00Z, ambiguous local time",
    "Europe/Berlin, 2025-03-30T02:30:00, 2025-03-30T01:30:00Z, ambiguous local time",
  })
  void aLocalTimeIsReadInTheRoutesZone(
      String zone, String text, String instant, @Nullable String doubt) throws Unfit {
    assertThat(clock(null, zone).read(new Value.Text(text), null, NOW))
        .isEqualTo(new EventClock.Stamp(ns(instant), doubt));
  }

  @Test
  void aTimeIsTakenUpToTheLimitOfTheFutureAndNotBeyond() throws Unfit {
    long limit = NOW + Duration.ofMinutes(10).toNanos();
    assertThat(read(new Value.Whole(limit))).isEqualTo(new EventClock.Stamp(limit, null));
    assertThat(read(new Value.Whole(limit + 1)))
        .isEqualTo(new EventClock.Stamp(NOW, EventClock.AHEAD, limit + 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100000000", // 1973 in seconds
        "100000000000", // 1973 in milliseconds
        "1440000000", // 2015
        "1440000000.5",
        "130000000000000000", // as Windows counts in 2012, and nanoseconds of 1974
        "630000000000000000", // as .NET counts in 1997, and nanoseconds of 1989
        "46082000000", // millionths of days, and seconds of the year 3430
        "20261301125959", // in digits a month 13
        "202603011159", // a date in digits, and milliseconds of 1976
      })
  void aNumberThatIsNoTimeOfTheLastTenYearsIsNotTaken(String number) throws Unfit {
    for (Value each : List.of(new Value.Text(number), new Value.Real(Double.parseDouble(number)))) {
      EventClock.Stamp stamp = read(each);
      assertThat(stamp.ns()).isEqualTo(NOW);
      assertThat(stamp.doubt()).isIn(EventClock.UNLIKELY, EventClock.NOT_SET);
      assertThat(stamp.skewed()).isTrue();
    }
  }

  @Test
  void aNumberOfWhichTheUnitIsNamedMayBeOld() throws Unfit {
    assertThat(clock(TimeUnit.S, null).read(new Value.Whole(1_000_000_000), null, NOW))
        .isEqualTo(new EventClock.Stamp(ns("2001-09-09T01:46:40Z"), null));
    assertThat(read(new Value.Text("2001-09-09T01:46:40Z")).doubt()).isNull();
  }

  /**
   * So none has two readings within a year of its arrival, between which one would have to guess.
   */
  @Test
  void noNumberIsALikelyTimeInTwoUnits() {
    List<TimeUnit> guessed =
        List.of(
            TimeUnit.S, TimeUnit.MS, TimeUnit.US, TimeUnit.NS, TimeUnit.FILETIME, TimeUnit.TICKS);
    BigDecimal year = BigDecimal.valueOf(366L * 86_400 * 1_000_000_000);
    for (int of = 2000; of < 2200; of++) {
      BigDecimal arrival = BigDecimal.valueOf(ns(of + "-07-01T00:00:00Z"));
      for (TimeUnit one : guessed) {
        for (TimeUnit other : guessed) {
          if (one != other) {
            BigDecimal from = number(arrival.subtract(year), one);
            BigDecimal to = number(arrival.add(year), one);
            boolean overlap =
                from.compareTo(number(arrival.add(year), other)) < 0
                    && number(arrival.subtract(year), other).compareTo(to) < 0;
            assertThat(overlap).as("%s and %s in %d", one, other, of).isFalse();
          }
        }
      }
    }
  }

  private static BigDecimal number(BigDecimal ns, TimeUnit unit) {
    return ns.divide(BigDecimal.valueOf(unit.nanos()), MathContext.DECIMAL128)
        .add(BigDecimal.valueOf(unit.epoch()));
  }

  @ParameterizedTest
  @CsvSource({
    "FILETIME, 134168399991234567, 2026-03-01T11:59:59.123456700Z",
    "FILETIME, 130000000000000000, 2012-12-14T23:06:40Z",
    "TICKS, 639079631991234567, 2026-03-01T11:59:59.123456700Z",
    "EXCEL, 46082.499988425928, 2026-03-01T10:59:59Z",
    "EXCEL, 46082.5, 2026-03-01T11:00:00Z",
    "EXCEL, 46082, 2026-02-28T23:00:00Z",
    "EXCEL_MICRO, 46082499988.4259, 2026-03-01T10:59:59Z",
    "EXCEL_MICRO, 40343660457.7546, 2010-06-14T13:51:03.550Z",
  })
  void aNumberIsReadAsOtherProgramsCountTime(TimeUnit unit, String number, String instant)
      throws Unfit {
    EventClock clock = clock(unit, "Europe/Berlin");
    EventClock.Stamp expected = new EventClock.Stamp(ns(instant), null);
    assertThat(clock.read(new Value.Text(number), null, NOW)).isEqualTo(expected);
    if (unit.isLocal()) {
      assertThat(clock.read(new Value.Real(Double.parseDouble(number)), null, NOW))
          .isEqualTo(expected);
    } else {
      assertThat(clock.read(new Value.Whole(Long.parseLong(number)), null, NOW))
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dd.MM.yyyy HH:mm:ss,SSS | 01.03.2026 12:59:59,250 | 2026-03-01T11:59:59.250Z",
        "d-MMM-yyyy h:mm a | 1-MAR-2026 12:30 pm | 2026-03-01T11:30:00Z",
        "MM/dd/yy HH:mm | 03/01/26 12:30 | 2026-03-01T11:30:00Z",
        "yyyyMMddHHmm | 202603011230 | 2026-03-01T11:30:00Z",
        "dd.MM.yyyy HH:mm:ss xx | 01.03.2026 11:59:59 +0000 | 2026-03-01T11:59:59Z",
        "dd.MM.yyyy HH:mm:ss VV | 01.03.2026 06:59:59 America/New_York | 2026-03-01T11:59:59Z",
      })
  void aTimeIsReadInThePatternOfTheRoute(String pattern, String text, String instant) throws Unfit {
    EventClock clock = written(pattern);
    assertThat(clock.read(new Value.Text(text), null, NOW))
        .isEqualTo(new EventClock.Stamp(ns(instant), null));
    assertThatThrownBy(() -> clock.read(new Value.Text("2026-03-01T11:59:59Z"), null, NOW))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("it is not written as time.format says");
  }

  @Test
  void thePatternHoldsForANumberToo() throws Unfit {
    assertThat(written("yyyyMMddHHmm").read(new Value.Whole(202_603_011_230L), null, NOW).ns())
        .isEqualTo(ns("2026-03-01T11:30:00Z"));
  }

  private static EventClock written(String pattern) {
    return new EventClock(
        new EventTime(
            null,
            null,
            pattern,
            ZoneId.of("Europe/Berlin"),
            EventTime.RepeatedHour.EARLIER,
            Duration.ofMinutes(10)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 325, 99_999_999, Long.MIN_VALUE / 1_000_000_000})
  void aTimeBefore1973IsThatOfAClockNotSet(long seconds) throws Unfit {
    EventClock.Stamp stamp = read(new Value.Whole(seconds));
    assertThat(stamp)
        .isEqualTo(new EventClock.Stamp(NOW, EventClock.NOT_SET, seconds * 1_000_000_000));
    assertThat(stamp.skewed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-03-01 11:59:59.5 UTC | 2026-03-01T11:59:59.5Z",
        "2026-03-01T11:59:59GMT | 2026-03-01T11:59:59Z",
        "2026-03-01T12:59:59+01:00[Europe/Berlin] | 2026-03-01T11:59:59Z",
        "2026-03-01T11:59:59Z[UTC] | 2026-03-01T11:59:59Z",
        "20260301T115959Z | 2026-03-01T11:59:59Z",
        "20260301T125959.25+0100 | 2026-03-01T11:59:59.25Z",
        "20260301T125959,25+01 | 2026-03-01T11:59:59.25Z",
        "/Date(1772366399500)/ | 2026-03-01T11:59:59.5Z",
        "/Date(1772366399500+0100)/ | 2026-03-01T11:59:59.5Z",
        "Sun, 01 Mar 2026 11:59:59 GMT | 2026-03-01T11:59:59Z",
        "Sun, 1 Mar 2026 12:59:59 +0100 | 2026-03-01T11:59:59Z",
      })
  void aTimeIsReadAsOtherProgramsWriteIt(String text, String instant) throws Unfit {
    assertThat(read(new Value.Text(text))).isEqualTo(new EventClock.Stamp(ns(instant), null));
  }

  @Test
  void theDigitsOfADateAndATimeAreALocalTime() throws Unfit {
    EventClock berlin = clock(null, "Europe/Berlin");

    assertThat(berlin.read(new Value.Whole(20260301125959L), null, NOW).ns())
        .isEqualTo(ns("2026-03-01T11:59:59Z"));
    assertThat(berlin.read(new Value.Text("20260301125959250"), null, NOW).ns())
        .isEqualTo(ns("2026-03-01T11:59:59.250Z"));
    assertThatThrownBy(() -> read(new Value.Text("20260301125959")))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("names no zone");
    assertThatThrownBy(() -> clock(TimeUnit.S, null).read(new Value.Whole(1L << 60), null, NOW))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("beyond the years");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-03-01T12:59:59[Europe/Berlin]",
        "Sun, 01 Mar 2026",
        "UTC",
        "[",
        "20260301T",
        "20261301T115959Z",
        "/Date()/",
        "12 UTC",
      })
  void whatOnlyLooksLikeATimeIsNone(String text) {
    assertThatThrownBy(() -> read(new Value.Text(text))).isInstanceOf(Unfit.class);
  }
}
