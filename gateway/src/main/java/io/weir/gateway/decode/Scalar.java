package io.weir.gateway.decode;

import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.nio.charset.CharacterCodingException;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One value written as text: a number, perhaps with a decimal comma and a unit behind it, a word
 * for true or false, {@code null} (filtered), else text; quotes around it make it text as it
 * stands. What the route declares to be a text stays as it is written, an order {@code 004711}, a
 * state {@code OFF}. {@code scalar.md} has the list.
 */
final class Scalar {

  private final Set<String> texts;

  /**
   * @param texts names of metrics whose values are texts, whatever they look like
   */
  Scalar(Set<String> texts) {
    this.texts = texts;
  }

  private static final String NULL = "null";

  /** A comma before three digits: a decimal one or thousands. */
  private static final Pattern EITHER = Pattern.compile("[+-]?\\d{1,3},\\d{3}");

  private static final Pattern DECIMAL_COMMA =
      Pattern.compile("[+-]?\\d*+,\\d++(?:[eE][+-]?\\d++)?+");

  /**
   * Digits in groups of three where the way of writing is plain: {@code 1.234,5}, {@code 1,234.5},
   * {@code 1'234.5}, {@code 1 234,5}. A blank that may break needs the decimals, for it may stand
   * between two numbers.
   */
  private static final Pattern GROUPED =
      Pattern.compile(
          "[+-]?\\d{1,3}(?:(?:\\.\\d{3})++,\\d++|(?:,\\d{3})++\\.\\d++|(?:,\\d{3}){2,}+"
              + "|(?:['’\u00a0\u202f]\\d{3})++(?:[.,]\\d++)?+|(?: \\d{3})++[.,]\\d++)");

  /** What stands between the groups; none is without one of these. */
  private static final String GROUP_MARKS = ",'’\u00a0\u202f ";

