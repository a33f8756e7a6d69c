package io.weir.gateway.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was found wrong so far. One problem for each key and place: the first that is found, because
 * what follows from it is noise. Used by one thread.
 */
public final class Problems {

  private record Subject(FilePosition place, String key) {}

  private final List<Problem> found = new ArrayList<>();
  private final Set<Subject> subjects = new HashSet<>();

  public void add(FilePosition place, String key, String message) {
    add(place, key, message, null);
  }

  public void add(FilePosition place, String key, String message, @Nullable String suggestion) {
    if (subjects.add(new Subject(place, key))) {
      found.add(new Problem(place.source(), place.line(), key, message, suggestion));
    }
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** Throws what was found, by line; the command line's problems stand last. */
  public void raise() throws ConfigException {
    if (!found.isEmpty()) {
      found.sort(Comparator.comparingInt(p -> p.line() == 0 ? Integer.MAX_VALUE : p.line()));
      throw new ConfigException(found);
    }
  }
}
