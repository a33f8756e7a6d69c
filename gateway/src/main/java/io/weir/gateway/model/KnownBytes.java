package io.weir.gateway.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What bytes were read as before, found by the bytes: a stream of the same names makes each of them
 * once. It has a fixed number of places, four for each hash. Where they are full, {@link Turnover}
 * says which new entry takes the place of another; the rest are read again when they come again.
 * What is made each time would fill the heap with what lives a little too long.
 *
 * <p>For any thread, without a lock: an entry does not change, and one that another thread replaces
 * at the same time costs no more than to read it again.
 */
final class KnownBytes<T> {

  private static final int PLACES_OF_A_HASH = 4;

  private static final int LEAST_PLACES = 4096;
  private static final int MOST_PLACES = 1 << 18;

  /** Of so much of the heap, one place: about as many series as it may hold. */
  private static final long HEAP_OF_ONE = 8 << 10;

  private final Known<T>[] places;

  private final Turnover turnover = new Turnover();

  /** How many places are taken, about. */
  private int taken;

  /** Which place of a hash is taken next. */
  private int next;

  /** Bytes that are not to be changed, and what they were read as. */
  @SuppressWarnings("ArrayRecordComponent") // compared byte by byte, in place
  record Known<T>(byte[] bytes, int hash, T value) {}

  /**
   * @param places a power of two
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  KnownBytes(int places) {
    this.places = new Known[places];
  }

  /** As many places as this process has room for. */
  static int places() {
    long ofHeap = Runtime.getRuntime().maxMemory() / HEAP_OF_ONE;
    long most = Math.max(LEAST_PLACES, Math.min(MOST_PLACES, ofHeap));
    return (int) Long.highestOneBit(most);
  }

  /** A hash of some bytes of an array. */
  static int hash(byte[] in, int start, int length) {
    long hash = length;
    int at = start;
    int end = start + length;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      hash = (hash ^ (long) ByteInput.LONGS.get(in, at)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    if (at < end && length >= Long.BYTES) { // the last eight; names mostly differ in the last
      hash =
          (hash ^ Long.reverseBytes((long) ByteInput.LONGS.get(in, end - Long.BYTES)))
              * 0x9E3779B97F4A7C15L;
      at = end;
    }
    for (; at < end; at++) {
      hash = (hash ^ in[at]) * 0x9E3779B97F4A7C15L;
    }
    return (int) (hash ^ hash >>> 32);
  }

  /**
   * What these bytes were read as; {@code null} where that is not known. Bytes are compared once,
   * with the first place of their hash: the compilers copy what stands in a loop.
   */
  @Nullable Known<T> find(byte[] in, int start, int length, int hash) {
    Known<T> known = byHash(hash);
    return known != null && isSame(known.bytes(), in, start, length) ? known : null;
  }

  /**
   * Remembers what bytes were read as in a free place, now and then in that of another.
   *
   * @return what another thread read them as meanwhile, else these
   */
  Known<T> put(byte[] bytes, int hash, T value) {
    int first = first(hash);
    int at = -1;
    for (int i = first; i < first + PLACES_OF_A_HASH; i++) {
      Known<T> known = places[i];
      if (known == null) {
        at = i;
        break;
      }
      if (known.hash() == hash && Arrays.equals(known.bytes(), bytes)) {
        return known;
      }
    }
    Known<T> made = new Known<>(bytes, hash, value);
    taken += at < 0 ? 0 : 1;
    if (at < 0 && turnover.takes(1)) {
      at = first + (++next & (PLACES_OF_A_HASH - 1));
    }
    if (at >= 0) {
      places[at] = made;
    }
    return made;
  }

  /** How many there are, about. */
  int size() {
    return taken;
  }

  /**
   * Looks at what is known by some hashes, so that it is near when it is asked for: each step of
   * all of them before the next one.
   *
   * @return whatever was seen, so that it has to be looked at
   */
  long look(int[] hashes, int count) {
    long seen = 0;
    for (int i = 0; i < count; i++) {
      seen += places[first(hashes[i])] == null ? 0 : 1;
    }
    for (int i = 0; i < count; i++) {
      Known<T> known = places[first(hashes[i])];
      seen += known == null ? 0 : known.hash();
    }
    for (int i = 0; i < count; i++) {
      Known<T> known = byHash(hashes[i]);
      if (known != null) {
        byte[] bytes = known.bytes();
        seen +=
            System.identityHashCode(known.value())
                + (bytes.length == 0 ? 0 : bytes[bytes.length - 1]);
      }
    }
    return seen;
  }

  /** What is known by a hash, most probably; {@code null} for nothing. */
  @Nullable T likely(int hash) {
    Known<T> known = byHash(hash);
    return known == null ? null : known.value();
  }

  private @Nullable Known<T> byHash(int hash) {
    int first = first(hash);
    for (int i = first; i < first + PLACES_OF_A_HASH; i++) {
      Known<T> each = places[i];
      if (each != null && each.hash() == hash) {
        return each;
      }
    }
    return null;
  }

  private int first(int hash) {
    return hash & (places.length - PLACES_OF_A_HASH);
  }

  /** Whether bytes are those of a part of an array. */
  static boolean isSame(byte[] bytes, byte[] in, int start, int length) {
    return Arrays.equals(bytes, 0, bytes.length, in, start, start + length);
  }
}
