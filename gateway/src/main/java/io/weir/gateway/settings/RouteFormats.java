package io.weir.gateway.settings;

import io.weir.gateway.config.Section;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.FormatFactory;
import io.weir.gateway.normalize.RouteReader;
import io.weir.gateway.plugin.NoKeys;
import io.weir.gateway.plugin.Plugins;
import io.weir.gateway.plugin.ReadContext;
import java.util.List;

/** The installed formats, as the reader of routes asks for them. */
record RouteFormats(ReadContext context) implements RouteReader.Formats {

  @Override
  public List<String> readingPointers() {
    return Decoders.formats().stream()
        .filter(FormatFactory::readsPointers)
        .map(FormatFactory::name)
        .toList();
  }

  @Override
  public Object options(String format, Section route) {
    for (FormatFactory<?> other : Decoders.formats()) {
      if (!other.name().equals(format) && route.has(other.name()) && other.schema() != null) {
        route.problem(other.name(), "is only for the format " + other.name());
      }
    }
    FormatFactory<?> known = Decoders.format(format);
    return known == null
        ? NoKeys.NONE // the schema has refused it
        : Plugins.call(known, "reading its configuration", () -> known.read(route, context));
  }
}
