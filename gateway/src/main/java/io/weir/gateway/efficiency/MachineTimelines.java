package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.signal.ReorderBuffer;
import io.weir.gateway.efficiency.signal.Signals;
import io.weir.gateway.efficiency.signal.StoredSignals;
import java.util.BitSet;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * The readings of one machine in the order of time, also where they come late.
 *
 * <p>There are two timelines. {@code settled} has taken the readings that no allowed reading can
 * precede any more. {@code head} takes all but the newest instant when it is next needed, many at
 * once: that is far cheaper than one by one, between those of other machines. The readings between
 * them are in a {@link ReorderBuffer}. A reading in order costs one step of each timeline. After a
 * reading out of order, the head is folded again from the settled one when it is next needed.
 *
 * <p>Mutable; belongs to its {@link MachineFold}.
 */
final class MachineTimelines {

  /** Values that wait for the head: it is needed at the latest each minute, and should be quick. */
  private static final int MOST_AHEAD = 1024;

  /** What a minute that is open takes of the heap, in both timelines and as a row. */
  private static final int MINUTE_BYTES = 1_500;

  private final Supplier<Timeline> blank;
  private ReorderBuffer readings = new ReorderBuffer();
  private Timeline settled;
  private Timeline head;
  private boolean headIsStale;

  /** How many of the readings the head has taken; means nothing where it is stale. */
  private int taken;

  /** The newest instant may tell another state than the head knows. */
  private boolean stateIsAhead;

  private boolean begun;

  /** The instant of the newest reading. */
  private long watermark;

  /** The last instant that {@code settled} has taken. */
  private long settledTo;

  /**
   * @param blank makes a timeline as it is before the first reading
   */
  MachineTimelines(Supplier<Timeline> blank) {
    this.blank = blank;
    settled = blank.get();
    head = blank.get();
  }

  boolean isBegun() {
    return begun;
  }

  /** Whether the first reading came before an instant. */
  boolean isBegunBefore(long instant) {
    if (!begun) {
      return false;
    }
    if (settled.progress().begun()) {
      return settled.progress().begunBefore(instant);
    }
    return (readings.size() == 0 ? watermark : readings.time(0)) < instant;
  }

  /** The instant of the newest reading. */
  long watermark() {
    return watermark;
  }

  /** Readings up to this instant are settled. */
  long settledTo() {
    return settledTo;
  }

  /** Values that wait for late readings. */
  int size() {
    return readings.size();
  }

  /** Where the values of the newest instant are put, or of an earlier one that is not settled. */
  ReorderBuffer readings() {
    return readings;
  }

  Timeline settled() {
    return settled;
  }

  /** The head, which may be stale. */
  Timeline head() {
    return head;
  }

  /** No row of a bucket that ended before is changed any more, and no state that began before. */
  Edge.Closed closed() {
    if (!settled.progress().begun()) {
      return new Edge.Closed(Long.MIN_VALUE, Long.MIN_VALUE);
    }
    long buckets = bucketsClosedTo();
    return new Edge.Closed(buckets, Math.min(buckets, settled.horizon()));
  }

  /** Buckets that ended before this instant are settled. */
  long bucketsClosedTo() {
    return Math.min(settled.progress().seen(), settled.progress().booked() + 1);
  }

  /** Starts with no readings. */
  void clear() {
    readings = new ReorderBuffer();
    settled = blank.get();
    head = blank.get();
    headIsStale = false;
    taken = 0;
    stateIsAhead = false;
    begun = false;
  }

  /** The first reading comes. */
  void begin(long time) {
    begun = true;
    settledTo = Long.MIN_VALUE;
    watermark = time;
  }

  /**
   * Time goes on to a new instant: the head may take the one that was the newest.
   *
   * @param aliveOnly whether the instant tells only that the machine is alive
   * @param longestSilenceNs for so long a machine may be silent
   */
  void goOn(long time, boolean aliveOnly, long longestSilenceNs) {
    boolean prolonged = aliveOnly && readings.prolongLife(time, longestSilenceNs);
    if (!prolonged && (stateIsAhead || readings.size() - taken > MOST_AHEAD)) {
      headTakes(readings.size());
      stateIsAhead = false;
    }
    watermark = time;
  }

