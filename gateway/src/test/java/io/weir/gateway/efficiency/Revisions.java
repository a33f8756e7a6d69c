package io.weir.gateway.efficiency;

import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The revision of each row of figures, and each row that got a lower one than it had. */
final class Revisions {

  /** By series and instant. */
  private final Map<Series, Map<Long, Long>> ofRows = new HashMap<>();

  final List<String> fell = new ArrayList<>();
  long highest;

  void take(Message message) {
    take(message.readings());
  }

  void take(List<Reading> rows) {
    for (Reading reading : rows) {
      if (reading.metric().equals("revision")) {
        long revision = ((Value.Whole) reading.value()).value();
        Long before =
            ofRows
                .computeIfAbsent(reading.series(), series -> new HashMap<>())
                .put(reading.timeNs(), revision);
        if (before != null && before > revision) {
          fell.add(
              name(reading.series(), reading.timeNs())
                  + " fell from "
                  + before
                  + " to "
                  + revision);
        }
        highest = Math.max(highest, revision);
      }
    }
  }

  private static String name(Series series, long timeNs) {
    return series + " " + timeNs;
  }

  /** The rows that have this one. */
  List<String> rowsOf(long revision) {
    List<String> rows = new ArrayList<>();
    ofRows.forEach(
        (series, times) ->
            times.forEach(
                (timeNs, each) -> {
                  if (each == revision) {
                    rows.add(name(series, timeNs));
                  }
                }));
    return rows;
  }
}
