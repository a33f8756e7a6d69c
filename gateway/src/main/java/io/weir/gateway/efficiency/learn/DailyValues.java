package io.weir.gateway.efficiency.learn;

import io.weir.gateway.efficiency.codec.StateCodec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One value for each of the newest {@value #KEPT} days, and how the newest week differs from the
 * four weeks before it. All that it says is by medians, so single odd days do not matter.
 *
 * <p>The normal deviation from day to day is the median absolute deviation of the four weeks, times
 * 1.4826, which is the standard deviation where days differ by chance (B. Iglewicz, D. C. Hoaglin,
 * How to Detect and Handle Outliers, 1993; their modified z-score, and their threshold of 3.5). If
 * more than half of the days are equal, their mean absolute deviation takes its place, times
 * 1.2533.
 *
 * <p>Mutable; belongs to what it is of.
 */
final class DailyValues {

  /** Days of the newest week. */
  static final int WEEK = 7;

  /** Days that are compared: a week and four before. */
  static final int KEPT = 5 * WEEK;

  /** Days with a value that are needed of the newest week. */
  static final int LEAST_NOW = 4;

  /** The same of the four weeks before. */
  static final int LEAST_BEFORE = 10;

  /** The normal deviation is at least this share of the value: less is no measure. */
  private static final double LEAST_SPREAD = 0.001;

  private static final double OF_MAD = 1.4826;
  private static final double OF_MEAN = 1.2533;

  private int count;
  private int[] days = new int[WEEK];
  private float[] values = new float[WEEK];

  /**
   * @param now median of the newest week
   * @param before median of the four weeks before
   * @param spread normal deviation from day to day, above 0 unless {@code before} is 0
   */
  record Drift(double now, double before, double spread) {

    double change() {
      return now - before;
    }

    /** The change in normal deviations. */
    double deviations() {
      return Math.abs(change()) / spread;
    }
  }

  /** Adds the value of a day that is later than all before. */
  void add(long day, double value) {
    forget(day);
    if (count == days.length) {
      int room = Math.min(KEPT, 2 * count);
      days = Arrays.copyOf(days, room);
      values = Arrays.copyOf(values, room);
    }
    days[count] = (int) day;
    values[count] = (float) value;
    count++;
  }

  private void forget(long day) {
    int gone = 0;
    while (gone < count && days[gone] <= day - KEPT) {
      gone++;
    }
    System.arraycopy(days, gone, days, 0, count - gone);
    System.arraycopy(values, gone, values, 0, count - gone);
    count -= gone;
  }

  /** The values of the days (after, to], in ascending order. */
  double[] sorted(long after, long to) {
    double[] some = new double[count];
    int size = 0;
    for (int i = 0; i < count; i++) {
      if (days[i] > after && days[i] <= to) {
        some[size++] = values[i];
      }
    }
    double[] sorted = Arrays.copyOf(some, size);
    Arrays.sort(sorted);
    return sorted;
  }

  /**
   * How the week that ends with a day differs from the four weeks before it; {@code null} where
   * there are too few days.
   */
  @Nullable Drift drift(long day) {
    double[] now = sorted(day - WEEK, day);
    double[] before = sorted(day - KEPT, day - WEEK);
    if (now.length < LEAST_NOW || before.length < LEAST_BEFORE) {
      return null;
    }
    double middle = median(before);
    return new Drift(median(now), middle, spread(before, middle));
  }

  private static double spread(double[] values, double middle) {
    double[] off = Arrays.stream(values).map(value -> Math.abs(value - middle)).sorted().toArray();
    double mad = median(off);
    double spread = mad > 0 ? OF_MAD * mad : OF_MEAN * Arrays.stream(off).average().orElse(0);
    return Math.max(spread, LEAST_SPREAD * Math.abs(middle));
  }

  /** Of values in ascending order, at least one. */
  static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  void exchange(StateCodec codec) {
    int size = codec.small(count);
    if (size < 0 || size > KEPT) {
      throw new IllegalArgumentException("a list of days has " + size + " of them");
    }
    days = Arrays.copyOf(days, Math.max(size, WEEK));
    values = Arrays.copyOf(values, Math.max(size, WEEK));
    for (int i = 0; i < size; i++) {
      days[i] = codec.small(days[i]);
      values[i] = (float) codec.real(values[i]);
    }
    count = size;
  }
}
