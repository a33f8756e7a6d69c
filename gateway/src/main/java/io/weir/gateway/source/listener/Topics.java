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
    String[] wanted = filter.split("/", -1);
    String[] levels = topic.split("/", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals("#")) {
        return true;
      }
      if (i == levels.length || !wanted[i].equals("+") && !wanted[i].equals(levels[i])) {
        return false;
      }
    }
    return wanted.length == levels.length;
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
