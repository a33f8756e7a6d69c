package io.weir.gateway.efficiency.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.config.LearnedConfig;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often chance alone becomes a hint, and how soon a change does: what
 * docs/reference/efficiency.md says of both. Days are drawn from a seed.
 */
@Tag("slow")
class LearnedNoiseTest {

  private static final int SUBJECTS = 1_000;
  private static final int DAYS = 365;

  /** Days that differ by chance, in shares of the value. */
  private enum Noise {
    NORMAL {
      @Override
      double next(Random random) {
        return random.nextGaussian();
      }
    },
    /** One day of twenty is far out, as after a fault of a sensor. */
    OUTLIERS {
      @Override
      double next(Random random) {
        return random.nextInt(20) == 0 ? 10 * random.nextGaussian() : random.nextGaussian();
      }
    };

    abstract double next(Random random);
  }

  private static boolean isDrift(DailyValues days, long day) {
    DailyValues.Drift drift = days.drift(day);
    LearnedConfig usual = LearnedConfig.OFF;
    return drift != null
        && drift.deviations() >= usual.threshold()
        && Math.abs(drift.change()) >= usual.atLeast() * drift.before();
  }

  /** Of a year of that many subjects, how many had a hint on any day. */
  private static int alarms(Noise noise, double share) {
    int alarms = 0;
    for (int subject = 0; subject < SUBJECTS; subject++) {
      Random random = new Random(subject);
      DailyValues days = new DailyValues();
      boolean alarm = false;
      for (int day = 0; day < DAYS; day++) {
        days.add(day, 12 * (1 + share * noise.next(random)));
        alarm |= isDrift(days, day);
      }
      alarms += alarm ? 1 : 0;
    }
    return alarms;
  }

  @ParameterizedTest
  @CsvSource({"NORMAL, 0.02, 0", "OUTLIERS, 0.02, 3", "NORMAL, 0.1, 25", "OUTLIERS, 0.1, 25"})
  void chanceAloneIsSeldomAHint(Noise noise, double share, int most) {
    assertThat(alarms(noise, share)).isLessThanOrEqualTo(most);
  }

  /** Days until a change is a hint, after 60 days that differ by 2 % by chance. */
  private static int daysToFind(int seed, DoubleUnaryOperator change) {
    Random random = new Random(seed);
    DailyValues days = new DailyValues();
    for (int day = -60; day < 40; day++) {
      double now = day < 0 ? 1 : change.applyAsDouble(day);
      days.add(100 + day, 12 * now * (1 + 0.02 * random.nextGaussian()));
      if (day >= 0 && isDrift(days, 100 + day)) {
        return day + 1;
      }
    }
    return Integer.MAX_VALUE;
  }

  @Test
  void aStepOfTwelvePercentIsFoundWithinAWeek() {
    int[] found = IntStream.range(0, SUBJECTS).map(seed -> daysToFind(seed, d -> 1.12)).toArray();
    assertThat(Arrays.stream(found).filter(days -> days <= 4).count()).isGreaterThan(850);
    assertThat(Arrays.stream(found).filter(days -> days <= DailyValues.WEEK).count())
        .isGreaterThan(990);
  }

  /** What a week changes is then what days differ by anyway; so much the page says. */
  @Test
  void aCreepOfThreePercentAWeekIsMostlyNotFound() {
    int[] found =
        IntStream.range(0, SUBJECTS)
            .map(seed -> daysToFind(seed, day -> 1 + 0.03 * day / DailyValues.WEEK))
            .toArray();
    assertThat(Arrays.stream(found).filter(days -> days <= 40).count()).isBetween(150L, 500L);
  }
}
