package io.weir.gateway.sink.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Time;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThrottleTest {

  private static final Rates DAY =
      new Rates(
          ZoneId.of("Europe/Berlin"),
          List.of(
              new Rates.Span(LocalTime.of(6, 0), LocalTime.of(22, 0), 4_000),
              new Rates.Span(LocalTime.of(22, 0), LocalTime.of(2, 0), 16_000)));

  /** A clock that only naps move. */
  private static final class Ticking implements Time {
    private final long beginNs;
    private long elapsedNs;

    Ticking(String begin) {
      this.beginNs = Instant.parse(begin).getEpochSecond() * 1_000_000_000L;
    }

    @Override
    public long wallNs() {
      return beginNs + elapsedNs;
    }

    @Override
    public long elapsedNs() {
      return elapsedNs;
    }
  }

  @Test
  void theRateIsThatOfTheHourInTheZone() {
    assertThat(DAY.bytesPerSecond(Instant.parse("2026-07-01T04:00:00Z"))).isEqualTo(4_000);
    assertThat(DAY.bytesPerSecond(Instant.parse("2026-07-01T19:59:59Z"))).isEqualTo(4_000);
    assertThat(DAY.bytesPerSecond(Instant.parse("2026-07-01T20:00:00Z"))).isEqualTo(16_000);
    assertThat(DAY.bytesPerSecond(Instant.parse("2026-07-01T23:59:00Z"))).isEqualTo(16_000);
    assertThat(DAY.bytesPerSecond(Instant.parse("2026-07-02T00:00:00Z"))).isEqualTo(Rates.NONE);
    Rates always =
        new Rates(
            ZoneId.of("UTC"), List.of(new Rates.Span(LocalTime.MIN, LocalTime.MIDNIGHT, 500)));
    assertThat(always.bytesPerSecond(Instant.parse("2026-07-02T13:00:00Z"))).isEqualTo(500);
  }

  @Test
  void whatIsSentStaysWithinTheRateWithAllAroundIt() throws Exception {
    Ticking time = new Ticking("2026-07-01T10:00:00Z");
    Throttle throttle = new Throttle(DAY, time, ns -> time.elapsedNs += ns);
    int left = 40_000;
    int chunks = 0;
    while (left > 0) {
      left -= throttle.await(left);
      chunks++;
    }
    double seconds = time.elapsedNs / 1e9;
    assertThat(chunks).isGreaterThanOrEqualTo(40_000 / 1_400);
    assertThat((40_000 - 1_400 + 75 * (chunks - 1)) / seconds).isBetween(3_900.0, 4_000.1);
  }

  @Test
  void withoutALimitNothingWaits() throws Exception {
    Ticking time = new Ticking("2026-07-01T01:00:00Z");
    Throttle throttle = new Throttle(DAY, time, ns -> time.elapsedNs += ns);
    for (int left = 1 << 20; left > 0; ) {
      left -= throttle.await(left);
    }
    assertThat(time.elapsedNs).isZero();
  }
}
