package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells by their fields that payloads are in long form: one of them names a value, and one is the
 * value. A guess for people, who then write a {@link Pivot}.
 */
final class LongForm {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_]\\w*");

  private LongForm() {}

  /** What to say of a document, or {@code null}. */
  static @Nullable String inJson(byte[] payload) {
    JsonNode json = new Look("", payload).json();
    return json == null ? null : inJson(json);
  }

  /** What to say of documents, one in a line, by the first of them; or {@code null}. */
  static @Nullable String inLines(byte[] payload) {
    int from = Utf8.start(payload);
    int end = from;
    while (end < payload.length && payload[end] != '\n') {
      end++;
    }
    return inJson(Arrays.copyOfRange(payload, from, end));
  }

  private static @Nullable String inJson(JsonNode node) {
    if (node.isObject()) {
      List<String> keys = new ArrayList<>();
      node.fieldNames().forEachRemaining(keys::add);
      String name = first(keys, LongFormWords::isName);
      String value = first(keys, LongFormWords::isValue);
      if (name != null && value != null && node.path(name).isTextual()) {
        return remark("json", "object", name, value);
      }
    }
    for (JsonNode each : node) { // the parser has bounded how deep
      String found = inJson(each);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** What to say of rows with those columns, or {@code null}. */
  static @Nullable String inCsv(List<String> columns) {
    String name = first(columns, LongFormWords::isName);
    String value = first(columns, LongFormWords::isValue);
    return name == null || value == null ? null : remark("csv", "row", name, value);
  }

  private static @Nullable String first(List<String> keys, Predicate<String> test) {
    return keys.stream().filter(test).findFirst().orElse(null);
  }

  private static String remark(String format, String part, String name, String value) {
    return "it looks like long form, with the name of each value in '%s'; for each %s to be one value, "
            .formatted(name, part)
        + "add to the route %s: { pivot: { name: %s, value: %s } }"
            .formatted(format, quoted(name), quoted(value));
  }

  private static String quoted(String key) {
    return PLAIN.matcher(key).matches() ? key : "'" + key.replace("'", "''") + "'";
  }
}
