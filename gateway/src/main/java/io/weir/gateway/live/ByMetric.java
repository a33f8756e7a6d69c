package io.weir.gateway.live;

import io.weir.gateway.model.Series;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a fold keeps of each metric of one series. Messages of a series mostly have the same metrics
 * in the same order, so that each is found as the one that followed the last time.
 *
 * <p>Mutable; belongs to its fold.
 */
final class ByMetric<T extends ByMetric.Kept<T>> extends BySeries.Kept {

  private final Map<String, T> all = new HashMap<>(8);
  private @Nullable T first;
  private @Nullable T last;

  ByMetric(Series series) {
    super(series);
  }

  /** What is kept of one metric. */
  abstract static class Kept<T> {
    private String metric;
    private @Nullable T next;
    private boolean forgotten;

    Kept(String metric) {
      this.metric = metric;
    }

    final String metric() {
      return metric;
    }
  }

  /** The metrics that follow are those of a line from its first on. */
  void begin() {
    last = null;
  }

  @SuppressWarnings("ReferenceEquality") // the codec gives one instance for the same name
  @Nullable T get(String metric) {
    Kept<T> before = last;
    T guess = before == null ? first : before.next;
    Kept<T> guessed = guess;
    if (guessed != null && guessed.metric == metric && !guessed.forgotten) {
      last = guess;
      return guess;
    }
    T found = all.get(metric);
    if (found != null) {
      ((Kept<T>) found).metric = metric; // the instance that will come again
      follow(found);
    }
    return found;
  }

  private void follow(T next) {
    Kept<T> before = last;
    if (before == null) {
      first = next;
    } else {
      before.next = next;
    }
    last = next;
  }

  void put(T kept) {
    all.put(kept.metric(), kept);
    follow(kept);
  }

  void remove(T kept) {
    all.remove(kept.metric());
    ((Kept<T>) kept).forgotten = true;
  }

  void removeIf(Predicate<T> gone) {
    all.values()
        .removeIf(
            each -> {
              boolean removed = gone.test(each);
              ((Kept<T>) each).forgotten = removed;
              return removed;
            });
  }

  Collection<T> values() {
    return all.values();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }
}
