package io.weir.gateway.live;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a fold keeps of each series, or of each machine. The codec gives one instance for the same
 * name, so that most are found by it, without a look at what it says.
 *
 * <p>Mutable; belongs to its fold.
 *
 * @param <K> the name, compared by what it says
 */
final class Found<K, T extends Found.Kept<K>> {

  private static final int FIRST_PLACES = 256;

  /** In the order in which they were added, so that what is alike has an order too. */
  private final Map<K, T> all = new LinkedHashMap<>();

  /** Those found last, by the identity of their names, each in one of two places. */
  private Found.@Nullable Kept<?>[] found = new Kept<?>[FIRST_PLACES];

  /** What is kept under one name. */
  abstract static class Kept<K> {
    private K name;
    private boolean forgotten;

    Kept(K name) {
      this.name = name;
    }

    final K name() {
      return name;
    }
  }

  @Nullable T get(K name) {
    int place = System.identityHashCode(name) & (found.length - 1);
    T at = at(place, name);
    if (at == null) {
      at = at(place ^ 1, name);
    }
    return at == null ? byName(name, place) : at;
  }

  @SuppressWarnings({"unchecked", "ReferenceEquality"}) // the short cut
  private @Nullable T at(int place, K name) {
    Kept<?> last = found[place];
    return last != null && last.name == name && !last.forgotten ? (T) last : null;
  }

  private @Nullable T byName(K name, int place) {
    T kept = all.get(name);
    if (kept != null) {
      ((Kept<K>) kept).name = name; // the instance that will come again
      found[isFree(place) || !isFree(place ^ 1) ? place : place ^ 1] = kept;
    }
    return kept;
  }

  private boolean isFree(int place) {
    Kept<?> last = found[place];
    return last == null || last.forgotten;
  }

  void put(T kept) {
    all.put(kept.name(), kept);
    if (all.size() > found.length / 2) {
      found = new Kept<?>[found.length * 2];
    }
  }

  void remove(T kept) {
    all.remove(kept.name());
    ((Kept<K>) kept).forgotten = true;
  }

  Collection<T> values() {
    return all.values();
  }
}
