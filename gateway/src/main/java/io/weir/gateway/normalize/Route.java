package io.weir.gateway.normalize;

import io.weir.gateway.config.Config;
import io.weir.gateway.model.Pointer;
import io.weir.gateway.model.Value;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A route of the configuration, made ready: its pattern, its clock rules, its metrics by name. */
final class Route {

  /**
   * What a route says of one metric.
   *
   * @param to its name in the store
   * @param type the type declared for it, or {@code null}
   */
  record Metric(String to, Value.@Nullable Type type) {}

  final TopicPattern pattern;
  final @Nullable String source;
  final String measurement;
  final EventClock clock;
  private final Map<String, Metric> metrics = new HashMap<>();

  /** Whether metrics that are not listed are left out. */
  final boolean dropsUnlisted;

  Route(Config.Route route) {
    this.pattern = TopicPattern.parse(route.topic());
    this.source = route.source();
    this.measurement = route.measurement();
    this.clock = new EventClock(route.time());
    this.dropsUnlisted = route.unlisted() == Config.Unlisted.DROP;
    for (Config.Metric metric : route.metrics()) {
      String name = Pointer.toName(metric.from());
      metrics.putIfAbsent(
          name, new Metric(metric.to() == null ? name : metric.to(), metric.type()));
    }
  }

  /** What the route says of the metric of that name; {@code null} if it does not list it. */
  @Nullable Metric metric(String name) {
    return metrics.isEmpty() ? null : metrics.get(name);
  }
}
