package io.weir.gateway.normalize;

import io.weir.gateway.config.Nearest;
import io.weir.gateway.config.Section;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Pointer;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the list {@code routes}, and checks it against the sources that it serves. */
public final class RouteReader {

  private final List<Section> sources;
  private final Map<String, String> patterns = new HashMap<>();
  private final MetricReader metrics = new MetricReader();

  /** What routes before declare, by measurement and field. */
  private final Map<Field, Declared> declared = new HashMap<>();

  private record Field(String measurement, String name) {}

  private record Declared(Value.Type type, String route) {}

  public RouteReader(List<Section> sources) {
    this.sources = sources;
  }

  public List<RouteConfig> read(List<Section> sections) {
    List<RouteConfig> routes = sections.stream().map(this::route).toList();
    for (Section source : sources) {
      String name = source.text("name");
      boolean served = routes.stream().anyMatch(r -> r.source() == null || r.source().equals(name));
      if ("mqtt".equals(source.text("type")) && !served) {
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
    return new RouteConfig(
        topic(section),
        source(section),
        format,
        section.number("qos", 1),
        section.text("measurement", "telemetry"),
        time(section.section("time"), format),
        metrics(section, format),
        section.choice("unlisted", RouteConfig.Unlisted.KEEP),
        MetricReader.reporting(section, RouteConfig.Reporting.EVERY),
        new AssetReader(section, format).read(),
        trust(section, format),
        section.duration("dedup", Duration.ZERO, Duration.ZERO, Duration.ofHours(1)),
        limits(section.section("limits")),
        csv(section, format),
        ExpressionReader.read(section, format));
  }

  private List<RouteConfig.Metric> metrics(Section section, String format) {
    List<RouteConfig.Metric> read = metrics.read(section, format);
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

  private static RouteConfig.Csv csv(Section route, String format) {
    Section csv = route.section("csv");
    if (route.has("csv") && !format.equals("csv")) {
      route.problem("csv", "only the format csv has rows and columns");
    }
    List<String> columns = csv.texts("columns");
    boolean header = csv.flag("header", columns.isEmpty());
    String time = csv.text("time");
    if (!header && columns.isEmpty()) {
      csv.problem("header", "without a header the columns must be named");
    }
    if (new HashSet<>(columns).size() < columns.size()) {
      csv.problem("columns", "two columns have one name");
    }
    if (time != null && !columns.isEmpty() && !columns.contains(time)) {
      csv.problem(
          "time",
          "there is no column '" + csv.written("time") + "'",
          Nearest.suggest(csv.written("time"), columns));
    }
    char decimal = csv.text("decimal", ".").equals(",") ? ',' : '.';
    Character delimiter = delimiter(csv.text("delimiter"));
    if (delimiter != null && delimiter == decimal) {
      csv.problem("delimiter", "is the decimal mark too");
    }
    return new RouteConfig.Csv(header, columns, delimiter, decimal, time, timeFormat(csv));
  }

  private static @Nullable Character delimiter(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    return text.equals("tab") ? '\t' : text.charAt(0);
  }

  private static @Nullable DateTimeFormatter timeFormat(Section csv) {
    String format = csv.text("time-format");
    try {
      return format == null ? null : DateTimeFormatter.ofPattern(format, Locale.ROOT);
    } catch (IllegalArgumentException e) {
      csv.problem("time-format", "cannot be read: " + e.getMessage());
      return null;
    }
  }

  private String topic(Section section) {
    String topic = section.text("topic", "");
    if (topic.isEmpty()) {
      return topic; // refused by the schema
    }
    String wrong = TopicSyntax.wrong(topic);
    if (wrong != null) {
      section.problem("topic", wrong);
      return topic;
    }
    String matched = TopicSyntax.matched(topic) + " " + section.text("source", "");
    String before = patterns.putIfAbsent(matched, section.key());
    if (before != null) {
      section.problem("topic", "never comes to be used: " + before + " matches the same topics");
    }
    return topic;
  }

  private @Nullable String source(Section section) {
    String source = section.text("source");
    List<String> names = sources.stream().map(s -> s.text("name", "")).toList();
    if (source != null && !names.contains(source)) {
      section.problem(
          "source",
          "there is no source '" + section.written("source") + "'",
          Nearest.suggest(
              section.written("source"), sources.stream().map(s -> s.written("name")).toList()));
    }
    return source;
  }

  private static EventTime time(Section section, String format) {
    if (section.has("from") && !PointerSyntax.reads(format)) {
      section.problem("from", "only the formats json and jsonata have a time to point to");
    }
    return new EventTime(
        PointerSyntax.pointer(section, "from"),
        section.choice("unit", Sample.TimeUnit.class),
        section.zone("zone"),
        section.choice("repeated-hour", EventTime.RepeatedHour.EARLIER),
        section.duration(
            "max-future", Duration.ofMinutes(10), Duration.ZERO, Duration.ofDays(36500)));
  }

  private static RouteConfig.@Nullable Trust trust(Section route, String format) {
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
        Objects.requireNonNullElse(PointerSyntax.nameOrPointer(section, "from", format), ""),
        Set.copyOf(section.texts("good")),
        Set.copyOf(section.texts("uncertain")),
        Set.copyOf(section.texts("bad")));
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
