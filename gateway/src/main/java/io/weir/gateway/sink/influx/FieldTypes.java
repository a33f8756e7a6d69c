package io.weir.gateway.sink.influx;

import io.weir.gateway.model.Value;
import io.weir.gateway.sink.FieldOfStore;
import io.weir.gateway.sink.Sink.Answer.RefusedField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads from an answer which field the store holds with another type, in the words of InfluxDB 1
 * and 2 and of QuestDB. Each names one field, also where there are more. Names are bounded, so that
 * no text takes long to read. Pure functions.
 */
final class FieldTypes {

  private static final Pattern INFLUXDB =
      Pattern.compile(
          "input field \"(?<field>.{1,300}?)\" on measurement \"(?<measurement>.{1,300}?)\""
              + " is type (?<sent>\\w+), already exists as type (?<held>\\w+)");

  private static final Pattern QUESTDB =
      Pattern.compile(
          "table: (?<measurement>.{1,300}?), column: (?<field>.{1,300}?); cast error from protocol type:"
              + " (?<sent>\\w+) to column type: (?<held>\\w+)");

  private FieldTypes() {}

  /** The fields that a message names; mostly none or one. */
  static List<RefusedField> refused(String message) {
    List<RefusedField> fields = new ArrayList<>();
    for (Pattern words : List.of(INFLUXDB, QUESTDB)) {
      Matcher matcher = words.matcher(message);
      while (matcher.find()) {
        Value.Type sent = type(matcher.group("sent"));
        if (sent != null) {
          fields.add(
              new RefusedField(
                  new FieldOfStore(matcher.group("measurement"), matcher.group("field"), sent),
                  "the store holds it as %s, the readings are %s"
                      .formatted(lower(matcher.group("held")), lower(matcher.group("sent")))));
        }
      }
    }
    return fields;
  }

  /** A type in a store's words, or {@code null} for one that no reading has. */
  static Value.@Nullable Type type(String word) {
    return switch (lower(word)) {
      case "float" -> Value.Type.FLOAT;
      case "integer" -> Value.Type.INTEGER;
      case "boolean" -> Value.Type.BOOLEAN;
      case "string" -> Value.Type.STRING;
      default -> null;
    };
  }

  private static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }
}
