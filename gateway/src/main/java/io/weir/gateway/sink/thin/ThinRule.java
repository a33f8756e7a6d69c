package io.weir.gateway.sink.thin;

import io.weir.gateway.model.AssetFilter;
import io.weir.gateway.model.NamePattern;
import java.util.List;

/**
 * Which readings are thinned, and how. Of several rules the first that fits counts.
 *
 * @param assets of the readings
 * @param measurements patterns of which one must fit; none for all
 * @param metrics patterns of which one must fit; none for all
 */
public record ThinRule(
    AssetFilter assets, List<NamePattern> measurements, List<NamePattern> metrics, Method method) {

  public ThinRule {
    measurements = List.copyOf(measurements);
    metrics = List.copyOf(metrics);
  }

  /** Whether it fits all readings. */
  boolean fitsAll() {
    return assets.takesAll() && measurements.isEmpty() && metrics.isEmpty();
  }

  boolean fits(SeriesMetric of) {
    return assets.takes(of.series().asset()) && fits(of.series().measurement(), of.metric());
  }

  /** Whether it may fit readings of some asset. */
  boolean fits(String measurement, String metric) {
    return anyFits(measurements, measurement) && anyFits(metrics, metric);
  }

  private static boolean anyFits(List<NamePattern> patterns, String name) {
    return patterns.isEmpty() || patterns.stream().anyMatch(each -> each.fits(name));
  }
}
