package io.weir.gateway.compatibility;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a reader of an answer or of a store relies on: names and types, without the values. A shape
 * is a line such as {@code /api/v1/status sources[].name} with a type.
 */
final class Shapes {

  static final String NULL = "null";

  private final SortedMap<String, String> types = new TreeMap<>();

  SortedMap<String, String> types() {
    return types;
  }

  private void add(String name, String type) {
    // Where a value is null now and something another time, the something is its type.
    types.merge(name, type, (before, now) -> before.equals(NULL) ? now : before);
  }

  /** Adds every member of an answer; the members of all elements of a list are taken together. */
  void addJson(String name, JsonNode value) {
    if (value.isObject()) {
      add(name, "object");
      value.fields().forEachRemaining(each -> addJson(join(name, each.getKey()), each.getValue()));
    } else if (value.isArray()) {
      add(name, "list");
      value.forEach(each -> addJson(name + "[]", each));
    } else {
      add(name, value.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
    }
  }

  private static String join(String name, String member) {
    return name + (name.contains(" ") ? "." : " ") + member;
  }

  /** Adds a line of line protocol without escapes: measurement, tags, fields with their types. */
  void addLine(String line) {
    List<String> parts = split(line, ' ');
    List<String> series = split(parts.get(0), ',');
    for (String tag : series.subList(1, series.size())) {
      add(series.get(0) + " tag " + tag.substring(0, tag.indexOf('=')), "text");
    }
    for (String field : split(parts.get(1), ',')) {
      int is = field.indexOf('=');
      add(series.get(0) + " field " + field.substring(0, is), type(field.substring(is + 1)));
    }
  }

  private static String type(String value) {
    if (value.startsWith("\"")) {
      return "text";
    }
    if (value.equals("true") || value.equals("false")) {
      return "boolean";
    }
    return value.endsWith("i") ? "integer" : "float";
  }

  /** Splits at a character, except within quotes. */
  private static List<String> split(String text, char at) {
    List<String> parts = new java.util.ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      if (c == at && !quoted) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }
}
