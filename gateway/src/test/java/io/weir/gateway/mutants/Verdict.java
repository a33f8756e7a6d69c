package io.weir.gateway.mutants;

/**
 * What the tests said of a program.
 *
 * @param detail of the first failure, or why the tests could not judge; may be empty
 */
record Verdict(Kind kind, String detail) {

  enum Kind {
    /** All tests passed. */
    SURVIVED,
    /** A test failed. */
    KILLED,
    /** The tests did not run as they should, so they say nothing. */
    UNDECIDED
  }

  boolean is(Kind other) {
    return kind == other;
  }

  /** Reads what {@link #text} gives. */
  static Verdict parse(String text) {
    String[] lines = text.split("\n", 2);
    return new Verdict(Kind.valueOf(lines[0]), lines.length > 1 ? lines[1] : "");
  }

  /** The kind on the first line, then the detail. */
  String text() {
    return kind + "\n" + detail;
  }
}
