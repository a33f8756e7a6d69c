package io.weir.gateway.normalize;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.BoundedMap;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Weight;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One instance for each series, so that later stages can cache by identity. Shared by all source
 * threads. Bounded: once full it is emptied, which costs repeats, not correctness.
 */
final class SeriesCache {

  private final BoundedMap<Series, Series> known;

  /**
   * @param bytes of the heap that it may take, about
   */
  SeriesCache(long bytes) {
    known = new BoundedMap<>(bytes, series -> Weight.of(series));
  }

  Series of(String measurement, Asset asset, Map<String, String> tags) {
    Series wanted = new Series(measurement, asset, tags);
    Series shared = known.get(wanted);
    if (shared != null) {
      return shared;
    }
    Map<String, String> sorted =
        tags.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(tags));
    Series made = new Series(measurement, asset, sorted);
    return known.putIfAbsent(made, made);
  }
}
