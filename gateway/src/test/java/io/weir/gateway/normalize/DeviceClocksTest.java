package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceClocksTest {

  private static final long S = 1_000_000_000L;

  private final DeviceClocks clocks = new DeviceClocks(1 << 20);

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
  void theDeviceFurthestOffStandsForItsSource() {
    clocks.note("plant", "a", S, S);
    clocks.note("plant", "b", -60 * S, S);
    clocks.note("plant", "c", 5 * S, S);
    clocks.note("other", "d", 30 * S, S);

    assertThat(clocks.behindNs("plant")).isEqualTo(5 * S);
    assertThat(clocks.aheadNs("plant")).isEqualTo(60 * S);
    assertThat(clocks.aheadNs("other")).isZero();
  }

  @Test
  void aNewDeviceWhoseClockIsWrongShowsThoughMoreDevicesSendThanItHolds() {
    DeviceClocks few = new DeviceClocks(16 << 10);
    for (int i = 0; i < 1_000; i++) {
      few.note("plant", "device-" + i, 0, S);
    }

    few.note("plant", "new", -3_600 * S, S);

    assertThat(few.aheadNs("plant", "new")).isEqualTo(3_600 * S);
    assertThat(few.aheadNs("plant")).isEqualTo(3_600 * S);
  }
}
