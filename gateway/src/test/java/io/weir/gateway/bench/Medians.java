package io.weir.gateway.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What is said of several rounds: their median, and that of the rounds' ratios. */
final class Medians {

  private Medians() {}

  static double median(List<Double> values) {
    return median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The share of the sorted values that is no higher, such as 0.99 for the 99th percentile. */
  static double percentile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
  }

  /** Of each round its own ratio, then the median: what disturbs a round disturbs both of it. */
  static double ratio(List<Double> these, List<Double> those) {
    return median(
        IntStream.range(0, these.size()).mapToDouble(i -> these.get(i) / those.get(i)).toArray());
  }
}
