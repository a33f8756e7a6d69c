package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Other formats that give something which the best does not: a value, or an instant of one. Those
 * that only name the same values otherwise, or lose some, are not worth a choice; nor are those
 * that read less than half of the messages.
 */
final class Rivals {

  private static final int MOST = 3;

  private Rivals() {}

  /** Of each other format the best way, if it is one; the best first, as they are given. */
  static List<Tried> of(Tried best, List<Tried> tried) {
    List<Tried> rivals = new ArrayList<>();
    Set<String> seen = new HashSet<>(Set.of(best.candidate().format()));
    for (Tried each : tried) {
      boolean isFirst = seen.add(each.candidate().format()); // a worse way of the same is no choice
      boolean givesMore = !best.outcome().values.containsAll(each.outcome().values);
      if (isFirst && givesMore && 2 * each.read() >= best.read() && rivals.size() < MOST) {
        rivals.add(each);
      }
    }
    return rivals;
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
