package io.weir.gateway.model;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongBiFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A memory of things that others name, within this many bytes. For what costs only work to find out
 * anew. For any thread.
 *
 * <p>Once they are full, all of it is forgotten and it begins again: at once where a value must be
 * remembered ({@link #put}); else ({@link #putIfAbsent}) only after as many that it did not
 * remember as {@link Turnover} says.
 */
public final class BoundedMap<K, V> {

  /** What takes more than one such part of the bytes is not remembered. */
  private static final int PARTS = 16;

  private final long mostBytes;
  private final ToLongBiFunction<K, V> weight;
  private final ConcurrentHashMap<K, V> known = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();

  private final Turnover turnover = new Turnover();

  /**
   * @param weight what an entry takes beside {@link Weight#ENTRY}, by its key
   */
  public BoundedMap(long mostBytes, ToLongFunction<K> weight) {
    this(mostBytes, (key, value) -> weight.applyAsLong(key));
  }

  /**
   * @param weight what an entry takes beside {@link Weight#ENTRY}
   */
  public BoundedMap(long mostBytes, ToLongBiFunction<K, V> weight) {
    this.mostBytes = mostBytes;
    this.weight = weight;
  }

  public @Nullable V get(K key) {
    return known.get(key);
  }

  /**
   * Remembers it, unless the key is known already or there is no room now; returns what is known of
   * the key then, else the value.
   */
  public V putIfAbsent(K key, V value) {
    long more = weight(key, value);
    if (more > mostBytes / PARTS) {
      return value;
    }
    if (bytes.get() + more > mostBytes && !turnover.takes(known.size())) {
      V other = known.get(key);
      return other == null ? value : other;
    }
    V before = known.putIfAbsent(key, value);
    if (before != null) {
      return before;
    }
    add(more, key, value);
    return value;
  }

  /**
   * Remembers it in place of what was known of the key.
   *
   * @return whether something else was forgotten for it, or it is not remembered itself
   */
  public boolean put(K key, V value) {
    long more = weight(key, value);
    if (more > mostBytes / PARTS) {
      remove(key);
      return true;
    }
    V before = known.put(key, value);
    return add(before == null ? more : more - weight(key, before), key, value);
  }

  private boolean add(long more, K key, V value) {
    if (bytes.addAndGet(more) <= mostBytes) {
      return false;
    }
    known.clear();
    known.put(key, value);
    bytes.set(weight(key, value));
    return true;
  }

  /** Forgets all. */
  public void clear() {
    known.clear();
    bytes.set(0);
  }

  private long weight(K key, V value) {
    return Weight.ENTRY + weight.applyAsLong(key, value);
  }

  public void remove(K key) {
    V before = known.remove(key);
    if (before != null) {
      bytes.addAndGet(-weight(key, before));
    }
  }

  public int size() {
    return known.size();
  }

  /** What is known now, also while others change it. */
  public Set<Map.Entry<K, V>> entries() {
    return Collections.unmodifiableSet(known.entrySet());
  }
}
