package io.weir.gateway.efficiency;

/**
 * What a reading can say about a machine, as the small numbers that a {@link ReorderBuffer} keeps.
 * State signals have one number each from {@link #STATE} on, and the metrics that give reasons from
 * {@link #REASONS} on, in the order of the configuration.
 */
final class Signals {

  /** The machine is alive; nothing else is said. */
  static final byte ALIVE = 0;

  // What must be known before pieces are counted.

  /** The metric of the reason in states of format 3. */
  static final byte REASON_OF_FORMAT_3 = 1;

  static final byte PRODUCT = 2;
  static final byte CYCLE = 3;
  static final byte ENERGY = 4;

  // Counts, in the order of Sums.
  static final byte TOTAL = 5;
  static final byte GOOD = 6;
  static final byte SCRAP = 7;
  static final byte REWORK = 8;
  static final int COUNTS = 4;

  /** The bit of an energy meter, beside those of the counters. */
  static final int METER = 1 << COUNTS;

  static final byte STATE = 9;

  /** State signals, and metrics that give reasons, that there may be. */
  static final int MOST = 16;

  /** Which order is made: a number made from its id. */
  static final byte ORDER = 25;

  /** The instant has a delta for which another value came as well. */
  static final byte TWICE = 26;

  /** The session of the machine has ended: the word for why; 0 where it goes on. */
  static final byte GONE = 27;

  /** Which order is made: the symbol of its id, {@link Symbols#NONE} for none. */
  static final byte ORDER_ID = 28;

  /** The quantity that is planned for the order. */
  static final byte QUANTITY = 29;

  static final byte REASONS = 32;

  static final int SIZE = REASONS + MOST;

  /** In place of the word of a state signal, or of its code. */
  static final int NOT_READ = -1;

  /** In place of the code of a state. */
  static final int UNMAPPED = -2;

  private Signals() {}

  /** Whether a set of signals, a bit each, holds one. */
  static boolean has(long signals, int signal) {
    return (signals & (1L << signal)) != 0;
  }

  /** The counters in such a set, bits in their order. */
  static int countsOf(long signals) {
    return (int) (signals >> TOTAL) & ((1 << COUNTS) - 1);
  }

  static boolean isOfState(int signal) {
    return signal >= STATE && signal < STATE + MOST;
  }

  /** Whether its value holds until the next one: of a state, a product, an order, a cycle. */
  static boolean holdsOn(int signal) {
    return isOfState(signal) || signal == PRODUCT || signal == ORDER || signal == CYCLE;
  }

  static boolean isReason(int signal) {
    return signal >= REASONS && signal < REASONS + MOST;
  }

  // The value of a state signal in states of format 3: a code above, a symbol below.

  static int code(long meaning) {
    return (int) (meaning >> 32);
  }

  static int symbol(long meaning) {
    return (int) meaning;
  }
}
