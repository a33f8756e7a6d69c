package io.weir.gateway.live;

import io.weir.gateway.model.Series;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a fold keeps of each series. The codec gives one instance for the same series, so that most
 * are found by it, without a look at their names.
 *
 * <p>Mutable; belongs to its fold.
 */
final class BySeries<T extends BySeries.Kept> {

  private static final int FIRST_PLACES = 256;

  private final Map<Series, T> all = new HashMap<>();

  /** Those found last, by the identity of their series. */
  private BySeries.@Nullable Kept[] found = new Kept[FIRST_PLACES];

  /** What is kept of one series. */
  abstract static class Kept {
    private Series series;
    private boolean forgotten;

    Kept(Series series) {
      this.series = series;
    }

    final Series series() {
      return series;
    }
  }

  @SuppressWarnings({"unchecked", "ReferenceEquality"}) // the short cut
  @Nullable T get(Series series) {
    int place = System.identityHashCode(series) & (found.length - 1);
    Kept last = found[place];
    if (last != null && last.series == series && !last.forgotten) {
      return (T) last;
    }
    T kept = all.get(series);
    if (kept != null) {
      ((Kept) kept).series = series; // the instance that will come again
      found[place] = kept;
    }
    return kept;
  }

  void put(T kept) {
    all.put(kept.series(), kept);
    if (all.size() > found.length / 2) {
      found = new Kept[found.length * 2];
    }
  }

  void remove(T kept) {
    all.remove(kept.series());
    ((Kept) kept).forgotten = true;
  }
}
