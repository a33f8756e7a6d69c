package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Bare values that look like numbers and are none: an order 004711. */
final class ScalarTexts {

  private ScalarTexts() {}

  /** Metrics that are texts, as a route declares them. */
  static List<Map<String, Object>> of(List<Topic> topics) {
    Map<String, Set<String>> values = new TreeMap<>();
    for (Topic topic : topics) {
      String last = topic.levels[topic.levels.length - 1];
      Set<String> seen = values.computeIfAbsent(last, unused -> new TreeSet<>());
      topic.views.forEach(view -> seen.add(view.text()));
    }
    List<Map<String, Object>> metrics = new ArrayList<>();
    values.forEach(
        (name, texts) -> {
          boolean areDigits = texts.stream().allMatch(each -> each.matches("\\d+"));
          boolean isSpelt = texts.stream().anyMatch(each -> each.matches("0\\d+"));
          if (areDigits && isSpelt) {
            metrics.add(Shaping.typed(name, "string"));
          }
        });
    return metrics;
  }
}
