package io.weir.gateway.efficiency;

/**
 * What a reading can say about a machine, as the small numbers that a {@link ReorderBuffer} keeps.
 * State signals come last, one number each from {@link #STATE} on, in the order of the
 * configuration.
 */
final class Signals {

  /** The machine is alive; nothing else is said. */
  static final byte ALIVE = 0;

  // What must be known before pieces are counted.
  static final byte REASON = 1;
  static final byte PRODUCT = 2;
  static final byte CYCLE = 3;
  static final byte ENERGY = 4;

  // Counts, in the order of Sums.
  static final byte TOTAL = 5;
  static final byte GOOD = 6;
  static final byte SCRAP = 7;
  static final byte REWORK = 8;
  static final int COUNTS = 4;

  static final byte STATE = 9;

  // In place of the code of a state.
  static final int NOT_READ = -1;
  static final int UNMAPPED = -2;

  private Signals() {}

  /** Whether a set of signals, a bit each, holds one. */
  static boolean has(int signals, int signal) {
    return (signals & (1 << signal)) != 0;
  }

  /**
   * The value of a state signal.
   *
   * @param code of the state that its word means; less than 0 where it means none
   * @param symbol the word
   */
  static long meaning(int code, int symbol) {
    return ((long) code << 32) + symbol;
  }

  static int code(long meaning) {
    return (int) (meaning >> 32);
  }

  static int symbol(long meaning) {
    return (int) meaning;
  }
}
