package io.weir.gateway.normalize;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Series;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One instance for each series, so that later stages can cache by identity. Shared by all source
 * threads. Bounded: once full it is emptied, which costs repeats, not correctness.
 */
final class SeriesCache {

  private static final int MOST = 50_000;

  private final ConcurrentHashMap<Series, Series> known = new ConcurrentHashMap<>();

  Series of(String measurement, Asset asset, Map<String, String> tags) {
    Series wanted = new Series(measurement, asset, tags);
    Series shared = known.get(wanted);
    if (shared != null) {
      return shared;
    }
    if (known.size() >= MOST) {
      known.clear();
    }
    Map<String, String> sorted =
        tags.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(tags));
    Series made = new Series(measurement, asset, sorted);
    Series before = known.putIfAbsent(made, made);
    return before == null ? made : before;
  }
}
