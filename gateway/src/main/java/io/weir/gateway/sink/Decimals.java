package io.weir.gateway.sink;

/** Real numbers as decimal text. */
public final class Decimals {

  private static final double SCALE = 10_000;
  private static final double EXACT_BOUND = 1L << 53;

  private Decimals() {}

  /**
   * Appends a decimal that is read as the same number, with a point or an exponent.
   *
   * <p>The shortest decimals of sensors are written from a whole number, many times faster than by
   * {@link Double#toString}. Exact: dividing a whole number below 2^53 by a power of ten rounds to
   * the same double as reading the decimal it stands for.
   *
   * @param value finite
   */
  public static void append(StringBuilder text, double value) {
    double scaled = value * SCALE;
    long whole = Math.round(scaled);
    if (Math.abs(scaled) >= EXACT_BOUND || whole / SCALE != value || whole == 0) {
      text.append(value);
      return;
    }
    if (whole < 0) {
      text.append('-');
      whole = -whole;
    }
    long units = whole / (long) SCALE;
    if (units <= Integer.MAX_VALUE) {
      text.append((int) units); // divides faster
    } else {
      text.append(units);
    }
    int fraction = (int) (whole - units * (long) SCALE);
    text.append('.');
    do {
      text.append((char) ('0' + fraction / (int) (SCALE / 10)));
      fraction = fraction % (int) (SCALE / 10) * 10;
    } while (fraction != 0);
  }
}
