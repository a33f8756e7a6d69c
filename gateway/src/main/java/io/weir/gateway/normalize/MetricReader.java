package io.weir.gateway.normalize;

import io.weir.gateway.config.Quantities;
import io.weir.gateway.config.Section;
import io.weir.gateway.model.Pointer;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the list {@code metrics} of a route, and what a route says for all of its metrics. */
final class MetricReader {

  private static final Pattern RATE = Pattern.compile("([1-9][0-9]{0,5})/([smh])");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,15}\\.[0-9]{1,15}");
  private static final Duration LONGEST_SILENCE = Duration.ofDays(366);

  List<RouteConfig.Metric> read(Section route, boolean pointers) {
    List<RouteConfig.Metric> metrics = new ArrayList<>();
    Set<String> payload = new HashSet<>();
    Set<String> store = new HashSet<>();
    Set<String> tags = new HashSet<>(TopicPattern.names(route.text("topic", "")));
    tags.addAll(route.section("tags").names());
    RouteConfig.Reporting usual = reporting(route, RouteConfig.Reporting.EVERY);
    for (Section section : route.sections("metrics")) {
      PointerSyntax.nameOrPointer(section, "from", pointers);
      checkNames(section, payload, store, tags);
      metrics.add(metric(section, usual));
    }
    return List.copyOf(metrics);
  }

  private static void checkNames(
      Section section, Set<String> payload, Set<String> store, Set<String> tags) {
    String from = section.text("from", "");
    String to = section.text("to");
    String key = to == null ? "from" : "to";
    String name = to == null ? Pointer.toName(from) : to;
    if (!payload.add(Pointer.toName(from))) {
      section.problem("from", "'" + section.written("from") + "' is listed already");
    } else if (!store.add(name)) {
      section.problem(key, "another metric of this route has this name");
    } else if (TopicPattern.RESERVED.contains(name)
        || TopicPattern.ASSET.contains(name)
        || tags.contains(name)) {
      section.problem(key, "a metric cannot have the name of a tag, nor that of the time");
    }
  }

  private static RouteConfig.Metric metric(Section section, RouteConfig.Reporting usual) {
    Value.Type type = section.choice("type", Value.Type.class);
    checkUnits(section);
    double scale = section.decimal("scale", 1);
    if (scale == 0) {
      section.problem("scale", "must not be 0, which would make every value the same");
    }
    for (String key : List.of("scale", "offset", "store-unit", "range")) {
      if (section.has(key) && (type == Value.Type.BOOLEAN || type == Value.Type.STRING)) {
        section.problem(key, "only numbers can have this, and this metric is declared otherwise");
      }
    }
    return new RouteConfig.Metric(
        section.text("from", ""),
        section.text("to"),
        type,
        values(section),
        scale,
        section.decimal("offset", 0),
        section.text("unit"),
        section.text("store-unit"),
        range(section),
        reporting(section, usual));
  }

  /** What values stand for: true and false, numbers, or names. */
  private static Map<String, Value> values(Section section) {
    if (!section.has("values")) {
      return Map.of();
    }
    Section table = section.section("values");
    Map<String, Value> values = new HashMap<>();
    for (String each : table.names()) {
      values.put(each, value(table.text(each, "")));
    }
    return Map.copyOf(values);
  }

  private static Value value(String text) {
    if (text.equals("true") || text.equals("false")) {
      return new Value.Flag(text.equals("true"));
    }
    try {
      return new Value.Whole(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return decimal(text);
    }
  }

  private static Value decimal(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      return new Value.Text(text);
    }
    return new Value.Real(Double.parseDouble(text));
  }

  private static void checkUnits(Section section) {
    String unit = section.text("unit");
    String wanted = section.text("store-unit");
    if (unit != null && wanted == null) {
      section.problem("unit", "nothing is converted without a store-unit");
    }
    boolean knowsUnit = isKnown(section, "unit", unit);
    boolean knowsWanted = isKnown(section, "store-unit", wanted);
    if (unit != null && wanted != null && knowsUnit && knowsWanted) {
      try {
        Units.between(unit, wanted);
      } catch (IllegalArgumentException e) {
        section.problem("store-unit", String.valueOf(e.getMessage()));
      }
    }
  }

  private static boolean isKnown(Section section, String key, @Nullable String unit) {
    try {
      if (unit != null) {
        Units.check(unit);
      }
      return true;
    } catch (IllegalArgumentException e) {
      section.problem(
          key,
          "there is no unit '" + section.written(key) + "'",
          "write it in UCUM, such as Cel, [degF], kW.h, m3/h, or as SenML does");
      return false;
    }
  }

  private static RouteConfig.@Nullable Range range(Section section) {
    if (!section.has("range")) {
      if (section.has("out-of-range")) {
        section.problem("out-of-range", "means nothing without a range");
      }
      return null;
    }
    List<Double> bounds = section.decimals("range");
    if (bounds.size() != 2) {
      return null; // refused by the schema
    }
    if (bounds.get(0) > bounds.get(1)) {
      section.problem("range", "must have the lowest value first");
    }
    return new RouteConfig.Range(
        bounds.get(0),
        bounds.get(1),
        section.choice("out-of-range", RouteConfig.OutOfRange.UNCERTAIN));
  }

  /** Which readings are kept; what is not said here is as usual. */
  static RouteConfig.Reporting reporting(Section section, RouteConfig.Reporting usual) {
    String deadband = section.text("deadband");
    String rate = section.text("max-rate");
    RouteConfig.Deadband ownDeadband = deadband == null ? null : deadband(deadband);
    RouteConfig.Rate ownRate = rate == null ? null : rate(rate);
    if (section.has("max-silence") && !section.has("deadband") && usual.deadband() == null) {
      section.problem("max-silence", "means nothing without a deadband");
    }
    Duration silence =
        section.has("max-silence")
            ? section.duration("max-silence", Duration.ZERO, Duration.ofMillis(1), LONGEST_SILENCE)
            : usual.maxSilence();
    return new RouteConfig.Reporting(
        ownDeadband == null ? usual.deadband() : ownDeadband,
        silence,
        ownRate == null ? usual.maxRate() : ownRate);
  }

  /** The rate, such as {@code 10/s}, or {@code null} where the text is none. */
  private static RouteConfig.@Nullable Rate rate(String text) {
    Matcher matcher = RATE.matcher(text);
    Duration per = matcher.matches() ? Quantities.duration("1" + matcher.group(2)) : null;
    return per == null ? null : new RouteConfig.Rate(Integer.parseInt(matcher.group(1)), per);
  }

  /** The deadband, such as {@code 0.1} or {@code 1%}, or {@code null} where the text is none. */
  private static RouteConfig.@Nullable Deadband deadband(String text) {
    boolean relative = text.endsWith("%");
    try {
      double amount = Double.parseDouble(relative ? text.substring(0, text.length() - 1) : text);
      return new RouteConfig.Deadband(relative ? amount / 100 : amount, relative);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