  private static boolean isGrouped(String text) {
    if (text.isEmpty() || !Numbers.isDigit(text.charAt(text.length() - 1))) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (GROUP_MARKS.indexOf(text.charAt(i)) >= 0) {
        return GROUPED.matcher(text).matches();
      }
    }
    return false;
  }

  private static final Pattern WITH_UNIT =
      Pattern.compile(
          "([+-]?\\d*+(?:['’\u00a0\u202f ]\\d{3})*+[\\d.,]*+(?:[eE][+-]?\\d++)?+)"
              + "\\h*+([^\\d\\s.,+-].{0,11})");

  /**
   * Units as they stand behind a number, and as units of measurement know them. The signs of one
   * look are one here (NFKC): ² is 2, both micros are μ.
   */
  private static final Map<String, String> UNITS =
      Map.ofEntries(
          Map.entry("C", "Cel"),
          Map.entry("°C", "Cel"),
          Map.entry("degC", "Cel"),
          Map.entry("oC", "Cel"), // written with the ordinal º
          Map.entry("F", "[degF]"),
          Map.entry("°F", "[degF]"),
          Map.entry("degF", "[degF]"),
          Map.entry("K", "K"),
          Map.entry("%", "%"),
          Map.entry("%RH", "%"),
          Map.entry("‰", "[ppth]"),
          Map.entry("ppm", "[ppm]"),
          Map.entry("ppb", "[ppb]"),
          Map.entry("μg/m3", "ug/m3"),
          Map.entry("mg/m3", "mg/m3"),
          Map.entry("bar", "bar"),
          Map.entry("mbar", "mbar"),
          Map.entry("Pa", "Pa"),
          Map.entry("hPa", "hPa"),
          Map.entry("kPa", "kPa"),
          Map.entry("MPa", "MPa"),
          Map.entry("psi", "[psi]"),
          Map.entry("mmHg", "mm[Hg]"),
          Map.entry("inHg", "[in_i'Hg]"),
          Map.entry("V", "V"),
          Map.entry("mV", "mV"),
          Map.entry("kV", "kV"),
          Map.entry("A", "A"),
          Map.entry("mA", "mA"),
          Map.entry("μA", "uA"),
          Map.entry("Ah", "A.h"),
          Map.entry("W", "W"),
          Map.entry("kW", "kW"),
          Map.entry("MW", "MW"),
          Map.entry("Wh", "W.h"),
          Map.entry("kWh", "kW.h"),
          Map.entry("MWh", "MW.h"),
          Map.entry("VA", "V.A"),
          Map.entry("kVA", "kV.A"),
          Map.entry("Hz", "Hz"),
          Map.entry("kHz", "kHz"),
          Map.entry("Ω", "Ohm"),
          Map.entry("Ohm", "Ohm"),
          Map.entry("kΩ", "kOhm"),
          Map.entry("μS/cm", "uS/cm"),
          Map.entry("mS/cm", "mS/cm"),
          Map.entry("W/m2", "W/m2"),
          Map.entry("rpm", "/min"),
          Map.entry("1/min", "/min"),
          Map.entry("s", "s"),
          Map.entry("ms", "ms"),
          Map.entry("min", "min"),
          Map.entry("h", "h"),
          Map.entry("μs", "us"),
          Map.entry("μm", "um"),
          Map.entry("mm", "mm"),
          Map.entry("cm", "cm"),
          Map.entry("m", "m"),
          Map.entry("km", "km"),
          Map.entry("mm/s", "mm/s"),
          Map.entry("m/s", "m/s"),
          Map.entry("m/s2", "m/s2"),
          Map.entry("km/h", "km/h"),
          Map.entry("m2", "m2"),
          Map.entry("m3", "m3"),
          Map.entry("m3/h", "m3/h"),
          Map.entry("l", "l"),
          Map.entry("L", "L"),
          Map.entry("l/min", "l/min"),
          Map.entry("L/min", "L/min"),
          Map.entry("l/h", "l/h"),
          Map.entry("l/s", "l/s"),
          Map.entry("g", "g"),
          Map.entry("kg", "kg"),
          Map.entry("t", "t"),
          Map.entry("kg/h", "kg/h"),
          Map.entry("N", "N"),
          Map.entry("kN", "kN"),
          Map.entry("Nm", "N.m"),
          Map.entry("J", "J"),
          Map.entry("kJ", "kJ"),
          Map.entry("lx", "lx"),
          Map.entry("dB", "dB"),
          Map.entry("dBm", "dB[mW]"),
          Map.entry("°", "deg"));

  /** Words that a program writes for what is no text. */
  private static final Set<String> WRITTEN = Set.of("true", "false", NULL);

  /** Whether the route declares that metric to be a text. */
  boolean isText(String metric) {
    return texts.contains(metric);
  }

  /** Hands on the value of the bytes, UTF-8, blanks around it ignored. */
  void add(String name, byte[] bytes, Point point, Samples out) {
    add(name, name, bytes, point, out);
  }

  /**
   * The same where the payload does not name it.
   *
   * @param metric what the route knows it by
   */
  void add(String metric, String name, byte[] bytes, Point point, Samples out) {
    String text = text(bytes, out);
    if (text != null && isText(metric)) {
      addText(name, text, point, out);
    } else if (text != null) {
      add(name, text, point, out);
    }
  }

  /**
   * The same of a program, which writes numbers with a point, truth as true and false, and any
   * other text as it is: of the words of a state, {@code off, heat, auto}, none is a truth value.
   */
  void addWritten(String name, byte[] bytes, Point point, Samples out) {
    String text = text(bytes, out);
    if (text != null && isText(name)) {
      addText(name, text, point, out);
    } else if (text != null && isWord(text)) {
      out.add(name, new Value.Text(text), point);
    } else if (text != null) {
      add(name, text, point, out);
    }
  }

  private static void addText(String name, String text, Point point, Samples out) {
    if (text.isEmpty() || text.equals(NULL)) {
      add(name, text, point, out);
    } else {
      out.add(name, new Value.Text(unquoted(text)), point);
    }
  }

  /** The bytes as text; {@code null} where they are none, and were rejected. */
  private static @Nullable String text(byte[] bytes, Samples out) {
    String text;
    try {
      text = Utf8.decode(bytes, Utf8.start(bytes), Utf8.end(bytes)).strip();
    } catch (CharacterCodingException e) {
      out.reject(Reason.MALFORMED, Encodings.fault(bytes));
      return null;
    }
    if (text.indexOf('\0') >= 0) {
      out.reject(Reason.MALFORMED, "a NUL within the text: UTF-16, or what a buffer had before?");
      return null;
    }
    return text;
  }

  private static boolean isWord(String written) {
    boolean isNumber = Numbers.isDecimal(written) || Numbers.isNotFinite(written);
    return !isNumber && !written.isEmpty() && !WRITTEN.contains(written);
  }

  private static void add(String name, String text, Point point, Samples out) {
    if (text.isEmpty()) {
      out.reject(Reason.MALFORMED, "the payload is empty");
    } else if (text.equals(NULL)) {
      out.filter(name, Samples.NULL);
    } else if (isNested(text)) {
      out.reject(Reason.MALFORMED, "an object or array, not one value; the format is json?");
    } else if (Numbers.isNotFinite(text)) {
      out.reject(Reason.BAD_VALUE, text + " is not a finite number");
    } else if (isNumeric(Numbers.ascii(text))) {
      number(name, Numbers.ascii(text), point, out);
    } else if (text.length() <= 5 && flag(text) != null) {
      out.add(name, new Value.Flag(Boolean.TRUE.equals(flag(text))), point);
    } else {
      withUnitOrText(name, text, point, out);
    }
  }

  private static boolean isNested(String text) {
    char first = text.charAt(0);
    char last = text.charAt(text.length() - 1);
    return (first == '{' && last == '}') || (first == '[' && last == ']');
  }

  private static boolean isNumeric(String text) {
    return Numbers.isDecimal(text)
        || text.indexOf(',') >= 0 && DECIMAL_COMMA.matcher(text).matches()
        || isGrouped(text);
  }

  private static void number(String name, String text, Point point, Samples out) {
    if (EITHER.matcher(text).matches()) {
      out.reject(
          Reason.BAD_VALUE,
          Excerpt.of(text) + " may mean a decimal comma or thousands; a point is expected");
    } else {
      try {
        out.add(name, Numbers.value(plain(text)), point);
      } catch (NumberFormatException e) {
        out.reject(Reason.BAD_VALUE, String.valueOf(e.getMessage()));
      }
    }
  }

  /** The number as programs write it: digits without groups, and a decimal point. */
  private static String plain(String number) {
    if (!isGrouped(number)) {
      return number.replace(',', '.');
    }
    int mark = decimalMark(number);
    String whole = (mark < 0 ? number : number.substring(0, mark)).replaceAll("[^\\d+-]", "");
    return mark < 0 ? whole : whole + '.' + number.substring(mark + 1);
  }

  /**
   * Where the decimals of a number in groups begin: at the mark that stands there once; else -1.
   */
  private static int decimalMark(String grouped) {
    int mark = Math.max(grouped.lastIndexOf('.'), grouped.lastIndexOf(','));
    return mark >= 0 && grouped.indexOf(grouped.charAt(mark)) == mark ? mark : -1;
  }

  /**
   * A number with its digits in groups, as programs write it; {@code null} where it is none, or
   * none with that decimal mark.
   */
  static @Nullable String ungrouped(String number, char decimal) {
    if (!isGrouped(number)) {
      return null;
    }
    int mark = decimalMark(number);
    boolean fits = mark < 0 ? number.indexOf(decimal) < 0 : number.charAt(mark) == decimal;
    return fits ? plain(number) : null;
  }

  private static void withUnitOrText(String name, String text, Point point, Samples out) {
    int blank = text.indexOf(' ');
    if (blank > 0
        && Numbers.isNotFinite(text.substring(0, blank))
        && unit(text.substring(blank).strip()) != null) {
      out.reject(Reason.BAD_VALUE, text + " is not a finite number");
      return;
    }
    Matcher parts = WITH_UNIT.matcher(Numbers.ascii(text));
    String unit = parts.matches() ? unit(parts.group(2).strip()) : null;
    if (unit != null && isNumeric(parts.group(1))) {
      number(name, parts.group(1), point.in(unit), out);
      return;
    }
    out.add(name, new Value.Text(unquoted(text)), point);
  }

  private static String unquoted(String text) {
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  /** The unit of measurement as UCUM writes it; {@code null} where it is not known. */
  static @Nullable String unit(String written) {
    return UNITS.get(Normalizer.normalize(written, Normalizer.Form.NFKC));
  }

  /** What a word says of true and false; {@code null} where it says nothing of it. */
  static @Nullable Boolean flag(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "true", "on", "yes" -> true;
      case "false", "off", "no" -> false;
      default -> null;
    };
  }
}
