package io.weir.gateway.live;

import io.weir.gateway.model.Found;
import io.weir.gateway.model.Series;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a fold keeps of the metrics of one series: of each a column of numbers, all of them side by
 * side in one array, and an object for what is not needed each time. With many series what costs is
 * memory that has left the caches, and this is read as one piece.
 *
 * <p>Messages of a series mostly have the same metrics in the same order, so that each is found as
 * the one that followed the last time.
 *
 * <p>Mutable; belongs to its fold.
 *
 * @param <T> the object
 */
abstract class Columns<T> extends Found.Kept<Series> {

  /** This many names are compared one by one. */
  private static final int FEW = 16;

  private final int width;
  private String[] metrics = new String[2];
  private long[] numbers;
  private @Nullable Object[] objects = new Object[2];
  private int size;

  /** The column that follows the one found last. */
  private int next;

  /** The columns of many metrics, once one was not found as the one that followed. */
  private @Nullable Map<String, Integer> byMetric;

  /**
   * @param width numbers of a column
   */
  Columns(Series series, int width) {
    super(series);
    this.width = width;
    numbers = new long[metrics.length * width];
  }

  /** The metrics that follow are those of a line from its first on. */
  final void begin() {
    next = 0;
  }

  final int size() {
    return size;
  }

  final boolean isEmpty() {
    return size == 0;
  }

  final String metric(int column) {
    return metrics[column];
  }

  /** The numbers of all columns; until a metric is added or removed. */
  final long[] numbers() {
    return numbers;
  }

  /** Where those of a column begin. */
  final int at(int column) {
    return column * width;
  }

  @SuppressWarnings("unchecked")
  final @Nullable T object(int column) {
    return (T) objects[column];
  }

  final void object(int column, @Nullable T object) {
    objects[column] = object;
  }

  /** The column of a metric; -1 for none. */
  @SuppressWarnings("ReferenceEquality") // the codec gives one instance for the same name
  final int column(String metric) {
    int column = next < size && metrics[next] == metric ? next : search(metric);
    next = column + 1;
    return column;
  }

  private int search(String metric) {
    int column = size > FEW ? byMetric().getOrDefault(metric, -1) : compare(metric);
    if (column >= 0) {
      metrics[column] = metric; // the instance that will come again
    }
    return column;
  }

  private int compare(String metric) {
    for (int column = 0; column < size; column++) {
      if (metrics[column].equals(metric)) {
        return column;
      }
    }
    return -1;
  }

  private Map<String, Integer> byMetric() {
    Map<String, Integer> known = byMetric;
    if (known == null) {
      known = new HashMap<>();
      for (int column = 0; column < size; column++) {
        known.put(metrics[column], column);
      }
      byMetric = known;
    }
    return known;
  }

  /** Adds a metric that has no column; its numbers are 0. */
  final int add(String metric) {
    if (size == metrics.length) {
      int more = size + size / 2;
      metrics = Arrays.copyOf(metrics, more);
      objects = Arrays.copyOf(objects, more);
      numbers = Arrays.copyOf(numbers, more * width);
    }
    metrics[size] = metric;
    if (byMetric != null) {
      byMetric.put(metric, size);
    }
    next = size + 1;
    return size++;
  }

  /** Removes a column. The last one takes its place. */
  final void remove(int column) {
    size--;
    if (byMetric != null) {
      byMetric.remove(metrics[column]);
      if (column < size) {
        byMetric.put(metrics[size], column);
      }
    }
    metrics[column] = metrics[size];
    objects[column] = objects[size];
    objects[size] = null;
    System.arraycopy(numbers, size * width, numbers, column * width, width);
    Arrays.fill(numbers, size * width, (size + 1) * width, 0);
    next = 0;
  }

  /** Removes columns. Others move. */
  final void removeIf(IntPredicate gone) {
    for (int column = size - 1; column >= 0; column--) {
      if (gone.test(column)) {
        remove(column);
      }
    }
  }
}
