package io.weir.gateway.normalize;

import io.weir.gateway.model.Excerpt;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.measure.IncommensurableException;
import javax.measure.MeasurementException;
import javax.measure.Unit;
import javax.measure.UnitConverter;
import javax.measure.format.UnitFormat;
import org.jspecify.annotations.Nullable;
import systems.uom.ucum.format.UCUMFormat;
import systems.uom.ucum.internal.format.TokenMgrError;
import tech.units.indriya.function.RationalNumber;

/**
 * Units of measurement, and how one becomes another. A unit is written in UCUM (case sensitive), or
 * as SenML (RFC 8428 and 8798) or a device's panel writes it where UCUM has no such symbol.
 *
 * <p>The library is loaded when the first unit is asked for.
 */
public final class Units {

  private static final int LONGEST = 64;

  /** Exponents in no quantity, which the library would take a stack frame each for. */
  private static final Pattern HUGE = Pattern.compile(".*\\d{4}.*");

  /** What is written otherwise elsewhere; looked up only where UCUM does not know the text. */
  private static final Map<String, String> OTHERWISE =
      Map.ofEntries(
          // SenML
          Map.entry("/", "1"),
          Map.entry("%RH", "%"),
          Map.entry("%EL", "%"),
          Map.entry("/100", "%"),
          Map.entry("ppm", "[ppm]"),
          Map.entry("ppb", "[ppb]"),
          Map.entry("lat", "deg"),
          Map.entry("lon", "deg"),
          Map.entry("count", "1"),
          Map.entry("beats", "1"),
          Map.entry("beat/min", "/min"),
          Map.entry("VA", "V.A"),
          Map.entry("kVA", "kV.A"),
          Map.entry("VAs", "V.A.s"),
          Map.entry("var", "V.A"),
          Map.entry("kvar", "kV.A"),
          Map.entry("vars", "V.A.s"),
          Map.entry("varh", "V.A.h"),
          Map.entry("kvarh", "kV.A.h"),
          Map.entry("Wh", "W.h"),
          Map.entry("kWh", "kW.h"),
          Map.entry("As", "A.s"),
          Map.entry("Ah", "A.h"),
          Map.entry("Js", "J.s"),
          // Panels
          Map.entry("°C", "Cel"),
          Map.entry("degC", "Cel"),
          Map.entry("Deg C", "Cel"),
          Map.entry("oC", "Cel"), // written with the ordinal º
          Map.entry("°F", "[degF]"),
          Map.entry("degF", "[degF]"),
          Map.entry("psi", "[psi]"),
          Map.entry("PSI", "[psi]"),
          Map.entry("rpm", "/min"),
          Map.entry("RPM", "/min"),
          Map.entry("VAr", "V.A"),
          Map.entry("kVAr", "kV.A"),
          Map.entry("kwh", "kW.h"),
          Map.entry("sec", "s"),
          Map.entry("hr", "h"),
          Map.entry("in", "[in_i]"),
          Map.entry("lb", "[lb_av]"),
          Map.entry("lux", "lx"),
          Map.entry("MWh", "MW.h"),
          Map.entry("mAh", "mA.h"),
          Map.entry("mmHg", "mm[Hg]"),
          Map.entry("inHg", "[in_i'Hg]"),
          Map.entry("‰", "[ppth]"),
          Map.entry("°", "deg"),
          Map.entry("Nm", "N.m"));

  /**
   * What panels mean by a text that is something else in UCUM: taken where that cannot become what
   * is wanted. No coulombs become degrees.
   */
  private static final Map<String, String> ELSE =
      Map.of(
          "C", "Cel",
          "F", "[degF]",
          "ft", "[ft_i]",
          "mph", "[mi_i]/h",
          "U/min", "/min",
          "B", "By",
          "kB", "kBy",
          "MB", "MBy",
          "GB", "GBy");

  /** What UCUM would read otherwise, or not at all, at the end of the name of a metric. */
  private static final Map<String, String> IN_NAMES =
      Map.ofEntries(
          Map.entry("C", "Cel"),
          Map.entry("celsius", "Cel"),
          Map.entry("F", "[degF]"),
          Map.entry("fahrenheit", "[degF]"),
          Map.entry("kw", "kW"),
          Map.entry("kwh", "kW.h"),
          Map.entry("hz", "Hz"),
          Map.entry("pct", "%"),
          Map.entry("percent", "%"),
          Map.entry("lpm", "l/min"),
          Map.entry("m3h", "m3/h"));

  /** Units that stand at the end of names; others are words there, as in {@code cycle_min}. */
  private static final Set<String> ALSO_IN_NAMES =
      Set.copyOf(
          List.of(
              ("°C degC degF bar mbar Pa hPa kPa MPa psi kW W kWh Wh MWh V mV A mA Hz kHz rpm mm um"
                      + " cm kg Nm kN ppm")
                  .split(" ")));

