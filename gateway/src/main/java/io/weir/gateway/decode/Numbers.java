package io.weir.gateway.decode;

import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Value;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which texts are numbers; narrower than {@link Double#parseDouble}, which takes "1d" and "0x1p3".
 */
final class Numbers {

  private Numbers() {}

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d++(\\.\\d*+)?+|\\.\\d++)([eE][+-]?\\d++)?+");
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d++");
  private static final Set<String> NOT_FINITE = Set.of("nan", "inf", "infinity");

  /** What programs write in quotes where JSON has no number for it: .NET, Java, OPC UA. */
  private static final Set<String> NO_NUMBER_OF_JSON = Set.of("NaN", "Infinity", "-Infinity");

  /**
   * With the minus of programs where it is the minus sign (U+2212) of Swedish and other locales.
   */
  static String ascii(String number) {
    return number.replace('\u2212', '-');
  }

  static boolean isDecimal(String text) {
    return DECIMAL.matcher(text).matches();
  }

  static boolean isInteger(String text) {
    return INTEGER.matcher(text).matches();
  }

  /** Whether the text is a word for what is no finite number, as C, Java and Python print it. */
  static boolean isNotFinite(String text) {
    String word = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
    return word.length() <= 8 && NOT_FINITE.contains(word.toLowerCase(Locale.ROOT));
  }

  /**
   * Whether a text in JSON stands for a float that JSON cannot write. Taken as a text it would make
   * its field one of texts, and quarantine every number after it.
   */
  static boolean isNoNumberOfJson(String text) {
    return text.length() <= 9 && NO_NUMBER_OF_JSON.contains(text);
  }

  /**
   * The number of a text that {@link #isDecimal}: an integer where it has neither point nor
   * exponent.
   *
   * @throws NumberFormatException if no reading can hold it; the message is a sentence
   */
  static Value value(String decimal) {
    if (!isInteger(decimal)) {
      double number = Double.parseDouble(decimal);
      if (!Double.isFinite(number)) {
        throw new NumberFormatException(Excerpt.of(decimal) + " is beyond a 64-bit float");
      }
      return new Value.Real(number);
    }
    try {
      return new Value.Whole(Long.parseLong(decimal));
    } catch (NumberFormatException e) {
      throw new NumberFormatException(Excerpt.of(decimal) + " is an integer beyond 64 bits");
    }
  }
}
