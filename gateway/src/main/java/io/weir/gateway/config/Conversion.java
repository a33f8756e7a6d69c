package io.weir.gateway.config;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A linear change of a number: {@code (x * times + plus) / per}. The divisor keeps fractions such
 * as 5/9 exact, so that 212 degrees Fahrenheit are 100 degrees Celsius and not nearly so.
 */
public record Conversion(double times, double plus, double per) {

  /** Leaves every number as it is. */
  public static final Conversion NONE = new Conversion(1, 0, 1);

  private static final int LARGEST_SMALL_DIVISOR = 1_000;
  private static final int LARGEST_POWER_OF_TEN = 12;

  /** How far from a whole number a product may be and still stand for it. */
  private static final BigDecimal ROUNDING = new BigDecimal("1e-25");

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

  public double apply(double x) {
    return (x * times + plus) / per;
  }
}
