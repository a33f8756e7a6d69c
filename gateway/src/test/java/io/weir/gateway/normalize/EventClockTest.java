package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Sample.TimeUnit;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
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
    "100000000, 1973-03-03T09:46:40Z",
    "100000000000, 1973-03-03T09:46:40Z",
    "100000000000000, 1973-03-03T09:46:40Z",
    "100000000000000000, 1973-03-03T09:46:40Z",
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
        "2026-03-01T12:00:00.1234567890Z",
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
    assertThat(inMs.read(number, TimeUnit.US, NOW).ns()).isEqualTo(ns("1970-01-07T22:40:00Z"));
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
        new EventTime(null, null, ZoneId.of("Europe/Berlin"), which, Duration.ofMinutes(10));

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
    assertThatThrownBy(() -> read(new Value.Whole(20261301125959L)))
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
