package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Other formats that give something which the best does not: a value, or an instant of one. Those
 * that only name the same values otherwise, or lose some, are not worth a choice; nor are those
 * that read less than half of the messages.
 */
final class Rivals {

  private static final int MOST = 3;

  private Rivals() {}

  /** One of each format, the best first. */
  static List<Tried> of(Tried best, List<Tried> tried) {
    Map<String, Tried> rivals = new LinkedHashMap<>();
    for (Tried each : tried) {
      boolean isOther = !each.candidate().format().equals(best.candidate().format());
      boolean givesMore = !best.outcome().values.containsAll(each.outcome().values);
      if (isOther && givesMore && 2 * each.read() >= best.read() && rivals.size() < MOST) {
        rivals.putIfAbsent(each.candidate().format(), each);
      }
    }
    return new ArrayList<>(rivals.values());
  }

  /** A line of the best, and one of each rival; none where there is no rival. */
  static List<String> told(Tried best, List<Tried> rivals) {
    List<String> told = new ArrayList<>();
    if (!rivals.isEmpty()) {
      told.add(line(best));
      rivals.forEach(each -> told.add(line(each)));
    }
    return told;
  }

  private static String line(Tried tried) {
    return tried.candidate().format() + ": " + tried.outcome().told();
  }
}
