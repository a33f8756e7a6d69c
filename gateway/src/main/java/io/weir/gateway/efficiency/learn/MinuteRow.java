package io.weir.gateway.efficiency.learn;

import io.weir.gateway.efficiency.codec.StateCodec;

/**
 * A row of a minute of a machine, as far as something can be learned from it.
 *
 * @param produces whether it ran all of the minute, and each count can be right
 * @param pieces 0 or more
 * @param idealS sum of the ideal cycles of these, seconds; 0 where none is configured
 * @param kwh energy that was used while running; NaN where no meter told it
 * @param product what was made: {@link #NOTHING}, {@link #MIXED}, or its name
 */
record MinuteRow(boolean produces, double pieces, double idealS, double kwh, String product) {

  /** No product has more pieces than before. */
  static final String NOTHING = "\u0000nothing";

  /** What was made is not known. */
  static final String MIXED = "\u0000mixed";

  static final MinuteRow BLANK = new MinuteRow(false, 0, 0, Double.NaN, NOTHING);

  MinuteRow of(String made) {
    return new MinuteRow(produces, pieces, idealS, kwh, made);
  }

  /** What two updates of one row say together. */
  static String both(String one, String other) {
    if (one.equals(NOTHING) || one.equals(other)) {
      return other;
    }
    return other.equals(NOTHING) ? one : MIXED;
  }

  MinuteRow exchange(StateCodec codec) {
    return new MinuteRow(
        codec.flag(produces),
        codec.real(pieces),
        codec.real(idealS),
        codec.real(kwh),
        codec.name(product));
  }
}
