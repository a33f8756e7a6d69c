package io.weir.gateway.cli;

import io.weir.gateway.efficiency.EfficiencyConfig;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.settings.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a configuration runs, in a few lines. */
final class Summary {

  private Summary() {}

  static List<String> of(Config config) {
    List<String> lines = new ArrayList<>();
    lines.add(line("gateway", config.gateway().id() + ", data in " + config.gateway().dataDir()));
    config
        .sources()
        .forEach(source -> lines.add(line("source " + source.name(), source.summary())));
    for (RouteConfig route : config.routes()) {
      lines.add(line("route", route.topic() + " as " + route.format()));
    }
    Config.Buffer buffer = config.buffer();
    lines.add(
        line(
            "buffer",
            (buffer.maxSize() >> 20)
                + " MiB, then "
                + (buffer.whenFull() == Config.WhenFull.BLOCK
                    ? "no more is acknowledged"
                    : "the oldest is dropped")));
    EfficiencyConfig efficiency = config.efficiency();
    if (efficiency != null) {
      lines.add(line("efficiency", of(efficiency)));
    }
    config.sinks().forEach(sink -> lines.add(line("sink " + sink.name(), sink.summary())));
    lines.add(line("http", config.http().bind() + ":" + config.http().port()));
    return lines;
  }

  private static String line(String subject, String text) {
    return "  %-18s %s".formatted(subject, text);
  }

  private static String of(EfficiencyConfig efficiency) {
    String shifts =
        efficiency.shifts().isEmpty()
            ? "no shifts"
            : efficiency.shifts().stream()
                .map(EfficiencyConfig.Shift::name)
                .collect(Collectors.joining(", "));
    return shifts + " in " + efficiency.zone() + ", lines " + efficiency.lines().size();
  }
}
