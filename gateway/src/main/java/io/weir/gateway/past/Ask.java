package io.weir.gateway.past;

import io.weir.gateway.live.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which rows are asked for.
 *
 * @param fields of the measurement that are read
 * @param where the values of tags
 * @param tags of the measurement
 * @param from nanoseconds since the epoch
 * @param to behind it
 */
record Ask(
    String measurement,
    List<String> fields,
    Scope scope,
    Map<String, String> where,
    List<String> tags,
    long from,
    long to) {

  boolean holds(PastRow row) {
    return row.timeNs() >= from
        && row.timeNs() < to
        && scope.holds(row.asset())
        && where.entrySet().stream().allMatch(e -> row.tag(e.getKey()).equals(e.getValue()));
  }

  /** As a store is asked: its levels are tags too. */
  Map<String, String> allTags() {
    Map<String, String> all = new LinkedHashMap<>(where);
    all.putAll(levels(scope));
    return all;
  }

  /** The levels that a scope names; "" for one that an asset must not have. */
  static Map<String, String> levels(Scope scope) {
    Map<String, String> levels = new LinkedHashMap<>();
    put(levels, "site", scope.site());
    put(levels, "area", scope.area());
    put(levels, "line", scope.line());
    put(levels, "machine", scope.machine());
    return levels;
  }

  private static void put(Map<String, String> levels, String name, @Nullable String value) {
    if (value != null) {
      levels.put(name, value);
    }
  }
}
