package io.weir.gateway.model;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a fold keeps of each series, topic or machine. The codec gives one instance for the same
 * name, so that most are found by it, without a look at what it says.
 *
 * <p>Mutable; belongs to its fold.
 *
 * @param <K> the name, compared by what it says
 */
public final class Found<K, T extends Found.Kept<K>> {

  private static final int FIRST_PLACES = 256;

  /** Places that may hold what is found by one identity. */
  private static final int PLACES_OF_ONE = 4;

  /** In the order in which they were added, so that what is alike has an order too. */
  private final Map<K, T> all = new LinkedHashMap<>();

  private int places = FIRST_PLACES;

  /** Those found last: in each place a name, and what is kept under that instance of it. */
  private @Nullable Object[] found = new Object[2 * FIRST_PLACES];

  /** What is kept under one name. */
  public abstract static class Kept<K> {
    private final K name;
    private boolean forgotten;

    protected Kept(K name) {
      this.name = name;
    }

    /** The name. */
    public final K name() {
      return name;
    }
  }

  /** What is kept under that name; {@code null} for nothing. */
  @SuppressWarnings({"unchecked", "ReferenceEquality"}) // the short cut
  public @Nullable T get(K name) {
    int first = first(name);
    for (int i = first; i < first + 2 * PLACES_OF_ONE; i += 2) {
      if (found[i] == name) {
        T kept = (T) Objects.requireNonNull(found[i + 1]);
        if (!((Kept<K>) kept).forgotten) {
          return kept;
        }
      }
    }
    return byName(name, first);
  }

  /**
   * Looks at what is kept under some names that are asked for next: each step of all of them before
   * the next one.
   *
   * @param into what was found last under this instance of a name, {@code null} for none
   * @return whatever was seen, so that it has to be looked at
   */
  @SuppressWarnings({"unchecked", "ReferenceEquality"})
  public long look(@Nullable K[] names, int count, @Nullable T[] into) {
    long seen = 0;
    for (int i = 0; i < count; i++) {
      K name = names[i];
      seen += name != null && found[first(name)] == name ? 1 : 0;
    }
    for (int i = 0; i < count; i++) {
      K name = names[i];
      int first = name == null ? 0 : first(name);
      into[i] = name != null && found[first] == name ? (T) found[first + 1] : null;
    }
    for (int i = 0; i < count; i++) {
      T kept = into[i];
      seen += kept == null || ((Kept<K>) kept).forgotten ? 0 : 1;
    }
    return seen;
  }

  private int first(K name) {
    return 2 * (System.identityHashCode(name) & (places - PLACES_OF_ONE));
  }

  /** It is found in the first place from now on; what was found last but three is not any more. */
  private @Nullable T byName(K name, int first) {
    T kept = all.get(name);
    if (kept != null) {
      System.arraycopy(found, first, found, first + 2, 2 * (PLACES_OF_ONE - 1));
      found[first] = name;
      found[first + 1] = kept;
    }
    return kept;
  }

  /** Keeps it. */
  public void put(T kept) {
    all.put(kept.name(), kept);
    if (all.size() > places / 2) {
      places *= 2;
      found = new Object[2 * places];
    }
  }

  /** Keeps it no longer. */
  public void remove(T kept) {
    all.remove(kept.name());
    ((Kept<K>) kept).forgotten = true;
    int first = first(kept.name());
    for (int i = first; i < first + 2 * PLACES_OF_ONE; i += 2) {
      if (found[i + 1] == kept) {
        found[i] = null;
        found[i + 1] = null; // it leaves the heap, unless it was found by another instance
      }
    }
  }

  /** All that is kept, in the order in which it was added; not a copy. */
  public Collection<T> values() {
    return all.values();
  }
}
