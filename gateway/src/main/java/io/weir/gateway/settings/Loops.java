package io.weir.gateway.settings;

import io.weir.gateway.config.Section;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.TopicFilter;
import io.weir.gateway.normalize.TopicPattern;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.source.SourceConfig;
import java.net.URI;
import java.util.List;

/** Finds sinks that may publish to topics that the gateway itself subscribes to. */
final class Loops {

  private Loops() {}

  /** Adds a problem to each such sink. Routes that are wrong themselves are left out. */
  static void refuse(
      List<SourceConfig> sources,
      List<RouteConfig> routes,
      List<SinkConfig> sinks,
      List<Section> sections) {
    List<RouteConfig> right =
        routes.stream().filter(route -> TopicPattern.wrong(route.topic()) == null).toList();
    for (SinkConfig sink : sinks) {
      if (sink.written() == null) {
        continue;
      }
      URI broker = URI.create(sink.address());
      for (SourceConfig source : sources) {
        if (source.hears(broker.getHost(), broker.getPort())) {
          TopicFilter.of(right, source.name()).stream()
              .map(TopicFilter::filter)
              .filter(sink::publishesTo)
              .findFirst()
              .ifPresent(filter -> refuse(sink, source, filter, sections));
        }
      }
    }
  }

  private static void refuse(
      SinkConfig sink, SourceConfig source, String filter, List<Section> sections) {
    for (Section section : sections) {
      if (section.text("name", "").equals(sink.name())) {
        section.problem(
            section.has("sparkplug") ? "sparkplug" : "topic",
            "may publish to what source "
                + source.name()
                + " subscribes to by "
                + filter
                + ": the gateway would read what it has written",
            "begin the topics of this sink with a level that no route has");
        return;
      }
    }
  }
}
