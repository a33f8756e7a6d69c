package io.weir.gateway.efficiency.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a state from bytes; throws {@link IllegalArgumentException} where they end early. The
 * values that are handed to it are ignored, apart from their length.
 */
public final class StateDecoder extends StateCodec {

  private final byte[] bytes;
  private int at;

  public StateDecoder(byte[] bytes) {
    this.bytes = bytes;
  }

  public boolean atEnd() {
    return at == bytes.length;
  }

  /** Position of the next bytes, of this length. */
  private int take(int count) {
    if (count < 0 || bytes.length - at < count) {
      throw new IllegalArgumentException("the state of the figures ends early");
    }
    at += count;
    return at - count;
  }

  public byte raw() {
    return bytes[take(1)];
  }

  @Override
  public byte raw(byte ignored) {
    return raw();
  }

  public long number() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = raw();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new IllegalArgumentException("a number in the state of the figures has no end");
  }

  @Override
  public long number(long ignored) {
    return number();
  }

  public double real() {
    int from = take(8);
    long bits = 0;
    for (int i = 0; i < 8; i++) {
      bits |= (bytes[from + i] & 0xffL) << (8 * i);
    }
    return Double.longBitsToDouble(bits);
  }

  @Override
  public double real(double ignored) {
    return real();
  }

  @Override
  @Nullable
  public String text(@Nullable String ignored) {
    long length = number();
    return length < 0 ? null : new String(bytes, take((int) length), (int) length, UTF_8);
  }

  @Override
  public long[] sums(long[] blank) {
    long[] sums = new long[blank.length];
    for (int head = raw() & 0xff; head != 0; head = raw() & 0xff) {
      boolean beyond = head == StateCodec.BEYOND;
      int place = beyond ? raw() - 1 : head / 4 - 1;
      if (place < 0 || place >= sums.length) {
        throw new IllegalArgumentException("no sum has the place " + place);
      }
      long value = number();
      for (int thousands = beyond ? 0 : head % 4; thousands > 0; thousands--) {
        value *= 1000;
      }
      sums[place] = value;
    }
    return sums;
  }

  @Override
  public <T, C extends Collection<T>> C all(C elements, Supplier<T> blank, Exchange<T> exchange) {
    for (long count = number(); count > 0; count--) {
      elements.add(exchange.of(blank.get()));
    }
    return elements;
  }

  @Override
  public <K, V, M extends Map<K, V>> M entries(
      M entries, K blankKey, Exchange<K> exchangeKey, Supplier<V> blank, Exchange<V> exchange) {
    for (long count = number(); count > 0; count--) {
      K key = exchangeKey.of(blankKey);
      entries.put(key, exchange.of(blank.get()));
    }
    return entries;
  }
}
