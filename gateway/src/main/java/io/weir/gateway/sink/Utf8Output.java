package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Text that grows as UTF-8, for lines and messages that are made many thousand times a second. What
 * is begun again is written over. Belongs to one thread.
 */
public final class Utf8Output {

  private static final int INITIAL_BYTES = 512;

  /** A buffer that something long made longer than this is not kept for the next one. */
  private static final int MOST_KEPT_BYTES = 64 << 10;

  /** Of a long with its sign. */
  private static final int MOST_DIGITS = 20;

  private static final int BILLION = 1_000_000_000;
  private static final int DIGITS_OF_LOWER = 9;

  private static final int SCALE = 10_000;
  private static final double EXACT_BOUND = 1L << 53;

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int length;

  /** Begins anew. */
  public void begin() {
    length = 0;
    if (bytes.length > MOST_KEPT_BYTES) {
      bytes = new byte[INITIAL_BYTES];
    }
  }

  /** Bytes since {@link #begin}. */
  public int length() {
    return length;
  }

  /** All since {@link #begin}. */
  public byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  /** Copies all since {@link #begin}. */
  void copyTo(byte[] other, int from) {
    System.arraycopy(bytes, 0, other, from, length);
  }

  /** All since {@link #begin}. */
  @Override
  public String toString() {
    return new String(bytes, 0, length, UTF_8);
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  /** A character of ASCII. */
  public void ascii(char c) {
    room(1);
    bytes[length++] = (byte) c;
  }

  /** Text that is UTF-8 already. */
  public void utf8(byte[] text) {
    room(text.length);
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
  }

  /** Any text; half a surrogate pair becomes a question mark. */
  public void text(String text) {
    int chars = text.length();
    room(chars);
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        utf8(text.substring(i).getBytes(UTF_8));
        return;
      }
      bytes[length++] = (byte) c;
    }
  }

  /** A whole number. */
  public void whole(long value) {
    room(MOST_DIGITS);
    // divisions of an int below: those of a long take several times as long
    long upper = value / BILLION;
    int lower = (int) (value - upper * BILLION);
    if (value < 0) {
      bytes[length++] = '-';
      upper = -upper;
      lower = -lower;
    }
    if (upper == 0) {
      digits(lower, digitsOf(lower));
      return;
    }
    if (upper > Integer.MAX_VALUE) {
      digits((int) (upper / BILLION), 1);
      digits((int) (upper % BILLION), DIGITS_OF_LOWER);
    } else {
      digits((int) upper, digitsOf((int) upper));
    }
    digits(lower, DIGITS_OF_LOWER);
  }

  private static int digitsOf(int value) {
    if (value >= BILLION) {
      return DIGITS_OF_LOWER + 1;
    }
    int digits = 1;
    for (int bound = 10; value >= bound; bound *= 10) {
      digits++;
    }
    return digits;
  }

  /**
   * The last digits of a number, with zeros in front. There is room for them.
   *
   * @param value not negative
   */
  private void digits(int value, int count) {
    int rest = value;
    for (int at = length + count - 1; at >= length; at--) {
      int tenth = rest / 10;
      bytes[at] = (byte) ('0' + rest - 10 * tenth);
      rest = tenth;
    }
    length += count;
  }

  /** The last digits of a number, with zeros in front. */
  public void padded(int value, int count) {
    room(count);
    digits(value, count);
  }

  /**
   * A decimal that is read as the same number, with a point or an exponent.
   *
   * <p>The shortest decimals of sensors are written from a whole number, many times faster than by
   * {@link Double#toString}. Exact: dividing a whole number below 2^53 by a power of ten rounds to
   * the same double as reading the decimal it stands for.
   *
   * @param value finite
   */
  public void real(double value) {
    double scaled = value * SCALE;
    long whole = (long) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    if (Math.abs(scaled) >= EXACT_BOUND || whole / (double) SCALE != value || whole == 0) {
      text(Double.toString(value));
      return;
    }
    if (whole < 0) {
      ascii('-');
      whole = -whole;
    }
    long units = whole / SCALE;
    whole(units);
    fraction((int) (whole - units * SCALE));
  }

  /**
   * Behind the point: as few digits as it has, one at least.
   *
   * @param fraction of {@link #SCALE}
   */
  private void fraction(int fraction) {
    room(5);
    bytes[length++] = '.';
    int rest = fraction;
    do {
      bytes[length++] = (byte) ('0' + rest / (SCALE / 10));
      rest = rest % (SCALE / 10) * 10;
    } while (rest != 0);
  }
}
