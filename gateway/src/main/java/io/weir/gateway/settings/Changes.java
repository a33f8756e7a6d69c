package io.weir.gateway.settings;

import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.source.SourceConfig;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What differs between two configurations, by the keys of the file. */
public final class Changes {

  private Changes() {}

  /**
   * The sections that differ beside {@code routes}, in the file's order: such as {@code buffer} or
   * {@code sources[plant]}.
   */
  public static List<String> besideRoutes(Config before, Config after) {
    List<String> keys = new ArrayList<>();
    for (RecordComponent section : Config.class.getRecordComponents()) {
      Object was = value(section, before);
      Object is = value(section, after);
      if (section.getName().equals("routes") || was.equals(is)) {
        continue;
      }
      Set<String> names = differing(byName(was), byName(is));
      if (names.isEmpty()) {
        keys.add(key(section));
      }
      String list = key(section);
      for (String name : names) {
        String key = list + "[" + name + "]";
        if (!keys.contains(key)) {
          keys.add(key);
        }
      }
    }
    if (before.dropsOldestFiles() != after.dropsOldestFiles() && !keys.contains("buffer")) {
      keys.add("buffer"); // how the log drops is decided when it is opened
    }
    return keys;
  }

  /** What the file calls it; no part of a record can be called {@code notify}. */
  private static String key(RecordComponent section) {
    return switch (section.getName()) {
      case "limits" -> "sources";
      case "notifications" -> "notify";
      default -> section.getName();
    };
  }

  private static Object value(RecordComponent section, Config config) {
    try {
      Object value = section.getAccessor().invoke(config);
      return value == null ? "" : value;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a section of the configuration is not readable", e);
    }
  }

  /** The items of sources, of their limits or of sinks; none where it is something else. */
  private static Map<String, Object> byName(Object section) {
    Map<String, Object> named = new LinkedHashMap<>();
    if (section instanceof List<?> items) {
      for (Object item : items) {
        if (item instanceof SourceConfig source) {
          named.put(source.name(), source);
        } else if (item instanceof SinkConfig sink) {
          named.put(sink.name(), sink);
        }
      }
    }
    if (section instanceof Map<?, ?> limits) {
      limits.forEach((name, value) -> named.put(String.valueOf(name), value));
    }
    return named;
  }

  private static Set<String> differing(Map<String, Object> before, Map<String, Object> after) {
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    names.removeIf(name -> after.containsKey(name) && after.get(name).equals(before.get(name)));
    return names;
  }
}
