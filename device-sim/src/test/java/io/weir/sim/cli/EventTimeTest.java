package io.weir.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimeTest {

  private static final EventTime BERLIN = new EventTime(ZoneId.of("Europe/Berlin"));

  @ParameterizedTest
  @CsvSource({
    "2026-07-01T12:00:00Z, 2026-07-01T12:00:00Z",
    "2026-07-01T12:00:00.1234567+05:30, 2026-07-01T06:30:00.123Z",
    "2026-07-01 12:00:00 +0200, 2026-07-01T10:00:00Z",
    "2026-07-01 12:00:00, 2026-07-01T10:00:00Z",
    "2026/07/01 12:00, 2026-07-01T10:00:00Z",
    "2026-07-01, 2026-06-30T22:00:00Z",
    "1764000000, 2025-11-24T16:00:00Z",
    "1764000000.25, 2025-11-24T16:00:00.250Z",
    "1764000000123, 2025-11-24T16:00:00.123Z",
    "1764000000123456, 2025-11-24T16:00:00.123Z",
    "1764000000123456789, 2025-11-24T16:00:00.123Z",
  })
  void commonNotationsOfATimeAreRead(String text, String instant) {
    assertThat(Instant.ofEpochMilli(BERLIN.millis(text))).isEqualTo(instant);
  }

  @Test
  void atAClockChangeTheEarlierOffsetAppliesAndAGapMovesForward() {
    assertThat(Instant.ofEpochMilli(BERLIN.millis("2026-10-25 02:30:00")))
        .isEqualTo("2026-10-25T00:30:00Z");
    assertThat(Instant.ofEpochMilli(BERLIN.millis("2026-03-29 02:30:00")))
        .isEqualTo("2026-03-29T01:30:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "NaN",
        "12",
        "20131202",
        "2026-02-30",
        "2026-13-01 00:00",
        "12:00:00",
        "-1764000000",
        "2026-07-01T25:00",
        "17640000001234567891234"
      })
  void otherTextsAreRefused(String text) {
    assertThatThrownBy(() -> BERLIN.millis(text)).isInstanceOf(DateTimeException.class);
  }
}
