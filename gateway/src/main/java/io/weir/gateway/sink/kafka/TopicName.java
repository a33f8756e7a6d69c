package io.weir.gateway.sink.kafka;

import io.weir.gateway.sink.stream.TopicTemplate;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Kafka takes for the name of a topic. */
public final class TopicName {

  static final String DEFAULT = "weir.{log}";

  private static final Pattern FORBIDDEN = Pattern.compile("[^A-Za-z0-9._-]");

  private static final TopicTemplate.Naming NAMING =
      new TopicTemplate.Naming(
          Set.of("gateway", "log", "measurement", "site", "area", "line", "machine"),
          false,
          FORBIDDEN,
          FORBIDDEN,
          "must hold only letters, digits, '.', '_', '-' and names in braces");

  /** Kafka's own bound. */
  private static final int MOST_CHARACTERS = 249;

  private TopicName() {}

  /** A template of names. */
  public static TopicTemplate template(String text) {
    return new TopicTemplate(text, NAMING);
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
}
