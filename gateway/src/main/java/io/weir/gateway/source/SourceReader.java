package io.weir.gateway.source;

import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.Kinds;
import io.weir.gateway.plugin.Plugins;
import io.weir.gateway.plugin.ReadContext;
import java.util.ArrayList;
import java.util.List;

/** Reads the list {@code sources}: each by the factory of its type. */
public final class SourceReader {

  private SourceReader() {}

  public static List<SourceConfig> read(List<Section> sections, ReadContext context) {
    Kinds<SourceFactory<?>> kinds = Kinds.installed(SourceFactory.class);
    List<SourceConfig> sources = new ArrayList<>();
    for (Section section : sections) {
      if (section.text("name", "").equalsIgnoreCase(SourceConfig.REPLAY)) {
        section.problem("name", "is that of what is replayed from the quarantine; choose another");
      }
      SourceFactory<?> factory = kinds.get(section.text("type", ""));
      if (factory != null) { // else refused by the schema
        sources.add(
            Plugins.call(
                factory, "reading its configuration", () -> factory.read(section, context)));
      }
    }
    return List.copyOf(sources);
  }
}
