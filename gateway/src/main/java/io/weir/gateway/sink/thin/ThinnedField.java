package io.weir.gateway.sink.thin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field that a window makes beside the one that has the metric's own name.
 *
 * @param metric of whose readings it is made
 * @param counts whether it is their number; else it has their type
 */
public record ThinnedField(String metric, boolean counts) {

  /** What a field of a store is by the rules of its sink; {@code null} for no such field. */
  public static @Nullable ThinnedField of(List<ThinRule> rules, String measurement, String field) {
    for (ThinRule rule : rules) {
      if (rule.method() instanceof Method.Window window) {
        for (Aggregate each : window.keep().subList(1, window.keep().size())) {
          ThinnedField found = of(rule, measurement, field, each.suffix(), each == Aggregate.COUNT);
          if (found != null) {
            return found;
          }
        }
        ThinnedField late = of(rule, measurement, field, WindowState.LATE, false);
        if (late != null) {
          return late;
        }
      }
    }
    return null;
  }

  private static @Nullable ThinnedField of(
      ThinRule rule, String measurement, String field, String suffix, boolean counts) {
    if (!field.endsWith(suffix)) {
      return null;
    }
    String metric = field.substring(0, field.length() - suffix.length());
    return rule.fits(measurement, metric) ? new ThinnedField(metric, counts) : null;
  }
}
