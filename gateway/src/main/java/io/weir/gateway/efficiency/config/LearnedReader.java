package io.weir.gateway.efficiency.config;

import io.weir.gateway.config.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads the group {@code efficiency.learned}. */
final class LearnedReader {

  private static final Duration MOST_DISMISSED = Duration.ofDays(3660);

  private LearnedReader() {}

  /**
   * @param monitored the signals whose statistics are kept
   */
  static LearnedConfig read(Section learned, List<EfficiencyConfig.Monitored> monitored) {
    LearnedConfig off = LearnedConfig.OFF;
    return new LearnedConfig(
        learned.flag("enabled", off.enabled()),
        learned.decimal("at-least", off.atLeast()),
        learned.decimal("threshold", off.threshold()),
        learned.duration("dismissed-for", off.dismissedFor(), Duration.ofDays(1), MOST_DISMISSED),
        signals(learned, monitored));
  }

  private static List<LearnedConfig.WatchedSignal> signals(
      Section learned, List<EfficiencyConfig.Monitored> monitored) {
    List<LearnedConfig.WatchedSignal> signals = new ArrayList<>();
    for (Section section : learned.sections("signals")) {
      String metric = section.text("metric", "");
      if (!metric.isEmpty() && monitored.stream().noneMatch(m -> m.metric().equals(metric))) {
        section.problem(
            "metric",
            "efficiency.signals keeps no statistics of '" + metric + "', which this compares",
            "add { metric: " + metric + " } to efficiency.signals");
      }
      signals.add(
          new LearnedConfig.WatchedSignal(
              section.text("asset", "*/*/*/*"),
              metric,
              section.text("unit", ""),
              section.decimal("at-least", 0)));
    }
    return List.copyOf(signals);
  }
}
