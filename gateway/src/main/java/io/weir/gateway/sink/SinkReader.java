package io.weir.gateway.sink;

import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.Kinds;
import io.weir.gateway.plugin.Plugins;
import io.weir.gateway.plugin.ReadContext;
import java.util.ArrayList;
import java.util.List;

/** Reads the list {@code sinks}: each by the factory of its type. */
public final class SinkReader {

  private SinkReader() {}

  public static List<SinkConfig> read(List<Section> sections, ReadContext context) {
    Kinds<SinkFactory<?>> kinds = Kinds.installed(SinkFactory.class);
    List<SinkConfig> sinks = new ArrayList<>();
    for (Section section : sections) {
      SinkFactory<?> factory = kinds.get(section.text("type", ""));
      if (factory != null) { // else refused by the schema
        sinks.add(
            Plugins.call(
                factory, "reading its configuration", () -> factory.read(section, context)));
      }
    }
    return List.copyOf(sinks);
  }
}
