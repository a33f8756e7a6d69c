package io.weir.gateway.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Headers that the gateway sends with its requests, as names and values. */
public final class SentHeaders {

  /** A token of RFC 9110. */
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private SentHeaders() {}

  /**
   * What goes into a header as it stands, such as a token; {@code null} where there is none, or one
   * that no header can have, which is a problem.
   */
  public static @Nullable Secret value(Section section, String name) {
    Secret value = section.secret(name);
    if (value != null && !value.value().chars().allMatch(c -> c >= ' ' && c < 127)) {
      section.problem(name, "has a character that an HTTP header cannot have");
      return null;
    }
    return value;
  }

  /**
   * The headers of a section, in its order; without those that are wrong, which are problems.
   *
   * @param own what the gateway sets itself, in lower case
   */
  public static Map<String, Secret> read(Section headers, Set<String> own) {
    Map<String, Secret> read = new LinkedHashMap<>();
    for (String name : headers.names()) {
      Secret value = value(headers, name);
      if (!NAME.matcher(name).matches()) {
        headers.problem(name, "is no name of an HTTP header");
      } else if (own.contains(name.toLowerCase(Locale.ROOT))) {
        headers.problem(name, "is a header that the gateway sets itself");
      } else if (value != null) {
        read.put(name, value);
      }
    }
    return Collections.unmodifiableMap(read);
  }
}
