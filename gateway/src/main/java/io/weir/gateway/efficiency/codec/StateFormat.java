package io.weir.gateway.efficiency.codec;

/**
 * The formats of the state of a {@code Fold}: which are read, and what each brought. A part of the
 * state asks {@link StateCodec#has} with one of them before it exchanges what older bytes lack.
 */
public final class StateFormat {

  /** The one that is written. */
  public static final byte PRESENT = 23;

  /** The oldest format that is still read. */
  private static final byte OLDEST = 3;

  /** The format since which state words and products are kept as they were told. */
  public static final int RAW_WORDS = 4;

  /** The format since which counts know how long the machine ran, and which order it makes. */
  public static final int RUN_OF_COUNTS = 5;

  /** The format since which machines are expected that were never heard. */
  public static final int NAMED_MACHINES = 6;

  /** The format since which a meter knows what its energy was used for. */
  public static final int ENERGY_USES = 7;

  /** The format since which lines keep the past while it is told. */
  public static final int HISTORIES_OF_LINES = 8;

  /** The format since which there are corrections. */
  public static final int CORRECTIONS = 9;

  /** The format since which the sessions of machines and of the gateway are known. */
  public static final int SESSIONS = 10;

  /** The format since which there are statistics of signals. */
  public static final int STATISTICS = 11;

  /** The format since which there are orders. */
  public static final int ORDERS = 12;

  /** The format since which it is known what was configured. */
  public static final int CONFIGURATIONS = 13;

  /** The format since which lines have calendars of their own. */
  public static final int CALENDARS_OF_LINES = 14;

  /** The format since which people say which orders are made. */
  public static final int ORDER_EVENTS = 15;

  /** The format since which time has a product. */
  public static final int PRODUCT_TIMES = 16;

  /** The format since which it is known which ideal cycles products had. */
  public static final int CYCLES = 17;

  /** The format since which a stop that goes on after unknown time is one. */
  public static final int STOPS_OVER_SILENCE = 18;

  /** The format since which sums say what is aimed at. */
  public static final int TARGETS = 19;

  /** The format since which it is known which targets were configured. */
  public static final int DATED_TARGETS = 20;

  /** The format since which lines have orders. */
  public static final int ORDERS_OF_LINES = 21;

  /** The format since which an order knows the time that corrections have moved. */
  public static final int MOVED_TIME = 22;

  /** The format since which the comments of people are rows. */
  public static final int ANNOTATIONS = 22;

  /** The format since which it is known which machines were retired. */
  public static final int RETIRED = 23;

  private StateFormat() {}

  /** Whether a format is an older one, which this version does not read. */
  public static boolean isOlder(byte format) {
    return format < OLDEST;
  }

  /** Whether this version reads a format. */
  public static boolean isRead(byte format) {
    return !isOlder(format) && format <= PRESENT;
  }
}
