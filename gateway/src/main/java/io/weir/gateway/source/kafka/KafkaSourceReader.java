package io.weir.gateway.source.kafka;

import io.weir.gateway.config.Section;
import io.weir.gateway.kafka.Brokers;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.source.kafka.KafkaSourceConfig.Start;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the keys of a Kafka source. */
final class KafkaSourceReader {

  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._*-]{1,249}");
  private static final long USUAL_WINDOW = 64L << 20;
  private static final long LEAST_WINDOW = 64 << 10;

  private KafkaSourceReader() {}

  static KafkaSourceConfig read(Section section, ReadContext context) {
    String name = section.text("name", "");
    Brokers brokers = Brokers.read(section);
    long usualWindow = Math.max(LEAST_WINDOW, Math.min(USUAL_WINDOW, context.heapShare()));
    return new KafkaSourceConfig(
        name,
        brokers,
        topics(section),
        group(section, "weir-" + context.gatewayId() + "-" + name, brokers, context),
        section.text("client-id", "weir-" + context.gatewayId() + "-" + name),
        section.text("separator", ".").replaceAll("^none$", ""),
        section.choice("start", Start.OLDEST),
        section.text("time", "payload").equals("record"),
        section.number("receive-maximum", 5000),
        section.bytes("window-size", usualWindow, LEAST_WINDOW, 1L << 40),
        section.duration(
            "session-timeout",
            Duration.ofSeconds(45),
            Duration.ofSeconds(1),
            Duration.ofMinutes(30)));
  }

  private static List<String> topics(Section section) {
    List<String> topics = section.texts("topics");
    Set<String> seen = new HashSet<>();
    Set<String> twice = new TreeSet<>();
    for (String each : topics) {
      if (!TOPIC.matcher(each).matches() || each.equals(".") || each.equals("..")) {
        section.problem(
            "topics",
            "'"
                + each
                + "' is no name of a topic: letters, digits, '.', '_' and '-', and '*' for any of"
                + " them",
            each.contains("/") ? "a '.' in it is a '/' in the routes (separator)" : null);
      }
      if (!seen.add(each)) {
        twice.add(each);
      }
    }
    if (!twice.isEmpty()) {
      section.problem("topics", "names " + String.join(", ", twice) + " twice");
    }
    return topics;
  }

  private static String group(Section section, String usual, Brokers brokers, ReadContext context) {
    String group = section.text("group", usual);
    String cluster = String.join(",", new TreeSet<>(brokers.addresses()));
    String before = context.claim("Kafka group " + group + " at " + cluster, section.key());
    if (before != null) {
      section.problem(
          "group", "is that of " + before + " at the same brokers; each would get a part only");
    }
    return group;
  }
}
