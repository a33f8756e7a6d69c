package io.weir.gateway.sink.stream;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names the topic of a row, such as {@code weir.{site}.{log}}. What may not stand in a name becomes
 * {@code _}, and so does a level that the asset lacks.
 */
public record TopicTemplate(String text, Naming naming) {

  private static final Pattern PLACE = Pattern.compile("\\{([^{}]*)}");

  /** In front of the key of a tag. */
  private static final String TAG = "tag:";

  /** Places of which all rows of a log have the same. */
  private static final Set<String> FIXED = Set.of("gateway", "log");

  /**
   * What a kind of broker takes for a name.
   *
   * @param names the places that are filled in
   * @param tags whether {@code {tag:KEY}} is one too
   * @param forbidden characters that no value keeps
   * @param forbiddenInText what may not stand between the places
   * @param allowed says what may
   */
  public record Naming(
      Set<String> names, boolean tags, Pattern forbidden, Pattern forbiddenInText, String allowed) {

    public Naming {
      names = new TreeSet<>(names);
    }

    private boolean has(String name) {
      return names.contains(name) || (tags && name.startsWith(TAG) && name.length() > TAG.length());
    }
  }

  /** What is wrong with the template, or {@code null}. */
  public @Nullable String problem() {
    Matcher place = PLACE.matcher(text);
    while (place.find()) {
      if (!naming.has(place.group(1))) {
        List<String> known = new ArrayList<>(naming.names());
        if (naming.tags()) {
          known.add(TAG + "KEY");
        }
        return "must not hold {"
            + place.group(1)
            + "}; there are {"
            + String.join("}, {", known)
            + "}";
      }
    }
    if (naming.forbiddenInText().matcher(place.replaceAll("")).find()) {
      return naming.allowed();
    }
    return place.replaceAll("x").isEmpty() ? "must not be empty" : null;
  }

  /** Whether it holds this place. */
  public boolean has(String name) {
    return text.contains("{" + name + "}");
  }

  /** Whether all rows go to one topic for each log. */
  public boolean isFixed() {
    return PLACE.matcher(text).results().allMatch(place -> FIXED.contains(place.group(1)));
  }

  /** The topic of a row, or of a metric of it. */
  public String of(String gateway, String log, Series series, String metric) {
    Asset asset = series.asset();
    return filled(
        name ->
            switch (name) {
              case "gateway" -> gateway;
              case "log" -> log;
              case "measurement" -> series.measurement();
              case "metric" -> metric;
              case "site" -> asset.site();
              case "area" -> asset.area();
              case "line" -> asset.line();
              case "machine" -> asset.machine();
              default -> series.tags().get(name.substring(TAG.length()));
            });
  }

  /** The topic of a row. */
  public String of(String gateway, String log, Series series) {
    return of(gateway, log, series, "");
  }

  /** The topic of all rows of a log, of a template that is fixed. */
  public String of(String gateway, String log) {
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
      boolean absent = value == null || value.isEmpty();
      place.appendReplacement(
          topic,
          absent
              ? "_"
              : Matcher.quoteReplacement(naming.forbidden().matcher(value).replaceAll("_")));
    }
    return place.appendTail(topic).toString();
  }

  /**
   * Whether some row may get a topic that matches a filter of MQTT (5.0, section 4.7).
   *
   * @param gateway what the place of the gateway is filled with
   */
  public boolean reaches(String filter, String gateway) {
    String[] ours = text.replace("{gateway}", gateway).split("/", -1);
    String[] theirs = filter.split("/", -1);
    if (theirs[0].equals("#") || theirs[0].equals("+")) {
      if (ours[0].startsWith("$")) {
        return false;
      }
    }
    for (int i = 0; i < theirs.length; i++) {
      if (theirs[i].equals("#")) {
        return true;
      }
      if (i >= ours.length
          || !(theirs[i].equals("+") || level(ours[i]).matcher(theirs[i]).matches())) {
        return false;
      }
    }
    return ours.length == theirs.length;
  }

  /** Whether a topic may be one of a row. */
  public boolean made(String topic, String gateway) {
    String[] ours = text.replace("{gateway}", gateway).split("/", -1);
    String[] theirs = topic.split("/", -1);
    if (ours.length != theirs.length) {
      return false;
    }
    for (int i = 0; i < ours.length; i++) {
      if (!level(ours[i]).matcher(theirs[i]).matches()) {
        return false;
      }
    }
    return true;
  }

  private static Pattern level(String ours) {
    StringBuilder regex = new StringBuilder();
    Matcher place = PLACE.matcher(ours);
    int from = 0;
    while (place.find()) {
      regex.append(Pattern.quote(ours.substring(from, place.start()))).append(".+");
      from = place.end();
    }
    return Pattern.compile(
        regex.append(Pattern.quote(ours.substring(from))).toString(), Pattern.DOTALL);
  }

  @Override
  public String toString() {
    return text;
  }
}
