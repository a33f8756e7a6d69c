package io.weir.gateway.model;

/**
 * What one process may know at most, by the heap that it has. Whoever may send can invent names
 * without end; each is remembered somewhere, by the figures, the live page, the watch over devices
 * or the intake. What is new past these bounds is refused and counted, so that the heap lasts.
 *
 * <p>The heap beside {@link #BASE_BYTES} and the largest message is divided: half of it is for what
 * is known, half is left to the collector. {@code docs/guide/capacity.md} shows the bounds as a
 * table.
 *
 * @param machines machines that have figures
 * @param series measurement, place and tags
 * @param fields different pairs of measurement and field
 * @param topics topics of all sources
 * @param textBytes the longest value of a text, bytes in UTF-8
 * @param nameBytes the longest name of a machine, a field or a tag, and the longest value of a tag
 * @param liveBytes what the live page may take of the heap, about
 * @param deviceBytes what the watch over devices may take of it
 */
public record MemoryBudget(
    int machines,
    int series,
    int fields,
    int topics,
    int textBytes,
    int nameBytes,
    long liveBytes,
    long deviceBytes) {

  private static final long MIB = 1 << 20;

  /** What a gateway needs that knows no name and takes no large message. */
  public static final long BASE_BYTES = 24 * MIB;

  /** What is known has that much room at least: the smallest heap that the program takes. */
  public static final long LEAST_KNOWN_BYTES = 40 * MIB;

  /** What each byte of the largest message needs, measured: {@code LargeMessagesTest}. */
  public static final long OF_MESSAGE = 11;

  /** A machine: its fold, what waits for late readings, words, history, and it as saved bytes. */
  static final long MACHINE_BYTES = 48 << 10;

  private static final long WAITING_BYTES_OF_MACHINE = 20 << 10;
  private static final long WORD_BYTES_OF_MACHINE = 6 << 10;
  private static final long HISTORY_BYTES_OF_MACHINE = 4 << 10;

  /** Taken only where something is learned, of what is left to the collector. */
  private static final long HINT_BYTES_OF_MACHINE = 8 << 10;

  /** A series with its place and tags, in every memory that has it as a key. */
  static final long SERIES_BYTES = 1_200;

  /** A topic with its route, its clock and its last payloads. */
  static final long TOPIC_BYTES = 800;

  /** A pinned type, and the file of pins while it is read. */
  static final long FIELD_BYTES = 250;

  /** In this many parts the room for what is known is divided; what is left over is for sinks. */
  private static final int PARTS = 16;

  private static final int PARTS_OF_MACHINES = 6;
  private static final int NAME_BYTES = 256;
  private static final long LEAST_TEXT_BYTES = 16 << 10;
  private static final long MOST_TEXT_BYTES = 64 << 10;

  /**
   * The bounds of a process.
   *
   * @param heapBytes what the heap may grow to
   * @param largestMessage bytes of the largest message that is taken
   */
  public static MemoryBudget of(long heapBytes, long largestMessage) {
    long known = knownBytes(heapBytes, largestMessage);
    return new MemoryBudget(
        count(known * PARTS_OF_MACHINES / PARTS, MACHINE_BYTES),
        count(known * 2 / PARTS, SERIES_BYTES),
        count(known / PARTS, FIELD_BYTES),
        count(known / PARTS, TOPIC_BYTES),
        (int) Math.min(MOST_TEXT_BYTES, Math.max(LEAST_TEXT_BYTES, known >> 11)),
        NAME_BYTES,
        known * 3 / PARTS,
        known * 2 / PARTS);
  }

  /** What the readings of all machines may take that late ones may still precede. */
  public long waitingBytes() {
    return machines * WAITING_BYTES_OF_MACHINE;
  }

  /** What may be remembered of series, in all of its places. */
  public long seriesBytes() {
    return series * SERIES_BYTES;
  }

  /** What may be remembered of topics. */
  public long topicBytes() {
    return topics * TOPIC_BYTES;
  }

  /** What the words of all machines may take: reasons, states, products. */
  public long wordBytes() {
    return machines * WORD_BYTES_OF_MACHINE;
  }

  /** What the past states and stops of all machines may take. */
  public long historyBytes() {
    return machines * HISTORY_BYTES_OF_MACHINE;
  }

  /** What may be learned of all machines. */
  public long hintBytes() {
    return machines * HINT_BYTES_OF_MACHINE;
  }

  /**
   * The smallest heap that knows this many machines, in bytes.
   *
   * @param largestMessage bytes of the largest message that is taken
   */
  public static long heapFor(long machines, long largestMessage) {
    long known = machines * MACHINE_BYTES * PARTS / PARTS_OF_MACHINES;
    long rounding = known / 10; // a bound is rounded down to two digits
    return leastHeap(largestMessage) + 2 * Math.max(0, known + rounding - LEAST_KNOWN_BYTES);
  }

  /** The smallest heap with which a configuration works, in bytes. */
  public static long leastHeap(long largestMessage) {
    return BASE_BYTES + LEAST_KNOWN_BYTES + OF_MESSAGE * largestMessage;
  }

  /** What all that is known may take together. */
  static long knownBytes(long heapBytes, long largestMessage) {
    return LEAST_KNOWN_BYTES + Math.max(0, heapBytes - leastHeap(largestMessage)) / 2;
  }

  /** Rounded down to two digits: a bound is to be read, not to be computed. */
  private static int count(long bytes, long each) {
    long step = 1;
    long most = Math.min(bytes / each, Integer.MAX_VALUE);
    while (most / step >= 100) {
      step *= 10;
    }
    return (int) (most / step * step);
  }
}
