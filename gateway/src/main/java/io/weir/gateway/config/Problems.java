package io.weir.gateway.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was found wrong so far. One problem for each key and place: the first that is found, because
 * what follows from it is noise. What variables and files filled in is never shown, whoever quotes
 * it: the placeholder stands there instead. Used by one thread.
 */
public final class Problems {

  private record Subject(FilePosition place, String key) {}

  /** What stands in many messages by chance: it is hidden only where it is quoted. */
  private static final Pattern COMMON = Pattern.compile(".{0,3}|[0-9.]*");

  /** What was filled in, with what the file has in its place, the longest first. */
  private final NavigableMap<String, String> hidden =
      new TreeMap<>(
          Comparator.comparingInt(String::length).reversed().thenComparing(Function.identity()));

  private final List<Problem> found = new ArrayList<>();
  private final Set<Subject> subjects = new HashSet<>();

  public void add(FilePosition place, String key, String message) {
    add(place, key, message, null);
  }

  public void add(FilePosition place, String key, String message, @Nullable String suggestion) {
    if (subjects.add(new Subject(place, key))) {
      found.add(
          new Problem(
              place.source(),
              place.line(),
              key,
              shown(message),
              suggestion == null ? null : shown(suggestion)));
    }
  }

  boolean has(FilePosition place, String key) {
    return subjects.contains(new Subject(place, key));
  }

  /** From now on the text is shown as the file has it. */
  void hide(String filled, String written) {
    if (!filled.isEmpty()) {
      hidden.put(filled, written);
    }
  }

  private String shown(String message) {
    String shown = message;
    for (Map.Entry<String, String> each : hidden.entrySet()) {
      shown =
          COMMON.matcher(each.getKey()).matches()
              ? shown.replace("'" + each.getKey() + "'", "'" + each.getValue() + "'")
              : shown.replace(each.getKey(), each.getValue());
    }
    return shown;
  }

  /** Throws what was found, by line; the command line's problems stand last. */
  public void raise() throws ConfigException {
    if (!found.isEmpty()) {
      found.sort(Comparator.comparingInt(p -> p.line() == 0 ? Integer.MAX_VALUE : p.line()));
      throw new ConfigException(found);
    }
  }
}
