package io.weir.gateway.efficiency.codec;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes or reads the bytes of a state.
 *
 * <p>A class that is part of the state lists its fields once, in a method {@code exchange}, which
 * serves both directions: it hands each field to the codec and keeps what comes back. {@link
 * StateEncoder} writes the field and returns it; {@link StateDecoder} ignores it and returns the
 * field that it reads. So both directions agree by construction. A collection is written as it is;
 * for reading it must be empty, and is filled.
 *
 * <p>A number is a zigzag LEB128; a text is its length and UTF-8, with length -1 for {@code null};
 * a real is 8 bytes, little-endian. The sums of a bucket are, for each one that is not 0, a u8 and
 * a number, and a 0 at the end. The u8 is 4 times the place of the sum, counted from 1, plus the
 * exponent (0 to 3) of the 1000 by which the number is multiplied: most times are whole seconds or
 * milliseconds. A u8 of 1 stands for a place beyond 62: that place follows as a u8, counted from 1,
 * then the number as it is.
 */
public abstract sealed class StateCodec permits StateEncoder, StateDecoder {

  /** Hands a value, or each of its fields, to the codec and returns what comes back. */
  public interface Exchange<T> {
    T of(T value);
  }

  /** The last place of a sum that is written together with its exponent. */
  static final int LAST_WITH_EXPONENT = 62;

  /** Stands before a place that is written without. */
  static final byte BEYOND = 1;

  private int format = Integer.MAX_VALUE;
  private int @Nullable [] symbols;

  /** The bytes that are read are of this format. */
  public final void writtenAs(int format) {
    this.format = format;
  }

  /** Whether the bytes have the fields that this format brought. */
  public final boolean has(int format) {
    return this.format >= format;
  }

  /** The bytes that are read have other symbols: the present one of each. */
  public final void translate(int[] symbols) {
    this.symbols = symbols;
  }

  public abstract byte raw(byte value);

  public abstract long number(long value);

  public abstract double real(double value);

  public abstract @Nullable String text(@Nullable String value);

  public abstract long[] sums(long[] value);

  /**
   * Writes the elements, or fills the empty collection.
   *
   * @param blank makes what an element is read into
   * @param exchange lists the fields of an element
   */
  public abstract <T, C extends Collection<T>> C all(
      C elements, Supplier<T> blank, Exchange<T> exchange);

  /** As {@link #all}, for the entries of a map: each is its key, then its value. */
  public abstract <K, V, M extends Map<K, V>> M entries(
      M entries, K blankKey, Exchange<K> exchangeKey, Supplier<V> blank, Exchange<V> exchange);

  public final boolean flag(boolean value) {
    return raw((byte) (value ? 1 : 0)) != 0;
  }

  /** A number that is a symbol, a set of bits or a count. */
  public final int small(int value) {
    return (int) number(value);
  }

  /** A symbol of a word or a reason of a machine. */
  public final int symbol(int value) {
    return present(small(value));
  }

  /** The present symbol of one that was read. */
  public final int present(int symbol) {
    return symbols == null ? symbol : symbols[symbol];
  }

  /** A text that is never absent. */
  public final String name(String value) {
    String name = text(value);
    if (name == null) {
      throw new IllegalArgumentException("a name is missing in the state of the figures");
    }
    return name;
  }

  public final MachineState state(MachineState value) {
    return MachineState.of(raw((byte) value.code()));
  }

  public final Asset line(Asset value) {
    return new Asset(text(value.site()), text(value.area()), text(value.line()), null);
  }

  public final Asset machine(Asset value) {
    return new Asset(
        text(value.site()), text(value.area()), text(value.line()), text(value.machine()));
  }
}
