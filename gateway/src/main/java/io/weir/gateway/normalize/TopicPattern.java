package io.weir.gateway.normalize;

import io.weir.gateway.model.Excerpt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The topic of a route: an MQTT topic filter whose wildcards may have names. {@code {name}} matches
 * one level and captures it, {@code {name...}} as the last level captures one or more, {@code +}
 * and {@code #} match as in MQTT (5.0, section 4.7) without a name. As there, a wildcard at the
 * front does not match topics that begin with a dollar sign.
 */
public final class TopicPattern {

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
    String wrong = TopicSyntax.wrong(text);
    if (wrong != null) {
      throw new IllegalArgumentException("topic '" + text + "' " + wrong);
    }
    return new TopicPattern(
        text, Arrays.stream(text.split("/", -1)).map(TopicPattern::level).toList());
  }

  private static Level level(String part) {
    return switch (part) {
      case "+" -> new Level.One(null);
      case "#" -> new Level.Rest(null);
      default ->
          part.endsWith("...}")
              ? new Level.Rest(part.substring(1, part.length() - 4))
              : part.endsWith("}")
                  ? new Level.One(part.substring(1, part.length() - 1))
                  : new Level.Literal(part);
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
    return TopicSyntax.matched(text);
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
