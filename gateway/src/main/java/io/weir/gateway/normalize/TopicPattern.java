package io.weir.gateway.normalize;

import io.weir.gateway.model.Excerpt;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The topic of a route: an MQTT topic filter whose wildcards may have names. {@code {name}} matches
 * one level and captures it, {@code {name...}} as the last level captures one or more, {@code +}
 * and {@code #} match as in MQTT (5.0, section 4.7) without a name. As there, a wildcard at the
 * front does not match topics that begin with a dollar sign.
 */
public final class TopicPattern {

  private static final Pattern CAPTURE =
      Pattern.compile("\\{([A-Za-z][A-Za-z0-9_-]{0,63})(\\.{3})?}");

  /** Names that the stores' lines need for themselves. */
  static final Set<String> RESERVED = Set.of("time", "timestamp", "quality", "point");

  /** Names that make the asset. */
  static final Set<String> ASSET = Set.of("site", "area", "line", "machine");

  /** One level of the pattern. */
  private sealed interface Level {

    record Literal(String text) implements Level {}

    record One(@Nullable String name) implements Level {}

    /** The rest; without a name it matches none as well. */
    record Rest(@Nullable String name) implements Level {}
  }

  private final String text;
  private final List<Level> levels;

  private TopicPattern(String text, List<Level> levels) {
    this.text = text;
    this.levels = levels;
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if it is not one; the message says what is wrong with it
   */
  public static TopicPattern parse(String text) {
    String wrong = wrong(text);
    if (wrong != null) {
      throw new IllegalArgumentException("topic '" + text + "' " + wrong);
    }
    return new TopicPattern(text, levels(text));
  }

  private static List<Level> levels(String text) {
    return Arrays.stream(text.split("/", -1)).map(TopicPattern::level).toList();
  }

  /** What is wrong with the pattern, or {@code null}. */
  public static @Nullable String wrong(String pattern) {
    if (pattern.startsWith("$share/")) {
      return "must not name a share group; the source has the key 'share' for it";
    }
    if (pattern.getBytes(StandardCharsets.UTF_8).length > 65535 || pattern.indexOf('\0') >= 0) {
      return "is no topic that MQTT can express";
    }
    Set<String> names = new HashSet<>();
    String[] levels = pattern.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      String wrong = wrongLevel(levels[i], i == levels.length - 1, names);
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private static @Nullable String wrongLevel(String level, boolean last, Set<String> names) {
    Level read = level(level);
    String name = name(read);
    if (name != null) {
      if (RESERVED.contains(name)) {
        return "'" + name + "' has a meaning of its own in the store; name this level otherwise";
      }
      if (!names.add(name)) {
        return "names '" + name + "' twice";
      }
      return read instanceof Level.Rest && !last
          ? "'" + level + "' takes the rest, so it must come last"
          : null;
    }
    if (level.equals("#")) {
      return last ? null : "'#' takes the rest, so it must come last";
    }
    if (!level.equals("+") && level.matches(".*[+#{}].*")) {
      return "the level '" + level + "' must be plain text, '+', '#', '{name}' or '{name...}'";
    }
    return null;
  }

  /** The names that the text captures, also where it is not a pattern. */
  public static Set<String> names(String text) {
    return Set.copyOf(new TopicPattern(text, levels(text)).names());
  }

  /** The MQTT filter of a pattern: equal for patterns that match the same topics. */
  public static String matched(String pattern) {
    return new TopicPattern(pattern, levels(pattern)).filter();
  }

  private static Level level(String part) {
    Matcher capture = CAPTURE.matcher(part);
    if (capture.matches()) {
      String name = capture.group(1);
      return capture.group(2) == null ? new Level.One(name) : new Level.Rest(name);
    }
    return switch (part) {
      case "+" -> new Level.One(null);
      case "#" -> new Level.Rest(null);
      default -> new Level.Literal(part);
    };
  }

  private static @Nullable String name(Level level) {
    if (level instanceof Level.One one) {
      return one.name();
    }
    return level instanceof Level.Rest rest ? rest.name() : null;
  }

  /** The MQTT topic filter to subscribe to. */
  public String filter() {
    return levels.stream()
        .map(
            level ->
                level instanceof Level.Literal literal
                    ? literal.text()
                    : level instanceof Level.One ? "+" : "#")
        .collect(Collectors.joining("/"));
  }

  /** Names captured, in the pattern's order. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (Level level : levels) {
      String name = name(level);
      if (name != null) {
        names.add(name);
      }
    }
    return names;
  }

  /** What the names stand for in that topic, in the pattern's order; {@code null} if no match. */
  public @Nullable Map<String, String> match(String topic) {
    if (topic.startsWith("$") && !(levels.get(0) instanceof Level.Literal)) {
      return null;
    }
    Map<String, String> captures = new LinkedHashMap<>();
    int at = 0; // start of the topic's next level; beyond the end once there is none
    for (Level level : levels) {
      if (level instanceof Level.Rest rest) {
        if (rest.name() == null) {
          return captures;
        }
        if (at > topic.length()) {
          return null;
        }
        captures.put(rest.name(), topic.substring(at));
        return captures;
      }
      if (at > topic.length()) {
        return null;
      }
      int slash = topic.indexOf('/', at);
      int end = slash < 0 ? topic.length() : slash;
      if (level instanceof Level.One one) {
        if (one.name() != null) {
          captures.put(one.name(), topic.substring(at, end));
        }
      } else if (level instanceof Level.Literal literal
          && !(literal.text().length() == end - at && topic.startsWith(literal.text(), at))) {
        return null;
      }
      at = end + 1;
    }
    return at > topic.length() ? captures : null;
  }

  /**
   * Where a topic does not match.
   *
   * @param level the first level that differs, counted from 1
   * @param why in words
   */
  record Departure(int level, String why) {}

  /** Where the topic departs from this; {@code null} if it matches. */
  @Nullable Departure departure(String topic) {
    if (topic.startsWith("$") && !(levels.get(0) instanceof Level.Literal)) {
      return new Departure(1, "a wildcard at the front takes no topic that begins with $");
    }
    String[] given = topic.split("/", -1);
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      if (level instanceof Level.Rest rest && (rest.name() == null || i < given.length)) {
        return null;
      }
      if (i >= given.length) {
        return new Departure(i + 1, "level " + (i + 1) + " is missing");
      }
      if (level instanceof Level.Literal literal && !literal.text().equals(given[i])) {
        return new Departure(
            i + 1,
            "level %d is '%s', not '%s'"
                .formatted(i + 1, Excerpt.of(given[i]), Excerpt.of(literal.text())));
      }
    }
    return given.length == levels.size()
        ? null
        : new Departure(
            levels.size() + 1,
            "level %d is '%s', and the pattern ends before it"
                .formatted(levels.size() + 1, Excerpt.of(given[levels.size()])));
  }

  @Override
  public String toString() {
    return text;
  }
}
