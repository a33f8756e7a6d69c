package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonToken;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a document in long form: an object that has the field with the name is a sample of that
 * name, whose value is all that stands in the field with the value.
 */
final class JsonLongForm {

  private final Pivot rule;
  private final Tokens in;
  private final JsonSamples samples;

  JsonLongForm(Pivot rule, Tokens in, JsonSamples samples) {
    this.rule = rule;
    this.in = in;
    this.samples = samples;
  }

  /** Whether the time stands under that key. */
  boolean isTime(@Nullable String key) {
    return rule.timeKey() != null && rule.timeKey().equals(key);
  }

  /** Whether a time may only stand where the rule says. */
  boolean saysTime() {
    return rule.timeKey() != null;
  }

  boolean isValue(@Nullable String key) {
    return rule.value().equals(key);
  }

  /** Takes what stands beside the value; false for anything else. */
  boolean takes(JsonToken token, JsonPoint point, String key) throws IOException {
    if (key.equals(rule.nameKey())) {
      boolean names = token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT;
      point.name = names && !in.getText().isEmpty() ? in.getText() : null;
      if (point.name == null) {
        point.nameless = true;
        samples.reject(Reason.BAD_NAME, "'" + Excerpt.of(key) + "' is no name");
      }
      return true;
    }
    if (key.equals(rule.unit())) {
      point.unit = token == JsonToken.VALUE_STRING ? in.getText() : null;
      return true;
    }
    return key.equals(rule.quality());
  }

  /**
   * An object has been read: its samples get their names.
   *
   * @param prefix what stands before each key; "" or ends with a dot
   * @param first number of its first sample
   * @param place where it begins
   */
  void end(JsonPoint point, String prefix, int first, @Nullable JsonLocation place)
      throws IOException {
    String value = prefix.concat(rule.value());
    String nameKey = rule.nameKey();
    if (nameKey == null) {
      nameByKey(point, JsonDocument.withoutDot(prefix), value, first);
      return;
    }
    String name = point.name;
    boolean any = hasValue(value, first);
    boolean around = false;
    for (int i = first; i < samples.count(); i++) {
      around |= samples.isNamed(i);
    }
    if (name != null && around && !any) { // what has a name are the values in it
      samples.add(point, prefix.concat(nameKey), new Value.Text(name));
      return;
    }
    int kept = first;
    for (int i = first; i < samples.count(); i++) {
      String given = samples.name(i);
      boolean own = !samples.isNamed(i);
      boolean isValue = own && isOf(value, given);
      if (name == null && (isValue || (own && any && !around))) {
        continue; // rejected below
      }
      samples.move(i, kept);
      if (own && name != null) {
        samples.named(
            kept,
            isValue
                ? name.concat(given.substring(value.length()))
                : Samples.join(name, given.substring(prefix.length())),
            isValue ? samples.value(kept) : JsonSamples.UNNAMED);
      }
      kept++;
    }
    samples.cut(kept);
    if (name == null && any && !point.nameless) {
      samples.reject(
          place, Reason.BAD_NAME, "a '" + rule.value() + "' without a '" + nameKey + "'");
    } else if (name != null && !any && !point.hasValue) {
      samples.reject(
          place, Reason.BAD_VALUE, "'" + Excerpt.of(name) + "' has no '" + rule.value() + "'");
    }
  }

  /**
   * An object with a value has the name of what it stands under; what else is in it is no value.
   */
  private void nameByKey(JsonPoint point, String name, String value, int first) throws IOException {
    boolean any = hasValue(value, first);
    for (int i = first; any && i < samples.count(); i++) {
      if (samples.isNamed(i)) {
        continue;
      }
      String given = samples.name(i);
      if (!isOf(value, given)) {
        samples.named(i, given, JsonSamples.UNNAMED);
      } else {
        String own = name.isEmpty() ? given : name.concat(given.substring(value.length()));
        samples.named(i, own, samples.value(i));
      }
    }
    String quality = rule.quality();
    String judged = quality == null ? null : point.ownLabel(quality);
    if (judged != null && !any && !point.hasValue && !name.isEmpty()) {
      samples.reject(
          Reason.BAD_VALUE,
          "'%s' has no value, and '%s' is %s"
              .formatted(Excerpt.of(name), quality, Excerpt.of(judged)));
    }
  }

  /** Whether a sample without a name is of the field with the value. */
  private boolean hasValue(String value, int first) {
    for (int i = first; i < samples.count(); i++) {
      if (!samples.isNamed(i) && isOf(value, samples.name(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is that field or stands in it. */
  private static boolean isOf(String field, String name) {
    return name.startsWith(field)
        && (name.length() == field.length() || name.charAt(field.length()) == '.');
  }
}
