package io.weir.gateway.source.listener;

import java.util.Collection;

/** Topic names and filters as MQTT compares them (MQTT 5, 4.7). */
final class Topics {

  private Topics() {}

  static boolean anyMatches(Collection<String> filters, String topic) {
    for (String filter : filters) {
      if (matches(filter, topic)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a topic name matches a filter; wildcards never match a topic that begins with $. */
  static boolean matches(String filter, String topic) {
    if (topic.startsWith("$") && (filter.startsWith("+") || filter.startsWith("#"))) {
      return false;
    }
    int at = 0;
    int from = 0;
    while (true) {
      int end = level(filter, from);
      if (end == from + 1 && filter.charAt(from) == '#') {
        return true;
      }
      if (at > topic.length()) {
        return false; // the topic has no such level
      }
      int stop = level(topic, at);
      boolean any = end == from + 1 && filter.charAt(from) == '+';
      if (!any && (end - from != stop - at || !filter.regionMatches(from, topic, at, end - from))) {
        return false;
      }
      if (end == filter.length()) {
        return stop == topic.length();
      }
      from = end + 1;
      at = stop + 1;
    }
  }

  /** Where the level ends that begins there. */
  private static int level(String path, int from) {
    int slash = path.indexOf('/', from);
    return slash < 0 ? path.length() : slash;
  }

  /** Whether a text is the name of a topic, without wildcards. */
  static boolean isName(String topic) {
    return !topic.isEmpty()
        && topic.indexOf('+') < 0
        && topic.indexOf('#') < 0
        && topic.indexOf('\0') < 0;
  }

  /** Whether a text is a filter. */
  static boolean isFilter(String filter) {
    if (filter.isEmpty()) {
      return false;
    }
    String[] levels = filter.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      String level = levels[i];
      boolean last = i == levels.length - 1;
      if (level.contains("#") && !(level.equals("#") && last)
          || level.contains("+") && !level.equals("+")) {
        return false;
      }
    }
    return true;
  }
}
