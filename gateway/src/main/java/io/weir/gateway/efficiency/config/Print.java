package io.weir.gateway.efficiency.config;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A number that stands for a part of the configuration: equal parts have equal ones, also in
 * another process, and of different parts they practically never are. So the state of the figures
 * need not keep the configuration to know what a later one changes. A field that says nothing has
 * no part in it, so that a version with more fields gives the same. FNV-1a with 64 bits.
 */
public final class Print {

  private static final long START = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private Print() {}

  /** Of records, lists, sets, maps and values whose text says all of them. */
  public static long of(@Nullable Object value) {
    long print = START;
    for (byte each : text(value).getBytes(StandardCharsets.UTF_8)) {
      print = (print ^ (each & 0xff)) * PRIME;
    }
    return print;
  }

  private static String text(@Nullable Object value) {
    if (value instanceof Record fields) {
      StringBuilder text = new StringBuilder(fields.getClass().getSimpleName());
      for (RecordComponent each : fields.getClass().getRecordComponents()) {
        Object field = field(each, fields);
        if (!isAbsent(field)) {
          text.append('\n').append(each.getName()).append(text(field));
        }
      }
      return quoted(text.toString());
    }
    if (value instanceof Map<?, ?> map) {
      return quoted(sorted(map.entrySet().stream().map(Print::entry).toList()));
    }
    if (value instanceof Set<?> set) {
      return quoted(sorted(set.stream().map(Print::text).toList()));
    }
    if (value instanceof Collection<?> list) {
      return quoted(list.stream().map(Print::text).collect(Collectors.joining()));
    }
    return value == null ? "null" : quoted(value.toString());
  }

  /** Asks no field whether it equals something: Java links equals of a record when first asked. */
  private static boolean isAbsent(@Nullable Object field) {
    return field == null
        || Boolean.FALSE.equals(field)
        || (field instanceof Collection<?> all && all.isEmpty())
        || (field instanceof Map<?, ?> map && map.isEmpty());
  }

  private static String entry(Map.Entry<?, ?> entry) {
    return text(entry.getKey()) + text(entry.getValue());
  }

  private static String sorted(List<String> parts) {
    return parts.stream().sorted().collect(Collectors.joining());
  }

  /** With its length, so that no two lists of parts are the same text. */
  private static String quoted(String text) {
    return text.length() + ":" + text;
  }

  private static @Nullable Object field(RecordComponent component, Record of) {
    try {
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a part of the configuration is not readable", e);
    }
  }
}
