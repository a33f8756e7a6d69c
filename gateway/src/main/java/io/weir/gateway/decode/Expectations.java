package io.weir.gateway.decode;

import io.weir.gateway.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a route expects of each payload: fields that must be there. A payload that lacks one, or has
 * something else there, is rejected whole, and the reason says the difference.
 *
 * @param by who expects it, in words: "the route", "the preset chirpstack"
 */
public record Expectations(String by, List<Field> fields) {

  /** Nothing is expected. */
  public static final Expectations NONE = new Expectations("", List.of());

  private static final String KEY = "expect";

  public Expectations {
    fields = List.copyOf(fields);
  }

  /**
   * A field that must be there.
   *
   * @param name a JSON Pointer, in which {@code *} stands for each key or element; or a column
   * @param is the text that stands there, in which {@code *} stands for any characters; {@code
   *     null} where any does
   */
  public record Field(String name, What what, @Nullable String is) {

    /** The same in another place. */
    Field at(String place) {
      return new Field(place, what, is);
    }

    @Override
    public String toString() {
      String expected = is == null ? what.name().toLowerCase(Locale.ROOT) : "'" + is + "'";
      return what == What.ANY ? name : name + " (" + expected + ")";
    }
  }

  /** What must stand in a field. */
  public enum What {
    ANY,
    TEXT,
    NUMBER,
    BOOLEAN,
    OBJECT,
    ARRAY,
    /** The text, number or truth value that {@link Field#is} says. */
    FIXED
  }

  /** How a format names the fields that a route may expect. */
  public enum Names {
    POINTERS,
    COLUMNS,
    /** A payload of the format has no fields that could be expected. */
    NONE
  }

  /** What the route says; what is wrong with it becomes a problem. */
  public static Expectations read(Section route, FormatFactory<?> format) {
    if (!route.has(KEY)) {
      return NONE;
    }
    Names names = format.expects();
    if (names == Names.NONE) {
      route.problem(KEY, "is for formats with named fields, which " + format.name() + " is not");
      return NONE;
    }
    List<Field> fields = new ArrayList<>();
    for (String name : route.texts(KEY)) {
      fields.add(new Field(name, What.ANY, null));
    }
    Section group = route.section(KEY);
    for (String name : group.names()) {
      Field field = field(group, name);
      if (names == Names.COLUMNS && field.what() != What.ANY) {
        group.problem(name, "is a column, of which only its presence can be expected", "write any");
      }
      fields.add(field);
    }
    for (Field field : fields) {
      if (names == Names.POINTERS && !field.name().startsWith("/")) {
        route.problem(
            KEY,
            "has the field '" + field.name() + "', which is no JSON Pointer",
            "write /" + field.name());
      }
    }
    String preset = route.text("preset");
    return new Expectations(preset == null ? "the route" : "the preset " + preset, fields);
  }

  private static Field field(Section group, String name) {
    if (group.hasSection(name)) {
      return new Field(name, What.FIXED, group.section(name).text("is", ""));
    }
    return new Field(name, group.choice(name, What.ANY), null);
  }

  /** The differences in words, or {@code null} where there are none. */
  @Nullable String unmet(List<String> differences) {
    return differences.isEmpty() ? null : by + " expects " + String.join("; ", differences);
  }
}
