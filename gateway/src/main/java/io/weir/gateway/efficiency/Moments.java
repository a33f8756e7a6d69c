package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.codec.StateCodec;

/**
 * Mean and standard deviation of values that come one by one, by the recurrence of Welford (1962):
 * no sum of squares, so values of which all but the last digits agree lose nothing.
 *
 * <p>Mutable; belongs to its {@link SignalWindow}.
 */
final class Moments {

  private long count;
  private double mean;
  private double squares;
  private double least = Double.POSITIVE_INFINITY;
  private double most = Double.NEGATIVE_INFINITY;

  void add(double value) {
    count++;
    double before = value - mean;
    mean += before / count;
    squares += before * (value - mean);
    least = Math.min(least, value);
    most = Math.max(most, value);
  }

  long count() {
    return count;
  }

  double mean() {
    return mean;
  }

  /** The standard deviation of the sample, with n - 1; NaN for fewer than two values. */
  double deviation() {
    return count < 2 ? Double.NaN : Math.sqrt(Math.max(0, squares) / (count - 1));
  }

  double least() {
    return least;
  }

  double most() {
    return most;
  }

  void exchange(StateCodec codec) {
    count = codec.number(count);
    mean = codec.real(mean);
    squares = codec.real(squares);
    least = codec.real(least);
    most = codec.real(most);
  }
}