  private Units() {}

  /**
   * The unit at the end of a metric's name behind an underscore or a hyphen, as UCUM writes it;
   * {@code null} where there is none.
   */
  public static @Nullable String atEndOf(String name) {
    int at = Math.max(name.lastIndexOf('_'), name.lastIndexOf('-'));
    String end = at <= 0 ? "" : name.substring(at + 1);
    String unit = IN_NAMES.get(end);
    return unit == null && ALSO_IN_NAMES.contains(end) ? OTHERWISE.getOrDefault(end, end) : unit;
  }

  /** The library's parser and formatter keep state while they work, so one thread at a time. */
  private static final class Ucum {
    static final UnitFormat FORMAT = UCUMFormat.getInstance(UCUMFormat.Variant.CASE_SENSITIVE);
  }

  /**
   * What turns a number in one unit into the same quantity in another.
   *
   * @throws IllegalArgumentException if either is not known, or one cannot become the other; the
   *     message says which
   */
  public static Conversion between(String from, String to) {
    synchronized (Ucum.FORMAT) {
      Unit<?> given = unit(from);
      Unit<?> wanted = unit(to);
      Conversion conversion = between(given, wanted);
      String other = ELSE.get(from);
      if (conversion == null && other != null) {
        conversion = between(unit(other), wanted);
      }
      if (conversion == null) {
        throw new IllegalArgumentException("'" + from + "' cannot be converted to '" + to + "'");
      }
      return conversion;
    }
  }

  /** {@code null} where one cannot become the other. */
  private static @Nullable Conversion between(Unit<?> given, Unit<?> wanted) {
    try {
      return linear(given.getConverterToAny(wanted));
    } catch (IncommensurableException
        | UnsupportedOperationException // a product with a unit that has an offset
        | ArithmeticException
        | NumberFormatException e) { // a logarithm, which is not finite at 0
      return null;
    }
  }

  /**
   * Checks that there is such a unit.
   *
   * @throws IllegalArgumentException if there is none; the message says so
   */
  public static void check(String text) {
    synchronized (Ucum.FORMAT) {
      unit(text);
    }
  }

  private static Unit<?> unit(String text) {
    if (!text.isBlank() && text.length() <= LONGEST && !HUGE.matcher(text).matches()) {
      Unit<?> unit = known(text);
      if (unit == null) {
        unit = known(plain(text));
      }
      if (unit != null) {
        return unit;
      }
    }
    throw new IllegalArgumentException(
        "there is no unit '" + Excerpt.of(text) + "' in UCUM or SenML");
  }

  /** In UCUM, or as SenML or a panel writes it; {@code null} where it is neither. */
  private static @Nullable Unit<?> known(String text) {
    Unit<?> unit = parsed(text);
    String otherwise = OTHERWISE.get(text);
    return unit == null && otherwise != null ? parsed(otherwise) : unit;
  }

  /**
   * With the letters of UCUM for signs that look like one (NFKC: both micros and ohms, m², ℃), and
   * its exponents and products: min⁻¹, m^3, N·m.
   */
  private static String plain(String text) {
    return java.text.Normalizer.normalize(text, java.text.Normalizer.Form.NFKC)
        .replace('\u2212', '-')
        .replace('μ', 'u')
        .replace("Ω", "Ohm")
        .replace('·', '.')
        .replace('⋅', '.')
        .replace("^", "");
  }

  /** The unit, or {@code null} where UCUM has no such symbol. */
  private static @Nullable Unit<?> parsed(String text) {
    try {
      return Ucum.FORMAT.parse(text);
    } catch (MeasurementException | IllegalArgumentException | TokenMgrError e) {
      return null; // these three are how the parser says that the text is no unit
    }
  }

  private static Conversion linear(UnitConverter converter) {
    BigDecimal zero = decimal(converter.convert((Number) 0));
    BigDecimal one = decimal(converter.convert((Number) 1));
    BigDecimal thousand = decimal(converter.convert((Number) 1000));
    BigDecimal slope = one.subtract(zero);
    BigDecimal bend = thousand.subtract(zero).subtract(slope.multiply(BigDecimal.valueOf(1000)));
    if (bend.abs().compareTo(slope.abs().movePointLeft(9)) > 0) {
      throw new ArithmeticException("not linear");
    }
    return Conversion.of(slope, zero);
  }

  private static BigDecimal decimal(Number number) {
    if (number instanceof BigDecimal decimal) {
      return decimal;
    }
    return number instanceof RationalNumber rational
        ? new BigDecimal(rational.getDividend())
            .divide(new BigDecimal(rational.getDivisor()), MathContext.DECIMAL128)
        : new BigDecimal(number.toString());
  }
}
