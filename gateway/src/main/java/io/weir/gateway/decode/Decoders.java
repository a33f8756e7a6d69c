package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Sample.TimeUnit;
import io.weir.gateway.plugin.Kinds;
import io.weir.gateway.plugin.Plugins;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The installed payload formats by name, as {@code format:} of a route names them. */
public final class Decoders {

  private Decoders() {}

  private static Kinds<FormatFactory<?>> kinds() {
    return Kinds.installed(FormatFactory.class);
  }

  /** The names that a route may give, in order. */
  public static List<String> names() {
    return kinds().names().stream().sorted().toList();
  }

  /** The formats, by name. */
  public static List<FormatFactory<?>> formats() {
    Kinds<FormatFactory<?>> kinds = kinds();
    return kinds.names().stream()
        .sorted()
        .<FormatFactory<?>>map(name -> known(kinds, name))
        .toList();
  }

  /** The format of that name, or {@code null}. */
  public static @Nullable FormatFactory<?> format(String name) {
    return kinds().get(name);
  }

  /** The names of all presets: those that formats bring, and those that are files. */
  public static Set<String> presetNames() {
    Set<String> names = new TreeSet<>(Preset.FILES);
    formats().forEach(format -> names.addAll(format.presets().keySet()));
    return names;
  }

  /** The preset of that name, or {@code null}. */
  public static @Nullable Preset preset(String name) {
    for (FormatFactory<?> format : formats()) {
      String topic = format.presets().get(name);
      if (topic != null) {
        return Preset.of(name, topic, format);
      }
    }
    return Preset.FILES.contains(name) ? Preset.ofFile(name) : null;
  }

  /** All presets, by name. What the discovery may ask of one, {@link Preset} says. */
  public static Map<String, Preset> presets() {
    Map<String, Preset> presets = new TreeMap<>();
    Preset.FILES.forEach(name -> presets.put(name, Preset.ofFile(name)));
    for (FormatFactory<?> format : formats()) {
      format.presets().forEach((name, topic) -> presets.put(name, Preset.of(name, topic, format)));
    }
    return presets;
  }

  /**
   * A decoder of the format. One without sessions takes compressed payloads too; one with them does
   * once it is {@link #expanding}.
   *
   * @param format one of the names; a source that knows better than the route which unit times are
   *     in adds it behind a colon, such as {@code influx-line:ms}
   * @param options what the reader of that format made of a route; where it is anything else, the
   *     options are unset
   * @throws IllegalArgumentException if there is no such format; the message lists those there are
   */
  public static Decoder of(String format, @Nullable Object options, FormatContext context) {
    int colon = format.indexOf(':');
    FormatFactory<?> known = known(kinds(), colon < 0 ? format : format.substring(0, colon));
    FormatContext read =
        colon < 0
            ? context
            : new FormatContext(
                context.time().in(unit(format.substring(colon + 1))),
                context.texts(),
                context.limits());
    Decoder made = made(known, options instanceof Shared shared ? shared.own() : options, read);
    if (options instanceof Shared shared) {
      made =
          shared.expectations().fields().isEmpty() ? made : made.expecting(shared.expectations());
      made = shared.charset().equals(UTF_8) ? made : new RecodingDecoder(made, shared.charset());
    }
    return made instanceof SessionDecoder ? made : expanding(made, context.limits());
  }

  /**
   * Options that several formats have, beside those of one.
   *
   * @param own of the format
   */
  private record Shared(Charset charset, Expectations expectations, Object own) {}

  /**
   * The options of a format with those that several formats have.
   *
   * @param charset the encoding of its texts
   * @param expectations what its payloads must have
   */
  public static Object options(Charset charset, Expectations expectations, Object own) {
    return charset.equals(UTF_8) && expectations.fields().isEmpty()
        ? own
        : new Shared(charset, expectations, own);
  }

  private static <C> Decoder made(
      FormatFactory<C> format, @Nullable Object options, FormatContext context) {
    Class<C> type = format.configType();
    C known = type.isInstance(options) ? type.cast(options) : format.unset();
    return Plugins.call(format, "making a decoder", () -> format.decoder(known, context));
  }

  /**
   * What a payload looks like that is read otherwise, as {@link FormatFactory#remark} says it.
   *
   * @param format one of the names
   */
  public static @Nullable String remark(String format, @Nullable Object options, byte[] payload) {
    FormatFactory<?> known = known(kinds(), format);
    return options instanceof Shared shared
        ? remark(known, shared.own(), new String(payload, shared.charset()).getBytes(UTF_8))
        : remark(known, options, payload);
  }

  private static <C> @Nullable String remark(
      FormatFactory<C> format, @Nullable Object options, byte[] payload) {
    Class<C> type = format.configType();
    return format.remark(type.isInstance(options) ? type.cast(options) : format.unset(), payload);
  }

  /**
   * What a route allows and probably does not mean, as {@link FormatFactory#warnings} says it.
   *
   * @param format one of the names
   */
  public static List<String> warnings(String format, @Nullable Object options) {
    return warnings(
        known(kinds(), format), options instanceof Shared shared ? shared.own() : options);
  }

  private static <C> List<String> warnings(FormatFactory<C> format, @Nullable Object options) {
    Class<C> type = format.configType();
    return type.isInstance(options) ? format.warnings(type.cast(options)) : List.of();
  }

  private static FormatFactory<?> known(Kinds<FormatFactory<?>> kinds, String name) {
    FormatFactory<?> known = kinds.get(name);
    if (known == null) {
      throw new IllegalArgumentException(
          "there is no format '" + name + "'; there are " + String.join(", ", names()));
    }
    return known;
  }

  /** The same decoder, which takes compressed payloads too. */
  public static Decoder expanding(Decoder format, DecodeLimits limits) {
    return new ExpandingDecoder(format, limits);
  }

  /** Whether a decoder of the format must hear retained messages again after each start. */
  public static boolean learnsFromRetained(String format) {
    FormatFactory<?> known = format(format);
    return known != null && known.learnsFromRetained();
  }

  private static TimeUnit unit(String word) {
    return TimeUnit.valueOf(word.toUpperCase(Locale.ROOT));
  }
}
