package io.weir.gateway.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known of clocks by a broker's answer alone. */
class RefusedTimeTest {

  private static final long NOW = TimeUnit.DAYS.toMillis(20_000);

  /**
   * @param ahead of the broker's clock, in seconds
   * @param before how old a time may be, in seconds
   * @param after how far ahead it may be, -1 for endless
   * @param age of the row
   */
  @ParameterizedTest
  @CsvSource({
    "a clock that is right and a row from last week, 0, 86400, 3600, 604800, false",
    "a clock that is right and a row at the edge, 0, 86400, 3600, 86500, true",
    "a clock that is right and a row an hour behind the edge, 0, 86400, 3600, 90001, false",
    "a clock that is ahead and a row of now, 600, 60, 3600, 0, true",
    "a clock that is ahead and a row that is nearly too old, 600, 86400, 3600, 86000, true",
    "a clock that is ahead and a row that is too old, 600, 86400, 3600, 91000, false",
    "a clock that is days ahead and a row of now, 400000, 60, 3600, 0, true",
    "no end and a clock that is ahead, 600, 60, -1, 0, true",
    "no end and a row from last week, 0, 86400, -1, 604800, false"
  })
  void aTimeThatMayBeRightIsInDoubt(
      String what, long ahead, long before, long after, long age, boolean inDoubt) {
    long theirs = NOW + 1000 * ahead;
    long to = theirs + (after < 0 ? Long.MAX_VALUE : 1000 * after);
    String words =
        "Timestamp %d of message with offset 0 is out of range. The timestamp should be within"
            + " [%d, %d]";
    RefusedTime refused =
        Objects.requireNonNull(
            RefusedTime.of(words.formatted(NOW - 1000 * age, theirs - 1000 * before, to)));
    assertThat(refused.isAhead()).isFalse();
    assertThat(refused.mayBeOldByAClock(NOW)).isEqualTo(inDoubt);
  }
}
