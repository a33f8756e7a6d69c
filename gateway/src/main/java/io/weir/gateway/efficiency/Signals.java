package io.weir.gateway.efficiency;

/**
 * What a reading can say of a machine, as the small numbers that a {@link ReorderBuffer} keeps.
 * Signals of the state come last, one number each from {@link #STATE} on, so that their order is
 * that of the configuration.
 */
final class Signals {

  /** The machine lives; nothing else is said. */
  static final byte ALIVE = 0;

  // What is known before pieces are counted.
  static final byte REASON = 1;
  static final byte PRODUCT = 2;
  static final byte CYCLE = 3;
  static final byte ENERGY = 4;

  // Counts, in the order of Cell.
  static final byte TOTAL = 5;
  static final byte GOOD = 6;
  static final byte SCRAP = 7;
  static final byte REWORK = 8;
  static final int COUNTS = 4;

  static final byte STATE = 9;

  private Signals() {}
}
