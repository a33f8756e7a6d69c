package io.weir.gateway.normalize;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A linear change of a number: {@code (x * times + plus) / per}. The divisor keeps fractions such
 * as 5/9 exact, so that 212 degrees Fahrenheit are 100 degrees Celsius and not nearly so. What
 * comes to a whole number but for the rounding of doubles is that number: 0.29 m are 29 cm.
 */
public record Conversion(double times, double plus, double per) {

  /** Leaves every number as it is. */
  public static final Conversion NONE = new Conversion(1, 0, 1);

  private static final int LARGEST_SMALL_DIVISOR = 1_000;
  private static final int LARGEST_POWER_OF_TEN = 12;

  /** How far from a whole number a product may be and still stand for it. */
  private static final BigDecimal ROUNDING = new BigDecimal("1e-25");

  /** How many times the last place of a double the steps of one conversion may be off. */
  private static final double BLUR = 4;

  /** {@code x * slope + intercept}, as the decimals are written. */
  static Conversion of(double slope, double intercept) {
    return of(BigDecimal.valueOf(slope), BigDecimal.valueOf(intercept));
  }

  /** The same as {@code x * slope + intercept}, in whole numbers where there are any. */
  static Conversion of(BigDecimal slope, BigDecimal intercept) {
    return divisors(slope)
        .filter(per -> isWhole(slope.multiply(per)) && isWhole(intercept.multiply(per)))
        .findFirst()
        .map(per -> by(per, slope, intercept))
        .orElseGet(() -> by(BigDecimal.ONE, slope, intercept));
  }

  private static Conversion by(BigDecimal per, BigDecimal slope, BigDecimal intercept) {
    return new Conversion(
        slope.multiply(per).round(MathContext.DECIMAL64).doubleValue(),
        intercept.multiply(per).round(MathContext.DECIMAL64).doubleValue(),
        per.doubleValue());
  }

  private static Stream<BigDecimal> divisors(BigDecimal slope) {
    Stream<BigDecimal> small =
        IntStream.rangeClosed(1, LARGEST_SMALL_DIVISOR).mapToObj(BigDecimal::valueOf);
    Stream<BigDecimal> powersOfTen =
        IntStream.rangeClosed(4, LARGEST_POWER_OF_TEN).mapToObj(BigDecimal.ONE::movePointRight);
    BigDecimal reciprocal =
        BigDecimal.ONE.divide(slope, MathContext.DECIMAL128).setScale(0, RoundingMode.HALF_EVEN);
    return Stream.of(small, powersOfTen, Stream.of(reciprocal).filter(per -> per.signum() != 0))
        .flatMap(each -> each);
  }

  private static boolean isWhole(BigDecimal number) {
    BigDecimal whole = number.setScale(0, RoundingMode.HALF_EVEN);
    return number.subtract(whole).abs().compareTo(number.abs().multiply(ROUNDING)) <= 0;
  }

  double apply(double x) {
    if (equals(NONE)) {
      return x;
    }
    double product = x * times;
    double result = (product + plus) / per;
    double whole = Math.rint(result);
    double blur = BLUR * Math.ulp(Math.max(Math.abs(product), Math.abs(plus))) / Math.abs(per);
    return whole != 0 && Math.abs(result - whole) <= blur ? whole : result;
  }
}
