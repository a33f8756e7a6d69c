package io.weir.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TurnoverTest {

  private static int taken(int places, int entries) {
    Turnover turnover = new Turnover();
    int taken = 0;
    for (int i = 0; i < entries; i++) {
      taken += turnover.takes(places) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void ofSixteenEntriesOneTakesAPlace() {
    assertThat(taken(1, 15)).isZero();
    assertThat(taken(1, 16)).isEqualTo(1);
    assertThat(taken(1, 160)).isEqualTo(10);
  }

  @Test
  void aMemoryThatForgetsAllAtOnceWaitsForSixteenTimesWhatItHolds() {
    assertThat(taken(100, 1_599)).isZero();
    assertThat(taken(100, 3_200)).isEqualTo(2);
    assertThat(taken(1 << 28, 1_600)).isZero();
  }

  @Test
  void oneThatHoldsNothingTakesAll() {
    assertThat(taken(0, 3)).isEqualTo(3);
  }
}
