package io.weir.gateway.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A pattern of names. Two are equal that fit the same names by the same text. */
public final class NamePattern {

  private final Pattern regex;

  private NamePattern(String regex) {
    this.regex = Pattern.compile(regex, Pattern.DOTALL);
  }

  /** Of a name, in which {@code *} is any number of characters. */
  public static NamePattern ofName(String text) {
    return new NamePattern(Pattern.quote(text).replace("*", "\\E.*\\Q"));
  }

  /**
   * Of a path: {@code +} is one level, {@code #} at the end is any number of them, {@code *} any
   * number of characters within a level.
   */
  public static NamePattern ofPath(String text) {
    StringBuilder regex = new StringBuilder();
    for (String level : text.split("/", -1)) {
      if (level.equals("#")) {
        return new NamePattern(regex.isEmpty() ? ".*" : regex + "(/.*)?");
      }
      regex.append(regex.isEmpty() ? "" : "/");
      regex.append(level.equals("+") ? "[^/]+" : Pattern.quote(level).replace("*", "\\E[^/]*\\Q"));
    }
    return new NamePattern(regex.toString());
  }

  public boolean fits(String name) {
    return regex.matcher(name).matches();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NamePattern that && regex.pattern().equals(that.regex.pattern());
  }

  @Override
  public int hashCode() {
    return regex.pattern().hashCode();
  }

  @Override
  public String toString() {
    return regex.pattern();
  }
}
