package io.weir.gateway.source.kafka;

import io.weir.gateway.config.Section;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.source.kafka.KafkaSourceConfig.Mechanism;
import io.weir.gateway.source.kafka.KafkaSourceConfig.Start;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the keys of a Kafka source. */
final class KafkaSourceReader {

  /** A name or IPv4 address, or an IPv6 address in brackets; then a port. */
  private static final Pattern BROKER =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):([0-9]{1,5})");

  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  private static final int MOST_PORTS = 65_535;
  private static final long USUAL_WINDOW = 64L << 20;
  private static final long LEAST_WINDOW = 64 << 10;

  private KafkaSourceReader() {}

  static KafkaSourceConfig read(Section section, ReadContext context) {
    String name = section.text("name", "");
    List<String> brokers = brokers(section);
    long usualWindow = Math.max(LEAST_WINDOW, Math.min(USUAL_WINDOW, context.heapShare()));
    if (section.has("password") != section.has("username")) {
      String absent = section.has("password") ? "username" : "password";
      section.problem(absent, "is missing; username and password belong together");
    }
    if (section.has("mechanism") && !section.has("username")) {
      section.problem("mechanism", "is that of a login, so username and password must be set too");
    }
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
            Duration.ofMinutes(30)),
        section.text("username"),
        section.secret("password"),
        section.choice("mechanism", Mechanism.PLAIN),
        TlsFiles.read(section));
  }

  private static List<String> brokers(Section section) {
    List<String> brokers = section.texts("brokers");
    for (String each : brokers) {
      Matcher parts = BROKER.matcher(each);
      if (each.contains("://")) {
        section.problem(
            "brokers",
            "'" + each + "' is a URL, but a broker is written host:port",
            "leave out '" + each.substring(0, each.indexOf("://") + 3) + "'; tls has its own key");
      } else if (!parts.matches()
          || Integer.parseInt(parts.group(1)) > MOST_PORTS
          || Integer.parseInt(parts.group(1)) == 0) {
        section.problem("brokers", "'" + each + "' must be host:port, such as kafka-1:9092");
      }
    }
    return brokers;
  }

  private static List<String> topics(Section section) {
    List<String> topics = section.texts("topics");
    Set<String> seen = new HashSet<>();
    Set<String> twice = new TreeSet<>();
    for (String each : topics) {
      if (!TOPIC.matcher(each).matches() || each.equals(".") || each.equals("..")) {
        section.problem(
            "topics",
            "'" + each + "' is no name of a topic: letters, digits, '.', '_' and '-'",
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

  private static String group(
      Section section, String usual, List<String> brokers, ReadContext context) {
    String group = section.text("group", usual);
    String cluster = String.join(",", new TreeSet<>(brokers));
    String before = context.claim("Kafka group " + group + " at " + cluster, section.key());
    if (before != null) {
      section.problem(
          "group", "is that of " + before + " at the same brokers; each would get a part only");
    }
    return group;
  }
}
