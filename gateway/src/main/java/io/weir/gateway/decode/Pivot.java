package io.weir.gateway.decode;

import io.weir.gateway.config.Section;
import io.weir.gateway.model.Pointer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a payload in long form has what: one row or object for each value, which a field of it
 * names.
 *
 * @param name the fields with the metric's name, those of several are joined by dots; empty where
 *     it is the key that the object stands under
 * @param value the field with the value
 * @param time the fields with the time, or empty: then it is looked for
 * @param quality the field with the word that the route's {@code quality} reads, or {@code null}
 * @param unit the field with the unit, or {@code null}
 */
public record Pivot(
    List<String> name,
    String value,
    List<String> time,
    @Nullable String quality,
    @Nullable String unit) {

  /** The key of the group in a format's options. */
  private static final String KEY = "pivot";

  public Pivot {
    name = List.copyOf(name);
    time = List.copyOf(time);
  }

  /** The group of a format's options; {@code null} where it is absent. */
  static @Nullable Pivot read(Section options, Section route) {
    if (!options.has(KEY)) {
      return null;
    }
    Section pivot = options.section(KEY);
    String quality = pivot.text("quality");
    Section trust = route.section("quality");
    if (quality != null
        && !Pointer.toName(quality).equals(Pointer.toName(trust.text("from", "")))) {
      pivot.problem(
          "quality",
          "needs the route's quality.from to name the same field, and the words that are good",
          "write quality: { from: " + quality + ", good: [ok] } beside format");
    }
    return new Pivot(
        fields(pivot, "name"),
        pivot.text("value", ""),
        fields(pivot, "time"),
        quality,
        pivot.text("unit"));
  }

  /** The names of a list, or the one that stands alone; empty where the key is absent. */
  static List<String> fields(Section section, String key) {
    List<String> list = section.texts(key);
    String one = list.isEmpty() ? section.text(key) : null;
    return one == null ? list : List.of(one);
  }

  /** Why what stands beside a value is left out. */
  static final String UNNAMED = "not named in pivot";

  /** The only field with the name, as JSON has it; {@code null} where the object's key is it. */
  @Nullable String nameKey() {
    return name.isEmpty() ? null : name.get(0);
  }

  /** The only field with the time, as JSON has it, or {@code null}. */
  @Nullable String timeKey() {
    return time.isEmpty() ? null : time.get(0);
  }
}
