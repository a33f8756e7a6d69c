package io.weir.gateway.sink.mqtt;

import io.weir.gateway.sink.stream.TopicTemplate;
import java.util.Set;
import java.util.regex.Pattern;

/** What a broker of MQTT takes for a topic. */
final class MqttTopic {

  static final String DEFAULT = "weir/{site}/{area}/{line}/{machine}/{measurement}";

  /** Figures of minutes and of shifts are different values. */
  static final String DEFAULT_FIGURES = DEFAULT + "/{tag:bucket}";

  /**
   * Separator, wildcards, and what brokers refuse in a text (section 1.5.4): control characters,
   * halves of a pair, and code points that are no characters.
   */
  private static final String REFUSED = "\\p{Cc}\\p{Cs}\\uFDD0-\\uFDEF\\uFFFE\\uFFFF";

  private static final TopicTemplate.Naming NAMING =
      new TopicTemplate.Naming(
          Set.of("gateway", "log", "measurement", "metric", "site", "area", "line", "machine"),
          true,
          Pattern.compile("[/+#" + REFUSED + "]"),
          Pattern.compile("[+#{}" + REFUSED + "]|^\\$"),
          "must be a topic without '+', '#' and control characters, and not begin with '$'");

  private MqttTopic() {}

  static TopicTemplate template(String text) {
    return new TopicTemplate(text, NAMING);
  }

  /** A text as a template in which nothing is filled in. */
  static String escaped(String text) {
    return text.replace('{', '_').replace('}', '_');
  }
}
