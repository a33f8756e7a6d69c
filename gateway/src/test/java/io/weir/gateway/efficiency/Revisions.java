package io.weir.gateway.efficiency;

import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The revision of each row of figures, and each row that got a lower one than it had. */
final class Revisions {

  final Map<String, Long> ofRows = new HashMap<>();
  final List<String> fell = new ArrayList<>();
  long highest;

  void take(Message message) {
    take(message.readings());
  }

  void take(List<Reading> rows) {
    for (Reading reading : rows) {
      if (reading.metric().equals("revision")) {
        long revision = ((Value.Whole) reading.value()).value();
        String row = reading.series() + " " + reading.timeNs();
        Long before = ofRows.put(row, revision);
        if (before != null && before > revision) {
          fell.add(row + " fell from " + before + " to " + revision);
        }
        highest = Math.max(highest, revision);
      }
    }
  }
}
