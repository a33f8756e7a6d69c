package io.weir.gateway.grafana;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a query returned, as Grafana makes it of the answer: columns with values. A series over time
 * has a column of times and one of numbers.
 *
 * @param columns values by name, as many in each; null is none. Times are epoch ms of type {@link
 *     Time}
 */
record Frame(Map<String, List<@Nullable Object>> columns) {

  /** An instant, so that it is not taken for a number. */
  record Time(long epochMs) {}

  static Frame of(List<String> names, List<? extends List<? extends @Nullable Object>> rows) {
    Map<String, List<@Nullable Object>> columns = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      List<@Nullable Object> column = new ArrayList<>();
      for (List<? extends @Nullable Object> row : rows) {
        column.add(row.get(i));
      }
      columns.put(names.get(i), column);
    }
    return new Frame(columns);
  }

  int rows() {
    return columns.values().stream().mapToInt(List::size).max().orElse(0);
  }

  /** The values of a column that are there; empty where the column is not. */
  List<Object> values(String column) {
    return columns.getOrDefault(column, List.of()).stream().filter(Objects::nonNull).toList();
  }

  /** Names of the columns that have values, all of the type. */
  List<String> columnsOf(Class<?> type) {
    return columns.keySet().stream()
        .filter(name -> !values(name).isEmpty() && values(name).stream().allMatch(type::isInstance))
        .toList();
  }

  Stream<Double> numbers(String column) {
    return values(column).stream().map(value -> ((Number) value).doubleValue());
  }
}
