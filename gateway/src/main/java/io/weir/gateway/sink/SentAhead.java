package io.weir.gateway.sink;

import io.weir.gateway.log.OffsetRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which records were sent before their turn, and which of their lines must be written again when
 * their turn comes, so that in the end the last value in the order of the log stands.
 *
 * <p>A line that was sent ahead is overwritten only by an earlier line of the same series and
 * instant, which was written later, in its turn. So of each series the latest instant is kept that
 * was written in turn since lines are sent ahead, and a line sent ahead is written again if it is
 * not later than that. Series share {@value #BUCKETS} places, so memory is fixed; two in one place
 * cost repeats, and never a wrong value.
 *
 * <p>A sink may know repeats itself, and what was sent ahead may have arrived without an answer. So
 * it is told of each line in turn that may have been replaced, whether or not it was sent ahead.
 *
 * <p>Belongs to the drain's thread.
 */
final class SentAhead {

  /** This many ranges at most; each is an outage during the backfill of another. */
  static final int MOST_RANGES = 16;

  private static final int BUCKETS = 4096;
  private static final long NONE = Long.MIN_VALUE;

  private final List<OffsetRange> ranges;
  private final long[] latestNs = new long[BUCKETS];
  private long latestOfAllNs;
  private boolean watching;

  /** Records below may have been sent ahead without an answer. */
  private long unansweredTo;

  /**
   * @param ranges what the cursor holds
   * @param latestOfAllNs what {@link #latestOfAllNs} said when they were committed
   */
  SentAhead(List<OffsetRange> ranges, long latestOfAllNs) {
    this.ranges = new ArrayList<>(ranges);
    this.latestOfAllNs = latestOfAllNs;
    this.watching = !ranges.isEmpty();
    Arrays.fill(latestNs, latestOfAllNs);
  }

  /** Nothing is sent ahead yet. */
  SentAhead() {
    this(List.of(), NONE);
  }

  /** Whether another range fits. */
  boolean hasRoom() {
    return ranges.size() < MOST_RANGES;
  }

  /**
   * Lines are sent ahead from now on.
   *
   * @param inTurn lines read before that may still be written in their turn
   */
  void begin(List<Outbound> inTurn) {
    if (!watching) {
      watching = true;
      latestOfAllNs = NONE;
      Arrays.fill(latestNs, NONE);
    }
    inTurn.forEach(this::mustRepeat);
  }

  /** The store has the records of these offsets, which follow those sent last or are above them. */
  void sent(long from, long to) {
    int last = ranges.size() - 1;
    if (last >= 0 && ranges.get(last).to() == from) {
      ranges.set(last, new OffsetRange(ranges.get(last).from(), to));
    } else if (to > from && hasRoom()) { // else they are sent once more in their turn
      ranges.add(new OffsetRange(from, to));
    }
  }

  /** A line must be written in its turn, and so must those of its series up to its instant. */
  void mustRepeat(Outbound line) {
    int bucket = bucket(line);
    latestNs[bucket] = Math.max(latestNs[bucket], line.timeNs());
    latestOfAllNs = Math.max(latestOfAllNs, line.timeNs());
  }

  /** Records below an offset may have arrived ahead although there was no answer. */
  void unanswered(long below) {
    unansweredTo = Math.max(unansweredTo, below);
    watching |= below > 0;
  }

  /**
   * The line as it must be written in its turn, {@code null} where the store has it and nothing has
   * replaced it. To be asked once for each, in turn.
   */
  @Nullable Outbound inTurn(Outbound line) {
    if (!watching) {
      return line;
    }
    boolean isReplaced = line.timeNs() <= latestNs[bucket(line)]; // or may be
    if (holds(line.origin().offset()) && !isReplaced) {
      return null;
    }
    mustRepeat(line);
    return isReplaced ? line.mustStand() : line;
  }

  private boolean holds(long offset) {
    for (OffsetRange range : ranges) {
      if (range.holds(offset)) {
        return true;
      }
    }
    return false;
  }

  private static int bucket(Outbound line) {
    int hash = line.lane() * 0x9E3779B9; // spreads what differs in few bits
    return (hash >>> 16) & (BUCKETS - 1);
  }

  /**
   * All records below an offset are done in their turn.
   *
   * @param sending whether lines are still sent ahead
   */
  void done(long below, boolean sending) {
    ranges.removeIf(range -> range.to() <= below);
    watching = sending || !ranges.isEmpty() || below < unansweredTo;
    if (!watching) {
      latestOfAllNs = NONE;
    }
  }

  /** The records above an offset that were sent, for the cursor; its next record is not done. */
  List<OffsetRange> above(long offset) {
    return ranges.stream()
        .filter(range -> range.to() > offset)
        .map(range -> new OffsetRange(Math.max(range.from(), offset + 1), range.to()))
        .filter(range -> range.to() > range.from())
        .toList();
  }

  /** The latest instant written in turn, nanoseconds since the epoch. */
  long latestOfAllNs() {
    return latestOfAllNs;
  }
}
