package io.weir.gateway.decode;

import com.fasterxml.jackson.core.io.NumberInput;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Value;
import java.util.Locale;
import java.util.Set;

/**
 * Which texts are numbers; narrower than {@link Double#parseDouble}, which takes "1d" and "0x1p3".
 */
final class Numbers {

  private Numbers() {}

  private static final Set<String> NOT_FINITE = Set.of("nan", "inf", "infinity", "\u221e");

  /** With what the words of Windows begin behind {@code 1.#}: INF, IND, QNAN, SNAN, J, R. */
  private static final String OF_WINDOWS = "IJQRS";

  /** Characters of a word for what is no finite number, at most. */
  private static final int LONGEST_WORD = 24;

  /** What programs write in quotes where JSON has no number for it: .NET, Java, OPC UA. */
  private static final Set<String> NO_NUMBER_OF_JSON = Set.of("NaN", "Infinity", "-Infinity");

  /**
   * With the minus of programs where it is the minus sign (U+2212) of Swedish and other locales.
   */
  static String ascii(String number) {
    return number.replace('\u2212', '-');
  }

  /** Digits with perhaps a sign, a point and an exponent. */
  static boolean isDecimal(String text) {
    int from = afterSign(text, 0);
    int at = afterDigits(text, from);
    int digits = at - from;
    if (at < text.length() && text.charAt(at) == '.') {
      int end = afterDigits(text, at + 1);
      digits += end - at - 1;
      at = end;
    }
    if (digits == 0) {
      return false;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int exponent = afterSign(text, at + 1);
      at = afterDigits(text, exponent);
      return at > exponent && at == text.length();
    }
    return at == text.length();
  }

  static boolean isInteger(String text) {
    int from = afterSign(text, 0);
    int end = afterDigits(text, from);
    return end > from && end == text.length();
  }

  private static int afterSign(String text, int at) {
    boolean signed = at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+');
    return signed ? at + 1 : at;
  }

  private static int afterDigits(String text, int from) {
    int at = from;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    return at;
  }

  static boolean isDigit(char each) {
    return each >= '0' && each <= '9';
  }

  /**
   * Whether the text is a word for what is no finite number, as C, Java, Python and .NET print it:
   * {@code NaN, -inf, nan(ind), 1.#QNAN, \u221e}.
   */
  static boolean isNotFinite(String text) {
    int from = afterSign(text, 0);
    if (from == text.length() || text.length() > LONGEST_WORD) {
      return false;
    }
    return switch (text.charAt(from)) {
      case 'n', 'N', 'i', 'I', '\u221e' -> isWord(text.substring(from).toLowerCase(Locale.ROOT));
      case '1' -> isOfWindows(text, from);
      default -> false;
    };
  }

  private static boolean isWord(String word) {
    return NOT_FINITE.contains(word) || (word.startsWith("nan(") && word.endsWith(")"));
  }

  /** As C of Windows printed it until 2015: {@code 1.#INF, 1.#QNAN, 1.#IND00, 1.#J}. */
  private static boolean isOfWindows(String text, int from) {
    int letter = from + 3;
    return text.length() > letter
        && text.charAt(from) == '1'
        && (text.startsWith(".#", from + 1) || text.startsWith(",#", from + 1))
        && OF_WINDOWS.indexOf(text.charAt(letter)) >= 0;
  }

  /**
   * Whether a text in JSON stands for a float that JSON cannot write. Taken as a text it would make
   * its field one of texts, and quarantine every number after it.
   */
  static boolean isNoNumberOfJson(String text) {
    return (text.length() <= 9 && NO_NUMBER_OF_JSON.contains(text))
        || isOfWindows(text, text.startsWith("-") ? 1 : 0);
  }

  /**
   * The number of a text that {@link #isDecimal}: an integer where it has neither point nor
   * exponent.
   *
   * @throws NumberFormatException if no reading can hold it; the message is a sentence
   */
  static Value value(String decimal) {
    if (!isInteger(decimal)) {
      double number = NumberInput.parseDouble(decimal, true);
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
