package io.weir.gateway.normalize;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The topic of a route: an MQTT topic filter whose wildcards may have names. {@code {name}} matches
 * one level and captures it, {@code {name...}} as the last level captures one or more, {@code +}
 * and {@code #} match as in MQTT (5.0, section 4.7) without a name. As there, a wildcard at the
 * front does not match topics that begin with a dollar sign.
 */
public final class TopicPattern {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

  /** One level of the pattern. */
  private sealed interface Level {

    record Literal(String text) implements Level {}

    record One(@Nullable String name) implements Level {}

    /** The rest; without a name it matches none as well. */
    record Rest(@Nullable String name) implements Level {}
  }

  private final String text;
  private final List<Level> levels;
  private final String filter;

  private TopicPattern(String text, List<Level> levels) {
    this.text = text;
    this.levels = List.copyOf(levels);
    StringBuilder built = new StringBuilder();
    for (Level level : levels) {
      built.append(
          level instanceof Level.Literal literal
              ? literal.text()
              : level instanceof Level.One ? "+" : "#");
      built.append('/');
    }
    this.filter = built.substring(0, built.length() - 1);
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if it is not one; the message says what is wrong with it
   */
  public static TopicPattern parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a topic is not empty");
    }
    List<Level> levels = new ArrayList<>();
    Set<String> names = new HashSet<>();
    String[] parts = text.split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      Level level = level(parts[i]);
      if (level instanceof Level.Rest && i < parts.length - 1) {
        throw new IllegalArgumentException("'" + parts[i] + "' must be the last level of " + text);
      }
      String name = name(level);
      if (name != null && !names.add(name)) {
        throw new IllegalArgumentException("{" + name + "} stands twice in " + text);
      }
      levels.add(level);
    }
    return new TopicPattern(text, levels);
  }

  private static Level level(String part) {
    if (part.equals("+")) {
      return new Level.One(null);
    }
    if (part.equals("#")) {
      return new Level.Rest(null);
    }
    if (part.startsWith("{") && part.endsWith("}")) {
      boolean rest = part.endsWith("...}");
      String name = part.substring(1, part.length() - (rest ? 4 : 1));
      if (!NAME.matcher(name).matches() || Names.RESERVED_TAGS.contains(name)) {
        throw new IllegalArgumentException(
            "'"
                + part
                + "' needs a name of letters, digits, - and _, none of "
                + Names.RESERVED_TAGS);
      }
      return rest ? new Level.Rest(name) : new Level.One(name);
    }
    for (int i = 0; i < part.length(); i++) {
      if ("{}+#\0".indexOf(part.charAt(i)) >= 0) {
        throw new IllegalArgumentException(
            "'" + part + "' must be a whole level: plain text, {name}, {name...}, + or #");
      }
    }
    return new Level.Literal(part);
  }

  private static @Nullable String name(Level level) {
    if (level instanceof Level.One one) {
      return one.name();
    }
    return level instanceof Level.Rest rest ? rest.name() : null;
  }

  /** The MQTT topic filter to subscribe to. */
  public String filter() {
    return filter;
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

  @Override
  public String toString() {
    return text;
  }
}
