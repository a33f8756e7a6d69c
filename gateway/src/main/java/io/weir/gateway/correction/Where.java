package io.weir.gateway.correction;

/**
 * Where something was said first, so that all members of a group know it as the same and agree on
 * what was said later. Its id is another one in the log of each member.
 *
 * @param member the id of the gateway where it was said; "" of what is older than this record
 * @param stream all that one log took from people, over its life; 0 where nothing is known
 * @param number counts up in its stream: the id that it has in the log where it was said
 * @param rank what is said later has a higher one: nanoseconds since the epoch, but never below
 *     what was known where it was said; its last bits are those of its stream, so no two have the
 *     same. 0 where the id says it
 */
public record Where(String member, long stream, long number, long rank) {

  /** What stands as number where the id is it. */
  private static final long BY_ID = -1;

  /** Of something that one gateway alone has. */
  static final Where HERE = new Where("", 0, BY_ID, 0);

  /** Of the year 2116; from there on it can be counted for as long. */
  static final long HIGHEST_RANK = Long.MAX_VALUE / 2;

  /** Some microseconds, which tell apart what was said at the same time in two streams. */
  private static final int BITS = 10;

  private static final long LOW = (1L << BITS) - 1;

  /** The name of a stream that begins now. */
  static long streamOf(long timeNs, String member) {
    return Math.max(1, timeNs & ~LOW) | low(member.hashCode());
  }

  /** A rank above another one, at a time. */
  static long rankAfter(long highest, long timeNs, long stream) {
    long high = Math.max(timeNs & ~LOW, (highest & ~LOW) + LOW + 1);
    return high | low(stream);
  }

  /** Of what has no rank in its record: below all that have, in the order of its ids. */
  static long rankOf(long id, long stream) {
    return id << BITS | low(stream);
  }

  private static long low(long stream) {
    long mixed = stream * 0x9e3779b97f4a7c15L;
    return mixed >>> (Long.SIZE - BITS);
  }

  /** Whether its number is given; else it is its id. */
  boolean isNumbered() {
    return number != BY_ID;
  }

  /** Said here: its number is the id that it will have. */
  static Where here(String member, long stream, long rank) {
    return new Where(member, stream, BY_ID, rank);
  }

  /** The same of a number. */
  Where numbered(long given) {
    return new Where(member, stream, given, rank);
  }
}
