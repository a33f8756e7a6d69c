package io.weir.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.log.Time;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateTest {

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicLong total = new AtomicLong(1_000_000);

  private final Rate rate =
      new Rate(
          total::get,
          new Time() {
            @Override
            public long wallNs() {
              throw new AssertionError("a rate needs no wall time");
            }

            @Override
            public long elapsedNs() {
              return nanos.get();
            }
          });

  private double after(double seconds, long more) {
    nanos.addAndGet((long) (seconds * 1e9));
    total.addAndGet(more);
    return rate.perSecond();
  }

  @Test
  void aSteadyTotalShowsItsRate() {
    for (int i = 0; i < 30; i++) {
      assertThat(after(1, 250)).isEqualTo(250);
    }
  }

  @Test
  void whatEndedIsForgottenAfterAFewSeconds() {
    after(1, 1_000);
    double last = 0;
    for (int i = 0; i < 10; i++) {
      last = after(1, 0);
    }
    assertThat(last).isZero();
  }

  @Test
  void aDeviceThatSendsEveryTenSecondsNeverShowsZero() {
    after(1, 20);
    for (int i = 0; i < 9; i++) {
      after(1, 0);
    }
    after(1, 20);
    for (int second = 1; second < 300; second++) {
      double rate = after(1, second % 10 == 0 ? 20 : 0);
      if (second > 50) {
        assertThat(rate).isCloseTo(2, within(0.41));
      }
      assertThat(rate).as("after %d s", second).isPositive();
    }
  }

  /** As figures are written, of several kinds one after the other. */
  @Test
  void aBurstOfRisesEachMinuteNeverShowsZeroOnceItIsUsual() {
    for (int second = 0; second < 900; second++) {
      double rate = after(1, second % 60 < 3 ? 100 : 0);
      if (second > 200) {
        assertThat(rate).as("after %d s", second).isCloseTo(5, within(2.6));
      }
    }
  }

  @Test
  void whatCameRarelyAndEndedIsForgottenAfterFiveOfItsGaps() {
    for (int second = 1; second <= 100; second++) {
      after(1, second % 10 == 0 ? 20 : 0);
    }
    double last = 1;
    for (int second = 0; second < 51; second++) {
      last = after(1, 0);
    }
    assertThat(last).isZero();
  }

  @Test
  void afterALongPauseASteadyTotalShowsItsRateAtOnce() {
    after(1, 500);
    after(100, 0);
    double last = 0;
    for (int i = 0; i < 6; i++) {
      last = after(1, 500);
    }
    assertThat(last).isEqualTo(500);
  }

  @Test
  void aLongPauseBetweenQuestionsIsAveraged() {
    assertThat(after(60, 6_000)).isCloseTo(100, within(1e-9));
  }

  @Test
  void askingOftenCostsNoMemoryAndShowsTheSame() {
    double last = 0;
    for (int i = 0; i < 100_000; i++) {
      last = after(0.001, 2);
    }
    assertThat(last).isCloseTo(2_000, within(10.0));
  }

  @Test
  void aMomentIsTooShortToTell() {
    assertThat(after(0.1, 1_000)).isZero();
  }
}
