package io.weir.gateway.efficiency.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes a state as bytes. */
public final class StateEncoder extends StateCodec {

  private byte[] bytes = new byte[1 << 12];
  private int size;

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  @Override
  public byte raw(byte value) {
    reserve(1);
    bytes[size++] = value;
    return value;
  }

  @Override
  public long number(long value) {
    reserve(10);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return value;
  }

  @Override
  public double real(double value) {
    reserve(8);
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 0; i < 8; i++) {
      bytes[size++] = (byte) (bits >>> (8 * i));
    }
    return value;
  }

  @Override
  @Nullable
  public String text(@Nullable String value) {
    if (value == null) {
      number(-1);
      return null;
    }
    byte[] utf8 = value.getBytes(UTF_8);
    number(utf8.length);
    reserve(utf8.length);
    System.arraycopy(utf8, 0, bytes, size, utf8.length);
    size += utf8.length;
    return value;
  }

  @Override
  public long[] sums(long[] value) {
    for (int i = 0; i < value.length; i++) {
      if (value[i] != 0 && i > StateCodec.LAST_WITH_EXPONENT) {
        raw(StateCodec.BEYOND);
        raw((byte) (i + 1));
        number(value[i]);
      } else if (value[i] != 0) {
        long rest = value[i];
        int thousands = 0;
        while (thousands < 3 && rest % 1000 == 0) {
          rest /= 1000;
          thousands++;
        }
        raw((byte) ((i + 1) * 4 + thousands));
        number(rest);
      }
    }
    raw((byte) 0);
    return value;
  }

  @Override
  public <T, C extends Collection<T>> C all(C elements, Supplier<T> blank, Exchange<T> exchange) {
    number(elements.size());
    elements.forEach(exchange::of);
    return elements;
  }

  @Override
  public <K, V, M extends Map<K, V>> M entries(
      M entries, K blankKey, Exchange<K> exchangeKey, Supplier<V> blank, Exchange<V> exchange) {
    number(entries.size());
    entries.forEach(
        (key, value) -> {
          exchangeKey.of(key);
          exchange.of(value);
        });
    return entries;
  }
}
