package io.weir.gateway.model;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A reading's value, in one of the four types that every store can keep. */
public sealed interface Value {

  /** A 64-bit float; finite (what is not finite is rejected before it becomes a reading). */
  record Real(double value) implements Value {}

  /** A signed 64-bit integer. */
  record Whole(long value) implements Value {}

  /** True or false. */
  record Flag(boolean value) implements Value {}

  /** Text, UTF-8 on disk. */
  record Text(String value) implements Value {

    private static final Pattern NUMBER =
        Pattern.compile("[+-]?(\\d++(\\.\\d*+)?+|\\.\\d++)([eE][+-]?\\d{1,3}+)?+");
    private static final int LONGEST_NUMBER = 400;

    /** As records have it, but plain: states are compared at every message. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Text that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
      return value.hashCode();
    }

    /** The number that is written there, with a decimal point; {@code null} where none is. */
    public @Nullable Value number() {
      String text = value.strip();
      if (text.length() > LONGEST_NUMBER || !NUMBER.matcher(text).matches()) {
        return null;
      }
      BigDecimal number = new BigDecimal(text);
      try {
        return new Whole(number.longValueExact());
      } catch (ArithmeticException e) { // a fraction, or too large for an integer
        double real = number.doubleValue();
        return Double.isFinite(real) ? new Real(real) : null;
      }
    }
  }

  /** The type of a value, in the words of the line protocol. */
  enum Type {
    FLOAT,
    INTEGER,
    BOOLEAN,
    STRING
  }

  default Type type() {
    if (this instanceof Real) {
      return Type.FLOAT;
    }
    if (this instanceof Whole) {
      return Type.INTEGER;
    }
    return this instanceof Flag ? Type.BOOLEAN : Type.STRING;
  }
}
