package io.weir.gateway.efficiency;

import io.weir.gateway.model.Reading;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rows as they were written last, each without what earlier writes of it said: a store would
 * keep the fields of those.
 */
final class LastWrites {

  private final Map<String, Map<String, Object>> rows = new TreeMap<>();

  void write(List<Reading> readings) {
    Map<String, Map<String, Object>> now = new HashMap<>();
    for (Reading reading : readings) {
      String name =
          "%s %s %s %s"
              .formatted(
                  reading.series().measurement(),
                  reading.series().asset().path(),
                  new TreeMap<>(reading.series().tags()),
                  Instant.ofEpochSecond(0, reading.timeNs()));
      Map<String, Object> row = now.get(name);
      if (row == null || row.containsKey(reading.metric())) {
        row = new TreeMap<>();
        now.put(name, row);
      }
      row.put(reading.metric(), StoredRows.plain(reading.value()));
    }
    rows.putAll(now);
  }

  Map<String, Map<String, Object>> rows() {
    return rows;
  }
}
