package io.weir.gateway.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SicknessTest {

  private final Sickness sickness = new Sickness();

  @Test
  void aStoreIsTriedAgainAfterAPauseThatDoubles() {
    long now = 0;
    assertThat(sickness.isOver(false, Sickness.PATIENCE_NS - 1, now)).isTrue();
    assertThat(sickness.isOver(false, Sickness.PATIENCE_NS, now)).isFalse();
    now += Sickness.FIRST_PAUSE_NS - 1;
    assertThat(sickness.isOver(false, now, now)).isFalse();
    now += 1;
    assertThat(sickness.isOver(false, now, now)).as("tried").isTrue();
    now += Sickness.TRIAL_NS;
    assertThat(sickness.isOver(false, now, now)).as("in vain").isFalse();
    now += Sickness.FIRST_PAUSE_NS;
    assertThat(sickness.isOver(false, now, now)).isFalse();
    now += Sickness.FIRST_PAUSE_NS;
    assertThat(sickness.isOver(false, now, now)).isTrue();
    assertThat(sickness.isOver(true, 0, now)).isTrue();
    assertThat(sickness.isOver(false, 1, now)).as("a new fault").isTrue();
  }
}
