package io.weir.gateway.plugin;

import io.weir.gateway.config.Section;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One kind of source, sink or payload format. Made once for each process, by its public constructor
 * without parameters, so it holds no state.
 *
 * @param <C> its part of the configuration: an immutable value, and equal to another that means the
 *     same, since a reload compares them
 */
public interface Kind<C> {

  /** The word of the configuration file, in lower case with dashes, such as {@code influxdb}. */
  String name();

  /** What it is, in one line for {@code --help}. */
  String summary();

  Class<C> configType();

  /**
   * Reads its keys. What is wrong with a value becomes a problem of the section; what the schema
   * has refused already reads as absent.
   *
   * @param section the source, the sink or the route
   */
  C read(Section section, ReadContext context);

  /**
   * Its part of the JSON Schema, by default the file {@code NAME.schema.json} beside the class;
   * {@code null} where it has no keys. For a source or a sink it is an object with {@code
   * properties}, {@code required} and {@code $defs}; for a format it is the schema of the route's
   * key of the format's name, and may have {@code $defs} too.
   */
  default @Nullable String schema() {
    return resource(getClass(), name() + ".schema.json");
  }

  /** Its page in Markdown, by default the file {@code NAME.md} beside the class. */
  default @Nullable String page() {
    return resource(getClass(), name() + ".md");
  }

  private static @Nullable String resource(Class<?> beside, String file) {
    try (InputStream in = beside.getResourceAsStream(file)) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }
}
