package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.codec.StateCodec;

/**
 * The four rules of the Western Electric handbook (1956) over consecutive values, each as its
 * distance from the centre in standard deviations. A rule is broken by a value that completes its
 * pattern:
 *
 * <ol>
 *   <li>one value beyond 3,
 *   <li>two of three consecutive values beyond 2 on the same side, the value one of them,
 *   <li>four of five beyond 1 on the same side, the value one of them,
 *   <li>eight consecutive values on the same side of the centre.
 * </ol>
 *
 * <p>Mutable; belongs to its {@link MonitoredSignal}.
 */
final class WesternElectric {

  static final int RULES = 4;

  /** What a value breaks is a matter of so many values: of itself, and of those just before it. */
  static final int LONGEST = 8;

  private static final int THREE = 0b111;
  private static final int FIVE = 0b11111;

  // The newest values beyond 2 and beyond 1, a bit each, above and below.
  private int above2;
  private int below2;
  private int above1;
  private int below1;

  /** Consecutive values on one side of the centre: above it positive, below it negative. */
  private int run;

  /** Takes a value; returns a bit for each rule that it breaks, the first rule in the lowest. */
  int take(double distance) {
    above2 = (above2 << 1 | (distance > 2 ? 1 : 0)) & THREE;
    below2 = (below2 << 1 | (distance < -2 ? 1 : 0)) & THREE;
    above1 = (above1 << 1 | (distance > 1 ? 1 : 0)) & FIVE;
    below1 = (below1 << 1 | (distance < -1 ? 1 : 0)) & FIVE;
    if (distance > 0) {
      run = Math.max(run, 0) + 1;
    } else if (distance < 0) {
      run = Math.min(run, 0) - 1;
    } else {
      run = 0;
    }
    run = Math.max(-LONGEST, Math.min(LONGEST, run));
    int broken = Math.abs(distance) > 3 ? 1 : 0;
    if (completes(above2, 2) || completes(below2, 2)) {
      broken |= 2;
    }
    if (completes(above1, 4) || completes(below1, 4)) {
      broken |= 4;
    }
    return Math.abs(run) == LONGEST ? broken | 8 : broken;
  }

  private static boolean completes(int newest, int least) {
    return (newest & 1) != 0 && Integer.bitCount(newest) >= least;
  }

  void exchange(StateCodec codec) {
    above2 = codec.small(above2);
    below2 = codec.small(below2);
    above1 = codec.small(above1);
    below1 = codec.small(below1);
    run = codec.small(run);
  }
}
