package io.weir.gateway.discover;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A route as one line of YAML. */
final class RouteText {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

  /** What a reader of YAML takes for something else than a text. */
  private static final Pattern OTHERWISE =
      Pattern.compile("(?i)true|false|yes|no|on|off|null|y|n|\\.nan|\\.inf|nan|inf");

  private RouteText() {}

  static String of(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(
              each ->
                  quoted(String.valueOf(each.getKey()))
                      + ": "
                      + (String.valueOf(each.getKey()).equals("topic")
                          ? single(String.valueOf(each.getValue()))
                          : of(each.getValue())))
          .collect(Collectors.joining(", ", "{ ", " }"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(RouteText::of).collect(Collectors.joining(", ", "[", "]"));
    }
    return value instanceof String text ? quoted(text) : String.valueOf(value);
  }

  private static String quoted(String text) {
    return PLAIN.matcher(text).matches() && !OTHERWISE.matcher(text).matches()
        ? text
        : single(text);
  }

  private static String single(String text) {
    boolean hasControl =
        text.chars()
            .anyMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || c == 0xfeff);
    if (!hasControl) {
      return "'" + text.replace("'", "''").replace("${", "$${") + "'";
    }
    StringBuilder escaped = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              boolean plain =
                  !Character.isISOControl(c) && c != 0x2028 && c != 0x2029 && c != 0xfeff;
              escaped.append(
                  c == '"' || c == '\\'
                      ? "\\" + (char) c
                      : plain ? String.valueOf((char) c) : "\\u%04x".formatted(c));
            });
    return escaped.append('"').toString();
  }
}
