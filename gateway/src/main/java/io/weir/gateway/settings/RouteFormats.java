package io.weir.gateway.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.config.Section;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.Expectations;
import io.weir.gateway.decode.FormatFactory;
import io.weir.gateway.normalize.RouteReader;
import io.weir.gateway.plugin.NoKeys;
import io.weir.gateway.plugin.Plugins;
import io.weir.gateway.plugin.ReadContext;
import java.nio.charset.Charset;
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
    FormatFactory<?> known = Decoders.format(format);
    for (FormatFactory<?> other : Decoders.formats()) {
      if (!other.name().equals(format)
          && route.has(other.name())
          && other.schema() != null
          && (known == null || !known.reads(other.name()))) {
        route.problem(other.name(), "is only for the format " + other.name());
      }
    }
    if (known == null) {
      return NoKeys.NONE; // the schema has refused it
    }
    Object options =
        Plugins.call(known, "reading its configuration", () -> known.read(route, context));
    String charset = route.text("charset");
    if (charset != null && !known.readsText()) {
      route.problem("charset", "is for formats that are text, which " + format + " is not");
      return options;
    }
    return Decoders.options(
        charset == null ? UTF_8 : named(charset), Expectations.read(route, known), options);
  }

  private static Charset named(String charset) {
    return Charset.forName(charset.equals("latin-1") ? "ISO-8859-1" : charset);
  }
}
