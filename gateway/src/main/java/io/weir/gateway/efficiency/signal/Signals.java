package io.weir.gateway.efficiency.signal;

/**
 * What a reading can say about a machine, as the small numbers that a {@link ReorderBuffer} keeps.
 * State signals have one number each from {@link #STATE} on, and the metrics that give reasons from
 * {@link #REASONS} on, in the order of the configuration.
 */
public final class Signals {

  /** The machine is alive; nothing else is said. */
  public static final byte ALIVE = 0;

  // What must be known before pieces are counted.

  /** The metric of the reason in states of format 3. */
  static final byte REASON_OF_FORMAT_3 = 1;

  public static final byte PRODUCT = 2;
  static final byte CYCLE = 3;
  public static final byte ENERGY = 4;

  // Counts, in the order of Sums.
  public static final byte TOTAL = 5;
  static final byte GOOD = 6;
  static final byte SCRAP = 7;
  public static final byte REWORK = 8;
  public static final int COUNTS = 4;

  /** Those that may lead, a bit each; and all counters and the meter. */
  public static final long PIECES = 0b11L << TOTAL;

  public static final long COUNTED = (((1L << COUNTS) - 1) << TOTAL) | (1L << ENERGY);

  /** The bit of an energy meter, beside those of the counters. */
  public static final int METER = 1 << COUNTS;

  public static final byte STATE = 9;

  /** State signals, and metrics that give reasons, that there may be. */
  static final int MOST = 16;

  /** Which order is made: a number made from its id. */
  public static final byte ORDER = 25;

  /** The instant has a delta for which another value came as well. */
  public static final byte TWICE = 26;

  /** The session of the machine has ended: the word for why; 0 where it goes on. */
  public static final byte GONE = 27;

  /** Which order is made: the symbol of its id, {@link Symbols#NONE} for none. */
  public static final byte ORDER_ID = 28;

  /** The quantity that is planned for the order. */
  public static final byte QUANTITY = 29;

  static final byte REASONS = 32;

  public static final int SIZE = REASONS + MOST;

  /** In place of the word of a state signal, or of its code. */
  static final int NOT_READ = -1;

  /** In place of the code of a state. */
  static final int UNMAPPED = -2;

  private Signals() {}

  /** Whether a set of signals, a bit each, holds one. */
  public static boolean has(long signals, int signal) {
    return (signals & (1L << signal)) != 0;
  }

  /** The counters in such a set, bits in their order. */
  public static int countsOf(long signals) {
    return (int) (signals >> TOTAL) & ((1 << COUNTS) - 1);
  }

  public static boolean isOfState(int signal) {
    return signal >= STATE && signal < STATE + MOST;
  }

  /** Whether one metric at most tells it, of which the state does not have the name. */
  static boolean isOfMetric(int signal) {
    return (signal >= PRODUCT && signal <= REWORK)
        || signal == ORDER
        || signal == ORDER_ID
        || signal == QUANTITY;
  }

  /** Whether its value holds until the next one: of a state, a product, an order, a cycle. */
  public static boolean holdsOn(int signal) {
    return isOfState(signal) || signal == PRODUCT || signal == ORDER || signal == CYCLE;
  }

  public static boolean isReason(int signal) {
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
