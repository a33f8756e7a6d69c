package io.weir.gateway.normalize;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a route's topic pattern may look like. Levels are separated by slashes; each is a plain
 * text, {@code +}, {@code {name}}, or at the end {@code #} or {@code {name...}}.
 */
public final class TopicSyntax {

  private static final Pattern CAPTURE =
      Pattern.compile("\\{([A-Za-z][A-Za-z0-9_-]{0,63})(\\.{3})?}");

  /** Names that the stores' lines need for themselves. */
  static final Set<String> RESERVED = Set.of("time", "timestamp", "quality", "point");

  /** Names that make the asset. */
  static final Set<String> ASSET = Set.of("site", "area", "line", "machine");

  private TopicSyntax() {}

  /** What is wrong with the pattern, or {@code null}. */
  public static @Nullable String wrong(String pattern) {
    if (pattern.startsWith("$share/")) {
      return "must not name a share group; the source has the key 'share' for it";
    }
    if (pattern.getBytes(StandardCharsets.UTF_8).length > 65535 || pattern.indexOf('\0') >= 0) {
      return "is no topic that MQTT can express";
    }
    Set<String> names = new HashSet<>();
    String[] levels = pattern.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      String wrong = wrongLevel(levels[i], i == levels.length - 1, names);
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private static @Nullable String wrongLevel(String level, boolean last, Set<String> names) {
    Matcher capture = CAPTURE.matcher(level);
    if (capture.matches()) {
      String name = capture.group(1);
      if (RESERVED.contains(name)) {
        return "'" + name + "' has a meaning of its own in the store; name this level otherwise";
      }
      if (!names.add(name)) {
        return "names '" + name + "' twice";
      }
      boolean rest = capture.group(2) != null;
      return rest && !last ? "'" + level + "' takes the rest, so it must come last" : null;
    }
    if (level.equals("#")) {
      return last ? null : "'#' takes the rest, so it must come last";
    }
    if (!level.equals("+") && level.matches(".*[+#{}].*")) {
      return "the level '" + level + "' must be plain text, '+', '#', '{name}' or '{name...}'";
    }
    return null;
  }

  /** The names that the pattern captures. */
  public static Set<String> names(String pattern) {
    return CAPTURE.matcher(pattern).results().map(r -> r.group(1)).collect(Collectors.toSet());
  }

  /** The pattern as an MQTT filter: equal for patterns that match the same topics. */
  public static String matched(String pattern) {
    return pattern.replaceAll("\\{[^/{}]*\\.{3}}", "#").replaceAll("\\{[^/{}]*}", "+");
  }
}
