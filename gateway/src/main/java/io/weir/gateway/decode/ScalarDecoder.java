package io.weir.gateway.decode;

import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The whole payload is one value, UTF-8, blanks around it ignored; the topic names the metric. A
 * number, a word for true or false, {@code null} (filtered), else text; quotes around it make it
 * text as it stands. {@code docs/formats/scalar.md} has the list.
 */
final class ScalarDecoder implements Decoder {

  /** 21,5 or 1,234: a decimal comma or thousands, which nobody can tell. */
  private static final Pattern COMMA = Pattern.compile("[+-]?\\d++(,\\d++)++(\\.\\d*+)?+");

  @Override
  public void decode(Payload payload, Output out) {
    byte[] bytes = payload.bytes();
    String text;
    try {
      text = Utf8.decode(bytes, Utf8.start(bytes), bytes.length).strip();
    } catch (CharacterCodingException e) {
      out.rejected(new Rejected(Reason.MALFORMED, "not text in UTF-8"));
      return;
    }
    if (text.isEmpty()) {
      out.rejected(new Rejected(Reason.MALFORMED, "the payload is empty"));
    } else if (text.equals("null")) {
      out.filtered();
    } else if (isNested(text)) {
      out.rejected(
          new Rejected(Reason.MALFORMED, "an object or array, not one value; the format is json?"));
    } else if (Numbers.isNotFinite(text)) {
      out.rejected(new Rejected(Reason.BAD_VALUE, text + " is not a finite number"));
    } else if (COMMA.matcher(text).matches()) {
      out.rejected(
          new Rejected(
              Reason.BAD_VALUE,
              Excerpt.of(text) + " may mean a decimal comma or thousands; a point is expected"));
    } else if (Numbers.isDecimal(text)) {
      number(text, out);
    } else {
      out.sample(Sample.of("", wordOrText(text), null));
    }
  }

  private static boolean isNested(String text) {
    char first = text.charAt(0);
    char last = text.charAt(text.length() - 1);
    return (first == '{' && last == '}') || (first == '[' && last == ']');
  }

  private static void number(String text, Output out) {
    if (!Numbers.isInteger(text)) {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        out.sample(Sample.of("", new Value.Real(number), null));
      } else {
        out.rejected(
            new Rejected(Reason.BAD_VALUE, Excerpt.of(text) + " is beyond a 64-bit float"));
      }
      return;
    }
    Value.Whole whole;
    try {
      whole = new Value.Whole(Long.parseLong(text));
    } catch (NumberFormatException e) {
      out.rejected(
          new Rejected(Reason.BAD_VALUE, Excerpt.of(text) + " is an integer beyond 64 bits"));
      return;
    }
    out.sample(Sample.of("", whole, null));
  }

  private static Value wordOrText(String text) {
    if (text.length() <= 5) {
      switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "on", "yes" -> {
          return new Value.Flag(true);
        }
        case "false", "off", "no" -> {
          return new Value.Flag(false);
        }
        default -> {}
      }
    }
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return new Value.Text(quoted ? text.substring(1, text.length() - 1) : text);
  }
}
