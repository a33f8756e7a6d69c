package io.weir.gateway.sink.kafka;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Series;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names the topic of a row, such as {@code weir.{site}.{log}}. What Kafka does not allow in a name
 * becomes {@code _}, and so does a level that the asset lacks.
 */
public record TopicTemplate(String text) {

  static final String DEFAULT = "weir.{log}";

  private static final Set<String> NAMES =
      new TreeSet<>(List.of("gateway", "log", "measurement", "site", "area", "line", "machine"));

  private static final Pattern PLACE = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern FORBIDDEN = Pattern.compile("[^A-Za-z0-9._-]");

  /** Kafka's own bound. */
  private static final int MOST_CHARACTERS = 249;

  /** What is wrong with the template, or {@code null}. */
  @Nullable String problem() {
    Matcher place = PLACE.matcher(text);
    while (place.find()) {
      if (!NAMES.contains(place.group(1))) {
        return "must not hold {"
            + place.group(1)
            + "}; there are {"
            + String.join("}, {", NAMES)
            + "}";
      }
    }
    String plain = place.replaceAll("");
    return FORBIDDEN.matcher(plain).find()
        ? "must hold only letters, digits, '.', '_', '-' and names in braces"
        : place.replaceAll("x").isEmpty() ? "must not be empty" : null;
  }

  /** Whether all rows go to one topic for each log. */
  boolean isFixed() {
    return !PLACE.matcher(text.replace("{log}", "").replace("{gateway}", "")).find();
  }

  /** The topic of a row. */
  String of(String gateway, String log, Series series) {
    Asset asset = series.asset();
    return filled(
        name ->
            switch (name) {
              case "gateway" -> gateway;
              case "log" -> log;
              case "measurement" -> series.measurement();
              case "site" -> asset.site();
              case "area" -> asset.area();
              case "line" -> asset.line();
              default -> asset.machine();
            });
  }

  /** The topic of all rows of a log, of a template that is fixed. */
  String of(String gateway, String log) {
    return filled(name -> name.equals("log") ? log : gateway);
  }

  private interface Names {
    @Nullable String value(String name);
  }

  private String filled(Names names) {
    Matcher place = PLACE.matcher(text);
    StringBuilder topic = new StringBuilder();
    while (place.find()) {
      String value = names.value(place.group(1));
      place.appendReplacement(
          topic, value == null ? "_" : FORBIDDEN.matcher(value).replaceAll("_"));
    }
    return place.appendTail(topic).toString();
  }

  /** Why Kafka does not take a name, or {@code null}. */
  static @Nullable String fault(String topic) {
    if (topic.length() > MOST_CHARACTERS) {
      return "the topic's name is longer than " + MOST_CHARACTERS + " characters";
    }
    return topic.isEmpty() || topic.equals(".") || topic.equals("..")
        ? "the topic's name would be '" + topic + "'"
        : null;
  }

  @Override
  public String toString() {
    return text;
  }
}