  /** The head takes all but the newest instant, unless it is stale. */
  void headTakesAllButNewest() {
    headTakes(newestRow());
  }

  /** A reading came, or something was said, of an instant that the head has taken. */
  void foldHeadAgain() {
    headIsStale = true;
  }

  /** Whether a state signal has told another state at the newest instant than the head knows. */
  boolean isAhead(byte stateSignal, int code) {
    int place = stateSignal - Signals.STATE;
    if (code == head.reported(place)) {
      return false;
    }
    headTakes(newestRow());
    boolean differs = code != head.reported(place);
    stateIsAhead |= differs;
    return differs;
  }

  /** The head takes the readings before one, unless it is stale. */
  private void headTakes(int before) {
    if (headIsStale) {
      return;
    }
    for (int end = taken; taken < before; taken = end) {
      end = readings.rowEnd(taken);
      head.take(readings, taken, end);
    }
  }

  /** Index of the first entry of the newest instant. */
  private int newestRow() {
    int from = readings.size();
    while (from > 0 && readings.time(from - 1) == watermark) {
      from--;
    }
    return from;
  }

  /** A timeline with all readings, to be extended to any later instant. */
  Timeline view() {
    if (headIsStale) {
      head = settled.copy();
      taken = 0;
      headIsStale = false;
      stateIsAhead = true; // perhaps: what the newest instant tells was compared with the stale one
    }
    headTakes(newestRow());
    Timeline view = head.copy();
    view.take(readings, newestRow(), readings.size());
    return view;
  }

  /**
   * Settles the oldest readings.
   *
   * @param keep so many values wait on
   * @param edge so does what is not before this instant, and the newest instant
   * @param settledAfter called after each instant, with the one that was settled before it
   * @return whether any was settled
   */
  boolean settle(int keep, long edge, LongConsumer settledAfter) {
    int newest = newestRow();
    headTakes(newest);
    int done = 0;
    while (done < newest && readings.time(done) < edge && (readings.size() - done > keep)) {
      int end = readings.rowEnd(done);
      long before = settledTo;
      settledTo = readings.time(done);
      settled.take(readings, done, end);
      done = end;
      settledAfter.accept(before);
    }
    if (done > 0) {
      readings.removeFirst(done);
      taken -= done;
    }
    return done > 0;
  }

  /** What the readings that are not settled take of the heap. */
  long bytesOfReadings() {
    return readings.bytes();
  }

  /** What the minutes take that are not settled. */
  long bytesOfMinutes() {
    return (long) MINUTE_BYTES * Math.max(minutes(head), minutes(settled));
  }

  private static int minutes(Timeline timeline) {
    return timeline.buckets().minutes() + timeline.buckets().orders().runs().size();
  }

  // ---- symbols that are in use

  void markWords(BitSet used) {
    headTakesAllButNewest();
    readings.mark(
        used,
        signal -> Signals.isOfState(signal) || Signals.isReason(signal) || signal == Signals.GONE);
    settled.markWords(used);
    head.markWords(used);
  }

  void markProducts(BitSet used) {
    headTakesAllButNewest();
    readings.mark(used, signal -> signal == Signals.PRODUCT);
    settled.markProducts(used);
    head.markProducts(used);
  }

  void markOrders(BitSet used) {
    headTakesAllButNewest();
    readings.mark(used, signal -> signal == Signals.ORDER_ID);
    settled.markOrders(used);
    head.markOrders(used);
  }

  // ---- bytes

  void exchangeInstants(StateCodec codec) {
    watermark = codec.number(watermark);
    settledTo = codec.number(settledTo);
  }

  /** The head is not stored. */
  void exchange(StateCodec codec, StoredSignals stored) {
    settled.exchange(codec, stored);
    readings.exchange(codec, stored);
  }

  /** The state was read: derives what is not stored. */
  void restored() {
    begun = true;
    headIsStale = true;
    settled.followConfiguration();
  }
}
