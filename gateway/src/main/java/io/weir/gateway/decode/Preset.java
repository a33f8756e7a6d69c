package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.TextNode;
import io.weir.gateway.config.FilePosition;
import io.weir.gateway.config.Problems;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.YamlNode;
import io.weir.gateway.config.YamlReader;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.plugin.ReadContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What {@code preset:} of a route stands for: the route of a vendor's devices. A format brings
 * those whose payloads it alone reads. The others are files, {@code presets/NAME.yaml}, listed in
 * {@code presets/index.txt}: {@code description}, {@code source} (the document that it is written
 * from) and {@code route}, with the keys that any route may have. So one more is a file and a line.
 *
 * <p>For the discovery: {@link #topic} is the pattern, whose beginning may tell it; {@link #fits}
 * says whether a payload is one of its kind; {@code preset: NAME} is the route to propose, with the
 * topic beside it where that is another one.
 *
 * @param description what sends so, in one line
 * @param source the public document; "" for those of formats
 * @param keys the keys of the route, {@code topic} and {@code format} among them
 */
public record Preset(String name, String description, String source, YamlNode.Mapping keys) {

  /** The names of those that are files. */
  static final Set<String> FILES = Set.copyOf(resource("index.txt").lines().toList());

  /** Of these, what was read. */
  private static final Map<String, Preset> READ = new ConcurrentHashMap<>();

  private static final String TOPIC = "topic";
  private static final String FORMAT = "format";
  private static final int MOST_BYTES = 8 << 20;

  /** One that a format brings. */
  static Preset of(String name, String topic, FormatFactory<?> format) {
    FilePosition place = new FilePosition("preset " + name, 0);
    YamlNode.Mapping keys =
        new YamlNode.Mapping(place, Map.of())
            .with(TOPIC, scalar(topic, place))
            .with(FORMAT, scalar(format.name(), place));
    return new Preset(name, format.summary(), "", keys);
  }

  private static YamlNode.Scalar scalar(String text, FilePosition place) {
    return new YamlNode.Scalar(place, text, text, TextNode.valueOf(text));
  }

  /** The pattern of its topics, as a route has it. */
  public String topic() {
    return text(TOPIC);
  }

  /** The name of its format. */
  public String format() {
    return text(FORMAT);
  }

  private String text(String key) {
    return keys.get(key) instanceof YamlNode.Scalar scalar ? scalar.text() : "";
  }

  /** Whether it says what it expects of a payload; others fit what their format knows. */
  public boolean expects() {
    return keys.get("expect") != null;
  }

  /**
   * Whether a payload is one of its kind: it has all that is expected, and is read as such. Of one
   * that expects nothing the {@link Recognizer} is asked.
   */
  public boolean fits(byte[] payload) {
    FormatFactory<?> format = Decoders.format(format());
    if (!expects() || format == null) {
      return format().equals(Recognizer.of("", payload).format());
    }
    Section route = new Section(keys, "", Path.of(""), new Problems(), Set.of());
    Object options =
        Decoders.options(
            UTF_8,
            Expectations.read(route, format),
            format.read(route, new ReadContext("", MOST_BYTES)));
    Reading reading = new Reading();
    Decoders.of(format(), options, CONTEXT)
        .decode(new Decoder.Payload(topic(), payload, 0), reading);
    return reading.fits;
  }

  private static final FormatContext CONTEXT =
      new FormatContext(
          new EventTime(null, null, null, Duration.ZERO), Set.of(), DecodeLimits.DEFAULT);

  /** Knows whether a payload was refused as a whole. */
  private static final class Reading implements Decoder.Output {
    private boolean fits = true;

    @Override
    public void sample(Sample sample) {}

    @Override
    public void filtered(String part, String why) {}

    @Override
    public void rejected(Rejected rejected) {
      fits &= rejected.reason() != Reason.MALFORMED;
    }
  }

  /** One of {@link #FILES}, read when it is first asked for: a gateway uses few of them. */
  static Preset ofFile(String name) {
    return READ.computeIfAbsent(name, Preset::read);
  }

  private static Preset read(String name) {
    String file = name + ".yaml";
    Problems problems = new Problems();
    YamlNode read = YamlReader.read(resource(file), "preset " + file, problems);
    if (read instanceof YamlNode.Mapping mapping
        && mapping.get("description") instanceof YamlNode.Scalar description
        && mapping.get("source") instanceof YamlNode.Scalar source
        && mapping.get("route") instanceof YamlNode.Mapping route) {
      return new Preset(name, description.text(), source.text(), route);
    }
    throw new IllegalStateException(
        "preset " + file + " has no description, source and route " + problems);
  }

  private static String resource(String file) {
    try (InputStream in = Preset.class.getResourceAsStream("presets/" + file)) {
      if (in == null) {
        throw new IllegalStateException("there is no preset " + file);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("preset " + file + " cannot be read", e);
    }
  }
}
