package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClockStepsTest {

  private final ManualTime time = new ManualTime();

  /** What came, by the clock of that moment and by the right one. */
  private record Came(long wallNs, long elapsedNs) {}

  @Test
  void withoutAStepAnAgeIsWhatTheClockSays() {
    ClockSteps clock = new ClockSteps(time);
    long then = time.wallNs();
    time.advance(Duration.ofDays(3));
    clock.look();
    assertThat(clock.ageNs(then)).isEqualTo(Duration.ofDays(3).toNanos());
  }

  @Test
  void aStepThatIsTakenBackLeavesAgesAsTheyAre() {
    ClockSteps clock = new ClockSteps(time);
    long then = time.wallNs();
    for (int i = 0; i < 100; i++) {
      time.advance(Duration.ofHours(1));
      time.jump(Duration.ofDays(1 + i));
      clock.look();
      time.jump(Duration.ofDays(-1 - i));
      clock.look();
    }
    assertThat(clock.ageNs(then)).isEqualTo(Duration.ofHours(100).toNanos());
  }

  @Test
  void nothingIsOlderThanItIsWhateverTheClockDoes() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      time.jump(Duration.ofMinutes(random.nextInt(-100_000, 100_000)));
      ClockSteps clock = new ClockSteps(time);
      List<Came> all = new ArrayList<>();
      for (int step = 0; step < 60; step++) {
        switch (random.nextInt(4)) {
          case 0 -> {
            clock.look();
            time.jump(Duration.ofMinutes(random.nextInt(-5_000, 5_000)));
          }
          case 1 -> clock.look();
          default -> all.add(new Came(time.wallNs(), time.elapsedNs()));
        }
        time.advance(Duration.ofSeconds(random.nextInt(1, 4_000)));
      }
      clock.look();
      for (Came each : all) {
        assertThat(clock.ageNs(each.wallNs()))
            .as("seed %d", seed)
            .isLessThanOrEqualTo(time.elapsedNs() - each.elapsedNs());
      }
    }
  }
}
