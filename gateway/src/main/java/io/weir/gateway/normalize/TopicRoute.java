package io.weir.gateway.normalize;

import static java.util.stream.Collectors.joining;

import io.weir.gateway.model.Pointer;
import io.weir.gateway.model.Value;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A route of the configuration, made ready: its pattern, its clock rules, its metrics by name. */
final class TopicRoute {

  /**
   * What a route says of one metric.
   *
   * @param to its name in the store; "" for the one it has
   * @param type the type declared for it, or {@code null}
   * @param values what its values stand for, by their texts; empty where they are what they say
   * @param conditioning what is done to its numbers, or {@code null}
   * @param range where it may lie, or {@code null}
   * @param report which readings of it are kept, or {@code null} for all
   */
  record Metric(
      String to,
      Value.@Nullable Type type,
      Map<String, Value> values,
      @Nullable Conditioning conditioning,
      RouteConfig.@Nullable Range range,
      @Nullable ReportRule report) {}

  final TopicPattern pattern;
  final @Nullable String source;
  final String measurement;
  final EventClock clock;
  private final Map<String, Metric> metrics = new HashMap<>();

  /** For metrics that are not listed; {@code null} where they are left out. */
  private final @Nullable Metric unlisted;

  final @Nullable Assets assets;
  final RouteConfig.@Nullable Trust trust;

  /** The field that {@link #trust} looks at; "" for none. */
  final String trusted;

  /** Fields of the payload that say where it belongs or how good it is: not metrics, nor tags. */
  final Set<String> labels;

  /** Fields of the payload that are tags: by the key of the tag, the name of the field. */
  final Map<String, String> tags;

  /** What is left out; {@code null} for nothing. */
  private final @Nullable Pattern ignored;

  /** The field that counts the messages; {@code null} for none. */
  final RouteConfig.@Nullable Sequence sequence;

  final long dedupNs;

  /** Whether retained messages without a time of their own are taken. */
  final boolean keepsRetained;

  final int newSeries;

  TopicRoute(RouteConfig route) {
    this.pattern = TopicPattern.parse(route.topic());
    this.source = route.source();
    this.measurement = route.measurement();
    this.clock = new EventClock(route.time());
    this.unlisted =
        route.unlisted() == RouteConfig.Unlisted.DROP
            ? null
            : new Metric("", null, Map.of(), null, null, ReportRule.of(route.reporting()));
    this.assets = route.asset() == null ? null : new Assets(route.asset());
    this.trust = route.trust();
    this.trusted = trust == null ? "" : Pointer.toName(trust.from());
    this.tags = new TreeMap<>();
    route.fields().tags().forEach((key, field) -> tags.put(key, Pointer.toName(field)));
    this.labels = labels(assets, trusted, tags.values());
    this.ignored = ignored(route.fields().ignored());
    this.sequence = route.devices().sequence();
    this.dedupNs = route.dedup().toNanos();
    this.keepsRetained = route.retained() == RouteConfig.Retained.KEEP;
    this.newSeries = route.limits().newSeries();
    for (RouteConfig.Metric metric : route.metrics()) {
      String name = Pointer.toName(metric.from());
      metrics.putIfAbsent(
          name,
          new Metric(
              metric.to() == null ? name : metric.to(),
              metric.type(),
              metric.values(),
              Conditioning.of(metric),
              metric.range(),
              ReportRule.of(metric.reporting())));
    }
  }

  private static @Nullable Pattern ignored(List<String> names) {
    if (names.isEmpty()) {
      return null;
    }
    StringJoiner any = new StringJoiner("|");
    for (String name : names) {
      any.add(Arrays.stream(name.split("\\*", -1)).map(Pattern::quote).collect(joining(".*")));
    }
    return Pattern.compile(any.toString(), Pattern.DOTALL);
  }

  /** Whether the metric of that name is left out; one that is listed is not. */
  boolean ignores(String name) {
    return ignored != null && !metrics.containsKey(name) && ignored.matcher(name).matches();
  }

  private static Set<String> labels(
      @Nullable Assets assets, String trusted, Collection<String> tags) {
    Set<String> labels = new TreeSet<>(tags);
    if (assets != null) {
      labels.addAll(assets.fields());
    }
    if (!trusted.isEmpty()) {
      labels.add(trusted);
    }
    return Set.copyOf(labels);
  }

  /** What the route says of the metric of that name; {@code null} if it is left out. */
  @Nullable Metric metric(String name) {
    Metric listed = metrics.isEmpty() ? null : metrics.get(name);
    return listed == null ? unlisted : listed;
  }
}
