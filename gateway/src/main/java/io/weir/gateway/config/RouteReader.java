package io.weir.gateway.config;

import io.weir.gateway.model.Pointer;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the list {@code routes}, and checks it against the sources that it serves. */
final class RouteReader {

  private final List<Section> sources;
  private final Map<String, String> patterns = new HashMap<>();

  RouteReader(List<Section> sources) {
    this.sources = sources;
  }

  List<Config.Route> read(List<Section> sections) {
    List<Config.Route> routes = sections.stream().map(this::route).toList();
    for (Section source : sources) {
      String name = source.text("name");
      boolean served = routes.stream().anyMatch(r -> r.source() == null || r.source().equals(name));
      if ("mqtt".equals(source.text("type")) && !served) {
        source.problem(
            "name",
            "no route serves this source, so it would subscribe to nothing",
            "add one, such as { topic: 'factory/{machine}/telemetry', format: json }");
      }
    }
    return routes;
  }

  private Config.Route route(Section section) {
    String format = section.text("format", "");
    return new Config.Route(
        topic(section),
        source(section),
        format,
        section.number("qos", 1),
        section.text("measurement", "telemetry"),
        time(section.section("time"), format),
        metrics(section),
        section.choice("unlisted", Config.Unlisted.KEEP));
  }

  private String topic(Section section) {
    String topic = section.text("topic", "");
    if (topic.isEmpty()) {
      return topic; // refused by the schema
    }
    String wrong = TopicSyntax.wrong(topic);
    if (wrong != null) {
      section.problem("topic", wrong);
      return topic;
    }
    String matched = TopicSyntax.matched(topic) + " " + section.text("source", "");
    String before = patterns.putIfAbsent(matched, section.key());
    if (before != null) {
      section.problem("topic", "never comes to be used: " + before + " matches the same topics");
    }
    return topic;
  }

  private @Nullable String source(Section section) {
    String source = section.text("source");
    List<String> names = sources.stream().map(s -> s.text("name", "")).toList();
    if (source != null && !names.contains(source)) {
      section.problem(
          "source",
          "there is no source '" + section.written("source") + "'",
          Nearest.suggest(
              section.written("source"), sources.stream().map(s -> s.written("name")).toList()));
    }
    return source;
  }

  private static Config.EventTime time(Section section, String format) {
    if (section.has("from") && !format.equals("json")) {
      section.problem("from", "only the format json has a time that can be pointed to");
    }
    return new Config.EventTime(
        section.text("from"),
        section.choice("unit", Sample.TimeUnit.class),
        section.zone("zone"),
        section.duration(
            "max-future", Duration.ofMinutes(10), Duration.ZERO, Duration.ofDays(36500)));
  }

  private static List<Config.Metric> metrics(Section route) {
    List<Config.Metric> metrics = new ArrayList<>();
    Set<String> payload = new HashSet<>();
    Set<String> store = new HashSet<>();
    Set<String> tags = TopicSyntax.names(route.text("topic", ""));
    for (Section section : route.sections("metrics")) {
      String from = section.text("from", "");
      String to = section.text("to");
      String key = to == null ? "from" : "to";
      String name = to == null ? Pointer.toName(from) : to;
      if (!payload.add(Pointer.toName(from))) {
        section.problem("from", "'" + section.written("from") + "' is listed already");
      } else if (!store.add(name)) {
        section.problem(key, "another metric of this route has this name");
      } else if (TopicSyntax.RESERVED.contains(name)
          || TopicSyntax.ASSET.contains(name)
          || tags.contains(name)) {
        section.problem(key, "a metric cannot have the name of a tag, nor that of the time");
      }
      metrics.add(new Config.Metric(from, to, section.choice("type", Value.Type.class)));
    }
    return List.copyOf(metrics);
  }
}
