package io.weir.gateway.efficiency;

import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows as they were written last, each without what earlier writes of it said: a store would
 * keep the fields of those.
 */
final class LastWrites {

  private record Row(Series series, long time) {
    String name() {
      return "%s %s %s %s"
          .formatted(
              series.measurement(),
              series.asset().path(),
              new TreeMap<>(series.tags()),
              Instant.ofEpochSecond(0, time));
    }
  }

  private final Map<Row, Map<String, Object>> rows = new HashMap<>();

  /** The readings of a row come one after another. */
  void write(List<Reading> readings) {
    @Nullable Reading before = null;
    Map<String, Object> row = new TreeMap<>();
    for (Reading reading : readings) {
      boolean same =
          before != null
              && before.series() == reading.series()
              && before.timeNs() == reading.timeNs();
      if (!same || row.containsKey(reading.metric())) {
        row = new TreeMap<>();
        rows.put(new Row(reading.series(), reading.timeNs()), row);
      }
      row.put(reading.metric(), StoredRows.plain(reading.value()));
      before = reading;
    }
  }

  /** Each row by its name: measurement, asset, tags and instant. */
  Map<String, Map<String, Object>> rows() {
    Map<String, Map<String, Object>> named = new TreeMap<>();
    rows.forEach((row, fields) -> named.put(row.name(), fields));
    return named;
  }
}
