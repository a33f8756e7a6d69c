package io.weir.gateway.normalize;

import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which names and tag values every store can keep. InfluxDB refuses {@code time} as a field or tag
 * and reserves a leading underscore; line protocol has no way to write a line break in a name, nor
 * a backslash at its end or before what is escaped by one; the embedded store has columns of its
 * own for the instant and the point.
 */
final class StoreNames {

  private StoreNames() {}

  /** Characters of a name at most. */
  static final int LONGEST = 256;

  /** What line protocol escapes with a backslash. */
  private static final String ESCAPED = " ,=\"";

  /** Names of what every line has already. */
  private static final Set<String> RESERVED_TAGS = Set.of("time", "quality");

  private static final Set<String> RESERVED_FIELDS =
      Set.of("time", "quality", "site", "area", "line", "machine");

  /** Checks a field's name. */
  static void checkField(String name) throws Unfit {
    check("the metric", name);
    if (RESERVED_FIELDS.contains(name)) {
      throw new Unfit(
          Reason.BAD_NAME,
          "a metric cannot be named '"
              + name
              + "', which is the stores' own; rename it in the"
              + " route's metrics");
    }
  }

  static void checkMeasurement(String name) throws Unfit {
    check("the measurement", name);
    if (name.startsWith("#")) {
      throw new Unfit(Reason.BAD_NAME, "the measurement '" + Excerpt.of(name) + "' begins with #");
    }
  }

  static void checkTag(String key, String value) throws Unfit {
    check("the tag", key);
    if (RESERVED_TAGS.contains(key)) {
      throw new Unfit(Reason.BAD_NAME, "a tag cannot be named '" + key + "'");
    }
    checkText("the value of the tag '" + Excerpt.of(key) + "'", value);
  }

  /** Checks the name of a level of the asset, which is a tag's value in a store. */
  static void checkLevel(String level, @Nullable String name) throws Unfit {
    if (name != null) {
      checkText("the " + level, name);
    }
  }

  /** Refuses a field that has the name of a tag beside it: a store could not distinguish them. */
  static void checkNotTag(String metric, Map<String, String> tags) throws Unfit {
    if (tags.containsKey(metric)) {
      throw new Unfit(
          Reason.BAD_NAME,
          "the metric '" + metric + "' has the name of a tag; rename it in the route's metrics");
    }
  }

  private static void check(String what, String name) throws Unfit {
    if (name.isBlank()) {
      throw new Unfit(Reason.BAD_NAME, what + " has an empty name");
    }
    checkText(what, name);
    if (name.charAt(0) == '_') {
      throw new Unfit(
          Reason.BAD_NAME,
          what + " '" + Excerpt.of(name) + "' begins with _, which stores reserve");
    }
  }

  private static void checkText(String what, String text) throws Unfit {
    if (text.length() > LONGEST) {
      throw new Unfit(
          Reason.BAD_NAME,
          what
              + " '"
              + Excerpt.of(text)
              + "' has "
              + text.length()
              + " characters, more than "
              + LONGEST);
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\'
          && (i + 1 == text.length() || ESCAPED.indexOf(text.charAt(i + 1)) >= 0)) {
        throw new Unfit(
            Reason.BAD_NAME,
            what
                + " '"
                + Excerpt.of(text)
                + "' has a backslash at its end, or before a space, comma, equals sign or quote");
      }
      if (Character.isISOControl(text.charAt(i))) {
        throw new Unfit(
            Reason.BAD_NAME,
            what + " '" + Excerpt.of(text) + "' has a line break or control character");
      }
    }
    if (ValueRules.hasLoneSurrogate(text)) {
      throw new Unfit(Reason.BAD_NAME, what + " '" + Excerpt.of(text) + "' has half a character");
    }
  }
}
