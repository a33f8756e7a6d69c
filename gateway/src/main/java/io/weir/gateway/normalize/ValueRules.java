package io.weir.gateway.normalize;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which values can be kept, and which become one of another type without losing anything. */
final class ValueRules {

  private ValueRules() {}

  /** Bytes of a text at most: what InfluxDB 1.x and 2.x keep in one field. */
  static final int LONGEST_TEXT = 65_536;

  /** Refuses what no store keeps. */
  static void check(Value value) throws Unfit {
    if (value instanceof Value.Real real && !Double.isFinite(real.value())) {
      throw new Unfit(Reason.BAD_VALUE, real.value() + " is not a finite number");
    }
    if (value instanceof Value.Text text) {
      String content = text.value();
      if (content.length() * 3L > LONGEST_TEXT && content.getBytes(UTF_8).length > LONGEST_TEXT) {
        throw new Unfit(Reason.LIMIT, "a text of more than " + LONGEST_TEXT + " bytes");
      }
      if (hasLoneSurrogate(content)) {
        throw new Unfit(Reason.BAD_VALUE, "half a character in '" + Excerpt.of(content) + "'");
      }
    }
  }

  /** Whether half of a UTF-16 pair stands alone, which UTF-8 cannot hold. */
  static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /** The same number as the other numeric type, or {@code null} if it is none or would change. */
  static @Nullable Value toPinned(Value value, Value.Type type) {
    if (value.type() == type) {
      return value;
    }
    if (type == Value.Type.FLOAT && value instanceof Value.Whole whole) {
      return toReal(whole.value());
    }
    if (type == Value.Type.INTEGER && value instanceof Value.Real real) {
      return toWhole(real.value());
    }
    return null;
  }

  /**
   * The value as the type that a route declares for it; there the route's author vouches for more:
   * numbers and truth written as text, truth as 1 and 0, anything as text. {@code null} if it does
   * not fit.
   */
  static @Nullable Value toDeclared(Value value, Value.Type type) {
    if (value instanceof Value.Text text && type != Value.Type.STRING) {
      Value meant = meaning(text);
      return meant == null ? null : toDeclared(meant, type);
    }
    return switch (type) {
      case FLOAT, INTEGER -> toPinned(number(value), type);
      case BOOLEAN -> toFlag(value);
      case STRING -> new Value.Text(text(value));
    };
  }

  /** The number that the route's author means: text is read, truth is 1 or 0; else as it is. */
  static Value number(Value value) {
    Value meant = value instanceof Value.Text text ? meaning(text) : value;
    if (meant instanceof Value.Flag flag) {
      return new Value.Whole(flag.value() ? 1 : 0);
    }
    return meant == null ? value : meant;
  }

  private static @Nullable Value meaning(Value.Text text) {
    return switch (text.value().strip().toLowerCase(Locale.ROOT)) {
      case "true", "on", "yes" -> new Value.Flag(true);
      case "false", "off", "no" -> new Value.Flag(false);
      default -> text.number();
    };
  }

  private static @Nullable Value toReal(long whole) {
    double real = whole;
    return real != 0x1p63 && (long) real == whole ? new Value.Real(real) : null;
  }

  private static @Nullable Value toWhole(double real) {
    return real == Math.rint(real) && real >= -0x1p63 && real < 0x1p63
        ? new Value.Whole((long) real)
        : null;
  }

  private static @Nullable Value toFlag(Value value) {
    if (value instanceof Value.Flag) {
      return value;
    }
    if (toPinned(value, Value.Type.INTEGER) instanceof Value.Whole whole
        && (whole.value() == 0 || whole.value() == 1)) {
      return new Value.Flag(whole.value() == 1);
    }
    return null;
  }

  /** The value as a user writes it. */
  static String text(Value value) {
    if (value instanceof Value.Text text) {
      return text.value();
    }
    if (value instanceof Value.Whole whole) {
      return Long.toString(whole.value());
    }
    return value instanceof Value.Real real
        ? Double.toString(real.value())
        : Boolean.toString(((Value.Flag) value).value());
  }

  /** A type in the words of the configuration file. */
  static String word(Value.Type type) {
    return type.name().toLowerCase(Locale.ROOT);
  }
}
