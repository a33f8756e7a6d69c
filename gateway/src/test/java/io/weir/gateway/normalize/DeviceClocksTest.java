package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceClocksTest {

  private static final long S = 1_000_000_000L;

  private final DeviceClocks clocks = new DeviceClocks();

  @Test
  void theSmallestDelayIsTheClocksAndTheRestIsTheRoads() {
    clocks.note("plant", "a", 9 * S, 100 * S);
    clocks.note("plant", "a", 2 * S, 101 * S);
    clocks.note("plant", "a", 30 * S, 102 * S);

    assertThat(clocks.behindNs("plant")).isEqualTo(2 * S);
    assertThat(clocks.aheadNs("plant")).isZero();
  }

  @Test
  void aClockThatWasSetRightIsRightOnceTheWindowsHavePassed() {
    clocks.note("plant", "a", -500 * S, 100 * S);
    assertThat(clocks.aheadNs("plant")).isEqualTo(500 * S);

    clocks.note("plant", "a", S, 125 * S);
    clocks.note("plant", "a", S, 185 * S);

    assertThat(clocks.aheadNs("plant")).isZero();
    assertThat(clocks.behindNs("plant")).isEqualTo(S);
  }

  @Test
  void theDevicesFurthestOffStandFirst() {
    clocks.note("plant", "a", S, S);
    clocks.note("plant", "b", -60 * S, S);
    clocks.note("other", "c", 30 * S, S);

    assertThat(clocks.worst(2))
        .containsExactly(
            new DeviceClocks.Clock("plant", "b", -60 * S),
            new DeviceClocks.Clock("other", "c", 30 * S));
    assertThat(clocks.behindNs("plant")).isEqualTo(S);
  }
}
