package io.weir.gateway.model;

/** A reading's value, in one of the four types that every store can keep. */
public sealed interface Value {

  /** A 64-bit float; finite (what is not finite is rejected before it becomes a reading). */
  record Real(double value) implements Value {}

  /** A signed 64-bit integer. */
  record Whole(long value) implements Value {}

  /** True or false. */
  record Flag(boolean value) implements Value {}

  /** Text, UTF-8 on disk. */
  record Text(String value) implements Value {}

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
