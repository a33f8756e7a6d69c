package io.weir.gateway.normalize;

import io.weir.gateway.config.Nearest;
import io.weir.gateway.config.Section;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Pointer;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.TimePattern;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads the list {@code routes}, and checks it against the sources that it serves. */
public final class RouteReader {

  private static final Duration SHORTEST_PERIOD = Duration.ofMillis(10);
  private static final Duration LONGEST_PERIOD = Duration.ofDays(7);
  private static final Duration SOONEST_SILENT = Duration.ofSeconds(1);
  private static final Duration LONGEST_SILENT = Duration.ofDays(30);

  private final List<Section> sources;
  private final Predicate<String> subscribes;
  private final Formats formats;
  private final Map<String, String> patterns = new HashMap<>();
  private final MetricReader metrics = new MetricReader();

  /** What routes before declare, by measurement and field. */
  private final Map<Field, Declared> declared = new HashMap<>();

  private record Field(String measurement, String name) {}

  private record Declared(Value.Type type, String route) {}

  /** What a route has to know of the payload formats. */
  public interface Formats {

    /** The formats whose fields are named by JSON Pointers. */
    List<String> readingPointers();

    /** What the format's own keys in the route say; a problem for each key of another format. */
    Object options(String format, Section route);
  }

  /**
   * @param subscribes whether a source of that type receives only what its routes subscribe to
   */
  public RouteReader(List<Section> sources, Predicate<String> subscribes, Formats formats) {
    this.sources = sources;
    this.subscribes = subscribes;
    this.formats = formats;
  }

  public List<RouteConfig> read(List<Section> sections) {
    List<RouteConfig> routes = sections.stream().map(this::route).toList();
    for (Section source : sources) {
      String name = source.text("name");
      boolean served = routes.stream().anyMatch(r -> r.source() == null || r.source().equals(name));
      if (!served && subscribes.test(source.text("type", ""))) {
        source.problem(
            "name",
            "no route serves this source, so it would subscribe to nothing",
            "add one, such as { topic: 'factory/{machine}/telemetry', format: json }");
      }
    }
    return routes;
  }

  private RouteConfig route(Section section) {
    String format = section.text("format", "");
    boolean pointers = formats.readingPointers().contains(format);
    return new RouteConfig(
        topic(section),
        source(section),
        format,
        section.number("qos", 1),
        section.text("measurement", "telemetry"),
        time(section, pointers),
        metrics(section, pointers),
        section.choice("unlisted", RouteConfig.Unlisted.KEEP),
        new RouteConfig.Fields(tags(section, pointers), section.texts("ignore")),
        MetricReader.reporting(section, RouteConfig.Reporting.EVERY),
        new AssetReader(section, pointers).read(),
        trust(section, pointers),
        section.duration("dedup", Duration.ZERO, Duration.ZERO, Duration.ofHours(1)),
        section.choice("retained", RouteConfig.Retained.DROP),
        limits(section.section("limits")),
        retention(section),
        devices(section, pointers),
        formats.options(format, section));
  }

  private static Map<String, String> tags(Section route, boolean pointers) {
    Section section = route.section("tags");
    Set<String> captures = TopicPattern.names(route.text("topic", ""));
    Map<String, String> tags = new TreeMap<>();
    for (String key : section.names()) {
      if (TopicPattern.RESERVED.contains(key) || TopicPattern.ASSET.contains(key)) {
        section.problem(key, "has a meaning of its own in the store; name this tag otherwise");
      } else if (captures.contains(key)) {
        section.problem(key, "the topic has this name already");
      }
      String field = PointerSyntax.nameOrPointer(section, key, pointers);
      tags.put(key, Objects.requireNonNullElse(field, ""));
    }
    return Map.copyOf(tags);
  }

  private List<RouteConfig.Metric> metrics(Section section, boolean pointers) {
    List<RouteConfig.Metric> read = metrics.read(section, pointers);
    List<Section> sections = section.sections("metrics");
    String measurement = section.text("measurement", "telemetry");
    for (int i = 0; i < read.size(); i++) {
      Value.Type type = read.get(i).type();
      if (type == null) {
        continue;
      }
      String to = read.get(i).to();
      Field field = new Field(measurement, to == null ? Pointer.toName(read.get(i).from()) : to);
      Declared before = declared.putIfAbsent(field, new Declared(type, section.key()));
      if (before != null && before.type() != type) {
        sections
            .get(i)
            .problem(
                "type",
                "%s declares '%s' in '%s' as %s, and a field has one type"
                    .formatted(
                        before.route(),
                        field.name(),
                        measurement,
                        before.type().name().toLowerCase(Locale.ROOT)),
                "give one of the routes a measurement of its own, or rename the metric with to");
      }
    }
    return read;
  }

  private String topic(Section section) {
    String topic = section.text("topic", "");
    if (topic.isEmpty()) {
      return topic; // refused by the schema
    }
    String wrong = TopicPattern.wrong(topic);
    if (wrong != null) {
      section.problem("topic", wrong);
      return topic;
    }
    String matched = TopicPattern.matched(topic) + " " + section.text("source", "");
    String before = patterns.putIfAbsent(matched, section.key());
    if (before != null) {
      section.problem("topic", "is never used: " + before + " matches the same topics");
    }
    return topic;
  }

