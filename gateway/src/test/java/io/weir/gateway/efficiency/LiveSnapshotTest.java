package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LiveSnapshotTest {

  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final PlantClock clock = new PlantClock();
  private final LiveSnapshot shown = new LiveSnapshot(clock, EfficiencySnapshot.empty(0.8));
  private int made;

  /** How often it is made in a minute, if making it takes so long. */
  private int madeInAMinute(long takesMs, boolean isLookedAt) {
    made = 0;
    long end = clock.now + TimeUnit.MINUTES.toNanos(1);
    while (clock.now < end) {
      if (isLookedAt) {
        shown.asked();
      }
      shown.makeIfDue(
          () -> {
            made++;
            clock.now += takesMs * MS;
            return EfficiencySnapshot.empty(0.8);
          });
      shown.newest(); // is no look
      clock.now += MS;
    }
    return made;
  }

  @Test
  void itIsMadeTwiceASecondWhereThatTakesNothing() {
    assertThat(madeInAMinute(0, false)).isBetween(119, 120);
    assertThat(madeInAMinute(0, true)).isBetween(119, 120);
  }

  @Test
  void ofTenThousandMachinesItTakesAHundredthOfTheTimeWhileNobodyLooks() {
    assertThat(madeInAMinute(30, false)).isBetween(19, 21);
    assertThat(madeInAMinute(30, true)).isGreaterThanOrEqualTo(110);
  }

  @Test
  void itIsSoonNewAgainOnceSomebodyLooks() {
    madeInAMinute(500, false);
    clock.now += 3_000 * MS;
    EfficiencySnapshot before = shown.asked();
    shown.makeIfDue(() -> EfficiencySnapshot.empty(0.5));
    assertThat(shown.asked()).isNotSameAs(before);
  }

  @Test
  void whoLookedOnceIsGoneAfterTenSeconds() {
    madeInAMinute(500, true);
    clock.now += 11_000 * MS;
    assertThat(madeInAMinute(500, false)).isLessThanOrEqualTo(2);
  }
}
