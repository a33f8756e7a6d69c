package io.weir.gateway.efficiency.learn;

import io.weir.gateway.efficiency.codec.StateCodec;
import org.jspecify.annotations.Nullable;

/**
 * The mean of a signal day by day, from the statistics of its windows. A window counts once, when
 * its row is final.
 *
 * <p>Mutable; belongs to its {@link LearnedMachine}.
 */
final class LearnedSignal {

  private static final long NONE = Long.MIN_VALUE;

  private final DailyValues means = new DailyValues();

  /** The start of the newest window that was taken. */
  private long window = NONE;

  private long day = NONE;
  private long ended = NONE;
  private double sum;
  private double readings;

  /** The newest instant. */
  long toldNs() {
    return window;
  }

  /** Takes a window; returns whether a day has ended with it. */
  boolean take(long start, long ofDay, double mean, double n) {
    if (start <= window || !(n > 0) || !Double.isFinite(mean)) {
      return false;
    }
    window = start;
    boolean ends = day != NONE && ofDay > day;
    if (ends) {
      means.add(day, sum / readings);
      ended = day;
      sum = 0;
      readings = 0;
    }
    day = Math.max(day, ofDay);
    sum += mean * n;
    readings += n;
    return ends;
  }

  /** How the week up to the last day that has ended differs; {@code null} where not known. */
  DailyValues.@Nullable Drift drift() {
    return means.drift(ended);
  }

  long ended() {
    return ended;
  }

  void exchange(StateCodec codec) {
    means.exchange(codec);
    window = codec.number(window);
    day = codec.number(day);
    ended = codec.number(ended);
    sum = codec.real(sum);
    readings = codec.real(readings);
  }
}