  private @Nullable String source(Section section) {
    String source = section.text("source");
    List<String> names = sources.stream().map(s -> s.text("name", "")).toList();
    String written = section.written("source");
    boolean isOne = sources.stream().anyMatch(s -> s.written("name").equals(written));
    if (source != null && !names.contains(source) && !isOne) { // else its own name is wrong
      section.problem(
          "source",
          "there is no source '" + written + "'",
          Nearest.suggest(
              written,
              sources.stream()
                  .filter(s -> s.text("name") != null)
                  .map(s -> s.written("name"))
                  .toList()));
    }
    return source;
  }

  private EventTime time(Section route, boolean pointers) {
    Section section = route.section("time");
    if (section.has("format") && route.section("csv").has("time-format")) {
      section.problem("format", "csv.time-format says it too; one of them is enough");
    }
    if (section.has("format") && section.has("unit")) {
      section.problem("unit", "is of numbers, and format says how the time is written");
    }
    if (section.has("from") && !pointers) {
      String formats = String.join(", ", this.formats.readingPointers());
      section.problem("from", "only these formats have a time to point to: " + formats);
    }
    Sample.TimeUnit unit = section.choice("unit", Sample.TimeUnit.class);
    if (unit != null && unit.isLocal() && !section.has("zone")) {
      section.problem("unit", "counts the days of a clock on the wall, so it needs zone beside it");
    }
    return new EventTime(
        PointerSyntax.pointer(section, "from"),
        unit,
        format(section),
        section.zone("zone"),
        section.choice("repeated-hour", EventTime.RepeatedHour.EARLIER),
        section.duration(
            "max-future", Duration.ofMinutes(10), Duration.ZERO, Duration.ofDays(36500)));
  }

  private static @Nullable String format(Section section) {
    String pattern = section.text("format");
    String problem = pattern == null ? null : TimePattern.problem(pattern);
    if (problem != null) {
      section.problem("format", problem);
      return null;
    }
    return pattern;
  }

  private static RouteConfig.@Nullable Trust trust(Section route, boolean pointers) {
    if (!route.has("quality")) {
      return null;
    }
    Section section = route.section("quality");
    Map<String, String> listed = new HashMap<>();
    for (String list : List.of("good", "uncertain", "bad")) {
      for (String word : section.texts(list)) {
        String before = listed.putIfAbsent(word, list);
        if (before != null) {
          section.problem(list, "'" + word + "' is listed already, in " + before);
        }
      }
    }
    return new RouteConfig.Trust(
        Objects.requireNonNullElse(PointerSyntax.nameOrPointer(section, "from", pointers), ""),
        Set.copyOf(section.texts("good")),
        Set.copyOf(section.texts("uncertain")),
        Set.copyOf(section.texts("bad")));
  }

  private static RouteConfig.Retention retention(Section route) {
    RouteConfig.WhenFull whenFull = route.choice("when-full", RouteConfig.WhenFull.class);
    return new RouteConfig.Retention(
        whenFull,
        thinning(route, whenFull == RouteConfig.WhenFull.THIN),
        route.durationIf("max-age", Duration.ofMinutes(1), Duration.ofDays(3650)),
        route.number("keep", RouteConfig.Retention.USUAL_KEEP));
  }

  private static RouteConfig.@Nullable Thinning thinning(Section route, boolean wanted) {
    if (!wanted && route.has("thin")) {
      route.problem("thin", "is for when-full: thin", "write when-full: thin, or remove thin");
      return null;
    }
    if (!wanted) {
      return null;
    }
    Section thin = route.section("thin");
    if (thin.has("every") == thin.has("mean")) {
      route.problem(
          route.has("thin") ? "thin" : "when-full",
          "thin needs one of every and mean",
          "write thin: { every: 10 } or thin: { mean: 1m }");
      return null;
    }
    Duration window = thin.durationIf("mean", Duration.ofSeconds(1), Duration.ofDays(1));
    return window == null
        ? new RouteConfig.Thinning.EveryNth(thin.number("every", 2))
        : new RouteConfig.Thinning.WindowMean(window);
  }

  private static RouteConfig.Devices devices(Section route, boolean pointers) {
    Duration period = route.durationIf("period", SHORTEST_PERIOD, LONGEST_PERIOD);
    Duration silentAfter = route.durationIf("silent-after", SOONEST_SILENT, LONGEST_SILENT);
    if (period != null && silentAfter != null && silentAfter.compareTo(period) <= 0) {
      route.problem("silent-after", "must be longer than the period");
    }
    return new RouteConfig.Devices(sequence(route, pointers), period, silentAfter);
  }

  private static RouteConfig.@Nullable Sequence sequence(Section route, boolean pointers) {
    if (!route.has("sequence")) {
      return null;
    }
    Section section = route.section("sequence");
    return new RouteConfig.Sequence(
        Objects.requireNonNullElse(PointerSyntax.nameOrPointer(section, "from", pointers), ""),
        section.number("bits", 0));
  }

  private static RouteConfig.Limits limits(Section section) {
    RouteConfig.Limits usual = RouteConfig.Limits.DEFAULT;
    return new RouteConfig.Limits(
        (int) section.bytes("payload", usual.payload(), 1, 256 << 20),
        section.number("depth", usual.depth()),
        section.number("samples", usual.samples()),
        section.number("new-series", usual.newSeries()));
  }
}
